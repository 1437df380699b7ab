"""Faults that no request causes: what readers are told of them and what the log keeps."""

import logging

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from pledges.faults import LineFormatter
from pledges.middleware import FaultMiddleware
from pledges.models import Commitment
from pledges.tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.sql
def test_the_log_of_a_row_that_the_database_refuses_holds_none_of_its_values():
    make.make_commitment("test-draft", state="draft", summary_en="Said to nobody yet.\n\nNot even here.")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Commitment.objects.filter(slug="test-draft").update(quantity_min=-5)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "Failed", (), refused._excinfo)
    told = LineFormatter("{message}", style="{").format(record)
    assert "commitment_quantity" in told
    assert "Traceback" in told
    assert "test_faults.py" in told
    assert "Said to nobody" not in told
    assert "Not even here" not in told


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a disk of its own")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "words"), [("en", "The disk of this site is full"), ("ar", "امتلأ قرص هذا الموقع")]
)
def test_a_full_disk_is_called_that(client, django_user_model, caplog, language, words):
    client.force_login(django_user_model.objects.create_superuser("test-root"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")  # no more than it has
    names = {"slug": "test-long", "name_en": "Testville", "name_ar": "مدينة الاختبار", "group": "general"}
    data = names | {"definition_en": "x" * 1_000_000, "definition_ar": "x", "position": 1, "why": "Test."}
    response = client.post(reverse("admin:pledges_commitmenttype_add"), data, headers={"Accept-Language": language})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert words in response.content.decode()
    assert "503 for /admin/pledges/commitmenttype/add/: OperationalError: database or disk is full" in caplog.text


def test_the_log_says_where_an_error_was_raised_that_is_answered_as_garbage_and_no_value_of_it(rf, caplog):
    def fail():
        int("a draft's secret")

    with pytest.raises(ValueError, match="secret") as raised:
        fail()
    answer = FaultMiddleware(None).process_exception(rf.get("/admin/pledges/source/"), raised.value)
    assert answer.status_code == 400
    assert "400 for /admin/pledges/source/: ValueError in fail, line" in caplog.text
    assert "secret" not in caplog.text
