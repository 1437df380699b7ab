"""The version of the data between processes: on real transactions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from pledges.models import Source
from pledges.models.edits import locked
from pledges.record.data_version import current
from pledges.tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(ask):
    """What another process is answered."""

    def asked():
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(asked).result()


def test_another_process_sees_the_version_when_the_change_is_committed_and_none_of_what_is_rolled_back():
    before = current()
    with transaction.atomic():
        make.make_type("test_another")
        assert current() != before
        assert elsewhere(current) == before
    assert elsewhere(current) == current() != before
    before = current()
    with transaction.atomic():
        make.make_type("test_lost")
        transaction.set_rollback(True)
    assert elsewhere(current) == current() == before
    make.make_type("test_third")
    assert elsewhere(current) == current() != before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="in SQLite one writes after the other")
def test_two_who_change_something_at_once_do_not_wait_for_each_other():
    def change():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            make.make_unit("test_other")
        return current()

    before = current()
    with transaction.atomic():
        make.make_type("test_one")
        after_first = elsewhere(change)
    assert before.number + 1 == after_first.number == current().number - 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="in SQLite one writes after the other")
def test_what_an_editor_changes_can_be_cited_meanwhile():
    """Else who cites it waits at the end of the transaction, and is waited for there: a deadlock."""
    pledge, source = make.make_commitment(), make.make_source("test-locked")

    def cite():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            pledge.summary_en = "Testland promised other balloons."
            pledge.save()
            make.make_citation(pledge, source=source)

    with transaction.atomic():
        changed = locked(Source.objects).get(pk=source.pk)
        elsewhere(cite)
        changed.title = "Another title"
        changed.save()
    assert source.citations.get().commitment == pledge
