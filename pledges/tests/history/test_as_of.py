"""`as_of=DAY`: everything as it was known at the end of a day, plainly marked, and nothing else."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import override
from simple_history.models import registered_models

from pledges import models
from pledges.history import days
from pledges.history.as_of import NotOfThatDay, as_of, first_day, of_that_day
from pledges.models.vocab import Stance, State, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.days import on_one_day
from pledges.tests.pages import LANGUAGES
from pledges.tests.query.test_parity import QUERIES
from pledges.views import downloads
from pledges.views.browsing import PAGES

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = (date(2016, 4, day) for day in (1, 2, 3))
KEPT = models.HISTORIC


@pytest.fixture
def pledge(settle):
    """Testland's promise of 100 balloons for Testville, entered on the first day."""
    pledge = make.make_commitment("test-changing", quantity_max=100, places=[make.make_place()])
    settle(FIRST)
    return pledge


def listed(client, query, language="en"):
    rows = csv.DictReader(io.StringIO(client.get(f"/{language}/pledges.csv?{query}").getvalue().decode("utf-8-sig")))
    return {row["slug"]: row for row in rows}


def today():
    return datetime.now(UTC).date()


# What is shown


def test_a_day_shows_what_sources_gave_then(client, pledge, settle):
    citation = pledge.citations.get()
    make.make_citation(pledge, make.make_source("test-other"), claimed_min=150)
    citation.claimed_max = 120
    citation.save()
    settle(SECOND)
    citation.claimed_max = 150
    citation.save()
    settle(THIRD)
    expected = ((FIRST, "none", "", ""), (SECOND, "differ", "120", "20"), (THIRD, "agree", "150", "0"))
    for day, claims, lowest, gap in expected:
        found = listed(client, f"as_of={day}&number_claims={claims}&columns=slug,claimed_lowest,number_gap")
        row = found["test-changing"]
        assert (row["claimed_lowest"], row["number_gap"]) == (lowest, gap)
        page = client.get(f"/en/disagreements/?as_of={day}&about=number&q=testland").content.decode()
        assert ("120 to 150 Test balloons, 20% apart" in page) == (claims == "differ")


def test_a_day_shows_the_blocs_of_its_record(client, pledge, settle):
    member = make.make_bloc_member(country=pledge.country)
    settle(SECOND)
    member.member_since = date(2016, 3, 11)
    member.save()
    settle(THIRD)
    # the bloc itself was not known before
    asked = [(day, bloc) for day in (FIRST, SECOND, THIRD) for bloc in ("test_bloc", "none")][1:]
    found = {
        (day, bloc): row["blocs"]
        for day, bloc in asked
        if (row := listed(client, f"as_of={day}&bloc={bloc}").get("test-changing"))
    }
    assert found == {(FIRST, "none"): "", (SECOND, "test_bloc"): "test_bloc", (THIRD, "none"): ""}


def test_each_day_shows_what_was_known_at_its_end(client, pledge, settle):
    pledge.quantity_max = 150
    pledge.summary_en = "Testland promised kites."
    pledge.save()
    settle(SECOND)
    found = [listed(client, f"as_of={day}")["test-changing"] for day in (FIRST, SECOND, THIRD)]
    assert [row["quantity_max"] for row in found] == ["100", "150", "150"]
    assert [row["summary_en"] for row in found] == [
        "Testland promised balloons (test-changing).",
        *["Testland promised kites."] * 2,
    ]


def test_what_came_later_is_not_there_yet(client, pledge, settle):
    make.make_commitment("test-later")
    settle(SECOND)
    assert listed(client, f"as_of={FIRST}").keys() == {"test-changing"}
    assert listed(client, f"as_of={SECOND}").keys() == {"test-changing", "test-later"}
    assert listed(client, "").keys() > {"test-changing", "test-later", "bru16-pl-airstrikes"}


def test_what_was_withdrawn_later_is_still_there(client, pledge, settle):
    pledge.state = State.WITHDRAWN
    pledge.save()
    settle(SECOND)
    assert listed(client, f"as_of={FIRST}").keys() == {"test-changing"}
    assert listed(client, f"as_of={SECOND}") == {}


def test_a_draft_stays_unseen_until_it_was_published(client, pledge, settle):
    draft = make.make_commitment("test-draft", state=State.DRAFT)
    settle(SECOND)
    draft.state = State.PUBLISHED
    draft.save()
    settle(THIRD)
    assert "test-draft" not in listed(client, f"as_of={SECOND}")
    assert "test-draft" in listed(client, f"as_of={THIRD}")


