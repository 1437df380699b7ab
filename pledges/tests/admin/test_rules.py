"""What the rules of the data refuse at entry, where a form says so, and that nothing typed is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.editing.refusals import Refused
from pledges.editing.rules import findings
from pledges.history.as_of import as_of
from pledges.models import Commitment, Meeting, Requirement, Source
from pledges.models.dates import today_anywhere
from pledges.models.vocab import Credibility, QuantityQualifier, State, Status
from pledges.record import integrity
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data, new_step, page
from pledges.tests.editing.people import everybody, person, take, written_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_site", "contexts")]


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "Reviewers"))
    return client


def send(client, record, **changes):
    """The answer to the form of a record with these fields changed, and a reason given."""
    address = page(type(record), "change", record.pk)
    return client.post(address, form_data(client.get(address)) | {"why": "Test reason."} | changes)


def errors(response):
    """{name in the form: messages} of the errors that a form is shown with."""
    assert response.status_code == 200
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += formset.formset.forms
    return {form.add_prefix(name): list(told) for form in forms for name, told in form.errors.items()}


def numbers(low, high, word):
    unit = make.make_unit().pk
    return {"quantity_min": low, "quantity_max": high, "quantity_qualifier": word, "unit": unit}


# what an editor typed, and the fields at which it is refused
SLIPS = {
    "exactly 100 to 150, of a year to come, confirmed by nobody, completed before promised": (
        lambda: (
            numbers(100, 150, QuantityQualifier.EXACT)
            | {"announced_on": f"{today_anywhere().year + 5}", "citations-0-credibility": Credibility.CONFIRMED}
            | new_step(status=Status.COMPLETED)
        ),
        {"quantity_qualifier", "announced_on", "citations-0-credibility", "status_changes-0-happened_on"},
    ),
    "between one number, of a year long ago": (
        lambda: numbers(100, "", QuantityQualifier.RANGE) | {"announced_on": "1931"},
        {"quantity_qualifier", "announced_on"},
    ),
    "before its meeting, supported by nobody": (
        lambda: {"meeting": make.make_meeting(start_on=date(2017, 2, 11)).pk, "citations-0-stance": "contradicts"},
        {"announced_on", "__all__"},
    ),
    "a number by a source of what is not counted": (
        lambda: {"citations-0-claimed_max": "150"},
        {"citations-0-claimed_min"},
    ),
    "no summary in Arabic": (lambda: {"summary_ar": ""}, {"summary_ar"}),
}
each_slip = pytest.mark.parametrize(("typed", "fields"), SLIPS.values(), ids=SLIPS)


@each_slip
def test_a_slip_in_what_readers_see_is_refused_at_its_field_and_nothing_typed_is_lost(reviewer, typed, fields):
    pledge = make.make_commitment("test-slip")
    slip = typed() | {"caveat_en": "Typed.", "caveat_ar": "مكتوب."}
    before = pledge.history.count()
    response = send(reviewer, pledge, **slip)
    assert set(errors(response)) == fields
    shown = form_data(response)
    assert {name: str(shown.get(name) or "") for name in slip} == {
        name: str(value or "") for name, value in slip.items()
    }
    assert pledge.history.count() == before
    assert not [breach.line for breach in integrity.breaches() if breach.record == pledge]


@each_slip
def test_a_draft_keeps_a_slip_shows_it_and_is_not_published_with_it(client, typed, fields):
    people = everybody()
    client.force_login(people["editor"])
    draft = written_by(people["editor"])
    assert send(client, draft, **typed()).status_code == 302
    told = client.get(page(Commitment, "change", draft.pk)).content.decode()
    assert "To be done before it can be published:" in told
    take(draft, "send", people["editor"])
    with pytest.raises(Refused):
        take(draft, "publish", people["reviewer"])
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW


def test_an_editor_begins_a_draft_with_what_is_known(client):
    client.force_login(person("editor", "Editors"))
    data = form_data(client.get(page(Commitment, "add"))) | {
        "slug": "test-begun",
        "country": make.make_country().pk,
        "type": make.make_type().pk,
        "status": "pledged",
        "attribution": "self",
        "summary_en": "Testland promised balloons.",
    }
    assert client.post(page(Commitment, "add"), data, follow=True).redirect_chain
    begun = Commitment.objects.get(slug="test-begun")
    assert (begun.summary_ar, begun.attributed_to_en, begun.announced_on) == ("", "", None)
    told = client.get(reverse("admin:pledges_commitment_change", args=[begun.pk])).content.decode()
    assert "To be done before it can be published:<br>– A pledge is published only with" in told
    for name in ("Summary in Arabic", "Speaker, in English", "Speaker, in Arabic"):
        assert f"“{name}” is empty: a published pledge needs it." in told
    assert not [breach.line for breach in integrity.breaches() if breach.record == begun]


def test_an_old_version_is_told_nothing_of_the_present_one(client):
    client.force_login(person("editor", "Editors"))
    draft = make.make_commitment("test-begun", state=State.DRAFT, summary_ar="")
    address = reverse("admin:pledges_commitment_simple_history", args=[draft.pk, draft.history.last().pk])
    assert "To be done before" not in client.get(address).content.decode()


def test_a_pledge_that_is_part_of_itself_is_refused_even_as_a_draft(reviewer):
    first = make.make_commitment("test-first", state=State.DRAFT)
    second = make.make_commitment("test-second", state=State.DRAFT, part_of=first)
    third = make.make_commitment("test-third", state=State.DRAFT, part_of=second)
    response = send(reviewer, first, part_of=third.pk)
    assert errors(response) == {"part_of": ["It is part of itself, through other pledges."]}


# What rests on a record that is edited


def test_a_source_is_not_made_a_reprint_where_it_confirms_another(reviewer):
    pledge = make.make_commitment("test-confirmed", sources=2)
    citation = pledge.citations.get(source__slug="test-source")
    citation.credibility = Credibility.CONFIRMED
    citation.save()
    response = send(reviewer, make.make_source("test-source-2"), derived_from=make.make_source().pk)
    (told,) = errors(response)["__all__"]
    assert "citation test-confirmed/test-source" in told
    assert "confirmed by other sources" in told
    assert Source.objects.get(slug="test-source-2").derived_from is None


def test_a_meeting_is_not_moved_past_what_was_promised_there(reviewer):
    meeting = make.make_meeting()
    make.make_commitment("test-promised", meeting=meeting)
    response = send(reviewer, meeting, start_on="2016-04-01", end_on="2016-04-02")
    assert "test-promised" in errors(response)["__all__"][0]
    assert Meeting.objects.get(pk=meeting.pk).start_on == date(2016, 3, 10)


def test_a_draft_refuses_no_change_of_its_meeting(reviewer):
    meeting = make.make_meeting(is_public=False)
    make.make_commitment("test-promised", meeting=meeting, state=State.DRAFT)
    assert send(reviewer, meeting, start_on="2016-04-01", end_on="2016-04-02").status_code == 302


@pytest.mark.parametrize(
    ("make_record", "typed", "field"),
    [
        (lambda: make.make_country("QZ"), {"coalition_member": "on"}, "membership_source"),
        (lambda: make.make_country("QZ"), {"joined_on": "2014-09", "joined_precision": "month"}, "joined_on"),
        (lambda: make.make_country("QZ"), {"wikidata": "https://www.wikidata.org/wiki/Q1"}, "wikidata"),
        (lambda: make.make_country("QY", wikidata="Q1") and make.make_country("QZ"), {"wikidata": "Q1"}, "wikidata"),
        (make.make_source, {"archived_on": "2016-02-01", "archive_url": "https://archive.example/1"}, "archived_on"),
        (make.make_source, {"published_on": "1916-05-16"}, "published_on"),
        (make.make_meeting, {"end_on": "2099-01-01"}, "end_on"),
        (make.make_requirement, {"asked_on": "2099-01-01"}, "asked_on"),
    ],
)
def test_every_record_is_asked_at_entry(reviewer, make_record, typed, field):
    record = make_record()
    assert list(errors(send(reviewer, record, **typed))) == [field]
    assert not [breach.line for breach in integrity.breaches() if breach.record == record]


def test_the_rules_cost_a_form_the_same_however_many_parts_it_has(reviewer):
    counts = []
    for slug, steps in (("test-few", 1), ("test-many", 6)):
        pledge = make.make_commitment(slug)
        for _n in range(steps):
            make.make_status_change(pledge, source=make.make_source())
        with CaptureQueriesContext(connection) as asked:
            findings(pledge)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30


def test_what_needs_a_reason_is_saved_with_one(reviewer):
    requirement = make.make_requirement(answered_by=[make.make_commitment("test-answer")], is_public=False)
    response = send(reviewer, requirement, asked_on="2016-03-11", why="")
    (told,) = errors(response)["why"]
    assert "It was asked after the pledge that answers it" in told
    assert send(reviewer, requirement, asked_on="2016-03-11", why="The letter is dated so.").status_code == 302
    assert Requirement.objects.get(pk=requirement.pk).asked_on == date(2016, 3, 11)


@pytest.mark.sql
def test_what_is_edited_while_the_clock_is_behind_is_what_is_known_afterwards():
    source = make.make_source()
    source.title = "Renamed while the clock was a day behind"
    source._history_date = datetime.now(tz=UTC) - timedelta(days=1)
    source.save()
    with as_of(datetime.now(tz=UTC).date()):
        assert Source.objects.get(slug="test-source").title == source.title
    assert not [breach.line for breach in integrity.breaches() if breach.row == source]
