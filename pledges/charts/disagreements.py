"""Disputed pledges: what is for and against each, those contradicted most strongly first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from pledges.models import Citation, Commitment, Source
from pledges.models.vocab import Grade, Stance
from pledges.query.per_version import per_version
from pledges.record.evidence import contradiction, originals

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


def originals_by_source() -> dict[int, int]:
    """{source that repeats another: the original}."""
    repeats = Source.objects.exclude(derived_from=None).select_related("derived_from__derived_from")
    return {source.pk: source.lineage()[-1].pk for source in repeats}


def disputes(keys: list[int]) -> list[Dispute]:
    """A `Dispute` for each of the public commitments with these keys, in their order."""
    # an original is seldom further away than this; if it is, it is looked up
    citations = Citation.objects.select_related("source__derived_from__derived_from")
    pledges = Commitment.objects.public().with_names().prefetch_related(Prefetch("citations", citations))
    # what was withdrawn since is not shown
    found = pledges.in_bulk(keys)
    return [dispute(found[key]) for key in keys if key in found]


def dispute(pledge: Commitment) -> Dispute:
    found = {stance: [row for row in pledge.citations.all() if row.stance == stance] for stance in SIDES}
    sides = [Side(stance, rows, len(originals(rows))) for stance, rows in found.items()]
    independent = len(originals([row for rows in found.values() for row in rows]))
    return Dispute(pledge, sides[-1].independent, independent, sides)
