"""From draft to readers and away from them: who may take which step, with what, of which version."""

import pytest

from pledges.editing.refusals import Outdated, Refused
from pledges.editing.workflow import MOST_AT_ONCE, STEPS, Reasons, Why, decide_many, undo
from pledges.history.versions import edits_of
from pledges.models import Commitment, Decision
from pledges.models.edits import Through
from pledges.models.vocab import State
from pledges.models.workflow import Alone
from pledges.record.edits import edit
from pledges.tests import make
from pledges.tests.editing.people import WHY, everybody, person, take, written_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return everybody()


def test_an_editor_sends_a_reviewer_publishes_and_readers_see_it_then(people, client):
    pledge = written_by(people["editor"])
    take(pledge, "send", people["editor"])
    assert client.get("/en/pledges/test-workflow/").status_code == 404
    decision = take(pledge, "publish", people["reviewer"])
    assert (decision.alone, decision.edit.who) == (Alone.NONE, "zz-reviewer")
    assert client.get("/en/pledges/test-workflow/").status_code == 200
    assert [found.kind for found in edits_of(pledge)] == ["published"]


def test_nobody_publishes_a_change_of_their_own(people):
    pledge = written_by(people["reviewer"])
    take(pledge, "send", people["reviewer"])
    with pytest.raises(Refused, match="somebody else has to read"):
        take(pledge, "publish", people["reviewer"])
    assert Commitment.objects.get(pk=pledge.pk).state == State.IN_REVIEW
    take(pledge, "publish", people["other"])


def test_a_change_in_review_makes_its_author_one_who_cannot_publish(people):
    pledge = written_by(people["editor"])
    take(pledge, "send", people["editor"])
    with edit(people["reviewer"], Through.FORM):
        citation = pledge.citations.get()
        citation.note = "Test: a part counts, too."
        citation.save()
    with pytest.raises(Refused, match="somebody else"):
        take(pledge, "publish", people["reviewer"])


def test_sending_back_is_no_change_of_the_pledge(people):
    pledge = written_by(people["editor"])
    take(pledge, "send", people["editor"])
    take(pledge, "send_back", people["reviewer"])
    assert pledge.state == State.DRAFT
    take(pledge, "send", people["editor"])
    take(pledge, "publish", people["reviewer"])


def test_what_is_published_is_what_was_read(people):
    pledge = written_by(people["editor"])
    take(pledge, "send", people["editor"])
    read = pledge.version
    with edit(people["editor"], Through.FORM):
        pledge.summary_en = "Test: sneaked in."
        pledge.save()
    for version in (read, None, read + 7):
        with pytest.raises(Outdated):
            take(pledge, "publish", people["reviewer"], version=version)
    assert Commitment.objects.get(pk=pledge.pk).state == State.IN_REVIEW


def test_a_site_with_one_reviewer_says_so_on_the_decision(people, settings):
    settings.ONE_REVIEWER = True
    pledge = written_by(people["reviewer"])
    take(pledge, "send", people["reviewer"])
    assert take(pledge, "publish", people["reviewer"]).alone == Alone.ONE_REVIEWER


def test_an_administrator_decides_alone_only_with_a_reason(people):
    pledge = written_by(people["root"])
    take(pledge, "send", people["root"])
    for given in ({}, {"override": True, "comment": " "}):
        with pytest.raises(Refused):
            take(pledge, "publish", people["root"], **given)
    assert take(pledge, "publish", people["root"], override=True).alone == Alone.OVERRIDE
    other = written_by(people["reviewer"], "test-workflow-2")
    take(other, "send", people["reviewer"])
    with pytest.raises(Refused):
        take(other, "publish", people["reviewer"], override=True)


@pytest.mark.parametrize("reasons", [Reasons(), Reasons("Only English.", " ")])
def test_withdrawing_needs_its_reason_in_both_languages(people, reasons):
    pledge = make.make_commitment("test-workflow")
    with pytest.raises(Refused, match="both languages"):
        take(pledge, "withdraw", people["reviewer"], reasons=reasons)


