"""What gunicorn lets through to the site, by the configuration it is started with."""

import runpy

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import LimitRequestLine

from pledges.models import Commitment

GUNICORN = str(settings.BASE_DIR / "pledges" / "gunicorn.py")


@pytest.fixture
def configuration():
    return configured()


def configured():
    config = Config()
    for name, value in runpy.run_path(GUNICORN).items():
        if name in config.settings:
            config.set(name, value)
    return config


def received(configuration, query, piece=8192):
    """The query string that the site gets of a request that comes in pieces."""
    request = f"GET /en/pledges/?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    pieces = (request[n : n + piece] for n in range(0, len(request), piece))
    return next(RequestParser(configuration, pieces, ("127.0.0.1", 1))).query


@pytest.mark.parametrize("length", [10, 10_000, 100_000])
def test_a_long_search_reaches_the_page_that_refuses_it(configuration, length):
    words = "x" * length
    assert received(configuration, f"q={words}") == f"q={words}"


def test_an_address_that_names_as_many_pledges_as_the_site_reads_comes_through(configuration):
    longest = "x" * Commitment._meta.get_field("slug").max_length
    query = "&".join([f"id={longest}"] * settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    assert received(configuration, query) == query


def test_a_line_without_end_is_refused_before_it_is_read(configuration):
    with pytest.raises(LimitRequestLine):
        received(configuration, "q=" + "x" * 4_000_000)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", ("127.0.0.1", 9000)),
        ("pledges.local", ("pledges.local", 9000)),
        ("::1", ("::1", 9000)),
        ("[::1]", ("::1", 9000)),
        ("::", ("::", 9000)),
    ],
)
def test_it_listens_where_it_is_told_to_at_an_address_of_any_kind(monkeypatch, host, address):
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", "9000")
    assert configured().address == [address]


@pytest.mark.parametrize(("host", "name"), [("2001:db8::7", "[2001:db8::7]"), ("192.0.2.7", "192.0.2.7")])
def test_the_site_answers_to_the_address_where_it_listens(monkeypatch, host, name):
    monkeypatch.setenv("HOST", host)
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert name in runpy.run_path(str(settings.BASE_DIR / "pledges" / "settings.py"))["ALLOWED_HOSTS"]


def test_a_start_removes_what_was_left_of_files_and_nothing_else(settings, tmp_path):
    settings.SPOOL_DIR = tmp_path
    for name in ("pledges-abc", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "part").touch()
    (tmp_path / "pledges-def").touch()
    runpy.run_path(GUNICORN)["on_starting"](None)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs"]
