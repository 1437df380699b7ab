"""The data package of a set of pledges: a ZIP of tables that explains itself.

The same data and the same question give the same bytes: rows have a fixed order and nothing in it says
when it was made, only when its records last changed.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from pledges.exports.closure import CHUNK, Closure
from pledges.exports.csv import BOM, csv_chunks, line
from pledges.exports.descriptors import csvw, datapackage
from pledges.exports.readme import readme
from pledges.exports.spool import temporary_file
from pledges.exports.tables import TABLES, Table
from pledges.models import Commitment

README, DATAPACKAGE, CSVW = "README.md", "datapackage.json", "pledges.csv-metadata.json"
PIECE = 256 * 1024
# a ZIP knows no time before
EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Question:
    """What was asked, for people: both by language; of a release its number, too."""

    sentence: dict[str, str]
    address: dict[str, str]
    release: str = ""


@dataclass(frozen=True)
class Member:
    """A table in the package, once written."""

    rows: int
    size: int
    sha256: str


def package_chunks(
    commitments: QuerySet[Commitment], question: Question, pledge_address: str, complete: bool
) -> Iterator[bytes]:
    """The ZIP of the pledges of a queryset and all that goes with them, piece by piece, once it is whole.

    `pledge_address` is the address of a pledge's page as a format with one `{slug}`; `complete` says that
    these are all public pledges.
    """
    with temporary_file() as file:
        with snapshot():
            write(file, Closure(commitments, complete), question, pledge_address)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, so that no reference leads to a row that came or went meanwhile.

    Within a transaction that is for this to care for: see `one_moment`.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with one_moment("READ ONLY"):
            yield
    else:
        # not atomic(): on SQLite that waits for editors and makes them wait
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


@contextmanager
def one_moment(mode: str = "READ WRITE") -> Iterator[None]:
    """A transaction in which everything read is of one moment: SQLite's are so anyway."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {mode}")
        yield


def write(file: BinaryIO, closure: Closure, question: Question, pledge_address: str) -> None:
    changed_at = closure.changed_at and closure.changed_at.astimezone(UTC)
    stamp = max(EARLIEST, changed_at.timetuple()[:6]) if changed_at else EARLIEST
    with zipfile.ZipFile(file, "w") as archive:
        members = {}
        for table in TABLES:
            # closed here: rows on their way when the disk is full would keep the connection busy
            with closing(table_chunks(table, closure, pledge_address)) as chunks:
                members[table] = add(archive, table.file, stamp, chunks, closure.counts[table.name])
        facts = (members, question, changed_at, closure.complete)
        for name, content in (
            (DATAPACKAGE, as_json(datapackage(*facts))),
            (CSVW, as_json(csvw(question))),
            (README, readme(*facts)),
        ):
            add(archive, name, stamp, [content.encode()])


def add(archive: zipfile.ZipFile, name: str, stamp: tuple[int, ...], chunks: Iterable[bytes], rows: int = 0) -> Member:
    """Writes a member piece by piece; returns what there is to say about it."""
    info = zipfile.ZipInfo(name, stamp)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o644 << 16  # the same from every system
    size, digest = 0, hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Member(rows, size, digest.hexdigest())


def table_chunks(table: Table, closure: Closure, pledge_address: str) -> Iterator[bytes]:
    """A table as CSV in UTF-8, without a mark, piece by piece: the list of pledges as it is exported alone."""
    if table.name == "pledges":
        return csv_chunks(closure.commitments, pledge_address, bom=False)
    return plain_chunks(table, closure.ordered(table.name), pledge_address)


def plain_chunks(table: Table, rows: Iterator[Model], pledge_address: str, bom: bool = False) -> Iterator[bytes]:
    yield (BOM if bom else b"") + (",".join(column.name for column in table.columns) + "\n").encode()
    while batch := list(islice(rows, CHUNK)):
        values = ([column.value(row, pledge_address) for column in table.columns] for row in batch)
        yield "".join(map(line, values)).encode()


def as_json(content):
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
