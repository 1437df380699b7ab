"""The matrix as a drawing, for the file that leaves the site; on pages it is a table. Its numbers are `matrix`'s."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext

from pledges.charts.matrix import Cell, Line
from pledges.charts.paper import width_of
from pledges.models.vocab import Stage
from pledges.query.pledges import Tally

# in units of the drawing, which are those of the picture
ROW = 26
COLUMN = 40
WIDER = 60  # where a cell holds a month
WIDEST = 96
SUM = 56
SIZE = 13
# from the top of a row to the foot of its words
BASE = 17
LEAST = 720
# how the sheets of the pages mark a stage
SIGNS = {
    Stage.PROSPECTIVE: "○○○",
    Stage.PROMISED: "●○○",
    Stage.APPROVED: "●●○",
    Stage.DELIVERED: "●●●",
    Stage.CLOSED: "×",
}


@dataclass(frozen=True)
class Box:
    """A cell with its place: its shade, its name, what it holds."""

    x: float
    y: float
    width: float
    depth: int
    name: str
    cell: Cell
    tally: Tally

    @property
    def middle(self):
        return self.x + self.width / 2

    @property
    def kind(self):
        return f"cell-{self.depth}" if self.cell.pledges else "cell-declined"

    @property
    def base(self):
        """The foot of its number, which leaves room for refusals below it."""
        return self.y + (12 if self.cell.pledges and self.cell.refusals else BASE)

    @property
    def refusals_base(self):
        return self.y + (23 if self.cell.pledges else BASE)

    @property
    def sign(self):
        return SIGNS[self.cell.reached]


@dataclass(frozen=True)
class Head:
    """A row or column with the place of its name."""

    line: Line
    x: float
    y: float


class Drawing:
    """What `matrix.table` gives, as boxes in a view box of `width` x `height`; `mirrored` begins at the right."""

    row = ROW

    def __init__(self, table: dict[str, Any], mirrored: bool = False):
        self.mirrored, self.shading = mirrored, table["shading"]
        rows, columns = table["rows"], table["columns"]
        self.total = pgettext("total", "All")
        self.names = max(width_of(name, SIZE) for name in [self.total, *(row.name for row in rows)]) + 12
        least = WIDER if self.shading.shows == "latest" else COLUMN
        self.column = max(least, min(WIDEST, (LEAST - self.names - SUM) / len(columns)))
        self.top = max(width_of(line.name, SIZE) for line in columns) + 12
        self.used = self.names + SUM + self.column * len(columns)
        self.width = max(self.used, LEAST)
        self.height = self.top + ROW * (len(rows) + 1)
        self.foot = self.height - ROW + BASE
        self.columns = [
            Head(line, self.x(self.across(n), self.column) + self.column / 2, self.top - 8)
            for n, line in enumerate(columns)
        ]
        self.rows = [Head(row, self.x(0), self.top + ROW * n + BASE) for n, row in enumerate(rows)]
        self.after_sums = self.x(self.names + SUM + 8)
        # lines between rows: from where to where, and how far down
        self.ends = (self.x(0), self.x(self.used))
        self.rules = [self.top + ROW * n for n in range(len(rows) + 2)]
        self.boxes = [
            self.box(self.across(m), n, self.column, depth, f"{row.name}{gettext(', ')}{name}", cell, tally)
            for n, row in enumerate(rows)
            for m, (cell, tally, depth, name) in enumerate(row.cells)
            if cell
        ]
        sums = [self.box(self.names, n, SUM, 0, row.name, row.cell, row.tally) for n, row in enumerate(rows)]
        sums += [
            self.box(self.across(m), len(rows), self.column, 0, line.name, line.cell, line.tally)
            for m, line in enumerate(columns)
        ]
        whole = table["whole"]
        sums.append(self.box(self.names, len(rows), SUM, 0, self.total, whole.cell, whole.tally))
        self.sums = [box for box in sums if box.cell.number]

    def across(self, column: int) -> float:
        """How far from where rows begin a column is."""
        return self.names + SUM + self.column * column

    def x(self, start: float, width: float = 0) -> float:
        return self.width - start - width if self.mirrored else start

    def box(self, start: float, row: int, width: float, *what: Any) -> Box:
        return Box(self.x(start, width), self.top + ROW * row, width, *what)
