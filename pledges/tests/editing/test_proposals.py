"""A change of what readers see waits for somebody else, who reads its effect first."""

import pytest

from pledges.editing.proposals import Proposed, accept, change, drop, effect, propose, send_back
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.snapshots import take as snapshot
from pledges.editing.workflow import Why
from pledges.models import Proposal, Source
from pledges.models.edits import Through
from pledges.models.vocab import Change, Grade, QuantityQualifier, SourceKind
from pledges.models.workflow import Alone, ProposalState
from pledges.record.edits import edit
from pledges.tests import make
from pledges.tests.editing.people import everybody, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return everybody()


@pytest.fixture
def pledge():
    return make.make_commitment(
        *("test-proposed",), change=Change.NEW, quantity_qualifier=QuantityQualifier.EXACT, quantity_min=6,
        quantity_max=6, unit=make.make_unit(),
    )  # fmt: skip


def proposed(record, user, why="Test reason.", **fields):
    """A proposal to give the record these values."""
    base = snapshot(record)
    content = {"fields": base["fields"] | fields, "parts": base["parts"]}
    return propose(record, record.version, Proposed(base, content), user, why)


def test_readers_see_a_proposal_after_somebody_else_accepts_it_and_not_before(people, pledge, client):
    proposal = proposed(pledge, people["editor"], summary_en="Test: proposed words.")
    address = f"/en/pledges/{pledge.slug}/"
    assert "proposed words" not in client.get(address).content.decode()
    accepted = accept(proposal, people["reviewer"], proposal.version)
    assert "proposed words" in client.get(address).content.decode()
    assert (accepted.edit.who, accepted.decided_who, accepted.alone) == ("zz-editor", "zz-reviewer", Alone.NONE)
    assert "Test reason." in client.get(f"{address}history/").content.decode()


def test_the_same_sent_twice_is_one_proposal(people, pledge):
    first, second = (proposed(pledge, people["editor"], summary_en="Test: proposed words.") for _n in range(2))
    assert first == second
    assert proposed(pledge, people["editor"], summary_en="Test: other words.") != first
    assert proposed(pledge, people["reviewer"], summary_en="Test: proposed words.") != first


def test_its_effect_is_told_and_nothing_is_changed_by_asking(people, pledge):
    source = Source.objects.get(citations__commitment=pledge)
    proposal = proposed(source, people["editor"], kind=SourceKind.GOVERNMENT, voice_iso2="ZZ")
    (line,) = effect(proposal).pledges
    assert (line.about, line.before, line.after) == (pledge.slug, Grade.SINGLE_SOURCE.label, Grade.OFFICIAL.label)
    source.refresh_from_db()
    pledge.refresh_from_db()
    assert (source.version, source.kind, pledge.grade) == (1, SourceKind.NEWSPAPER, Grade.SINGLE_SOURCE)


def test_the_effect_on_a_sum_is_told(people, pledge):
    proposal = proposed(pledge, people["editor"], quantity_min=4, quantity_max=4)
    (line,) = effect(proposal).sums
    assert line.about == pledge.country.name
    assert (line.before[0], line.after[0]) == ("6", "4")


def test_a_refusal_is_no_pledge_in_what_would_be_counted(people, pledge):
    told = effect(proposed(pledge, people["editor"], status="declined")).counts
    counted = {line.label: (line.before, line.after) for line in told}
    number, refusals = (int(counted[label][0]) for label in ("Pledges shown", "Refusals shown"))
    assert counted["Pledges shown"] == (str(number), str(number - 1))
    assert counted["Refusals shown"] == (str(refusals), str(refusals + 1))


def test_nobody_accepts_their_own(people, pledge):
    proposal = proposed(pledge, people["reviewer"], summary_en="Test: my own.")
    with pytest.raises(Refused, match="somebody else"):
        accept(proposal, people["reviewer"], proposal.version)
    with pytest.raises(Refused, match="reviewer"):
        accept(proposal, people["editor"], proposal.version)
    accept(proposal, people["other"], proposal.version)
    with pytest.raises(Refused, match="settled"):
        accept(proposal, people["other"], proposal.version)


