"""Whatever a query string holds, page, CSV and API answer it, and never with more than was asked."""

from urllib.parse import quote_from_bytes

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.exports.formats import FORMATS
from pledges.models import Commitment
from pledges.query.base import EXCLUDE
from pledges.query.pledge_dimensions import DIMENSIONS
from pledges.query.pledges import SINGLE_VALUED, CommitmentFilter
from pledges.query.requirements import REQUIREMENT_DIMENSIONS
from pledges.query.sources import SOURCE_DIMENSIONS
from pledges.tests.cast import make_cast
from pledges.tests.html import stated
from pledges.tests.packages import empty_the_site
from pledges.views.browsing import PAGES

NAMES = [prefix + d.name for d in DIMENSIONS for prefix in ("", EXCLUDE)] + [
    *SINGLE_VALUED,
    "columns",
    "bom",
    "unknown",
]
VALUES = st.one_of(
    st.sampled_from([b"ZZ", b"none", b"test_kites", b"", b"2016-02-11", b"-country", b"1", b"9" * 400, b"\0", b"NaN"]),
    st.binary(max_size=40),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
# the same queries in every run
ALIKE = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)


@pytest.fixture(scope="module", autouse=True)
def only_the_cast(module_db):
    """What a query string holds is the subject here, not the data: few rows are quickly shown."""
    empty_the_site()
    make_cast()


@pytest.mark.django_db
@settings(ALIKE, max_examples=40)
@given(pairs=PAIRS)
def test_any_query_string_is_answered(client, pairs):
    query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    page = client.get(f"/en/pledges/?{query}")
    export = client.get(f"/en/pledges.csv?{query}")
    answer = client.get(f"/api/v1/pledges?{query}")
    assert page.status_code == 200
    assert export.status_code in {200, 400}
    if b'id="problems"' in page.content:
        assert b"pledge-link" not in page.content
        assert answer.status_code == 400
        assert answer.json()["errors"]
    if answer.status_code == 200:
        total = answer.json()["total"]
        assert total <= Commitment.objects.public().count()
        assert stated(page.content.decode()) == total
    if export.status_code == 200:
        # asking for anything else than an order, a page or a mark never gives everything by mistake
        assert b'id="problems"' not in page.content or b"bom" in query.encode()


READABLE = {
    **dict.fromkeys(["id", "not_id"], ["test-north-balloons", "test-south-kites"]),
    **dict.fromkeys(["announced_after", "announced_before"], ["2016-02-11", "2015-01-01"]),
    **dict.fromkeys(["on", "later_after", "later_before"], ["2016-02-11"]),
    "q": ["north", "بلد"],
    "disputed": ["yes", "no"],
    "declined": ["yes", "no"],
    "min_sources": ["1", "3"],
    "sort": ["country", "-evidence"],
    "page": ["2", "99"],
    "rows": ["compact", "full"],
    "cell": ["reached", "latest"],
    "order": ["name", "total"],
    "by": ["type", "type_group"],
    "columns": ["slug"],
}


@st.composite
def readable_queries(draw):
    """A query string that can be read: each name with values that it takes."""
    query = QueryDict(mutable=True)
    commitments = CommitmentFilter(query)
    for name in draw(st.lists(st.sampled_from(sorted({*NAMES, *READABLE} - {"as_of", "bom", "unknown"})), max_size=4)):
        choices = READABLE.get(name) or [value for value, _label in commitments.choices(name.removeprefix(EXCLUDE))]
        most = 1 if name in SINGLE_VALUED else 2
        query.setlist(name, draw(st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True)))
    if {"held", "not_held"} & query.keys():
        query["on"] = "2016-02-11"
    return query.urlencode()


@pytest.mark.django_db
@settings(ALIKE, max_examples=5)
@given(data=st.data())
def test_what_can_be_read_is_answered_everywhere(client, data):
    query = data.draw(readable_queries())
    for name, _label, _heading in PAGES:
        html = client.get(f"{reverse(name)}?{query}").content.decode()
        assert 'id="problems"' not in html
        assert 'class="sentence"' in html
    file = data.draw(st.sampled_from(list(FORMATS)))
    for path in ("brief/", "pledges.csv", f"pledges.{file}", "pledges/cite.bib"):
        # a file of a page of the matrix for instance is refused in words
        assert client.get(f"/en/{path}?{query}").status_code in {200, 400}


SOURCE_VALUES = st.sampled_from([b"ar", b"newspaper", b"A", b"yes", b"no", b"none", b"contradicts", b"-pledges", b"2"])
SOURCE_PAIRS = st.lists(
    st.tuples(st.sampled_from([*SOURCE_DIMENSIONS, "q", "sort", "page", "not_kind"]), SOURCE_VALUES | VALUES),
    max_size=5,
)


@pytest.mark.django_db
@settings(ALIKE, max_examples=25)
@given(pairs=SOURCE_PAIRS)
def test_any_query_string_of_the_sources_is_answered(client, pairs):
    query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    page = client.get(f"/ar/sources/?{query}")
    assert page.status_code == 200
    assert (b'id="problems"' in page.content) <= (b"source-lines" not in page.content)


REQUIREMENT_VALUES = st.sampled_from(
    [b"FI", b"trainers_police", b"yes", b"no", b"none", b"2016-01-19", b"-answers", b"2"]
)
REQUIREMENT_PAIRS = st.lists(
    st.tuples(
        st.sampled_from([*REQUIREMENT_DIMENSIONS, "asked_after", "asked_before", "q", "sort", "page", "not_type"]),
        REQUIREMENT_VALUES | VALUES,
    ),
    max_size=5,
)


@pytest.mark.django_db
@settings(ALIKE, max_examples=20)
@given(pairs=REQUIREMENT_PAIRS)
def test_any_query_string_of_the_requirements_is_answered(client, pairs):
    query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    page = client.get(f"/ar/requirements/?{query}")
    has_problems = b'id="problems"' in page.content
    assert page.status_code == 200
    assert has_problems <= (b"requirement-link" not in page.content)
    assert client.get(f"/ar/requirements.csv?{query}").status_code == (400 if has_problems else 200)
