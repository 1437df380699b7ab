"""The matrix: parties x types of pledge, as plain data.

A party is the ISO code of a country, or `NONE` for all groups of countries together.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, Self

from django.db.models import BooleanField, Count, ExpressionWrapper, Max
from django.utils.translation import gettext as _

from pledges.i18n import localized_order
from pledges.models import CommitmentType, Country
from pledges.models.dates import recency
from pledges.models.vocab import Precision, Stage, TypeGroup
from pledges.query.dimension import NONE
from pledges.query.pledge_dimensions import DIMENSION, declined
from pledges.query.pledges import CELL, CommitmentFilter, Tally

# how far a stage is; closed is what never got anywhere
RANK = {stage: number for number, stage in enumerate([Stage.CLOSED, *(s for s in Stage if s != Stage.CLOSED)])}


@dataclass
class Cell:
    """What a set of commitments amounts to: number, refusals among them, furthest stage, latest date.

    Stage and date are those of the pledges; refusals are only counted, and apart.
    """

    number: int = 0
    refusals: int = 0
    reached: Stage = Stage.CLOSED
    latest: date | None = None
    precision: Precision = Precision.UNKNOWN

    def add(self, other: Self) -> None:
        """Adds what another set amounts to."""
        self.number += other.number
        self.refusals += other.refusals
        self.reached = max(self.reached, other.reached, key=RANK.get)
        self.latest, self.precision = max((self.latest, self.precision), (other.latest, other.precision), key=recency)

    @property
    def pledges(self) -> int:
        return self.number - self.refusals


@dataclass
class Matrix:
    """Cells by (party, column), and what each row, each column and the whole amounts to."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=lambda: defaultdict(Cell))
    rows: dict[str, Cell] = field(default_factory=lambda: defaultdict(Cell))
    columns: dict[str, Cell] = field(default_factory=lambda: defaultdict(Cell))
    total: Cell = field(default_factory=Cell)


def matrix(query: CommitmentFilter, by: str = "type") -> Matrix:
    """The `Matrix` of the matches of a `CommitmentFilter`, its columns the values of the dimension `by`."""
    found = Matrix()
    for (party, column), cell in (in_memory if query.index else in_database)(query, by).items():
        for line in (found.cells[party, column], found.rows[party], found.columns[column], found.total):
            line.add(cell)
    return found


def in_memory(query: CommitmentFilter, by: str) -> dict[tuple[str, str], Cell]:
    """The cells that hold something, by the index."""
    index = query.index
    stages = sorted(index.columns.values["reached"].items(), key=lambda item: -RANK[item[0]])
    cells = {}
    for party, row in index.divided(query.matching_set(), "country"):
        for column, rows in index.divided(row, by):
            pledges = rows - index.refused
            cell = cells[party, column] = Cell(len(rows), len(rows) - len(pledges))
            if pledges:
                cell.reached = Stage(next(stage for stage, held in stages if held.intersect(pledges)))
                cell.latest, cell.precision = index.latest(pledges)
    return cells


def in_database(query: CommitmentFilter, by: str) -> dict[tuple[str, str], Cell]:
    """The same by the database."""
    cells = defaultdict(Cell)
    pledges = query.matching()
    rows = pledges.order_by().annotate(is_declined=ExpressionWrapper(declined(), BooleanField()))
    rows = rows.values_list("country__iso2", DIMENSION[by].path, "is_declined", "reached", "announced_precision")
    for party, column, *values, number, latest in rows.annotate(n=Count("pk"), latest=Max("announced_on")):
        is_declined, reached, precision = values
        cells[DIMENSION["country"].public_value(party), column].add(
            Cell(number, number) if is_declined else Cell(number, 0, Stage(reached), latest, Precision(precision))
        )
    return cells


# The shade of a cell means what the cell shows

# the least number of each shade
NUMBERS = (1, 2, 4, 8)
DEEPEST = len(NUMBERS)


@dataclass(frozen=True)
class Shade:
    """A step of the legend: the shade 0 to 4, and the numbers, the stage or the years that it stands for."""

    depth: int
    least: int = 0
    most: int | None = None
    stage: Stage | None = None


