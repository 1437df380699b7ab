"""A PostgreSQL that was restarted, or ended what was open: readers and editors notice nothing, or once."""

import psycopg
import pytest
from django.db import connection

from pledges import faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


@pytest.fixture
def ended():
    """Ends all connections that this process has open."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has none")

    def end():
        mine = {name: value for name, value in connection.get_connection_params().items() if name in {"host", "port"}}
        with psycopg.connect(
            dbname="postgres", user=connection.settings_dict["USER"], autocommit=True, **mine
        ) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [connection.settings_dict["NAME"]],
            )

    return end


def test_a_reader_is_answered_after_the_database_ended_all_connections(client, ended):
    assert client.get("/en/pledges/").status_code == 200
    ended()
    assert client.get("/en/pledges/?country=FR").status_code == 200


def test_what_is_not_answered_then_is_the_next_time(client, ended, monkeypatch):
    monkeypatch.setattr(faults, "OUTAGE", faults.Outage())
    client.cookies["sessionid"] = "x" * 32
    assert client.get("/admin/login/").status_code == 200
    ended()
    answers = [client.get("/admin/").status_code for _time in range(2)]
    assert answers[-1] == 302
