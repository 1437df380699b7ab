"""The brief: the chosen pledges with all that is known of each, made for print."""

from datetime import date

from django.shortcuts import render

from pledges.discovery.referencing import plain
from pledges.query.pledges import CommitmentFilter
from pledges.record import evidence
from pledges.views.readers import as_of_query, public_page
from pledges.views.references import cited_view

MOST = 100


@public_page
def brief(request):
    """Every pledge that the query string asks for, in full; none where they are more than a brief holds."""
    commitments = CommitmentFilter(request.GET)
    total, today = commitments.matching().count(), date.today()
    context = {
        "filter": commitments,
        "total": total,
        "most": MOST,
        "pledges": [in_full(request, pledge) for pledge in all_known(commitments.results)] if total <= MOST else [],
        "today": today,
        "citation": plain(cited_view(request, commitments)),
    }
    return render(request, "pledges/brief.html", context)


def all_known(commitments):
    """The rows with their places, citations and steps at hand."""
    rows = commitments.select_related("country", "type", "unit", "meeting")
    return rows.prefetch_related("places", "citations__source__derived_from", "status_changes__source")


def in_full(request, pledge):
    """One pledge as the brief shows it."""
    citations = list(pledge.citations.all())
    return {
        "pledge": pledge,
        "address": request.build_absolute_uri(pledge.get_absolute_url() + as_of_query()),
        "evidence": evidence.assess(pledge, citations),
        "citations_by_stance": evidence.by_stance(citations),
        "steps": pledge.status_changes.all(),
    }
