"""The page of disagreements: the disputed pledges of a query, both sides of each, the strongest first."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.models.vocab import Stance, State
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

QUERIES = [
    "",
    "country=PL",
    "country=PL&country=RO&type=airstrikes",
    "disputed=yes",
    "q=centre",
    "not_country=PL&sort=country",
]
LINK = re.compile(r'<h2><a class="pledge-link" href="/\w\w/pledges/([^/]+)/"')


def text_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def page(client, query="", language="en"):
    response = client.get(f"/{language}/disagreements/?{query}")
    assert response.status_code == 200
    return tight(response.content.decode())


@pytest.fixture
def light_page(client, django_assert_max_num_queries):
    """The page of a query, which is light and asks little of the database."""

    client.get("/en/disagreements/")  # makes the index

    def light_page(query, language):
        with django_assert_max_num_queries(16):
            response = client.get(f"/{language}/disagreements/?{query}")
        assert response.status_code == 200
        assert len(response.content) < 120_000
        return tight(response.content.decode())

    return light_page


def contested(slug, supporting, contradicting, **kwargs):
    """A public pledge with so many independent sources for it and against it."""
    pledge = make.make_commitment(slug, sources=supporting, **kwargs)
    for number in range(contradicting):
        make.make_citation(pledge, make.make_source(f"test-denial-{number}"), stance=Stance.CONTRADICTS)
    return pledge


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_rows_are_those_of_the_list_with_disputed_only(light_page, query, language):
    chosen = QueryDict(query, mutable=True)
    chosen["disputed"] = "yes"
    expected = set(CommitmentFilter(chosen).results.values_list("slug", flat=True))
    html = light_page(query, language)
    slugs = LINK.findall(html)
    assert expected
    assert len(slugs) == len(expected)
    assert set(slugs) == expected
    lists = re.findall(r'href="/\w\w/pledges(?:\.csv|/)\?([^"]*)"', html.partition('class="results-bar"')[2])
    for link in lists[:2]:
        assert set(CommitmentFilter(QueryDict(unescape(link))).results.values_list("slug", flat=True)) == expected


def test_the_most_strongly_contradicted_come_first(client):
    country = make.make_country()
    contested("test-third", 2, 1, country=country)
    contested("test-first", 1, 3, country=country)
    contested("test-second", 2, 2, country=country)
    contested("test-not", 2, 0, country=country)
    html = page(client, "country=ZZ")
    assert LINK.findall(html) == ["test-first", "test-second", "test-third"]
    words = text_of(html)
    assert "3 disputed pledges" in words
    assert "3 of 4 independent sources contradict it" in words
    assert "1 of 3 independent sources contradict it" in words


def test_equal_shares_rank_by_number(client):
    contested("test-few", 1, 1)
    contested("test-many", 2, 2)
    assert LINK.findall(page(client, "country=ZZ")) == ["test-many", "test-few"]


def test_a_reprint_counts_once_with_its_original(client):
    pledge = contested("test-one", 1, 1)
    reprint = make.make_source("test-reprint", derived_from=make.make_source("test-denial-0"))
    make.make_citation(pledge, reprint, stance=Stance.CONTRADICTS)
    words = text_of(page(client, "country=ZZ"))
    assert "1 of 2 independent sources contradict it" in words
    assert "Contradicts 2" in words


def test_both_sides_show_what_each_source_says(client):
    pledge = make.make_commitment("test-one")
    denial = make.make_source("test-denial", reliability="D")
    make.make_citation(
        pledge, denial, stance=Stance.CONTRADICTS, locator="para. 7", credibility=5, quote="None.", note="Denied it."
    )
    make.make_citation(pledge, make.make_source("test-context"), stance=Stance.CONTEXT)
    html = page(client, "country=ZZ")
    supports, contradicts = re.split(r'<div class="stance stance-\w+">', html)[1:3]
    assert "test-source" in supports
    assert "test-denial" not in supports
    for part in ("para. 7", "5 Improbable", "D Not usually reliable", "None.", "Denied it."):
        assert part in text_of(contradicts)
    assert "test-context" not in html


def test_what_is_not_public_never_shows(client):
    contested("test-draft", 1, 1, state=State.DRAFT)
    contested("test-denied-only", 0, 1)
    contested("test-public", 1, 1)
    html = page(client, "country=ZZ")
    assert "test-public" in html
    assert "test-draft" not in html
    assert "test-denied-only" not in html


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_query_for_undisputed_pledges_has_none_and_says_why(client, language):
    html = page(client, "disputed=no&country=PL", language)
    assert not LINK.findall(html)
    assert 'href="?country=PL"' in html.partition('class="empty"')[2]
    if language == "en":
        assert "The filter asks for undisputed pledges only" in html
        assert "0 disputed pledges" in text_of(html)


def test_the_disputed_pledges_are_cited_and_followed_as_their_list(client):
    html = unescape(client.get("/en/disagreements/?country=PL&sort=type").content.decode())
    assert "cite-text" in html
    for address in ("/en/pledges/cite.bib", "/en/pledges.atom"):
        (query,) = set(re.findall(rf'href="{address}\?([^"]+)"', html))
        assert query == "country=PL&disputed=yes"
    undisputed = client.get("/en/disagreements/?disputed=no").content.decode()
    assert "cite-text" not in undisputed
    assert "pledges.atom" not in undisputed


def test_an_empty_result_says_that_no_source_contradicts(client):
    html = page(client, "country=CA&type=airstrikes")
    assert CommitmentFilter(QueryDict("country=CA&type=airstrikes")).results.exists()
    assert "No source contradicts any of these pledges." in html
    assert "Download CSV" not in html


@pytest.mark.parametrize("query", ["country=XX", "disputed=yes&disputed=no", "contry=PL", "kind=blog"])
def test_what_cannot_be_read_shows_a_message_and_no_pledges(client, query):
    html = page(client, query)
    assert 'class="problems"' in html
    assert "pledge-link" not in html
    assert "No source contradicts" not in html


def test_a_count_in_the_form_is_what_choosing_the_value_gives_here(client):
    choices = page(client, "country=RO").split('<label class="choice')
    (poland,) = [choice for choice in choices if 'name="country" value="PL"' in choice]
    count = int(re.search(r"<span>(\d+)</span>", poland).group(1))
    assert count == len(LINK.findall(page(client, "country=PL")))


def test_many_disagreements_are_paged(client):
    for number in range(12):
        contested(f"test-{number}", 1, 1)
    first, second = page(client, "country=ZZ"), page(client, "country=ZZ&page=2")
    slugs = LINK.findall(first), LINK.findall(second)
    assert [len(found) for found in slugs] == [10, 2]
    assert not set(slugs[0]) & set(slugs[1])
    assert 'href="?country=ZZ&amp;page=2"' in first


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("query", ["disputed=no", "country=XX"])
def test_a_page_without_rows_is_light_too(light_page, query, language):
    assert not LINK.findall(light_page(query, language))
