"""The axis of time of a drawing: where each month begins, and the boxes of the years. No numbers, no marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

# a single year does not fill a drawing
FEWEST_YEARS = 4
# so many empty years in a row are drawn as one box, of so many months: else one late step leaves half a drawing blank
FOLDED_YEARS = 3
FOLDED_MONTHS = 6


@dataclass(frozen=True)
class Years:
    """A box of the axis: the first and last year in it, the months before it and in it."""

    first: int
    last: int
    before: int
    months: int

    @property
    def is_folded(self) -> bool:
        return self.first != self.last

    @property
    def label(self) -> str:
        return f"{self.first}–{self.last}" if self.is_folded else str(self.first)


@dataclass(frozen=True)
class Marked:
    """A day with a line of its own: where that stands, and where its words begin."""

    x: float
    words_x: float
    day: date


class Axis:
    """The axis for years with anything in them: months of one width, all together no wider than `widest`.

    `mirrored` lets time run from right to left.
    """

    def __init__(self, years: list[int], month: float, widest: float, mirrored: bool = False):
        self.boxes, self.mirrored = list(boxes(years)), mirrored
        self.months = self.boxes[-1].before + self.boxes[-1].months
        # many years make narrow months
        self.month = min(month, widest / self.months)
        self.width = self.month * self.months
        self.before = {box.first: box.before for box in self.boxes}

    def start(self, day: date) -> float:
        """How far from the beginning of the axis the month of a day begins."""
        return self.month * (self.before[day.year] + day.month - 1)

    def place(self, start: float, width: float = 0) -> float:
        """The x of a box of this width that is so far from the beginning of the axis."""
        return self.width - start - width if self.mirrored else start

    def x(self, day: date, width: float) -> float:
        """Where a box of this width begins that stands for the time from the month of a day on."""
        return self.place(self.start(day), width)

    def marked(self, day: date, gap: float) -> Marked | None:
        """Where a day stands that is to be marked, with its words so far beside it; None outside of the axis."""
        if not any(box.first == day.year and not box.is_folded for box in self.boxes):
            return None
        x = self.middle_of(day)
        return Marked(x, x - gap if self.mirrored else x + gap, day)

    def middle_of(self, day: date) -> float:
        """Where a day stands within its month."""
        return self.place(self.start(day) + self.month * (day.day - 1) / 31)


def boxes(years: list[int]) -> Iterator[Years]:
    last = max(years[-1], years[0] + FEWEST_YEARS - 1)
    months = 0
    year = years[0]
    while year <= last:
        following = min((other for other in years if other >= year), default=year)
        is_folded = following - year >= FOLDED_YEARS
        until, more = (following - 1, FOLDED_MONTHS) if is_folded else (year, 12)
        yield Years(year, until, months, more)
        months += more
        year = until + 1
