"""What readers may see of the pledges, said once: as a condition of the database, and of values at hand.

A pledge is public when it is published and a citation supports it.
"""

from django.db.models import Exists, OuterRef, TextChoices
from django.utils.translation import gettext_lazy as _

from pledges.models.vocab import Stance, State

SHOWN_STATE = State.PUBLISHED
# the stance of a citation that carries a pledge
CARRIES = Stance.SUPPORTS


class NotPublic(TextChoices):
    """Why readers do not see a pledge."""

    DRAFT = State.DRAFT, _("It is a draft.")
    IN_REVIEW = State.IN_REVIEW, _("It is still in review.")
    WITHDRAWN = State.WITHDRAWN, _("It was withdrawn.")
    UNSUPPORTED = "unsupported", _("No citation supports it.")


def is_public(state, stances):
    """Whether readers see a pledge in that state with citations of those stances."""
    return state == SHOWN_STATE and CARRIES in stances


def why_not_public(state, stances):
    """The `NotPublic` reasons of such a pledge; empty if readers see it."""
    reasons = [] if state == SHOWN_STATE else [NotPublic(state)]
    return reasons if CARRIES in stances else [*reasons, NotPublic.UNSUPPORTED]


def carried(citations):
    """Condition on a pledge: one of the citations (a queryset) carries it."""
    return Exists(citations.filter(commitment=OuterRef("pk"), stance=CARRIES))
