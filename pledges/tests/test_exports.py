"""The CSV: what a spreadsheet and a program read from it."""

import csv
import io
from datetime import date

import pytest

from pledges.exports.columns import COLUMNS
from pledges.exports.csv import file_name
from pledges.exports.guard import neutral
from pledges.models import Commitment
from pledges.models.vocab import Precision, Stance
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


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(client, start):
    make.make_commitment("test-formula", quantity_min=7, quantity_max=7, quantity_text=f"{start}1+1|cmd")
    (row,) = rows(client, "country=ZZ")
    assert row["quantity_text"] == f"'{start}1+1|cmd"
    assert row["quantity_min"] == "7"


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
        assert column.type in {"string", "integer", "date"}, column.name
        assert str(column.example).strip(), column.name
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))


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
    assert row["source_urls"] == "https://gazette.example/test-source | -"


@pytest.mark.parametrize("query", ["country=XX", "contry=PL", "announced_after=soon", "q=%00", "bom=2", "bom=0&bom=1"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_query_that_cannot_be_read_is_refused_with_the_message_of_the_page(client, language, query):
    response = client.get(f"/{language}/pledges.csv?{query}")
    assert response.status_code == 400
    message = response.content.decode().strip()
    assert message
    if not query.startswith("bom"):
        page = client.get(f"/{language}/pledges/?{query}").content.decode()
        assert message.partition(": ")[2] in page


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
    assert file_name(query, date(2016, 2, 11)) == name


def test_a_long_filter_gives_a_name_that_says_it_goes_on():
    name = file_name([("country", "XX")] * 99, date(2016, 2, 11))
    assert name.endswith("-etc-2016-02-11.csv")
    assert len(name) < 120


def test_the_number_of_queries_does_not_grow_with_the_rows(client, django_assert_num_queries):
    # commitments; places; citations; sources of these
    for query in ("country=PL", ""):
        with django_assert_num_queries(4 if not query else 5):
            client.get(f"/en/pledges.csv?{query}").getvalue()


def test_the_sources_of_a_row_do_not_change_its_number(client):
    make.make_commitment("test-many", sources=4)
    assert len(rows(client, "country=ZZ")) == 1
