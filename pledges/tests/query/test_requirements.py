"""What a query string finds of the requirements, and the pledges that answered one."""

import re
from collections import Counter
from datetime import date
from functools import cache
from urllib.parse import quote

import pytest
from django.http import QueryDict

from pledges.models.vocab import Precision, State, Status, Theatre
from pledges.query.facets import facet_counts
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import OFFERED, REQUIREMENT_SORTS, RequirementFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def requests(module_db):
    """Four requirements that readers may see, and two that they may not."""
    balloons, kites = make.make_type("test_balloons", name_en="Red balloons"), make.make_type("test_kites")
    north = make.make_country("ZZ")
    delivered = make.make_commitment("test-delivered", type=balloons, status=Status.ONGOING, country=north)
    pledged = make.make_commitment("test-pledged", type=kites, country=north)
    draft = make.make_commitment("test-draft", type=kites, state=State.DRAFT, country=north)
    make.make_commitment("test-unasked", country=north)
    make.make_requirement(
        "test-many", type=balloons, answered_by=[delivered, pledged], theatre=Theatre.IRAQ, sources=2,
        asked_on=date(2016, 2, 1), asked_precision=Precision.MONTH, meeting=make.make_meeting(),
    )  # fmt: skip
    make.make_requirement(
        "test-one", type=kites, country=north, answered_by=[pledged, draft], theatre=Theatre.SYRIA,
        asked_of_en="Testland", asked_of_ar="بلد الاختبار", asked_on=date(2016, 2, 20),
    )  # fmt: skip
    make.make_requirement("test-none", type=kites, asked_on=date(2015, 6, 1), quantity_text="12 kites")
    make.make_requirement(
        "test-draft-only", answered_by=[draft], type=kites, asked_on=None, asked_precision=Precision.UNKNOWN
    )
    make.make_requirement("test-secret", type=kites, answered_by=[delivered], is_public=False)
    make.make_requirement("test-unsourced", type=kites, answered_by=[delivered], sources=0)


def asked(query):
    return RequirementFilter(QueryDict(quote(query, safe="=&%")))


def found(query):
    """The invented requirements that a query string finds, in order, without their `test-`."""
    return [row.slug.removeprefix("test-") for row in asked(query).results if row.slug.startswith("test-")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "one many none draft-only"),
        ("type=test_balloons", "many"),
        ("type=test_kites&country=ZZ", "one"),
        ("country=none", "many none draft-only"),
        ("theatre=syria", "one"),
        ("theatre=none", "none draft-only"),
        ("meeting=test-meeting", "many"),
        ("meeting=none", "one none draft-only"),
        # only public pledges answer
        ("answered=yes", "one many"),
        ("answered=no", "none draft-only"),
        ("answered=no&answered=yes", "one many none draft-only"),
        ("delivered=yes", "many"),
        ("delivered=no", "one none draft-only"),
        ("delivered=no&answered=yes", "one"),
        # a month is found by any day of it
        ("asked_after=2016-02-21", "many"),
        ("asked_after=2016-02-20", "one many"),
        ("asked_before=2016-02-10", "many none"),
        ("asked_after=2016-01-01&asked_before=2016-02-01", "many"),
        ("source=test-request-1", "many"),
        ("q=12 kites", "none"),
        ("q=red", "many"),
        ("q=الاختبار بلد", "one"),
        ("q=no-such-word", ""),
        ("sort=asked", "none many one draft-only"),
        ("sort=-answers&theatre=iraq&theatre=syria&q=test", "many one"),
    ],
)
def test_a_query_finds_exactly_these_in_this_order(query, expected):
    assert not asked(query).problems
    assert found(query) == expected.split()


@pytest.mark.parametrize(
    "query",
    [
        "country=XX", "type=nonsense", "meeting=nowhere", "theatre=moon", "answered=maybe", "delivered=1",
        "asked_after=2016-02", "asked_after=2016-02-02&asked_before=2016-02-01", "source=none", "not_type=airstrikes",
        "stage=delivered", "q=a&q=b", "sort=slug", "page=0",
    ],
)  # fmt: skip
def test_what_cannot_be_read_finds_nothing(query):
    assert asked(query).problems
    assert not asked(query).results


