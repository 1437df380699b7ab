"""The version of what readers see: raised by each committed change of it and by nothing else; read with one query.

Triggers of the database raise it, whatever the change was made by: a form, a command, `update()`, plain SQL.
`seen` says which rows readers see, `triggers` is the SQL made from that, `installed` puts it in place.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection

from pledges import faults
from pledges.models.data_version import DataChange, DataVersion
from pledges.record.data_version.installed import is_kept as is_kept
from pledges.record.data_version.triggers import MOST_CHANGES, wanted


@dataclass(frozen=True)
class Version:
    """A version; its mark is random, so that two are equal only where the data are."""

    number: int
    mark: str


HELD: ContextVar[list[Version] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Within it the version is read once, when it is first asked for: an answer of one request tells of one version."""
    if HELD.get() is not None:
        yield
        return
    token = HELD.set([])
    try:
        yield
    finally:
        HELD.reset(token)


def current() -> Version:
    """The version of what this connection sees, with what its own transaction has changed so far."""
    known = HELD.get()
    if known is None:
        return read()
    if not known:
        known.append(read())
    return known[0]


def read() -> Version:
    finish()
    try:
        return in_database()
    except (OperationalError, InterfaceError):
        # most answers begin here: a database that was restarted is noticed before anything else is asked of it
        if not faults.renew_connections():
            raise
        return in_database()


def in_database() -> Version:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number, mark FROM {DataVersion._meta.db_table} WHERE id = 1")
        found = cursor.fetchone()
    # without a row nothing is known, and nothing can be kept
    return Version(*found) if found else Version(0, secrets.token_hex(8))


def changes_since(version: Version) -> set[int] | None:
    """The primary keys of the pledges that changed since, or a part of them; None if that cannot be told.

    So where something else changed (a country, a requirement), where it is too long ago, and where the version is
    none that led to the one of now: it was rolled back, or is one of another copy of the database.
    """
    finish()
    found = DataChange.objects.filter(number__gte=version.number).order_by("number")
    rows = list(found.values_list("number", "mark", "commitment_id")[: MOST_CHANGES + 1])
    is_known = any((number, mark) == (version.number, version.mark) for number, mark, _pledge in rows)
    changed = {pledge for number, _mark, pledge in rows if number > version.number}
    return changed if is_known and None not in changed and len(rows) <= MOST_CHANGES else None


def finish() -> None:
    """Within a transaction of PostgreSQL: makes the version that waits for its end."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        raises, *_others = wanted(connection.vendor)
        # past Django, for which this would be two questions to the database
        connection.connection.execute(f"SET CONSTRAINTS {raises} IMMEDIATE; SET CONSTRAINTS {raises} DEFERRED")
