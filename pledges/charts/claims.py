"""What the sources of a pledge give, number or date, each as marks on one axis; no record is asked for here.

Places on an axis are per cent of its width, so that a drawing fits wherever it stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language_bidi

from pledges.models import Citation, Commitment
from pledges.models.dates import span_end, span_start
from pledges.record import claims, wording

# what is left free at either end of an axis, for the dots and the words of the outermost values
MARGIN = 15
# the kinds of values
NUMBER, DATE = "number", "date"


@dataclass(frozen=True)
class Axis:
    """From the lowest to the highest value; `mirrored` runs from right to left."""

    lowest: int
    highest: int
    mirrored: bool

    def at(self, value: int) -> float:
        length = self.highest - self.lowest
        share = (value - self.lowest) / length if length else 0.5
        place = MARGIN + share * (100 - 2 * MARGIN)
        return 100 - place if self.mirrored else place

    def between(self, first: int | None, last: int | None) -> "Bar":
        """The bar from one value to another, to the edge where it is open."""
        begin, end = (100.0, 0.0) if self.mirrored else (0.0, 100.0)
        places = (begin if first is None else self.at(first), end if last is None else self.at(last))
        return Bar(min(places), max(places))


@dataclass(frozen=True)
class Bar:
    """A range on an axis."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Dot:
    """An end of what a source gives; `is_open`: it gives no other end."""

    x: float
    is_open: bool


@dataclass(frozen=True)
class Claim:
    """What one source gives, in words and as marks."""

    citation: Citation
    words: str
    bar: Bar | None
    dots: list[Dot]


@dataclass(frozen=True)
class Drawing:
    """What sources give of one kind, the lowest first; what the pledge itself holds, as a band and in words."""

    kind: str
    claims: list[Claim]
    own: Bar | None
    own_ends: list[float]
    own_words: str
    ticks: list[tuple[float, str]]
    gap: str  # in words; "" where no two sources differ


@dataclass(frozen=True)
class Kind:
    """How values of a kind are read, placed and put in words."""

    of_citation: Callable[[Citation], tuple | None]
    of_pledge: Callable[[Commitment], tuple | None]
    place: Callable[[Any], int]
    words: Callable[[Citation, Commitment], str]
    own_words: Callable[[Commitment], str]
    tick: Callable[[Any], str]
    gap: Callable[[claims.Gap, Commitment], str]


def quantity_of(pledge: Commitment) -> tuple[int | None, int | None] | None:
    numbers = pledge.quantity_min, pledge.quantity_max
    return None if numbers == (None, None) else numbers


def announcement_of(pledge: Commitment) -> tuple[date, date] | None:
    day, precision = pledge.announced_on, pledge.announced_precision
    return (span_start(day, precision), span_end(day, precision)) if day else None


KINDS = {
    NUMBER: Kind(
        claims.number_of,
        quantity_of,
        int,
        lambda citation, pledge: wording.claimed(citation.claimed_min, citation.claimed_max, pledge.unit),
        wording.quantity,
        wording.short_number,
        lambda gap, pledge: wording.numbers_apart(gap.low, gap.high, claims.per_cent(gap), pledge.unit),
    ),
    DATE: Kind(
        claims.span_of,
        announcement_of,
        date.toordinal,
        lambda citation, pledge: wording.date(citation.claimed_on, citation.claimed_precision),
        lambda pledge: wording.date(pledge.announced_on, pledge.announced_precision),
        wording.day,
        lambda gap, pledge: wording.days_apart(gap.low, gap.high, claims.days(gap)),
    ),
}


def drawn(pledge: Commitment, citations: Iterable[Citation], name: str) -> Drawing | None:
    """The `Drawing` of what the citations of a pledge claim; None where they claim nothing that it could hold."""
    kind = KINDS[name]
    found = [(citation, given) for citation in citations if (given := kind.of_citation(citation))]
    values = claims.compared(given for _citation, given in found)
    if values is None or (name == NUMBER and pledge.unit is None):
        return None
    own = kind.of_pledge(pledge)
    ends = [end for ends in (*(given for _citation, given in found), own or ()) for end in ends if end is not None]
    axis = Axis(kind.place(min(ends)), kind.place(max(ends)), get_language_bidi())
    return Drawing(
        name,
        [claim(citation, given, pledge, kind, axis) for citation, given in sorted(found, key=lowest_first)],
        own and bar(own, kind, axis),
        [axis.at(kind.place(end)) for end in dict.fromkeys(own or ()) if end is not None],
        kind.own_words(pledge) if own else "",
        [(axis.at(kind.place(end)), kind.tick(end)) for end in sorted({min(ends), max(ends)})],
        kind.gap(values.gap, pledge) if values.gap else "",
    )


def lowest_first(found: tuple[Citation, tuple]) -> tuple:
    citation, (first, last) = found
    return (last if first is None else first), (first if last is None else last), citation.source.slug


def claim(citation: Citation, given: tuple, pledge: Commitment, kind: Kind, axis: Axis) -> Claim:
    ends = [end for end in dict.fromkeys(given) if end is not None]
    dots = [Dot(axis.at(kind.place(end)), None in given) for end in ends]
    is_one = given[0] == given[1]
    return Claim(citation, kind.words(citation, pledge), None if is_one else bar(given, kind, axis), dots)


def bar(given: tuple, kind: Kind, axis: Axis) -> Bar:
    return axis.between(*(end if end is None else kind.place(end) for end in given))


def shown_of(pledge: Commitment, citations: Iterable[Citation]) -> list[Drawing]:
    """The drawings of a pledge that tell more than its citations one by one: of several values, or of one that is not
    what the pledge holds."""
    citations = list(citations)
    drawings = [drawn(pledge, citations, name) for name in KINDS]
    return [drawing for drawing in drawings if drawing and (len(drawing.claims) > 1 or departs(drawing))]


def departs(drawing: Drawing) -> bool:
    """Whether the only value of a source lies apart from what the pledge holds."""
    (only,) = drawing.claims
    own, given = drawing.own, only.bar or Bar(only.dots[0].x, only.dots[0].x)
    return bool(own) and (given.end < own.start or own.end < given.start)
