"""From a form to readers: what is decided and proposed in the admin, and by whom it is accepted."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from pledges.editing.workflow import MOST_AT_ONCE
from pledges.models import Commitment, Edit, Meeting, Proposal, Source
from pledges.models.vocab import Credibility, SourceKind, Stance, State
from pledges.models.workflow import ProposalState
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data, page
from pledges.tests.editing.people import everybody, written_by
from pledges.tests.html import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]


@pytest.fixture
def people():
    """{role: a signed-in client with its `user`}."""
    clients = {}
    for role, user in everybody().items():
        clients[role] = Client()
        clients[role].user = user
        clients[role].force_login(user)
    return clients


def review(pledge):
    return reverse("admin:pledges_commitment_review", args=[pledge.pk])


def decide(client, pledge, step, **more):
    """The answer to a button of the page of review."""
    page_of_review = client.get(review(pledge))
    assert page_of_review.status_code == 200
    version = Commitment.objects.get(pk=pledge.pk).version
    data = {"read_version": version, "comment": "Test.", "reason_en": "Test.", "reason_ar": "اختبار."}
    return client.post(review(pledge), data | {"step": step} | more, follow=True)


def propose(client, record, why="Test reason.", **values):
    """The answer to the form of a record that readers see."""
    address = page(type(record), "change", record.pk)
    data = form_data(client.get(address)) | {"why": why} | values
    return client.post(address, data)


def answer(client, proposal, step, **more):
    address = page(Proposal, "change", proposal.pk)
    return client.post(
        address, {"read_version": proposal.version, "step": step, "comment": "Test."} | more, follow=True
    )


def test_an_editor_sends_a_reviewer_reads_and_publishes(people, client):
    pledge = written_by(people["editor"].user)
    decide(people["editor"], pledge, "send")
    assert client.get(f"/en/pledges/{pledge.slug}/").status_code == 404
    words = people["reviewer"].get(review(pledge)).content.decode()
    assert pledge.summary_en in words
    assert "Pledges shown" in words  # what publishing would change
    assert "Published." in decide(people["reviewer"], pledge, "publish").content.decode()
    assert client.get(f"/en/pledges/{pledge.slug}/").status_code == 200


def test_a_pledge_whose_effect_is_shown_is_shown_in_its_own_state(people):
    pledge = written_by(people["editor"].user)
    decide(people["editor"], pledge, "send")
    for state, step in (("In review", "publish"), ("Published", "withdraw")):
        assert f"<strong>{state}</strong>" in people["root"].get(review(pledge)).content.decode()
        fields = {"action": step, "_selected_action": pledge.pk}
        asked = people["root"].post(page(Commitment, "changelist"), fields).content.decode()
        assert re.search(rf"{pledge.slug}</bdi> · {state}</li>", asked)
        decide(people["reviewer"], pledge, step)


def test_a_pledge_that_one_reviewer_published_alone_says_so_on_its_form(people, settings):
    settings.ONE_REVIEWER = True
    pledge = written_by(people["reviewer"].user)
    decide(people["reviewer"], pledge, "send")
    decide(people["reviewer"], pledge, "publish")
    words = people["editor"].get(page(Commitment, "change", pledge.pk)).content.decode()
    assert "Yes. Decided alone: This site has one reviewer." in words


def test_what_changed_since_it_was_sent_is_shown(people):
    pledge = written_by(people["editor"].user)
    decide(people["editor"], pledge, "send")
    propose(people["editor"], pledge, summary_en="Test: changed in review.")
    words = people["reviewer"].get(review(pledge)).content.decode()
    assert "<ins>Test: changed in review.</ins>" in words


def test_what_becomes_public_with_a_pledge_is_shown_to_who_decides(people):
    pledge = written_by(people["editor"].user)
    decide(people["editor"], pledge, "send")
    source = pledge.citations.get().source
    words = people["reviewer"].get(review(pledge)).content.decode()
    assert "for the first time" in words
    assert f'dir="auto">{source.publisher}</td>' in words
    decide(people["reviewer"], pledge, "publish")
    assert "for the first time" not in people["reviewer"].get(review(pledge)).content.decode()


def test_a_comment_is_kept_where_the_decision_is_refused(people):
    pledge = written_by(people["editor"].user)
    response = decide(people["editor"], pledge, "send", read_version="", comment="Test: typed at length.")
    words = response.content.decode()
    assert "Test: typed at length." in words
    assert "does not say which version" in words
    assert Commitment.objects.get(pk=pledge.pk).state == State.DRAFT


def test_an_incomplete_pledge_in_review_is_read_and_sent_back(people):
    pledge = written_by(people["editor"].user)
    Commitment.objects.filter(pk=pledge.pk).update(attributed_to_en="", attributed_to_ar="")
    decide(people["editor"], pledge, "send")
    chosen = {"action": "publish", "_selected_action": [pledge.pk]}
    assert people["reviewer"].post(page(Commitment, "changelist"), chosen).status_code == 200
    assert "It cannot be published as it is." in people["reviewer"].get(review(pledge)).content.decode()
    assert "a published pledge needs it" in decide(people["reviewer"], pledge, "publish").content.decode()
    decide(people["reviewer"], pledge, "send_back")
    assert Commitment.objects.get(pk=pledge.pk).state == State.DRAFT


@pytest.mark.parametrize("what", ["pledge", "proposal"])
def test_a_comment_on_an_old_version_is_given_back_as_it_was_typed(people, what):
    pledge = make.make_commitment("test-published")
    propose(people["editor"], pledge, summary_en="Test: proposed.")
    send = (answer, Proposal.objects.get(), "accept") if what == "proposal" else (decide, pledge, "withdraw")
    response = send[0](people["reviewer"], *send[1:], read_version="99", comment="Test: typed at length.")
    assert ">\nTest: typed at length.</textarea>" in response.content.decode()


@pytest.mark.parametrize("nothing", [" ", "\ufeff", "\u200b", "\u2068\u2069"])
def test_a_reason_that_nobody_can_see_is_none(people, nothing):
    pledge = make.make_commitment("test-published")
    propose(people["editor"], pledge, why=nothing, summary_en="Test: proposed.")
    decide(people["reviewer"], pledge, "withdraw", reason_ar=nothing)
    assert not Proposal.objects.exists()
    assert Commitment.objects.get(pk=pledge.pk).state == State.PUBLISHED


def test_a_form_cannot_set_the_state(people):
    pledge = written_by(people["editor"].user)
    propose(people["reviewer"], pledge, state="published", withdrawal_reason_en="Forged.")
    pledge.refresh_from_db()
    assert (pledge.state, pledge.withdrawal_reason_en) == (State.DRAFT, "")


@pytest.mark.parametrize("role", ["editor", "reviewer", "root"])
def test_nobody_changes_what_readers_see_by_a_form(people, role):
    pledge = make.make_commitment("test-published")
    response = propose(people[role], pledge, summary_en="Test: proposed.")
    proposal = Proposal.objects.get()
    assert response.url == page(Proposal, "change", proposal.pk)
    pledge.refresh_from_db()
    assert "proposed" not in pledge.summary_en
    assert not Edit.objects.filter(why="Test reason.").exists()


def test_an_editor_proposes_a_reviewer_sees_the_effect_and_accepts_and_readers_see_it_then(people, client):
    pledge = make.make_commitment("test-published")
    source = Source.objects.get(citations__commitment=pledge)
    propose(people["editor"], source, kind=SourceKind.GOVERNMENT, voice_iso2="ZZ")
    proposal = Proposal.objects.get()
    words = people["reviewer"].get(page(Proposal, "change", proposal.pk)).content.decode()
    assert "test-published" in words
    assert "Official" in words
    assert "Official" not in client.get("/en/pledges/test-published/").content.decode().split("<main", 1)[1][:3000]
    answer(people["reviewer"], proposal, "accept")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.ACCEPTED
    source.refresh_from_db()
    assert source.kind == SourceKind.GOVERNMENT


def test_a_reviewer_proposes_a_membership_of_a_bloc_and_its_pledges_follow_once_another_accepts(people, client):
    pledge, bloc = make.make_commitment("test-published"), make.make_bloc()
    row = {"country": pledge.country.pk, "member_since": "2016-03-10", "member_until": "2016-03-10"}
    added = {"members-TOTAL_FORMS": 1} | {f"members-0-{name}": value for name, value in row.items()}
    propose(people["reviewer"], bloc, **added)
    proposal = Proposal.objects.get()
    words = tight(people["other"].get(page(Proposal, "change", proposal.pk)).content.decode())
    assert re.search(r"<bdi>test-published</bdi>: blocs</th><td[^>]*>–</td><td[^>]*>test_bloc</td>", words)
    assert "test-published" not in client.get("/en/pledges/?bloc=test_bloc").content.decode()
    answer(people["other"], proposal, "accept")
    assert "test-published" in client.get("/en/pledges/?bloc=test_bloc").content.decode()


def test_a_membership_that_overlaps_another_is_refused(people):
    member = make.make_bloc_member(since=date(2016, 1, 1))
    added = {"members-TOTAL_FORMS": 2, "members-1-country": member.country.pk, "members-1-member_since": "2016-05-01"}
    response = propose(people["reviewer"], member.bloc, **added)
    assert "twice at the same time" in response.content.decode()
    assert not Proposal.objects.exists()


def test_nobody_accepts_a_proposal_of_their_own_by_a_forged_form(people):
    pledge = make.make_commitment("test-published")
    propose(people["reviewer"], pledge, summary_en="Test: proposed.")
    for role in ("reviewer", "editor"):
        answer(people[role], Proposal.objects.get(), "accept")
    assert Proposal.objects.get().state == ProposalState.OPEN


def test_a_change_of_what_readers_see_needs_a_reason_and_keeps_what_was_typed(people):
    pledge = make.make_commitment("test-published")
    response = propose(people["editor"], pledge, why=" ", summary_en="Test: typed at length.")
    assert response.status_code == 200
    assert "Test: typed at length." in response.content.decode()
    assert not Proposal.objects.exists()


def test_an_added_citation_is_proposed_with_its_pledge(people):
    pledge = make.make_commitment("test-published")
    new = {
        "citations-TOTAL_FORMS": 2,
        "citations-1-source": make.make_source("test-other").pk,
        "citations-1-stance": Stance.SUPPORTS,
        "citations-1-credibility": Credibility.CANNOT_BE_JUDGED,
        "citations-1-claimed_precision": "unknown",
    }
    propose(people["editor"], pledge, **new)
    assert pledge.citations.count() == 1
    answer(people["reviewer"], Proposal.objects.get(), "accept")
    assert pledge.citations.count() == 2


def test_what_was_sent_back_is_opened_with_what_was_typed_and_proposed_again(people):
    pledge = make.make_commitment("test-published")
    propose(people["editor"], pledge, summary_en="Test: proposed.")
    answer(people["reviewer"], Proposal.objects.get(), "send_back", comment="Test: where is it said?")
    address = f"{page(Commitment, 'change', pledge.pk)}?proposal={Proposal.objects.get().pk}"
    opened = people["editor"].get(address)
    assert "Test: proposed." in opened.content.decode()
    people["editor"].post(address, form_data(opened) | {"summary_en": "Test: better."})
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.version) == (ProposalState.OPEN, 2)
    assert proposal.content["fields"]["summary_en"] == "Test: better."
    assert people["other"].get(address).status_code == 403


def test_of_two_forms_of_one_proposal_the_second_loses_nothing(people):
    pledge = make.make_commitment("test-published")
    propose(people["editor"], pledge, summary_en="Test: proposed.")
    address = f"{page(Commitment, 'change', pledge.pk)}?proposal={Proposal.objects.get().pk}"
    first, second = (form_data(people["editor"].get(address)) for _tab in range(2))
    people["editor"].post(address, first | {"summary_en": "Test: of the first tab."})
    refused = people["editor"].post(address, second | {"summary_en": "Test: of the second tab."})
    assert "Test: of the second tab." in refused.content.decode()
    assert Proposal.objects.get().content["fields"]["summary_en"] == "Test: of the first tab."
    people["editor"].post(address, form_data(refused))
    assert Proposal.objects.get().content["fields"]["summary_en"] == "Test: of the second tab."


def test_a_meeting_is_shown_to_readers_only_when_somebody_else_agrees(people):
    meeting = make.make_meeting("test-hidden", is_public=False)
    propose(people["editor"], meeting, is_public="on")
    assert not Meeting.objects.public().filter(pk=meeting.pk).exists()
    answer(people["reviewer"], Proposal.objects.get(), "accept")
    assert Meeting.objects.public().filter(pk=meeting.pk).exists()


def test_what_nobody_sees_is_saved_at_once(people):
    source = make.make_source("test-unused")
    propose(people["editor"], source, title="Test: another title")
    source.refresh_from_db()
    assert source.title == "Test: another title"
    assert Edit.objects.get(why="Test reason.").who == "zz-editor"


def test_withdrawing_survives_a_form_that_was_open_before(people):
    pledge = make.make_commitment("test-published")
    address = page(Commitment, "change", pledge.pk)
    opened = form_data(people["editor"].get(address)) | {"why": "Test.", "summary_en": "Test: stale."}
    decide(people["reviewer"], pledge, "withdraw")
    assert people["editor"].post(address, opened).status_code == 403
    pledge.refresh_from_db()
    assert (pledge.state, pledge.withdrawal_reason_en) == (State.WITHDRAWN, "Test.")


# Many at once


def choose(client, action, *pledges, **more):
    data = {"action": action, "_selected_action": [pledge.pk for pledge in pledges]}
    versions = {f"version-{pledge.pk}": Commitment.objects.get(pk=pledge.pk).version for pledge in pledges}
    return client.post(page(Commitment, "changelist"), data | (versions | more if more else {}), follow=True)


CONFIRMED = {"confirmed": "yes", "comment": "Test.", "reason_en": "Test.", "reason_ar": "اختبار."}


def test_many_are_withdrawn_after_a_page_that_says_what_it_will_do_and_come_back(people):
    pledges = [make.make_commitment(f"test-many-{n}") for n in range(3)]
    asked = choose(people["reviewer"], "withdraw", *pledges).content.decode()
    assert "Withdraw: 3 pledges" in asked
    assert "Pledges shown" in asked
    assert Commitment.objects.public().filter(slug__startswith="test-many").count() == 3
    choose(people["reviewer"], "withdraw", *pledges, **CONFIRMED)
    assert Commitment.objects.public().filter(slug__startswith="test-many").count() == 0
    done = Edit.objects.get(decisions__commitment=pledges[0])
    people["other"].post(page(Edit, "change", done.pk), {"comment": "Test: by mistake."})
    assert Commitment.objects.public().filter(slug__startswith="test-many").count() == 3


@pytest.mark.parametrize("missing", ["comment", "reason_ar", "version"])
def test_many_are_not_changed_without_a_reason_or_a_version(people, missing):
    pledge = make.make_commitment("test-many")
    given = CONFIRMED | ({f"version-{pledge.pk}": ""} if missing == "version" else {missing: " "})
    assert "errornote" in choose(people["reviewer"], "withdraw", pledge, **given).content.decode()
    assert Commitment.objects.public().filter(pk=pledge.pk).exists()


@pytest.mark.parametrize("action", ["publish", "withdraw", "restore", "send_back"])
def test_an_editor_takes_no_step_of_a_reviewer_by_a_forged_action(people, action):
    pledge = make.make_commitment("test-many", state=State.IN_REVIEW)
    choose(people["editor"], action, pledge, **CONFIRMED)
    assert Commitment.objects.get(pk=pledge.pk).state == State.IN_REVIEW


def test_more_than_the_limit_are_refused_before_anything_is_asked(people):
    words = people["reviewer"].post(
        page(Commitment, "changelist"),
        {"action": "withdraw", "_selected_action": [make.make_commitment("test-many").pk], "select_across": "1"},
    )
    assert f"At most {MOST_AT_ONCE} pledges at once." in words.content.decode()