def test_evidence_places_and_steps_are_those_of_the_day(client, pledge, settle):
    contradiction = make.make_citation(pledge, make.make_source("test-denial"), stance=Stance.CONTRADICTS)
    pledge.places.set([make.make_place("test-harbour", name_en="Test Harbour")])
    make.make_status_change(pledge, status=Status.ONGOING)
    settle(SECOND)
    contradiction.delete()
    settle(THIRD)
    columns = ("grade", "source_slugs", "places", "reached", "sources_contradicting")
    found = [
        [listed(client, f"as_of={day}")["test-changing"][name] for name in columns] for day in (FIRST, SECOND, THIRD)
    ]
    assert found == [
        ["single_source", "test-source", "test-place", "promised", "0"],
        ["disputed", "test-source | test-denial", "test-harbour", "delivered", "1"],
        ["single_source", "test-source", "test-harbour", "delivered", "0"],
    ]


def test_names_are_those_of_the_day(client, pledge, settle):
    country = models.Country.objects.get(iso2="ZZ")
    country.name_en = "Republic of Testland"
    country.save()
    settle(SECOND)
    assert listed(client, f"as_of={FIRST}")["test-changing"]["country_en"] == "Testland"
    assert listed(client, f"as_of={SECOND}")["test-changing"]["country_en"] == "Republic of Testland"
    assert listed(client, f"as_of={FIRST}&q=republic") == {}
    assert listed(client, f"as_of={SECOND}&q=republic").keys() == {"test-changing"}


@pytest.mark.parametrize(
    ("query", "on_the_first", "on_the_second"),
    [
        ("place=test-place", True, False),
        ("source=test-denial", False, True),
        ("grade=disputed", False, True),
        ("disputed=no", True, False),
        ("reached=delivered", False, True),
        ("min_sources=1", True, True),
        ("q=harbour", False, True),
        ("id=test-changing", True, True),
    ],
)
def test_filters_ask_of_the_day(client, pledge, settle, query, on_the_first, on_the_second):
    make.make_citation(pledge, make.make_source("test-denial"), stance=Stance.CONTRADICTS)
    pledge.places.set([make.make_place("test-harbour", name_en="Test Harbour")])
    make.make_status_change(pledge, status=Status.ONGOING)
    settle(SECOND)
    found = [bool(listed(client, f"{query}&as_of={day}")) for day in (FIRST, SECOND)]
    assert found == [on_the_first, on_the_second]


def test_the_page_of_a_pledge_shows_it_as_it_was(client, pledge, settle):
    make.make_citation(pledge, make.make_source("test-denial"), stance=Stance.CONTRADICTS)
    settle(SECOND)
    path = "/en/pledges/test-changing/?as_of="
    assert "Balloons for the fair (test-denial)" not in client.get(f"{path}{FIRST}").content.decode()
    assert "Balloons for the fair (test-denial)" in client.get(f"{path}{SECOND}").content.decode()
    assert client.get("/en/pledges/bru16-pl-airstrikes/?as_of=2016-04-01").status_code == 404


def test_the_interface_shows_a_pledge_as_it_was(client, pledge, settle):
    pledge.quantity_max = 200
    pledge.save()
    settle(SECOND)
    address = "/api/v1/pledges/test-changing"
    assert client.get(f"{address}?as_of={FIRST}").json()["quantity_max"] == 100
    assert client.get(f"{address}?as_of={SECOND}").json()["quantity_max"] == 200
    make.make_commitment("test-later")
    settle(THIRD)
    assert client.get(f"/api/v1/pledges/test-later?as_of={SECOND}").status_code == 404


def test_what_changed_later_is_not_told(client, pledge, settle):
    pledge.quantity_max = 150
    pledge.save()
    settle(SECOND)
    first, second = (client.get(f"/en/pledges/test-changing/history/?as_of={day}") for day in (FIRST, SECOND))
    assert (first.content.decode().count("<time"), second.content.decode().count("<time")) == (1, 2)


def test_a_pledge_is_cited_as_it_was_known(client, pledge, settle):
    pledge.save()
    settle(SECOND)
    cited = json.loads(client.get(f"/en/pledges/test-changing/cite.json?as_of={FIRST}").content)[0]
    assert cited["URL"] == f"http://testserver/en/pledges/test-changing/?as_of={FIRST}"
    assert cited["title"].endswith(", as known on 1 April 2016")
    assert cited["issued"] == {"date-parts": [[2016, 4, 1]]}
    html = unescape(client.get(f"/en/pledges/test-changing/?as_of={FIRST}").content.decode())
    assert cited["URL"] in html


