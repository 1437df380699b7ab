"""Chosen columns, and the list as a spreadsheet and as JSON: what a reader of each finds in it."""

import csv
import io
import json
import re
import zipfile
from datetime import date
from html import unescape

import openpyxl
import pytest
from django.db import OperationalError
from django.http import QueryDict

from pledges.exports.columns import COLUMNS
from pledges.exports.formats import FORMATS
from pledges.exports.headings import heading
from pledges.exports.xlsx import CUT_MARK, LONGEST_CELL, fitting
from pledges.models import Commitment
from pledges.models.vocab import Precision, Stance
from pledges.tests import make
from pledges.tests.days import on_one_day

pytestmark = pytest.mark.django_db

NAMES = [column.name for column in COLUMNS]
FILES = [name for name, form in FORMATS.items() if form.takes_columns]
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tTab first",
    "http://looks.example/like-a-link",
    "12345",
    "_x0041_ is no letter",
    "bell \x07 and unit \x1f",
    'She said "so",\nand <b>left</b> & more ]]>',
    "بالونات F-16 «🎈»",
    "not a character: \ufffe",
    " spaces at both ends ",
]


def workbook(client, query="", language="en"):
    response = client.get(f"/{language}/pledges.xlsx?{query}")
    assert response.status_code == 200, response.content
    content = response.getvalue()
    assert int(response["Content-Length"]) == len(content)
    return openpyxl.load_workbook(io.BytesIO(content))


def table(book):
    """The rows of the first sheet as dictionaries."""
    names, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def lines(client, query="", language="en"):
    response = client.get(f"/{language}/pledges.jsonl?{query}")
    content = response.getvalue()
    assert int(response["Content-Length"]) == len(content)
    assert content.endswith(b"\n") or not content
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


