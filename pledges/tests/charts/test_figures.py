"""The numbers of matrix, timeline, map and comparison as CSV: those of the page, each that of its rows.

Those of the free table are held in `test_table.py`, but for what all files have in common.
"""

import csv
import io
import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.charts.figures import EMPTY, FIGURES
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import found_by

pytestmark = pytest.mark.django_db

COMPARED = "country=AU&country=DE&country=none"
QUERIES = {
    "matrix": ["", "by=type_group&order=total&country=AU&country=GE&country=AT", "grade=official&type_group=air"],
    "timeline": ["", "country=GE", "country=CA&disputed=no"],
    "map": ["", "type=general_increase", "country=none"],
    "compare": [COMPARED, f"{COMPARED}&type_group=general"],
}
ASKED = [(page, query) for page, queries in QUERIES.items() for query in queries]
QUERIES["table"] = [""]
# the columns of a file that find its rows
FINDS = ("country", "type", "type_group", "month")


def rows_of(client, page, query, language="en"):
    response = client.get(f"/{language}/{page}.csv?{query}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def behind(query, row, declined):
    """The query of the rows behind a line of the file."""
    asked = QueryDict(query, mutable=True)
    for name in FINDS:
        # a line of a group of types names no type
        if row.get(name) or name in {"country", "month"} & set(row):
            asked[name] = row[name] or "none"
    asked["declined"] = declined
    return asked.urlencode()


@pytest.mark.parametrize(("page", "query"), ASKED)
def test_each_number_is_that_of_its_rows_and_all_add_up(client, page, query):
    rows = [row for row in rows_of(client, page, query) if row.get("kind") != "meeting"]
    assert tuple(rows[0]) == FIGURES[page].columns
    tally = CommitmentFilter(QueryDict(query)).tally
    assert sum(int(row["pledges"]) for row in rows) == tally.pledges
    assert sum(int(row["refusals"]) for row in rows) == tally.refusals
    with_numbers = [row for row in rows if int(row["pledges"]) or int(row["refusals"])]
    for row in with_numbers[:: max(1, len(with_numbers) // 6)]:
        assert found_by(behind(query, row, "no")) == int(row["pledges"]), row
        assert found_by(behind(query, row, "yes")) == int(row["refusals"]), row


@pytest.mark.usefixtures("contexts")
@pytest.mark.parametrize("query", QUERIES["timeline"])
def test_the_timeline_tells_of_its_meetings(client, query):
    shown = client.get(f"/en/timeline/?{query}").context["timeline"]
    meetings = [(period.value, meeting.slug) for period in shown.periods for meeting in period.meetings]
    rows = [row for row in rows_of(client, "timeline", query) if row["kind"] == "meeting"]
    assert meetings
    assert [(row["month"], row["meeting"]) for row in rows] == meetings
    assert {row["type_group"] + row["pledges"] + row["refusals"] + row["later_steps"] for row in rows} == {""}
    for row in rows:
        assert row["meeting_on"].startswith(row["month"]) or row["month"].startswith(row["meeting_on"])


def test_a_meeting_in_the_file_has_its_day_and_its_names(client):
    meetings = {row["meeting"]: row for row in rows_of(client, "timeline", "")}
    brussels = meetings["brussels-2016-02-11"]
    assert (brussels["month"], brussels["meeting_on"]) == ("2016-02", "2016-02-11")
    assert "Brussels" in brussels["meeting_en"]
    assert "بروكسل" in brussels["meeting_ar"]


def test_an_empty_cell_says_why(client):
    rows = rows_of(client, "matrix", "")
    for row in rows:
        assert bool(row["empty_because"]) == (row["pledges"] == row["refusals"] == "0")
    assert {row["empty_because"] for row in rows} == {"", "nothing_found", "not_researched"} <= {"", *EMPTY.values()}
    both = next(row for row in rows if (row["country"], row["type"]) == ("AU", "general_increase"))
    assert (both["pledges"], both["refusals"]) == ("1", "1")


@pytest.mark.parametrize("page", FIGURES)
def test_names_stand_in_both_languages(client, page):
    english, arabic = (rows_of(client, page, QUERIES[page][0], language) for language in ("en", "ar"))
    name = {"timeline": "type_group", "table": "row"}.get(page, "country")
    assert {row[f"{name}_en"] for row in english} == {row[f"{name}_en"] for row in arabic}
    assert any(re.search("[\u0600-\u06ff]", row[f"{name}_ar"]) for row in english)
    assert not any(re.search("[\u0600-\u06ff]", row[f"{name}_en"]) for row in arabic)


@pytest.mark.parametrize("page", FIGURES)
def test_the_file_is_as_the_others(client, page):
    query = QUERIES[page][0]
    marked = client.get(f"/ar/{page}.csv?{query}")
    plain = client.get(f"/ar/{page}.csv?{query}&bom=0")
    content = plain.getvalue()
    assert marked.getvalue() == b"\xef\xbb\xbf" + content
    assert marked.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{page}-' in marked.headers["Content-Disposition"]
    assert marked.headers["ETag"]
    assert int(plain.headers["Content-Length"]) == len(content)


@pytest.mark.parametrize("page", FIGURES)
@pytest.mark.parametrize("query", ["country=XX", "colour=red", "bom=2", "cell=colour"])
def test_what_cannot_be_read_gives_no_file(client, page, query):
    assert client.get(f"/en/{page}.csv?{query}").status_code == 400


def test_one_country_alone_is_no_comparison(client):
    response = client.get("/en/compare.csv?country=FR")
    assert response.status_code == 400
    assert "Choose 2 to 5 countries" in response.content.decode()


def test_a_name_that_a_spreadsheet_would_run_is_guarded(client):
    country = make.make_country(name_en="=1+1", name_ar="+1")
    make.make_commitment(country=country)
    for page, query in {"matrix": "country=ZZ", "map": "country=ZZ", "compare": "country=ZZ&country=CA"}.items():
        row = next(row for row in rows_of(client, page, query) if row["country"] == "ZZ")
        assert (row["country_en"], row["country_ar"]) == ("'=1+1", "'+1")


@pytest.mark.parametrize("page", FIGURES)
def test_the_page_offers_both_files_by_name(client, page):
    query = f"{COMPARED}&type_group=general"
    html = client.get(f"/en/{page}/?{query}").content.decode()
    files = {f"{page}.csv": "Numbers as CSV", f"{page}.xlsx": "Numbers as XLSX", "pledges.csv": "Pledges as CSV"}
    for file, words in files.items():
        (href,) = re.findall(rf'href="(/en/{file}[^"]*)"[^>]*>\s*(?:<bdi>)?{words}', html)
        assert unescape(href).partition("?")[2] == query
