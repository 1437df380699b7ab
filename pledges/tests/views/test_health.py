"""/healthz says the process lives; /readyz says the site can serve readers, or why not."""

import pytest
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def broken(*args, **kwargs):
    raise OperationalError("the server closed the connection: password=secret")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_healthy_site_says_ok(client, path):
    response = client.get(path)
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_only_reading_is_allowed(client, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_probe_may_ask_by_any_name_of_the_host(client, path):
    assert client.get(path, headers={"host": "192.0.2.9:8000"}).status_code == 200


def test_alive_asks_nothing_of_the_database(client):
    # without the django_db mark any query fails the test
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_a_database(client, monkeypatch):
    monkeypatch.setattr(connections["default"], "cursor", broken)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")
    assert response["Cache-Control"] == "no-store"
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_not_ready_with_migrations_to_apply(client):
    connection = connections["default"]
    for app, name in MigrationLoader(connection).graph.leaf_nodes("pledges"):
        MigrationRecorder(connection).record_unapplied(app, name)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"not applied" in response.content
    assert response["Cache-Control"] == "no-store"
