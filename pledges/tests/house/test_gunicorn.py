"""What gunicorn lets through to the site, by the configuration it is started with."""

import runpy

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.http import RequestParser


@pytest.fixture
def configuration():
    return configured()


def configured():
    config = Config()
    for name, value in runpy.run_path(str(settings.BASE_DIR / "pledges" / "gunicorn.py")).items():
        if name in config.settings:
            config.set(name, value)
    return config


@pytest.mark.parametrize("length", [10, 10_000, 100_000])
def test_a_search_of_any_length_reaches_the_page_that_refuses_it(configuration, length):
    words = "x" * length
    request = f"GET /en/pledges/?q={words} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    assert next(RequestParser(configuration, iter([request]), ("127.0.0.1", 1))).query == f"q={words}"


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
