"""Where the panels of `by_month.Chart` are drawn: bars by month, or a stepped line of what there is so far.

Up to the lower sum all is strong, from there to the upper one it is faint. All panels of a chart have the same scales.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from pledges.charts import timeline
from pledges.charts.axis import Axis, Marked
from pledges.charts.by_month import Chart, Panel, Point, Shown, Value, is_first_view
from pledges.charts.paper import width_of
from pledges.charts.standing import Standing
from pledges.models import Meeting
from pledges.models.dates import parse_iso
from pledges.query.pledges import STANDING, CommitmentFilter
from pledges.record import wording

# a single pledge does not fill a panel
LEAST_TOP = 4
# from the sides: of numbers of the axis, of a line that goes on after the last month
GAP = 6
OVERHANG = 8
# of a line of text
LETTERS = 12
LANE = 18
# between the two numbers at the end of a line
APART = 34


@dataclass(frozen=True)
class Size:
    """What a panel measures without its labels, and the room above it."""

    width: float
    height: float
    head: float
    ticks: int
    has_labels: bool = False  # at the end of its line


# by itself, by itself on a phone, beside others
LARGE = Size(960, 300, 24, ticks=5, has_labels=True)
PHONE = Size(300, 190, 10, ticks=5)
SMALL = Size(232, 104, 10, ticks=3)


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """What a month or a year is drawn as: the box that is hit, with its value and link, bars or a dot within it."""

    box: Box
    shown: Shown
    least: Box | None = None
    most: Box | None = None
    caret: tuple[float, float] | None = None  # of what is open upwards
    dot: tuple[float, float] | None = None
    words: str = ""
    is_span: bool = False


@dataclass(frozen=True)
class Label:
    """Words on the drawing, a number above them."""

    x: float
    y: float
    number: str
    words: str = ""

    @property
    def below(self) -> float:
        return self.y + LETTERS + 2


class Drawing:
    """A panel as shapes in a view box of `width` x `height` that begins `left`."""

    def __init__(self, chart: Chart, panel: Panel, size: Size):
        self.chart, self.panel, self.size = chart, panel, size
        self.mirrored = get_language_bidi()
        self.time = Axis(chart.years, size.width, size.width, self.mirrored)
        self.top = top_of(chart)
        self.step = round_step(max(self.top, LEAST_TOP) / size.ticks)
        self.baseline = size.head + size.height
        self.numbers = [wording.short(number, wording.SCALES) for number in range(0, self.top + 1, self.step)]
        before = GAP * 2 + max(width_of(number, LETTERS) for number in self.numbers)
        after = OVERHANG + GAP + max((self.width_of(label) for label in self.labels), default=0)
        self.left = -(after if self.mirrored else before)
        self.width = before + self.time.width + after
        self.height = self.baseline + LANE + (LANE if self.has_spans else 0) + 2

    @property
    def has_spans(self) -> bool:
        """Whether years that stand alone have a lane of their own; the same in all panels."""
        return self.chart.has_years and not self.chart.is_line

    @property
    def all(self) -> Shown:
        return self.chart.all(self.panel)

    # Places

    def x(self, start: float) -> float:
        return self.time.place(start)

    def y(self, number: float) -> float:
        return self.baseline - self.size.height * number / max(self.top, LEAST_TOP)

    def start(self, period: str) -> float:
        """From where on a period counts: a month from its beginning, a year that stands alone from its end.

        What holds at the end of a month is drawn from there on.
        """
        if len(period) == 4:
            box = next(box for box in self.time.boxes if box.first == int(period))
            return self.time.month * (box.before + box.months)
        return self.time.start(parse_iso(period)[0]) + (self.time.month if self.chart.is_standing else 0)

    def box(self, start: float, end: float, top: float, bottom: float) -> Box:
        return Box(self.time.place(start, end - start), top, end - start, bottom - top)

    # Axes

    @property
    def ticks(self) -> list[Label]:
        x = self.time.width + GAP if self.mirrored else -GAP
        return [Label(x, self.y(place * self.step), number) for place, number in enumerate(self.numbers)]

    @property
    def ends(self) -> tuple[float, float]:
        """Of the lines across."""
        return self.x(0), self.x(self.end if self.chart.is_line else self.time.width)

    @property
    def years(self) -> Iterator[tuple[float, str, float]]:
        """Where each box of the axis begins, its label as far as there is room, and where the label stands."""
        free = -OVERHANG
        for box in self.time.boxes:
            start, width = box.before * self.time.month, box.months * self.time.month
            middle, wide = start + width / 2, width_of(box.label, LETTERS)
            has_room = middle - wide / 2 > free
            free = middle + wide / 2 + GAP if has_room else free
            yield self.x(start), box.label if has_room else "", self.x(middle)

    @property
    def folded(self) -> list[Box]:
        """The boxes of years without anything in them."""
        month = self.time.month
        return [
            self.box(box.before * month, (box.before + box.months) * month, self.size.head, self.baseline)
            for box in self.time.boxes
            if box.is_folded
        ]

    @property
    def marked(self) -> Marked | None:
        """The day that is asked for, with its words where there is room."""
        return self.time.marked(self.chart.day, GAP) if self.chart.day else None

    @cached_property
    def meetings(self) -> list[tuple[Meeting, float]]:
        """In these months, on a drawing by itself."""
        if not self.size.has_labels:
            return []
        public = Meeting.objects.public().order_by("start_on", "slug")
        found = [meeting for meeting in public if f"{meeting.start_on:%Y-%m}" in self.chart.by_period]
        return [(meeting, self.time.middle_of(meeting.start_on)) for meeting in found]

    # Month by month

    @property
    def marks(self) -> list[Mark]:
        if self.chart.is_line:
            return list(self.steps())
        months = [point for point in self.panel.points if point.here.number and len(point.period) == 7]
        return [self.bar(point) for point in months]

    def bar(self, point: Point) -> Mark:
        start, month, value = self.start(point.period), self.time.month, point.here
        gap = month / 10
        least, most = self.y(value.least), min(self.y(value.most), self.baseline - 1)
        return Mark(
            self.box(start, start + month, self.size.head, self.baseline),
            self.chart.here(self.panel, point),
            self.box(start + gap, start + month - gap, least, self.baseline) if value.least else None,
            self.box(start + gap, start + month - gap, most, least) if most < least else None,
            (self.x(start + month / 2), most - 3) if value.is_open else None,
        )

    @property
    def spans(self) -> list[Mark]:
        """The years that stand alone, below the axis."""
        if not self.has_spans:
            return []
        return [self.span(point) for point in self.panel.points if point.here.number and len(point.period) == 4]

    def span(self, point: Point) -> Mark:
        end, words = self.start(point.period), point.here.text
        start = end - 12 * self.time.month
        top = self.baseline + LANE + 2
        has_room = width_of(words, LETTERS) < end - start
        box = self.box(start + 1, end - 1, top, top + LANE - 3)
        return Mark(box, self.chart.here(self.panel, point), words=words if has_room else "", is_span=True)

    # So far

    @cached_property
    def changes(self) -> list[Point]:
        """The points at which the line steps, or something that it cannot show changes."""
        return [point for point in self.panel.points if point.is_change]

    def steps(self) -> Iterator[Mark]:
        starts = [*(self.start(point.period) for point in self.changes), self.end]
        for point, (start, end) in zip(self.changes, pairwise(starts), strict=True):
            yield Mark(
                self.box(start, end, self.size.head, self.baseline),
                self.chart.point(self.panel, point),
                dot=(self.x(start), self.y(point.so_far.least)) if self.size.has_labels else None,
            )

    @property
    def paths(self) -> list[tuple[str, str]]:
        """The shapes of a line, those behind first: class and path."""
        shapes = ("perhaps", "surely", "at_most", "or_more", "at_least")
        return [(name.replace("_", "-"), path) for name in shapes if (path := getattr(self, name))]

    @property
    def end(self) -> float:
        return self.time.width + OVERHANG

    @property
    def at_least(self) -> str:
        return self.line(self.levels(least))

    @property
    def surely(self) -> str:
        return f"{self.at_least}V{tenth(self.y(0))}Z" if self.changes else ""

    @property
    def perhaps(self) -> str:
        """The area from the lower to the upper sum."""
        if not self.has_range:
            return ""
        lower = self.levels(least)
        back = f"V{tenth(self.y(lower[-1][1]))}"
        for (_start, number), (start, _number) in zip([(0, 0), *lower][-2::-1], lower[::-1], strict=True):
            back += f"H{tenth(self.x(start))}V{tenth(self.y(number))}"
        return f"{self.line(self.levels(most))}{back}Z"

    @property
    def at_most(self) -> str:
        """The upper edge, as far as it is one."""
        closed = [point for point in self.changes if not point.so_far.is_open]
        if not self.has_range or not closed:
            return ""
        opened = self.changes[len(closed) :]
        return self.line(self.levels(most, closed), self.start(opened[0].period) if opened else None)

    @property
    def or_more(self) -> str:
        """The upper edge where it may be higher."""
        closed = sum(not point.so_far.is_open for point in self.changes)
        opened = self.changes[closed:]
        if not opened or not self.has_range:
            return ""
        before = self.changes[closed - 1].so_far.most if closed else 0
        return self.line(self.levels(most, opened), begin=(self.start(opened[0].period), before))

    @property
    def caret(self) -> tuple[float, float] | None:
        """Above the end of a line that is open upwards."""
        if not self.chart.is_line or not self.panel.last.is_open:
            return None
        return self.x(self.time.width + OVERHANG / 2), self.y(self.panel.last.most) - 4

    @property
    def has_range(self) -> bool:
        return any(point.so_far.least != point.so_far.most for point in self.changes)

    def levels(self, number: Callable[[Value], int], points: list[Point] | None = None) -> list[tuple[float, int]]:
        points = self.changes if points is None else points
        return [(self.start(point.period), number(point.so_far)) for point in points]

    def line(self, levels: list[tuple[float, int]], end: float | None = None, begin: tuple[float, int] = (0, 0)) -> str:
        """A stepped path from `begin` over levels, each from its start on, to the `end` of the drawing or before."""
        if not levels:
            return ""
        steps = "".join(f"H{tenth(self.x(start))}V{tenth(self.y(number))}" for start, number in levels)
        first, last = self.x(begin[0]), self.x(self.end if end is None else end)
        return f"M{tenth(first)} {tenth(self.y(begin[1]))}{steps}H{tenth(last)}"

    @cached_property
    def labels(self) -> list[Label]:
        """At the end of the line: its numbers, the lower one first."""
        if not self.size.has_labels or not self.chart.is_line or not self.changes:
            return []
        value, x = self.panel.last, self.x(self.end + GAP)
        low = min(self.y(value.least) + 4, self.baseline - LANE)
        if value.least == value.most:
            return [
                Label(x, low, value.text, self.chart.unit.name if self.chart.is_sum else pgettext("so far", "pledges"))
            ]
        high = min(self.y(value.most) + 4, low - APART)
        words = _("Upper sum, or more") if value.is_open else _("Upper sum")
        return [
            Label(x, low, wording.short(value.least, wording.SCALES), _("Lower sum")),
            Label(x, high, wording.short(value.most, wording.SCALES), words),
        ]

    def width_of(self, label: Label) -> float:
        return GAP + max(width_of(label.number, LETTERS * 1.3), width_of(label.words, LETTERS))


def top_of(chart: Chart) -> int:
    """The largest number that is drawn."""
    if chart.is_line:
        return max((point.so_far.most for panel in chart.panels for point in panel.points), default=0)
    months = (point for panel in chart.panels for point in panel.points if len(point.period) == 7)
    return max((point.here.most for point in months), default=0)


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is not below a number."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step >= least:
                return step
        size *= 10


def least(value: Value) -> int:
    return value.least


def most(value: Value) -> int:
    return value.most


def tenth(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


# What templates show


def shown_by_month(query: CommitmentFilter) -> dict[str, Any]:
    """What `_timeline.html` shows of the matches of a `CommitmentFilter`: the first view, or what is asked for."""
    return timeline.drawn(query) if is_first_view(query) else drawn(chart_of(query))


def chart_of(query: CommitmentFilter) -> Chart:
    return Standing(query) if query.shown_as("show") == STANDING else Chart(query)


def drawn(chart: Chart) -> dict[str, Any]:
    """The drawings of a chart: one by itself, also for a phone, or one for each panel."""
    if not chart.panels or not chart.periods:
        return {"chart": chart, "drawings": []}
    if chart.split:
        return {"chart": chart, "drawings": [Drawing(chart, panel, SMALL) for panel in chart.panels]}
    (panel,) = chart.panels
    return {"chart": chart, "drawings": [Drawing(chart, panel, LARGE)], "for_phone": Drawing(chart, panel, PHONE)}
