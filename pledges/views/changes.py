"""What changed in the pledges of a query, by day: the page and its file. The feed of the same is a file of pledges."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.exports.changes import write_csv
from pledges.exports.formats import FORMATS
from pledges.history.versions import WITHDRAWN, Edit
from pledges.models import Commitment
from pledges.query.changed import changed_rows, date_of, edits
from pledges.query.changes import CHANGED_DAYS, ChangeFilter
from pledges.views.browsing import browsing, kept, loading_lines
from pledges.views.files import file_of, wanted
from pledges.views.readers import open_file, public_page

PER_PAGE = 30
# beyond this a reader chooses days, or takes the file
MOST_PAGES = 50
# so many changes are counted, as far as a page need not look for them
COUNTED = 99
# how many days back the links go
SPANS = (7, 30, 365)


@dataclass(frozen=True)
class Change:
    """An edit on the page, with its pledge."""

    edit: Edit
    pledge: Commitment

    @property
    def day(self) -> date:
        return self.edit.when.astimezone(UTC).date()

    @property
    def pledge_day(self) -> str:
        return date_of(self.pledge)

    @property
    def is_gone(self) -> bool:
        return self.edit.kind == WITHDRAWN


@public_page
def changes_page(request):
    """The changes of the pledges that the query string asks for, by day, a page at a time."""
    context = browsing(request, "changes", filter_class=ChangeFilter)
    query = context["filter"]
    context["kept_with_days"] = kept(query, CHANGED_DAYS)
    if not query.problems:
        context |= page_of_changes(query) | {
            "use_in": loading_lines(request, query, "changes-csv", "changes"),
            "spans": spans(query),
        }
    return render(request, "pledges/changes.html", context)


def page_of_changes(query):
    """The changes of a page; `number_of_changes` where that is known, the query strings of the pages beside it."""
    page = min(query.page, MOST_PAGES)
    looked_at = max(page * PER_PAGE, COUNTED) + 1
    found = list(islice(edits(query, looked_at), looked_at))
    is_all = len(found) < looked_at
    if is_all:  # the last page for one that is past the end
        page = min(page, max(1, -(-len(found) // PER_PAGE)))
    first = (page - 1) * PER_PAGE
    changes = [Change(*pair) for pair in changed_rows(found[first : first + PER_PAGE])]
    before = found[first - 1].when.astimezone(UTC).date() if first else None
    has_older = len(found) > first + PER_PAGE
    return {
        "changes": changes,
        "number_of_changes": len(found) if is_all else None,
        "is_continued": bool(changes) and changes[0].day == before,
        "newer": query.changed(page=page - 1) if page > 1 else None,
        "older": query.changed(page=page + 1) if has_older and page < MOST_PAGES else None,
        "is_cut": has_older and page == MOST_PAGES,
        "most": MOST_PAGES * PER_PAGE,
    }


def spans(query):
    """(words, query string, whether it is shown) of the days that readers ask for most."""
    today, asked = datetime.now(UTC).date(), query.parameters.get("changed_after")
    found = [(_("Of all days"), query.changed(changed_after=None, changed_before=None), not asked)]
    for days in SPANS:
        since = str(today - timedelta(days=days))
        words = ngettext("Of the last %(count)s day", "Of the last %(count)s days", days) % {"count": days}
        found.append((words, query.changed(changed_after=since, changed_before=None), asked == since))
    return found


# the format that changes come in
CSV = replace(FORMATS["csv"], write=write_csv, takes_columns=False, may_stream=False)


@open_file
@public_page
def changes_file(request):
    """All of the same changes; 400 where the page shows none for what cannot be read."""
    return file_of(request, CSV, ChangeFilter, lambda *asked: replace(wanted(*asked), table="changes"))
