"""The timeline: announcements and later steps by month and group of types, and where to draw them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import get_language_bidi

from pledges.charts.axis import Axis, Years
from pledges.models import Meeting
from pledges.models.dates import parse_iso
from pledges.models.vocab import TypeGroup
from pledges.query.dimension import NONE
from pledges.query.facets import numbers_by
from pledges.query.months import month_label
from pledges.query.pledge_dimensions import UNDATED
from pledges.query.pledges import CommitmentFilter

# what a drawing measures, in units of its own: the largest width of a month and of all months, the height of the
# largest bar up and down
MONTH = 20
WIDEST = 1200
UP = 170
DOWN = 80
LANE = 18
TICKS = 4
# a single pledge does not fill the drawing
TALLEST = 20


@dataclass
class Period:
    """A month (`2016-02`), or a year where no month is stated (`2016`): numbers of commitments by group.

    Refusals are counted apart, by when they are dated.
    """

    value: str
    announced: Counter = field(default_factory=Counter)
    stepped: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def is_year(self):
        return len(self.value) == 4

    @property
    def label(self):
        return month_label(self.value)


@dataclass
class Timeline:
    """The periods in order of time, and how many commitments, steps and refusals have no date."""

    periods: list[Period]
    undated: int = 0
    undated_steps: int = 0
    undated_refusals: int = 0

    @property
    def years(self) -> list[int]:
        """The years with anything in them."""
        return sorted({int(period.value[:4]) for period in self.periods})


def of(query: CommitmentFilter) -> Timeline:
    """The `Timeline` of the matches of a `CommitmentFilter`.

    A commitment counts in the month it was announced; and in each month with a later step, once. Refusals are
    counted apart. Under a filter by step only its months count: those of other steps would have no rows to link to.
    """
    periods = {}
    months = query.parameters.getlist("step")
    undated = add(periods, "announced", numbers_by(query.pledged, "month", "type_group"))
    undated_refusals = add(periods, "refused", numbers_by(query.refused, "month", "type_group"))
    steps = numbers_by(query.pledged, "step", "type_group")
    stepped = {key: numbers for key, numbers in steps.items() if key[0] != NONE and (not months or key[0] in months)}
    undated_steps = add(periods, "stepped", stepped)
    for meeting in Meeting.objects.public().order_by("start_on", "slug"):
        month = f"{meeting.start_on:%Y-%m}"
        if month in periods:
            periods[month].meetings.append(meeting)
    return Timeline(sorted(periods.values(), key=lambda period: period.value), undated, undated_steps, undated_refusals)


def add(periods: dict[str, Period], kind: str, numbers: dict[tuple[str, str], tuple[int, int]]) -> int:
    """Counts {(month, group): (number, refusals)} into the periods; returns the number without a month."""
    without = 0
    for (month, group), (number, _refusals) in numbers.items():
        if month in {NONE, UNDATED}:
            without += number
        else:
            getattr(periods.setdefault(month, Period(month)), kind)[group] += number
    return without


@dataclass(frozen=True)
class Mark:
    """A shape of the drawing: its box, the class that colours it, what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    period: Period
    number: int = 0
    label: str = ""
    query: str = ""


