"""Grade and search words follow every edit, and the history keeps each of them."""

from datetime import date

import pytest

from pledges.models import Commitment, Source, StatusChange
from pledges.models.vocab import Attribution, Grade, SourceKind, Stage, Stance, State, Status
from pledges.record.reasons import SiteReason
from pledges.tests.make import (
    make_citation,
    make_commitment,
    make_country,
    make_meeting,
    make_place,
    make_source,
    make_status_change,
    make_type,
)

pytestmark = pytest.mark.django_db


def now(commitment):
    return Commitment.objects.get(pk=commitment.pk)


def found_by(word):
    return set(Commitment.objects.filter(search_text__contains=f" {word} ").values_list("slug", flat=True))


def edit(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


# Evidence


def test_a_second_source_raises_the_grade():
    commitment = make_commitment(sources=1)
    make_citation(commitment, make_source("test-second"))
    assert (now(commitment).grade, now(commitment).independent_sources) == (Grade.CORROBORATED, 2)


def test_a_citation_turned_into_a_denial_makes_the_pledge_disputed():
    commitment = make_commitment(sources=2)
    edit(commitment.citations.first(), stance=Stance.CONTRADICTS)
    assert (now(commitment).grade, now(commitment).independent_sources) == (Grade.DISPUTED, 1)


def test_deleting_a_citation_lowers_the_grade():
    commitment = make_commitment(sources=2)
    commitment.citations.last().delete()
    assert (now(commitment).grade, now(commitment).independent_sources) == (Grade.SINGLE_SOURCE, 1)


def test_a_source_found_to_be_a_government_makes_its_pledges_official():
    commitment = make_commitment(sources=1)
    edit(make_source(), kind=SourceKind.GOVERNMENT, voice_iso2="ZZ")
    assert now(commitment).grade == Grade.OFFICIAL


def test_a_source_found_to_be_a_reprint_lowers_the_grade():
    commitment = make_commitment(sources=2)
    edit(make_source("test-source-2"), derived_from=make_source("test-source"))
    assert (now(commitment).grade, now(commitment).independent_sources) == (Grade.SINGLE_SOURCE, 1)


def test_the_origin_of_an_original_reaches_the_pledges_that_cite_its_reprint():
    original, wire = make_source("test-original"), make_source("test-wire")
    commitment = make_commitment(sources=0)
    make_citation(commitment, make_source("test-reprint", derived_from=original))
    make_citation(commitment, wire)
    assert now(commitment).independent_sources == 2
    edit(original, derived_from=wire)
    assert (now(commitment).grade, now(commitment).independent_sources) == (Grade.SINGLE_SOURCE, 1)


def test_a_source_with_a_reprint_of_a_reprint_reaches_the_pledges_of_all_three():
    original = make_source("test-original")
    reprint = make_source("test-reprint", derived_from=original)
    again = make_source("test-again", derived_from=reprint)
    pledges = [make_commitment(f"test-{n}", sources=0) for n in range(3)]
    for pledge, source in zip(pledges, (original, reprint, again), strict=True):
        make_citation(pledge, source)
        make_citation(pledge, make_source("test-other"))
    assert [now(pledge).independent_sources for pledge in pledges] == [2, 2, 2]
    edit(original, title="Zeppelins at dawn", derived_from=make_source("test-other"))
    assert [now(pledge).independent_sources for pledge in pledges] == [1, 1, 1]
    assert found_by("zeppelins") == {"test-0"}


def test_a_corrected_speaker_changes_the_grade():
    commitment = make_commitment(sources=0, attribution=Attribution.THIRD_PARTY)
    make_citation(commitment, make_source(kind=SourceKind.GOVERNMENT, voice_iso2="ZZ"))
    edit(now(commitment), attribution=Attribution.SELF)
    assert now(commitment).grade == Grade.OFFICIAL


# What holds now


@pytest.mark.parametrize(
    ("steps", "holds", "reached"),
    [
        ([], Status.APPROVED, Stage.APPROVED),
        ([(Status.ONGOING, "2020-02-01")], Status.ONGOING, Stage.DELIVERED),
        ([(Status.ONGOING, "2020-02-01"), (Status.ENDED, "2020-03-01")], Status.ENDED, Stage.DELIVERED),
        ([(Status.ENDED, "2020-03-01"), (Status.ONGOING, "2020-02-01")], Status.ENDED, Stage.DELIVERED),
        ([(Status.SUSPENDED, "2020-02-01"), (Status.ONGOING, "2020-03-01")], Status.ONGOING, Stage.DELIVERED),
        # announced again, and before the pledge itself: no step back
        ([(Status.ANNOUNCED, "2020-02-01")], Status.APPROVED, Stage.APPROVED),
        ([(Status.SUSPENDED, "2019-01-01")], Status.APPROVED, Stage.APPROVED),
        ([(Status.ENDED, None)], Status.ENDED, Stage.APPROVED),
    ],
)
def test_what_holds_now_is_the_furthest_status_or_how_it_was_closed_since(steps, holds, reached):
    commitment = make_commitment(status=Status.APPROVED, announced_on=date(2020, 1, 1))
    for status, day in steps:
        when = (
            {"happened_on": date.fromisoformat(day)} if day else {"happened_on": None, "happened_precision": "unknown"}
        )
        make_status_change(commitment, status=status, **when)
    assert (now(commitment).now, now(commitment).reached) == (holds, reached)


def test_conditions_are_listed_as_exports_write_them():
    commitment = make_commitment()
    for kind, words in (("time", "For six months."), ("parliament", "Once parliament agrees.")):
        commitment.conditions.create(kind=kind, text_en=words, text_ar=words, source=make_source())
    row = now(commitment)
    assert (row.condition_kinds, row.condition_words_en) == (
        "parliament | time",
        "Once parliament agrees. | For six months.",
    )
    commitment.conditions.all()[0].delete()
    assert now(commitment).condition_kinds == "time"


# For exports


def listed(commitment):
    row = now(commitment)
    return row.cited_sources, row.contradicting_sources, row.source_slugs, row.source_urls, row.place_slugs


def test_sources_and_places_are_listed_as_exports_write_them():
    commitment = make_commitment(sources=2, places=[make_place("test-z"), make_place("test-a")])
    make_citation(commitment, make_source("test-a-denial", url=""), stance=Stance.CONTRADICTS)
    addresses = "https://gazette.example/test-source | https://gazette.example/test-source-2 | none"
    slugs = "test-source | test-source-2 | test-a-denial"
    assert listed(commitment) == (3, 1, slugs, addresses, "test-a | test-z")


def test_a_corrected_address_reaches_the_list_and_the_history_keeps_the_old_one():
    commitment = make_commitment()
    edit(make_source(), url="https://gazette.example/corrected")
    assert now(commitment).source_urls == "https://gazette.example/corrected"
    recorded = [record.source_urls for record in commitment.history.all()[:2]]
    assert recorded == ["https://gazette.example/corrected", "https://gazette.example/test-source"]


def test_a_deleted_citation_and_a_place_taken_away_leave_the_list():
    commitment = make_commitment(sources=2, places=[make_place()])
    commitment.citations.last().delete()
    commitment.places.clear()
    assert listed(commitment) == (1, 0, "test-source", "https://gazette.example/test-source", "")


# Search


def test_the_search_knows_all_that_a_pledge_names():
    make_commitment(
        country=make_country(alt_names="Republic of Quuxia;كوكسيا"),
        places=[make_place()],
        meeting=make_meeting(name_en="Conference of Fooville"),
    )
    words = ["testland", "quuxia", "كوكسيا", "testville", "fooville", "balloons", "مناطيد", "minister", "contribution"]
    assert [word for word in words if "test-pledge" not in found_by(word)] == []


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_country, "name_en"),
        (make_country, "name_ar"),
        (make_country, "alt_names"),
        (make_type, "name_en"),
        (make_place, "name_ar"),
        (make_meeting, "name_en"),
        (make_source, "title"),
    ],
)
def test_a_new_name_is_found_at_once_and_the_history_keeps_the_old_one(make, field):
    row = make(**{field: "oldquux"})
    commitment = make_commitment(places=[make_place()], meeting=make_meeting())
    assert found_by("oldquux") == {"test-pledge"}
    edit(row, **{field: "newquux"})
    assert (found_by("oldquux"), found_by("newquux")) == (set(), {"test-pledge"})
    new, old = commitment.history.all()[:2]
    assert ("oldquux" in old.search_text, "newquux" in new.search_text) == (True, True)


