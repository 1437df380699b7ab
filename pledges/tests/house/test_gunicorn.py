"""What gunicorn lets through to the site, by the configuration it is started with."""

import runpy

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.http import RequestParser


@pytest.fixture
def configuration():
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
