"""The tables of the data package as one SQLite database, with a table of its columns and one of notes.

The same data and the same question give, on the same day, the same bytes. Not here: which tables and columns
there are (`tables.py`), which rows (`closure.py`).
"""

import errno
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from pledges.exports.closure import Closure
from pledges.exports.descriptors import followed, in_languages
from pledges.exports.notes import CAVEATS, LICENCE
from pledges.exports.package import snapshot
from pledges.exports.rows import each
from pledges.exports.spool import temporary_folder
from pledges.exports.tables import TABLE, TABLES, Table
from pledges.exports.wanted import Wanted
from pledges.i18n import LANGUAGES, current_language
from pledges.record.columns import Column

PIECE = 256 * 1024
# what programs make of a declared type; a date that is cut to what is known is none
TYPES = {"string": "TEXT", "integer": "INTEGER", "boolean": "BOOLEAN", "date": "TEXT", "day": "DATE"}
# it is thrown away where it is not finished, and read only afterwards
UNDISTURBED = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE")
NO_ROOM = {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}
DESCRIBED = """\
CREATE TABLE columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  type TEXT NOT NULL,
  refers_to TEXT,
  description_en TEXT NOT NULL,
  description_ar TEXT NOT NULL,
  PRIMARY KEY (table_name, column_name)
)"""
NOTES = """\
CREATE TABLE notes (
  about TEXT NOT NULL,
  position INTEGER NOT NULL,
  language TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (about, position, language)
)"""


def database(wanted: Wanted) -> Iterator[bytes]:
    """The bytes of the database, piece by piece; the first once it is complete."""
    with temporary_folder() as folder:
        path = Path(folder, "pledges.sqlite")
        with room_told(), closing(sqlite3.connect(path, isolation_level=None)) as made:
            for pragma in UNDISTURBED:
                made.execute(pragma)
            made.execute("BEGIN")
            with snapshot():
                write(made, Closure(wanted.rows, complete=not wanted.filter.asked), wanted)
            made.execute("COMMIT")
        file = path.open("rb")
    with file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def room_told() -> Iterator[None]:
    """Where the disk has no room, that is said as of any other file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname in NO_ROOM:
            raise OSError(errno.ENOSPC, str(error)) from error
        raise


def write(made: sqlite3.Connection, closure: Closure, wanted: Wanted) -> None:
    for table in TABLES:
        made.execute(definition(table, closure.complete))
        marks = ", ".join("?" * len(table.columns))
        made.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", records(table, closure, wanted))
    made.execute(DESCRIBED)
    made.executemany("INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?)", column_lines())
    made.execute(NOTES)
    made.executemany("INSERT INTO notes VALUES (?, ?, ?, ?)", note_lines(closure, wanted))


def quoted(name: str) -> str:
    return f'"{name}"'


def listed(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def definition(table: Table, complete: bool) -> str:
    """The statement that makes a table; `complete` says that its rows are all public ones."""
    columns = [
        f"{quoted(column.name)} {TYPES[column.type]}{'' if column.optional else ' NOT NULL'}"
        for column in table.columns
    ]
    references = [
        f"FOREIGN KEY ({quoted(column)}) REFERENCES {quoted(other)} ({listed(TABLE[other].key)})"
        for column, other in followed(table, complete)
    ]
    lines = [*columns, f"PRIMARY KEY ({listed(table.key)})", *references]
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def records(table: Table, closure: Closure, wanted: Wanted) -> Iterator[list[Any]]:
    """The rows of a table in the order of its file."""
    rows = each(closure.commitments) if table.name == "pledges" else closure.ordered(table.name)
    for row in rows:
        yield [stored(column, column.value(row, wanted.pledge_address)) for column in table.columns]


def stored(column: Column, value: Any) -> Any:
    """The value of a column as the database holds it: NULL for what is not stated."""
    if column.type == "boolean":
        return value == "true"
    if column.type == "day":
        return str(value) if value else None
    return None if value in {None, ""} else value


def column_lines() -> Iterator[tuple[str | None, ...]]:
    for table in TABLES:
        for column in table.columns:
            refers_to = table.references.get(column.name) or table.lists.get(column.name)
            words = in_languages(column.description)
            yield table.name, column.name, column.type, refers_to, words["en"], words["ar"]


def note_lines(closure: Closure, wanted: Wanted) -> Iterator[tuple[str, int, str, str]]:
    """What was asked, when, and what whoever uses it must know: subject, place in it, language, words."""
    changed_at = closure.changed_at and closure.changed_at.astimezone(UTC).isoformat()
    for about, texts in (
        ("query", wanted.sentences),
        ("address", wanted.list_addresses),
        ("retrieved_on", {"": wanted.day.isoformat()}),
        ("changed_at", {"": changed_at or ""}),
        ("complete", {"": "true" if closure.complete else "false"}),
        ("citation", {current_language(): str(wanted.reference)}),
        ("licence", in_languages(LICENCE)),
    ):
        yield from ((about, 1, language, text) for language, text in texts.items())
    for place, caveat in enumerate(CAVEATS, 1):
        words = in_languages(caveat)
        yield from (("caveat", place, language, words[language]) for language in LANGUAGES)
