"""The data package and its dictionary: complete, described, valid for the reference validators, the same every time."""

import csv
import io
import json
from datetime import UTC, datetime
from html import unescape

import pytest
from csvw import CSVW
from django.utils.translation import override
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from pledges.exports.formulas import neutral, unguarded
from pledges.exports.tables import TABLE, TABLES
from pledges.models import Commitment, Requirement, Source, Unit
from pledges.models.vocab import Stance
from pledges.tests import make
from pledges.tests.packages import fetched, opened
from pledges.tests.views.test_pages import text_of

pytestmark = pytest.mark.django_db

POLAND = "country=PL&type=airstrikes&meeting=brussels-2016-02-11"
NOTHING = "q=no-such-word"


def table(members, name):
    """The rows of a table of a package."""
    return list(csv.DictReader(io.StringIO(members[f"{name}.csv"].decode(), newline="")))


def column(members, name, column_name):
    return [row[column_name] for row in table(members, name)]


def packed(client, query="", language="en"):
    return opened(fetched(client, query, language))


# What is in it


@pytest.mark.parametrize(
    ("language", "query"),
    [("en", ""), ("ar", "country=FR&sort=-type"), ("en", NOTHING)],
)
def test_the_pledges_are_the_csv_export_byte_for_byte(client, language, query):
    exported = client.get(f"/{language}/pledges.csv?{query}&bom=0").getvalue()
    assert packed(client, query, language)["pledges.csv"] == exported


def test_a_citation_stands_beside_its_source(client):
    rows = table(packed(client, POLAND), "citations")
    assert {row["pledge"] for row in rows} == {"bru16-pl-airstrikes"}
    assert sorted(row["stance"] for row in rows) == ["context", "contradicts", "contradicts", "supports"]
    (report,) = [row for row in rows if row["source"] == "aawsat-2016-02-brussels"]
    assert (report["stance"], report["stance_ar"], report["credibility"], report["reliability"]) == (
        "supports",
        "يؤيد",
        str(
            Commitment.objects.get(slug="bru16-pl-airstrikes").citations.get(source__slug=report["source"]).credibility
        ),
        "B",
    )
    assert "Asharq Al-Awsat" in report["publisher"]


@pytest.mark.sql
def test_a_part_of_the_data_holds_only_what_its_pledges_lead_to(client):
    members = packed(client, POLAND)
    assert column(members, "pledges", "slug") == ["bru16-pl-airstrikes"]
    assert column(members, "types", "slug") == ["airstrikes"]
    assert column(members, "meetings", "slug") == ["brussels-2016-02-11"]
    assert {row["country"] for row in table(members, "participations")} == {"PL"}
    assert column(members, "units", "slug") == column(members, "status_changes", "pledge") == []
    cited = set(column(members, "citations", "source"))
    assert cited < set(column(members, "sources", "slug"))
    assert len(table(members, "sources")) < 20


@pytest.mark.parametrize(
    "query",
    [
        "requirement=us-2015-fi-arms",
        "not_requirement=none&not_condition=none&not_place=none&q=ISIS",
        "not_in_totals=counted&declined=no&as_of={today}",
    ],
)
def test_a_filter_that_asks_of_other_tables_makes_a_package_too(client, query):
    members = packed(client, query.format(today=datetime.now(UTC).date()))
    pledges = set(column(members, "pledges", "slug"))
    assert pledges
    answered = Requirement.objects.public().filter(answered_by__slug__in=pledges).values_list("slug", flat=True)
    assert set(column(members, "requirements", "slug")) == set(answered)


@pytest.mark.sql
def test_all_pledges_bring_everything_public(client):
    members = packed(client)
    for name, rows in (
        ("pledges", Commitment.objects.public()),
        ("sources", Source.objects.public()),
        ("units", Unit.objects.all()),
    ):
        assert set(column(members, name, "slug")) == set(rows.values_list("slug", flat=True))
    assert json.loads(members["datapackage.json"])["complete"] is True
    assert json.loads(packed(client, "sort=type")["datapackage.json"])["complete"] is True
    assert json.loads(packed(client, "country=PL")["datapackage.json"])["complete"] is False


