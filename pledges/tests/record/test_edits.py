"""One edit: what was saved in it, by whom and why, and the version of each record that it made."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from pledges.history.versions import edits_of
from pledges.models import Commitment, Edit, Source
from pledges.models.edits import Through
from pledges.models.vocab import Status
from pledges.record.edits import edit
from pledges.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pledge():
    return make.make_commitment("test-edits")


def editor():
    return get_user_model().objects.create_user("zz-editor", first_name="Zed", last_name="Zeta")


def test_an_edit_of_a_pledge_with_a_citation_and_a_step_is_one_version_and_one_entry(pledge):
    before = pledge.version
    with edit(editor(), Through.FORM, "Test reason."):
        pledge.summary_en = "Test: other words."
        pledge.save()
        make.make_citation(pledge, make.make_source("test-edits-2"))
        make.make_status_change(pledge, status=Status.ONGOING)
        pledge.save()
    pledge.refresh_from_db()
    assert pledge.version == before + 1
    made = Edit.objects.get(why="Test reason.")
    assert (made.who, made.through) == ("Zed Zeta", Through.FORM)
    for rows in (pledge.history, pledge.citations.get(source__slug="test-edits-2").history):
        assert {(row.edit, row.record_version) for row in rows.filter(edit=made)} == {(made, before + 1)}
    latest, *_others = edits_of(pledge)
    assert latest.reasons == ("Test reason.",)
    told = [str(difference.label) for difference in latest.differences]
    assert {"Summary in English", "Citation", "Step of the status"} <= set(told)


def test_two_edits_within_a_second_are_two_entries(pledge):
    for words in ("Test: first.", "Test: second."):
        with edit(None, Through.COMMAND, words):
            pledge.summary_en = words
            pledge.save()
    assert [found.reasons for found in edits_of(pledge)][:2] == [("Test: second.",), ("Test: first.",)]


def test_a_part_raises_the_version_of_its_record(pledge):
    before = pledge.version
    with edit(None):
        citation = pledge.citations.get()
        citation.note = "Test note."
        citation.save()
    assert Commitment.objects.get(pk=pledge.pk).version == before + 1
    with edit(None):
        citation.delete()
    assert Commitment.objects.get(pk=pledge.pk).version == before + 2


def test_what_follows_from_another_record_raises_no_version(pledge):
    source = Source.objects.get(citations__commitment=pledge)
    with edit(None):
        source.title = "Test: another title"
        source.save()
    assert "another" in Commitment.objects.get(pk=pledge.pk).search_text
    assert Commitment.objects.get(pk=pledge.pk).version == pledge.version
    assert Source.objects.get(pk=source.pk).version == 2


def test_an_edit_that_changes_nothing_leaves_no_row(pledge):
    before = Edit.objects.count()
    with edit(None):
        pass
    assert Edit.objects.count() == before


def test_the_name_of_who_edited_outlives_the_account(pledge):
    user = editor()
    with transaction.atomic(), edit(user, Through.FORM, "Test."):
        pledge.save()
    user.delete()
    assert Edit.objects.get(why="Test.").who == "Zed Zeta"
