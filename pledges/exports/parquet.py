"""The rows of the JSON Lines as a Parquet file, by DuckDB, where that is installed: nothing else needs it."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from pledges.exports.descriptors import in_languages
from pledges.exports.json import json_lines
from pledges.exports.notes import LICENCE
from pledges.exports.spool import temporary_folder
from pledges.exports.wanted import Wanted
from pledges.record.columns import Column

PIECE = 256 * 1024
# rows that readers fetch at once
ROW_GROUP = 20_480
# more than an editor can enter at once in each of some cells
LARGEST_RECORD = 32 * 2**20
TYPES = {"string": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "VARCHAR", "day": "DATE"}
# one thread gives the same bytes every time; nothing is fetched from elsewhere
CAREFUL = {
    "threads": 1,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def is_installed() -> bool:
    return find_spec("duckdb") is not None


def rows(wanted: Wanted) -> Iterator[bytes]:
    """The bytes of the file, piece by piece; the first once it is complete."""
    # only here: it takes its time and its room in memory
    duckdb = import_module("duckdb")
    with temporary_folder() as folder:
        lines, path = Path(folder, "rows.jsonl"), Path(folder, "rows.parquet")
        with lines.open("wb") as file:
            file.writelines(json_lines(wanted))
        settings = CAREFUL | {"temp_directory": folder}
        with room_told(duckdb), closing(duckdb.connect(":memory:", config=settings)) as connection:
            connection.execute(copying(lines, path, wanted))
        file = path.open("rb")
    with file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def room_told(duckdb) -> Iterator[None]:
    """Where the disk has no room, that is said as of any other file."""
    try:
        yield
    except duckdb.IOException as error:
        if os.strerror(errno.ENOSPC) in str(error):
            raise OSError(errno.ENOSPC, str(error)) from error
        raise


def copying(lines: Path, path: Path, wanted: Wanted) -> str:
    """The statement that makes the file from lines of JSON."""
    types = structure({column.name: type_of(column) for column in wanted.columns})
    read = f"read_json({text(lines)}, format = 'newline_delimited', columns = {types}"
    read += f", maximum_object_size = {LARGEST_RECORD})"
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, KV_METADATA {structure(notes(wanted))}"
    return f"COPY (SELECT * FROM {read}) TO {text(path)} ({options})"


def type_of(column: Column) -> str:
    return "VARCHAR[]" if column.several else TYPES[column.type]


def notes(wanted: Wanted) -> dict[str, str]:
    """What was asked, when, and how to use it: part of the file, for programs that look there."""
    described = {column.name: in_languages(column.description) for column in wanted.columns}
    return {
        "query_en": wanted.sentences["en"],
        "query_ar": wanted.sentences["ar"],
        "address": wanted.list_address,
        "retrieved_on": wanted.day.isoformat(),
        "citation": str(wanted.reference),
        "licence": in_languages(LICENCE)["en"],
        "columns": json.dumps(described, ensure_ascii=False),
    }


def structure(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{text(name)}: {text(value)}" for name, value in values.items()) + "}"


def text(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"
