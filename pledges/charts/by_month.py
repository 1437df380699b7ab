"""What the timeline shows besides its first view: numbers or sums by month or so far, as a whole or split.

Every value comes with the query of exactly its rows. Where to draw them: `panels.py`. A refusal is no pledge. What is
dated to a year alone counts from the end of that year, what has no date at no time.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from pyroaring import BitMap

from pledges.charts.matches import matches
from pledges.charts.sums import sum_of
from pledges.models import Unit
from pledges.models.vocab import InTotals
from pledges.query.dimension import NONE, ClosedChoices
from pledges.query.index.making import has_many
from pledges.query.league import IS_PLEDGE
from pledges.query.months import month_label
from pledges.query.pledge_dimensions import DIMENSION
from pledges.query.pledges import ALL_VALUES, COUNT, CUMULATIVE, MONTHLY, NOT_SPLIT, CommitmentFilter
from pledges.record import wording

# a page draws no more values of a dimension than that, the largest ones
MOST_PANELS = 12


@dataclass(frozen=True)
class Value:
    """So many pledges with what they amount to: `least` to `most`, or more where one `is_open` upwards.

    Where pledges are counted all three numbers are the same.
    """

    number: int = 0
    least: int = 0
    most: int = 0
    is_open: bool = False

    def __add__(self, other: "Value") -> "Value":
        return Value(
            self.number + other.number,
            self.least + other.least,
            self.most + other.most,
            self.is_open or other.is_open,
        )

    @property
    def text(self) -> str:
        """`150`, `150–300`, or `150–300+`."""
        return wording.span(self.least, self.most, self.is_open)


NOTHING = Value()


@dataclass(frozen=True)
class Shown:
    """A value with the query of its rows and with its name, for a link; None for a value without one."""

    value: Value
    query: str | None
    name: str


@dataclass
class Point:
    """A month, or a year that stands alone: its pledges, those until its end, how many refusals are in it."""

    period: str
    here: Value
    so_far: Value
    refusals: int
    is_change: bool


@dataclass(eq=False)
class Panel:
    """A value of the dimension that splits the matches, or all of them; a `Point` for each period of the chart."""

    key: str
    name: str
    rows: BitMap
    chart: "Chart"
    total: Value
    undated: Value
    undated_refusals: int

    @cached_property
    def points(self) -> list[Point]:
        return self.chart.points_of(self.rows)

    @property
    def last(self) -> Value:
        return self.points[-1].so_far if self.points else NOTHING


class Chart:
    """What a query asks of the timeline; made when it is asked for."""

    is_standing = False

    def __init__(self, query: CommitmentFilter):
        self.query, self.matches = query, matches(query)
        self.measure = query.measure
        self.is_cumulative = query.shown_as("show") == CUMULATIVE
        split = query.shown_as("split")
        self.split = None if split == NOT_SPLIT else split
        self.kept: dict[tuple[Panel, str], Shown] = {}

    @property
    def is_line(self) -> bool:
        """Whether it is drawn as a line, not as bars."""
        return self.is_cumulative

    @property
    def day(self) -> date | None:
        """The day that is asked for, to be marked."""
        return self.query.form.cleaned_data["on"]

    # What is counted

    @property
    def is_sum(self) -> bool:
        return self.measure != COUNT

    @cached_property
    def unit(self) -> Unit | None:
        return Unit.objects.get(slug=self.measure) if self.is_sum else None

    @cached_property
    def counted(self) -> BitMap:
        """The pledges that are counted, or whose quantities are added."""
        if self.is_sum:
            return self.matches.units.get(self.measure, BitMap())
        return self.matches.found - self.matches.refused

    @cached_property
    def told(self) -> BitMap:
        """These, and where pledges are counted the refusals beside them."""
        return self.counted if self.is_sum else self.matches.found

    def value(self, rows: BitMap) -> Value:
        rows = rows & self.counted
        return Value(*sum_of(self.matches, rows)) if self.is_sum else Value(*[len(rows)] * 3)

    @cached_property
    def conditions(self) -> dict[str, str]:
        """What finds the pledges that are counted, of all that match."""
        if self.is_sum:
            return {"in_totals": InTotals.COUNTED.value, "unit": self.measure}
        # where there is nothing to leave out, the address need not say so
        return IS_PLEDGE if self.matches.refused else {}

    # Periods

    @cached_property
    def by_period(self) -> dict[str, BitMap]:
        return dict(self.matches.divided(self.told, "month"))

    @cached_property
    def periods(self) -> list[str]:
        """The months with anything in them, each year that stands alone after its months."""
        return sorted(self.by_period.keys() - {NONE}, key=lambda period: (period[:4], period[5:] or "13"))

    @property
    def years(self) -> list[int]:
        return sorted({int(period[:4]) for period in self.periods})

    # Panels

    @cached_property
    def parts(self) -> list[Panel]:
        """All panels in their order: that of the vocabulary, else the largest first; of chosen values only these."""
        if not self.split:
            return [self.panel("", "", self.told)]
        found = dict(self.matches.divided(self.told, self.split))
        chosen = self.query.parameters.getlist(self.split)
        parts = [
            self.panel(value, label, found[value])
            for value, label in self.query.choices(self.split)
            if value in found and (not chosen or value in chosen)
        ]
        return parts if isinstance(DIMENSION[self.split].choices, ClosedChoices) else sorted(parts, key=size)

    @cached_property
    def panels(self) -> list[Panel]:
        """Those that are drawn."""
        drawn = sorted((panel for panel in self.parts if self.largest(panel).number), key=size)[:MOST_PANELS]
        return [panel for panel in self.parts if panel in drawn]

    @property
    def others(self) -> int:
        """How many more there are."""
        return sum(bool(self.largest(panel).number) for panel in self.parts) - len(self.panels)

    def largest(self, panel: Panel) -> Value:
        """What tells how large a panel is beside others."""
        return panel.total

    def panel(self, key: str, name: str, rows: BitMap) -> Panel:
        undated = rows & self.by_period.get(NONE, BitMap())
        refused = undated.intersection_cardinality(self.matches.refused)
        return Panel(key, name, rows, self, self.value(rows), self.value(undated), refused)

    @cached_property
    def whole(self) -> Panel:
        """All matches, whatever they are split by."""
        return self.parts[0] if not self.split else self.panel("", "", self.told)

    def points_of(self, panel: BitMap) -> list[Point]:
        points, so_far = [], NOTHING
        for period in self.periods:
            rows = panel & self.by_period[period]
            here = self.value(rows) if rows else NOTHING
            so_far = so_far + here if rows else so_far
            refusals = rows.intersection_cardinality(self.matches.refused)
            points.append(Point(period, here, so_far, refusals, bool(here.number)))
        return points

    # Links

    def narrowed(self, panel: Panel, **conditions: Any) -> str | None:
        of_panel = {self.split: panel.key} if panel.key else {}
        return self.query.narrowed(**{**of_panel, **self.conditions, **conditions})

    def query_so_far(self, panel: Panel, point: Point) -> str | None:
        return self.narrowed(panel, **self.until[point.period])

    @cached_property
    def until(self) -> dict[str, dict[str, Any]]:
        """{period: what finds all that was announced until its end}, without the year that is not over."""
        asked = self.query.form.cleaned_data["announced_before"] or date.max
        excluded = self.query.parameters.getlist("not_month")
        found = {}
        for period in self.periods:
            found[period] = {"announced_before": str(min(last_day(period), asked))}
            year = period[:4]
            if year != period and year in self.by_period:
                found[period]["not_month"] = [*dict.fromkeys([*excluded, year])]
        return found

    # Values with their links and names

    def here(self, panel: Panel, point: Point) -> Shown:
        """What a month adds."""
        query = self.narrowed(panel, month=point.period)
        return self.shown(panel, point.here, query, str(month_label(point.period)))

    def so_far(self, panel: Panel, point: Point) -> Shown:
        """What there is at the end of a month; drawing and table both tell it."""
        if (panel, point.period) not in self.kept:
            self.kept[panel, point.period] = self.at_end(panel, point)
        return self.kept[panel, point.period]

    def at_end(self, panel: Panel, point: Point) -> Shown:
        month = point.period if len(point.period) == 4 else month_label(point.period)
        end = _("by the end of %(month)s") % {"month": month}
        return self.shown(panel, point.so_far, self.query_so_far(panel, point), end)

    def point(self, panel: Panel, point: Point) -> Shown:
        """The one that is drawn."""
        return self.so_far(panel, point) if self.is_cumulative else self.here(panel, point)

    def undated(self, panel: Panel) -> Shown:
        return self.shown(panel, panel.undated, self.narrowed(panel, month=NONE), _("Date not stated"))

    def all(self, panel: Panel) -> Shown:
        return self.shown(panel, panel.total, self.narrowed(panel), _("In all"))

    def shown(self, panel: Panel, value: Value, query: str | None, when: str) -> Shown:
        name = f"{panel.name}{_(', ')}{when}" if panel.name else when
        return Shown(value, query, f"{name}: {self.words(value)}")

    def words(self, value: Value) -> str:
        """`23 pledges`; `150 to 300 personnel (4 pledges)`."""
        pledges = wording.pledges(value.number)
        if not self.is_sum or not value.number:
            return pledges
        return f"{wording.summed(value.least, value.most, value.is_open, self.unit)} ({pledges})"

    # What is said of it

    @property
    def title(self) -> str:
        if self.is_sum:
            so_far, by_month = _("Newly promised so far: %(unit)s"), _("Newly promised by month: %(unit)s")
            title = (so_far if self.is_cumulative else by_month) % {"unit": self.unit.name}
        else:
            title = _("Pledges announced so far") if self.is_cumulative else _("Pledges announced by month")
        return self.with_dimension(title)

    def with_dimension(self, title: str) -> str:
        if not self.split:
            return title
        return _("%(title)s – split by: %(dimension)s") % {"title": title, "dimension": DIMENSION[self.split].label}

    @property
    def of_several(self) -> str:
        """The name of the dimension, where a pledge can have several of its values."""
        return str(DIMENSION[self.split].label) if self.split and has_many(DIMENSION[self.split].path) else ""

    @property
    def has_range(self) -> bool:
        return any(panel.total.least != panel.total.most for panel in self.panels)

    @property
    def is_open(self) -> bool:
        return any(panel.total.is_open for panel in self.panels)

    @cached_property
    def has_years(self) -> bool:
        """Whether a year that stands alone adds to anything that is drawn."""
        points = (point for panel in self.panels for point in panel.points if len(point.period) == 4)
        return any(point.here.number for point in points)

    @property
    def left_out(self) -> int:
        """How many of the matches are not in the sum."""
        return len(self.matches.found - self.counted)

    @property
    def asked(self) -> str:
        return self.query.with_conditions(sort=None)

    @property
    def explained_at(self) -> str:
        """The part of the explanation that is about this sum."""
        return f"sum-{self.measure}" if self.counted else "sums"

    @property
    def asked_as_table(self) -> str:
        """All values of the dimension, in the free table."""
        return self.query.with_conditions(sort=None, down=self.split, across=ALL_VALUES)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """The legend: class and words."""
        if not self.has_range:
            return []
        lower, upper = ("surely", "perhaps") if self.is_cumulative else ("bar-least", "bar-most")
        return [(lower, _("Lower sum")), (upper, _("From there to the upper sum"))]

    @property
    def summary(self) -> list[Shown]:
        """All that is dated; where something is not, that and all."""
        last = self.so_far(self.whole, self.whole.points[-1])
        if not self.whole.undated.number:
            return [last]
        return [last, self.undated(self.whole), self.all(self.whole)]

    # The table: of the whole what each month adds and what there is at its end, else what is drawn

    @property
    def in_table(self) -> list[Panel]:
        return self.panels if self.split else [self.whole]

    @property
    def heads(self) -> list[str]:
        return [panel.name for panel in self.panels] if self.split else [_("In the month"), _("So far")]

    @property
    def lines(self) -> Iterator[tuple[str, list[Shown], int, str | None]]:
        """Rows: the period, its values, its refusals with the query of theirs where the table tells of them."""
        for place, period in enumerate(self.periods):
            points = [(panel, panel.points[place]) for panel in self.in_table]
            if self.split:
                # what is not drawn has months of its own
                if any(point.is_change for _panel, point in points):
                    yield str(month_label(period)), [self.changed(*pair) for pair in points], 0, None
            else:
                ((panel, point),) = points
                refused = self.query.narrowed(month=period, declined="yes") if point.refusals else None
                values = [self.here(panel, point), self.so_far(panel, point)]
                yield str(month_label(period)), values, point.refusals, refused

    def changed(self, panel: Panel, point: Point) -> Shown:
        """The value that is drawn; without a link where it is that of the month before, a table has many of these."""
        if point.is_change:
            return self.point(panel, point)
        return Shown(point.so_far if self.is_cumulative else point.here, None, "")

    @property
    def feet(self) -> Iterator[tuple[str, list[Shown]]]:
        """The last rows: what has no date, and all."""
        if any(panel.undated.number for panel in self.in_table):
            yield _("Date not stated"), [self.undated(panel) for panel in self.in_table]
        yield _("In all"), [self.all(panel) for panel in self.in_table]

    @property
    def shows_refusals(self) -> bool:
        return bool(not self.is_sum and not self.split and self.matches.refused)


def is_first_view(query: CommitmentFilter) -> bool:
    """Whether nothing of what is here is asked for: pledges month by month, as a whole."""
    return (query.shown_as("show"), query.measure, query.shown_as("split")) == (MONTHLY, COUNT, NOT_SPLIT)


def size(panel: Panel) -> tuple[int, int, int]:
    """The largest first."""
    largest = panel.chart.largest(panel)
    return -largest.most, -largest.least, -largest.number


def last_day(period: str) -> date:
    year, month = int(period[:4]), int(period[5:] or 12)
    return date(year, month, monthrange(year, month)[1])