def test_sources_are_listed_as_they_were_known(client, pledge, settle):
    make.make_citation(pledge, make.make_source("test-denial"))
    settle(SECOND)
    first, second = (unescape(client.get(f"/en/sources/?as_of={day}").content.decode()) for day in (FIRST, SECOND))
    assert "All sources used, as known on 1 April 2016." in first
    assert ("/sources/test-denial/" in first, "/sources/test-denial/" in second) == (False, True)


def test_numbers_of_all_pages_are_those_of_the_day(client, pledge, settle):
    make.make_commitment("test-later")
    settle(SECOND)
    for name, _label, _heading in PAGES:
        if name not in {"compare", "disagreements"}:
            html = unescape(client.get(reverse(name), {"as_of": FIRST}).content.decode())
            assert re.search(r"(?<!\d)1 pledge\b", html), name
            assert "bru16" not in html, name


@pytest.mark.django_db(transaction=True)
def test_a_long_file_is_of_the_day_too(client, settle, monkeypatch):
    """It is made in a thread of its own."""
    make.make_commitment("test-changing")
    settle(FIRST)
    monkeypatch.setattr(downloads, "LONG", 0)
    assert listed(client, f"as_of={FIRST}").keys() == {"test-changing"}


# What has not changed since


# test_parity asks all of them: of a day, some will do
@pytest.mark.parametrize("query", QUERIES[::5])
def test_today_is_what_is_known_now(client, query):
    known = client.get(f"/en/pledges.csv?{query}").getvalue()
    assert client.get(f"/en/pledges.csv?{query}&as_of={today()}").getvalue() == known


def on_kiritimati():
    """The date where days begin first."""
    return datetime.now(ZoneInfo("Pacific/Kiritimati")).date()


def test_today_of_any_reader_on_earth_is_what_is_known_now(client):
    day = on_kiritimati()
    for path in ("/en/pledges.csv", "/api/v1/pledges", "/en/sources/", "/ar/matrix/", "/en/countries/PL/"):
        assert client.get(f"{path}?as_of={day}").status_code == 200
    known = client.get("/en/pledges.csv").getvalue()
    assert client.get(f"/en/pledges.csv?as_of={day}").getvalue() == known


def test_today_on_earth_is_the_last_day_that_can_be_chosen(client):
    def page(days):
        return client.get(f"/en/pledges/?as_of={on_kiritimati() + timedelta(days)}").content.decode()

    day, html = on_one_day(lambda: page(days=0), on_kiritimati)
    assert "This day ends at midnight UTC" in html
    assert f'max="{day}"' in html
    _day, html = on_one_day(lambda: page(days=1), on_kiritimati)
    assert "This day is still to come" in html


def test_a_day_that_is_over_says_what_is_left_out(client, pledge):
    html = client.get(f"/en/pledges/?as_of={FIRST}").content.decode()
    assert "What was entered, corrected or withdrawn later is left out." in html
    assert "midnight" not in html


# What cannot be shown


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (["2010-01-01"], "What was known on a day can be told from "),
        ([str(date.today() + timedelta(days=2))], "This day is still to come."),
        (["yesterday"], "is not a date"),
        (["2016-02-30"], "is not a date"),
        (["2016-04-01", "2016-04-02"], "This was given more than once"),
    ],
)
def test_a_day_that_cannot_be_shown_gives_the_reason_and_no_rows(client, pledge, days, message):
    html = client.get("/en/pledges/", {"as_of": days}).content.decode()
    assert message in unescape(html)
    assert 'class="pledge-link"' not in html
    response = client.get("/en/pledges.csv", {"as_of": days})
    assert response.status_code == 400
    assert message in response.content.decode()
    assert client.get("/api/v1/pledges", {"as_of": days}).status_code == 400


@pytest.mark.parametrize("path", ["", "countries/ZZ/", "sources/test-source/", "meetings/", "about/", "about/data/"])
@pytest.mark.parametrize("day", ["yesterday", "2010-01-01", "2016-04-01&as_of=2016-04-02"])
def test_a_page_without_a_filter_refuses_it_too(client, pledge, path, day):
    for language, words in (("en", "As known on: "), ("ar", "كما كان معروفًا في: ")):
        response = client.get(f"/{language}/{path}?as_of={day}")
        assert response.status_code == 400
        assert words in response.content.decode()


def test_the_first_day_is_named(client):
    with override("en"):
        html = client.get("/en/pledges/?as_of=2010-01-01").content.decode()
    assert f"{first_day():%Y}" in html


def test_without_any_record_no_day_can_be_shown(client):
    models.Commitment.history.model.objects.all().delete()
    assert "Nothing is recorded yet." in client.get("/en/pledges/?as_of=2016-04-01").content.decode()


