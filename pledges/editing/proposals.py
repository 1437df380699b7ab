"""Changes of what readers see: proposed by one person, read with their effect and accepted by another.

Until then readers keep seeing the record as it is.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.editing.effects import Effect, effect_of
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.resting import writers
from pledges.editing.rules import findings
from pledges.editing.shown import is_public, writers_below
from pledges.editing.snapshots import Snapshot, apply, take
from pledges.editing.workflow import NOTHING_SAID, PUBLISH, Why, alone, outdated_words
from pledges.models import Commitment, Proposal, edits
from pledges.models.edits import Through, VersionedModel
from pledges.models.texts import says_nothing
from pledges.models.vocab import State
from pledges.models.workflow import WAITING, ProposalState
from pledges.record.edits import edit, name_of


def record_of(proposal: Proposal, *, locked: bool = False) -> VersionedModel:
    """The record that it would change; a new, unsaved one where it would add one."""
    model = proposal.about
    if proposal.record is None:
        return model()
    rows = edits.locked(model.objects) if locked else model.objects
    record = rows.filter(pk=proposal.record).first()
    if record is None:
        raise Refused(_("The record was deleted since this was proposed."))
    return record


@dataclass(frozen=True)
class Proposed:
    """What is proposed: the record as it was read and as it is to be, and what was typed into which form for it."""

    base: Snapshot
    content: Snapshot
    typed: dict = field(default_factory=dict)


def propose(record: VersionedModel, version: int, proposed: Proposed, user: Any, why: str) -> Proposal:
    """Keeps a change for review; the record may be a new one that is not saved. `Refused` without a reason.

    The same form sent twice is one proposal.
    """
    if says_nothing(why):
        raise Refused(_("Say why: readers see this record, and somebody else has to agree."))
    proposal = Proposal(
        model=record._meta.model_name,
        record=record.pk,
        base_version=version,
        base=proposed.base,
        content=proposed.content,
        typed=proposed.typed,
        user=user,
        who=name_of(user),
        why=why.strip(),
    )
    may_write(user, proposal)
    for own in waiting_for(record).filter(user=user, state=ProposalState.OPEN, why=proposal.why):
        if (own.base, own.content) == (proposal.base, proposal.content):
            return own
    proposal.save()
    return proposal


def may_write(user: Any, proposal: Proposal) -> None:
    """`Refused` unless the user may still enter such records."""
    if not user.has_perm(f"pledges.{'change' if proposal.record else 'add'}_{proposal.model}"):
        raise Refused(_("You may not change such records."))


def effect(proposal: Proposal) -> Effect:
    """What accepting it would change for readers. ValidationError where the record could not be saved so."""
    return effect_of(lambda: put_in_place(proposal))


@transaction.atomic
def accept(proposal: Proposal, user: Any, version: int | None, why: Why = NOTHING_SAID) -> Proposal:
    """Makes the change as its author's edit; `Refused` or `Outdated` where that may not be.

    `version` is the one of the proposal that was read.
    """
    proposal = checked(proposal, user, version, PUBLISH)
    proposal.alone = alone(user, authors(proposal), why)
    try:
        proposal.edit = put_in_place(proposal)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return settled(proposal, ProposalState.ACCEPTED, user, why.comment)


def authors(proposal: Proposal) -> set[int | None]:
    """The accounts that wrote what readers would see with it: its own author, and those of what nobody has read yet."""
    found = {proposal.user_id} | writers_below(proposal.about, proposal.content)
    record = record_of(proposal)
    return found if record.pk is None or is_public(record) else found | writers(type(record), record.pk)


@transaction.atomic
def send_back(proposal: Proposal, user: Any, version: int | None, why: Why) -> Proposal:
    """Returns it to its author, with what is to be mended."""
    proposal = checked(proposal, user, version, PUBLISH)
    if says_nothing(why.comment):
        raise Refused(_("Say why."))
    return settled(proposal, ProposalState.SENT_BACK, user, why.comment)


@transaction.atomic
def drop(proposal: Proposal, user: Any, version: int | None, why: Why = NOTHING_SAID) -> Proposal:
    """Gives it up: its author may, and a reviewer."""
    proposal = checked(proposal, user, version, None)
    if user.pk != proposal.user_id and not user.has_perm(PUBLISH):
        raise Refused(_("Only its author or a reviewer may drop a proposal."))
    may_write(user, proposal)
    return settled(proposal, ProposalState.DROPPED, user, why.comment)


@transaction.atomic
def change(proposal: Proposal, user: Any, version: int | None, proposed: Proposed, why: str) -> Proposal:
    """Another content, by its author, as the next version of the proposal; it waits for a reviewer again."""
    proposal = checked(proposal, user, version, None)
    if user.pk != proposal.user_id:
        raise Refused(_("Only its author changes a proposal."))
    may_write(user, proposal)
    proposal.base, proposal.content, proposal.typed = proposed.base, proposed.content, proposed.typed
    proposal.base_version = record_of(proposal).version
    proposal.why, proposal.state = why.strip() or proposal.why, ProposalState.OPEN
    proposal.version += 1
    proposal.save()
    return proposal


def checked(proposal: Proposal, user: Any, version: int | None, permission: str | None) -> Proposal:
    """The proposal, locked and still waiting, if the user holds the permission and has read this version."""
    if permission and not user.has_perm(permission):
        raise Refused(_("Only a reviewer may do this."))
    proposal = edits.locked(Proposal.objects).get(pk=proposal.pk)
    if proposal.state not in WAITING:
        raise Refused(_("This proposal is settled already."))
    if version != proposal.version:
        raise Outdated(outdated_words(version))
    return proposal


def put_in_place(proposal: Proposal):
    """Saves the record as proposed, as an edit of its author; returns the `Edit`."""
    record = record_of(proposal, locked=True)
    if isinstance(record, Commitment) and record.state == State.WITHDRAWN:
        raise Refused(_("The pledge was withdrawn since this was proposed: it is restored first."))
    if record.pk and take(record) != proposal.base:
        raise Outdated(_("The record was changed since this was proposed: its author has to look at it again."))
    with edit(proposal.user, Through.PROPOSAL, proposal.why) as made:
        apply(record, proposal.content)
        found = [str(found) for found in findings(record, publishing=True) if found.level == "error"]
        if found:
            raise Refused(" ".join(found))
        return made.written()


def settled(proposal: Proposal, state: ProposalState, user: Any, comment: str) -> Proposal:
    proposal.state, proposal.comment = state, comment.strip()
    proposal.decided_by, proposal.decided_who, proposal.decided_at = user, name_of(user), timezone.now()
    proposal.save()
    return proposal


def waiting_for(record: VersionedModel):
    """The proposals about a record that are not settled."""
    return Proposal.objects.filter(model=record._meta.model_name, record=record.pk, state__in=WAITING)
