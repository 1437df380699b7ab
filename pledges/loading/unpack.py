"""Reads a data package without trusting it: nothing is written, and no more is read than is allowed."""

import csv
import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

from pledges.exports.package import CSVW, DATAPACKAGE, README
from pledges.exports.tables import TABLES, Table, allow_large_cells

MIB = 2**20
LARGEST = 1024 * MIB  # all files together, unpacked
MOST_SHRUNK = 100  # text shrinks to a tenth; what shrinks further is made to explode
SMALL = MIB  # files below cannot explode
NEEDED = [*(table.file for table in TABLES), DATAPACKAGE]
ALLOWED = {*NEEDED, CSVW, README}
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED = 0x1
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # what is long before cannot be told in another time zone
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, RuntimeError)


class Fault(Exception):
    """What is wrong with a package, and where: file, line and column as far as there is one."""

    def __init__(self, message: str, file: str = "", line: int | None = None, column: str = ""):
        place = [file, f"line {line}" if line else "", f"column {column}" if column else ""]
        super().__init__(": ".join(filter(None, (", ".join(filter(None, place)), message))))


@dataclass(frozen=True)
class Line:
    """One row of a table: where it begins in its file, and its cells by column, as written."""

    number: int
    cells: dict[str, str]

    def key(self, table: Table) -> tuple[str, ...]:
        return tuple(self.cells[name] for name in table.key)


@dataclass(frozen=True)
class Unpacked:
    """The tables of a package ({name: lines}), when its records last changed, and the files that were altered since.

    Those are not as the package itself describes them: what is in them may be told better by its lines.
    """

    tables: dict[str, list[Line]]
    changed_at: datetime | None
    altered: list[str]


def unpack(path: Path) -> Unpacked:
    """The content of a package of all public pledges; `Fault` for anything else."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise Fault(f"{path} is not a file.")
    if about.st_size > LARGEST:
        raise Fault(f"The file is larger than {LARGEST // MIB} MiB.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = checked(archive.infolist())
            changed_at, digests = described(text(content(archive, members[DATAPACKAGE]), DATAPACKAGE))
            tables, altered = {}, []
            for table in TABLES:
                data = content(archive, members[table.file])
                tables[table.name] = lines(table, text(data, table.file))
                if f"sha256:{hashlib.sha256(data).hexdigest()}" != digests[table.file]:
                    altered.append(table.file)
    except UNREADABLE as error:
        raise Fault(f"This is no readable ZIP file: {error}") from error
    return Unpacked(tables, changed_at, altered)


def checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """{name: member} of an archive that is safe to read and complete."""
    members = {}
    for info in infos:
        if info.filename not in ALLOWED or stat.S_ISLNK(info.external_attr >> 16):
            raise Fault(f"{info.filename!r} has no place in a data package.")
        if info.filename in members:
            raise Fault("This file is in the package twice.", info.filename)
        if info.flag_bits & ENCRYPTED or info.compress_type not in METHODS:
            raise Fault("This file is encrypted or packed in an unknown way.", info.filename)
        if info.file_size > max(SMALL, MOST_SHRUNK * info.compress_size):
            raise Fault(f"This file would grow to more than {MOST_SHRUNK} times its size.", info.filename)
        members[info.filename] = info
    if sum(info.file_size for info in infos) > LARGEST:
        raise Fault(f"Unpacked, the package is larger than {LARGEST // MIB} MiB.")
    for name in NEEDED:
        if name not in members:
            raise Fault("This file is missing.", name)
    return members


def content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member."""
    try:
        return archive.read(info)
    except UNREADABLE as error:
        raise Fault(f"This file is damaged: {error}", info.filename) from error


def text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault("This is not UTF-8 text.", name, line) from error


def described(text: str) -> tuple[datetime | None, dict[str, str]]:
    """When the records of a package last changed, and {file: digest} of its tables, from its descriptor."""
    try:
        found = json.loads(text)
        complete, changed_at = found["complete"], found["changed_at"]
        digests = {resource["path"]: resource["hash"] for resource in found["resources"]}
        missing = {table.file for table in TABLES} - digests.keys()
        changed_at = datetime.fromisoformat(changed_at) if changed_at is not None else None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Fault("This is not the description of a package of this site.", DATAPACKAGE) from error
    if missing:
        raise Fault(f"It does not describe {', '.join(sorted(missing))}.", DATAPACKAGE)
    if complete is not True:
        raise Fault("The package holds a part of the data; only one of all pledges can be loaded.", DATAPACKAGE)
    if changed_at and (timezone.is_naive(changed_at) or not EARLIEST <= changed_at <= timezone.now()):
        raise Fault(f"changed_at is no time in the past: {found['changed_at']}", DATAPACKAGE)
    return changed_at, digests


def lines(table: Table, text: str) -> list[Line]:
    """The rows of a table, each with as many cells as its header has columns and a key of its own."""
    allow_large_cells()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, seen = [], {}
    try:
        names = header(table, next(reader, []))
        number = reader.line_num + 1
        for cells in reader:
            line = Line(number, row(table, names, cells, number))
            number = reader.line_num + 1
            if (key := line.key(table)) in seen:
                raise Fault(f"{'/'.join(key)} is already in line {seen[key]}.", table.file, line.number, table.key[0])
            seen[key] = line.number
            found.append(line)
    except csv.Error as error:
        raise Fault(f"This cannot be read as CSV: {error}", table.file, reader.line_num) from error
    return found


def header(table: Table, names: list[str]) -> list[str]:
    """The names of the columns, in whatever order."""
    for column in table.columns:
        if names.count(column.name) > 1:
            raise Fault("This column is there twice.", table.file, 1, column.name)
        if column.name not in names and not column.is_new:
            raise Fault("This column is missing.", table.file, 1, column.name)
    known = {column.name for column in table.columns}
    for name in names:
        if name not in known:
            raise Fault("This column is not known.", table.file, 1, name[:60] or "without a name")
    return names


def row(table: Table, names: list[str], cells: list[str], number: int) -> dict[str, str]:
    if len(cells) != len(names):
        raise Fault(f"This row has {len(cells)} cells, the header {len(names)}.", table.file, number)
    for name, cell in zip(names, cells, strict=True):
        if "\0" in cell:
            raise Fault("This cell holds a NUL character.", table.file, number, name)
    return dict(zip(names, cells, strict=True))
