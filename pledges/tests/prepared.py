"""The prepared database: migrated and loaded with the data set once, then copied for each process that runs tests.

Its name holds a digest of all that it is made from, so a change of any of that makes another one. With SQLite
it is a file in `var/` that serves the next run too; with PostgreSQL a database that lives as long as the server.
"""

import fcntl
import hashlib
import os
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from pledges.management.commands import seed
from pledges.models import Commitment

A_DAY = 24 * 60 * 60
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "alone")
# which of our files cannot change what is loaded
WITHOUT_DATA = {"tests", "benchmarks"}


def digest():
    """Of the fixtures, all our code and the versions of all packages: more than it takes, so nothing is forgotten."""
    code = Path(settings.BASE_DIR, "pledges")
    files = [path for path in code.rglob("*.py") if path.relative_to(code).parts[0] not in WITHOUT_DATA]
    files += [*map(Path, seed.fixture_files()), Path(settings.BASE_DIR, "requirements.txt")]
    found = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        found.update(f"{path.relative_to(settings.BASE_DIR)} {len(content)}\n".encode() + content)
    return found.hexdigest()[:12]


@contextmanager
def one_process_at_a_time():
    with (settings.VAR_DIR / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare():
    """Makes the database if it is not there yet, under a name that stays in the settings of the tests."""
    usual = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        name = str(Path(usual).with_suffix(f".{digest()}.sqlite3"))
    else:
        name = f"{usual}_{digest()}"
    connection.settings_dict["TEST"]["NAME"] = name
    with one_process_at_a_time():
        if connection.vendor == "sqlite":
            remove_outdated(Path(usual))
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
        if not Commitment.objects.exists():
            seed.load_data()
        connection.close()


def remove_outdated(usual):
    """Removes files of SQLite of an earlier day: something has changed since, or a run was killed."""
    for path in usual.parent.glob(f"{usual.stem}.*"):
        if path.stat().st_mtime < time.time() - A_DAY:
            path.unlink(missing_ok=True)


def copy():
    """Gives this process a new copy of the prepared database, in place of what it has."""
    remove_copy()
    with one_process_at_a_time():
        connection.settings_dict["NAME"] = connection.settings_dict["TEST"]["NAME"]
        connection.creation.clone_test_db(PROCESS, verbosity=0, autoclobber=True)
        connection.settings_dict["NAME"] = name_of_copy()


def remove_copy():
    connection.close()
    if connection.vendor == "sqlite":
        # and what a run that was killed may have left beside it
        for tail in ("", "-wal", "-shm"):
            Path(f"{name_of_copy()}{tail}").unlink(missing_ok=True)
    else:
        connection.close_pool()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name_of_copy()}" WITH (FORCE)')


def name_of_copy():
    """As Django names the copies for its own parallel tests."""
    root, ending = os.path.splitext(connection.settings_dict["TEST"]["NAME"])
    return f"{root}_{PROCESS}{ending}"
