"""Releases: frozen packages to cite, and what changed from one to the next."""

from functools import lru_cache
from itertools import zip_longest

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from pledges.discovery.structured_data import release_dataset
from pledges.exports import feeds
from pledges.exports.csv import read_bom
from pledges.exports.formats import FORMATS
from pledges.exports.formulas import unguarded
from pledges.exports.headings import language_of
from pledges.exports.tables import PLEDGES, SOURCES
from pledges.history.days import AS_OF
from pledges.i18n import current_language
from pledges.models import Release
from pledges.models.vocab import Stage
from pledges.query.base import clipped, isolated
from pledges.record import wording
from pledges.releases.compare import difference_csv, differences, outline
from pledges.views.downloads import attachment
from pledges.views.readers import open_file, refused, site_of, timeless_page
from pledges.views.references import release_reference

# longer lists of keys are folded at first
SHORT_LIST = 20
# rows of one table that a page tells of
MOST_ROWS = 500
MOST_ENTRIES = 20
# the records that have a page
PAGES = {PLEDGES: "pledge-detail", SOURCES: "source-detail"}


@timeless_page
def release_list(request):
    return render(request, "pledges/release_list.html", {"releases": Release.objects.listed()})


@timeless_page
def release_detail(request, number):
    release = get_object_or_404(Release.objects.listed(), number=number)
    context = {
        "release": release,
        "previous": previous_of(release),
        "cite": release_reference(request, release),
        "dataset": release_dataset(request, release),
    }
    return render(request, "pledges/release_detail.html", context)


@open_file
@timeless_page
def release_zip(request, number):
    """The package, byte for byte as it was made."""
    release = get_object_or_404(Release, number=number)
    response = attachment(bytes(release.package), f"coalition-pledges-{number}.zip", FORMATS["zip"].content_type)
    response["ETag"] = f'"{release.sha256}"'
    return response


@timeless_page
def release_changes(request, number):
    """What differs from the release before, or from the one that `since` names; 200 with a message if there is none."""
    release = get_object_or_404(Release.objects.listed(), number=number)
    since, problem = earlier(request, release)
    context = {"release": release, "since": since, "problem": problem, "read": {"since"}}
    if since:
        found = differences(since, release)
        context |= {
            "moves": moves(outline(found)),
            "tables": [shown(table) for table in found if table.is_any],
            "unchanged": [differences.table.file for differences in found if not differences.is_any],
            "others": Release.objects.listed().exclude(pk=release.pk),
            "most": MOST_ROWS,
        }
    return render(request, "pledges/release_changes.html", context)


@open_file
@timeless_page
def release_changes_csv(request, number):
    """The same as CSV; 400 where the page shows a message."""
    release = get_object_or_404(Release.objects.listed(), number=number)
    since, problem = earlier(request, release, also={"bom"})
    if problem:
        return refused([problem])
    try:
        mark = read_bom(request.GET.getlist("bom"))
    except ValueError as error:
        return refused([f"bom: {error}"])
    content = difference_csv(differences(since, release), mark)
    return attachment(content, f"coalition-pledges-{since.number}-to-{number}.csv", FORMATS["csv"].content_type)


def earlier(request, release, also=frozenset()):
    """The release to compare with, or why there is none: (release or None, message).

    The day of `as_of` changes nothing about releases; `also` names parameters that are read elsewhere.
    """
    unknown = set(request.GET) - {"since", AS_OF, *also}
    asked = request.GET.getlist("since")
    if unknown or len(asked) > 1:
        return None, _("Only “since” can be given here, once: the number of a release.")
    if asked and asked[0]:
        # only what can be a number: PostgreSQL takes no NUL
        found = Release.objects.listed().filter(number=asked[0]).first() if asked[0].isprintable() else None
        unknown_number = _("There is no release of the number “%(number)s”.") % {"number": isolated(clipped(asked[0]))}
        return found, "" if found else unknown_number
    found = previous_of(release)
    return found, "" if found else _("There is no earlier release to compare with.")


