"""Matrix and free table as a drawing, for the files that leave the site; on pages they are tables.

Their numbers are those of `matrix` and `table`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, pgettext

from pledges.charts import matrix
from pledges.charts import table as free_table
from pledges.charts.paper import shortened, width_of
from pledges.models.dates import iso
from pledges.models.vocab import Stage
from pledges.query.pledges import CommitmentFilter, Tally
from pledges.record import wording

# in units of the drawing, which are those of the picture
ROW = 26
COLUMN = 40
WIDEST = 96
SUM = 56
SIZE, SMALL = 13, 10
# from the top of a row to the foot of its words, and of two below each other
BASE = 17
BASES = (12, 23)
LEAST = 720
# longer names are cut
LONGEST_NAME = 320
# a picture shows no more rows and columns than that: browsers make no larger ones
MOST_ROWS, MOST_COLUMNS = 250, 100
# how the sheets of the pages mark a stage
SIGNS = {
    Stage.PROSPECTIVE: "○○○",
    Stage.PROMISED: "●○○",
    Stage.APPROVED: "●●○",
    Stage.DELIVERED: "●●●",
    Stage.CLOSED: "×",
}


@dataclass(frozen=True)
class Words:
    """What stands in a cell: the text, what it is called, the query of its rows (None for none), its class."""

    text: str
    name: str
    query: str | None
    kind: str
    size: int = SIZE


@dataclass
class Box:
    """A cell: its class, empty for none, and its words below each other; its place once it is drawn."""

    kind: str
    words: tuple[Words, ...]
    x: float = 0
    y: float = 0
    width: float = 0

    @property
    def middle(self):
        return self.x + self.width / 2

    @property
    def lines(self) -> Iterator[tuple[Words, float]]:
        """The words, each with where its foot is."""
        bases = BASES if len(self.words) > 1 else (BASE,)
        return ((words, self.y + base) for words, base in zip(self.words, bases, strict=True))


@dataclass
class Head:
    """A row or column: its name, the query of its rows, why it holds nothing; the place of its name once it is drawn.

    `sum` is what a row or column amounts to, None where it has no sum.
    """

    name: str
    query: str | None = None
    nothing: str = ""
    sum: Box | None = None
    x: float = 0
    y: float = 0


@dataclass
class Grid:
    """Rows, columns and the cells of each row, those of None empty, placed in a view box of `width` x `height`.

    `mirrored` begins at the right. `total` names the row of sums, and their column where rows have any.
    """

    rows: list[Head]
    columns: list[Head]
    cells: list[list[Box | None]]
    total: str
    whole: Box | None
    mirrored: bool = False
    row: int = ROW
    boxes: list[Box] = field(default_factory=list)
    sums: list[Box] = field(default_factory=list)

    def __post_init__(self):
        names = [self.total, *(row.name for row in self.rows)]
        self.names = min(LONGEST_NAME, max(width_of(name, SIZE) for name in names)) + 12
        given = [cell for line in self.cells for cell in line if cell]
        self.sum = max(SUM, widest([*(row.sum for row in self.rows), self.whole])) if self.whole else 0
        least = max(COLUMN, widest([*given, *(column.sum for column in self.columns)]))
        self.column = max(least, min(WIDEST, (LEAST - self.names - self.sum) / len(self.columns)))
        heads = [self.total] * bool(self.whole) + [column.name for column in self.columns]
        self.top = min(LONGEST_NAME, max(width_of(name, SIZE) for name in heads)) + 12
        self.used = self.names + self.sum + self.column * len(self.columns)
        self.width = max(self.used, LEAST)
        self.height = self.top + ROW * (len(self.rows) + 1)
        self.foot = self.height - ROW + BASE
        self.start = self.x(0)
        self.after_sums = self.x(self.names + self.sum + 8)
        # lines between rows: from where to where, and how far down
        self.ends = (self.start, self.x(self.used))
        self.rules = [self.top + ROW * n for n in range(len(self.rows) + 2)]
        self.place()

    def place(self) -> None:
        """Gives each name and each box its place."""
        bottom = len(self.rows)
        for n, row in enumerate(self.rows):
            row.name = shortened(row.name, LONGEST_NAME, SIZE)
            row.x, row.y = self.start, self.top + ROW * n + BASE
            self.put(self.sums, row.sum, self.names, n, self.sum)
            for m, cell in enumerate(self.cells[n]):
                self.put(self.boxes, cell, self.across(m), n, self.column)
        self.put(self.sums, self.whole, self.names, bottom, self.sum)
        for m, column in enumerate(self.columns):
            column.name = shortened(column.name, LONGEST_NAME, SIZE)
            column.x, column.y = self.x(self.across(m), self.column) + self.column / 2, self.top - 8
            self.put(self.sums, column.sum, self.across(m), bottom, self.column)
        self.of_sums = Head(self.total, x=self.x(self.names, self.sum) + self.sum / 2, y=self.top - 8)

    def put(self, boxes: list[Box], box: Box | None, start: float, row: int, width: float) -> None:
        if box and box.words:
            box.x, box.y, box.width = self.x(start, width), self.top + ROW * row, width
            boxes.append(box)

    def across(self, column: int) -> float:
        """How far from where rows begin a column is."""
        return self.names + self.sum + self.column * column

    def x(self, start: float, width: float = 0) -> float:
        return self.width - start - width if self.mirrored else start


def widest(boxes: Iterable[Box | None]) -> float:
    """The room that the words of some boxes need."""
    return max((width_of(words.text, words.size) + 8 for box in boxes if box for words in box.words), default=0)


# The matrix


def of_matrix(table: dict[str, Any], mirrored: bool = False) -> Grid:
    """What `matrix.table` gives."""
    shows, whole, total = table["shading"].shows, table["whole"], pgettext("total", "All")
    nothing = {"searched": gettext("Nothing found")}
    rows = [
        Head(
            row.name,
            sum=sum_box(row.name, row.cell, row.tally),
            nothing="" if row.cell.number else nothing.get(row.nothing, gettext("No match")),
        )
        for row in table["rows"]
    ]
    columns = [
        Head(line.name, line.tally.query, sum=sum_box(line.name, line.cell, line.tally)) for line in table["columns"]
    ]
    cells = [
        [
            cell and matrix_box(shows, f"{row.name}{gettext(', ')}{name}", cell, tally, depth)
            for cell, tally, depth, name in row.cells
        ]
        for row in table["rows"]
    ]
    return Grid(rows, columns, cells, total, sum_box(total, whole.cell, whole.tally), mirrored)


def sum_box(name: str, cell: matrix.Cell, tally: Tally) -> Box:
    return matrix_box("count", name, cell, tally, 0)


def matrix_box(shows: str, name: str, cell: matrix.Cell, tally: Tally, depth: int) -> Box:
    kind, words = (f"cell-{depth}" if cell.pledges else "cell-declined"), []
    if cell.pledges:
        found = {"reached": SIGNS[cell.reached], "latest": iso(cell.latest, cell.precision)[:7]}
        text = found.get(shows) or wording.number(cell.pledges)
        words.append(Words(text, f"{name}: {wording.pledges(cell.pledges)}", tally.query, f"on-{kind}"))
    if cell.refusals:
        own = f"on-{kind}" if cell.pledges and (depth or shows != "count") else "on-cell-declined"
        words.append(refused(name, cell.refusals, tally.refusals_query, own))
    return Box(kind, tuple(words))


def refused(name: str, refusals: int, query: str | None, kind: str) -> Words:
    """The refusals beside the number of a cell, or alone in it."""
    return Words(f"✕ {wording.number(refusals)}", f"{name}: {wording.refusals(refusals)}", query, kind, SMALL)


# The free table


def of_table(table: free_table.Table, mirrored: bool = False) -> Grid:
    """What a `table.Table` holds."""
    total, has_sums = pgettext("table", "Total"), not table.has_all_values

    def named(row, column):
        return f"{row}{gettext(', ')}{column.name}"

    rows = [Head(line.name, sum=table_box(line.name, line.whole, 0) if has_sums else None) for line in table.lines]
    columns = [
        Head(column.name, sum=table_box(named(total, column), cell, 0))
        for column, cell in zip(table.columns, table.totals, strict=True)
    ]
    cells = [
        [
            table_box(named(line.name, column), cell, depth)
            for column, cell, depth in zip(table.columns, line.cells, line.depths, strict=True)
        ]
        for line in table.lines
    ]
    return Grid(rows, columns, cells, total, table_box(total, table.whole, 0) if has_sums else None, mirrored)


def too_large(query: CommitmentFilter) -> str:
    """Why there is no drawing of a table that a page can show, in words."""
    table = free_table.Table(query)
    rows, columns = len(table.unsorted), len(table.columns)
    if rows <= MOST_ROWS and columns <= MOST_COLUMNS:
        return ""
    words = gettext(
        "This table is too large for a picture: %(rows)s × %(columns)s; at most %(most_rows)s × %(most_columns)s "
        "are shown."
    )
    numbers = {"rows": rows, "columns": columns, "most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS}
    return words % {name: wording.number(number) for name, number in numbers.items()}


def table_box(name: str, cell: free_table.Cell, depth: int) -> Box:
    """A cell: the value, below it how many pledges it rests on, or refusals."""
    kind, words = ("cell-declined" if cell.number is None else f"cell-{depth}"), []
    if cell.number is not None:
        pledges = wording.pledges(cell.rests_on)
        is_count = cell.value == "count"
        text = f"\N{LEFT-TO-RIGHT ISOLATE}{cell.text}\N{POP DIRECTIONAL ISOLATE}" if cell.is_open else cell.text
        said = f"{name}: {pledges}" if is_count else f"{name}: {cell.text} ({pledges})"
        words.append(Words(text, said, cell.query, f"on-{kind}"))
        if not is_count:
            rests = f"({wording.number(cell.rests_on)})"
            words.append(Words(rests, f"{name}: {pledges}", cell.whole_query, f"on-{kind}", SMALL))
    if cell.refusals:
        own = f"on-{kind}" if depth else "on-cell-declined"
        words.append(refused(name, cell.refusals, cell.refusals_query, own))
    return Box(kind, tuple(words))
