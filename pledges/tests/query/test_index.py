"""The index in memory: whatever is asked and whatever was edited, it finds and counts what the database does."""

import os
from collections import OrderedDict
from datetime import date
from threading import Event, Thread

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges import limits
from pledges.charts import matrix, sums, timeline
from pledges.models import Commitment, Requirement, StatusChange
from pledges.models.vocab import Change, Grade, Precision, Stance, State, Status
from pledges.query import in_force
from pledges.query.facets import facet_counts, numbers_by
from pledges.query.index import keeping, making
from pledges.query.index.keeping import KEEPER, Keeper
from pledges.query.pledge_dimensions import DIMENSIONS
from pledges.query.pledges import CommitmentFilter
from pledges.record import data_version
from pledges.tests import make

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "25"))
NAMES = [dimension.name for dimension in DIMENSIONS if dimension.name != "id" and not dimension.asks]
STATUSES = st.lists(st.sampled_from(Status.values), min_size=1, max_size=4)
WORDS = ("jordan", "trainers iraq", "الاردن", "us", "f", "no-such-word", "300", "cf-18", "f-16 a", "testland")


def values_of(name):
    return [value for value, _label in CommitmentFilter(QueryDict()).accepted(name)]


@st.composite
def queries(draw):
    """Query strings of any conditions, as readers may combine them."""
    query = QueryDict(mutable=True)
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3)):
        excluded = draw(st.sampled_from(["", "", "", "not_"]))
        query.setlist(excluded + name, draw(st.lists(st.sampled_from(values_of(name)), min_size=1, max_size=3)))
    days = st.dates(date(2014, 1, 1), date(2017, 12, 31)).map(str)
    some = {
        "q": st.sampled_from(WORDS),
        "announced_after": days,
        "announced_before": days,
        "on": days,
        "later_after": days,
        "later_before": days,
        "disputed": st.sampled_from(["yes", "no"]),
        "declined": st.sampled_from(["yes", "no"]),
        "min_sources": st.integers(1, 5).map(str),
    }
    for name in draw(st.sets(st.sampled_from(sorted(some)), max_size=2)):
        query[name] = draw(some[name])
    if "on" in query and (name := draw(st.sampled_from(["", "held", "held", "not_held"]))):
        query.setlist(name, draw(STATUSES))
    return query


def everything(query):
    """What the site tells of a query."""
    found = CommitmentFilter(query)
    if found.problems:
        return None
    return {
        "tally": found.tally,
        "rows": [pledge.pk for pledge in found.page_of(0, 1000)],
        "a page": [pledge.pk for pledge in found.page_of(7, 19)],
        "facets": {
            name: ({value: n for value, n in numbers.items() if n}, +numbers.refusals)
            for name, numbers in facet_counts(found, NAMES + ["held"] * ("on" in query)).items()
        },
        "in force": in_force.numbers(found, [date(2016, 2, 11), date(2015, 1, 31), date(2017, 12, 31)]),
        "without one": [found.counted(ignoring=name) for name in found.asked],
        "matrix": matrix.matrix(found),
        "timeline": timeline.of(found),
        "sums": sums.sums(found),
        "numbers": numbers_by(found, "place", "reached", type_group="air"),
        "in words of their own": found.number_by_own_words if query.get("q") else 0,
        "is long": found.is_longer_than(10),
    }


def by_the_database(query):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "current", lambda: None)
        return everything(query)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries())
def test_the_index_tells_what_the_database_does(db, query):
    assert CommitmentFilter(query).index or CommitmentFilter(query).problems
    assert everything(query) == by_the_database(query)


# Edits


def published(slug):
    return make.make_commitment(slug, announced_on=date(2016, 2, 11), places=[make.make_place()], sources=2)


def publish_another(pledge):
    published("test-another")


def publish_one_of_the_first_day(pledge):
    make.make_commitment("aa-test-first", announced_on=date(2030, 1, 1))


def publish_one_without_a_date(pledge):
    make.make_commitment("test-undated", announced_on=None, announced_precision=Precision.UNKNOWN)


def withdraw(pledge):
    pledge.state = State.WITHDRAWN
    pledge.save()


def withdraw_one_that_has_parts(pledge):
    whole = Commitment.objects.public().filter(parts__is_public=True).first()
    whole.state = State.WITHDRAWN
    whole.save()


