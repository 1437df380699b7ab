"""Every sum of quantities on the site: unit by unit a range, and what is in no sum, by reason.

Unlike units are never added, and of one unit only what `pledge_dimensions.in_totals` counts.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from pyroaring import BitMap

from pledges.charts.matches import Matches
from pledges.models import Commitment, Unit
from pledges.models.vocab import InTotals
from pledges.query.index.bitmaps import Columns
from pledges.query.pledge_dimensions import in_totals
from pledges.query.pledges import CommitmentFilter

# so many sums are told beside a count
MOST_TOLD = 2
Added = tuple[dict[str, tuple[int, int, int, bool]], Counter]


@dataclass(frozen=True)
class Amount:
    """What so many commitments promise in one unit: `least` to `most`, or more where one `is_open` upwards."""

    unit: Unit
    number: int
    least: int
    most: int
    is_open: bool
    query: str = ""  # of its rows


@dataclass(frozen=True)
class Sums:
    """The `Amount`s in the order of the units, and what is in none: (reason, number, query of the rows)."""

    amounts: list[Amount]
    left_out: list[tuple[InTotals, int, str]]
    query: str = ""  # of all that matches, whose numbers are explained

    @property
    def first(self) -> list[Amount]:
        """Those of most pledges."""
        return sorted(self.amounts, key=lambda amount: -amount.number)[:MOST_TOLD]

    @property
    def others(self) -> int:
        """How many more there are."""
        return max(0, len(self.amounts) - MOST_TOLD)

    @property
    def left_out_number(self) -> int:
        return sum(number for _reason, number, _query in self.left_out)


def sums(query: CommitmentFilter) -> Sums:
    """The `Sums` of the matches of a `CommitmentFilter`."""
    found, left_out = in_memory(query) if query.index else added_up(query.matching())
    return told(query, found, left_out, Unit.objects.filter(slug__in=found), {})


def sums_by(query: CommitmentFilter, name: str, values: Iterable[str]) -> dict[str, Sums]:
    """The `Sums` of the matches with each of some values of a dimension."""
    dimension = query.dimension(name)
    if query.index:
        added = {
            value: in_memory(query, query.matching_set() & dimension.among(query.index, [value])) for value in values
        }
    else:
        added = {value: added_up(query.matching().filter(dimension.matches([value]))) for value in values}
    units = list(Unit.objects.filter(slug__in={unit for found, _left_out in added.values() for unit in found}))
    return {value: told(query, *found, units, {name: value}) for value, found in added.items()}


def told(query: CommitmentFilter, found: dict, left_out: Counter, units: Iterable[Unit], more: dict[str, str]) -> Sums:
    """What was added up, each with the query of its rows; `more` are the conditions of all of them."""
    counted = {**more, "in_totals": InTotals.COUNTED}
    return Sums(
        [
            Amount(unit, *found[unit.slug], query.narrowed(**counted, unit=unit.slug))
            for unit in units
            if unit.slug in found
        ],
        [
            (reason, left_out[reason], query.narrowed(**more, in_totals=reason))
            for reason in InTotals
            if left_out[reason]
        ],
        query.with_conditions(**more, sort=None),
    )


def in_memory(query: CommitmentFilter, rows: BitMap | None = None) -> Added:
    """`added_up` by the index, of all matches or of some of them."""
    index, columns = query.index, query.index.columns
    by_reason = dict(index.divided(query.matching_set() if rows is None else rows, "in_totals"))
    counted = by_reason.pop(InTotals.COUNTED, BitMap())
    amounts = {unit: sum_of(columns, rows) for unit, rows in index.divided(counted, "unit")}
    return amounts, Counter({reason: len(rows) for reason, rows in by_reason.items()})


def sum_of(columns: Columns | Matches, rows: BitMap) -> tuple[int, int, int, bool]:
    """(number, least, most, is_open) of rows of one unit that count."""
    return (
        len(rows),
        sum(map(columns.least.__getitem__, rows)),
        sum(map(columns.most.__getitem__, rows)),
        any(map(columns.is_open.__getitem__, rows)),
    )


def added_up(pledges: QuerySet[Commitment]) -> Added:
    """{slug of a unit: (number, least, most, is_open)} of what counts, {reason: number} of what does not; one query.

    The lower end of "up to" is 0; in the upper end what is open counts with its lower one.
    """
    rows = pledges.order_by().annotate(in_totals=in_totals()).values_list("in_totals", "unit__slug")
    rows = rows.annotate(
        n=Count("pk"),
        least=Sum(Coalesce("quantity_min", 0), default=0),
        most=Sum(Coalesce(F("quantity_max"), F("quantity_min"), 0), default=0),
        open_ended=Count("pk", filter=Q(quantity_max__isnull=True)),
    )
    amounts, left_out = {}, Counter()
    for reason, unit, number, least, most, open_ended in rows:
        if reason == InTotals.COUNTED:
            amounts[unit] = (number, int(least), int(most), bool(open_ended))
        else:
            left_out[reason] += number
    return amounts, left_out
