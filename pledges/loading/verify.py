"""Checks that what was loaded would be exported again as it came."""

from pledges.exports.closure import Closure
from pledges.exports.formulas import neutral, unguarded
from pledges.exports.package import table_chunks
from pledges.exports.tables import TABLES, Table
from pledges.loading.unpack import Fault, Line, lines
from pledges.models import Commitment
from pledges.models.texts import cleaned


def verify(tables: dict[str, list[Line]]) -> None:
    """`Fault` at the first cell that would come out otherwise: a row that nothing public leads to, a derived value.

    Labels and the site's own addresses may differ, since each site words its own.
    """
    closure = Closure(Commitment.objects.public().order_by("slug").with_names(), complete=True)
    for table in TABLES:
        text = b"".join(table_chunks(table, closure, "{slug}")).decode()
        exported = {line.key(table): line.cells for line in lines(table, text)}
        for line in tables[table.name]:
            compare(table, line, exported.get(line.key(table)))


def compare(table: Table, line: Line, exported: dict[str, str] | None) -> None:
    if exported is None:
        raise Fault("Nothing that readers may see leads to this row.", table.file, line.number)
    for name, cell in line.cells.items():
        if as_kept(cell) != exported[name] and name not in table.worded:
            raise Fault(
                f"The file says “{cell}”, but from the rest of the package it would be “{exported[name]}”.",
                table.file,
                line.number,
                name,
            )


def as_kept(cell: str) -> str:
    """The cell as it is written once its text is as this site keeps it; as it is where that changes nothing."""
    text = unguarded(cell)
    return cell if cleaned(text) == text else neutral(cleaned(text))