def test_records_from_before_all_was_recorded_tell_of_no_day(pledge):
    pledge.history.update(search_text="")
    assert first_day() > THIRD


def test_there_is_no_feed_of_a_past_day(client):
    response = client.get(f"/en/pledges.atom?as_of={today()}")
    assert (response.status_code, response.content.decode()) == (400, "As known on: Of a past day there is no feed.\n")
    assert "pledges.atom" not in client.get(f"/en/pledges/?as_of={today()}").content.decode()


def test_a_filter_of_a_past_day_never_answers_of_today():
    with pytest.raises(RuntimeError):
        CommitmentFilter(QueryDict(f"as_of={today()}")).matching()
    with as_of(today()):
        assert CommitmentFilter(QueryDict(f"as_of={today()}")).matching().exists()


# How it is marked


@pytest.mark.parametrize(
    "path", ["pledges/", "matrix/", "timeline/", "map/", "pledges/test-changing/", "countries/ZZ/", ""]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_plainly_of_which_day_they_are(client, pledge, language, path):
    words = {"en": "As known on 1 April 2016.", "ar": "كما كان معروفًا في 1 إبريل 2016."}
    marked = client.get(f"/{language}/{path}?as_of={FIRST}").content.decode()
    assert marked.count(f"<strong>{words[language]}</strong>") == 1


def test_a_page_of_today_names_no_day(client):
    assert "alert-known-on" not in client.get("/en/pledges/").content.decode()


def test_the_words_the_chip_and_the_files_say_it_too(client, pledge):
    html = client.get(f"/en/pledges/?as_of={FIRST}").content.decode()
    assert "All published pledges, as known on 1 April 2016." in html
    assert re.search(r'class="chip" href="\?">.*As known on: <bdi>1 April 2016', html)
    day, response = on_one_day(lambda: client.head(f"/en/pledges.csv?as_of={FIRST}"))
    assert f'filename="pledges-as_of-{FIRST}-{day}.csv"' in response["Content-Disposition"]
    document = json.loads(client.get(f"/en/pledges.json?as_of={FIRST}").content)
    assert "as known on 1 April 2016" in json.dumps(document)


def test_links_lead_on_to_the_same_day(client, pledge):
    html = client.get(f"/en/pledges/?as_of={FIRST}").content.decode()
    assert f'href="/en/pledges/test-changing/?as_of={FIRST}"' in html
    assert f'href="/en/matrix/?as_of={FIRST}"' in html
    assert f'href="/ar/pledges/?as_of={FIRST}"' in html


def test_too_many_parameters_are_refused_on_an_address_that_is_not_there_too(client):
    query = "&".join(f"x{number}=1" for number in range(1500))
    assert client.get(f"/en/no-such/?{query}&as_of={today()}").status_code == 400


def test_postgresql_expects_as_many_rows_as_there_are():
    """Where it expected two, it looked at each pair of rows: the pledges of one source took a minute."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL plans with such estimates")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with as_of(today()):
        statement = of_that_day('SELECT "id" FROM "pledges_citation"', connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        expected = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
    assert expected > models.Citation.objects.count() / 2


# What cannot be asked of a past day


REFUSED = [
    "UPDATE pledges_commitment SET slug = 'x'",
    "INSERT INTO pledges_place (slug) VALUES ('x')",
    "DELETE FROM pledges_citation",
    "delete from pledges_citation",
    "WITH recent AS (SELECT * FROM pledges_commitment) SELECT * FROM recent",
    "\n  with recent as (select 1) select * from pledges_commitment",
    "/* today */ SELECT * FROM pledges_commitment",
    "-- today\nSELECT * FROM pledges_commitment",
    "SELECT * FROM pledges_commitment -- today",
    "SELECT 1; SELECT * FROM pledges_commitment",
    "SELECT * FROM main.pledges_commitment",
    'SELECT * FROM "public"."pledges_commitment"',
    "SELECT * FROM public . pledges_commitment",
    "SELECT * FROM other.PLEDGES_Commitment",
    'SELECT * FROM main."pledges_historicalcommitment"',
    "SELECT * FROM main.[pledges_commitment_places]",
    "VALUES (1)",
    "TABLE pledges_commitment",
    "EXPLAIN SELECT * FROM pledges_commitment",
    "COPY pledges_commitment TO STDOUT",
    "ATTACH DATABASE 'x' AS other",
    "",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_cannot_be_asked_of_a_past_day_is_refused(statement):
    with as_of(today()), connection.cursor() as cursor, pytest.raises(NotOfThatDay):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT slug FROM pledges_commitment WHERE slug = %s",
        "select slug from pledges_commitment where slug = %s",
        "\n\t SELECT slug FROM pledges_commitment WHERE slug = %s",
        'SELECT "slug" FROM "pledges_commitment" WHERE "pledges_commitment"."slug" = %s',
        "SELECT slug FROM PLEDGES_COMMITMENT WHERE slug = %s",
        "SELECT slug FROM (SELECT * FROM pledges_commitment) AS found WHERE slug = %s",
    ],
)
def test_a_select_is_asked_of_the_day_however_it_is_written(pledge, settle, statement):
    def found():
        with connection.cursor() as cursor:
            cursor.execute(statement, ["test-later"])
            return cursor.fetchall()

    make.make_commitment("test-later")
    settle(SECOND)
    assert found() == [("test-later",)]
    with as_of(FIRST):
        assert found() == []


def test_nothing_is_written_under_a_past_day(pledge):
    with as_of(today()):
        with pytest.raises(NotOfThatDay), transaction.atomic():
            make.make_place("test-somewhere-else")
        with pytest.raises(NotOfThatDay), transaction.atomic():
            models.Commitment.objects.filter(pk=pledge.pk).update(slug="test-renamed")
        with pytest.raises(NotOfThatDay), transaction.atomic():
            models.Citation.objects.filter(commitment=pledge).delete()


def test_every_model_with_a_history_is_read_of_the_day():
    links = {field.remote_field.through for model in models.HISTORIC for field in model._meta.many_to_many}
    assert set(registered_models.values()) == {*models.HISTORIC, *links}


def test_a_record_of_midnight_belongs_to_the_day_that_begins(pledge):
    midnight = datetime.combine(FIRST + timedelta(days=1), time(), tzinfo=UTC)
    pledge.history.update(history_date=midnight)
    with as_of(FIRST):
        assert not models.Commitment.objects.filter(pk=pledge.pk).exists()
    pledge.history.update(history_date=midnight - timedelta(microseconds=1))
    with as_of(FIRST):
        assert models.Commitment.objects.filter(pk=pledge.pk).exists()


@pytest.mark.parametrize("path", ["/en/pledges/", "/en/pledges.csv", "/en/countries/ZZ/", "/api/v1/pledges"])
def test_a_day_that_begins_while_it_is_asked_for_is_no_error(client, pledge, monkeypatch, path):
    """The day is looked at twice, by the page and by its filter: midnight may lie between."""
    moments = iter([datetime(2026, 11, 26, 23, 59, 59, tzinfo=UTC)])

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return next(moments, datetime(2026, 11, 27, tzinfo=UTC))

    monkeypatch.setattr(days, "datetime", Clock)
    assert client.get(f"{path}?as_of=2026-11-27").status_code in {200, 400}


def test_a_past_day_shows_what_was_asked_and_answered_as_known_then(client, settle):
    requirement = make.make_requirement("test-then", asked_by_en="The first minister")
    pledge = make.make_commitment("test-answer", status=Status.ONGOING)
    settle(FIRST)
    requirement.asked_by_en = "The second minister"
    requirement.save()
    requirement.answered_by.set([pledge])
    settle(SECOND)
    then, later = (client.get(f"/en/requirements/?q=balloons&as_of={day}").content.decode() for day in (FIRST, SECOND))
    assert "The first minister" in then
    assert "No answer found" in then.partition("/requirements/test-then/")[2]
    assert "The second minister" in later
    assert f'href="/en/pledges/?requirement=test-then&amp;as_of={SECOND}"' in later
    delivered = "requirement=test-then&amp;declined=no&amp;reached=delivered"
    assert f'href="/en/pledges/?{delivered}&amp;as_of={SECOND}"' in later
    assert "The first minister" in client.get(f"/en/requirements/test-then/?as_of={FIRST}").content.decode()
    assert client.get(f"/en/requirements/test-then/?as_of={FIRST - timedelta(days=1)}").status_code in {400, 404}
    file = client.get(f"/en/requirements.csv?q=balloons&as_of={FIRST}").getvalue().decode("utf-8-sig")
    assert [row["asked_by_en"] for row in csv.DictReader(io.StringIO(file))] == ["The first minister"]
    data = client.get(f"/api/v1/requirements?q=balloons&as_of={SECOND}").json()
    assert [row["answered_by"] for row in data["requirements"]] == [["test-answer"]]
    pledges = client.get(f"/en/pledges.csv?requirement=test-then&as_of={SECOND}").getvalue().decode()
    assert "test-answer" in pledges
