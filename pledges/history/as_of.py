"""The record as it was known at the end of a day (UTC), read from its history.

While `as_of(day)` holds, every question to the database is asked of that day: a WITH clause puts, in
place of each table that it names and that has a history, what the records that held then said of its rows, and in
place of the history its records until then. (In PostgreSQL and SQLite alike a common table expression hides the
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
    hidden = hiding(day + timedelta(days=1), vendor, named(sql))
    return f"WITH {hidden} {sql}" if hidden else sql


WORD = re.compile(r"\w+")
EVERY_COLUMN = re.compile(r"(?<!COUNT\()\*", re.IGNORECASE)


def named(sql: str) -> frozenset[str]:
    """The tables and columns that a statement names, and perhaps some that it does not."""
    tables, columns = names()
    words = {word.lower() for word in WORD.findall(sql)}
    return frozenset(words & tables | (columns if EVERY_COLUMN.search(sql) else words & columns))


@lru_cache(maxsize=256)
def hiding(end: date, vendor: str, wanted: frozenset[str]) -> str:
    """The common table expressions that hide the wanted tables by what their history knew before the day `end`.

    Of the wanted columns alone: where a statement asks a table twice the database keeps a copy of it, and most of a
    row are long texts.
    """
    # SQLite takes the bare name for the expression itself, PostgreSQL for the table
    schema = "main." if vendor == "sqlite" else ""
    found = []
    for model in models.HISTORIC:
        history, links = model.history.model, links_of(model)
        records = f'{schema}"{table_of(history)}" WHERE "history_date" < \'{end} 00:00:00\''
        of_the_day = f"{records} AND \"until\" >= '{end} 00:00:00' AND \"history_type\" <> '-'"
        found.append((model, f"SELECT {columns(model, wanted)} FROM {of_the_day}"))
        for through, kept in links.items():
            rows = f'{schema}"{table_of(kept)}" WHERE "history_id" IN (SELECT "history_id" FROM {of_the_day})'
            found.append((through, f"SELECT {columns(through, wanted)} FROM {rows}"))
        # last: in PostgreSQL what came before asks the table itself
        found.append((history, f"SELECT {columns(history, wanted)} FROM {records}"))
    return ", ".join(f'"{table_of(model)}" AS ({rows})' for model, rows in found if table_of(model) in wanted)


def links_of(model: type[Model]) -> dict[type[Model], type[Model]]:
    """{a many-to-many table of a model: the table of the history that keeps its rows}."""
    kept = model.history.model
    return {field.remote_field.through: getattr(kept, field.name).model for field in model._meta.many_to_many}


def hidden_models() -> Iterator[type[Model]]:
    for model in models.HISTORIC:
        yield from (model, model.history.model, *links_of(model))


@cache
def names() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all hidden tables, and of all their columns."""
    hidden = [*hidden_models()]
    columns = {field.column for model in hidden for field in model._meta.concrete_fields}
    return frozenset(map(table_of, hidden)), frozenset(columns)


@cache
def qualified() -> re.Pattern[str]:
    """A pattern that finds a table with its schema, which a common table expression does not hide."""
    tables = "|".join(sorted(names()[0]))
    return re.compile(rf"""\.\s*["`\[]?(?:{tables})\b|\b(?:main|temp|public|pg_temp)["`\]]?\s*\.""", re.IGNORECASE)


def table_of(model: type[Model]) -> str:
    return model._meta.db_table


def columns(model: type[Model], wanted: frozenset[str]) -> str:
    """The wanted columns of a model; its key for who only counts its rows."""
    found = [field.column for field in model._meta.concrete_fields if field.column in wanted]
    return ", ".join(f'"{column}"' for column in found or [model._meta.pk.column])
