"""What all tests share.

The test database holds the real data set, loaded once per session with its first history, and
every test that touches the database sees it. Rows of `make` live beside it: their keys are invented
(ZZ, test-...), so a test that counts filters by them or counts before and after.
"""

import pytest
from django.conf import settings
from django.utils import translation

from pledges.management.commands import seed
from pledges.models import Commitment


def pytest_configure(config):
    """Static files by their plain names, straight from `static/`: tests need no collectstatic."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick


@pytest.fixture(autouse=True)
def in_english():
    """A page asked for in Arabic leaves that language on: the next test starts in English all the same."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database of pytest-django, with the real data."""
    with django_db_blocker.unblock():
        load_real_data()


@pytest.fixture
def real_data(db):
    """For tests with `live_server` or real transactions: each empties the database when it ends.

    Loads the data again if the last one did. (Groups and accounts are gone then, too.)
    """
    load_real_data()


def load_real_data():
    if not Commitment.objects.exists():
        seed.load_data()
