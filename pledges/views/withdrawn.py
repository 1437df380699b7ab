"""What stands at the addresses of a pledge that readers once saw and that was withdrawn."""

from django.http import Http404
from django.shortcuts import render

from pledges.models import Commitment
from pledges.models.vocab import State


def once_public(slug):
    """The withdrawn pledge that readers once saw under this slug, or None."""
    pledge = Commitment.objects.filter(slug=slug, state=State.WITHDRAWN).first()
    return pledge if pledge and pledge.history.filter(state=State.PUBLISHED).exists() else None


def withdrawn_pledge(request, slug):
    """410 if readers once saw the pledge; 404 otherwise, as for a slug that never was."""
    pledge = once_public(slug)
    if pledge is None:
        raise Http404
    return render(request, "pledges/pledge_withdrawn.html", {"pledge": pledge}, status=410)