def change_everything(pledge):
    pledge.country, pledge.type = make.make_country("ZY"), make.make_type("test_other_type")
    pledge.status, pledge.change = Status.DECLINED, Change.REDUCE
    pledge.announced_on, pledge.announced_precision = date(2015, 6, 1), Precision.MONTH
    pledge.summary_en = "Another zeppelin."
    pledge.save()


def change_its_places(pledge):
    pledge.places.set([make.make_place("test-another-place")])


def add_a_citation(pledge):
    make.make_citation(pledge, stance=Stance.CONTRADICTS)


def add_steps(pledge):
    make.make_status_change(pledge, happened_on=date(2016, 5, 2), status=Status.ONGOING)
    StatusChange.objects.create(commitment=pledge, status=Status.ENDED, happened_on=None, happened_precision="unknown")


def answer_a_requirement(pledge):
    Requirement.objects.public().first().answered_by.add(pledge)


def rename_its_country(pledge):
    pledge.country.name_en = "Zeppelinland"
    pledge.country.save()


def let_its_country_join_a_bloc(pledge):
    make.make_bloc_member(country=pledge.country, since=pledge.announced_on)


def end_a_membership_before(pledge):
    member = make.make_bloc_member(country=pledge.country)
    everything(QueryDict("bloc=test_bloc"))
    member.member_until = date(2016, 2, 10)
    member.save()


def change_many_at_once(pledge):
    Commitment.objects.filter(pk__lt=pledge.pk, pk__gt=pledge.pk - 30).update(grade=Grade.OFFICIAL)


def delete(pledge):
    pledge.citations.all().delete()
    Commitment.objects.filter(pk=pledge.pk).delete()


