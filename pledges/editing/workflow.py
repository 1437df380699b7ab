"""The states of publication of a pledge: which step leads where, who may take it, and what it needs.

Draft, in review, published, withdrawn. Who publishes has made none of the changes that are published with it, and
publishes the version that was read.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from pledges.editing.refusals import Outdated, Refused
from pledges.editing.rules import findings
from pledges.editing.snapshots import part_models
from pledges.models import Commitment, Decision
from pledges.models.edits import Through
from pledges.models.vocab import State
from pledges.models.workflow import Alone
from pledges.record.edits import edit
from pledges.record.reasons import SiteReason

CHANGE, PUBLISH = "pledges.change_commitment", "pledges.publish_commitment"


@dataclass(frozen=True)
class Step:
    """A way from one state to another."""

    name: str
    label: Promise
    from_states: frozenset[State]
    to_state: State | None  # None: where it was withdrawn from
    permission: str
    needs_comment: bool = False
    needs_reasons: bool = False  # for readers, in both languages
    needs_four_eyes: bool = False


SEND = Step("send", pgettext_lazy("decision", "Send for review"), frozenset({State.DRAFT}), State.IN_REVIEW, CHANGE)
TAKE_BACK = Step(
    "take_back", pgettext_lazy("decision", "Take back to draft"), frozenset({State.IN_REVIEW}), State.DRAFT, CHANGE
)
SEND_BACK = Step(
    *("send_back", pgettext_lazy("decision", "Send back"), frozenset({State.IN_REVIEW}), State.DRAFT, PUBLISH),
    needs_comment=True,
)
PUBLISHING = Step(
    *("publish", pgettext_lazy("decision", "Publish"), frozenset({State.IN_REVIEW}), State.PUBLISHED, PUBLISH),
    needs_four_eyes=True,
)
WITHDRAW = Step(
    *("withdraw", pgettext_lazy("decision", "Withdraw")),
    frozenset({State.DRAFT, State.IN_REVIEW, State.PUBLISHED}),
    State.WITHDRAWN,
    PUBLISH,
    needs_reasons=True,
)
RESTORE = Step(
    *("restore", pgettext_lazy("decision", "Restore"), frozenset({State.WITHDRAWN}), None, PUBLISH),
    needs_comment=True,
    needs_four_eyes=True,
)
STEPS = {step.name: step for step in (SEND, TAKE_BACK, SEND_BACK, PUBLISHING, WITHDRAW, RESTORE)}


@dataclass(frozen=True)
class Reasons:
    """Why, as readers are told at the address of what was withdrawn."""

    english: str = ""
    arabic: str = ""


@transaction.atomic
def decide(
    commitment: Commitment,
    step: Step,
    user: Any,
    version: int | None,
    *,
    comment: str = "",
    reasons: Reasons = Reasons(),
    override: bool = False,
    through: Through = Through.FORM,
) -> Decision:
    """Takes a step with the version of a pledge that was read, as one edit; returns the `Decision`.

    `override`: a superuser decides alone, and the comment says why. `Refused` if it may not be, `Outdated` if the
    pledge is of another version by now.
    """
    commitment = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    alone = check(commitment, step, user, version, comment=comment, reasons=reasons, override=override)
    from_state, to_state = State(commitment.state), target(commitment, step)
    with edit(user, through, comment) as made:
        commitment.state = to_state
        if step.needs_reasons:
            commitment.withdrawal_reason_en, commitment.withdrawal_reason_ar = reasons.english, reasons.arabic
        if not comment and through == Through.ACTION:
            commitment._change_reason = SiteReason.STATE_OF_MANY.value
        commitment.save()
        decision = Decision.objects.create(
            commitment=commitment, from_state=from_state, to_state=to_state, version=version, alone=alone,
            edit=made.written(),
        )  # fmt: skip
    if to_state == State.PUBLISHED and (found := errors(commitment)):
        raise Refused(" ".join(found))
    return decision


def check(commitment, step, user, version, *, comment="", reasons=None, override=False) -> Alone:
    """Raises `Refused` unless the user may take the step now; returns whether, and why, alone."""
    if not user.has_perm(step.permission):
        raise Refused(_("Only a reviewer may do this."))
    if version != commitment.version:
        raise Outdated(outdated_words(version))
    if commitment.state not in step.from_states:
        state = State(commitment.state).label
        raise Refused(_("Not possible: the pledge is in the state “%(state)s”.") % {"state": state})
    if step.needs_comment and not comment.strip():
        raise Refused(_("Say why."))
    if step.needs_reasons and not (reasons and reasons.english.strip() and reasons.arabic.strip()):
        raise Refused(_("Give the reason in both languages: readers see it at the old address."))
    if not (step.needs_four_eyes and target(commitment, step) == State.PUBLISHED):
        return Alone.NONE
    return alone(user, contributors(commitment), override=override, comment=comment)


def outdated_words(version: int | None) -> str:
    if version is None:
        return _("The request does not say which version was read. Open the record again.")
    return _("The record was changed since you read it. Read the present version, then decide.")


def alone(user: Any, authors: set[int | None], *, override: bool = False, comment: str = "") -> Alone:
    """`Alone.NONE` where the user is none of the authors; else by which rule one person decides; else `Refused`."""
    if user.pk not in authors:
        return Alone.NONE
    if settings.ONE_REVIEWER:
        return Alone.ONE_REVIEWER
    if override and user.is_superuser:
        if not comment.strip():
            raise Refused(_("Say why you decide alone."))
        return Alone.OVERRIDE
    raise Refused(_("You made some of these changes: somebody else has to read them."))


def target(commitment: Commitment, step: Step) -> State:
    if step.to_state is not None:
        return step.to_state
    withdrawn = commitment.decisions.filter(to_state=State.WITHDRAWN).first()
    # a record from before there were decisions was public, or its address would not tell of it
    return State.PUBLISHED if withdrawn is None or withdrawn.from_state == State.PUBLISHED else State.DRAFT


def contributors(commitment: Commitment) -> set[int | None]:
    """The accounts (primary keys) that changed the pledge or its parts since it was last published."""
    published = commitment.decisions.filter(to_state=State.PUBLISHED).first()
    found = set()
    for model, key in ((Commitment, "id"), *((part, "commitment_id") for part in part_models(Commitment).values())):
        rows = model.history.filter(**{key: commitment.pk}).filter(changed_it)
        if published:
            rows = rows.filter(history_id__isnull=False, record_version__gt=published.version + 1)
        found |= set(rows.order_by().values_list("history_user_id", flat=True).distinct())
    return found - {None}


# neither what follows from other records nor the decisions themselves are changes of the pledge
changed_it = (~Q(history_change_reason=SiteReason.DERIVED) | Q(history_change_reason=None)) & ~Q(
    edit__in=Decision.objects.values("edit")
)


def steps_for(commitment: Commitment, user: Any) -> list[Step]:
    """The steps that the user may take from the present state, four eyes apart."""
    return [step for step in STEPS.values() if commitment.state in step.from_states and user.has_perm(step.permission)]


def errors(commitment: Commitment) -> list[str]:
    """What refuses the pledge to readers, in words."""
    return [str(found) for found in findings(commitment, publishing=True) if found.level == "error"]
