"""What changed in one pledge, and when. The feed of many is a file: `exports/atom.py`."""

from django.shortcuts import render

from pledges.history.versions import edits_of
from pledges.models import Commitment
from pledges.views.errors import withdrawn_pledge
from pledges.views.readers import record_page


@record_page
def pledge_history(request, slug):
    """What changed in one pledge since it was published, the latest first."""
    pledge = Commitment.objects.public().with_names().filter(slug=slug).first()
    if pledge is None:
        return withdrawn_pledge(request, slug)
    return render(request, "pledges/pledge_history.html", {"pledge": pledge, "edits": edits_of(pledge)})
