"""What changed in one pledge or requirement, and when. The feed of many is a file: `exports/atom.py`."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from pledges.history.versions import edits_of
from pledges.models import Commitment, Requirement
from pledges.record import wording
from pledges.views.errors import withdrawn_pledge
from pledges.views.readers import record_page


@record_page
def pledge_history(request, slug):
    """What changed in one pledge since it was published, the latest first."""
    pledge = Commitment.objects.public().with_names().filter(slug=slug).first()
    if pledge is None:
        return withdrawn_pledge(request, slug)
    about = {
        "party": pledge.party,
        "date": wording.date(pledge.announced_on, pledge.announced_precision),
        "page": "pledge-detail",
        "list_page": "pledge-list",
        "list_name": gettext("Pledges"),
    }
    return history_page(request, pledge, about)


@record_page
def requirement_history(request, slug):
    """The same of one requirement."""
    requirement = get_object_or_404(Requirement.objects.public().select_related("type"), slug=slug)
    about = {
        "party": requirement.asked_of,
        "date": wording.date(requirement.asked_on, requirement.asked_precision),
        "page": "requirement-detail",
        "list_page": "requirement-list",
        "list_name": gettext("Requirements"),
    }
    return history_page(request, requirement, about)


def history_page(request, record, about):
    return render(request, "pledges/record_history.html", {"record": record, "edits": edits_of(record), **about})
