"""The record as it was known at the end of a day (UTC), read from its history.

While `as_of(day)` holds, every question to the database is asked of that day: a WITH clause puts, in
place of each table that has a history, what the latest records of its rows said then, and in place of
the history its records until then. (In PostgreSQL and SQLite alike a common table expression hides the
table of its name.) So filters, counts, pages and files ask as they always do, and none needs to know.
What cannot be asked so raises `NotOfThatDay`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, timedelta
from functools import cache, lru_cache

from django.db.backends.signals import connection_created
from django.db.models import Min, Model
from django.dispatch import receiver

from pledges import models

KNOWN_ON: ContextVar[date | None] = ContextVar("known_on", default=None)


@contextmanager
def as_of(day: date | None) -> Iterator[None]:
    """Asks the database, in this thread, for what was known at the end of the day; None asks for today."""
    token = KNOWN_ON.set(day)
    try:
        yield
    finally:
        KNOWN_ON.reset(token)


def known_on() -> date | None:
    """The day that is asked for; None for today."""
    return KNOWN_ON.get()


def first_day() -> date | None:
    """The first day of which can be told what was known at its end; None if nothing was ever recorded."""
    # records from before `pledges.0010` lack what is derived, of which the words for the search are never empty
    whole = models.Commitment.history.exclude(search_text="")
    first = whole.aggregate(first=Min("history_date"))["first"]
    return first and first.astimezone(UTC).date()


@receiver(connection_created)
def ask_of_the_day(connection, **kwargs):
    # first: who wraps for a while takes the last one away again
    if in_its_day not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, in_its_day)


def in_its_day(execute, sql, params, many, context):
    return execute(of_that_day(sql, context["connection"].vendor), params, many, context)


class NotOfThatDay(RuntimeError):
    """A statement that cannot be asked of a past day: better none than an answer of today."""


# what neither reads nor changes a row
OF_ANY_DAY = re.compile(r"\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|PRAGMA)\b", re.IGNORECASE)
SELECT = re.compile(r"[\s(]*SELECT\b", re.IGNORECASE)
# could hold a second statement, or hide a word from the patterns here
SEPARATES = re.compile(r";|--|/\*")


def of_that_day(sql: str, vendor: str) -> str:
    """The statement, asked of the day that `as_of` holds; it must not be part of another one.

    `NotOfThatDay` for all but a plain SELECT of tables by their bare names: it would be answered of today.
    """
    day = known_on()
    if day is None:
        return sql
    if not isinstance(sql, str) or SEPARATES.search(sql):
        raise NotOfThatDay("Only a single statement without comments can be asked of a past day.")
    if OF_ANY_DAY.match(sql):
        return sql
    if not SELECT.match(sql):
        raise NotOfThatDay(f"Of a past day one can only SELECT, not {sql.strip()[:40]!r}.")
    if found := qualified().search(sql):
        raise NotOfThatDay(f"A table that is named with its schema cannot be asked of a past day: {found[0]}")
    return f"WITH {hiding(day + timedelta(days=1), vendor)} {sql}"


@lru_cache(maxsize=16)
def hiding(end: date, vendor: str) -> str:
    """The common table expressions that hide each table by what its history knew before the day `end`."""
    hidden = [f'"{table}" AS NOT MATERIALIZED ({rows})' for table, rows in histories(end, vendor)]
    # materialized: else PostgreSQL makes a table anew for each row that asks whether there is one in it
    hidden += [f'"{table}" AS MATERIALIZED ({rows})' for table, rows in tables(vendor)]
    return ", ".join(hidden)


@cache
def qualified() -> re.Pattern[str]:
    """A pattern that finds a table with its schema, which a common table expression does not hide."""
    names = "|".join(sorted({table for table, _rows in (*histories(None, ""), *tables(""))}))
    return re.compile(rf"""\.\s*["`\[]?(?:{names})\b|\b(?:main|temp|public|pg_temp)["`\]]?\s*\.""", re.IGNORECASE)


def histories(end: date | None, vendor: str) -> Iterator[tuple[str, str]]:
    """Pairs of a table of history and the SELECT of its records before the day `end`."""
    # SQLite takes the bare name for the expression itself, PostgreSQL for the table
    schema = "main." if vendor == "sqlite" else ""
    for model in models.HISTORIC:
        table = model.history.model._meta.db_table
        yield table, f'SELECT * FROM {schema}"{table}" WHERE "history_date" < \'{end} 00:00:00\''


def tables(vendor: str) -> Iterator[tuple[str, str]]:
    """Pairs of a table with a history and the SELECT of its rows as the records told them last."""
    for model in models.HISTORIC:
        latest = latest_records(model, vendor)
        yield model._meta.db_table, f"SELECT {columns(model)} FROM ({latest}) AS latest"
        for field in model._meta.many_to_many:
            links, through = getattr(model.history.model, field.name).model, field.remote_field.through
            of_latest = f'"history_id" IN (SELECT "history_id" FROM ({latest}) AS latest)'
            yield through._meta.db_table, f'SELECT {columns(through)} FROM "{links._meta.db_table}" WHERE {of_latest}'


def latest_records(model: type[Model], vendor: str) -> str:
    """SELECT of the last record of each row, those of deleted rows left out."""
    table, newest = model.history.model._meta.db_table, '"history_date" DESC, "history_id" DESC'
    if vendor == "postgresql":
        # the planner knows how many rows this gives; of a row_number it expects one in a hundred, and loops
        latest = f'SELECT DISTINCT ON ("id") * FROM "{table}" ORDER BY "id", {newest}'
    else:
        number = f'row_number() OVER (PARTITION BY "id" ORDER BY {newest})'
        latest = f'SELECT * FROM (SELECT *, {number} AS number FROM "{table}") AS numbered WHERE number = 1'
    return f"SELECT * FROM ({latest}) AS latest WHERE \"history_type\" <> '-'"


def columns(model: type[Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
