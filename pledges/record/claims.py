"""How far apart the values are that the sources of a pledge give: pure functions over citations.

A value is a range, of numbers (open where a source gives one end alone) or of days (those that a date can mean). Two
that overlap or touch agree; the gap is what lies between the two that are furthest apart. What the pledge itself
holds is what its editors follow, and no value of a source.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pledges.models import Citation
from pledges.models.dates import span_end, span_start

# an end of a range; None where it is open
End = Any


@dataclass(frozen=True)
class Gap:
    """What lies between the values that are furthest apart: the end of one, the beginning of the other."""

    low: End
    high: End


@dataclass(frozen=True)
class Values:
    """What sources give: how many do, the lowest and the highest end of their values, the gap if these differ."""

    sources: int
    lowest: End
    highest: End
    gap: Gap | None


def number_of(citation: Citation) -> tuple[int | None, int | None] | None:
    """The range of numbers that a citation claims; None if it claims none."""
    return (citation.claimed_min, citation.claimed_max) if citation.claims_number else None


def span_of(citation: Citation) -> tuple[date, date] | None:
    """The first and the last day that the date can mean which a citation claims; None if it claims none."""
    day, precision = citation.claimed_on, citation.claimed_precision
    return (span_start(day, precision), span_end(day, precision)) if day else None


def compared(ranges: Iterable[tuple[End, End]]) -> Values | None:
    """The `Values` that ranges amount to; None of no range."""
    ranges = list(ranges)
    if not ranges:
        return None
    begins = [first for first, _last in ranges if first is not None]
    ends = [last for _first, last in ranges if last is not None]
    ended, begun = min(ends, default=None), max(begins, default=None)
    differ = ended is not None and begun is not None and ended < begun
    return Values(len(ranges), min(begins + ends), max(begins + ends), Gap(ended, begun) if differ else None)


def numbers(citations: Iterable[Citation]) -> Values | None:
    return compared(filter(None, map(number_of, citations)))


def dates(citations: Iterable[Citation]) -> Values | None:
    return compared(filter(None, map(span_of, citations)))


def per_cent(gap: Gap) -> int:
    """A gap of numbers in whole per cent of the higher one; never nothing."""
    return max(1, (200 * (gap.high - gap.low) + gap.high) // (2 * gap.high))


def days(gap: Gap) -> int:
    return (gap.high - gap.low).days


def derived(citations: Iterable[Citation]) -> dict[str, Any]:
    """The fields of a pledge that follow from what its citations claim; a gap needs two of them."""
    citations = list(citations)
    found = {}
    for values, measure, names in (
        (numbers(citations), per_cent, ("claimed_lowest", "claimed_highest", "number_gap")),
        (dates(citations), days, ("claimed_earliest", "claimed_latest", "date_gap")),
    ):
        gap = None
        if values and values.sources > 1:
            gap = measure(values.gap) if values.gap else 0
        found |= zip(names, (values.lowest, values.highest, gap) if values else (None, None, None), strict=True)
    return found
