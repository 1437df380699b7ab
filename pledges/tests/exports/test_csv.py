"""The CSV: what a spreadsheet and a program read from it."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.exports.columns import COLUMNS, with_columns
from pledges.exports.csv import BOM, csv_chunks, line, never_empty, written_in_python
from pledges.exports.formulas import neutral
from pledges.exports.wanted import file_name
from pledges.models import Commitment
from pledges.models.vocab import InTotals, Precision, Stance, State
from pledges.query.pledges import CommitmentFilter
from pledges.record.columns import bilingual_labels
from pledges.tests import make

pytestmark = pytest.mark.django_db


def rows(client, query, language="en"):
    response = client.get(f"/{language}/pledges.csv?{query}")
    assert response.status_code == 200, response.content
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_the_polish_pledge_is_exported_in_full(client):
    (row,) = rows(client, "country=PL&type=airstrikes&meeting=brussels-2016-02-11")
    assert row["slug"] == "bru16-pl-airstrikes"
    assert (row["country_iso2"], row["country_iso3"], row["country_en"], row["country_ar"]) == (
        "PL",
        "POL",
        "Poland",
        "بولندا",
    )
    assert (row["type"], row["type_en"], row["type_ar"]) == ("airstrikes", "Airstrikes", "ضربات جوية")
    assert (row["announced_on"], row["announced_precision"]) == ("2016-02-11", "day")
    assert (row["grade"], row["grade_en"], row["grade_ar"]) == ("disputed", "Disputed", "محل خلاف")
    assert (row["independent_sources"], row["sources"], row["sources_contradicting"]) == ("1", "4", "2")
    slugs = row["source_slugs"].split(" | ")
    assert slugs[0] == "aawsat-2016-02-brussels"
    assert len(slugs) == len(row["source_urls"].split(" | ")) == 4
    assert row["url"] == "http://testserver/en/pledges/bru16-pl-airstrikes/"


def test_an_imprecise_date_is_cut_and_quantities_are_numbers(client):
    make.make_commitment(
        "test-month",
        announced_on=date(2016, 2, 1),
        announced_precision=Precision.MONTH,
        quantity_min=1500,
        quantity_max=1500,
    )
    (row,) = rows(client, "country=ZZ")
    assert (row["announced_on"], row["quantity_min"], row["unit"]) == ("2016-02", "1500", "test_unit")


def test_the_file_opens_in_a_spreadsheet_and_without_a_mark_for_programs(client):
    assert client.get("/en/pledges.csv?country=PL").getvalue().startswith(b"\xef\xbb\xbfslug,")
    assert client.get("/en/pledges.csv?country=PL&bom=0").getvalue().startswith(b"slug,")


STARTS = ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'=", "''-"]


def test_text_that_a_spreadsheet_would_run_is_neutralised(client):
    for number, start in enumerate(STARTS):
        make.make_commitment(f"test-{number}", quantity_min=7, quantity_max=7)
        # past all that cleans what is saved
        Commitment.objects.filter(slug=f"test-{number}").update(quantity_text=f"{start}1+1|cmd")
    found = {row["slug"]: row for row in rows(client, "country=ZZ")}
    for number, start in enumerate(STARTS):
        assert found[f"test-{number}"]["quantity_text"] == f"'{start}1+1|cmd"
        assert found[f"test-{number}"]["quantity_min"] == "7"


@pytest.mark.parametrize("column", ["country_iso2", "quantity_max", "caveat_ar", "places", "grade"])
def test_a_file_of_one_column_has_a_line_for_every_pledge(client, column):
    text = client.get(f"/en/pledges.csv?columns={column}&bom=0").getvalue().decode()
    assert len(list(csv.DictReader(io.StringIO(text)))) == Commitment.objects.public().count()


def test_numbers_stay_numbers():
    assert neutral(-5) == -5


def test_awkward_text_survives(client):
    text = 'Said "balloons, kites"\nand «بالونات» 🎈'
    make.make_commitment("test-awkward", summary_en=text)
    (row,) = rows(client, "country=ZZ")
    assert row["summary_en"] == text


def test_nothing_is_cut(client):
    assert len(rows(client, "")) == Commitment.objects.public().count() > 300


def test_every_column_is_described_with_a_type_and_an_example():
    for column in COLUMNS:
        assert str(column.description).strip(), column.name
        assert column.type in {"string", "integer", "date", "day"}, column.name
        assert str(column.example).strip(), column.name
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("day", "precision", "first", "last"),
    [
        ((2016, 2, 11), "day", "2016-02-11", "2016-02-11"),
        ((2016, 2, 1), "month", "2016-02-01", "2016-02-29"),
        ((2015, 12, 1), "month", "2015-12-01", "2015-12-31"),
        ((2015, 1, 1), "year", "2015-01-01", "2015-12-31"),
    ],
)
def test_the_span_of_a_date_is_told_as_two_days(client, day, precision, first, last):
    make.make_commitment("test-span", announced_on=date(*day), announced_precision=precision)
    (row,) = rows(client, "country=ZZ")
    assert (row["announced_from"], row["announced_to"]) == (first, last)


def test_a_date_that_is_not_stated_has_no_span(client):
    make.make_commitment("test-undated", announced_on=None, announced_precision="unknown")
    (row,) = rows(client, "country=ZZ")
    assert row["announced_from"] == row["announced_to"] == ""


def test_the_file_says_of_each_quantity_what_the_sums_say(client):
    for reason in InTotals:
        found = rows(client, f"in_totals={reason}")
        assert {row["in_totals"] for row in found} <= {reason}
        assert {row["in_totals_en"] for row in found} <= {bilingual_labels(InTotals)["en"][reason]}
    assert {row["type_group"] for row in rows(client, "type=airstrikes")} == {"air"}


def test_contained_pledges_name_their_whole_only_if_that_is_public(client):
    whole = make.make_commitment("test-whole", state="draft")
    make.make_commitment("test-part", part_of=whole)
    (row,) = rows(client, "country=ZZ")
    assert row["part_of"] == ""
    whole.state = "published"
    whole.save()
    assert {row["part_of"] for row in rows(client, "country=ZZ")} == {"", "test-whole"}


def test_sources_are_named_supporting_ones_first(client):
    commitment = make.make_commitment("test-cited")
    make.make_citation(commitment, make.make_source("test-a-denial", url=""), stance=Stance.CONTRADICTS)
    (row,) = rows(client, "country=ZZ")
    assert row["source_slugs"] == "test-source | test-a-denial"
    assert row["source_urls"] == "https://gazette.example/test-source | none"


@pytest.mark.parametrize("query", ["bom=2", "bom=0&bom=1"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_mark_that_cannot_be_read_is_refused(client, language, query):
    response = client.get(f"/{language}/pledges.csv?{query}")
    assert response.status_code == 400
    assert response.content.decode().strip()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ([], "pledges-2016-02-11.csv"),
        ([("country", "PL"), ("type", "airstrikes")], "pledges-PL-airstrikes-2016-02-11.csv"),
        ([("not_country", "US"), ("q", "f-16 / drones")], "pledges-not_country-US-q-f-16-drones-2016-02-11.csv"),
        ([("q", "الأردن")], "pledges-q-الأردن-2016-02-11.csv"),
        ([("q", "../../etc")], "pledges-q-etc-2016-02-11.csv"),
    ],
)
def test_the_file_name_says_the_filter_and_the_day(query, name):
    assert file_name(query, date(2016, 2, 11), "csv") == name


def test_a_long_filter_gives_a_name_that_says_it_goes_on():
    name = file_name([("country", "XX")] * 99, date(2016, 2, 11), "csv")
    assert name.endswith("-etc-2016-02-11.csv")
    assert len(name) < 120


def test_the_number_of_queries_does_not_grow_with_the_rows(client, django_assert_max_num_queries):
    client.get("/en/pledges.csv?country=PL").getvalue()  # makes the index
    # the version before and after (in the transaction of a test thrice as many in PostgreSQL); whether it is long;
    # the rows; SQLite: countries, types, units, meetings
    for query in ("country=PL", ""):
        with django_assert_max_num_queries(8):
            client.get(f"/en/pledges.csv?{query}").getvalue()


def test_the_sources_of_a_row_do_not_change_its_number(client):
    make.make_commitment("test-many", sources=4)
    assert len(rows(client, "country=ZZ")) == 1


# The database writes what Python would


ADDRESS = "https://pledges.example/en/pledges/{slug}/"
COLUMN = {column.name: column for column in COLUMNS}


def written(commitments, columns=COLUMNS):
    return b"".join(csv_chunks(commitments, ADDRESS, bom=False, columns=columns))


def expected(commitments, columns=COLUMNS):
    header = ",".join(column.name for column in columns) + "\n"
    alone = [never_empty(column) for column in columns] if len(columns) == 1 else columns
    lines = written_in_python(connection, with_columns(commitments), ADDRESS, alone)
    return header.encode() + b"".join(lines)


def test_each_column_says_the_same_in_sql_and_in_python():
    make.make_commitment("test-year", announced_on=date(2016, 1, 1), announced_precision=Precision.YEAR)
    make.make_commitment("test-undated", announced_on=None, announced_precision=Precision.UNKNOWN)
    make.make_commitment("test-part", part_of=make.make_commitment("test-draft", state="draft"))
    rows = Commitment.objects.public().order_by("slug")
    at_hand = list(with_columns(rows))
    assert len(at_hand) > 300

    def lines(*columns):
        return "".join(line([column.value(row, ADDRESS) for column in columns]) for row in at_hand)

    # all beside each other, each beside another, and each first in the line
    assert written(rows) == expected(rows)
    for column in COLUMNS:
        both = written(rows, [COLUMN["slug"], column]).decode()
        assert both == f"slug,{column.name}\n" + lines(COLUMN["slug"], column), column.name
        alone = written(rows, [column]).decode()
        assert alone == f"{column.name}\n" + lines(never_empty(column)), column.name


@pytest.mark.parametrize("query", ["", "country=none", "q=trainers", "sort=-quantity", "sort=country&type=airstrikes"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_file_is_what_python_would_write(client, language, query):
    lines = client.get(f"/{language}/pledges.csv?bom=0&{query}").getvalue().splitlines()
    address = f"http://testserver/{language}/pledges/{{slug}}/"
    with translation.override(language):
        rows = with_columns(CommitmentFilter(QueryDict(query)).results)
        assert lines[1:] == b"".join(written_in_python(connection, rows, address, COLUMNS)).splitlines()


HOSTILE = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    ",",
    '"',
    "'",
    "\r\n",
    ',"',
    '",',
    '"=',
    ',"=',
    "\\",
    "\\.",
    "%",
    "%s",
    "%w",
]
HOSTILE += [
    "{",
    "}",
    "\ufeff",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\u202e",
    "الأردن",
    "🎈",
    "e\u0301",
    "\x7f",
    "\x1b",
    "NULL",
    " | ",
    "'=",
    "''@",
]
# PostgreSQL keeps no NUL, and neither knows half a character
CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXTS = st.lists(st.sampled_from(HOSTILE) | CHARACTERS, max_size=12).map("".join)
FREE_TEXT = ["summary_en", "summary_ar", "caveat_en", "attributed_to_ar", "quantity_text"]


NAMED = ["country", "type", "unit", "meeting"]
# any columns in any order, of which those that go together stand together or apart
SELECTIONS = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=12, unique_by=lambda column: column.name)
# these beside all columns in their order
ARRANGEMENTS = st.sampled_from([[COLUMN["summary_en"], COLUMN["caveat_en"]], COLUMNS[::-1]]) | SELECTIONS


@pytest.fixture
def hostile():
    """A pledge that a test may write anything into, and one beside it that has little to say."""
    make.make_commitment("test-bare", group_label_en="Some states")
    named = {"meeting": make.make_meeting(), "quantity_min": 7}
    # a draft: that of a published one may not be empty
    return make.make_commitment("test-hostile", state=State.DRAFT, places=[make.make_place()], **named)


@given(texts=st.lists(TEXTS, min_size=9, max_size=9), columns=ARRANGEMENTS)
@settings(
    max_examples=75,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_editors_write_arrives_as_written_but_for_the_guard(hostile, texts, columns):
    values = dict(zip(FREE_TEXT, texts, strict=False))
    Commitment.objects.filter(pk=hostile.pk).update(**values)
    for record, name in zip(NAMED, texts[len(FREE_TEXT) :], strict=True):
        found = getattr(hostile, record)
        type(found).objects.filter(pk=found.pk).update(name_en=name)
        values[f"{record}_en"] = name
    rows = Commitment.objects.filter(slug__startswith="test-").order_by("slug")
    for arrangement in (COLUMNS, columns):
        file = written(rows, arrangement)
        assert file == expected(rows, arrangement)
        _bare, read = csv.DictReader(io.StringIO(file.decode(), newline=""))
        for field, text in values.items():
            assert read.get(field, neutral(text)) == neutral(text)


@pytest.mark.parametrize("first", ["country_en", "summary_en"])
def test_a_formula_is_guarded_once_wherever_it_stands(hostile, first):
    for name in (f"{field}_en" for field in NAMED):
        record = getattr(hostile, name.removesuffix("_en"))
        type(record).objects.filter(pk=record.pk).update(name_en='=cmd"x')
    Commitment.objects.filter(pk=hostile.pk).update(summary_en="'=1", caveat_en="-1")
    names = [first, "type_en", "grade", "caveat_en", "country_en", "unit_en", "url", "meeting_en", "summary_en"]
    columns = [COLUMN[name] for name in dict.fromkeys(names)]
    *_, read = csv.DictReader(io.StringIO(written(Commitment.objects.filter(pk=hostile.pk), columns).decode()))
    assert read["country_en"] == read["type_en"] == read["unit_en"] == read["meeting_en"] == "'=cmd\"x"
    assert (read["summary_en"], read["caveat_en"]) == ("''=1", "'-1")


def test_a_slug_past_all_checks_is_guarded_too():
    Commitment.objects.filter(pk=make.make_commitment().pk).update(slug="=1+1")
    assert b'\n"\'=1+1",' in written(Commitment.objects.filter(slug="=1+1"))


def test_a_quotation_mark_where_nothing_may_be_stated_is_doubled_too():
    whole = make.make_commitment("test-whole")
    make.make_commitment("test-part", part_of=whole)
    Commitment.objects.filter(pk=whole.pk).update(slug='test-"whole"')
    rows = Commitment.objects.filter(slug="test-part")
    assert written(rows) == expected(rows)
    assert written(rows, [COLUMN["slug"], COLUMN["part_of"]]).endswith(b'"test-part","test-""whole"""\n')


