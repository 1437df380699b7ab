"""A site whose database is away: nothing listens at its address. What readers, probes and the log get, and how soon."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from pledges import faults
from pledges.middleware import FaultMiddleware

SCRIPT = """
import json, time, django
from concurrent.futures import ThreadPoolExecutor
django.setup()
from django.test import Client
from pledges.middleware import PROBES

def ask(path):
    began, client = time.monotonic(), Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32  # of an editor
    response = client.get(path, headers={"host": "192.0.2.9" if path in PROBES else "localhost"})
    return {"status": response.status_code, "seconds": time.monotonic() - began, "words": response.content.decode(),
            "retry": response.headers.get("Retry-After")}

paths = ["/healthz", "/readyz", "/en/", "/ar/", "/admin/", "/en/pledges.csv"]
ask("/healthz")  # what is loaded once
with ThreadPoolExecutor(8) as readers:
    first = dict(zip(paths, readers.map(ask, paths)))
    pages = list(readers.map(ask, ["/ar/"] * 8))
print(json.dumps({"first": first, "pages": pages}))
"""
AWAY = {"en": "The database does not answer", "ar": "لا تستجيب قاعدة البيانات"}


@pytest.fixture(scope="module")
def outage():
    """The answers of a site without a database, and what it logged: asked in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in {"ALLOWED_HOSTS", "DEBUG"}}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "pledges.settings",
        "DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    return json.loads(done.stdout) | {"log": done.stderr}


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503)])
def test_probes_answer_soon_by_whatever_name_they_ask(outage, path, status):
    assert outage["first"][path]["status"] == status
    assert outage["first"][path]["seconds"] < outage["first"]["/en/"]["seconds"]


@pytest.mark.parametrize("path", ["/en/", "/admin/", "/en/pledges.csv"])
def test_readers_and_editors_are_told_so_within_the_patience_of_the_pool(outage, path):
    answer = outage["first"][path]
    assert (answer["status"], answer["retry"]) == (503, "30")
    assert AWAY["en"] in answer["words"]
    assert answer["seconds"] < 10  # 3 and what a busy machine adds


def test_while_one_reader_waits_for_the_database_the_others_are_answered_at_once_in_their_language(outage):
    assert {answer["status"] for answer in outage["pages"]} == {503}
    assert all(AWAY["ar"] in answer["words"] for answer in outage["pages"])
    assert outage["log"].count("The database is still away") <= 2  # each of these waited


def test_the_log_says_what_failed_and_why(outage):
    assert "ERROR pledges.faults 503 for /en/: OperationalError: couldn't get a connection" in outage["log"]
    assert "Connection refused" in outage["log"]
    assert "Traceback" not in outage["log"]
    assert "secret" not in outage["log"]


@pytest.mark.django_db
def test_a_question_too_deep_for_the_database_is_refused_and_no_outage(rf):
    with pytest.raises(OperationalError) as error, connection.cursor() as cursor:
        cursor.execute("SELECT " + "(" * 500 + "1" + ")" * 500)
    answer = FaultMiddleware(None).process_exception(rf.get("/en/pledges.zip"), error.value)
    assert (answer.status_code, faults.OUTAGE.is_on) == (400, False)
