"""The architecture: one query string, asked of every rendering, gives one set in one order.

A draft, a withdrawn and an unsourced pledge stand beside the real data and must never be seen.
"""

import csv
import io
import json
import re
from functools import cache
from itertools import count, cycle

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from pledges.charts import timeline
from pledges.charts.matrix import matrix
from pledges.charts.world import count_countries
from pledges.exports.formats import FORMATS
from pledges.models.vocab import Stance, State
from pledges.query.facets import facet_counts
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import stated
from pledges.tests.packages import all_text, fetched, opened
from pledges.views.explore import PER_PAGE

pytestmark = pytest.mark.django_db

QUERIES = [
    "",
    "country=PL&country=RO&country=DK&type=airstrikes&meeting=brussels-2016-02-11",
    "country=AE&type=special_forces",
    "country=US",
    "country=none",
    "country=AF",
    "region=mena&region=none",
    "not_region=europe",
    "bloc=gcc&bloc=g7",
    "bloc=none&region=europe",
    "not_bloc=nato&not_bloc=none",
    "not_country=US&not_country=GB",
    "not_country=none",
    "type=trainers_police",
    "type=airstrikes&type=special_forces",
    "not_type=airstrikes",
    "status=pledged",
    "status=approved&status=ongoing",
    "not_status=announced",
    "stage=delivered",
    "stage=promised&stage=approved",
    "not_stage=promised",
    "change=maintain",
    "change=none",
    "not_change=new&not_change=increase",
    "theatre=syria",
    "theatre=none",
    "not_theatre=iraq",
    "place=ramadi",
    "place=none",
    "place=mosul&place=raqqa",
    "not_place=iraq",
    "meeting=brussels-2016-02-11",
    "meeting=none",
    "not_meeting=brussels-2016-02-11",
    "source=aawsat-2016-02-brussels",
    "not_source=aawsat-2016-02-brussels",
    "attribution=third_party&country=SA",
    "not_attribution=self",
    "grade=official",
    "grade=disputed&grade=single_source",
    "not_grade=corroborated",
    "unit=personnel",
    "unit=none",
    "not_unit=none",
    "announced_after=2016-02-11",
    "announced_before=2015-01-31",
    "announced_after=2016-02-01&announced_before=2016-02-29",
    "q=الاردن",
    "q=jordan",
    "q=trainers+iraq",
    "q=no-such-word",
    "disputed=yes",
    "disputed=no&country=DK",
    "declined=yes",
    "declined=no&disputed=yes",
    "declined=yes&country=GE",
    "min_sources=3",
    "min_sources=2&grade=official",
    "reached=delivered",
    "not_reached=promised&country=CA",
    "month=2016-02&month=2014",
    "not_month=2016-02",
    "step=none&type_group=air",
    "on=2016-03-01&not_type=airstrikes",
    "on=2017-02-11&held=ended&held=suspended",
    "later=ended&later=suspended&later_after=2016-01-01",
    "in_totals=repeated&in_totals=part",
    "source_language=ar&not_source_language=en",
    "year=2015",
    "cell=reached&by=type_group&order=total",
    "rows=full",
    "sort=country",
    "sort=-quantity",
    "sort=evidence&type=trainers_military",
    "sort=-attribution",
    "country=FR&country=NL&type=airstrikes&sort=type",
    "page=2",
    "page=999999",
    "country=&type=airstrikes",
    "id=bru16-pl-airstrikes&id=dk-2016-03-sof-60&id=bru16-ae-sof",
    "id=bru16-pl-airstrikes&id=dk-2016-03-sof-60&country=DK",
    "not_id=bru16-pl-airstrikes&country=PL&sort=type",
    "columns=slug,status&type=airstrikes",
]


def in_turns(queries):
    """Each query with one language, in turns."""
    return list(zip(cycle(["en", "ar"]), queries, strict=False))


PLEDGE_LINK = re.compile(r'class="pledge-link" href="/(?:en|ar)/pledges/([^/]+)/"')


@pytest.fixture(scope="module", autouse=True)
def unseen(module_db):
    """Pledges that no reader may see, of countries and types that the queries ask for."""
    secret = {"summary_en": "Clandestine trainers in Iraq and Jordan.", "attributed_to_en": "A clandestine minister"}
    make.make_commitment("test-draft", state=State.DRAFT, **secret)
    make.make_commitment("test-review", state=State.IN_REVIEW, **secret)
    make.make_commitment("test-withdrawn", state=State.WITHDRAWN, **secret)
    make.make_commitment("test-unsourced", sources=0, **secret)
    contradicted = make.make_commitment("test-contradicted", sources=0, **secret)
    make.make_citation(contradicted, stance=Stance.CONTRADICTS)