class Drawing:
    """A `Timeline` as marks in a view box of `width` x `height`: announcements upwards, later steps downwards.

    `query` gives the query string of a mark, as `rows_of` does; `mirrored` lets time run from right to left; `marked`
    is a day that a line stands on.
    """

    def __init__(self, found: Timeline, query: Callable[..., str], mirrored: bool = False, marked: date | None = None):
        self.query = query
        # many years make narrow months, not low bars
        self.time = Axis(found.years, MONTH, WIDEST, mirrored)
        self.width = self.time.width
        self.marked = self.time.marked(marked, 5) if marked else None
        # where the labels of the axis are, on the side that time runs from, and what is left of the drawing
        self.axis, self.left = (self.width + 5, -2) if mirrored else (-5, -34)
        months = [period for period in found.periods if not period.is_year]
        years = [period for period in found.periods if period.is_year and period.announced]
        self.most = max((period.announced.total() for period in months), default=0) or 1
        deepest = max((period.stepped.total() for period in found.periods), default=0)
        # one scale upwards and downwards
        self.scale = min(UP / self.most, DOWN / deepest if deepest else UP, TALLEST)
        self.baseline = LANE + self.most * self.scale
        self.second = self.baseline + LANE * (2 if years else 1)
        self.height = self.second + deepest * self.scale + 2
        self.bars = [mark for period in months for mark in self.stack(period, period.announced, "month", -1)]
        self.bars += [mark for period in found.periods for mark in self.stack(period, period.stepped, "step", 1)]
        self.spans = [
            self.mark(
                period,
                self.baseline + LANE + 1,
                LANE - 3,
                "span",
                period.announced.total(),
                query=query(period, "month"),
            )
            for period in years
        ]
        self.years = [self.year(box) for box in self.time.boxes]
        self.is_folded = any(box.is_folded for box in self.time.boxes)
        self.meetings = [
            (meeting, self.time.middle_of(meeting.start_on)) for period in months for meeting in period.meetings
        ]
        step = max(1, round(self.most / TICKS, -1 if self.most > 10 * TICKS else 0))
        self.ticks = [(n, self.baseline - n * self.scale) for n in range(int(step), self.most + 1, int(step))]

    def year(self, box: Years) -> Mark:
        """The box of a year, or of several without anything in them."""
        width = box.months * self.time.month
        x = self.time.place(box.before * self.time.month, width)
        kind = "year folded" if box.is_folded else "year"
        return Mark(x + 1, self.baseline, width - 2, LANE, kind, Period(box.label))

    def mark(
        self, period: Period, y: float, height: float, kind: str, number: int = 0, label: str = "", query: str = ""
    ) -> Mark:
        day, precision = parse_iso(period.value)
        width = self.time.month * (12 if period.is_year else 1)
        return Mark(self.time.x(day, width) + 1, y, width - 2, height, kind, period, number, label, query)

    def stack(self, period: Period, numbers: Counter, condition: str, direction: int) -> Iterator[Mark]:
        """The marks of one period, a group of types upon the other."""
        y = self.baseline if direction < 0 else self.second
        for group in TypeGroup:
            height = numbers[group] * self.scale
            if height:
                yield self.mark(
                    period,
                    y - height if direction < 0 else y,
                    height,
                    f"series-{group}",
                    numbers[group],
                    group.label,
                    self.query(period, condition, group),
                )
                y += direction * height


def drawn(query: CommitmentFilter) -> dict[str, Any]:
    """What `_timeline.html` shows of the matches of a `CommitmentFilter`: a drawing, and its numbers as rows."""
    pledged, refused = query.pledged, query.refused
    found = of(query)
    rows = partial(rows_of, query)
    return {
        "timeline": found,
        "drawing": Drawing(found, rows, get_language_bidi(), query.form.cleaned_data["on"]) if found.periods else None,
        "type_groups": list(TypeGroup),
        "periods": [numbers(rows, refused, period) for period in found.periods],
        "undated_query": pledged.narrowed(month=NONE),
        "undated_steps_query": pledged.narrowed(step=UNDATED),
        "undated_refusals_query": refused.narrowed(month=NONE),
    }


def rows_of(query: CommitmentFilter, period: Period, condition: str, group: TypeGroup | None = None) -> str:
    """The query of the pledges of a period and a group of types, or all; `condition`: `month` or `step`."""
    conditions = {condition: period.value} | ({"type_group": group.value} if group else {})
    if condition == "step":
        return query.pledged.narrowed(**conditions)
    refused = period.refused[group] if group else period.refused.total()
    return query.tallied(refused, refused, **conditions).query


def numbers(rows: Callable[..., str], refused: CommitmentFilter, period: Period) -> dict[str, Any]:
    """A row of the table: the period, its numbers with the queries of their rows."""
    return {
        "period": period,
        "groups": [(period.announced[group], rows(period, "month", group)) for group in TypeGroup],
        "totals": [
            (period.announced.total(), rows(period, "month")),
            (period.stepped.total(), rows(period, "step")),
        ],
        "refused": (period.refused.total(), refused.narrowed(month=period.value)),
    }
