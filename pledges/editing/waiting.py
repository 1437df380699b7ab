"""What waits for somebody: drafts, reviews, proposals, and what came back to its author."""

from typing import Any

from pledges.models import Commitment, Decision, Proposal
from pledges.models.vocab import State
from pledges.models.workflow import ProposalState


def in_review() -> int:
    """The number of pledges that wait for a reviewer."""
    return Commitment.objects.filter(state=State.IN_REVIEW).count()


def open_proposals() -> int:
    """The number of proposals that wait for a reviewer."""
    return Proposal.objects.filter(state=ProposalState.OPEN).count()


def sent_back(user: Any) -> int:
    """The number of proposals of the user that came back."""
    return Proposal.objects.filter(state=ProposalState.SENT_BACK, user=user).count()


def drafts_sent_back() -> int:
    """The number of drafts that a reviewer sent back."""
    back = Decision.objects.filter(from_state=State.IN_REVIEW, to_state=State.DRAFT)
    return Commitment.objects.filter(state=State.DRAFT, decisions__in=back).distinct().count()
