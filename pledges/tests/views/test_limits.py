"""What takes too long is ended, and what is costly waits for its turn: readers are told so."""

from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from pledges import faults, limits
from pledges.exports.spool import spooling
from pledges.limits import Busy, Turns, in_turn, limited
from pledges.tests.house.test_gunicorn import configured

pytestmark = pytest.mark.django_db

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 0 FROM n) SELECT count(*) FROM n"
TOO_LONG = {"en": "takes too long and was stopped", "ar": "يستغرق وقتًا أطول من اللازم"}
BUSY = {"en": "Others look at past days", "ar": "يطّلع آخرون"}


def today():
    return datetime.now(UTC).date()


@pytest.fixture
def no_turn(monkeypatch):
    monkeypatch.setattr(limits, "TURNS", Turns(0, 0, 0))


# Time


def test_a_question_without_end_is_ended_and_the_next_one_asked():
    with connection.cursor() as cursor:
        # SQLite begins with it here
        with pytest.raises(OperationalError) as error, transaction.atomic(), limited(0.1):
            cursor.execute(f"SELECT 1 WHERE ({ENDLESS}) = 0")
        assert faults.words_for(error.value) == faults.TOO_LONG
        cursor.execute("SELECT 1")
        if connection.vendor == "postgresql":
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_that_takes_too_long_says_what_costs_less_and_is_no_outage(client, settings, language):
    settings.STATEMENT_SECONDS = 0.001
    response = client.get(f"/{language}/pledges/?country=FR&as_of={today()}")
    html = response.content.decode()
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "30", "no-store")
    assert TOO_LONG[language] in html
    assert f'href="/{language}/pledges/?country=FR"' in html
    assert f'href="/{language}/pledges.csv?country=FR&amp;as_of={today()}"' in html
    assert not faults.OUTAGE.is_on


def test_the_interface_says_it_in_its_own_form(client, settings):
    settings.STATEMENT_SECONDS = 0.001
    response = client.get("/api/v1/pledges")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert TOO_LONG["en"] in response.json()["detail"]


def test_editors_and_what_has_begun_to_come_take_their_time(client, settings, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("test-root"))
    settings.STATEMENT_SECONDS = 0.001
    assert client.get("/admin/pledges/commitment/").status_code == 200
    with limited(1e-9):
        limits.lift()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")


# Turns


@pytest.mark.parametrize("language", ["en", "ar"])
def test_where_too_many_ask_of_past_days_one_is_told_to_come_again_and_the_list_is_shown(client, no_turn, language):
    response = client.get(f"/{language}/countries/?as_of={today()}")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert BUSY[language] in response.content.decode()
    assert f'href="/{language}/countries/"' in response.content.decode()
    assert client.get(f"/api/v1/pledges?as_of={today()}").status_code == 503
    assert client.get(f"/{language}/no-such/?as_of={today()}").status_code == 503
    assert client.get(f"/{language}/pledges/").status_code == 200
    assert not faults.OUTAGE.is_on


def test_one_more_waits_for_a_turn_and_the_next_is_refused_at_once():
    turns, entered = Turns(at_once=1, waiting=1, patience=60), Event()

    def second():
        turns.take()
        entered.set()

    turns.take()
    waiting = Thread(target=second)
    waiting.start()
    while turns.seats:  # until it waits
        pass
    with pytest.raises(Busy):
        turns.take()
    assert not entered.is_set()
    turns.give_back()
    waiting.join()
    assert entered.is_set()


def test_a_file_on_its_way_keeps_its_turn_until_it_is_made(monkeypatch):
    turns, done = Turns(1, 0, 0), Event()
    monkeypatch.setattr(limits, "TURNS", turns)

    def chunks():
        yield b"first"
        done.wait()

    with in_turn(), in_turn():
        spool = spooling(chunks)
    assert turns.free == 0
    done.set()
    assert b"".join(spool) == b"first"
    with turns.changed:
        assert turns.changed.wait_for(lambda: turns.free, 60)
    spool.close()


def test_what_is_costly_never_holds_all_threads():
    assert configured().threads > limits.AT_ONCE + limits.WAITING
