"""Why these numbers: what is in and what is out adds up, links lead to their rows, totals stand by every view."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.charts.explained import MOST_ADDED, explained
from pledges.charts.sums import sums, sums_by
from pledges.models.vocab import QuantityQualifier, Status
from pledges.query.index import keeping
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

QUERIES = ["", "country=CA&country=US", "type=trainers_military&declined=no", "place=mosul", "in_totals=part"]


def of(query):
    return CommitmentFilter(QueryDict(query))


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_in_and_what_is_out_add_up_to_all_that_matches(query):
    found, tally = explained(of(query)), of(query).tally
    counted = sum(sum_.amount.number for sum_ in found["sums"])
    assert counted + sum(number for _reason, number, _query in found["left_out"]) == tally.rows
    assert found["left_out_number"] == tally.rows - counted


@pytest.mark.parametrize("query", QUERIES)
def test_what_the_pledges_add_is_the_sum(query):
    for sum_ in explained(of(query))["sums"]:
        assert len(sum_.added) == min(sum_.amount.number, MOST_ADDED)
        assert sum(added.least for added in sum_.added) + sum_.others_least == sum_.amount.least
        assert sum(added.most for added in sum_.added) + sum_.others_most == sum_.amount.most
        assert {added.pledge.unit.slug for added in sum_.added} == {sum_.amount.unit.slug}


def linked(html):
    """(query string, number) of each link that is a number and leads to a list."""
    links = re.findall(r'<a href="/en/pledges/\?([^"]*)">([\d,]+)</a>', tight(html))
    return [(unescape(query), int(number.replace(",", ""))) for query, number in links]


@pytest.mark.parametrize("query", QUERIES)
def test_each_number_of_the_page_leads_to_as_many_rows(client, query):
    html = client.get(f"/en/explain/?{query}").content.decode()
    links = linked(html)
    assert links
    for link, number in links:
        assert found_by(link) == number, link


def test_the_page_says_of_each_pledge_what_it_adds(client):
    make.make_commitment("test-exact", quantity_min=100, quantity_max=100)
    make.make_commitment("test-open", quantity_min=50, quantity_qualifier=QuantityQualifier.AT_LEAST)
    make.make_commitment("test-refused", status=Status.DECLINED)
    words = tight(client.get("/en/explain/?country=ZZ").content.decode())
    assert "2 pledges count: their smallest figures add up to 150, their largest to 150." in words
    assert '<td>50</td><td><bdi dir="ltr">50+</bdi></td>' in words
    assert "Pledges: 3 − 1 = 2." in words
    assert (
        '<th scope="row">Declined or denied</th><td><a href="/en/pledges/?country=ZZ&amp;in_totals=refused">1</a>'
        in words
    )


@pytest.mark.parametrize("query", ["country=nonsense", "colour=red", "country=ZZ&as_of=1066-10-14"])
def test_what_cannot_be_read_gives_a_message_and_no_number(client, query):
    html = client.get(f"/en/explain/?{query}").content.decode()
    assert 'id="problems"' in html
    assert "<table" not in html


def test_nothing_that_matches_is_explained_too(client):
    words = tight(client.get("/en/explain/?q=no-such-word").content.decode())
    assert "0 pledges" in words
    assert "No quantity of these is added up." in words


@pytest.mark.parametrize("page", ["pledges", "matrix", "table", "timeline", "map", "compare"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_view_tells_its_totals_and_leads_to_why(client, page, language):
    query = "country=CA&country=US"
    html = client.get(f"/{language}/{page}/?{query}").content.decode()
    totals = re.search(r'<p class="totals">(.*?)</p>', html, re.S)[1]
    first = sums(of(query)).first[0]
    assert first.query.replace("&", "&amp;") in totals
    assert f'/{language}/explain/?{query.replace("&", "&amp;")}"' in totals


@pytest.mark.parametrize(
    "path", ["countries/CA/", "types/airstrikes/", "places/iraq/", "meetings/brussels-2016-02-11/"]
)
def test_the_sums_of_a_record_lead_to_why(client, path):
    assert "/en/explain/?" in client.get(f"/en/{path}").content.decode()


def test_the_sums_of_each_country_are_those_of_its_pledges(monkeypatch):
    def told(found):
        amounts = [(amount.unit, amount.number, amount.least, amount.most, amount.is_open) for amount in found.amounts]
        return amounts, [(reason, number) for reason, number, _query in found.left_out]

    countries = ["CA", "US", "none"]
    of_each = [told(sums(of(f"type_group=land&country={country}"))) for country in countries]
    query = "type_group=land&country=CA&country=US&country=none"
    assert [told(found) for found in sums_by(of(query), "country", countries).values()] == of_each
    monkeypatch.setattr(keeping, "current", lambda: None)
    assert [told(found) for found in sums_by(of(query), "country", countries).values()] == of_each


@pytest.mark.parametrize("query", QUERIES)
def test_without_the_index_it_is_the_same(monkeypatch, query):
    def told():
        found = explained(of(query))
        added = [[(row.pledge.slug, row.least, row.most) for row in sum_.added] for sum_ in found["sums"]]
        return (
            [sorted(rows) for rows in added if len(rows) < MOST_ADDED],
            [sum_.amount for sum_ in found["sums"]],
            [(wait.cell, wait.days) for wait in found["waits"]],
            [(share["number"], share["cell"]) for share in found["shares"]],
        )

    expected = told()
    monkeypatch.setattr(keeping, "current", lambda: None)
    assert told() == expected


def test_the_page_asks_few_queries(client, django_assert_max_num_queries):
    client.get("/en/pledges/")  # makes the index
    with django_assert_max_num_queries(15):
        client.get("/en/explain/")
