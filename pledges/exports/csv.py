"""CSV of a queryset of commitments: all its rows, in its order, written by the database itself.

Every value stands in quotes, what is not stated is empty without them, lines end with a line feed:
the form of PostgreSQL's `COPY … (FORMAT csv, FORCE_QUOTE *)`. PostgreSQL writes it. SQLite builds
pieces of the same lines, and the cells that one field decides are put between them.
`written_in_python` is the reference that both are tested against.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, CharField, F, Func, Model, QuerySet, TextField, Value
from django.db.models.expressions import Col
from django.db.models.functions import Cast, Coalesce, Concat, ConcatPair
from django.utils.translation import gettext

from pledges.exports.columns import COLUMN, COLUMNS, with_columns
from pledges.exports.formulas import RUNS_AS_FORMULA, neutral
from pledges.history.as_of import of_that_day
from pledges.models import Commitment
from pledges.record.columns import Column

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
# rows taken at once: more than a hundred kB
BATCH = 100
# Such a value after a comma. Within a value every quote is doubled, so `,"` is there followed by
# another quote or ends the value: the pattern finds the beginnings of values and nothing else.
STARTS = b"|".join(re.escape(start.encode()) for start in RUNS_AS_FORMULA)
FORMULA = re.compile(rb',"(?=\'*(?:' + STARTS + rb"))")
NEUTRAL = b",\"'"
# matches wherever FORMULA does, and is sooner through where nothing does
SUSPECT = re.compile(rb',"(?=[\'' + b"".join(re.escape(start.encode()[:1]) for start in RUNS_AS_FORMULA) + rb"])")


def read_bom(values: list[str]) -> bool:
    """Whether the file begins with a byte-order mark, from the values of the parameter; ValueError if unreadable."""
    if values not in ([], ["0"], ["1"]):
        raise ValueError(gettext("Write 0 or 1, once."))
    return values != ["0"]


def csv_chunks(
    commitments: QuerySet[Commitment], address: str, bom: bool = True, columns: Sequence[Column] = COLUMNS
) -> Iterator[bytes]:
    """The file as UTF-8 bytes, piece by piece: header, then every row of the queryset.

    `address` is the address of a commitment's page as a format with one `{slug}`, `columns` those
    wanted, in order. The header comes as soon as the database takes the question. An error while
    reading breaks off: what was sent is then no complete answer.
    """
    if len(columns) == 1:
        columns = [never_empty(columns[0])]
    connection = connections[commitments.db]
    write = WRITERS.get(connection.vendor, written_in_python)
    pieces = write(connection, with_columns(commitments), address, columns)
    next(pieces)
    yield (BOM if bom else b"") + ",".join(column.name for column in columns).encode() + b"\n"
    yield from pieces


def never_empty(column: Column) -> Column:
    """The column of a file that has no other: readers skip an empty line, and with it the row."""

    def value(row, address):
        found = column.value(row, address)
        return "" if found is None else found

    return replace(
        column,
        value=value,
        sql=lambda address: Coalesce(Cast(column.sql(address), TextField()), Value("", TextField())),
        key="",
    )


# Each writer yields once when the database is ready, then whole lines.


def written_in_python(
    connection: BaseDatabaseWrapper, commitments: QuerySet[Commitment], address: str, columns: Sequence[Column]
) -> Iterator[bytes]:
    """The lines from the Python values of the columns: for any database, and what the others must equal."""
    rows = commitments.iterator(chunk_size=BATCH)
    yield b""
    while batch := list(islice(rows, BATCH)):
        yield "".join(line([column.value(row, address) for column in columns]) for row in batch).encode()


def table_csv(columns: Iterable[str], rows: Iterable[Iterable[Any]], bom: bool) -> Iterator[bytes]:
    """A table that is at hand, in the form of the others."""
    yield (BOM if bom else b"") + ",".join(columns).encode() + b"\n"
    for row in rows:
        yield line(row).encode()


def line(values: Iterable[Any]) -> str:
    return cells_of(values) + "\n"


def cells_of(values: Iterable[Any]) -> str:
    return ",".join(quoted(neutral(value)) for value in values)


def quoted(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).replace('"', '""')
    return f'"{text}"'


def written_by_postgresql(
    connection: BaseDatabaseWrapper, commitments: QuerySet[Commitment], address: str, columns: Sequence[Column]
) -> Iterator[bytes]:
    first, *others = [column.sql(address) for column in columns]
    # the first value of a line stands after no comma
    select = selected(commitments, Guarded(first) if columns[0].type == "string" else first, *others)
    connection.ensure_connection()
    # not after COPY began: the server says so with its first rows, which may have to be sorted first
    yield b""
    if select is None:
        return
    sql, params = select
    # by the cursor's own method, which no wrapper of Django's sees
    asked = connection.ops.compose_sql(of_that_day(sql, connection.vendor), params)
    statement = f"COPY ({asked}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        # each item is one line
        while batch := list(islice(copy, BATCH)):
            yield neutral_bytes(b"".join(batch))


def written_by_sqlite(
    connection: BaseDatabaseWrapper, commitments: QuerySet[Commitment], address: str, columns: Sequence[Column]
) -> Iterator[bytes]:
    # a piece: consecutive columns that the same field decides, or that none does
    pieces = [(key, list(cells)) for key, cells in groupby(columns, attrgetter("key"))]
    asked = [F(key) if key else Cells(*[column.sql(address) for column in cells]) for key, cells in pieces]
    select = selected(commitments, *asked)
    connection.ensure_connection()
    yield b""
    if select is None:
        return
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(*select)
        # while rows wait to be fetched, the connection reads the other tables as they were with them
        values = {key: possible_values(commitments, key) for key in {key for key, _cells in pieces if key}}
        decided = [decided_cells(key, values[key], cells) if key else None for key, cells in pieces]
        while batch := cursor.fetchmany(BATCH):
            found = zip(decided, zip(*batch, strict=True), strict=True)
            cells = [map(texts.__getitem__, values) if texts else neutral_pieces(values) for texts, values in found]
            lines = map(b",".join, zip(*cells, strict=True))
            yield b"\n".join([*lines, b""])


WRITERS = {"postgresql": written_by_postgresql, "sqlite": written_by_sqlite}


def selected(commitments: QuerySet[Commitment], *columns: Any) -> tuple[str, tuple] | None:
    """SQL and parameters that select the expressions, in the queryset's order; None if nothing can match."""
    query = commitments.values_list(*columns).query
    try:
        return query.get_compiler(using=commitments.db).as_sql()
    except EmptyResultSet:
        return None


