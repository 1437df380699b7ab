"""What was in force at the end of each month: the timeline's view of valid time, as `by_month` shows the others."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from pyroaring import BitMap

from pledges.charts.by_month import NOTHING, Chart, Panel, Point, Shown, Value, last_day
from pledges.history.as_of import known_on
from pledges.history.days import limits
from pledges.query.dimension import NONE
from pledges.query.in_force import sets
from pledges.query.months import month_label
from pledges.query.pledges import CommitmentFilter


class Standing(Chart):
    """As `Chart`, with a point for each month at whose end something else was in force than a month before.

    Of a query for what was in force on a day it shows what else the query asks for, on all days.
    """

    is_standing = True

    def __init__(self, query: CommitmentFilter):
        super().__init__(query.asking(on=None))
        self.asked_day = query.form.cleaned_data["on"]

    @property
    def day(self) -> date | None:
        return self.asked_day

    @property
    def is_line(self) -> bool:
        return True

    @cached_property
    def held(self) -> dict[str, BitMap]:
        """{month: what was in force at its end}, of the months that changed it."""
        months = list(self.months())
        held, before = {}, BitMap()
        for month, found in zip(months, sets(self.query, [self.end_of(month) for month in months]), strict=True):
            if found != before:
                held[month] = before = found
        return held

    def months(self) -> Iterator[str]:
        """From the first announcement to the last day that can be asked for."""
        first = min((period for period in self.by_period if period != NONE), default=None)
        if first:
            end = self.last_of_all.year * 12 + self.last_of_all.month
            for number in range(int(first[:4]) * 12 + int(first[5:] or 1) - 1, end):
                yield f"{number // 12}-{number % 12 + 1:02}"

    @property
    def last_of_all(self) -> date:
        return known_on() or limits().last

    def end_of(self, month: str) -> date:
        return min(last_day(month), self.last_of_all)

    @cached_property
    def periods(self) -> list[str]:
        return list(self.held)

    def points_of(self, panel: BitMap) -> list[Point]:
        points, before = [], BitMap()
        for month, held in self.held.items():
            rows = panel & held
            value = Value(*[len(rows)] * 3)
            points.append(Point(month, value, value, 0, rows != before))
            before = rows
        return points

    def largest(self, panel: Panel) -> Value:
        return max((point.here for point in panel.points), key=lambda value: value.number, default=NOTHING)

    # Links and words

    def point(self, panel: Panel, point: Point) -> Shown:
        day = self.end_of(point.period)
        when = _("in force at the end of %(month)s") % {"month": month_label(point.period)}
        return self.shown(panel, point.here, self.narrowed(panel, on=str(day)), when)

    here = so_far = point

    def all(self, panel: Panel) -> Shown:
        return self.point(panel, panel.points[-1])

    @property
    def summary(self) -> list[Shown]:
        undated = [self.undated(self.whole)] if self.whole.undated.number else []
        return [self.all(self.whole), *undated]

    @property
    def title(self) -> str:
        return self.with_dimension(_("In force at the end of each month"))

    @property
    def heads(self) -> list[str]:
        return [panel.name for panel in self.panels] if self.split else [_("In force at its end")]

    @property
    def lines(self) -> Iterator[tuple[str, list[Shown], int, str | None]]:
        for place, month in enumerate(self.periods):
            points = [(panel, panel.points[place]) for panel in self.in_table]
            if any(point.is_change for _panel, point in points):
                yield str(month_label(month)), [self.changed(*pair) for pair in points], 0, None

    @property
    def feet(self) -> Iterator[tuple[str, list[Shown]]]:
        return iter(())

    @property
    def shows_refusals(self) -> bool:
        return False