def test_the_original_of_a_reprint_comes_along(client):
    original = make.make_source("test-original")
    reprint = make.make_source("test-reprint", derived_from=original)
    make.make_citation(make.make_commitment("test-copied", sources=0), reprint)
    assert {"test-original", "test-reprint"} <= set(column(packed(client, "country=ZZ"), "sources", "slug"))


@pytest.mark.sql
def test_steps_bring_their_sources(client):
    make.make_status_change(make.make_commitment("test-step"), source=make.make_source("test-step-source"))
    members = packed(client, "country=ZZ")
    assert column(members, "status_changes", "source") == ["test-step-source"]
    assert "test-step-source" in column(members, "sources", "slug")


def test_text_that_a_spreadsheet_would_run_is_neutralised_in_every_table(client):
    commitment = make.make_commitment("test-formula", sources=0)
    source = make.make_source("test-formula-source", title="=cmd|' /C calc'!A0", notes="@SUM(1)")
    make.make_citation(commitment, source, locator="+1", quote="-2", note="=x")
    members = packed(client, "country=ZZ")
    (citation,) = table(members, "citations")
    assert (citation["locator"], citation["quote"], citation["note"]) == ("'+1", "'-2", "'=x")
    assert "'=cmd|' /C calc'!A0" in column(members, "sources", "title")
    assert "'@SUM(1)" in column(members, "sources", "notes")


@given(st.text())
def test_the_guard_can_be_undone(text):
    assert unguarded(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'", "''", "'x", "x=", "", "'\t", "-", "'-'"])
def test_the_guard_can_be_undone_where_text_looks_guarded(text):
    assert unguarded(neutral(text)) == text


def test_the_readme_says_in_both_languages_what_was_asked_and_what_is_there(client):
    readme = packed(client, "country=PL", "ar")["README.md"].decode()
    english, arabic = readme.split("\n---\n")
    assert "Pledges of Poland." in english
    assert "http://testserver/en/pledges/?country=PL" in english
    assert "بولندا" in arabic
    assert "http://testserver/ar/pledges/?country=PL" in arabic
    pledges = Commitment.objects.public().filter(country__iso2="PL")
    assert f"`pledges.csv` ({pledges.count()} rows)" in english
    assert "The data are under the licence CC BY 4.0" in english
    for table in TABLES:
        assert f"`{table.file}`" in english
        assert f"`{table.file}`" in arabic


# The same every time


def test_the_same_question_gives_the_same_bytes(client):
    assert fetched(client, "country=FR") == fetched(client, "country=FR")


@pytest.mark.sql
def test_the_time_is_that_of_the_last_change(client):
    commitment = make.make_commitment("test-time")
    before = fetched(client, "country=ZZ")
    latest = commitment.history.model.objects.order_by("-history_date").first().history_date
    assert latest.astimezone(UTC).strftime("%Y-%m-%d") in opened(before)["README.md"].decode()
    citation = commitment.citations.get()
    citation.credibility = 3
    citation.save()
    changed = json.loads(packed(client, "country=ZZ")["datapackage.json"])["changed_at"]
    assert datetime.fromisoformat(changed) == citation.history.latest().history_date


def test_the_length_is_stated(client):
    response = client.get("/en/pledges.zip?country=PL")
    assert int(response["Content-Length"]) == len(response.getvalue())
    assert response["Content-Type"] == "application/zip"
    assert 'filename="pledges-PL-' in response["Content-Disposition"]
    assert '.zip"' in response["Content-Disposition"]


# Described


@pytest.mark.parametrize(
    ("language", "query"),
    [("en", ""), ("ar", "q=الاردن&disputed=no"), ("en", NOTHING)],
)
def test_the_reference_validators_find_nothing(client, tmp_path, language, query):
    for name, content in packed(client, query, language).items():
        (tmp_path / name).write_bytes(content)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["type", "taskNumber", "rowNumber", "fieldName", "note"]) == []
    assert len(report.tasks) == len(TABLES)
    metadata = CSVW(str(tmp_path / "pledges.csv-metadata.json"), validate=True)
    assert metadata.is_valid
    assert metadata.warnings == []
    assert len(metadata.tablegroup.tables) == len(TABLES)


