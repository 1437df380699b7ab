"""How to cite a pledge, a requirement, the current view or a release, on pages and as files."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from pledges.discovery import referencing
from pledges.history.as_of import known_on
from pledges.history.days import AS_OF, path_to
from pledges.history.versions import last_saved
from pledges.i18n import current_language
from pledges.models import Commitment, Release, Requirement
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import RequirementFilter
from pledges.record import wording
from pledges.releases.newest import newest
from pledges.views.downloads import attachment
from pledges.views.errors import withdrawn_pledge
from pledges.views.readers import open_file, public_page, record_page, refused, timeless_page


def work(request, title, path, **more):
    """A `referencing.Work` of this site, as retrieved today."""
    return referencing.Work(
        title=title,
        author=gettext("Coalition Pledges"),
        address=request.build_absolute_uri(path),
        accessed=timezone.now().date(),
        language=current_language(),
        licence=settings.DATA_LICENCE["name"],
        **more,
    )


def pledge_work(request, pledge):
    """How to cite one pledge (with its names): the `Work`."""
    date = wording.date(pledge.announced_on, pledge.announced_precision)
    title = gettext("%(party)s – %(type)s (%(date)s)") % {
        "party": pledge.party,
        "type": pledge.type.name,
        "date": date,
    }
    return record_work(request, pledge, title, "pledge-detail")


def requirement_work(request, requirement):
    """The same of a requirement."""
    title = gettext("Requirement: %(requirement)s") % {"requirement": wording.requirement(requirement)}
    return record_work(request, requirement, title, "requirement-detail")


def record_work(request, record, title, page):
    """The `Work` of a record as it is shown, on the day that is asked for."""
    if day := known_on():
        title = gettext(", ").join([title, gettext("as known on %(day)s") % {"day": wording.day(day)}])
    saved = last_saved(type(record).objects.filter(pk=record.pk)).get(record.pk)
    return work(request, title, path_to(page, record.slug), updated=saved and saved.date())


# the list of what a filter matches, and how to cite it, by their names in the URL conf
VIEWS = {
    CommitmentFilter: ("pledge-list", "pledges-cite"),
    RequirementFilter: ("requirement-list", "requirements-cite"),
}


def view_work(request, query):
    """How to cite what a filter matches: the `Work`, with what was seen, at the address of the list of that day."""
    list_page, _cite = VIEWS[type(query)]
    day, release = day_cited(query), newest()
    about = {}
    if release and release.is_same:
        about = {"version": release.number, "updated": release.day}
    elif release:
        words = {"version": release.number, "day": wording.day(release.day)}
        about = {"remark": gettext("Changed since the newest release, %(version)s of %(day)s") % words}
    path = path_to(list_page, query=query_cited(query, day))
    return work(request, query.sentence, path, kind="dataset", seen=seen(query, day), known_on=day, **about)


def day_cited(query):
    """The day at whose end what is shown can be seen again: today, if no other is asked for; None of an empty site."""
    has_any = query.index.public if query.index else query.queryset.exists()
    return known_on() or (timezone.now().date() if has_any else None)


def query_cited(query, day):
    """The query string that shows the same matches again later."""
    return query.with_conditions(sort=None, as_of=day)


def seen(query, day):
    """How much a filter matches, and as known when: `12 pledges and 1 refusal, as known on 27 November 2026`."""
    if query.problems:
        return ""
    if isinstance(query, CommitmentFilter):
        pledges, refusals = wording.pledges(query.tally.pledges), query.tally.refusals
        words = {"pledges": pledges, "refusals": wording.refusals(refusals)}
        number = gettext("%(pledges)s and %(refusals)s") % words if refusals else pledges
    else:
        count = query.matching().count()
        number = ngettext("%(count)s requirement", "%(count)s requirements", count) % {"count": wording.number(count)}
    if day is None or AS_OF in query.asked:  # then the title says the day
        return number
    return gettext("%(number)s, as known on %(day)s") % {"number": number, "day": wording.day(day)}


def release_work(request, release):
    """How to cite a release: the `Work`, of the day it was made."""
    return work(
        request,
        gettext("Pledges to the coalition against ISIS"),
        reverse("release-detail", args=[release.number]),
        updated=release.made_at.date(),
        version=release.number,
        kind="dataset",
    )


def for_page(work, address_of, since=None):
    """What `_cite.html` shows: the words, the address, and (label, address) of each file, from its extension.

    `since` is the address that tells what changed since.
    """
    files = [(form.label, address_of(extension)) for extension, form in referencing.FORMATS.items()]
    return {"words": referencing.words(work), "address": work.link, "files": files, "since": since}


def pledge_reference(request, pledge):
    return for_page(pledge_work(request, pledge), lambda ext: path_to("pledge-cite", pledge.slug, ext))


def requirement_reference(request, requirement):
    return for_page(
        requirement_work(request, requirement), lambda ext: path_to("requirement-cite", requirement.slug, ext)
    )


def view_reference(request, query):
    """The same for a view; None if there is none, because the query cannot be read."""
    if query.problems:
        return None
    asked, (_list, cite) = query.narrowed(sort=None), VIEWS[type(query)]
    day, since = day_cited(query), None
    if day and isinstance(query, CommitmentFilter):
        since = path_to("since", query=query_cited(query, day))
    return for_page(view_work(request, query), lambda ext: path_to(cite, ext, query=asked), since)


def release_reference(request, release):
    return for_page(release_work(request, release), lambda ext: reverse("release-cite", args=[release.number, ext]))


def reference_file(work, extension):
    """The file of that extension as a download; 404 for an unknown one."""
    if extension not in referencing.FORMATS:
        raise Http404
    form = referencing.FORMATS[extension]
    return attachment(form.write(work), f"{work.key}.{extension}", f"{form.media_type}; charset=utf-8")


@open_file
@record_page
def pledge_cite(request, slug, extension):
    """How to cite one pledge, as a file; 410 for one that was published and withdrawn."""
    pledge = Commitment.objects.public().with_names().filter(slug=slug).first()
    if pledge is None:
        return withdrawn_pledge(request, slug)
    return reference_file(pledge_work(request, pledge), extension)


@open_file
@record_page
def requirement_cite(request, slug, extension):
    """How to cite one requirement, as a file."""
    requirement = get_object_or_404(Requirement.objects.public().select_related("type"), slug=slug)
    return reference_file(requirement_work(request, requirement), extension)


@open_file
@timeless_page
def release_cite(request, number, extension):
    """How to cite a release, as a file."""
    release = get_object_or_404(Release.objects.listed(), number=number)
    return reference_file(release_work(request, release), extension)


@open_file
@public_page
def view_cite(request, extension, filter_class):
    """How to cite what the query string asks for, as a file; 400 if it cannot be read."""
    query = filter_class(request.GET)
    if query.problems:
        return refused(query.problems)
    return reference_file(view_work(request, query), extension)
