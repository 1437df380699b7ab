"""The list of pledges, its CSV, and the page of one pledge."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext

from pledges import evidence
from pledges.dimensions import SORTS
from pledges.exports.csv import csv_chunks, file_name
from pledges.filters import CommitmentFilter
from pledges.models import Commitment
from pledges.models.vocab import Stance, State
from pledges.views.browsing import browsing, pairs
from pledges.views.citations import pledge_citation
from pledges.views.downloads import download, is_long, refusal
from pledges.views.public import public_page
from pledges.views.reporting import report_link

PER_PAGE = 40


@public_page
def pledge_list(request):
    """The commitments that the query string asks for, a page at a time, with the filter."""
    context = browsing(request, "pledge-list")
    commitments = context["filter"]
    page = CountedPaginator(commitments.results, PER_PAGE, context["total"]).get_page(commitments.page)
    context |= {"page": page, "columns": sortable_columns(commitments)}
    return render(request, "pledges/pledge_list.html", context)


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are."""

    def __init__(self, rows, per_page, total):
        super().__init__(rows, per_page)
        self.count = total


def sortable_columns(commitments):
    """The columns of the table: label, the query string that sorts by it, `aria-sort` if it is sorted."""
    columns = []
    for name, (label, _terms) in SORTS.items():
        active = commitments.sort.removeprefix("-") == name
        descending = commitments.sort.startswith("-")
        columns.append(
            {
                "name": name,
                "label": label,
                "query": commitments.changed(sort=name if not active or descending else f"-{name}"),
                "aria_sort": ("descending" if descending else "ascending") if active else None,
            }
        )
    return columns


@public_page
def pledge_csv(request):
    """Exactly the commitments of the list, all of them, in its order; 400 where the list shows none."""
    query = request.GET.copy()
    bom = query.pop("bom", ["1"])
    commitments = CommitmentFilter(query)
    problems = [str(problem) for problem in commitments.problems]
    if bom not in (["0"], ["1"]):
        problems.append(gettext("bom: write 0 or 1, once."))
    if problems:
        return refusal(problems)
    address = request.build_absolute_uri(reverse("pledge-detail", args=["SLUG"])).replace("SLUG", "{slug}")
    # here and now, in the reader's language: its order may depend on that
    rows = commitments.results
    return download(
        request,
        lambda: csv_chunks(rows, address, bom=bom == ["1"]),
        file_name(pairs(commitments), date.today()),
        "text/csv; charset=utf-8",
        long=is_long(commitments),
    )


@public_page
def pledge_detail(request, slug):
    """Everything known about one pledge; 410 with the reason for one that was published and withdrawn."""
    pledge = Commitment.objects.public().with_names().select_related("meeting").filter(slug=slug).first()
    if pledge is None:
        return withdrawn_pledge(request, slug)
    citations = list(pledge.citations.select_related("source__derived_from"))
    context = {
        "pledge": pledge,
        "evidence": evidence.assess(pledge, citations),
        "citations_by_stance": [
            (stance, found) for stance in Stance if (found := [c for c in citations if c.stance == stance])
        ],
        "places": pledge.places.all(),
        "steps": pledge.status_changes.select_related("source"),
        "parts": Commitment.objects.public().filter(part_of=pledge).with_names(),
        "whole": Commitment.objects.public().filter(pk=pledge.part_of_id).with_names().first(),
        "report_link": report_link(request, pledge),
        "cite": pledge_citation(request, pledge),
    }
    return render(request, "pledges/pledge_detail.html", context)


def withdrawn_pledge(request, slug):
    """410 if readers once saw the pledge; 404 otherwise, as for a slug that never was."""
    pledge = get_object_or_404(Commitment, slug=slug, state=State.WITHDRAWN)
    if not pledge.history.filter(state=State.PUBLISHED).exists():
        raise Http404
    return render(request, "pledges/pledge_withdrawn.html", {"pledge": pledge}, status=410)
