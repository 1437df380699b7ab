"""The list of pledges, its CSV, and the page of one pledge."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext

from pledges.exports.csv import csv_chunks
from pledges.models import Commitment
from pledges.query.base import AS_OF
from pledges.query.pledge_dimensions import SORTS
from pledges.record import evidence
from pledges.views.browsing import browsing, pairs
from pledges.views.columns import chosen_table, column_form
from pledges.views.downloads import download, is_long
from pledges.views.files import read_query, record_address
from pledges.views.readers import public_page, record_page, refused
from pledges.views.references import pledge_citation
from pledges.views.reporting import report_link
from pledges.views.withdrawn import withdrawn_pledge

PER_PAGE = 40


@public_page
def pledge_list(request):
    """The commitments that the query string asks for, a page at a time, with the filter."""
    context = browsing(request, "pledge-list")
    commitments = context["filter"]
    page = CountedPaginator(commitments.results, PER_PAGE, context["total"]).get_page(commitments.page)
    context |= {
        "page": page,
        "columns": sortable_columns(commitments),
        "column_form": column_form(commitments),
        "basket_kept": basket_kept(commitments, page),
    }
    if commitments.columns:
        context["headings"], context["rows"] = chosen_table(request, commitments, page.object_list)
    return render(request, "pledges/pledge_list.html", context)


def basket_kept(commitments, page):
    """What the form of ticked rows keeps: how to show them, and those ticked before that are not on this page."""
    # not `in page`: that makes a list of the rows, and whoever comes next needs the query
    here = {pledge.slug for pledge in page.object_list} if commitments.chosen_slugs else set()
    shown = [(name, value) for name, value in pairs(commitments) if name in {"sort", "columns", AS_OF}]
    return shown + [("id", slug) for slug in commitments.chosen_slugs if slug not in here]


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
    wanted = read_query(request, bom=bom)
    if wanted.problems:
        return refused(wanted.problems)
    address, mark = record_address(request), wanted.options["bom"]
    # here and now, in the reader's language: its order may depend on that
    rows = wanted.filter.results
    return download(
        request,
        lambda: csv_chunks(rows, address, mark, wanted.columns),
        wanted.file_name("csv"),
        "text/csv; charset=utf-8",
        long=is_long(wanted.filter),
    )


def bom(values):
    """Whether the file begins with a byte-order mark, from the values of the parameter; ValueError if unreadable."""
    if values not in ([], ["0"], ["1"]):
        raise ValueError(gettext("Write 0 or 1, once."))
    return values != ["0"]


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
        "places": pledge.places.all(),
        "steps": pledge.status_changes.select_related("source"),
        "parts": Commitment.objects.public().filter(part_of=pledge).with_names(),
        "whole": Commitment.objects.public().filter(pk=pledge.part_of_id).with_names().first(),
        "report_link": report_link(request, pledge),
        "cite": pledge_citation(request, pledge),
    }
    return render(request, "pledges/pledge_detail.html", context)
