"""Downloads from the real server: their speed, their end, and what readers do who are slow or leave."""

import http.client
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest
from django.db import connection

from pledges.exports.formats import FORMATS
from pledges.exports.spool import spooled, spooling

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 20


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The environment variables that give another process the data of the tests."""
    with django_db_blocker.unblock():
        settings = connection.settings_dict
        if connection.vendor == "postgresql":
            host = settings["HOST"] or settings["OPTIONS"].get("host", "")
            user, name = quote(settings["USER"]), quote(settings["NAME"])
            return {"DATABASE_URL": f"postgresql://{user}@/{name}?host={host}"}
        path = tmp_path_factory.mktemp("database") / "pledges.sqlite3"
        connection.ensure_connection()
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
        return {"SQLITE_PATH": str(path)}


def until(condition, seconds=SECONDS):
    """What the condition gives once it is true; the test fails if it never is."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Server:
    """gunicorn with one worker, as the site runs."""

    def __init__(self, port, process):
        self.port, self.process = port, process

    def answers(self):
        assert self.process.poll() is None, "gunicorn did not start"
        try:
            return self.get("/healthz")[0].status == 200
        except OSError:
            return False

    def get(self, path, method="GET", version=11, **headers):
        """Response and body."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        client._http_vsn, client._http_vsn_str = version, f"HTTP/{version / 10}"
        client.request(method, path, headers=headers)
        response = client.getresponse()
        try:
            return response, response.read()
        finally:
            client.close()

    def worker(self):
        """The process that answers."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(tasks.split()[0])

    def open_files(self):
        """What the worker has open."""
        folder = Path(f"/proc/{self.worker()}/fd")
        found = []
        for handle in folder.iterdir():
            try:
                found.append(os.readlink(handle))
            except FileNotFoundError:
                continue
        return found


@contextmanager
def running(database, **environment):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "pledges/gunicorn.py", "pledges.tests.exports_wsgi"]
    variables = {**os.environ, "WEB_CONCURRENCY": "1", "PORT": str(port), "LOG_LEVEL": "CRITICAL"}
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=variables | database | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process)
    try:
        until(server.answers)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()


@pytest.fixture(scope="module")
def large(database):
    with running(database, EXPORT="large") as server:
        yield server


def reading_a_little(server):
    """A connection to which a large file is on its way, of which next to nothing was read."""
    reader = socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sendall(b"GET /en/pledges.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert reader.recv(12) == b"HTTP/1.1 200"
    return reader


def spools(server):
    return [name for name in server.open_files() if name.endswith("(deleted)") and "wgunicorn" not in name]


def test_a_long_file_is_sent_while_it_is_made_and_is_the_whole_file(large):
    response, body = large.get("/en/pledges.csv")
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert "ETag" not in response.headers
    assert len(body) > 5_000_000
    assert re.search(rb'"[^"]*"\n\Z', body)
    until(lambda: not spools(large))


def test_http_1_0_gets_the_length_for_it_cannot_tell_where_a_stream_broke_off(large):
    response, body = large.get("/en/pledges.csv", version=10)
    assert int(response.headers["Content-Length"]) == len(body)
    assert body == large.get("/en/pledges.csv")[1]


def test_a_slow_reader_holds_no_connection_and_one_that_leaves_leaves_nothing(large, database):
    until(lambda: not spools(large))
    before = files_of(large)
    with reading_a_little(large):
        assert spools(large)
        until(lambda: not busy(large, database))
        assert spools(large), "the rest waits in the file"
    until(lambda: not spools(large))
    assert len(files_of(large)) <= len(before)
    # and the next reader is served
    assert large.get("/en/pledges.csv?country=PL")[0].status == 200


def files_of(server):
    """What the worker has open besides connections to the database, which are kept for whoever comes next."""
    return [name for name in server.open_files() if not name.startswith("socket:") and ".sqlite3" not in name]


def busy(server, database):
    """What the server still has of the database: transactions that read SQLite, working sessions of PostgreSQL."""
    if path := database.get("SQLITE_PATH"):
        return read_locks(server.worker(), Path(f"{path}-shm"))
    with connection.cursor() as cursor:
        # else a transaction sees the same again and again
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
            " AND datname = current_database()"
        )
        return cursor.fetchall()


def read_locks(process, shared):
    """The locks of a process on the marks of readers in the memory that connections to SQLite share.

    https://sqlite.org/walformat.html: bytes 123 to 127.
    """
    if not shared.exists():
        return []
    locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    of_file = f":{shared.stat().st_ino}"
    return [
        words
        for words in locks
        if words[4] == str(process) and words[5].endswith(of_file) and 123 <= int(words[6]) <= 127
    ]