@cache
def expected(query, language="en"):
    """The slugs that the filter finds, in its order: what every rendering has to hold."""
    with translation.override(language):
        return tuple(commitment.slug for commitment in CommitmentFilter(QueryDict(query)).results)


def page_of(client, language, query, number):
    """The slugs of a page of the list, and its HTML."""
    parameters = QueryDict(query, mutable=True)
    parameters["page"] = number
    html = client.get(f"/{language}/pledges/?{parameters.urlencode()}").content.decode()
    return tuple(PLEDGE_LINK.findall(html)), html


def listed(client, language, query):
    """The slugs of all pages of the list, in order."""
    slugs = ()
    for number in count(1):
        found, html = page_of(client, language, query, number)
        slugs += found
        if 'rel="next"' not in html:
            return slugs


def exported(client, language, query):
    response = client.get(f"/{language}/pledges.csv?{query}")
    assert response.status_code == 200
    rows = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    return tuple(row["slug"] for row in rows)


def in_spreadsheet(client, language, query):
    content = io.BytesIO(client.get(f"/{language}/pledges.xlsx?{query}&columns=slug").getvalue())
    book = openpyxl.load_workbook(content, read_only=True)
    return tuple(row[0] for row in book.worksheets[0].iter_rows(min_row=2, max_col=1, values_only=True))


def in_pages(client, address, query):
    """The slugs of all pages of JSON, each reached from the one before."""
    parameters = QueryDict(query, mutable=True)
    parameters.pop("page", None)
    address, slugs = f"{address}?{parameters.urlencode()}&per_page=130", ()
    while address:
        document = client.get(address).json()
        slugs += tuple(row["slug"] for row in document["pledges"])
        address = document["next"]
    assert document["total"] == len(slugs)
    return slugs


def in_lines(client, language, query):
    response = client.get(f"/{language}/pledges.jsonl?{query}")
    return tuple(json.loads(line)["slug"] for line in response.getvalue().splitlines())


# All queries where asking is cheap, every so many where it is dear: each rendering is asked of many


@pytest.mark.parametrize("query", QUERIES)
def test_the_csv_holds_the_pledges_of_the_filter_in_its_order(client, query):
    slugs = expected(query)
    assert exported(client, "en", query) == slugs
    assert not {slug for slug in slugs if slug.startswith("test-")}


@pytest.mark.parametrize("query", QUERIES[::3])
def test_the_interface_counts_as_many_and_begins_with_the_same(client, query):
    slugs = expected(query)
    parameters = QueryDict(query, mutable=True)
    parameters["page"] = parameters["per_page"] = 1
    answer = client.get(f"/api/v1/pledges?{parameters.urlencode()}").json()
    assert answer["total"] == len(slugs)
    assert tuple(row["slug"] for row in answer["pledges"]) == slugs[:1]


@pytest.mark.parametrize("query", QUERIES[::4])
def test_the_list_begins_with_the_same_pledges_and_states_how_many_they_are(client, query):
    slugs, html = page_of(client, "en", query, 1)
    assert slugs == expected(query)[:PER_PAGE]
    assert stated(html) == len(expected(query))


@pytest.mark.parametrize(("language", "query"), [("en", QUERIES[1]), *(("ar", query) for query in QUERIES[13::24])])
def test_the_pages_of_the_list_hold_all_of_them_in_order(client, language, query):
    assert listed(client, language, query) == expected(query, language)


@pytest.mark.parametrize("query", QUERIES[::5])
def test_lines_of_json_hold_the_pledges_of_the_filter_in_its_order(client, query):
    assert in_lines(client, "en", query) == expected(query)


@pytest.mark.parametrize("query", QUERIES[::9])
@pytest.mark.parametrize("address", ["/en/pledges.json", "/api/v1/pledges"])
def test_the_pages_of_json_hold_the_pledges_of_the_filter_in_its_order(client, address, query):
    assert in_pages(client, address, query) == expected(query)


@pytest.mark.parametrize(("language", "query"), in_turns(query for query in QUERIES[1::6] if "columns" not in query))
def test_the_spreadsheet_holds_the_pledges_of_the_filter_in_its_order(client, language, query):
    assert in_spreadsheet(client, language, query) == expected(query, language)