def neutral_bytes(cells: bytes) -> bytes:
    """Cells of which each stands after a comma, with text made neutral."""
    return FORMULA.sub(NEUTRAL, cells) if SUSPECT.search(cells) else cells


def neutral_pieces(pieces: Sequence[bytes]) -> Sequence[bytes]:
    """Pieces of lines with text made neutral."""
    if SUSPECT.search(b",".join([b"", *pieces])):
        return [neutral_bytes(b"," + piece)[1:] for piece in pieces]
    return pieces


def decided_cells(key: str, values: Iterable[Any], columns: list[Column]) -> dict[Any, bytes]:
    """{what may stand in the field `key`: the cells of the columns, as bytes, where it does}."""
    found = {}
    for value in values:
        row = Commitment()
        setattr(row, key, value)
        cells = cells_of([column.value(row, "") for column in columns])
        found[value.pk if isinstance(value, Model) else value] = cells.encode()
    return found


def possible_values(commitments: QuerySet[Commitment], key: str) -> list[Any]:
    """What may stand in the field `key`, or in the annotation of that name."""
    if key in commitments.query.annotations:
        return [value for value, _label in COLUMN[key].allowed]
    field = commitments.model._meta.get_field(key)
    if field.is_relation:
        return [None, *field.related_model._base_manager.using(commitments.db)]
    return [value for value, _label in field.flatchoices]


class Guarded(Func):
    """`neutral` in PostgreSQL's SQL."""

    output_field = CharField()
    starts = ", ".join(str(ord(start)) for start in RUNS_AS_FORMULA)

    def as_postgresql(self, compiler, connection):
        sql, params = compiler.compile(self.source_expressions[0])
        begins = f"ascii(ltrim({sql}, ''''))"
        return f"CASE WHEN {begins} IN ({self.starts}) THEN '''' || {sql} ELSE {sql} END", (*params,) * 3


class Cells(Func):
    """Consecutive cells of a line as bytes, as SQLite builds them."""

    output_field = BinaryField()

    def as_sqlite(self, compiler, connection):
        cells = [cell(expression, compiler) for expression in self.source_expressions]
        form = ",".join(form for form, _sql, _params in cells)
        params = [param for _form, _sql, own in cells for param in own]
        return f"CAST(printf(%s, {', '.join(sql for _form, sql, _params in cells)}) AS BLOB)", [form, *params]


def cell(expression, compiler):
    """How SQLite's `printf` writes a value: its format, SQL and parameters; `%w` doubles the quotes within."""
    sql, params = compiler.compile(expression)
    if never_null(expression, compiler):
        return '"%w"', sql, params
    return "%s", f"""coalesce('"' || replace({sql}, '"', '""') || '"', '')""", params


def never_null(expression, compiler):
    """Whether the expression has a value in every row; joined tables may have no row for a commitment."""
    if isinstance(expression, Col):
        return expression.alias == compiler.query.get_initial_alias() and not expression.target.null
    if isinstance(expression, Value):
        return expression.value is not None
    sources = [never_null(source, compiler) for source in expression.get_source_expressions()]
    if isinstance(expression, Coalesce):
        return any(sources)
    return isinstance(expression, (Concat, ConcatPair)) and all(sources)