def test_each_tells_how_many_pledges_answered_and_were_delivered():
    numbers = {row.slug: (row.pledged, row.delivered) for row in asked("q=test").results}
    assert numbers == {
        "test-many": (2, 1), "test-one": (1, 0), "test-none": (0, 0), "test-draft-only": (0, 0)
    }  # fmt: skip


def test_these_pledges_are_the_rows_behind_the_numbers():
    for row in asked("").results:
        for also, number in (
            ("&declined=no", row.pledged),
            ("&declined=yes", row.refused),
            ("&declined=no&reached=delivered", row.delivered),
        ):
            pledges = CommitmentFilter(QueryDict(f"requirement={row.slug}{also}"))
            assert pledges.results.count() == number, row.slug


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("requirement=test-many", "delivered pledged"),
        ("requirement=test-many&requirement=test-one", "delivered pledged"),
        ("requirement=test-one", "pledged"),
        ("requirement=test-draft-only", ""),
        ("not_requirement=test-one", "delivered unasked"),
        ("requirement=none", "unasked"),
        ("not_requirement=none", "delivered pledged"),
    ],
)
def test_pledges_are_found_by_the_requirement_that_they_answer(query, expected):
    pledges = CommitmentFilter(QueryDict(f"{query}&country=ZZ"))
    assert not pledges.problems
    assert sorted(pledge.slug for pledge in pledges.results) == [f"test-{name}" for name in expected.split()]


@pytest.mark.parametrize("slug", ["test-secret", "test-unsourced"])
def test_a_requirement_that_is_not_public_is_no_value_of_the_filter(slug):
    assert CommitmentFilter(QueryDict(f"requirement={slug}")).problems


@cache
def keys(query):
    """The keys of the requirements that a query finds."""
    return frozenset(RequirementFilter(QueryDict(query)).matching().order_by().values_list("pk", flat=True))


@pytest.mark.parametrize("query", ["", "type=test_kites", "answered=no", "country=none&delivered=no", "q=test"])
def test_a_count_is_what_choosing_the_value_gives(query):
    facets = facet_counts(asked(query), OFFERED)
    for name in OFFERED:
        others = QueryDict(query, mutable=True)
        others.pop(name, None)
        beside = keys(others.urlencode())
        for value, _label in asked(query).choices(name):
            assert facets[name][value] == len(beside & keys(f"{name}={value}")), (name, value)


def test_only_values_that_occur_are_offered_but_others_can_be_asked_for():
    offered = {value for value, _label in asked("").choices("country")}
    assert "ZZ" in offered
    assert "AF" not in offered
    assert not asked("country=AF").problems
    assert "AF" in {value for value, _label in asked("country=AF").choices("country")}


@pytest.mark.parametrize("sort", [sign + name for name in REQUIREMENT_SORTS for sign in ("", "-")])
def test_every_sort_holds_every_requirement_once(sort):
    slugs = Counter(row.slug for row in asked(f"sort={sort}").results)
    assert slugs == Counter(row.slug for row in asked("").results)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "All requirements on record."),
        ("answered=yes&answered=no", "All requirements on record."),
        ("type=test_balloons&country=ZZ", "Requirements asked of Testland, of the type Red balloons."),
        (
            "answered=no&asked_after=2016-02-11",
            "Requirements to which no answer was found, made since 11 February 2016.",
        ),
    ],
)
def test_one_sentence_says_what_is_shown(query, sentence):
    assert re.sub("[\u2068\u2069]", "", asked(query).sentence) == sentence


def test_a_meeting_and_a_state_that_only_a_requirement_names_are_there(client):
    make.make_requirement(
        "test-apart",
        country=make.make_country("ZV", iso3="ZVZ"),
        meeting=make.make_meeting("test-apart", is_public=False),
    )
    for path in ("countries/ZV/", "meetings/test-apart/"):
        assert client.get(f"/en/{path}").status_code == 200