def test_what_was_withdrawn_comes_back_only_as_a_decision_with_a_reason(people, client):
    pledge = make.make_commitment("test-workflow")
    take(pledge, "withdraw", people["reviewer"])
    assert "counted twice" in client.get("/en/pledges/test-workflow/").content.decode()
    for step in ("send", "publish", "take_back", "send_back"):
        with pytest.raises(Refused):
            take(pledge, step, people["other"])
    with pytest.raises(Refused, match="Say why"):
        take(pledge, "restore", people["other"], comment="")
    take(pledge, "restore", people["other"])
    assert client.get("/en/pledges/test-workflow/").status_code == 200


def test_what_readers_never_saw_comes_back_as_a_draft(people):
    pledge = written_by(people["editor"])
    take(pledge, "withdraw", people["reviewer"])
    take(pledge, "restore", people["reviewer"])
    assert pledge.state == State.DRAFT


def test_what_no_source_supports_is_not_published(people):
    pledge = written_by(people["editor"])
    take(pledge, "send", people["editor"])
    with edit(people["editor"]):
        pledge.citations.get().delete()
    with pytest.raises(Refused):
        take(pledge, "publish", people["reviewer"])
    assert not Decision.objects.filter(to_state=State.PUBLISHED).exists()


# {(role, state): the steps that may be taken, by somebody who made none of the changes}
MAY = {
    ("nobody", State.DRAFT): set(),
    ("editor", State.DRAFT): {"send"},
    ("reviewer", State.DRAFT): {"send", "withdraw"},
    ("nobody", State.IN_REVIEW): set(),
    ("editor", State.IN_REVIEW): {"take_back"},
    ("reviewer", State.IN_REVIEW): {"take_back", "send_back", "publish", "withdraw"},
    ("nobody", State.PUBLISHED): set(),
    ("editor", State.PUBLISHED): set(),
    ("reviewer", State.PUBLISHED): {"withdraw"},
    ("nobody", State.WITHDRAWN): set(),
    ("editor", State.WITHDRAWN): set(),
    ("reviewer", State.WITHDRAWN): {"restore"},
}


@pytest.mark.parametrize(("role", "state"), MAY)
def test_each_role_takes_its_own_steps_and_no_other(people, role, state):
    people["nobody"] = person("nobody")
    pledge = make.make_commitment("test-workflow", state=state)
    taken = set()
    for name in STEPS:
        Commitment.objects.filter(pk=pledge.pk).update(state=state)
        try:
            take(pledge, name, people[role])
            taken.add(name)
        except Refused:
            pass
    assert taken == MAY[role, state]


def several(people):
    pledges = [make.make_commitment(f"test-many-{n}") for n in range(3)]
    return pledges, {pledge.pk: pledge.version for pledge in pledges}


def states():
    return set(Commitment.objects.filter(slug__startswith="test-many").values_list("state", flat=True))


def test_many_are_withdrawn_as_one_edit_and_come_back_as_one(people):
    _pledges, versions = several(people)
    done = decide_many(versions, STEPS["withdraw"], people["reviewer"], Why("Test reason.", WHY))
    assert (states(), done.decisions.count(), done.why) == ({State.WITHDRAWN}, 3, "Test reason.")
    undo(done, people["other"], Why("Test: by mistake."))
    assert states() == {State.PUBLISHED}


def test_many_are_changed_all_or_none(people):
    pledges, versions = several(people)
    for given in (versions | {pledges[2].pk: 99}, versions | {pledges[0].pk: None}):
        with pytest.raises(Outdated, match="test-many"):
            decide_many(given, STEPS["withdraw"], people["reviewer"], Why("Test reason.", WHY))
    assert states() == {State.PUBLISHED}


def test_what_was_changed_since_is_not_undone(people):
    pledges, versions = several(people)
    done = decide_many(versions, STEPS["withdraw"], people["reviewer"], Why("Test reason.", WHY))
    take(pledges[0], "restore", people["other"])
    with pytest.raises(Refused, match="test-many-0"):
        undo(done, people["other"], Why("Test: by mistake."))


@pytest.mark.parametrize("number", [0, MOST_AT_ONCE + 1])
def test_so_many_at_once_are_refused(people, number):
    with pytest.raises(Refused):
        decide_many(dict.fromkeys(range(number), 1), STEPS["withdraw"], people["reviewer"], Why("Test.", WHY))