EDITS = (
    publish_another,
    publish_one_of_the_first_day,
    publish_one_without_a_date,
    withdraw,
    withdraw_one_that_has_parts,
    change_everything,
    change_its_places,
    add_a_citation,
    add_steps,
    answer_a_requirement,
    rename_its_country,
    let_its_country_join_a_bloc,
    end_a_membership_before,
    change_many_at_once,
    delete,
)
TELLING = (
    "",
    "not_bloc=nato&type=test_type",
    "country=ZZ&country=ZY&announced_after=2015-06-11&q=test",
    "not_place=iraq&type=airstrikes",
    "on=2016-05-02&held=pledged&held=ongoing",
    "later=ended&later=ongoing&later_after=2016-05-02",
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_after_an_edit_the_index_tells_what_the_database_does(edit):
    pledge = published("test-pledge")
    for query in (QueryDict(), QueryDict("in_totals=part")):
        everything(query)
    edit(pledge)
    for query in TELLING:
        assert everything(QueryDict(query)) == by_the_database(QueryDict(query)), query


@settings(max_examples=EXAMPLES // 5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.sampled_from(EDITS), min_size=2, max_size=6), query=queries())
def test_after_many_edits_too(db, edits, query):
    with transaction.atomic():
        pledge = published("test-pledge")
        for edit in edits:
            if Commitment.objects.filter(pk=pledge.pk).exists():
                edit(Commitment.objects.get(pk=pledge.pk))
            assert CommitmentFilter(query).counted() or CommitmentFilter(query).problems
        assert everything(query) == by_the_database(query)
        transaction.set_rollback(True)


def test_what_changed_is_added_and_not_all_made_anew(monkeypatch):
    pledge = published("test-pledge")
    assert CommitmentFilter(QueryDict()).index
    monkeypatch.setattr(keeping, "complete", None)
    add_steps(pledge)
    index = CommitmentFilter(QueryDict()).index
    assert [late.slug for late in index.late].count("test-pledge") == 1


def of_testland():
    return [pledge.slug for pledge in CommitmentFilter(QueryDict("country=ZZ")).page_of(0, 9)]


def test_those_of_one_day_stay_in_order_whatever_becomes_of_the_others(monkeypatch):
    for letter in "bdf":
        make.make_commitment(f"test-{letter}")
    monkeypatch.setattr(KEEPER, "kept", OrderedDict())  # made anew, so these are numbered in order
    assert of_testland() == ["test-b", "test-d", "test-f"]
    make.make_commitment("test-c")
    assert of_testland() == ["test-b", "test-c", "test-d", "test-f"]
    delete(Commitment.objects.get(slug="test-d"))
    make.make_commitment("test-bb")
    assert of_testland() == ["test-b", "test-bb", "test-c", "test-f"]
    Commitment.objects.filter(slug="test-b").update(slug="test-z")
    make.make_commitment("test-g")
    assert of_testland() == ["test-bb", "test-c", "test-f", "test-g", "test-z"]


def test_who_looks_through_the_words_does_so_undisturbed():
    published("test-pledge")
    words = CommitmentFilter(QueryDict()).index.columns.words
    reading = words.in_order
    before = list(reading)
    make.make_commitment("test-another", summary_en="A zeppelin.")
    assert CommitmentFilter(QueryDict("q=zeppelin")).tally.pledges == 1
    assert reading == before


def test_who_asks_already_keeps_the_version_that_was_asked():
    pledge = published("test-pledge")
    before = CommitmentFilter(QueryDict("country=ZZ"))
    assert before.tally.pledges == 1
    withdraw(pledge)
    publish_another(pledge)
    assert CommitmentFilter(QueryDict("country=ZZ")).tally.pledges == 1
    assert facet_counts(before, ["country"])["country"]["ZZ"] == 1
    assert before.index.keys_of(before.matching_set(), 0, 5) == [pledge.pk]
    # but what is withdrawn is not shown
    assert before.page_of(0, 5) == []


def test_the_index_of_what_was_taken_back_is_not_asked_again():
    known = CommitmentFilter(QueryDict()).index
    with transaction.atomic():
        published("test-pledge")
        assert CommitmentFilter(QueryDict("country=ZZ")).tally.pledges == 1
        transaction.set_rollback(True)
    assert CommitmentFilter(QueryDict()).index is known
    published("test-other")
    assert [pledge.slug for pledge in CommitmentFilter(QueryDict("q=testland")).page_of(0, 9)] == ["test-other"]


def test_very_many_pledges_are_indexed_beside_the_requests(monkeypatch):
    keeper = Keeper()
    keeper.in_transactions = True
    monkeypatch.setattr(keeping, "MADE_AT_ONCE", 10)
    begun = []
    monkeypatch.setattr(Keeper, "make_beside", lambda self, version: begun.append(version))
    monkeypatch.setattr(keeping, "PATIENCE", 0)
    assert keeper.current() is None
    keeper.making.join()
    assert begun == [data_version.current()]


def test_who_asks_while_the_index_is_made_waits_for_it_a_while(monkeypatch):
    """Asking the database would take as long. The thread is given an index: it does not see this transaction."""
    keeper, index = Keeper(), keeping.complete(data_version.current())
    keeper.in_transactions = True
    monkeypatch.setattr(keeping, "MADE_AT_ONCE", 10)
    monkeypatch.setattr(keeping, "made", lambda version: index)
    assert keeper.current() is index


def test_who_waited_in_vain_has_all_the_time_for_the_database(monkeypatch):
    keeper, is_done = Keeper(), Event()
    monkeypatch.setattr(keeping, "PATIENCE", 0.05)
    monkeypatch.setattr(keeping, "PAUSE", 0.05)
    keeper.is_making, keeper.making = True, Thread(target=is_done.wait, daemon=True)
    keeper.making.start()
    with limits.limited(0.04):
        assert keeper.awaited(data_version.current()) is None
        assert Commitment.objects.public().exists()
    is_done.set()


def test_a_search_is_asked_of_the_database_until_the_words_are_there(monkeypatch):
    index = making.made(data_version.current())
    monkeypatch.setattr(keeping, "current", lambda: index)
    assert CommitmentFilter(QueryDict("country=FR")).index is index
    assert CommitmentFilter(QueryDict("q=jordan")).index is None
    found = CommitmentFilter(QueryDict("q=jordan")).tally
    making.add_words(index.columns)
    assert CommitmentFilter(QueryDict("q=jordan")).index is index
    assert CommitmentFilter(QueryDict("q=jordan")).tally == found


def test_an_open_transaction_is_asked_of_the_database(monkeypatch):
    monkeypatch.setattr(KEEPER, "in_transactions", False)
    assert CommitmentFilter(QueryDict()).index is None
    assert CommitmentFilter(QueryDict()).tally.pledges


def test_each_dimension_is_indexed_by_itself():
    """A new row of the table needs no code here."""
    assert {dimension.name for dimension in making.INDEXED} == set(NAMES)
    index = making.made(data_version.current())
    assert all(index.columns.values[name] for name in NAMES)
