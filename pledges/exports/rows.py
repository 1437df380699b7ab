"""Rows of the export columns as typed values: what JSON, spreadsheets and the table of chosen columns hold."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model, QuerySet

from pledges.exports.columns import COLUMN, COLUMNS, with_columns
from pledges.models import Commitment
from pledges.record.columns import Column
from pledges.record.folding import NO_ADDRESS, SEPARATOR

CHUNK = 500


def chosen_columns(names: list[str]) -> list[Column]:
    """The columns of these names in this order; all of them where none is named."""
    return [COLUMN[name] for name in names] if names else list(COLUMNS)


def each(commitments: QuerySet[Commitment]) -> Iterator[Commitment]:
    """The rows one by one, read from the database piece by piece."""
    return with_columns(commitments).iterator(chunk_size=CHUNK)


def record(row: Model, columns: Iterable[Column], address: str) -> dict[str, Any]:
    """{name of the column: value}: numbers, text, lists; None for empty.

    `address` is the address of a commitment's page as a format with one `{slug}`.
    """
    return {column.name: typed(column, column.value(row, address)) for column in columns}


def typed(column: Column, value: Any) -> Any:
    """The value of a column, as the CSV has it, in its own type."""
    if column.several:
        return [None if part == NO_ADDRESS else part for part in value.split(SEPARATOR)] if value else []
    if column.type == "boolean":
        return value == "true"
    return None if value in {None, ""} else value
