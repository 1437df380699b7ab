"""Every sum of quantities on the site: unit by unit a range, and what is in no sum, by reason.

Unlike units are never added, and of one unit only what `pledge_dimensions.in_totals` counts.
"""

from collections import Counter
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


def sums(query: CommitmentFilter) -> Sums:
    """The `Sums` of the matches of a `CommitmentFilter`."""
    found, left_out = in_memory(query) if query.index else added_up(query.matching())
    units = Unit.objects.filter(slug__in=found)
    return Sums(
        [Amount(unit, *found[unit.slug], query.narrowed(in_totals=InTotals.COUNTED, unit=unit.slug)) for unit in units],
        [(reason, left_out[reason], query.narrowed(in_totals=reason)) for reason in InTotals if left_out[reason]],
    )


def in_memory(query: CommitmentFilter) -> Added:
    """`added_up` by the index."""
    index, columns = query.index, query.index.columns
    by_reason = dict(index.divided(query.matching_set(), "in_totals"))
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
