"""What changed and when: the page of one pledge, and the feed of all that match."""

from django.http import HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils.translation import get_language_bidi, gettext

from pledges.discovery import feeds
from pledges.history.days import AS_OF, path_to
from pledges.history.versions import CHANGED, WITHDRAWN, changes_of, latest_changes
from pledges.i18n import current_language
from pledges.models import Commitment
from pledges.query.base import Problem
from pledges.query.pledges import CommitmentFilter
from pledges.record import wording
from pledges.views.errors import withdrawn_pledge
from pledges.views.readers import public_page, record_page, refused

MOST_ENTRIES = 50


@record_page
def pledge_history(request, slug):
    """What changed in one pledge since it was published, the latest first."""
    pledge = Commitment.objects.public().with_names().filter(slug=slug).first()
    if pledge is None:
        return withdrawn_pledge(request, slug)
    return render(request, "pledges/pledge_history.html", {"pledge": pledge, "changes": changes_of([pledge.pk])})


@public_page
def pledge_atom(request):
    """The latest changes of the pledges that the query string asks for; 400 if it cannot be read."""
    commitments = CommitmentFilter(request.GET)
    if commitments.problems:
        return refused(commitments.problems)
    if AS_OF in commitments.asked:
        return refused([Problem(AS_OF, commitments.label(AS_OF), gettext("Of a past day there is no feed."))])
    changes = latest_changes(commitments.matching(), commitments.withdrawn(), MOST_ENTRIES)
    pledges = Commitment.objects.with_names().in_bulk({change.commitment for change in changes})
    feed = feed_of(request, commitments, [(change, pledges[change.commitment]) for change in changes])
    # no Last-Modified: an entry that is gone leaves no date behind, the tag of the content covers it
    return HttpResponse(feeds.atom(feed), content_type=f"{feeds.MEDIA_TYPE}; charset=utf-8")


def feed_of(request, commitments, changed):
    """The `feeds.Feed` of pairs of a change and its pledge."""
    query = commitments.narrowed(sort=None)
    own, page = path_to("pledge-atom", query=query), path_to("pledge-list", query=query)
    return feeds.Feed(
        identifier=feeds.tag(host(request), own),
        title=commitments.sentence.rstrip("."),
        author=gettext("Coalition Pledges"),
        language=current_language(),
        address=request.build_absolute_uri(own),
        page=request.build_absolute_uri(page),
        entries=tuple(entry_of(request, change, pledge) for change, pledge in changed),
    )


def host(request):
    """The name of the site without a port."""
    return split_domain_port(request.get_host())[0]


def entry_of(request, change, pledge):
    path = pledge.get_absolute_url()
    return feeds.Entry(
        identifier=feeds.tag(host(request), f"{path}{change.identifier}"),
        title=entry_title(change, pledge),
        updated=change.when,
        address=request.build_absolute_uri(path),
        html=feeds.change_html(
            change, "rtl" if get_language_bidi() else "ltr", "" if change.kind == WITHDRAWN else pledge.summary
        ),
    )


def entry_title(change, pledge):
    """`Poland – Airstrikes (11 February 2016): Changed (Status, Places)`; of what is withdrawn only the identifier."""
    if change.kind == WITHDRAWN:
        return f"{pledge.slug}: {change.label}"
    date = wording.date(pledge.announced_on, pledge.announced_precision)
    what = str(change.label)
    if change.kind == CHANGED:
        labels = gettext(", ").join(dict.fromkeys(difference.label for difference in change.differences))
        what = gettext("%(what)s (%(fields)s)") % {"what": what, "fields": labels}
    return gettext("%(pledge)s (%(date)s): %(what)s") % {"pledge": pledge, "date": date, "what": what}
