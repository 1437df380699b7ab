"""Pledges on which sources disagree: both sides of each, or the values that they give, the furthest apart first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from pledges.charts.claims import DATE, NUMBER, Drawing, drawn
from pledges.models import Citation, Commitment, Source
from pledges.models.vocab import Grade, Stance
from pledges.query.per_version import per_version
from pledges.record.evidence import contradiction, originals

# what the values of sources are compared by: the columns that hold how far they are apart
GAPS = {NUMBER: "number_gap", DATE: "date_gap"}
SIDES = (Stance.SUPPORTS, Stance.CONTRADICTS)


@dataclass(frozen=True)
class Side:
    """What is for a pledge, or against it: the citations, and how many independent sources they are."""

    stance: Stance
    citations: list[Citation]
    independent: int


@dataclass(frozen=True)
class Dispute:
    """One disputed pledge: how many of its independent sources contradict it, and both sides."""

    pledge: Commitment
    contradicting: int
    independent: int
    sides: list[Side]


@dataclass(frozen=True)
class Contest:
    """One pledge whose sources give different values, and these drawn."""

    pledge: Commitment
    drawing: Drawing | None


def strongest_first(pledges: Iterable[int]) -> list[int]:
    """Disputed public pledges by how strongly each is contradicted, all by their keys; alike ones keep their order."""
    ranks = per_version("contradictions", ranked_by_contradiction)
    # what is disputed only since the ranks were made comes last
    return sorted(pledges, key=lambda pledge: ranks.get(pledge, 0), reverse=True)


def ranked_by_contradiction() -> dict[int, int]:
    """{disputed public pledge: its rank, the greater the more strongly it is contradicted}."""
    first_told = originals_by_source()
    sides = {stance: defaultdict(set) for stance in SIDES}
    rows = Citation.objects.filter(commitment__in=Commitment.objects.public().filter(grade=Grade.DISPUTED))
    for pledge, source, stance in rows.filter(stance__in=SIDES).values_list("commitment", "source", "stance"):
        sides[stance][pledge].add(first_told.get(source, source))
    supporting, contradicting = sides.values()
    found = {pledge: contradiction(supporting[pledge], of_pledge) for pledge, of_pledge in contradicting.items()}
    ranks = {strength: rank for rank, strength in enumerate(sorted(set(found.values())), start=1)}
    return {pledge: ranks[strength] for pledge, strength in found.items()}


def furthest_apart_first(pledges: Iterable[int], kind: str) -> list[int]:
    """Public pledges of which sources give different values, by their keys; alike ones keep their order."""
    gaps = per_version(("gaps", kind), lambda: gaps_of(kind))
    return sorted(pledges, key=lambda pledge: gaps.get(pledge, 0), reverse=True)


def gaps_of(kind: str) -> dict[int, int]:
    """{public pledge whose sources differ: how far}."""
    rows = Commitment.objects.public().filter(**{f"{GAPS[kind]}__gt": 0}).order_by()
    return dict(rows.values_list("pk", GAPS[kind]))


def originals_by_source() -> dict[int, int]:
    """{source that repeats another: the original}."""
    repeats = Source.objects.exclude(derived_from=None).select_related("derived_from__derived_from")
    return {source.pk: source.lineage()[-1].pk for source in repeats}


def disputes(keys: list[int]) -> list[Dispute]:
    """A `Dispute` for each of the public commitments with these keys, in their order."""
    # an original is seldom further away than this; if it is, it is looked up
    return [dispute(pledge) for pledge in with_citations(keys, "source__derived_from__derived_from")]


def contests(keys: list[int], kind: str) -> list[Contest]:
    """A `Contest` for each of the public commitments with these keys, in their order."""
    return [Contest(row, drawn(row, row.citations.all(), kind)) for row in with_citations(keys, "source")]


def with_citations(keys: list[int], source: str) -> list[Commitment]:
    """The public commitments with these keys, in their order, with their names and citations."""
    citations = Prefetch("citations", Citation.objects.select_related(source))
    # what was withdrawn since is not shown
    found = Commitment.objects.public().with_names().prefetch_related(citations).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def dispute(pledge: Commitment) -> Dispute:
    found = {stance: [row for row in pledge.citations.all() if row.stance == stance] for stance in SIDES}
    sides = [Side(stance, rows, len(originals(rows))) for stance, rows in found.items()]
    independent = len(originals([row for rows in found.values() for row in rows]))
    return Dispute(pledge, sides[-1].independent, independent, sides)
