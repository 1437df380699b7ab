"""The version of the data between processes: on real transactions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from pledges.record.data_version import current
from pledges.tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def current_elsewhere():
    """The version that another process sees."""

    def ask():
        try:
            return current()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(ask).result()


def test_another_process_sees_the_version_when_the_change_is_committed_and_none_of_what_is_rolled_back():
    before = current()
    with transaction.atomic():
        make.make_type("test_another")
        assert current() != before
        assert current_elsewhere() == before
    assert current_elsewhere() == current() != before
    before = current()
    with transaction.atomic():
        make.make_type("test_lost")
        transaction.set_rollback(True)
    assert current_elsewhere() == current() == before
    make.make_type("test_third")
    assert current_elsewhere() == current() != before
