"""The tables of the data package as one SQLite database: the same rows, described by what it holds itself."""

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest

from pledges.exports.formulas import unguarded
from pledges.exports.tables import TABLE, TABLES
from pledges.tests import make
from pledges.tests.days import on_one_day
from pledges.tests.packages import fetched, opened

pytestmark = pytest.mark.django_db

POLAND = "country=PL&type=airstrikes&meeting=brussels-2016-02-11"
NOTHING = "q=no-such-word"
QUESTIONS = [("en", ""), ("ar", "country=FR&country=DE&sort=-type"), ("en", POLAND), ("en", NOTHING)]


def database(client, query="", language="en"):
    """The database of a query, in memory."""
    response = client.get(f"/{language}/pledges.sqlite?{query}")
    assert response.status_code == 200, response.content
    found = sqlite3.connect(":memory:")
    found.deserialize(response.getvalue())
    return closing(found)


def as_in_csv(column, value):
    if value is None:
        return ""
    return ("false", "true")[value] if column.type == "boolean" else str(value)


@pytest.mark.sql
@pytest.mark.parametrize(("language", "query"), QUESTIONS)
def test_every_table_holds_the_rows_of_the_package_in_their_order(client, language, query):
    members = opened(fetched(client, query, language))
    with database(client, query, language) as found:
        for table in TABLES:
            names, *rows = csv.reader(io.StringIO(members[table.file].decode(), newline=""))
            asked = found.execute(f"SELECT * FROM {table.name} ORDER BY rowid")  # noqa: S608
            assert [name for name, *_more in asked.description] == names
            values = [[as_in_csv(*cell) for cell in zip(table.columns, row, strict=True)] for row in asked]
            assert values == [list(map(unguarded, row)) for row in rows], table.name


@pytest.mark.parametrize(("language", "query"), QUESTIONS)
def test_keys_are_those_of_the_package_and_no_reference_leads_nowhere(client, language, query):
    described = json.loads(opened(fetched(client, query, language))["datapackage.json"])["resources"]
    with database(client, query, language) as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        for resource in described:
            name, schema = resource["name"], resource["schema"]
            columns = found.execute(f"PRAGMA table_info({name})").fetchall()
            keys = sorted((place, column) for _n, column, _type, _null, _default, place in columns if place)
            assert [column for _place, column in keys] == schema["primaryKey"]
            needed = {column for _n, column, _type, not_null, *_more in columns if not_null}
            assert needed == {field["name"] for field in schema["fields"] if field["constraints"]["required"]}
            references = found.execute(f"PRAGMA foreign_key_list({name})").fetchall()
            assert {(there, mine, theirs) for _n, _place, there, mine, theirs, *_more in references} == {
                (key["reference"]["resource"] or name, *key["fields"], *key["reference"]["fields"])
                for key in schema["foreignKeys"]
            }


def test_the_keys_hold_in_the_database_of_the_reader(client):
    with database(client, POLAND) as found:
        found.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            found.execute("DELETE FROM sources")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            found.execute("INSERT INTO pledges SELECT * FROM pledges")


def test_numbers_days_and_what_is_not_stated_have_types(client):
    make.make_commitment("test-typed", quantity_min=150, quantity_max=10**15)
    with database(client, "country=ZZ") as found:
        asked = "quantity_min + 1, quantity_max, typeof(meeting), announced_from, date(announced_from)"
        assert found.execute(f"SELECT {asked} FROM pledges").fetchall() == [  # noqa: S608
            (151, 10**15, "null", *found.execute("SELECT announced_on, announced_on FROM pledges").fetchone())
        ]
        types = dict(found.execute("SELECT name, type FROM pragma_table_info('pledges')"))
        assert (types["announced_from"], types["announced_on"], types["quantity_min"]) == ("DATE", "TEXT", "INTEGER")
        assert found.execute("SELECT count(*) FROM countries WHERE NOT coalition_member").fetchone() == (1,)


def test_text_is_as_it_is_recorded(client):
    pledge = make.make_commitment("test-formula", sources=0)
    source = make.make_source("test-formula-source", title="=cmd|' /C calc'!A0", notes='"; DROP TABLE pledges; --')
    make.make_citation(pledge, source, locator="+1", quote="'=x", note="«🎈»\nNULL")
    with database(client, "country=ZZ") as found:
        (texts,) = found.execute("SELECT locator, quote, note, title, notes FROM citations JOIN sources ON slug=source")
        assert texts == ("+1", "'=x", "«🎈»\nNULL", source.title, source.notes)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_notes_say_what_was_asked_when_and_how_to_cite_it(client, language):
    def ask():
        with database(client, "country=PL", language) as found:
            return {(about, of): words for about, _place, of, words in found.execute("SELECT * FROM notes")}

    today, notes = on_one_day(ask)
    assert notes["query", "en"] == "Pledges of Poland."
    assert "بولندا" in notes["query", "ar"]
    assert notes["address", "ar"] == "http://testserver/ar/pledges/?country=PL"
    assert (notes["retrieved_on", ""], notes["complete", ""]) == (today.isoformat(), "false")
    assert f"http://testserver/{language}/pledges/?country=PL" in notes["citation", language]
    assert "CC BY 4.0" in notes["licence", "en"]


def test_every_column_is_described_in_both_languages(client):
    with database(client, NOTHING) as found:
        asked = found.execute("SELECT table_name, column_name FROM columns WHERE description_en != description_ar")
        described = set(asked.fetchall())
    assert described == {(table.name, column.name) for table in TABLES for column in table.columns}
    assert not {"notes", "columns"} & set(TABLE)


def test_the_same_question_gives_the_same_bytes(client):
    def ask():
        return [client.get("/en/pledges.sqlite?country=FR").getvalue() for _time in range(2)]

    _day, (first, second) = on_one_day(ask)
    assert first == second