def test_readers_who_leave_at_once_leave_nothing(large, database):
    for _ in range(12):
        reading_a_little(large).close()
    until(lambda: not spools(large))
    until(lambda: not busy(large, database))
    assert large.get("/en/pledges.csv?country=PL")[0].status == 200


def test_a_failure_midway_breaks_the_transfer(database):
    with running(database, EXPORT="broken") as server:
        with pytest.raises(http.client.IncompleteRead) as caught:
            server.get("/en/pledges.csv")
        begun = caught.value.partial
        assert begun.startswith(b"\xef\xbb\xbfslug,")
        assert b"Traceback" not in begun
        assert b"<html" not in begun
        # a whole file would have come first: the failure is refused before anything is sent
        assert server.get("/en/pledges.csv", version=10)[0].status >= 500
        assert spools(server) == []
        assert server.get("/en/pledges.csv?country=NO")[0].status == 200


def test_head_and_the_next_request_for_the_same_file(large):
    response, body = large.get("/en/pledges.csv?country=PL", version=10)
    head, nothing = large.get("/en/pledges.csv?country=PL", method="HEAD", version=10)
    assert nothing == b""
    assert head.headers["Content-Length"] == response.headers["Content-Length"] == str(len(body))
    again, nothing = large.get("/en/pledges.csv?country=PL", version=10, **{"If-None-Match": response.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")
    # before it is made, nobody knows the length of a long one
    head, nothing = large.get("/en/pledges.csv", method="HEAD")
    assert (head.status, nothing, head.headers["Content-Length"]) == (200, b"", None)


# The spool itself


class BrokenOff(Exception):
    pass


def breaking_after(pieces):
    yield from pieces
    raise BrokenOff


def test_what_fails_at_once_is_raised_before_there_is_a_file():
    for make in (spooled, spooling):
        with pytest.raises(BrokenOff):
            make(lambda: breaking_after([]))
    with pytest.raises(BrokenOff):
        spooled(lambda: breaking_after([b"begun"]))


def test_what_fails_later_is_raised_after_all_that_came_before():
    spool = spooling(lambda: breaking_after([b"one", b"two"]))
    read = []
    with pytest.raises(BrokenOff):
        read += spool
    # a list keeps what it was given before the failure
    assert b"".join(read) == b"onetwo"
    spool.close()
    assert spool.file.closed


def test_the_writer_stops_when_the_reader_leaves():
    went_on, left = Event(), []

    def endless():
        try:
            yield b"begun"
            went_on.wait(SECONDS)
            while True:
                yield b"more"
        finally:
            left.append("writer")

    spool = spooling(endless)
    assert next(spool) == b"begun"
    spool.close()
    assert not spool.file.closed
    went_on.set()
    until(lambda: spool.file.closed)
    assert left == ["writer"]


def test_equal_files_have_equal_tags_and_others_do_not():
    tags = [spooled(lambda pieces=pieces: made_of(pieces))[1] for pieces in ([b"a", b"b"], [b"ab"], [b"abc"])]
    assert tags[0] == tags[1] != tags[2]


def made_of(pieces):
    yield from pieces


def test_a_failure_to_begin_is_told_at_once():
    def broken():
        raise ValueError("cannot begin")

    with pytest.raises(ValueError, match="cannot begin"):
        spooling(broken)


def test_headers_of_a_client_change_no_address(large):
    """gunicorn believes them from this machine unless told otherwise, and answers are kept by caches."""
    forged = {"X-Forwarded-Proto": "https", "SCRIPT_NAME": "/forged", "SCRIPT-NAME": "/forged"}
    _response, body = large.get("/en/pledges.json?per_page=1", **forged)
    assert b"https://127.0.0.1" not in body
    assert b"forged" not in body
    assert b"http://127.0.0.1" in body


@contextmanager
def no_room_for_files(size):
    """No file of this process grows beyond that size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# in PostgreSQL a COPY that is broken off takes the transaction of the test with it; SQLite itself needs room to commit
@pytest.mark.django_db(transaction=connection.vendor == "postgresql")
@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.is_attachment])
def test_a_file_for_which_there_is_no_room_is_refused_for_now_and_leaves_nothing(
    client, settings, tmp_path, caplog, name
):
    settings.SPOOL_DIR = tmp_path / "spool"
    client.get("/en/pledges.csv?country=PL&as_of=")  # opens what stays open
    with no_room_for_files(10_000):
        response = client.get(f"/ar/pledges.{name}")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "امتلأ قرص هذا الموقع" in response.content.decode()
    assert f"503 for /ar/pledges.{name}: " in caplog.text
    assert list(settings.SPOOL_DIR.iterdir()) == []
    assert client.get(f"/ar/pledges.{name}").status_code == 200
