"""The league tables of countries, types, meetings and places: each number is that of the rows behind its link."""

import re
from itertools import groupby

import pytest
from django.db import connection

from pledges.models import CommitmentType, Country, Place
from pledges.models.vocab import Status
from pledges.tests import make
from pledges.tests.charts.conftest import SOME, found_by

pytestmark = pytest.mark.django_db

PAGES = ("countries", "types", "meetings", "places")
NUMBERS = ("pledges", "delivered", "official", "disputed", "declined")


def page(client, name, query="", language="en"):
    response = client.get(f"/{language}/{name}/", query_params=query)
    assert response.status_code == 200
    return response.content.decode()


def table(html):
    """[(name, {column: (number, query or None)})] of the rows, the last line included."""
    found = []
    for row in html.partition("</thead>")[2].partition("</table>")[0].split("<tr")[1:]:
        head = re.search(r'<th role="rowheader".*?</th>', row, re.DOTALL)[0]
        name = re.sub(r"\s+", " ", re.sub(r"<span.*?</span>|<[^>]+>", " ", head)).strip()
        cells = re.findall(r'<td[^>]*class="n col-(\w+)">(?:<a href="[^"?]*\?([^"]*)">)?([\d,]+)', row)
        found.append((name, {column: (int(n.replace(",", "")), query or None) for column, query, n in cells}))
    return found


def numbers(html, column):
    """The numbers of a column, without the row of what belongs nowhere and the last line."""
    return [cells[column][0] for _name, cells in table(html)[:-2]]


@pytest.mark.parametrize("name", PAGES)
def test_every_number_is_that_of_the_rows_behind_its_link(client, number_behind, name):
    rows = table(page(client, name))
    links = [cell for _name, cells in rows for cell in cells.values()]
    assert len(links) == len(rows) * len(NUMBERS)
    for number, query in links:
        assert (query is None) == (number == 0)
        assert query is None or number == number_behind(query), query
    for number, query in [link for link in links if link[1]][::SOME]:
        assert number == found_by(query)


@pytest.mark.parametrize("name", ["countries", "types", "meetings"])
def test_the_rows_add_up_to_the_last_line(client, name):
    *rows, (_name, whole) = table(page(client, name))
    for column in NUMBERS:
        assert sum(cells[column][0] for _name, cells in rows) == whole[column][0]


def test_a_pledge_at_two_places_counts_at_each_and_once_in_all(client):
    before = dict(table(page(client, "places")))
    pledge = make.make_commitment("test-here-and-there")
    pledge.places.add(Place.objects.get(slug="iraq"), Place.objects.get(slug="ramadi"))
    after = dict(table(page(client, "places")))
    more = {name: after[name]["pledges"][0] - cells["pledges"][0] for name, cells in before.items()}
    assert {name for name, number in more.items() if number} == {"Iraq", "Ramadi", "All pledges"}
    assert more["All pledges"] == 1


def test_a_refusal_is_no_pledge_and_stands_apart(client):
    make.make_commitment("test-refused", status=Status.DECLINED)
    row = dict(table(page(client, "countries")))["Testland"]
    assert row["pledges"] == (0, None)
    assert row["declined"][0] == 1
    assert found_by(row["declined"][1]) == 1


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("name", PAGES)
def test_a_table_is_sorted_by_any_number(client, name, column):
    up = page(client, name, {"sort": column})
    assert numbers(up, column) == sorted(numbers(up, column))
    assert len(re.findall("aria-sort", up)) == 1
    assert re.search(rf'class="col-{column}"\s+aria-sort="ascending"', up)
    down = page(client, name, {"sort": f"-{column}"})
    assert numbers(down, column) == sorted(numbers(down, column), reverse=True)


def test_without_a_wish_the_most_pledges_come_first_and_equals_by_name(client):
    rows = [(-cells["pledges"][0], name) for name, cells in table(page(client, "countries"))[:-2]]
    assert rows == sorted(rows)


def test_a_table_is_sorted_by_name_by_region_and_by_date(client):
    names = [name for name, _cells in table(page(client, "countries", {"sort": "name"}))[:-2]]
    assert names == sorted(names)
    assert [name for name, _cells in table(page(client, "countries", {"sort": "-name"}))[:-2]] == names[::-1]
    html = page(client, "countries", {"sort": "group"})
    regions = re.findall(r'<td role="cell" class="col-group"><bdi>([^<]+)', html)
    assert [region for region, _rows in groupby(regions)] == list(dict.fromkeys(regions))
    days = re.findall(r'<time datetime="([^"]+)"', page(client, "meetings", {"sort": "latest"}))[:-2]
    assert days == sorted(days)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("query", [{"sort": "nonsense"}, {"sort": ["name", "-name"]}, {"nonsense": "1"}])
def test_an_order_that_cannot_be_read_shows_a_message_and_no_rows(client, name, query):
    html = page(client, name, query)
    assert 'id="problems"' in html
    assert "<table" not in html


@pytest.mark.parametrize(
    ("language", "found", "unknown"),
    [("en", "No pledge found", "Not researched"), ("ar", "لم يُعثر على تعهد", "لم يُبحث")],
)
def test_states_without_a_pledge_are_folded_by_why_that_is(client, language, found, unknown):
    Country.objects.filter(iso2="AF").update(searched_on="2026-01-01")
    html = page(client, "countries", language=language)
    lines = re.findall(r'<p class="without">\s*<strong>([^<]+):</strong>(.*?)</p>', html, re.DOTALL)
    folded = {why: re.findall(r"/countries/(\w\w)/", words) for why, words in lines}
    assert folded[found] == ["AF"]
    assert set(folded[unknown]) == set(
        Country.objects.public().with_research().filter(is_researched=False).values_list("iso2", flat=True)
    )
    in_rows = re.findall(r"/countries/(\w\w)/", html.partition("<table")[2].partition("</table>")[0])
    assert len(in_rows) + sum(map(len, folded.values())) == Country.objects.public().count()


def test_the_last_change_is_the_latest_announcement_or_step(client):
    pledge = make.make_commitment("test-step", announced_on="2016-02-11")
    make.make_status_change(pledge, happened_on="2031-03-01", happened_precision="month")
    html = page(client, "countries", {"sort": "-latest"})
    assert re.search(r"<tr.*?<bdi>Testland</bdi>", html.partition("<tbody")[2], re.DOTALL)
    assert '<time datetime="2031-03">March 2031</time>' in html


# the version before and after, in the transaction of a test thrice as many in PostgreSQL
MOST_QUERIES = 4 + (2 if connection.vendor == "sqlite" else 6)


@pytest.mark.parametrize("name", PAGES)
def test_a_table_needs_the_same_few_queries_however_many_rows(client, name, django_assert_max_num_queries):
    page(client, name)  # the index of this version is there from then on
    with django_assert_max_num_queries(MOST_QUERIES):
        page(client, name)
    for letter in "ABCDE":
        country, type_ = make.make_country(f"Q{letter}"), make.make_type(f"test_{letter.lower()}")
        make.make_status_change(make.make_commitment(f"test-{letter.lower()}", country=country, type=type_))
    page(client, name)
    with django_assert_max_num_queries(MOST_QUERIES):
        page(client, name)


def test_every_type_is_there_with_its_definition(client):
    html = page(client, "types")
    for type_ in CommitmentType.objects.all():
        assert f"/en/types/{type_.slug}/" in html