def test_what_is_accepted_is_what_was_read(people, pledge):
    proposal = proposed(pledge, people["editor"], summary_en="Test: first words.")
    content = proposal.content | {"fields": proposal.content["fields"] | {"summary_en": "Test: sneaked in."}}
    change(proposal, people["editor"], proposal.version, Proposed(proposal.base, content), "")
    for version in (1, None):
        with pytest.raises(Outdated):
            accept(proposal, people["reviewer"], version)
    pledge.refresh_from_db()
    assert "sneaked" not in pledge.summary_en


def test_a_record_that_changed_meanwhile_is_not_overwritten(people, pledge):
    proposal = proposed(pledge, people["editor"], summary_en="Test: proposed words.")
    with edit(people["root"], Through.COMMAND):
        pledge.summary_en = "Test: quicker words."
        pledge.save()
    with pytest.raises(Outdated):
        accept(proposal, people["reviewer"], proposal.version)
    pledge.refresh_from_db()
    assert pledge.summary_en == "Test: quicker words."


def test_parts_are_added_changed_and_removed(people, pledge):
    other = make.make_source("test-proposed-2")
    base = snapshot(pledge)
    new = {"id": None, "fields": base["parts"]["citations"][0]["fields"] | {"source": other.pk, "note": "Test."}}
    content = base | {"parts": base["parts"] | {"citations": [new]}}
    proposal = propose(pledge, pledge.version, Proposed(base, content), people["editor"], "Test.")
    accept(proposal, people["reviewer"], proposal.version)
    (citation,) = pledge.citations.all()
    assert (citation.source, citation.note) == (other, "Test.")


def test_what_the_rules_refuse_is_not_accepted(people, pledge):
    base = snapshot(pledge)
    content = base | {"parts": base["parts"] | {"citations": []}}
    proposal = propose(pledge, pledge.version, Proposed(base, content), people["editor"], "Test.")
    with pytest.raises(Refused):
        accept(proposal, people["reviewer"], proposal.version)
    assert pledge.citations.count() == 1
    assert Proposal.objects.get().state == ProposalState.OPEN


def test_it_is_sent_back_with_a_comment_and_dropped_by_its_author(people, pledge):
    proposal = proposed(pledge, people["editor"], summary_en="Test: proposed words.")
    with pytest.raises(Refused, match="Say why"):
        send_back(proposal, people["reviewer"], 1, Why(" "))
    back = send_back(proposal, people["reviewer"], 1, Why("Test: where is it said?"))
    assert back.state == ProposalState.SENT_BACK
    again = change(
        proposal, people["editor"], 1, Proposed(proposal.base, proposal.content), "Test: now with a page number."
    )
    assert (again.state, again.version) == (ProposalState.OPEN, 2)
    assert drop(proposal, people["editor"], 2).state == ProposalState.DROPPED


def test_a_new_record_is_proposed_too(people):
    country = make.make_country("ZY")
    content = snapshot(country)
    country.delete()
    proposal = propose(type(country)(), 0, Proposed({}, content), people["reviewer"], "Test.")
    accept(proposal, people["other"], 1)
    assert type(country).objects.filter(iso2="ZY").exists()


def test_a_pledge_that_was_withdrawn_is_changed_by_no_proposal(people, pledge):
    proposal = proposed(pledge, people["editor"], summary_en="Test: proposed words.")
    take(pledge, "withdraw", people["reviewer"])
    with pytest.raises(Refused, match="withdrawn since"):
        accept(proposal, people["other"], proposal.version)
    take(pledge, "restore", people["reviewer"])
    accept(proposal, people["other"], proposal.version)
    pledge.refresh_from_db()
    assert pledge.summary_en == "Test: proposed words."


def test_a_reason_is_needed(people, pledge):
    with pytest.raises(Refused, match="Say why"):
        proposed(pledge, people["editor"], why=" ", summary_en="Test.")