@dataclass(frozen=True)
class Shading:
    """How deep a cell is shaded that shows its `count`, the stage `reached` or its `latest` date."""

    shows: str
    last_year: int = 0  # of the whole matrix

    @property
    def label(self) -> str:
        return str(dict(CELL)[self.shows])

    def depth(self, cell: Cell) -> int:
        match self.shows:
            case "reached":
                return RANK[cell.reached]
            case "latest":
                return max(1, DEEPEST - (self.last_year - cell.latest.year)) if cell.latest else 0
        return sum(cell.pledges >= least for least in NUMBERS)

    @property
    def legend(self) -> list[Shade]:
        match self.shows:
            case "reached":
                return [Shade(rank, stage=stage) for stage, rank in RANK.items()]
            case "latest" if self.last_year:
                years = [self.last_year - DEEPEST + depth for depth in range(1, DEEPEST + 1)]
                return [Shade(depth, 0 if depth == 1 else year, year) for depth, year in enumerate(years, start=1)]
            case "latest":
                return []
        most = [number - 1 for number in NUMBERS[1:]] + [None]
        return [Shade(depth, *ends) for depth, ends in enumerate(zip(NUMBERS, most, strict=True), start=1)]


# The table of a page: each number leads to its rows

# conditions that choose rows and columns, or the day; any other leaves cells empty for its own reason
AXES = {"country", "not_country", "type", "not_type", "type_group", "not_type_group", "as_of"}


@dataclass
class Line:
    """A row or a column: its value in a query string, its name, what it amounts to, its `Tally`."""

    key: str
    name: str
    cell: Cell
    tally: Tally
    group: str = ""
    country: Country | None = None
    nothing: str = ""  # why cells are empty: filtered, searched, unknown
    cells: tuple[tuple[Cell | None, Tally | None, int, str], ...] = ()  # each with its `Tally`, depth, column

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known because nothing was read."""
        return self.nothing == "unknown" and not self.cell.number


def table(query: CommitmentFilter, by: str, largest: int | None = None) -> dict[str, Any]:
    """What `_matrix.html` shows: `groups` of `columns`, `rows` with their cells, the `whole`, the rows of `unknown`.

    `by` is the dimension of the columns; `largest` keeps only so many rows, those with most pledges. Cells show
    what `query` says, their shade too.
    """
    found = matrix(query, by)
    columns = list(columns_of(found, query, by))
    shading = Shading(query.shown_as("cell"), found.total.latest.year if found.total.latest else 0)
    rows = [with_cells(row, columns, found, query, by, shading) for row in rows_of(found, query)]
    if largest or query.shown_as("order") == "total":
        rows.sort(key=lambda row: -row.cell.pledges)
    shown = [row for row in rows if not row.is_unknown]
    return {
        "groups": [(group, len(list(lines))) for group, lines in groupby(columns, lambda column: column.group)],
        "columns": columns,
        "rows": shown[:largest],
        "unknown": [] if largest else [row for row in rows if row.is_unknown],
        "whole": Line("", "", found.total, tally(query, found.total)),
        "by": by,
        "shading": shading,
    }


def tally(query: CommitmentFilter, cell: Cell, **conditions: str) -> Tally:
    return query.tallied(cell.number, cell.refusals, **conditions)


def columns_of(found: Matrix, query: CommitmentFilter, by: str) -> Iterator[Line]:
    """The columns that hold something, in the order of the vocabulary."""
    if by == "type_group":
        named = [(group, group.label, "") for group in TypeGroup]
    else:
        named = [(type_.slug, type_.name, type_.get_group_display()) for type_ in CommitmentType.objects.all()]
    for key, name, group in named:
        if key in found.columns:
            cell = found.columns[key]
            yield Line(key, name, cell, tally(query, cell, **{by: key}), group)


def rows_of(found: Matrix, query: CommitmentFilter) -> Iterator[Line]:
    """The countries, by name, then the groups of countries; those with nothing too, where that says something."""
    only_axes = query.asked <= AXES
    chosen, excluded = (query.parameters.getlist(name) for name in ("country", "not_country"))
    for country in Country.objects.public().with_research().order_by(localized_order("name")):
        key = country.iso2
        if key in found.rows or (key in chosen if chosen else only_axes and key not in excluded):
            nothing = "searched" if country.is_researched else "unknown"
            nothing = nothing if only_axes else "filtered"
            cell = found.rows[key]
            yield Line(key, country.name, cell, tally(query, cell, country=key), country=country, nothing=nothing)
    if NONE in found.rows:
        nothing = "searched" if only_axes else "filtered"
        name = _("Groups of countries")
        cell = found.rows[NONE]
        yield Line(NONE, name, cell, tally(query, cell, country=NONE), nothing=nothing)


def with_cells(
    row: Line, columns: list[Line], found: Matrix, query: CommitmentFilter, by: str, shading: Shading
) -> Line:
    """The row with its cells; an empty one is None."""
    cells = [(found.cells.get((row.key, column.key)), column) for column in columns]
    row.cells = tuple(
        (
            cell,
            cell and tally(query, cell, country=row.key, **{by: column.key}),
            shading.depth(cell) if cell else 0,
            column.name,
        )
        for cell, column in cells
    )
    return row
