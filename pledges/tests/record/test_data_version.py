"""The version of the data: raised by every committed change of what readers see, and by nothing else."""

from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from pledges.editing import proposals, snapshots
from pledges.models import (
    BlocMember,
    Citation,
    Commitment,
    CommitmentType,
    Country,
    Meeting,
    Participation,
    Place,
    Release,
    Requirement,
    Source,
    Unit,
)
from pledges.models.vocab import State
from pledges.record.data_version import changes_since, current, is_kept
from pledges.record.data_version.installed import install, uninstall
from pledges.record.data_version.seen import Row, table_of, watched
from pledges.record.edits import edit
from pledges.tests import make
from pledges.tests.cast import make_cast
from pledges.tests.editing import people

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def world(empty_site):
    """A public pledge and a draft, each with a source, a place and a meeting of its own."""
    made = SimpleNamespace()
    for name, state in (("public", State.PUBLISHED), ("draft", State.DRAFT)):
        pledge = make.make_commitment(
            f"test-{name}",
            state=state,
            sources=0,
            places=[make.make_place(f"test-{name}")],
            meeting=make.make_meeting(f"test-{name}", is_public=False),
        )
        make.make_citation(pledge, make.make_source(f"test-{name}"))
        make.make_status_change(pledge)
        requirement = make.make_requirement(f"test-{name}", answered_by=[pledge], is_public=name == "public")
        vars(made).update({name: pledge, f"{name}_requirement": requirement})
    make.make_source("test-original")
    Source.objects.filter(slug="test-draft").update(derived_from=make.make_source("test-original-of-draft"))
    Source.objects.filter(slug="test-public").update(derived_from=make.make_source("test-original"))
    return made


def raises(change, *arguments, **values):
    """Whether a change raises the version."""
    before = current()
    change(*arguments, **values)
    after = current()
    assert (after.number > before.number) == (after.mark != before.mark)
    return after != before


def edited(row, **values):
    """Saves a row as a form does."""
    row = type(row).objects.get(pk=row.pk)
    with edit(why="Test."):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def of(model, name):
    return model.objects.filter(slug=f"test-{name}")


def of_pledge(model, name):
    return model.objects.filter(commitment__slug=f"test-{name}")


