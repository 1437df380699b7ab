"""The bitmaps of one version of the data: conditions in, sets of pledges, counts and rows in order out.

Pledges are numbered in the usual order of lists. What changed since is numbered anew at the end, and its old number
is no longer `public`: so an index is never changed under somebody who reads it, and shares its sets with the next.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from pyroaring import BitMap

from pledges.models.dates import MOST_EXACT_FIRST
from pledges.models.vocab import Grade, Precision, Status
from pledges.query.dimension import NONE
from pledges.query.index.words import Words
from pledges.record import folding
from pledges.record.data_version import Version

NOTHING = BitMap()
# days of which it is kept what held on them
DAYS_KEPT = 16


class Late(NamedTuple):
    """A pledge that is numbered at the end, because it changed. They are in the usual order, as tuples are."""

    before: int  # the number that it stands before
    day: int  # as in `Columns.days`
    slug: str
    number: int


@dataclass
class Columns:
    """What is known of each number, whether it is still public or not.

    Only ever added to, while others read: who walks through a dictionary makes a list of it first.
    A day is counted in days before the beginning of time, so that the latest is the smallest; 0 is none.
    """

    keys: array = field(default_factory=lambda: array("q"))
    days: array = field(default_factory=lambda: array("i"))
    least: array = field(default_factory=lambda: array("q"))
    most: array = field(default_factory=lambda: array("q"))
    is_open: array = field(default_factory=lambda: array("b"))
    in_order: int = 0  # so many numbers are those of the usual order
    by_key: array = field(default_factory=lambda: array("I"))  # these in the order of their primary keys
    values: dict[str, dict[str, BitMap]] = field(default_factory=dict)  # by dimension
    precisions: dict[str, BitMap] = field(default_factory=dict)
    sources: dict[int, BitMap] = field(default_factory=dict)  # by how many are independent
    # by status: on which day (as an ordinal) it begins or ceases to hold of what, where that is not its own alone
    turns: dict[str, dict[int, BitMap]] = field(default_factory=dict)
    # by status: the pledges with such a later step, by the first and the last day that it can have happened
    steps: dict[str, dict[tuple[int, int], BitMap]] = field(default_factory=dict)
    words: Words | None = None  # None until all are there

    def main_number(self, key: int) -> int | None:
        """Which of the numbers in order a primary key has, None for none."""
        place = bisect_left(self.by_key, key, key=self.keys.__getitem__)
        found = self.by_key[place] if place < len(self.by_key) else None
        return found if found is not None and self.keys[found] == key else None


@dataclass(frozen=True)
class Index:
    """The public pledges of a version of the data: `public` are their numbers."""

    version: Version
    columns: Columns
    public: BitMap
    late: tuple[Late, ...] = ()
    # the sets of dimensions that depend on what is asked
    of_query: Mapping[str, Mapping[str, BitMap]] = field(default_factory=dict)

    def sets(self, dimension: str) -> Mapping[str, BitMap]:
        """{value of a dimension: what has it}."""
        return self.of_query[dimension] if dimension in self.of_query else self.columns.values[dimension]

    # Conditions: each gives numbers, those of pledges that are public no more among them

    def having(self, dimension: str, values: Iterable[str]) -> BitMap:
        """What has one of the values of a dimension."""
        found = self.sets(dimension)
        return BitMap.union(NOTHING, *(found[value] for value in values if value in found))

    def since(self, day: date) -> BitMap:
        """What is dated to a day or later, a month or a year if any day of it is: as `dates.overlaps_from`."""
        found = self.dated(None, day)
        for precision, first in ((Precision.MONTH, day.replace(day=1)), (Precision.YEAR, day.replace(month=1, day=1))):
            found |= self.dated(None, first) & self.columns.precisions.get(precision, NOTHING)
        return found

    def until(self, day: date) -> BitMap:
        """What is dated to a day or earlier, by its first day: as `dates.overlaps_until`."""
        return self.dated(day, None)

    def dated(self, last: date | None, first: date | None) -> BitMap:
        """What is dated from `first` to `last`, each None for no limit; nothing without a date."""
        days, end = self.columns.days, self.columns.in_order
        low = -last.toordinal() if last else -date.max.toordinal()
        high = -first.toordinal() if first else -1
        found = BitMap(range(bisect_left(days, low, 0, end), bisect_right(days, high, 0, end)))
        found.update(late.number for late in self.late if low <= days[late.number] <= high)
        return found

    def held(self, days: Iterable[date], statuses: Collection[str]) -> Iterator[BitMap]:
        """Of what one of some statuses holds at the end of each of some days, the earliest first."""
        own, turned = self.having("status", statuses), BitMap()
        turns = [turn for status in statuses for turn in list(self.columns.turns.get(status, {}).items())]
        turns.sort(key=itemgetter(0), reverse=True)
        for day in days:
            while turns and turns[-1][0] <= day.toordinal():
                # what turns from one of the statuses to another does so twice
                turned ^= turns.pop()[1]
            yield ((own & self.until(day)) ^ turned) & self.public

    @cached_property
    def held_on(self) -> Callable[[date], dict[str, BitMap]]:
        """A function: day to {status: of what it holds at its end}; those of some days are kept."""
        return lru_cache(DAYS_KEPT)(lambda day: {status: next(self.held([day], [status])) for status in Status})

    def later(self, after: date | None, before: date | None) -> dict[str, BitMap]:
        """{status: what has such a later step from one day to another}, None for no limit; NONE for no step."""
        first = after.toordinal() if after else 0
        last = before.toordinal() if before else date.max.toordinal()
        found = {}
        for status, spans in list(self.columns.steps.items()):
            here = [held for (begins, ends), held in list(spans.items()) if ends >= first and begins <= last]
            found[status] = BitMap.union(NOTHING, *here)
        return {**found, NONE: self.public - BitMap.union(NOTHING, *found.values())}

    def supported_by(self, least: int) -> BitMap:
        """What at least so many independent sources support."""
        sources = list(self.columns.sources.items())
        return BitMap.union(NOTHING, *(held for number, held in sources if number >= least))

    def holding(self, query: str, own: bool = False) -> BitMap:
        """What a search finds; `own`: in the words of the pledge itself."""
        pieces = folding.sought(query)
        return BitMap.intersection(self.public, *(self.columns.words.holders(piece, own) for piece in pieces))

    def with_keys(self, keys: Iterable[int]) -> BitMap:
        """What has one of the primary keys."""
        return BitMap([number for key in keys if (number := self.number(key)) is not None])

    def number(self, key: int) -> int | None:
        """The number of a public pledge by its primary key, None for no such pledge."""
        if key in self.late_by_key:
            return self.late_by_key[key]
        found = self.columns.main_number(key)
        return found if found is not None and found in self.public else None

    @cached_property
    def late_by_key(self) -> dict[int, int]:
        return {self.columns.keys[late.number]: late.number for late in self.late}

    @property
    def refused(self) -> BitMap:
        """What `pledge_dimensions.declined` finds."""
        return self.columns.values["now"].get(Status.DECLINED, NOTHING)

    @property
    def disputed(self) -> BitMap:
        return self.columns.values["grade"].get(Grade.DISPUTED, NOTHING)

    # Numbers: of pledges that are public

    def divided(self, found: BitMap, dimension: str) -> Iterator[tuple[str, BitMap]]:
        """The parts of a set by the values of a dimension, the empty ones left out."""
        for value, held in list(self.sets(dimension).items()):
            if part := held & found:
                yield value, part

    def latest(self, found: BitMap) -> tuple[date | None, Precision]:
        """The latest announcement in a set that is not empty, and its precision; the most exact one of its day."""
        code = self.columns.days[next(self.rows(found, 0, 1))]
        if not code:
            return None, Precision.UNKNOWN
        day = date.fromordinal(-code)
        here = found & self.dated(day, day)
        held = self.columns.precisions
        return day, next(exactness for exactness in MOST_EXACT_FIRST if held.get(exactness, NOTHING).intersect(here))

    # Rows in the usual order

    def rows(self, found: BitMap, start: int, stop: int) -> Iterator[int]:
        """The numbers at some places of a set in the usual order."""
        late = {place: row.number for place, row in self.places(found)}
        before = sum(place < start for place in late)
        # both are in order: at each place stands what is late there, or the next of the others
        others = iter(self.in_order_of(found)[start - before : stop - before])
        for place in range(start, stop):
            number = late[place] if place in late else next(others, None)
            if number is None:
                return
            yield number

    def in_order_of(self, found: BitMap) -> BitMap:
        return found - self.late_numbers if self.late else found

    @cached_property
    def late_numbers(self) -> BitMap:
        return BitMap([late.number for late in self.late])

    def places(self, found: BitMap) -> Iterator[tuple[int, Late]]:
        """The place of each late pledge of a set in it."""
        here = [late for late in self.late if late.number in found]
        others = self.in_order_of(found)
        for earlier, late in enumerate(here):
            yield (others.rank(late.before - 1) if late.before else 0) + earlier, late

    def keys(self, numbers: Iterable[int]) -> list[int]:
        """The primary keys of numbers."""
        return [self.columns.keys[number] for number in numbers]

    def keys_of(self, found: BitMap, start: int, stop: int) -> list[int]:
        """The primary keys at some places of a set in the usual order."""
        return self.keys(islice(self.rows(found, start, stop), stop - start))


def counted(held: Mapping[str, BitMap], found: BitMap) -> dict[str, int]:
    """{value: how many of a set have it}, nothing for none."""
    numbers = ((value, part.intersection_cardinality(found)) for value, part in list(held.items()))
    return {value: number for value, number in numbers if number}
