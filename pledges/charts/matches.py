"""The matches of a query as sets of numbers, and what each amounts to: of the index, or of the database without one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F
from django.db.models.functions import Coalesce
from pyroaring import BitMap

from pledges.models.vocab import InTotals, Status
from pledges.query.league import NUMBERS
from pledges.query.pledge_dimensions import DIMENSION, in_totals
from pledges.query.pledges import CommitmentFilter

# what a share is of: {name: (dimension, value)}
PARTS = {
    name: next((of, value) for of, value in NUMBERS[name][1].items() if of != "declined")
    for name in ("delivered", "official", "disputed")
}
Numbers = Mapping[int, int] | Sequence[int]


@dataclass
class Matches:
    """What matches, what of it is refused, is part of a share, is counted in sums; quantities and keys by number."""

    found: BitMap
    refused: BitMap
    parts: dict[str, BitMap]
    units: dict[str, BitMap]  # what is counted in the sum of each unit
    left_out: dict[str, BitMap]  # what is in no sum, by reason
    least: Numbers
    most: Numbers
    is_open: Numbers
    keys: Numbers
    divided: Callable[[BitMap, str], Iterator[tuple[str, BitMap]]]  # the parts of a set by the values of a dimension


def matches(query: CommitmentFilter) -> Matches:
    return in_memory(query) if query.index else in_database(query)


def in_memory(query: CommitmentFilter) -> Matches:
    """By the index, without queries."""
    index, found = query.index, query.matching_set()
    by_reason = dict(index.divided(found, "in_totals"))
    counted = by_reason.pop(InTotals.COUNTED, BitMap())
    return Matches(
        found,
        found & index.refused,
        {name: found & DIMENSION[of].among(index, [value]) for name, (of, value) in PARTS.items()},
        dict(index.divided(counted, "unit")),
        by_reason,
        index.columns.least,
        index.columns.most,
        index.columns.is_open,
        index.columns.keys,
        index.divided,
    )


def in_database(query: CommitmentFilter) -> Matches:
    """The same, numbered by primary key; one query, and one more for each dimension that divides them."""
    rows = query.matching().order_by().annotate(why=in_totals())
    of_parts = [(name, *part) for name, part in PARTS.items()]
    quantities = (Coalesce("quantity_min", 0), Coalesce(F("quantity_max"), F("quantity_min"), 0), "quantity_max")
    values = rows.values_list("pk", "now", "why", "unit__slug", *(of for _name, of, _value in of_parts), *quantities)
    found, refused = BitMap(), BitMap()
    parts = {name: BitMap() for name in PARTS}
    units, left_out, least, most, is_open = {}, {}, {}, {}, {}
    for key, now, why, unit, *stored, low, high, maximum in values:
        found.add(key)
        least[key], most[key], is_open[key] = low, high, maximum is None
        if now == Status.DECLINED:
            refused.add(key)
        for (name, _of, value), here in zip(of_parts, stored, strict=True):
            if here == value:
                parts[name].add(key)
        if why == InTotals.COUNTED:
            units.setdefault(unit, BitMap()).add(key)
        else:
            left_out.setdefault(why, BitMap()).add(key)
    return Matches(found, refused, parts, units, left_out, least, most, is_open, SameKeys(), ByDatabase(query).divided)


class SameKeys:
    """Primary keys that are numbers themselves."""

    def __getitem__(self, number: int) -> int:
        return number


@dataclass
class ByDatabase:
    """Divides matches by dimensions: each is asked of the database once."""

    query: CommitmentFilter

    @cached_property
    def sets(self) -> dict[str, dict[str, BitMap]]:
        return {}

    def divided(self, found: BitMap, name: str) -> Iterator[tuple[str, BitMap]]:
        if name not in self.sets:
            self.sets[name] = {}
            dimension = self.query.dimension(name)
            rows = self.query.matching().order_by().annotate(of_dimension=dimension.value())
            for key, stored in rows.values_list("pk", "of_dimension"):
                self.sets[name].setdefault(dimension.public_value(stored), BitMap()).add(key)
        for value, held in self.sets[name].items():
            if part := held & found:
                yield value, part
