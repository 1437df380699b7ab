"""One pledge with all that is known of it, and the brief: many of them, made for print."""

from datetime import date

from django.db.models import Prefetch
from django.shortcuts import render
from django.urls import reverse

from pledges.charts.claims import shown_of
from pledges.charts.sums import sums
from pledges.discovery.referencing import plain
from pledges.history.days import path_to
from pledges.models import Commitment, Requirement
from pledges.query.pledges import CommitmentFilter
from pledges.record import evidence
from pledges.record.fields import FACTS, FACTS_IN_BRIEF
from pledges.views.about import report_link
from pledges.views.browsing import switch
from pledges.views.errors import withdrawn_pledge
from pledges.views.readers import public_page, record_page
from pledges.views.references import pledge_reference, view_work

MOST_IN_BRIEF = 100


@record_page
def pledge_detail(request, slug):
    """Everything known about one pledge; 410 with the reason for one that was published and withdrawn."""
    pledge = Commitment.objects.public().with_names().select_related("meeting").filter(slug=slug).first()
    if pledge is None:
        return withdrawn_pledge(request, slug)
    citations = list(pledge.citations.select_related("source__derived_from"))
    context = {
        "pledge": pledge,
        "evidence": evidence.assess(pledge, citations),
        "citations_by_stance": evidence.by_stance(citations),
        "drawings": shown_of(pledge, citations),
        "facts": FACTS,
        "steps": pledge.status_changes.select_related("source"),
        "parts": Commitment.objects.public().filter(part_of=pledge).with_names(),
        "whole": Commitment.objects.public().filter(pk=pledge.part_of_id).with_names().first(),
        "requirements": Requirement.objects.public().filter(answered_by=pledge).select_related("type"),
        "report_link": report_link(request, pledge),
        "cite": pledge_reference(request, pledge),
    }
    return render(request, "pledges/pledge_detail.html", context)


@public_page
def brief(request):
    """Each pledge that the query string asks for, in full or in a few lines; none where they are more than it holds."""
    query = CommitmentFilter(request.GET)
    total, today = query.tally.rows, date.today()
    found = query.results if total <= MOST_IN_BRIEF else query.results.none()
    is_short = query.shown_as("length") == "short"
    context = {
        "filter": query,
        "tally": query.tally,
        "total": total,
        "most": MOST_IN_BRIEF,
        "pledges": [in_full(request, pledge) for pledge in all_known(found)],
        "facts": FACTS_IN_BRIEF,
        "length_switch": switch(query, "length"),
        "is_short": is_short,
        "addresses": request.build_absolute_uri(reverse("pledge-list")),
        "sums": sums(query) if is_short and total else None,
        "today": today,
        "reference": plain(view_work(request, query)),
    }
    return render(request, "pledges/brief.html", context)


def all_known(pledges):
    """The rows at hand with their places, citations, steps, conditions and the requirements they answered."""
    rows = pledges.select_related("country", "type", "unit", "meeting")
    answered = Prefetch("requirements", Requirement.objects.public().select_related("type"))
    parts = ("places", "citations__source__derived_from", "status_changes__source", "conditions")
    return rows.prefetch_related(*parts, answered)


def in_full(request, pledge):
    """One pledge as the brief shows it."""
    citations = list(pledge.citations.all())
    return {
        "pledge": pledge,
        "address": request.build_absolute_uri(path_to("pledge-detail", pledge.slug)),
        "evidence": evidence.assess(pledge, citations),
        "citations_by_stance": evidence.by_stance(citations),
        "steps": pledge.status_changes.all(),
        "requirements": pledge.requirements.all(),
    }