# each of what belongs to a pledge, or is named by it: what raises where the pledge is public, and not for a draft
CHANGES = {
    "saved": lambda name: edited(of(Commitment, name).get(), summary_en="Test: other words."),
    "updated": lambda name: of(Commitment, name).update(caveat_en="Test."),
    "updated by bulk": lambda name: Commitment.objects.bulk_update(
        [Commitment(pk=of(Commitment, name).get().pk, caveat_en="Test: bulk.")], ["caveat_en"]
    ),
    "cited": lambda name: make.make_citation(of(Commitment, name).get(), make.make_source("test-new")),
    "citation updated": lambda name: of_pledge(Citation, name).update(note="Test."),
    "citation deleted": lambda name: of_pledge(Citation, name).delete(),
    "step added": lambda name: make.make_status_change(of(Commitment, name).get()),
    "condition added": lambda name: (
        of(Commitment, name)
        .get()
        .conditions.create(kind="parliament", text_en="Test.", text_ar="اختبار.", source=make.make_source("test-new"))
    ),
    "place added": lambda name: of(Commitment, name).get().places.add(make.make_place("test-new")),
    "place taken away": lambda name: Commitment.places.through.objects.filter(commitment__slug=f"test-{name}").delete(),
    "history updated": lambda name: of(Commitment, name).get().history.update(history_change_reason="Test."),
    "history of a part deleted": lambda name: Citation.history.filter(
        commitment_id=of(Commitment, name).get().pk
    ).delete(),
    "source edited": lambda name: edited(of(Source, name).get(), notes="Test."),
    "original of the source updated": lambda name: (
        of(Source, name)
        .get()
        .derived_from.__class__.objects.filter(pk=of(Source, name).get().derived_from_id)
        .update(reliability="A")
    ),
    "place edited": lambda name: edited(of(Place, name).get(), name_en="Test: elsewhere"),
    "meeting edited": lambda name: edited(of(Meeting, name).get(), notes="Test."),
    "source of the meeting": lambda name: of(Meeting, name).get().sources.add(make.make_source("test-new")),
    "participation": lambda name: Participation.objects.create(
        meeting=of(Meeting, name).get(), country=make.make_country(), role="host"
    ),
    "requirement edited": lambda name: edited(of(Requirement, name).get(), summary_en="Test: more."),
    "source of the requirement": lambda name: of(Requirement, name).get().sources.add(make.make_source("test-new")),
    "answer taken away": lambda name: of(Requirement, name).get().answered_by.clear(),
    "SQL": lambda name: connection.cursor().execute(
        "UPDATE pledges_commitment SET theatre = 'syria' WHERE slug = %s", [f"test-{name}"]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_readers_see_raises_the_version_and_the_same_of_a_draft_does_not(change):
    assert raises(CHANGES[change], "public")
    assert not raises(CHANGES[change], "draft")


def test_what_lists_always_hold_raises_it(world):
    for rows in (Country.objects.filter(iso2="ZZ"), CommitmentType.objects.filter(slug="test_type")):
        assert raises(edited, rows.get(), name_en="Test: other name")
    assert raises(make.make_unit)
    assert raises(make.make_bloc)
    assert raises(make.make_bloc_member)
    assert raises(edited, BlocMember.objects.get(bloc__slug="test_bloc"), member_until=date(2016, 1, 1))
    assert raises(Unit.objects.filter(slug="test_unit").delete)
    assert raises(Release.objects.create, number="2026-11", pledges=1, size=1, sha256="0" * 64, package=b"")


def test_publishing_and_withdrawing_raise_it_and_a_review_does_not():
    staff = people.everybody()
    pledge = people.written_by(staff["editor"])
    assert not raises(people.take, pledge, "send", staff["editor"])
    assert not raises(people.take, pledge, "send_back", staff["reviewer"])
    people.take(pledge, "send", staff["editor"])
    assert raises(people.take, pledge, "publish", staff["reviewer"])
    assert raises(people.take, pledge, "withdraw", staff["reviewer"])
    # readers are told why at its address
    assert raises(Commitment.objects.filter(pk=pledge.pk).update, withdrawal_reason_en="Test: another.")
    assert raises(people.take, pledge, "restore", staff["other"])


def test_a_proposal_does_not_raise_it():
    staff = people.everybody()
    people.publish_and_propose(staff)
    pledge = Commitment.objects.get(slug="test-workflow")
    was = snapshots.take(pledge)
    to_be = was | {"fields": was["fields"] | {"summary_en": "Test: proposed."}}
    proposed = proposals.Proposed(was, to_be, {})
    assert not raises(proposals.propose, pledge, pledge.version, proposed, staff["editor"], "Test.")


def test_what_changes_nothing_that_readers_see_does_not_raise_it(world):
    one = Commitment.objects.filter(pk=world.public.pk)
    assert not raises(one.update, version=F("version") + 1)
    assert not raises(one.update, summary_en=F("summary_en"))
    assert not raises(Country.objects.update, version=F("version") + 1)


def test_the_pledges_that_changed_are_told(world):
    start = current()
    assert changes_since(start) == set()
    of_pledge(Citation, "public").update(note="Test.")
    other = make.make_commitment("test-other")
    assert changes_since(start) == {world.public.pk, other.pk}
    later = current()
    of_pledge(Citation, "public").update(commitment=other)
    assert changes_since(later) == {world.public.pk, other.pk}
    edited(world.public.country, joined_note="Test.")
    assert changes_since(later) is None
    assert changes_since(current()) == set()


def test_nothing_is_told_of_a_version_that_was_rolled_back(world):
    with transaction.atomic():
        of_pledge(Citation, "public").update(note="Test.")
        lost = current()
        transaction.set_rollback(True)
    of_pledge(Citation, "public").update(note="Test: another.")
    assert (current().number, changes_since(lost)) == (lost.number, None)


def test_all_that_readers_see_is_watched():
    """Whatever `public()` shows: the conditions are wider, never narrower."""
    make_cast()
    make.make_commitment("test-with-steps", part_of=Commitment.objects.get(slug="test-north-kites"))
    make.make_participation()
    for found in watched():
        if hasattr(found.model.objects, "public"):
            seen = f'SELECT id FROM "{table_of(found.model)}" AS shown WHERE {found.is_seen(Row("UPDATE", "shown"))}'  # noqa: S608
            with connection.cursor() as cursor:
                cursor.execute(seen)
                seen = {key for (key,) in cursor.fetchall()}
            assert set(found.model.objects.public().values_list("pk", flat=True)) <= seen, found.model


def test_loading_fixtures_raises_it_and_loading_them_again_does_not():
    assert raises(call_command, "loaddata", "02_types", "03_units", verbosity=0)
    assert not raises(call_command, "loaddata", "02_types", "03_units", verbosity=0)


def test_triggers_that_are_gone_are_reported_and_made_again():
    before = current()
    uninstall("default")
    assert not is_kept()
    with pytest.raises(CommandError):
        call_command("check_data", stdout=StringIO(), stderr=(told := StringIO()))
    assert "manage.py migrate" in told.getvalue()
    install("default")
    assert is_kept()
    # nobody knows what was changed meanwhile
    assert (current().number, changes_since(before)) == (before.number + 1, None)
