"""The evidence of a commitment: how well its citations carry it. Pure functions over citations.

The grade, strongest rule first:

- disputed: at least one source contradicts it;
- official: the pledging party speaks for itself in words of its own state, or of an organisation for a group
  (in a joint statement: in words of any state or organisation that published it);
- corroborated: at least two independent sources support it;
- single source: one does.

Sources that repeat another (`derived_from`) count once, with their original. Reliability (of the
source) and credibility (of the information) are shown beside the grade and never mixed into it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from pledges.models import Citation, Commitment
from pledges.models.vocab import Attribution, Grade, SourceKind, Stance

# what a state or an organisation publishes itself; where another kind carries the words of a state, a copy was read
OFFICIAL_KINDS = frozenset({SourceKind.GOVERNMENT, SourceKind.PARLIAMENT, SourceKind.INTERNATIONAL_ORG})
SPEAKS_FOR_ITSELF = frozenset({Attribution.SELF, Attribution.JOINT_STATEMENT})


@dataclass(frozen=True)
class Evidence:
    """What the citations of one commitment amount to; the numbers count sources."""

    grade: Grade
    independent: int
    supporting: int
    official: int
    contradicting: int
    copies: int  # of the official ones, those of which only a private copy was read


def originals(citations: Iterable[Citation]) -> set[int]:
    """The primary keys of the sources that the citations go back to, each once."""
    return {citation.source.lineage()[-1].pk for citation in citations}


def contradiction(supporting: Collection[int], contradicting: Collection[int]) -> tuple[Fraction, int]:
    """How strongly sources contradict a commitment: (share, number) of its independent sources that do.

    Share and number are of those that support or contradict, given by the keys of their `originals`; a greater pair is
    a stronger contradiction.
    """
    number = len(contradicting)
    return Fraction(number, len({*supporting, *contradicting}) or 1), number


def by_stance(citations: Collection[Citation]) -> list[tuple[Stance, list[Citation]]]:
    """[(stance, its citations)] of the stances that there are, supporting ones first."""
    found = [(stance, [citation for citation in citations if citation.stance == stance]) for stance in Stance]
    return [(stance, citations) for stance, citations in found if citations]


def is_official(commitment: Commitment, citation: Citation) -> bool:
    """Whether the citation holds the words in which the pledging party speaks."""
    voice, kind = citation.source.voice_iso2, citation.source.kind
    if commitment.attribution == Attribution.SELF and commitment.country:
        return voice == commitment.country.iso2
    return commitment.attribution in SPEAKS_FOR_ITSELF and (bool(voice) or kind == SourceKind.INTERNATIONAL_ORG)


def is_copy(citation: Citation) -> bool:
    """Whether the words of a state were read in a private copy."""
    return citation.source.kind not in OFFICIAL_KINDS


def assess(commitment: Commitment, citations: Collection[Citation]) -> Evidence:
    """The `Evidence` for a commitment from its citations (with their sources at hand)."""
    supporting = [citation for citation in citations if citation.stance == Stance.SUPPORTS]
    contradicting = [citation for citation in citations if citation.stance == Stance.CONTRADICTS]
    official = [citation for citation in supporting if is_official(commitment, citation)]
    independent = len(originals(supporting))
    if contradicting:
        grade = Grade.DISPUTED
    elif official:
        grade = Grade.OFFICIAL
    elif independent > 1:
        grade = Grade.CORROBORATED
    else:
        grade = Grade.SINGLE_SOURCE
    copies = sum(map(is_copy, official))
    return Evidence(grade, independent, len(supporting), len(official), len(contradicting), copies)