def test_a_quotation_is_found_while_it_is_there():
    commitment = make_commitment()
    citation = commitment.citations.get()
    edit(citation, quote="seven quuxes")
    assert found_by("quuxes") == {"test-pledge"}
    edit(citation, quote="")
    assert found_by("quuxes") == set()


def test_places_are_found_as_soon_as_they_are_added_and_no_longer():
    commitment = make_commitment()
    commitment.places.add(make_place(name_en="Quuxville"))
    assert found_by("quuxville") == {"test-pledge"}
    commitment.places.clear()
    assert found_by("quuxville") == set()


# History


def test_a_new_grade_is_in_the_history_with_its_reason():
    commitment = make_commitment(sources=1)
    records = commitment.history.count()
    make_citation(commitment, make_source("test-second"))
    assert commitment.history.count() == records + 1
    latest, before = commitment.history.all()[:2]
    assert (before.grade, latest.grade) == (Grade.SINGLE_SOURCE, Grade.CORROBORATED)
    assert latest.history_change_reason == SiteReason.DERIVED


def test_an_edit_is_one_record_in_the_history_and_keeps_its_own_reason():
    commitment = make_commitment()
    records = commitment.history.count()
    commitment._change_reason = "Corrected the number"
    edit(commitment, summary_en="Testland promised quuxes.")
    commitment.places.add(make_place())
    assert found_by("quuxes") == {"test-pledge"}
    reasons = [
        record.history_change_reason for record in commitment.history.all()[: commitment.history.count() - records]
    ]
    assert reasons == ["Corrected the number"] * 2  # the row, then its places


