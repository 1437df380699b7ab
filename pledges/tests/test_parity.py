"""The architecture: one query string, asked of every rendering, gives one set in one order.

A draft, a withdrawn and an unsourced pledge stand beside the real data and must never be seen.
"""

import csv
import io
import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from pledges.filters import CommitmentFilter
from pledges.models.vocab import Stance, State
from pledges.tests import make
from pledges.tests.packages import fetched, opened

pytestmark = pytest.mark.django_db

QUERIES = [
    "",
    "country=PL&country=RO&country=DK&type=airstrikes&meeting=brussels-2016-02-11",
    "country=AE&type=special_forces",
    "country=US",
    "country=none",
    "country=AF",
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
    "min_sources=3",
    "min_sources=2&grade=official",
    "sort=country",
    "sort=-quantity",
    "sort=evidence&type=trainers_military",
    "sort=-attribution",
    "country=FR&country=NL&type=airstrikes&sort=type",
    "page=2",
    "page=999999",
    "country=&type=airstrikes",
]

PLEDGE_LINK = re.compile(r'class="pledge-link" href="/(?:en|ar)/pledges/([^/]+)/"')


@pytest.fixture(autouse=True)
def unseen():
    """Pledges that no reader may see, of countries and types that the queries ask for."""
    secret = {"summary_en": "Clandestine trainers in Iraq and Jordan.", "attributed_to_en": "A clandestine minister"}
    make.make_commitment("test-draft", state=State.DRAFT, **secret)
    make.make_commitment("test-review", state=State.IN_REVIEW, **secret)
    make.make_commitment("test-withdrawn", state=State.WITHDRAWN, **secret)
    make.make_commitment("test-unsourced", sources=0, **secret)
    contradicted = make.make_commitment("test-contradicted", sources=0, **secret)
    make.make_citation(contradicted, stance=Stance.CONTRADICTS)


def listed(client, language, query):
    """The slugs of all pages of the list, in order, and the total that the page states."""
    parameters = QueryDict(query, mutable=True)
    parameters.pop("page", None)
    slugs, page = [], 1
    while True:
        parameters["page"] = page
        html = client.get(f"/{language}/pledges/?{parameters.urlencode()}").content.decode()
        slugs += PLEDGE_LINK.findall(html)
        if 'rel="next"' not in html:
            return slugs, html
        page += 1


def exported(client, language, query):
    response = client.get(f"/{language}/pledges.csv?{query}")
    assert response.status_code == 200
    rows = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    return [row["slug"] for row in rows]


@pytest.mark.parametrize("query", QUERIES)
def test_list_and_csv_hold_the_same_pledges_in_the_same_order(client, query):
    expected = [commitment.slug for commitment in CommitmentFilter(QueryDict(query)).results]
    slugs, html = listed(client, "en", query)
    assert slugs == expected
    assert exported(client, "en", query) == expected
    assert not {slug for slug in expected if slug.startswith("test-")}
    assert re.search(rf'role="status">\s*{len(expected)} pledges?\s*<', html)


def packaged(client, language, query):
    rows = csv.DictReader(io.StringIO(opened(fetched(client, query, language))["pledges.csv"].decode(), newline=""))
    return [row["slug"] for row in rows]


@pytest.mark.parametrize("query", QUERIES[::4])
def test_the_package_holds_the_pledges_of_the_list_in_its_order(client, query):
    for language in ("en", "ar"):
        assert packaged(client, language, query) == listed(client, language, query)[0]


def test_no_file_of_the_package_names_what_is_not_public(client):
    for query in ("", "type=test_type"):
        for name, content in opened(fetched(client, query)).items():
            # the vocabulary of types is public as such
            public = content.replace(b"Test contribution", b"").decode()
            for secret in ("landestine", "Testland", "test-source", "test-draft", "test-withdrawn"):
                assert secret not in public, name


@pytest.mark.parametrize("query", QUERIES[:12])
def test_both_languages_hold_the_same_pledges(client, query):
    assert sorted(listed(client, "ar", query)[0]) == sorted(exported(client, "ar", query))
    assert sorted(exported(client, "ar", query)) == sorted(exported(client, "en", query))


def test_there_are_enough_queries_and_they_find_something():
    assert len(QUERIES) >= 40
    sizes = [CommitmentFilter(QueryDict(query)).results.count() for query in QUERIES]
    assert sum(size > 0 for size in sizes) > 0.9 * len(QUERIES)
    assert not [query for query in QUERIES if CommitmentFilter(QueryDict(query)).problems]


def test_no_page_names_what_is_not_public(client):
    pages = [reverse(f"{name}-list") for name in ("pledge", "country", "type", "place", "meeting", "source")]
    pages += ["/en/", "/en/types/test_type/", "/en/pledges/?q=clandestine", "/en/pledges.csv?type=test_type"]
    for page in pages:
        response = client.get(page)
        body = (b"".join(response) if response.streaming else response.content).decode()
        # the search shows back what was typed, in lower case
        assert "Clandestine" not in body, page
        assert "clandestine minister" not in body, page
        assert "Testland" not in body, page


@pytest.mark.parametrize("slug", ["test-draft", "test-review", "test-unsourced", "test-contradicted", "no-such"])
def test_what_is_not_public_has_no_page(client, slug):
    assert client.get(f"/en/pledges/{slug}/").status_code == 404
