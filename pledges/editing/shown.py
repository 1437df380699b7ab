"""What of the records readers see, or may soon: a change of it has to be read by somebody else first."""

from typing import Any

from django.db.models import Model

from pledges.editing.resting import above, below, referred, writers
from pledges.editing.snapshots import Snapshot
from pledges.models import Bloc, Commitment, CommitmentType, Country, Proposal, Source, Unit
from pledges.models.edits import VersionedModel
from pledges.models.publication import SHOWN_STATE
from pledges.models.vocab import State
from pledges.models.workflow import WAITING

# pages and files list them whether or not a pledge uses them
ALWAYS_SHOWN = (Country, CommitmentType, Unit, Bloc)
# a pledge that is read, or that was, comes to readers with what it rests on
DECIDED_ABOUT = (State.IN_REVIEW, State.WITHDRAWN)


def is_shown(record: Model) -> bool:
    """Whether readers see the record as it is stored, or may any moment since somebody decides about what rests on it.

    A pledge that is not published can be changed: who decides about it reads its latest version.
    """
    if isinstance(record, Commitment):
        return record.state == SHOWN_STATE
    if record.pk is None:  # nothing rests on what is not saved
        return isinstance(record, ALWAYS_SHOWN)
    return is_public(record) or is_awaited(record)


def is_public(record: Model) -> bool:
    """Whether readers see the record, or what they see is reckoned by it."""
    if isinstance(record, ALWAYS_SHOWN):
        return True
    keys = {record.pk}
    if isinstance(record, Source):  # evidence is counted by the originals of reprints, and packages hold them
        keys |= {key for model, key in above(record) if model is Source}
    return type(record).objects.public().filter(pk__in=keys).exists()


def is_awaited(record: VersionedModel) -> bool:
    """Whether a pledge that somebody decides about rests on the record, or a proposal that waits."""
    resting = above(record)
    pledges = {key for model, key in resting if model is Commitment}
    if Commitment.objects.filter(pk__in=pledges, state__in=DECIDED_ABOUT).exists():
        return True
    resting.add((type(record), record.pk))
    waiting = Proposal.objects.filter(state__in=WAITING)
    return any(not resting.isdisjoint(referred(proposal.about, proposal.content)) for proposal in waiting)


def writers_below(model: type[VersionedModel], content: Snapshot, **since: Any) -> set[int]:
    """The accounts that wrote what readers do not see yet and would see with a text that refers to it."""
    found = set()
    for row in shown_with(model, content):
        found |= writers(type(row), row.pk, **since)
    return found


def shown_with(model: type[VersionedModel], content: Snapshot) -> list[VersionedModel]:
    """The records that readers do not see yet and would see with a text that refers to them."""
    keys = sorted(below(model, content), key=lambda key: (key[0].__name__, key[1]))
    rows = [row for kind, key in keys for row in kind.objects.filter(pk=key)]
    return [row for row in rows if not is_public(row)]
