"""Releases: frozen packages to cite, and what changed from one to the next."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from pledges.exports.guard import unguarded
from pledges.exports.releases import difference_csv, differences
from pledges.i18n import LANGUAGES
from pledges.models import Release
from pledges.views.citations import release_citation
from pledges.views.machines import release_dataset
from pledges.views.public import refused, timeless_page

# longer lists of keys are folded at first
SHORT_LIST = 20


@timeless_page
def release_list(request):
    return render(request, "pledges/release_list.html", {"releases": Release.objects.listed()})


@timeless_page
def release_detail(request, number):
    release = get_object_or_404(Release.objects.listed(), number=number)
    context = {
        "release": release,
        "previous": previous_of(release),
        "cite": release_citation(request, release),
        "dataset": release_dataset(request, release),
    }
    return render(request, "pledges/release_detail.html", context)


def digest(request, number):
    """The entity tag of a release: its bytes never change."""
    found = Release.objects.filter(number=number).values_list("sha256", flat=True).first()
    return found and f'"{found}"'


@timeless_page
@condition(etag_func=digest)
def release_zip(request, number):
    """The package, byte for byte as it was made."""
    release = get_object_or_404(Release, number=number)
    response = HttpResponse(bytes(release.package), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"coalition-pledges-{number}.zip")
    return response


@timeless_page
def release_changes(request, number):
    """What differs from the release before, or from the one that `since` names; 200 with a message if there is none."""
    release = get_object_or_404(Release, number=number)
    since, problem = earlier(request, release)
    context = {"release": release, "since": since, "problem": problem, "read": {"since"}}
    if since:
        found = differences(since, release)
        context["tables"] = [shown(table) for table in found if table.is_any]
        context["unchanged"] = [table.file for table in found if not table.is_any]
        context["others"] = Release.objects.listed().exclude(pk=release.pk)
    return render(request, "pledges/release_changes.html", context)


@timeless_page
def release_changes_csv(request, number):
    """The same as CSV; 400 where the page shows a message."""
    release = get_object_or_404(Release, number=number)
    since, problem = earlier(request, release)
    if problem:
        return refused([problem])
    content = difference_csv(differences(since, release))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"coalition-pledges-{since.number}-to-{number}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def earlier(request, release):
    """The release to compare with, or why there is none: (release or None, message)."""
    unknown = set(request.GET) - {"since"}
    asked = request.GET.getlist("since")
    if unknown or len(asked) > 1:
        return None, _("Only “since” can be given here, once: the number of a release.")
    if asked and asked[0]:
        # only what can be a number: PostgreSQL takes no NUL
        found = Release.objects.filter(number=asked[0]).first() if asked[0].isprintable() else None
        return found, "" if found else _("There is no release of this number.")
    found = previous_of(release)
    return found, "" if found else _("There is no earlier release to compare with.")


def previous_of(release):
    return Release.objects.filter(made_at__lt=release.made_at).order_by("-made_at", "-pk").first()


def language_of(column):
    """The language that a column is in, by the end of its name; empty if that does not tell."""
    ending = column.rpartition("_")[2]
    return ending if ending in LANGUAGES else ""


def shown(found):
    """`Differences` for readers: cells as they were before the guard against formulas."""
    changed = [
        (key, [(column, language_of(column), unguarded(old), unguarded(new)) for column, old, new in fields])
        for key, fields in found.changed
    ]
    keys = [
        (label, keys, len(keys) <= SHORT_LIST)
        for label, keys in ((_("Added"), found.added), (_("Removed"), found.removed))
    ]
    return {"file": found.file, "keys": keys, "changed": changed}
