"""Disputed pledges: what is for and against each, those contradicted most strongly first."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from pledges.models import Citation, Commitment
from pledges.models.vocab import Stance
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


def disputes(pledges: QuerySet[Commitment]) -> list[Dispute]:
    """A `Dispute` for each commitment, by how strongly it is contradicted; alike ones keep their order."""
    # an original is seldom further away than this; if it is, it is looked up
    citations = Citation.objects.select_related("source__derived_from__derived_from")
    pledges = pledges.prefetch_related(Prefetch("citations", citations))
    ranked = sorted(pledges, key=lambda pledge: contradiction(pledge.citations.all()), reverse=True)
    return [dispute(pledge) for pledge in ranked]


def dispute(pledge: Commitment) -> Dispute:
    found = {stance: [row for row in pledge.citations.all() if row.stance == stance] for stance in SIDES}
    sides = [Side(stance, rows, len(originals(rows))) for stance, rows in found.items()]
    independent = len(originals([row for rows in found.values() for row in rows]))
    return Dispute(pledge, sides[-1].independent, independent, sides)