@pytest.mark.parametrize("query", QUERIES[1::4])
def test_matrix_timeline_map_and_counts_hold_as_many(query):
    commitments = CommitmentFilter(QueryDict(query))
    total = len(expected(query))
    for by in ("type", "type_group"):
        found = matrix(commitments, by)
        assert (found.total.number, found.total.refusals) == (total, commitments.tally.refusals)
        assert sum(cell.number for cell in found.cells.values()) == total
    found = count_countries(commitments)
    on_map = [found.groups, *(country.tally for country in found.countries)]
    assert sum(tally.rows for tally in on_map) == total
    assert sum(tally.refusals for tally in on_map) == commitments.tally.refusals
    found = timeline.of(commitments)
    dated = [(period.announced.total(), period.refused.total()) for period in found.periods]
    undated = (found.undated, found.undated_refusals)
    assert sum(announced for announced, _refused in [*dated, undated]) == commitments.tally.pledges
    assert sum(refused for _announced, refused in [*dated, undated]) == commitments.tally.refusals
    for name, counter in facet_counts(commitments, ["reached", "in_totals", "month"]).items():
        without_own = QueryDict(query, mutable=True)
        without_own.pop(name, None)
        tally = CommitmentFilter(without_own).tally
        assert (counter.total(), counter.refusals.total()) == (tally.pledges, tally.refusals), name


@pytest.mark.parametrize("query", QUERIES[::6])
def test_the_feed_holds_the_same_pledges_up_to_fifty(client, query):
    content = client.get(f"/en/pledges.atom?{query}").content.decode()
    followed = set(re.findall(r'<link rel="alternate" href="[^"]+/pledges/([^/?"]+)/"', content))
    assert followed <= set(expected(query))
    assert len(followed) == min(len(expected(query)), 50)


def packaged(client, language, query):
    rows = csv.DictReader(io.StringIO(opened(fetched(client, query, language))["pledges.csv"].decode(), newline=""))
    return tuple(row["slug"] for row in rows)


@pytest.mark.parametrize(("language", "query"), in_turns(QUERIES[3::16]))
def test_the_package_holds_the_pledges_of_the_filter_in_its_order(client, language, query):
    assert packaged(client, language, query) == expected(query, language)


def test_no_file_of_the_package_names_what_is_not_public(client):
    for query in ("", "type=test_type"):
        for name, content in opened(fetched(client, query)).items():
            # the vocabulary of types is public as such
            public = content.replace(b"Test contribution", b"").decode()
            for secret in ("landestine", "Testland", "test-source", "test-draft", "test-withdrawn"):
                assert secret not in public, name


@pytest.mark.parametrize("query", QUERIES[:12])
def test_both_languages_hold_the_same_pledges(client, query):
    assert exported(client, "ar", query) == expected(query, "ar")
    assert sorted(expected(query, "ar")) == sorted(expected(query, "en"))


def test_there_are_enough_queries_and_they_find_something():
    assert len(QUERIES) >= 40
    assert sum(bool(expected(query)) for query in QUERIES) > 0.9 * len(QUERIES)
    assert not [query for query in QUERIES if CommitmentFilter(QueryDict(query)).problems]


def test_no_page_names_what_is_not_public(client):
    pages = [reverse(f"{name}-list") for name in ("pledge", "country", "type", "place", "meeting", "source")]
    pages += [
        "/en/",
        "/en/types/test_type/",
        "/en/pledges/?q=clandestine",
        *(f"/en/pledges.{name}?type=test_type" for name in FORMATS),
        "/api/v1/pledges?type=test_type",
        "/en/brief/?type=test_type",
        "/en/pledges.atom",
        "/en/pledges/cite.ris?type=test_type",
        "/sitemap.xml",
    ]
    for page in pages:
        body = all_text(client.get(page).getvalue())
        # the search shows back what was typed, in lower case
        assert "Clandestine" not in body, page
        assert "clandestine minister" not in body, page
        assert "Testland" not in body, page


@pytest.mark.parametrize("slug", ["test-draft", "test-review", "test-unsourced", "test-contradicted", "no-such"])
def test_what_is_not_public_has_no_page(client, slug):
    for path in ("", "history/", "cite.bib"):
        assert client.get(f"/en/pledges/{slug}/{path}").status_code == 404
