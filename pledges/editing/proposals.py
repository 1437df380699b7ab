"""Changes of what readers see: proposed by one person, read with their effect and accepted by another.

Until then readers keep seeing the record as it is.
"""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.editing.effects import Effect, effect_of
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.rules import findings
from pledges.editing.snapshots import Snapshot, apply, take
from pledges.editing.workflow import PUBLISH, alone, outdated_words
from pledges.models import Proposal
from pledges.models.edits import Through, VersionedModel
from pledges.models.workflow import ProposalState
from pledges.record.edits import edit, name_of

WAITING = (ProposalState.OPEN, ProposalState.SENT_BACK)


def model_of(proposal: Proposal) -> type[VersionedModel]:
    return apps.get_model("pledges", proposal.model)


def record_of(proposal: Proposal, *, locked: bool = False) -> VersionedModel:
    """The record that it would change; a new, unsaved one where it would add one."""
    model = model_of(proposal)
    if proposal.record is None:
        return model()
    rows = model.objects.select_for_update(of=("self",)) if locked else model.objects
    return rows.get(pk=proposal.record)


def propose(model: type[VersionedModel], record: int | None, version: int, base: Snapshot, content: Snapshot, user: Any,
            why: str) -> Proposal:  # fmt: skip
    """Keeps a change for review; `record` is the primary key, None for a new one. `Refused` without a reason."""
    if not why.strip():
        raise Refused(_("Say why: readers see this record, and somebody else has to agree."))
    return Proposal.objects.create(
        model=model._meta.model_name, record=record, base_version=version, base=base, content=content, user=user,
        who=name_of(user), why=why.strip(),
    )  # fmt: skip


def effect(proposal: Proposal) -> Effect:
    """What accepting it would change for readers. ValidationError where the record could not be saved so."""
    return effect_of(lambda: put_in_place(proposal))


@transaction.atomic
def accept(
    proposal: Proposal, user: Any, version: int | None, *, comment: str = "", override: bool = False
) -> Proposal:
    """Makes the change as its author's edit; `Refused` or `Outdated` where that may not be.

    `version` is the one of the proposal that was read.
    """
    proposal = checked(proposal, user, version, PUBLISH)
    proposal.alone = alone(user, {proposal.user_id}, override=override, comment=comment)
    try:
        proposal.edit = put_in_place(proposal)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return settled(proposal, ProposalState.ACCEPTED, user, comment)


@transaction.atomic
def send_back(proposal: Proposal, user: Any, version: int | None, *, comment: str) -> Proposal:
    """Returns it to its author, with what is to be mended."""
    proposal = checked(proposal, user, version, PUBLISH)
    if not comment.strip():
        raise Refused(_("Say why."))
    return settled(proposal, ProposalState.SENT_BACK, user, comment)


@transaction.atomic
def drop(proposal: Proposal, user: Any, version: int | None) -> Proposal:
    """Gives it up: its author may, and a reviewer."""
    proposal = checked(proposal, user, version, None)
    if user.pk != proposal.user_id and not user.has_perm(PUBLISH):
        raise Refused(_("Only its author or a reviewer may drop a proposal."))
    return settled(proposal, ProposalState.DROPPED, user, "")


@transaction.atomic
def change(proposal: Proposal, user: Any, version: int | None, content: Snapshot, why: str) -> Proposal:
    """Another content, by its author, as the next version of the proposal; it waits for a reviewer again."""
    proposal = checked(proposal, user, version, None)
    if user.pk != proposal.user_id:
        raise Refused(_("Only its author changes a proposal."))
    proposal.content, proposal.why, proposal.state = content, why.strip() or proposal.why, ProposalState.OPEN
    proposal.version += 1
    proposal.save()
    return proposal


def checked(proposal: Proposal, user: Any, version: int | None, permission: str | None) -> Proposal:
    """The proposal, locked and still waiting, if the user holds the permission and has read this version."""
    if permission and not user.has_perm(permission):
        raise Refused(_("Only a reviewer may do this."))
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if proposal.state not in WAITING:
        raise Refused(_("This proposal is settled already."))
    if version != proposal.version:
        raise Outdated(outdated_words(version))
    return proposal


def put_in_place(proposal: Proposal):
    """Saves the record as proposed, as an edit of its author; returns the `Edit`."""
    record = record_of(proposal, locked=True)
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
