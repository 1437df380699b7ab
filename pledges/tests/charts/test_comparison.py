"""The comparison: two to five countries, all their pledges and no others, or a clear word why not."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

QUERIES = [
    "country=FR&country=NL&country=CA",
    "country=US&country=GB&country=FR&country=DE&country=IT&grade=official",
    "country=none&country=PL&type=airstrikes",
    "country=CA&country=NL&announced_before=2016-02-10&not_type=airstrikes",
]


def page(client, query, language="en"):
    response = client.get(f"/{language}/compare/?{query}")
    assert response.status_code == 200
    return tight(response.content.decode())


@pytest.mark.parametrize("query", QUERIES)
def test_it_holds_exactly_the_pledges_of_the_list_and_each_number_is_that_of_its_rows(client, query):
    html = page(client, query)
    slugs = re.findall(r'class="pledge-link" href="/en/pledges/([^/]+)/"', html)
    expected = [pledge.slug for pledge in CommitmentFilter(QueryDict(query)).results]
    assert sorted(slugs) == sorted(expected)
    links = re.findall(r'class="count" href="/en/pledges/\?([^"]*)">\s*(\d+)', html)
    assert sum(int(number) for _link, number in links) == len(expected) > 1
    for link, number in links:
        assert CommitmentFilter(QueryDict(unescape(link))).results.count() == int(number)


def test_countries_stand_in_the_order_asked_for(client):
    heads = re.findall(r'<th scope="col"><bdi>([^<]+)', page(client, "country=NL&country=CA&country=FR"))
    assert heads == ["Netherlands", "Canada", "France"]


def test_a_country_without_pledges_says_so_beside_the_others(client):
    make.make_country()
    html = page(client, "country=CA&country=CY")
    (cyprus,) = re.findall(r'<th scope="col"><bdi>Cyprus</bdi>(.*?)</th>', html)
    assert "No pledges match." in cyprus
    assert 'class="pledge-link"' in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No country is chosen yet."),
        ("country=FR", "One country is chosen: add at least one more."),
        ("country=FR&country=FR", "One country is chosen: add at least one more."),
        (
            "country=FR&country=NL&country=CA&country=US&country=GB&country=IT&country=DE&country=DK&country=SE",
            "9 countries are chosen: remove some.",
        ),
        ("country=CY&country=AF", "None of these countries has a pledge that matches."),
    ],
)
def test_what_cannot_be_compared_is_told_why(client, query, words):
    html = page(client, query)
    assert words in html
    assert 'class="pledge-link"' not in html


@pytest.mark.parametrize("query", ["country=FR&country=XX", "country=FR&country=NL&nation=CA"])
def test_what_cannot_be_read_shows_a_message_and_no_pledges(client, query):
    html = page(client, query)
    assert 'class="problems"' in html
    assert "<table" not in html
