"""The states of publication of a pledge: which step leads where, who may take it, and what it needs.

Draft, in review, published, withdrawn. Who publishes has made none of the changes that are published with it, and
publishes the version that was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from pledges.editing.effects import Effect, effect_of
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.resting import writers
from pledges.editing.rules import findings, refusing
from pledges.editing.shown import writers_below
from pledges.editing.snapshots import take
from pledges.models import Commitment, Decision, Edit
from pledges.models.edits import Through, locked
from pledges.models.texts import says_nothing
from pledges.models.vocab import State
from pledges.models.workflow import Alone
from pledges.record.edits import OpenEdit, edit

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
# {from and to: the step that takes it back}
BACK = {
    (State.DRAFT, State.IN_REVIEW): TAKE_BACK,
    (State.IN_REVIEW, State.DRAFT): SEND,
    (State.IN_REVIEW, State.PUBLISHED): WITHDRAW,
    (State.WITHDRAWN, State.PUBLISHED): WITHDRAW,
    (State.WITHDRAWN, State.DRAFT): WITHDRAW,
    **{(state, State.WITHDRAWN): RESTORE for state in (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)},
}
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Reasons:
    """Why, as readers are told at the address of what was withdrawn."""

    english: str = ""
    arabic: str = ""


@dataclass(frozen=True)
class Why:
    """What is said of a decision: a comment for editors, and the reasons that readers are told."""

    comment: str = ""
    reasons: Reasons = Reasons()  # noqa: RUF009  it does not change
    override: bool = False  # a superuser decides alone, and the comment says why


NOTHING_SAID = Why()


@transaction.atomic
def decide(commitment: Commitment, step: Step, user: Any, version: int | None, why: Why = NOTHING_SAID) -> Decision:
    """Takes a step with the version of a pledge that was read, as one edit; returns the `Decision`.

    `Refused` if it may not be, `Outdated` if the pledge is of another version by now.
    """
    with edit(user, Through.FORM, why.comment or why.reasons.english) as made:
        return decide_in(made, commitment, step, version, why)


@transaction.atomic
def decide_many(versions: dict[int, int | None], step: Step, user: Any, why: Why) -> Edit:
    """The same for several pledges, {primary key: version read}, all or none; returns the edit, which can be undone.

    `Refused` names the first pledge that is refused.
    """
    if not versions:
        raise Refused(_("Nothing was chosen."))
    if len(versions) > MOST_AT_ONCE:
        raise Refused(_("At most %(n)s pledges at once.") % {"n": MOST_AT_ONCE})
    if says_nothing(why.comment):
        raise Refused(_("Say why."))
    with edit(user, Through.ACTION, why.comment) as made:
        chosen = Commitment.objects.filter(pk__in=versions).order_by("pk")
        if len(chosen) < len(versions):
            raise Refused(_("A pledge that was chosen is not there."))
        for commitment in chosen:
            try:
                decide_in(made, commitment, step, versions[commitment.pk], why)
            except Refused as refused:
                raise type(refused)(f"\u2068{commitment.slug}\u2069: {refused}") from refused
    return made.written()


def decide_in(made: OpenEdit, commitment: Commitment, step: Step, version: int | None, why: Why) -> Decision:
    commitment = locked(Commitment.objects).get(pk=commitment.pk)
    decided_alone = check(commitment, step, made.user, version, why)
    from_state, to_state = State(commitment.state), target(commitment, step)
    if to_state == State.PUBLISHED and (found := errors(commitment, why.comment)):
        raise Refused(" ".join(found))
    commitment.state = to_state
    if step.needs_reasons:
        commitment.withdrawal_reason_en = why.reasons.english.strip()
        commitment.withdrawal_reason_ar = why.reasons.arabic.strip()
    commitment.save()
    return Decision.objects.create(
        commitment=commitment,
        from_state=from_state,
        to_state=to_state,
        version=version,
        alone=decided_alone,
        edit=made.written(),
    )


@transaction.atomic
def undo(done: Edit, user: Any, why: Why) -> Edit:
    """Takes the decisions of an edit back, all or none, as an edit of its own.

    What was published is withdrawn, with its reasons, since readers have seen it. `Refused` where a pledge was
    changed after the decision.
    """
    if says_nothing(why.comment):
        raise Refused(_("Say why."))
    decisions = list(done.decisions.select_related("commitment"))
    if not decisions:
        raise Refused(_("This edit has no decisions that could be undone."))
    with edit(user, Through.ACTION, why.comment) as made:
        for decision in decisions:
            take_back(made, decision, why)
    return made.written()


def take_back(made: OpenEdit, decision: Decision, why: Why) -> Decision:
    step = BACK[decision.from_state, decision.to_state]
    commitment = decision.commitment
    if commitment.decisions.first() != decision or commitment.version != decision.version + 1:
        raise Refused(_("\u2068%(slug)s\u2069 was changed since.") % {"slug": commitment.slug})
    return decide_in(made, commitment, step, commitment.version, why)


def check(commitment: Commitment, step: Step, user: Any, version: int | None, why: Why) -> Alone:
    """Raises `Refused` unless the user may take the step now; returns whether, and why, alone."""
    if not user.has_perm(step.permission):
        raise Refused(_("Only a reviewer may do this."))
    if version != commitment.version:
        raise Outdated(outdated_words(version))
    if commitment.state not in step.from_states:
        state = State(commitment.state).label
        raise Refused(_("Not possible: the pledge is in the state “%(state)s”.") % {"state": state})
    if step.needs_comment and says_nothing(why.comment):
        raise Refused(_("Say why."))
    if step.needs_reasons and any(map(says_nothing, (why.reasons.english, why.reasons.arabic))):
        raise Refused(_("Give the reason in both languages: readers see it at the old address."))
    if not (step.needs_four_eyes and target(commitment, step) == State.PUBLISHED):
        return Alone.NONE
    return alone(user, contributors(commitment), why)


def outdated_words(version: int | None) -> str:
    if version is None:
        return _("The request does not say which version was read. Open the record again.")
    return _("The record was changed since you read it. Read the present version, then decide.")


def alone(user: Any, authors: set[int | None], why: Why) -> Alone:
    """`Alone.NONE` where the user is none of the authors; else by which rule one person decides; else `Refused`."""
    if user.pk not in authors:
        return Alone.NONE
    if settings.ONE_REVIEWER:
        return Alone.ONE_REVIEWER
    if why.override and user.is_superuser:
        if says_nothing(why.comment):
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
    """The accounts (primary keys) that wrote what readers would see of the pledge and have not been shown before."""
    published = commitment.decisions.filter(to_state=State.PUBLISHED).first()
    since = {"edit__gt": published.edit_id} if published else {}
    below = writers_below(Commitment, take(commitment), **since)
    return below | writers(Commitment, commitment.pk, **since)


def steps_for(commitment: Commitment, user: Any) -> list[Step]:
    """The steps that the user may take from the present state, four eyes apart."""
    return [step for step in STEPS.values() if commitment.state in step.from_states and user.has_perm(step.permission)]


def effect_of_step(commitments: Iterable[Commitment], step: Step) -> Effect:
    """What the step would change for readers, whoever takes it; what cannot be published changes nothing."""
    keys = [commitment.pk for commitment in commitments]

    def change():
        # rows of its own: what is taken back in the database stays changed in memory
        for commitment in Commitment.objects.filter(pk__in=keys):
            commitment.state = target(commitment, step)
            if commitment.state != State.PUBLISHED or not commitment.missing_to_publish():
                commitment.save()

    return effect_of(change)


def errors(commitment: Commitment, why: str) -> list[str]:
    """What refuses the pledge to readers, in words; some of it a reason would excuse."""
    return [str(found) for found in refusing(findings(commitment, publishing=True), why)]
