"""A package is read at one moment, in a transaction of its own: on real transactions."""

import csv
import io

import pytest
from django.db import connection

from pledges.exports.package import write
from pledges.models import Commitment
from pledges.tests import make
from pledges.tests.packages import fetched, opened

pytestmark = pytest.mark.django_db(transaction=True)


def packed_pledges(client):
    """The slugs of the pledges of Testland in a package."""
    text = opened(fetched(client, "country=ZZ"))["pledges.csv"].decode()
    return {row["slug"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_a_package_is_read_at_one_moment_and_leaves_the_connection_as_it_was(client):
    make.make_commitment()
    assert packed_pledges(client) == {"test-pledge"}
    assert not connection.in_atomic_block
    make.make_commitment("test-later")
    assert packed_pledges(client) == {"test-pledge", "test-later"}


def test_a_failure_leaves_the_connection_as_it_was(client, monkeypatch):
    make.make_commitment()

    def fails(*args):
        Commitment.objects.count()
        raise RuntimeError

    monkeypatch.setattr("pledges.exports.package.write", fails)
    with pytest.raises(RuntimeError):
        client.get("/en/pledges.zip")
    monkeypatch.setattr("pledges.exports.package.write", write)
    make.make_commitment("test-later")
    assert packed_pledges(client) == {"test-pledge", "test-later"}
