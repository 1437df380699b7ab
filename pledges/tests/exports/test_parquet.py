"""The rows of the JSON Lines as a Parquet file, and what a site says that cannot make one."""

import json
import sys
from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from pledges.exports import parquet
from pledges.exports.formats import KNOWN
from pledges.tests import make
from pledges.tests.days import on_one_day
from pledges.tests.exports.test_formats import HOSTILE, make_one_each
from pledges.tests.packages import parquet_rows
from pledges.views.files import not_installed

pytestmark = pytest.mark.django_db

installed = pytest.mark.skipif(not parquet.is_installed(), reason="needs duckdb")


def file(client, query="", language="en"):
    response = client.get(f"/{language}/pledges.parquet?{query}")
    assert response.status_code == 200, response.content
    return response.getvalue()


@installed
@pytest.mark.parametrize(
    ("language", "query"),
    [("en", ""), ("ar", "country=FR&sort=-type"), ("en", "q=no-such-word"), ("en", "country=PL&columns=url,places")],
)
def test_it_holds_the_rows_of_the_json_lines_in_their_order(client, language, query):
    lines = client.get(f"/{language}/pledges.jsonl?{query}").getvalue().splitlines()
    found = parquet_rows(file(client, query, language))
    assert [[str(value) if isinstance(value, date) else value for value in row] for row in found] == [
        list(json.loads(line).values()) for line in lines
    ]


@installed
def test_columns_have_types_and_what_is_not_stated_is_null(client):
    day = {"announced_on": date(2016, 2, 1), "announced_precision": "month"}
    make.make_commitment("test-typed", quantity_min=150, quantity_max=10**15, **day)
    asked = "quantity_min + 1, quantity_max, meeting, announced_on, announced_to, places"
    assert parquet_rows(file(client, "country=ZZ"), asked) == [(151, 10**15, None, "2016-02", date(2016, 2, 29), [])]


@installed
def test_text_is_as_it_is_recorded(client):
    made = make_one_each(HOSTILE)
    assert dict(parquet_rows(file(client, "country=ZZ"), "slug, summary_en")) == made


@installed
def test_it_says_what_was_asked_in_words_that_end_no_statement(client, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    today, content = on_one_day(lambda: file(client, "q=');+DROP+TABLE+pledges;+--&country=PL"))
    (tmp_path / "rows.parquet").write_bytes(content)
    with duckdb.connect() as connection:
        asked = f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{tmp_path}/rows.parquet')"  # noqa: S608
        notes = dict(connection.execute(asked).fetchall())
    assert "');" in notes["query_en"]
    assert "بولندا" in notes["query_ar"]
    assert notes["address"].startswith("http://testserver/en/pledges/?q=")
    assert (notes["retrieved_on"], "CC BY 4.0" in notes["licence"]) == (today.isoformat(), True)
    assert json.loads(notes["columns"])["slug"]["en"] == "Permanent identifier of the pledge."


@installed
def test_the_same_question_gives_the_same_bytes(client):
    _day, (first, second) = on_one_day(lambda: [file(client, "country=FR") for _time in range(2)])
    assert first == second


@pytest.mark.parametrize(("language", "words"), [("en", "makes no Parquet files"), ("ar", "⁨Parquet⁩")])
def test_a_site_without_what_makes_it_says_so_at_its_address(rf, monkeypatch, language, words):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert not parquet.is_installed()
    (form,) = (form for form in KNOWN if form.extension == "parquet")
    request = rf.get(f"/{language}/pledges.parquet?country=PL")
    with override(language):
        response = not_installed(request, replace(form, is_installed=False))
    assert response.status_code == 404
    assert words in response.content.decode()
    assert f"http://testserver/{language}/pledges.csv?country=PL" in response.content.decode()
