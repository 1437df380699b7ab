"""What all tests share.

The test database holds the real data set with its first history (`prepared.py`), and every test that
touches the database sees it. Rows of `make` live beside it: their keys are invented
(ZZ, test-...), so a test that counts filters by them or counts before and after.
"""

import gc
import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import transaction
from django.template import Template
from django.test import TransactionTestCase, modify_settings
from django.test.utils import _TestState, instrumented_test_render
from django.utils import translation
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pledges import faults
from pledges.query.index.keeping import KEEPER
from pledges.settings import cache_from_url
from pledges.tests import prepared
from pledges.tests.chromium import watched_page
from pledges.tests.databases import BOTH, stands_in
from pledges.tests.packages import empty_the_site
from pledges.tests.small_releases import make_two_releases


def pytest_configure(config):
    """Static files by their plain names, straight from `static/`: tests need no collectstatic."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # no thread of a test's server keeps a file of SQLite that the next test replaces
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    # each page is made anew: what a test changes in the code is seen
    settings.CACHES = {"default": cache_from_url("none")}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    # Python looks for cycles less often: an eighth of the time of all tests
    gc.set_threshold(100_000, 50, 100)
    # the same examples in each run, however slow the machine
    hypothesis.settings.register_profile("pledges", deadline=None, derandomize=True, database=None)
    hypothesis.settings.load_profile("pledges")
    # a test that really commits ends with a new copy of the data, where Django leaves an empty database
    TransactionTestCase._fixture_teardown = lambda test: prepared.copy()


@pytest.fixture(scope="session", autouse=True)
def index_in_transactions():
    """Tests run within one that is taken back; the index of what they see is as good as any."""
    KEEPER.in_transactions = True


@pytest.fixture(autouse=True)
def no_outage(monkeypatch):
    """What a test makes of the database is forgotten by the next."""
    monkeypatch.setattr(faults, "OUTAGE", faults.Outage())


@pytest.fixture(scope="session", autouse=True)
def no_contexts(django_test_environment):
    """Pages without what Django adds for tests, a copy of the context for each part: a quarter of their time.

    So an answer has no `context`, but for tests that ask for the fixture of that name.
    """
    Template._render = _TestState.saved_data.template_render


@pytest.fixture
def contexts(monkeypatch):
    """With it: `response.context` is what the templates were given."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks what PostgreSQL is asked too, as `databases` says."""
    for item in items:
        if stands_in(BOTH, str(item.path.relative_to(Path(__file__).parent))):
            item.add_marker("sql")


@pytest.fixture(autouse=True)
def in_english():
    """A page asked for in Arabic leaves that language on: the next test starts in English all the same."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A copy of the prepared database, in place of the empty one of pytest-django."""
    with django_db_blocker.unblock():
        prepared.prepare()
        prepared.copy()
        yield
        prepared.remove_copy()


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """For the worlds of a module: what its fixtures with that scope save is there for all its tests, and then gone.

    Each test still begins with the same world: what it saves itself is taken back at its own end.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def empty_site(module_db):
    """For modules that need no real data: only what their tests make is there."""
    empty_the_site()


@pytest.fixture
def releases(db):
    """Two releases, as the table of all pages in `pages.py` needs."""
    return make_two_releases()


# how long a browser test waits for what must come: a slow machine is no fault of the site
expect.set_options(timeout=30_000)
WAYS_TO_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs an event loop in this thread, which Django would mistake for asynchronous code
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=WAYS_TO_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    """A fresh page; the test fails on any message that the browser logs as an error."""
    with watched_page(chromium, live_server.url) as page:
        yield page


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The address of a server with the real data, for tests that only read: one per module."""
    with django_db_blocker.unblock(), modify_settings(ALLOWED_HOSTS={"append": "localhost"}):
        server = LiveServer("localhost")
        yield server.url
        server.stop()


@pytest.fixture
def reader(chromium, site):
    """The same as `page`, for tests that only read."""
    with watched_page(chromium, site) as page:
        yield page