def previous_of(release):
    return Release.objects.listed().filter(made_at__lt=release.made_at).first()


def shown(found):
    """`Differences` for readers: rows by their names, cells as they were before the guard against formulas."""
    language, table = current_language(), found.table
    names = {key: (name_of(row, language), page_of(table, row)) for key, row in found.rows.items()}
    keys = [
        (label, len(keys), [(key, *names[key]) for key in keys[:MOST_ROWS]], len(keys) <= SHORT_LIST)
        for label, keys in ((_("Added"), found.added), (_("Removed"), found.removed))
    ]
    changed = [
        (key, *names[key], [(column, language_of(column), unguarded(old), unguarded(new)) for column, old, new in told])
        for key, told in found.changed[:MOST_ROWS]
    ]
    most = max(len(found.added), len(found.removed), len(found.changed))
    return {
        "file": table.file,
        "title": table.title,
        "keys": keys,
        "changed": changed,
        "changed_rows": len(found.changed),
        "is_cut": most > MOST_ROWS,
    }


def name_of(row, language):
    """What readers call a row of a package, as far as its cells tell; empty if they do not."""
    party = row.get(f"country_{language}") or row.get(f"group_{language}")
    words = [party, row.get(f"type_{language}")] if party else [row.get("title") or row.get(f"name_{language}")]
    return " – ".join(unguarded(word) for word in words if word)


def page_of(table, row):
    return reverse(PAGES[table], args=[row["slug"]]) if table in PAGES else ""


def moves(told):
    """The sentences of an `Outline` that say how many pledges got from one stage to another."""
    labels = dict(Stage.choices)
    return [
        ngettext(
            "%(count)s pledge moved from “%(old)s” to “%(new)s”.",
            "%(count)s pledges moved from “%(old)s” to “%(new)s”.",
            number,
        )
        % {"count": number, "old": labels.get(old, old), "new": labels.get(new, new)}
        for (old, new), number in told.moved.most_common()
    ]


@open_file
@timeless_page
def release_atom(request):
    """The latest releases, each with what changed in numbers since the one before."""
    releases = list(Release.objects.listed()[: MOST_ENTRIES + 1])
    own, page = reverse("release-atom"), reverse("release-list")
    feed = feeds.Feed(
        identifier=feeds.tag(site_of(request), own),
        title=_("Releases"),
        author=_("Coalition Pledges"),
        language=current_language(),
        address=request.build_absolute_uri(own),
        page=request.build_absolute_uri(page),
        entries=tuple(
            entry_of(request, release, before)
            for release, before in list(zip_longest(releases, releases[1:]))[:MOST_ENTRIES]
        ),
    )
    return HttpResponse(feeds.atom(feed), content_type=FORMATS["atom"].content_type)


def entry_of(request, release, before):
    path = reverse("release-detail", args=[release.number])
    number = {"count": wording.number(release.pledges)}
    lines = [release.note, ngettext("%(count)s pledge", "%(count)s pledges", release.pledges) % number]
    if before:
        told = outline_between(before.sha256, release.sha256)
        lines += [
            _("Since release %(number)s: %(added)s added, %(removed)s removed, %(changed)s changed.")
            % {"number": before.number, "added": told.added, "removed": told.removed, "changed": told.changed},
            *moves(told),
        ]
    return feeds.Entry(
        identifier=feeds.tag(site_of(request), path),
        title=_("Release %(number)s") % {"number": release.number},
        updated=release.made_at,
        address=request.build_absolute_uri(path),
        html=feeds.lines_html(lines, "rtl" if get_language_bidi() else "ltr"),
    )


@lru_cache(maxsize=100)
def outline_between(old, new):
    """The `Outline` from one release to another, both known by their digests: neither ever changes."""
    releases = [Release.objects.filter(sha256=digest).first() for digest in (old, new)]
    return outline(differences(*releases))
