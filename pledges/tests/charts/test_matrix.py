"""The matrix: every number is that of the rows behind its link, and nothing looks like something."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from pledges.models import Country
from pledges.models.vocab import Stage, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import SOME, found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

QUERIES = [
    "",
    "by=type_group&order=total",
    "country=CA&country=NL&country=CY",
    "type=airstrikes&type=trainers_military&cell=reached",
    "meeting=brussels-2016-02-11&not_country=US&by=type_group",
    "type_group=air&q=f-16",
    "place=ramadi&disputed=no&cell=latest",
    "country=none",
]
LINK = re.compile(
    r'<a (?:class="refusals" )?href="/\w\w/pledges/(?:\?([^"]*))?"\s?(?:aria-label="[^"]*")?>([\d,]+)</a>'
)


def table(client, query, language="en"):
    html = tight(client.get(f"/{language}/matrix/?{query}").content.decode())
    return re.search(r'<table class="matrix.*?</table>', html, re.S).group()


def row_of(html, name):
    (row,) = [row for row in html.split("<tr>") if f"<bdi>{name}</bdi>" in row]
    return row


@pytest.mark.parametrize("query", QUERIES)
def test_every_number_is_that_of_the_rows_behind_its_link(client, number_behind, query):
    counted = re.sub(r"cell=\w+", "cell=count", query)
    numbers = table(client, counted).partition("</thead>")[2]
    links = LINK.findall(numbers)
    assert len(links) == numbers.count('href="/en/pledges/') > 2
    for link, number in links:
        assert number_behind(link) == int(number.replace(",", "")), link
    for link, number in links[::SOME]:
        assert found_by(link) == int(number.replace(",", "")), link


@pytest.mark.parametrize("query", QUERIES)
def test_cells_add_up_to_rows_columns_and_the_total(client, query):
    html = table(client, re.sub(r"cell=\w+", "cell=count", query))
    body, foot = html.split("<tfoot>")
    tally = CommitmentFilter(QueryDict(query)).tally
    for is_refusal, expected in ((False, tally.pledges), (True, tally.refusals)):

        def numbers(html, is_refusal=is_refusal):
            return [int(number) for link, number in LINK.findall(html) if ("declined=yes" in link) == is_refusal]

        total, columns = sum(numbers(foot.partition("</td>")[0])), numbers(foot.partition("</td>")[2])
        sums = numbers("".join(re.findall(r'<td class="sum">.*?</td>', body)))
        cells = numbers(body)
        assert expected == total == sum(columns) == sum(sums) == sum(cells) - sum(sums)


def test_a_cell_shows_how_far_the_furthest_of_its_pledges_got(client):
    country = make.make_country()
    make.make_commitment("test-one", country=country, status=Status.PLEDGED)
    furthest = make.make_commitment("test-two", country=country, status=Status.PLEDGED)
    furthest.status_changes.create(status=Status.APPROVED, happened_precision="unknown")
    row = row_of(table(client, "country=ZZ&cell=reached"), country.name_en)
    assert f"stage-{Stage.APPROVED}" in row
    assert "Approved" in row


CELL = re.compile(r'<td class="shade-(\d)"><a[^>]*>(.*?)</a>')
LEGEND = re.compile(r'<li><span class="shade shade-(\d)"[^>]*></span>(.*?)</li>')


@pytest.mark.parametrize("shows", ["count", "reached", "latest"])
def test_the_shade_of_a_cell_means_what_the_cell_shows_as_the_legend_says(client, shows):
    html = tight(client.get(f"/en/matrix/?cell={shows}").content.decode())
    cells = [(int(depth), re.sub("<[^>]*>", "", words)) for depth, words in CELL.findall(html)]
    legend = {int(depth): re.sub("<[^>]*>", "", words).strip() for depth, words in LEGEND.findall(html)}
    assert len({depth for depth, _words in cells}) > 2
    assert {depth for depth, _words in cells} <= set(legend)
    if shows == "reached":
        assert all(words == legend[depth] for depth, words in cells)
    elif shows == "latest":
        last = max(words[:4] for _depth, words in cells)
        assert legend == {4: last, 3: "2016", 2: "2015", 1: "2014 or earlier"}
        assert all(words[:4] in legend[depth] for depth, words in cells if words)
    else:
        assert legend == {1: "1", 2: "2 to 3", 3: "4 to 7", 4: "8 or more"}
        assert all((depth == 4) == (int(words) >= 8) for depth, words in cells)


def test_a_cell_shows_its_latest_date_no_finer_than_it_is_known(client):
    country = make.make_country()
    make.make_commitment("test-one", country=country, announced_on="2015-03-07")
    make.make_commitment("test-two", country=country, announced_on="2016-01-01", announced_precision="year")
    assert ">2016</a>" in row_of(table(client, "country=ZZ&cell=latest"), country.name_en)


@pytest.mark.parametrize(
    ("language", "nothing", "declined", "unknown"),
    [("en", "Nothing found", "1 refusal", "Not researched"), ("ar", "لم يُعثر على شيء", "حالة رفض", "لم يُبحث")],
)
def test_three_kinds_of_nothing_read_differently(client, language, nothing, declined, unknown):
    html = table(client, "", language)
    name = {country.iso2: country.name for country in Country.objects.all()}
    if language == "ar":
        name = {country.iso2: country.name_ar for country in Country.objects.all()}
    assert nothing in row_of(html, name["CA"])
    assert unknown not in row_of(html, name["CA"])
    # Georgia announced a training centre, and declined later
    assert declined in row_of(html, name["GE"])
    # those of which nothing was read stand together in a line below
    assert name["CY"] not in html
    folded = client.get(f"/{language}/matrix/").content.decode().partition('class="fold unresearched"')[2]
    assert unknown in folded
    assert name["CY"] in folded


def test_a_country_searched_without_result_is_not_called_unresearched(client):
    Country.objects.filter(iso2="CY").update(searched_on="2026-11-01")
    row = row_of(table(client, ""), "Cyprus")
    assert "Nothing found" in row
    assert "1 November 2026" in row


def test_under_other_conditions_an_empty_cell_claims_no_more_than_no_match(client):
    row = row_of(table(client, "country=CY&grade=official&country=CA"), "Cyprus")
    assert "No match" in row
    assert "Nothing found" not in table(client, "grade=official")


@pytest.mark.parametrize("query", ["", "order=total"])
def test_the_countries_with_most_pledges_come_first(client, query):
    html = table(client, query)
    numbers = [int(number) for number in re.findall(r'class="sum"><a[^>]*>(\d+)', html.split("<tfoot>")[0])]
    assert numbers == sorted(numbers, reverse=True)
    assert re.search(r'class="sum" aria-sort="descending"', html)
    assert re.search(r'class="corner" aria-sort="ascending"', table(client, "order=name"))


@pytest.mark.parametrize("query", ["country=XX", "cell=colour", "by=type&by=type_group", "order=", "contry=FR"])
def test_what_cannot_be_read_shows_a_message_and_no_matrix(client, query):
    response = client.get(f"{reverse('matrix')}?{query}")
    assert response.status_code == 200
    html = response.content.decode()
    assert ('class="problems"' in html) == (query != "order=")
    assert ("<table" in html) == (query == "order=")
