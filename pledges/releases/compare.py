"""What differs between two releases, by row and field."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pledges.exports.csv import BOM, line
from pledges.exports.formulas import unguarded
from pledges.exports.tables import PLEDGES, TABLES, Table, allow_large_cells
from pledges.models import Release

# the cells of a row, by column
Row = dict[str, str]


@dataclass
class Differences:
    """What differs in one table: the keys of rows added and removed, per changed row (key, [(column, old, new)]).

    `rows` has those rows by key, as they are after, or were before they were removed.
    """

    table: Table
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[tuple[str, list[tuple[str, str, str]]]] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def lines(self) -> Iterator[list[str | None]]:
        """The same as rows of a file: file, key, what, column, old, new."""
        for key in self.added:
            yield [self.table.file, key, "added", None, None, None]
        for key in self.removed:
            yield [self.table.file, key, "removed", None, None, None]
        for key, fields in self.changed:
            for column, old, new in fields:
                yield [self.table.file, key, "changed", column, unguarded(old) or None, unguarded(new) or None]


HEAD = ["file", "key", "what", "column", "old", "new"]


def differences(old: Release, new: Release) -> list[Differences]:
    """The `Differences` of each table from one release to another."""
    return [compare(table, rows_of(old, table), rows_of(new, table)) for table in TABLES]


def rows_of(release: Release, table: Table) -> dict[str, Row]:
    """{key: row} of a table of a release, empty if it has no such table.

    Several columns of a key are joined by a space, which no slug holds.
    """
    allow_large_cells()
    with zipfile.ZipFile(io.BytesIO(release.package)) as archive:
        if table.file not in archive.namelist():
            return {}
        with archive.open(table.file) as member:
            rows = csv.DictReader(io.TextIOWrapper(member, "utf-8", newline=""))
            return {" ".join(row[column] for column in table.key): row for row in rows}


def compare(table: Table, before: dict[str, Row], after: dict[str, Row]) -> Differences:
    """The `Differences` between two versions of a table, each {key: row}.

    A column that only one has is no difference, nor is what a site words itself: labels, its own addresses.
    """
    found = Differences(table, sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys()))
    for key in sorted(before.keys() & after.keys()):
        old, new = before[key], after[key]
        told = [column for column in new if column in old and column not in table.worded]
        fields = [(column, old[column], new[column]) for column in told if old[column] != new[column]]
        if fields:
            found.changed.append((key, fields))
    keys = [*found.added, *found.removed, *(key for key, _fields in found.changed)]
    found.rows = {key: after.get(key) or before[key] for key in keys}
    return found


def difference_csv(found: list[Differences], bom: bool = True) -> bytes:
    """All differences as the bytes of a CSV file, in the form of the others."""
    lines = (line(values) for differences in found for values in differences.lines())
    return (BOM if bom else b"") + "".join([",".join(HEAD) + "\n", *lines]).encode()


@dataclass(frozen=True)
class Outline:
    """The differences of the pledges in numbers; `moved` counts by (stage reached before, after)."""

    added: int
    removed: int
    changed: int
    moved: Counter


def outline(found: list[Differences]) -> Outline:
    """The `Outline` of the differences between two releases."""
    (pledges,) = (differences for differences in found if differences.table is PLEDGES)
    moves = (fields for _key, fields in pledges.changed)
    moved = Counter((old, new) for fields in moves for column, old, new in fields if column == "reached")
    return Outline(len(pledges.added), len(pledges.removed), len(pledges.changed), moved)