def test_an_edit_after_a_new_grade_does_not_inherit_its_reason():
    commitment = make_commitment(sources=2)
    commitment.citations.last().delete()
    commitment = now(commitment)
    edit(commitment, attribution=Attribution.THIRD_PARTY)
    edit(commitment, summary_en="Testland promised quuxes.")
    assert commitment.history.first().history_change_reason is None


def test_saving_a_source_unchanged_changes_no_pledge():
    records = Commitment.history.count()
    Source.objects.get(slug="aawsat-2016-02-brussels").save()
    assert Commitment.history.count() == records


def test_a_row_loaded_without_its_words_is_kept_up_to_date_too():
    make_commitment("test-deferred")
    commitment = Commitment.objects.with_names().get(slug="test-deferred")
    commitment.summary_en = "Testland promised zeppelins."
    commitment.save()
    assert "zeppelins" in Commitment.objects.get(slug="test-deferred").search_text


def test_a_later_step_moves_the_pledge_on_and_taking_it_back_undoes_that():
    commitment = make_commitment(status=Status.PLEDGED)
    assert now(commitment).reached == Stage.PROMISED
    step = StatusChange.objects.create(commitment=commitment, status=Status.ONGOING, happened_on=date(2016, 5, 1))
    StatusChange.objects.create(commitment=commitment, status=Status.ENDED, happened_on=date(2017, 1, 1))
    assert now(commitment).reached == Stage.DELIVERED
    step.delete()
    assert now(commitment).reached == Stage.PROMISED


def test_a_pledge_declined_from_the_start_reached_nothing():
    assert now(make_commitment(status=Status.DECLINED)).reached == Stage.CLOSED


def test_whether_readers_see_a_pledge_follows_its_state_and_its_citations():
    pledge = make_commitment("test-seen", sources=1)
    citation = pledge.citations.get()

    def is_seen():
        return Commitment.objects.public().filter(slug="test-seen").exists()

    assert is_seen()
    citation.stance = Stance.CONTRADICTS
    citation.save()
    assert not is_seen()
    citation.stance = Stance.SUPPORTS
    citation.save()
    pledge.refresh_from_db()
    pledge.state = State.WITHDRAWN
    pledge.save()
    assert not is_seen()
    # each of these is told by the history of the day
    assert list(pledge.history.order_by("history_id").values_list("is_public", flat=True))[-3:] == [False, True, False]
