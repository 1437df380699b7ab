"""The free table: two dimensions of the pledges as rows and columns and one value in the cells, or one and all values.

Every number comes with the query of exactly its rows. A refusal is no pledge: it is counted apart. A pledge that has
several values of a dimension counts under each of them, and once in the totals.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Any

from django.utils.translation import gettext as _
from pyroaring import BitMap

from pledges.charts.matches import PARTS, matches
from pledges.charts.matrix import NUMBERS, Shade
from pledges.charts.sums import sum_of
from pledges.models import Unit
from pledges.models.vocab import InTotals, Lag
from pledges.query.dimension import NONE, ClosedChoices
from pledges.query.index.making import has_many
from pledges.query.lags import lags
from pledges.query.league import IS_PLEDGE
from pledges.query.pledge_dimensions import DIMENSION
from pledges.query.pledges import ALL_VALUES, BY_NAME, BY_TOTAL, VALUE, CommitmentFilter
from pledges.record import wording

# a page shows no more cells than that
MOST_CELLS = 2_000
# these have their values in the order of time
TIMES = ("year", "quarter", "month", "step")
LAGS = {"approval_days": Lag.APPROVAL, "delivery_days": Lag.DELIVERY}
SUMS = ("lower", "upper")
IS_REFUSAL = {"declined": "yes"}


@dataclass(frozen=True)
class Cell:
    """A value of some pledges, None where there is none; how many it rests on, how many refusals stand beside them.

    `is_open`: a sum that may be more. The queries are those of its rows, of the pledges that a share is of, and of the
    refusals; None for no link.
    """

    value: str
    number: int | float | None = None
    rests_on: int = 0
    refusals: int = 0
    is_open: bool = False
    query: str | None = None
    whole_query: str | None = None
    refusals_query: str | None = None

    @property
    def text(self) -> str:
        """The value in words."""
        if self.number is None:
            return ""
        if self.value in PARTS:
            return f"{self.number}%"
        whole, half = divmod(self.number, 1)
        return wording.number(int(whole)) + (".5" if half else "") + ("+" if self.is_open else "")


@dataclass
class Line:
    """A row or a column: the value of its dimension (of a column also: the value that it shows), name, pledges."""

    key: str
    name: str
    rows: BitMap
    cells: list[Cell] = field(default_factory=list)
    whole: Cell | None = None  # of the row or the column as a whole
    depths: list[int] = field(default_factory=list)


class Table:
    """What a query asks of the table: `columns`, `lines`, the `whole`; made when it is asked for."""

    def __init__(self, query: CommitmentFilter):
        self.query, self.matches = query, matches(query)
        self.down, self.across, self.value = (query.shown_as(name) for name in ("down", "across", "value"))
        self.has_all_values = self.across == ALL_VALUES

    # Rows and columns

    @cached_property
    def values(self) -> list[str]:
        """The values that are shown, by name."""
        found = [name for name, _label in VALUE if name not in SUMS or self.unit]
        return found if self.has_all_values else [self.value]

    def parts(self, name: str) -> list[Line]:
        """The values of a dimension that some matches have, in their usual order; of chosen ones only these."""
        found = dict(self.matches.divided(self.matches.found, name))
        chosen = self.query.parameters.getlist(name)
        return [
            Line(value, label, found[value])
            for value, label in in_order(self.query, name)
            if value in found and (not chosen or value in chosen)
        ]

    @cached_property
    def unsorted(self) -> list[Line]:
        return self.parts(self.down)

    @cached_property
    def columns(self) -> list[Line]:
        if self.has_all_values:
            return [Line(name, self.label(name), self.matches.found) for name in self.values]
        return self.parts(self.across)

    @property
    def number_of_cells(self) -> int:
        return len(self.unsorted) * len(self.columns)

    @property
    def is_too_large(self) -> bool:
        return self.number_of_cells > MOST_CELLS

    @property
    def refusal(self) -> str:
        """Why it is not shown, in words."""
        if not self.is_too_large:
            return ""
        numbers = {"number": wording.number(self.number_of_cells), "most": wording.number(MOST_CELLS)}
        return _("This table has %(number)s cells; a page shows at most %(most)s.") % numbers

    @cached_property
    def filled(self) -> list[Line]:
        """The rows with their cells."""
        for line in self.unsorted:
            here = {self.down: line.key}
            line.whole = self.cell(self.values[0], line.rows, here)
            line.cells = [self.cell_of(line, column, here) for column in self.columns]
        return self.unsorted

    @cached_property
    def lines(self) -> list[Line]:
        """The same, shaded, in the order that is asked for."""
        for line in self.filled:
            line.depths = [self.shading.depth(cell) if self.shading else 0 for cell in line.cells]
        return self.ranked(self.filled)

    def cell_of(self, line: Line, column: Line, here: dict[str, str]) -> Cell:
        if self.has_all_values:
            return self.cell(column.key, line.rows, here)
        return self.cell(self.value, line.rows & column.rows, {**here, self.across: column.key})

    @cached_property
    def totals(self) -> list[Cell]:
        """The last row: each column as a whole."""
        if self.has_all_values:
            return [self.cell(column.key, self.matches.found, {}) for column in self.columns]
        return [self.cell(self.value, column.rows, {self.across: column.key}) for column in self.columns]

    @cached_property
    def whole(self) -> Cell:
        return self.cell(self.values[0], self.matches.found, {})

    # Order

    @property
    def order(self) -> str:
        """The order of the rows: a name of `CommitmentForm.orders`, `-` in front for the most first."""
        asked = self.query.form.cleaned_data["ranked"]
        is_vocabulary = self.down in TIMES or isinstance(DIMENSION[self.down].choices, ClosedChoices)
        return asked or (BY_NAME if is_vocabulary else f"-{BY_TOTAL}")

    def ranked(self, lines: list[Line]) -> list[Line]:
        """Rows in the order that is asked for; alike ones by name, those without a value last."""
        name, is_descending = self.order.removeprefix("-"), self.order.startswith("-")
        if name == BY_NAME:
            return lines[::-1] if is_descending else lines
        place = next((n for n, column in enumerate(self.columns) if column.key == name), None)

        def number(line):
            return (line.whole if place is None else line.cells[place]).number

        with_value = [line for line in lines if number(line) is not None]
        without = [line for line in lines if number(line) is None]
        return sorted(with_value, key=number, reverse=is_descending) + without

    def sorting(self, name: str) -> dict[str, Any]:
        """The query that orders by a column, `aria-sort` if it is ordered by it."""
        first, second = (name, f"-{name}") if name == BY_NAME else (f"-{name}", name)
        order = self.order
        if self.has_all_values and order.removeprefix("-") == BY_TOTAL:
            order = order.replace(BY_TOTAL, self.values[0])
        return {
            "query": self.query.changed(ranked=second if order == first else first),
            "aria_sort": {name: "ascending", f"-{name}": "descending"}.get(order),
        }

    # Cells

    def cell(self, value: str, rows: BitMap, here: dict[str, str]) -> Cell:
        """The value of some matches, those with the conditions `here`."""
        refused = rows & self.matches.refused
        pledges = rows - refused
        # where there is nothing to leave out, the address need not say so
        pledged = {**here, **IS_PLEDGE} if refused else here
        number, rests_on, conditions, is_open = self.found(value, pledges, here)
        is_share = value in PARTS
        # of a share that is nothing there are no rows
        leads_on = bool(number) if is_share else bool(rests_on)
        return Cell(
            value,
            number,
            rests_on,
            len(refused) if value == "count" else 0,
            is_open,
            self.narrowed({**pledged, **conditions}) if leads_on else None,
            self.narrowed(pledged) if is_share and rests_on else None,
            self.narrowed({**here, **IS_REFUSAL}) if refused and value == "count" else None,
        )

    def found(
        self, value: str, pledges: BitMap, here: dict[str, str]
    ) -> tuple[int | float | None, int, dict[str, str], bool]:
        """(number, how many it rests on, the conditions of these besides being pledges, whether it may be more)."""
        if value == "count":
            return len(pledges) or None, len(pledges), {}, False
        if value in PARTS:
            of, is_ = PARTS[value]
            part = pledges.intersection_cardinality(self.matches.parts[value])
            return percent(part, len(pledges)), len(pledges), {of: is_}, False
        if value in SUMS:
            unit = self.unit_of(here)
            counted = pledges & self.matches.units.get(unit, BitMap())
            number, least, most, is_open = sum_of(self.matches, counted)
            sum_ = least if value == "lower" else most
            conditions = {"in_totals": InTotals.COUNTED.value, "unit": unit or ""}
            return sum_ if number else None, number, conditions, is_open and value == "upper"
        days = self.days(LAGS[value], pledges)
        return middle(days) if days else None, len(days), {"timed": LAGS[value].value}, False

    def days(self, lag: Lag, pledges: BitMap) -> list[int]:
        known, keys = self.lags[lag], self.matches.keys
        return [known[key] for number in pledges if (key := keys[number]) in known]

    @cached_property
    def lags(self) -> dict[Lag, Mapping[int, int]]:
        """The days of each wait that is shown, by primary key of its pledge."""
        return {lag: lags(lag) for lag in Lag}

    def narrowed(self, conditions: dict[str, str]) -> str | None:
        """The query of the matches with these conditions, each in place of its like."""
        if "timed" in conditions and not self.leaves_out_other_waits(conditions):
            return None
        return self.query.narrowed(**conditions)

    def leaves_out_other_waits(self, conditions: dict[str, str]) -> bool:
        """Whether no other condition on waits would be lost: a pledge can have both, a link tells of one."""
        asked = set(self.query.parameters.getlist("timed"))
        return "timed" not in {self.down, self.across} and asked <= {conditions["timed"]}

    # Units

    @cached_property
    def units(self) -> list[tuple[Unit, int]]:
        """The units that have a sum, in their order, with the number of pledges in it."""
        found = self.matches.units
        return [(unit, len(found[unit.slug])) for unit in Unit.objects.filter(slug__in=found)]

    @cached_property
    def unit(self) -> str | None:
        """The unit that sums are of: the only one, or that of most pledges."""
        return max(self.units, key=lambda pair: pair[1])[0].slug if self.units else None

    def unit_of(self, here: dict[str, str]) -> str | None:
        """The unit that a sum is of: of rows or columns by unit their own, since unlike units are never added."""
        return here.get("unit") if "unit" in {self.down, self.across} else self.unit

    @property
    def unit_name(self) -> str:
        if "unit" in {self.down, self.across}:
            return ""
        return next((unit.name for unit, _number in self.units if unit.slug == self.unit), "")

    # Words

    @property
    def of_several(self) -> list[str]:
        """The names of the dimensions of which a pledge can have several values."""
        shown = [self.down] if self.has_all_values else [self.down, self.across]
        return [str(DIMENSION[name].label) for name in shown if has_many(DIMENSION[name].path)]

    @property
    def shows_shares(self) -> bool:
        return any(value in PARTS for value in self.values)

    @property
    def shows_sums(self) -> bool:
        return any(value in SUMS for value in self.values)

    @property
    def shows_days(self) -> bool:
        return any(value in LAGS for value in self.values)

    @property
    def axes(self) -> str:
        """What rows and columns are."""
        names = {"down": DIMENSION[self.down].label}
        if self.has_all_values:
            return _("Rows: %(down)s.") % names
        return _("Rows: %(down)s. Columns: %(across)s.") % {**names, "across": DIMENSION[self.across].label}

    @property
    def title(self) -> str:
        """What the cells show."""
        label = self.label(self.value)
        return _("%(share)s, in per cent") % {"share": label} if self.value in PARTS else label

    def label(self, value: str) -> str:
        """The words for a value, of a sum with its unit."""
        label = str(dict(VALUE)[value])
        if value in SUMS and self.unit_name:
            return _("%(value)s: %(unit)s") % {"value": label, "unit": self.unit_name}
        return label

    @cached_property
    def shading(self) -> "Shading | None":
        """How cells are shaded; not where each column shows something else."""
        if self.has_all_values:
            return None
        if self.value in PARTS:
            return Shading(self.title, (1, 25, 50, 75), 100)
        if self.value in LAGS:
            return Shading(self.title, (0, 31, 91, 366))
        most = max((cell.number or 0 for line in self.filled for cell in line.cells), default=0)
        return Shading(self.title, steps(int(most)))


@dataclass(frozen=True)
class Shading:
    """How deep a cell is shaded, by the least number of each shade; what `_shades.html` shows."""

    label: str
    least: tuple[int, ...]
    most: int | None = None
    shows: str = "count"

    def depth(self, cell: Cell) -> int:
        return 0 if cell.number is None else bisect_right(self.least, cell.number)

    @property
    def legend(self) -> list[Shade]:
        ends = [*(number - 1 for number in self.least[1:]), self.most]
        return [Shade(depth, *pair) for depth, pair in enumerate(zip(self.least, ends, strict=True), start=1)]


def steps(most: int) -> tuple[int, ...]:
    """The least number of each shade where the largest is `most`: few ones as in the matrix, else round ones."""
    if most < 2 * NUMBERS[-1]:
        return NUMBERS
    return tuple(sorted({1, *(rounded(most ** (part / len(NUMBERS))) for part in range(1, len(NUMBERS)))}))


def rounded(number: float) -> int:
    """The largest of 1, 2, 5, 10, 20, 50, … that is not above a number."""
    size = 10 ** (len(str(int(number))) - 1)
    return max(step * size for step in (1, 2, 5) if step * size <= number)


def middle(days: list[int]) -> int | float:
    """The median: a whole number, or one and a half."""
    found = median(days)
    return found if found % 1 else int(found)


def percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def in_order(query: CommitmentFilter, name: str) -> Iterable[tuple[str, str]]:
    """The values of a dimension with their names: in the order of time, of the vocabulary or of the names."""
    choices = query.choices(name)
    return sorted(choices, key=lambda pair: (pair[0] == NONE, pair[0])) if name in TIMES else choices


def too_large(query: CommitmentFilter) -> str:
    """Why the table of a query is not shown, in words."""
    return Table(query).refusal


# The table as a file: each row of the page, then the totals


def headings(query: CommitmentFilter) -> tuple[str, ...]:
    table = Table(query)
    keys = [column.key for column in table.columns] + ([] if table.has_all_values else ["total"])
    return ("row", "row_en", "row_ar", *(f"{key}{ending}" for key in keys for ending in endings(table, key)))


def endings(table: Table, key: str) -> tuple[str, ...]:
    """What is told of a value: itself, and the refusals beside it or the number of pledges that it rests on."""
    value = key if table.has_all_values else table.value
    return ("", "_refusals") if value == "count" else ("", "_of", "_or_more") if value == "upper" else ("", "_of")


def file_rows(query: CommitmentFilter, names: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Any, ...]]:
    """The rows; `names` are those of the values of the rows, and of "total", by language."""
    table = Table(query)
    for line in table.lines:
        cells = line.cells if table.has_all_values else [*line.cells, line.whole]
        yield line.key, *(of[line.key] for of in names.values()), *values_of(cells)
    cells = table.totals if table.has_all_values else [*table.totals, table.whole]
    yield "total", *(of["total"] for of in names.values()), *values_of(cells)


def values_of(cells: list[Cell]) -> Iterator[Any]:
    for cell in cells:
        yield cell.number if cell.value != "count" else cell.number or 0
        yield cell.refusals if cell.value == "count" else cell.rests_on
        if cell.value == "upper":
            yield ("yes" if cell.is_open else "no") if cell.rests_on else None
