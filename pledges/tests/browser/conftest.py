"""What the tests in Chromium share."""

import pytest

from pledges.tests.small_releases import make_two_releases, remove_releases


@pytest.fixture(scope="module")
def kept_releases(site, django_db_blocker):
    """Two releases that the server of `site` sees."""
    with django_db_blocker.unblock():
        make_two_releases()
        yield
        remove_releases()