def test_the_validators_would_find_what_is_wrong(client, tmp_path):
    members = packed(client, POLAND)
    members["citations.csv"] = (
        members["citations.csv"].replace(b'"supports"', b'"praises"').replace(b',"aawsat', b',"x')
    )
    descriptor = json.loads(members["datapackage.json"])
    for resource in descriptor["resources"]:
        del resource["hash"], resource["bytes"]
    members["datapackage.json"] = json.dumps(descriptor).encode()
    for name, content in members.items():
        (tmp_path / name).write_bytes(content)
    found = {row[0] for row in Package(str(tmp_path / "datapackage.json")).validate().flatten(["type"])}
    assert found == {"constraint-error", "foreign-key"}
    with pytest.raises((UserWarning, ValueError), match="praises"):
        CSVW(str(tmp_path / "pledges.csv-metadata.json"), validate=True).is_valid  # noqa: B018


def test_every_column_is_described_with_a_type_and_an_example():
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))
        assert str(table.title).strip()
        assert str(table.description).strip()
        for column in table.columns:
            assert str(column.description).strip(), column.name
            assert column.type in {"string", "integer", "boolean", "date", "day"}, column.name
            assert str(column.example).strip(), column.name
            if column.vocabulary:
                assert str(column.example) in {str(value) for value, _label in column.allowed}, column.name
        assert {*table.key, *table.references, *table.optional, *table.lists, *table.fields} <= set(names)


def test_the_header_of_every_file_is_the_table_and_its_values_are_allowed(client):
    members = packed(client)
    for name, described in TABLE.items():
        reader = csv.DictReader(io.StringIO(members[described.file].decode(), newline=""))
        rows = list(reader)
        assert reader.fieldnames == [column.name for column in described.columns]
        assert rows, name
        for column in described.columns:
            if column.vocabulary:
                allowed = {str(value) for value, _label in column.allowed} | ({""} if column.optional else set())
                assert {row[column.name] for row in rows} <= allowed


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_dictionary_describes_every_column_in_the_language_of_the_reader(client, language):
    html = client.get(f"/{language}/about/data/").content.decode()
    assert len(html.encode()) < 176_000
    with override(language):
        for table in TABLES:
            section = html.partition(f'<h2 id="{table.name}">')[2].partition("</section>")[0]
            words = unescape(text_of(section))
            for column in table.columns:
                assert f'<bdi class="code" lang="en">{column.name}</bdi></th>' in section, column.name
                assert str(column.description) in words
                assert str(column.example) in words
                for value, label in column.allowed:
                    assert f"{value} {label}" in words


@pytest.mark.parametrize("page", ["/en/about/", "/ar/about/", "/en/pledges/", "/ar/pledges/?country=PL"])
def test_the_dictionary_is_one_click_away(client, page):
    assert f'href="/{page[1:3]}/about/data/"' in client.get(page).content.decode()


def test_the_list_offers_the_package_of_its_rows(client):
    assert 'href="/en/pledges.zip?country=PL"' in client.get("/en/pledges/?country=PL").content.decode()


def test_contradicting_sources_are_told_apart(client):
    commitment = make.make_commitment("test-denied")
    make.make_citation(commitment, make.make_source("test-denial"), stance=Stance.CONTRADICTS)
    rows = {row["source"]: row["stance"] for row in table(packed(client, "country=ZZ"), "citations")}
    assert rows == {"test-source": "supports", "test-denial": "contradicts"}
