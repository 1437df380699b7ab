"""What becomes public together with a pledge was read by somebody else, too: its sources, meeting, places."""

import pytest

from pledges.editing.proposals import Proposed, accept, drop, effect, propose
from pledges.editing.refusals import Refused
from pledges.editing.shown import is_shown
from pledges.editing.snapshots import take as snapshot
from pledges.editing.workflow import STEPS, Reasons, Why, decide_many, undo
from pledges.models import Citation, Commitment, Proposal, Source
from pledges.models.edits import Through
from pledges.models.vocab import State
from pledges.models.workflow import ProposalState
from pledges.record.edits import edit
from pledges.tests import make
from pledges.tests.editing.people import everybody, take, written_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return everybody()


def written(user, record, **values):
    """The record with these values, by that person."""
    with edit(user, Through.FORM):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return record


def proposed(record, user, parts=None, **fields):
    base = snapshot(record)
    content = {"fields": base["fields"] | fields, "parts": base["parts"] | (parts or {})}
    return propose(record, record.version, Proposed(base, content), user, "Test reason.")


def cited_too(pledge, source):
    """The parts of the pledge with one citation more."""
    citations = snapshot(pledge)["parts"]["citations"]
    return {"citations": [*citations, {"id": None, "fields": citations[0]["fields"] | {"source": source.pk}}]}


def test_nobody_publishes_a_pledge_on_a_source_of_their_own_that_nobody_else_read(people):
    pledge = written_by(people["editor"])
    written(people["reviewer"], pledge.citations.get().source, title="Test: my own words.")
    take(pledge, "send", people["editor"])
    with pytest.raises(Refused, match="somebody else"):
        take(pledge, "publish", people["reviewer"])
    take(pledge, "publish", people["other"])


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.WITHDRAWN])
def test_a_source_of_a_pledge_that_is_decided_about_is_changed_by_proposals(people, state):
    """Else who publishes or restores the version that was read shows readers a source that nobody read."""
    pledge = make.make_commitment("test-resting", state=State.DRAFT)
    source, original = pledge.citations.get().source, make.make_source("test-original")
    written(None, source, derived_from=original)
    assert not is_shown(source)
    Commitment.objects.filter(pk=pledge.pk).update(state=state)
    assert is_shown(source)
    assert is_shown(original)


def test_a_source_that_a_waiting_proposal_brings_in_is_changed_by_proposals(people):
    pledge, source = make.make_commitment("test-resting"), make.make_source("test-brought-in")
    proposal = proposed(pledge, people["editor"], cited_too(pledge, source))
    assert is_shown(source)
    drop(proposal, people["editor"], 1)
    assert not is_shown(source)


def test_nobody_accepts_what_brings_in_a_source_of_their_own_that_nobody_else_read(people):
    pledge, source = make.make_commitment("test-resting"), make.make_source("test-brought-in")
    written(people["reviewer"], source, title="Test: my own words.")
    proposal = proposed(pledge, people["editor"], cited_too(pledge, source))
    with pytest.raises(Refused, match="somebody else"):
        accept(proposal, people["reviewer"], 1)
    accept(proposal, people["other"], 1)
    assert Source.objects.public().filter(pk=source.pk).exists()


def test_nobody_accepts_that_a_hidden_record_of_their_own_is_shown(people):
    meeting = make.make_meeting("test-hidden", is_public=False)
    written(people["reviewer"], meeting, name_en="Test: my own words.")
    proposal = proposed(meeting, people["editor"], is_public=True)
    with pytest.raises(Refused, match="somebody else"):
        accept(proposal, people["reviewer"], 1)
    accept(proposal, people["other"], 1)


def test_a_change_that_somebody_else_accepted_is_read(people):
    pledge = make.make_commitment("test-resting")
    proposal = proposed(pledge, people["reviewer"], summary_en="Test: proposed words.")
    accept(proposal, people["other"], 1)
    take(pledge, "withdraw", people["other"])
    take(pledge, "restore", people["reviewer"])
    assert pledge.state == State.PUBLISHED


def test_the_original_of_what_readers_see_is_changed_by_proposals():
    """Independent sources are counted by originals, and packages hold them."""
    pledge, original = make.make_commitment("test-resting"), make.make_source("test-original")
    assert not is_shown(original)
    Source.objects.filter(citations__commitment=pledge).update(derived_from=original)
    assert is_shown(original)


def test_a_proposal_about_a_record_that_was_deleted_is_refused_in_words(people, client):
    place = make.make_place("test-gone")
    pledge = make.make_commitment("test-resting", places=[place])
    about_it = proposed(place, people["editor"], name_en="Test: another name.")
    naming_it = proposed(pledge, people["editor"], caveat_en="Test.")
    Commitment.objects.get(pk=pledge.pk).places.clear()
    place.delete()
    # as if nothing else had been changed since
    Proposal.objects.filter(pk=naming_it.pk).update(base=snapshot(pledge))
    for proposal in (about_it, naming_it):
        with pytest.raises(Refused):
            accept(proposal, people["reviewer"], 1)
    with pytest.raises(Refused, match="deleted"):
        effect(about_it)
    client.force_login(people["reviewer"])
    assert "deleted" in client.get("/admin/pledges/proposal/").content.decode()
    assert client.get(f"/admin/pledges/proposal/{about_it.pk}/change/").status_code == 200


def test_who_may_not_change_a_record_proposes_nothing(people):
    country = make.make_country()
    with pytest.raises(Refused):
        proposed(country, people["editor"], alt_names="Test")
    proposal = proposed(country, people["reviewer"], alt_names="Test")
    people["reviewer"].groups.clear()
    for name in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        people["reviewer"].__dict__.pop(name, None)
    with pytest.raises(Refused):
        drop(proposal, people["reviewer"], 1)
    assert Proposal.objects.get().state == ProposalState.OPEN


def test_a_pledge_that_is_not_there_is_not_decided_about(people):
    with pytest.raises(Refused):
        decide_many({10**9: 1}, STEPS["send"], people["editor"], Why("Test."))


def test_undoing_a_withdrawal_shows_nothing_that_nobody_read(people):
    pledge = make.make_commitment("test-resting")
    done = decide_many(
        {pledge.pk: pledge.version}, STEPS["withdraw"], people["reviewer"], Why("Test.", Reasons("Test.", "اختبار."))
    )
    source = Citation.objects.get(commitment=pledge).source
    written(people["other"], source, title="Test: past the form.")
    with pytest.raises(Refused, match="somebody else"):
        undo(done, people["other"], Why("Test."))
