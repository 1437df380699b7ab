"""The history of a record with its parts, and what one edit touched, as editors read them."""

import pytest
from django.test import Client
from django.urls import reverse

from pledges.editing.log import entries, touched
from pledges.editing.workflow import STEPS, Why, decide_many
from pledges.models import Commitment, Edit, Source
from pledges.models.edits import Through
from pledges.record.edits import edit
from pledges.tests import make
from pledges.tests.editing.people import WHY, everybody, take, written_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return everybody()


def labels(entry):
    return {change.label for change in entry.changes}


def test_the_history_of_a_pledge_tells_of_its_parts_edit_by_edit(people):
    pledge = written_by(people["editor"])
    with edit(people["reviewer"], Through.FORM, "Test: a second source."):
        pledge.summary_en = "Test: other words."
        pledge.save()
        make.make_citation(pledge, make.make_source("test-log"))
        citation = pledge.citations.first()
        citation.note = "Test note."
        citation.save()
    take(pledge, "send", people["editor"])
    sent, changed, entered = entries(Commitment, pledge.pk)
    assert labels(sent) == {"State of publication"}
    assert labels(changed) == {"Summary in English", "Citation", "Note"}
    assert (changed.who, changed.why) == ("zz-reviewer", "Test: a second source.")
    assert entered.before is None
    assert entered.who == "zz-editor"


def test_what_followed_from_another_record_is_no_edit_of_the_pledge(people):
    pledge = written_by(people["editor"])
    before = len(entries(Commitment, pledge.pk))
    with edit(people["editor"], Through.FORM, "Test."):
        source = Source.objects.get(citations__commitment=pledge)
        source.title = "Test: another title"
        source.save()
    assert len(entries(Commitment, pledge.pk)) == before
    (only,), number = touched(Edit.objects.get(why="Test."))
    assert (only.model, number) == (Source, 1)
    assert labels(only.entry) == {"Title"}


def test_an_edit_of_many_names_each(people):
    pledges = [make.make_commitment(f"test-log-{n}") for n in range(3)]
    versions = {pledge.pk: pledge.version for pledge in pledges}
    done = decide_many(versions, STEPS["withdraw"], people["reviewer"], Why("Test.", WHY))
    found, number = touched(done)
    assert number == len(found) == 3
    assert all("State of publication" in labels(one.entry) for one in found)


def test_a_part_that_was_removed_and_a_record_that_was_deleted_are_told(people):
    pledge = written_by(people["editor"])
    with edit(people["editor"], Through.FORM, "Test: removed."):
        pledge.citations.get().delete()
    (removed,) = entries(Commitment, pledge.pk)[0].changes
    assert (removed.label, removed.new) == ("Citation", None)
    source = make.make_source("test-log-gone")
    with edit(people["editor"], Through.FORM, "Test: deleted."):
        source.delete()
    (gone,), _number = touched(Edit.objects.get(why="Test: deleted."))
    assert gone.key is None
    assert gone.entry.after is None


def test_editors_read_recent_changes_and_histories(people):
    pledge = written_by(people["editor"])
    with edit(people["reviewer"], Through.FORM, "Test: a reason."):
        pledge.summary_en = "Test: other words."
        pledge.save()
    client = Client()
    client.force_login(people["editor"])
    recent = client.get(reverse("admin:pledges_edit_changelist")).content.decode()
    assert "Test: a reason." in recent
    made = Edit.objects.get(why="Test: a reason.")
    for address in (
        reverse("admin:pledges_edit_change", args=[made.pk]),
        reverse("admin:pledges_commitment_history", args=[pledge.pk]),
    ):
        words = " ".join(client.get(address).content.decode().split())
        assert '<ins dir="auto">Test: other words.</ins>' in words
    kinds = reverse("admin:pledges_edit_changelist")
    assert "Test: a reason." in client.get(f"{kinds}?kind=commitment").content.decode()
    assert "Test: a reason." not in client.get(f"{kinds}?kind=source").content.decode()


def test_what_waits_is_one_click_away(people):
    pledge = written_by(people["editor"])
    take(pledge, "send", people["editor"])
    client = Client()
    client.force_login(people["reviewer"])
    first = client.get(reverse("admin:index")).content.decode()
    assert (
        f'{reverse("admin:pledges_commitment_changelist")}?state__exact=in_review">Pledges in review: <strong>1<'
        in first
    )