def test_what_is_not_stated_is_empty_and_an_empty_text_is_quoted():
    make.make_commitment(caveat_en="")
    rows = Commitment.objects.filter(slug="test-pledge")
    assert written(rows, [COLUMN["slug"], COLUMN["unit"], COLUMN["caveat_en"]]).endswith(b'\n"test-pledge",,""\n')


def test_nothing_found_is_the_header_alone():
    for rows in (Commitment.objects.none(), Commitment.objects.filter(slug="no-such")):
        assert b"".join(csv_chunks(rows, ADDRESS, columns=COLUMNS[:2])) == BOM + b"slug,country_iso2\n"


def test_a_database_of_another_kind_is_written_in_python(monkeypatch):
    rows = Commitment.objects.public().order_by("slug")[:30]
    lines = written(rows)
    monkeypatch.setattr("pledges.exports.csv.WRITERS", {})
    assert written(rows) == lines


# What a reader's program sees


def test_the_file_has_a_length_and_a_tag_that_answer_the_next_request(client):
    response = client.get("/en/pledges.csv?country=PL")
    body = response.getvalue()
    assert int(response["Content-Length"]) == len(body)
    again = client.get("/en/pledges.csv?country=PL", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == response["ETag"]
    assert "Content-Disposition" in response
    make.make_commitment("test-new", country=Commitment.objects.filter(country__iso2="PL").first().country)
    changed = client.get("/en/pledges.csv?country=PL", headers={"If-None-Match": response["ETag"]})
    assert changed.status_code == 200
    assert b"test-new" in changed.getvalue()


def test_head_tells_the_same_without_the_file(client):
    body, head = client.get("/en/pledges.csv"), client.head("/en/pledges.csv")
    assert head.getvalue() == b""
    for name in ("Content-Length", "ETag", "Content-Type", "Content-Disposition", "Cache-Control"):
        assert head[name] == body[name], name
    body.close()
