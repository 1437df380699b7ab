"""The counts beside the values of a filter: each says what choosing the value would give."""

from functools import cache

import pytest
from django.http import QueryDict

from pledges.models.vocab import Precision
from pledges.query.facets import facet_counts
from pledges.query.index import keeping
from pledges.query.pledge_dimensions import DIMENSIONS
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db

NOT_COUNTED = {"source", "only_source", "source_language", "step", "id"}
COUNTED = [dimension.name for dimension in DIMENSIONS if dimension.name not in NOT_COUNTED and not dimension.asks]
SINGLE_VALUED = [
    name for name in COUNTED if name not in {"bloc", "place", "condition", "requirement", "later", "timed"}
]  # of which a pledge has several
QUERIES = [
    "",
    "country=PL&country=US&type=airstrikes",
    "place=ramadi&not_type=airstrikes",
    "q=jordan&min_sources=2",
    "meeting=brussels-2016-02-11&stage=promised",
    "not_country=none&unit=none&year=2016",
    "type_group=air&disputed=no",
    "change=none",
]


@cache
def choices(name):
    return CommitmentFilter(QueryDict()).choices(name)


@cache
def chosen_alone(name, value):
    """The keys of the pledges that a value finds without any other condition."""
    return found(QueryDict(f"{name}={value}"))


def found(query):
    return found_by(query.urlencode())


@cache
def accepted():
    """What the dimensions take, asked of the database once for all filters."""
    return {}


@cache
def found_by(query):
    """The keys that a query finds: without a dimension that it does not name it is the same, and asked once."""
    commitments = CommitmentFilter(QueryDict(query), accepted=accepted())
    assert not commitments.problems
    return frozenset(commitments.matching().order_by().values_list("pk", flat=True))


@cache
def refusals():
    return found(QueryDict("declined=yes"))


def without(query, name):
    rest = QueryDict(query, mutable=True)
    rest.pop(name, None)
    return rest


@pytest.mark.parametrize("query", QUERIES)
def test_a_count_is_what_choosing_the_value_gives(query):
    """Conditions narrow each other, so that a value beside others gives what both the value and the others find."""
    facets = facet_counts(CommitmentFilter(QueryDict(query)), COUNTED)
    for name in COUNTED:
        others = found(without(query, name))
        for value, _label in choices(name):
            both = others & chosen_alone(name, value)
            assert facets[name][value] == len(both - refusals()), (name, value)
            assert facets[name].refusals[value] == len(both & refusals()), (name, value)


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("query", ["", "place=ramadi&not_type=airstrikes&q=iraq"])
def test_a_count_is_what_the_heading_says_with_the_value_chosen(name, query):
    """The same asked of the filter as a whole, of a few values."""
    facets = facet_counts(CommitmentFilter(QueryDict(query)), [name])
    for value, _label in choices(name)[::12]:
        chosen = without(query, name)
        chosen[name] = value
        tally = CommitmentFilter(chosen).tally
        assert (facets[name][value], facets[name].refusals[value]) == (tally.pledges, tally.refusals), value


@pytest.mark.parametrize("query", QUERIES)
def test_the_counts_of_a_filter_add_up_to_the_total_without_it(query):
    facets = facet_counts(CommitmentFilter(QueryDict(query)), COUNTED)
    for name in SINGLE_VALUED:
        tally = CommitmentFilter(without(query, name)).tally
        assert (facets[name].total(), facets[name].refusals.total()) == (tally.pledges, tally.refusals), name


def test_what_is_not_public_counts_nowhere():
    before = facet_counts(CommitmentFilter(QueryDict()), COUNTED)
    make.make_commitment("test-draft", state="draft")
    make.make_commitment("test-bare", sources=0)
    assert facet_counts(CommitmentFilter(QueryDict()), COUNTED) == before


def test_an_undated_pledge_counts_as_of_no_stated_year():
    make.make_commitment("test-undated", announced_on=None, announced_precision=Precision.UNKNOWN)
    commitments = CommitmentFilter(QueryDict("country=ZZ"))
    assert dict(facet_counts(commitments, ["year"])["year"]) == {"none": 1}


def test_a_pledge_counts_once_under_a_value_that_it_has_twice():
    make.make_commitment("test-two-sources", sources=2)
    commitments = CommitmentFilter(QueryDict("country=ZZ"))
    assert dict(facet_counts(commitments, ["source_language"])["source_language"]) == {"en": 1}


def test_all_counts_take_one_query_of_the_database_without_an_index(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(keeping, "current", lambda: None)
    commitments = CommitmentFilter(QueryDict("type=airstrikes"))
    assert not commitments.problems
    with django_assert_num_queries(1):
        facet_counts(commitments, COUNTED)


def test_all_counts_take_none_with_one(django_assert_num_queries):
    commitments = CommitmentFilter(QueryDict("type=airstrikes"))
    assert commitments.index
    with django_assert_num_queries(0):
        facet_counts(commitments, COUNTED)


def test_a_query_that_cannot_be_read_has_no_counts(client):
    assert facet_counts(CommitmentFilter(QueryDict("country=XX")), COUNTED) is None
    choices = client.get("/en/pledges/?country=XX").content.decode().split('<label class="choice')[1:]
    assert choices
    assert not [choice for choice in choices if "<span>" in choice.partition("</label>")[0]]


def test_the_page_shows_the_counts_and_keeps_values_with_none_within_reach(client):
    html = client.get("/en/pledges/?country=PL").content.decode()
    choices = html.split('<label class="choice')
    (romania,) = [choice for choice in choices if 'name="country" value="RO"' in choice]
    assert "<span>3</span>" in romania
    (naval,) = [choice for choice in choices if 'name="type" value="naval"' in choice]
    assert naval.startswith(" zero")
    assert "<span>0</span>" in naval


@pytest.mark.parametrize(("language", "words"), [("en", "5 refusals"), ("ar", "5 حالات رفض")])
def test_the_page_says_where_a_value_holds_refusals_only(client, language, words):
    html = client.get(f"/{language}/pledges/").content.decode()
    (declined,) = [choice for choice in html.split('<label class="choice') if 'name="now" value="declined"' in choice]
    assert f'<span class="refusals">{words}</span>' in declined
    assert not declined.startswith(" zero")
