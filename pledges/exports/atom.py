"""The feed of a query: what changed last in its pledges or requirements, and which are no longer shown."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils.translation import get_language_bidi, gettext

from pledges.exports import feeds
from pledges.exports.wanted import Wanted
from pledges.history.days import AS_OF, path_to
from pledges.history.versions import CHANGED, WITHDRAWN, Edit
from pledges.i18n import current_language
from pledges.query.base import Problem
from pledges.query.changed import Row, changed_rows, date_of, edits

MOST_ENTRIES = 50


def of_a_past_day(wanted: Wanted) -> Problem | None:
    """Why there is no such feed: a `Problem`, or None."""
    if AS_OF in wanted.filter.asked:
        return Problem(AS_OF, wanted.filter.label(AS_OF), gettext("Of a past day there is no feed."))
    return None


def latest_changes_feed(wanted: Wanted) -> Iterator[bytes]:
    """The feed as bytes, in one piece."""
    latest = list(islice(edits(wanted.filter), MOST_ENTRIES))
    yield feeds.atom(feed_of(wanted, changed_rows(latest)))


def feed_of(wanted: Wanted, changed: Iterable[tuple[Edit, Row]]) -> feeds.Feed:
    """The `feeds.Feed` of pairs of an edit and its row."""
    query = wanted.filter.narrowed(sort=None)
    own, page = f"{wanted.path}?{query}" if query else wanted.path, path_to(wanted.list_page, query=query)
    return feeds.Feed(
        identifier=feeds.tag(wanted.site, own),
        title=wanted.filter.sentence.rstrip("."),
        author=gettext("Coalition Pledges"),
        language=current_language(),
        address=wanted.site + own,
        page=wanted.site + page,
        entries=tuple(entry_of(wanted.site, edit, row) for edit, row in changed),
    )


def entry_of(site: str, edit: Edit, row: Row) -> feeds.Entry:
    path = row.get_absolute_url()
    return feeds.Entry(
        identifier=feeds.tag(site, f"{path}{edit.identifier}"),
        title=entry_title(edit, row),
        updated=edit.when,
        address=site + path,
        html=feeds.edit_html(
            edit, "rtl" if get_language_bidi() else "ltr", "" if edit.kind == WITHDRAWN else row.summary
        ),
        category=("correction", gettext("Correction")) if edit.is_correction else None,
    )


def entry_title(edit: Edit, row: Row) -> str:
    """`Poland – Airstrikes (11 February 2016): Changed (Status, Places)`; of what is withdrawn only the identifier."""
    if edit.kind == WITHDRAWN:
        return f"{row.slug}: {edit.label}"
    date = date_of(row)
    what = str(edit.label)
    if edit.kind == CHANGED:
        labels = gettext(", ").join(dict.fromkeys(difference.label for difference in edit.differences))
        what = gettext("%(what)s (%(fields)s)") % {"what": what, "fields": labels}
    return gettext("%(pledge)s (%(date)s): %(what)s") % {"pledge": row, "date": date, "what": what}
