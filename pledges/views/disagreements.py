"""Where sources disagree: the pledges that a source contradicts, with what is for and against each."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import QueryDict
from django.shortcuts import render

from pledges.models import Citation, Commitment
from pledges.models.vocab import Stance
from pledges.query.pledges import DISPUTED, CommitmentFilter
from pledges.record.evidence import contradiction, originals
from pledges.views.browsing import browsing
from pledges.views.readers import public_page
from pledges.views.references import view_citation

PER_PAGE = 10
SIDES = (Stance.SUPPORTS, Stance.CONTRADICTS)


@dataclass(frozen=True)
class Side:
    """What is for a pledge, or against it: the citations, and how many independent sources they are."""

    stance: Stance
    citations: list
    independent: int


@dataclass(frozen=True)
class Dispute:
    """One disputed pledge: how many of its independent sources contradict it, and both sides."""

    pledge: Commitment
    contradicting: int
    independent: int
    sides: list


@public_page
def disagreements(request):
    """The disputed pledges that the query string asks for, those contradicted most strongly first."""
    context = browsing(request, "disagreements", only=DISPUTED)
    commitments = context["filter"]
    page = Paginator(disputes(commitments.results), PER_PAGE).get_page(commitments.page)
    # the same rows as a list, to take away, to cite and to follow
    listed = CommitmentFilter(QueryDict(commitments.changed(disputed="yes")))
    wants_undisputed = commitments.query.getlist("disputed") == ["no"]
    context |= {
        "page": page,
        "list_query": listed.changed(),
        "with_disputed": commitments.changed(disputed=None),
        "wants_undisputed": wants_undisputed,
        "cite": None if wants_undisputed else view_citation(request, listed),
        "asked": listed.narrowed(sort=None),
    }
    return render(request, "pledges/disagreements.html", context)


def disputes(commitments):
    """A `Dispute` for each commitment, by how strongly it is contradicted; alike ones keep their order."""
    # an original is seldom further away than this; if it is, it is looked up
    citations = Citation.objects.select_related("source__derived_from__derived_from")
    pledges = commitments.prefetch_related(Prefetch("citations", citations))
    ranked = sorted(pledges, key=lambda pledge: contradiction(pledge.citations.all()), reverse=True)
    return [dispute(pledge) for pledge in ranked]


def dispute(pledge):
    found = {stance: [row for row in pledge.citations.all() if row.stance == stance] for stance in SIDES}
    sides = [Side(stance, rows, len(originals(rows))) for stance, rows in found.items()]
    independent = len(originals([row for rows in found.values() for row in rows]))
    return Dispute(pledge, sides[-1].independent, independent, sides)