def csv_rows(client, query="", language="en"):
    text = client.get(f"/{language}/pledges.csv?{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# Columns


@pytest.mark.parametrize("query", ["columns=url,slug,summary_ar", "columns=url&columns=slug,+summary_ar"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_columns_are_chosen_and_ordered_in_every_rendering(client, language, query):
    wanted = ["url", "slug", "summary_ar"]
    asked = f"country=PL&{query}"
    assert list(csv_rows(client, asked, language)[0]) == wanted
    assert list(lines(client, asked, language)[0]) == wanted
    assert list(table(workbook(client, asked, language))[0]) == wanted
    document = client.get(f"/{language}/pledges.json?{asked}").json()
    assert document["columns"] == list(document["pledges"][0]) == wanted
    html = client.get(f"/{language}/pledges/?{asked}").content.decode()
    heads = re.findall(r'<th scope="col">([^<]+)</th>', html)
    assert len(heads) == 3
    assert document["pledges"][0]["summary_ar"] in html


def test_the_table_shows_the_usual_columns_unless_others_are_chosen(client):
    usual = client.get("/en/pledges/?country=PL").content.decode()
    assert 'class="pledges compact"' in usual
    assert 'class="chosen"' not in usual
    chosen = client.get("/en/pledges/?country=PL&columns=slug,places").content.decode()
    assert 'class="pledges"' not in chosen
    assert re.findall(r'<th scope="col">([^<]+)</th>', chosen) == ["Identifier", "Places"]
    assert 'href="?country=PL">Back to the usual table' in chosen


@pytest.mark.parametrize(("query", "value"), [("columns=slug,nope", "nope"), ("columns=slug&columns=slug", "slug")])
@pytest.mark.parametrize(("language", "words"), [("en", "column"), ("ar", "")])
def test_a_column_that_is_unknown_or_repeated_is_a_problem_everywhere(client, query, value, language, words):
    page = client.get(f"/{language}/pledges/?{query}").content.decode()
    assert 'id="problems"' in page
    assert "pledge-link" not in page
    for name in FILES:
        response = client.get(f"/{language}/pledges.{name}?{query}")
        message = response.content.decode()
        assert response.status_code == 400
        assert value in message
        assert words in message
        assert message.strip().partition(": ")[2] in page


def test_choosing_columns_is_no_condition(client):
    html = client.get("/en/pledges/?columns=slug").content.decode()
    assert "All published pledges." in html
    assert "Active filters" not in html
    assert len(lines(client, "columns=slug")) == Commitment.objects.public().count()


def test_the_form_offers_every_column_and_keeps_the_query(client):
    html = client.get("/en/pledges/?country=PL&sort=type&page=1&columns=url,slug").content.decode()
    form = re.search(r'<details class="fold column-form">.*?</details>', html, re.DOTALL).group()
    offered = re.findall(r'name="columns" value="(\w+)"', form)
    assert offered[:2] == ["url", "slug"]
    assert sorted(offered) == sorted(NAMES)
    assert form.count(" checked") == 2
    assert re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', form) == [("country", "PL"), ("sort", "type")]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_form_ticks_what_is_shown_and_offers_sets_of_columns(client, language):
    html = client.get(f"/{language}/pledges/?country=PL").content.decode()
    form = re.search(r'<details class="fold column-form">.*?</details>', html, re.DOTALL).group()
    ticked = re.findall(r'name="columns" value="(\w+)" checked', form)
    assert ticked[0] == f"country_{language}"
    assert {f"type_{language}", f"status_{language}", "announced_on"} <= set(ticked)
    queries = [QueryDict(unescape(query)) for query in re.findall(r'href="\?(.*?)"', form)]
    usual, numbers, evidence, everything = [set(query.get("columns", "").split(",")) for query in queries]
    assert usual == {""}
    assert {"quantity_min", f"unit_{language}"} <= numbers
    assert {"sources_contradicting", "source_urls"} <= evidence
    assert everything == set(NAMES)


def test_every_column_has_a_short_heading_of_its_own():
    headings = [heading(name) for name in NAMES]
    assert len(set(headings)) == len(headings)
    assert max(map(len, headings)) < 40
    assert all(headings)


def test_the_menu_keeps_the_whole_query(client):
    html = client.get("/en/pledges/?country=PL&sort=type&columns=slug&page=1").content.decode()
    for name, form in FORMATS.items():
        if form.is_attachment:
            assert f'href="/en/pledges.{name}?country=PL&amp;sort=type&amp;columns=slug"' in html
    assert 'href="/en/pledges.json?country=PL&amp;sort=type&amp;columns=slug&amp;per_page=1000"' in html


def test_columns_are_no_part_of_the_name_of_a_file(client):
    for name in (name for name, form in FORMATS.items() if form.is_attachment):
        address = f"/en/pledges.{name}?country=PL&columns=slug"
        today, response = on_one_day(lambda address=address: client.get(address))
        assert response["Content-Disposition"] == f'attachment; filename="pledges-PL-{today}.{name}"'


def test_chosen_columns_ask_few_queries_of_the_database(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        client.get("/en/pledges/?columns=" + ",".join(NAMES))


# Spreadsheet


def test_the_spreadsheet_holds_what_the_csv_holds_with_numbers_as_numbers(client):
    make.make_commitment("test-number", quantity_min=150, quantity_max=10**15)
    make.make_commitment("test-month", announced_on=date(2016, 2, 1), announced_precision=Precision.MONTH)
    book = workbook(client, "country=ZZ")
    rows = table(book)
    assert [row["slug"] for row in rows] == ["test-number", "test-month"]
    assert (rows[0]["quantity_min"], rows[0]["quantity_max"]) == (150, 10**15)
    assert isinstance(rows[0]["quantity_min"], int)
    assert rows[1]["announced_on"] == "2016-02"
    for row, other in zip(rows, csv_rows(client, "country=ZZ"), strict=True):
        assert {name: "" if value is None else str(value) for name, value in row.items()} == other


def make_one_each(texts):
    """A pledge for each text, with that summary, past all that cleans what is saved; {slug: text}."""
    made = {f"test-{number}": text for number, text in enumerate(texts)}
    for slug, text in made.items():
        make.make_commitment(slug)
        Commitment.objects.filter(slug=slug).update(summary_en=text)
    return made


def test_no_cell_of_a_spreadsheet_runs_and_none_is_changed(client):
    made = make_one_each(HOSTILE)
    response = client.get("/en/pledges.xlsx?country=ZZ&columns=slug,summary_en")
    content = io.BytesIO(response.getvalue())
    _head, *cells = openpyxl.load_workbook(content).worksheets[0].iter_rows()
    assert {cell.data_type for row in cells for cell in row} == {"s"}
    assert {slug.value: unescaped(summary.value) for slug, summary in cells} == made
    # text that looks like a formula stays text even when it is edited
    guarded = {made[slug.value] for slug, summary in cells if summary.quotePrefix}
    assert guarded == {"=1+1", "+1", "-1", "@SUM(A1)", "\tTab first"}
    parts = zipfile.ZipFile(content)
    xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def unescaped(text):
    """The text of a cell, as spreadsheets read it: openpyxl leaves the escapes of control characters."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_a_cell_too_long_for_a_spreadsheet_is_cut_with_a_mark_and_the_notes_say_so(client):
    make.make_commitment("test-long", summary_en="balloon " * 5000, caveat_en="🎈" * 20_000)
    book = workbook(client, "country=ZZ")
    (row,) = table(book)
    for name in ("summary_en", "caveat_en"):
        assert row[name].endswith(CUT_MARK)
        assert LONGEST_CELL - 1 <= len(row[name].encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert "2 cells were longer" in notes(book)
    assert "longer" not in notes(workbook(client, "country=PL"))


def test_text_that_just_fits_is_whole():
    for text in ("x" * LONGEST_CELL, "🎈" * (LONGEST_CELL // 2), ""):
        assert fitting(text) == text
    assert fitting("x" * (LONGEST_CELL + 1)).endswith(CUT_MARK)


def notes(book):
    return "\n".join(" ".join(str(v) for v in row if v is not None) for row in book.worksheets[1].values)


@pytest.mark.parametrize(("language", "rtl"), [("en", False), ("ar", True)])
def test_the_sheets_read_in_the_direction_of_the_language_and_keep_their_head(client, language, rtl):
    book = workbook(client, "country=PL", language)
    assert len(book.worksheets) == 2
    for sheet in book.worksheets:
        assert bool(sheet.sheet_view.rightToLeft) is rtl
        assert sheet.freeze_panes == "A2"
    assert book.worksheets[0].column_dimensions["A"].width > 20


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_notes_say_what_was_asked_in_both_languages_when_and_how_to_cite(client, language):
    today, words = on_one_day(lambda: notes(workbook(client, "country=PL&columns=slug", language)))
    assert "Pledges of Poland." in words
    assert "تعهدات من بولندا" in words
    assert f"http://testserver/{language}/pledges/?country=PL&columns=slug" in words
    assert today.isoformat() in words
    assert " 5\n" in words
    assert "slug" in words.splitlines()[-1]


def test_more_pledges_than_a_sheet_holds_are_refused(client, monkeypatch):
    monkeypatch.setattr("pledges.exports.xlsx.MOST_ROWS", 5)
    response = client.get("/en/pledges.xlsx?country=PL")
    assert response.status_code == 400
    assert "CSV" in response.content.decode()


# JSON


def test_json_has_numbers_lists_and_null(client):
    pledge = make.make_commitment(
        "test-typed", quantity_min=7, quantity_max=7, places=[make.make_place(), make.make_place("test-b")]
    )
    make.make_citation(pledge, make.make_source("test-denial", url=""), stance=Stance.CONTRADICTS)
    (row,) = lines(client, "country=ZZ")
    assert list(row) == NAMES
    assert (row["quantity_min"], row["sources"], row["meeting"], row["caveat_en"]) == (7, 2, None, None)
    assert row["places"] == ["test-b", "test-place"]
    assert row["source_slugs"] == ["test-source", "test-denial"]
    assert row["source_urls"] == ["https://gazette.example/test-source", None]
    make.make_commitment("test-bare")
    assert {tuple(row["places"]) for row in lines(client, "country=ZZ")} == {("test-b", "test-place"), ()}


def test_json_holds_hostile_text_as_it_is(client):
    texts = [*HOSTILE, "\r", "\u2028", "</script><script>alert(1)</script>"]
    made = make_one_each(f"x{text}" for text in texts)
    assert {row["slug"]: row["summary_en"] for row in lines(client, "country=ZZ")} == made
    # letters of any script as they are
    for name in ("json", "jsonl"):
        assert "بالونات F-16 «🎈»" in client.get(f"/en/pledges.{name}?country=ZZ").getvalue().decode(), name
    response = client.get("/en/pledges.json?country=ZZ")
    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {row["slug"]: row["summary_en"] for row in response.json()["pledges"]} == made


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_json_lead_to_each_other_and_hold_all_rows(client, language):
    address, found, before = f"/{language}/pledges.json?not_country=US&per_page=90&columns=slug&sort=country", [], None
    while address:
        document = client.get(address).json()
        assert document["previous"] == before
        before = f"http://testserver{address}" if not address.startswith("http") else address
        if not found:
            before = before.replace(
                "per_page=90&columns=slug&sort=country", "columns=slug&sort=country&page=1&per_page=90"
            )
        found += [row["slug"] for row in document["pledges"]]
        address = document["next"]
        assert address is None or address.startswith(f"http://testserver/{language}/pledges.json?")
    assert found == [row["slug"] for row in lines(client, "not_country=US&sort=country", language)]
    assert document["total"] == len(found)
    assert document["pages"] == document["page"] == 5
    assert document["query"]["en"].startswith("All published pledges, except Country")
    assert document["query"]["ar"] != document["query"]["en"]


@pytest.mark.parametrize("page", ["4", "999999", "9" * 300])
def test_a_page_of_json_beyond_the_last_is_empty_and_leads_back(client, page):
    document = client.get(f"/en/pledges.json?country=PL&per_page=2&page={page}").json()
    assert document["pledges"] == []
    assert document["next"] is None
    assert "page=3&per_page=2" in document["previous"]
    assert document["total"] == 5


@pytest.mark.parametrize("query", ["per_page=0", "per_page=1001", "per_page=x", "per_page=1&per_page=2", "page=0"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_that_cannot_be_read_are_refused(client, language, query):
    response = client.get(f"/{language}/pledges.json?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().strip()


@pytest.mark.parametrize("name", FILES)
def test_nothing_found_is_an_empty_file(client, name):
    response = client.get(f"/en/pledges.{name}?q=no-such-word")
    assert response.status_code == 200
    if name == "json":
        assert response.json()["pledges"] == []
    elif name == "jsonl":
        assert response.getvalue() == b""


@pytest.mark.parametrize("name", ["xlsx", "json", "jsonl"])
def test_the_number_of_queries_does_not_grow_with_the_rows(client, django_assert_max_num_queries, name):
    with django_assert_max_num_queries(9):
        client.get(f"/en/pledges.{name}?per_page=500" if name == "json" else f"/en/pledges.{name}")


@pytest.mark.parametrize("name", ["xlsx", "jsonl"])
def test_a_failure_midway_sends_no_short_file(client, monkeypatch, name):
    def breaks(commitments):
        yield from Commitment.objects.public().with_whole_slug()[:2]
        raise OperationalError("connection lost")

    monkeypatch.setattr(f"pledges.exports.{'json' if name == 'jsonl' else name}.each", breaks)
    assert client.get(f"/en/pledges.{name}?columns=slug").status_code == 503
