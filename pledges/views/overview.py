"""The way in: the root address and the overview."""

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from pledges.charts.asked import asked_by_type
from pledges.charts.finding import finding
from pledges.charts.matrix import table
from pledges.charts.sums import sums
from pledges.discovery.structured_data import dataset, temporal_coverage
from pledges.history.as_of import known_on
from pledges.models import Meeting, Source
from pledges.models.vocab import Grade
from pledges.query.dimension import NONE
from pledges.query.facets import facet_counts
from pledges.query.league import IS_PLEDGE
from pledges.query.per_version import per_version
from pledges.query.pledges import CommitmentFilter
from pledges.views.browsing import PAGES
from pledges.views.readers import TABLE_COLUMNS, record_page, timeless_page

LATEST = 8
# the countries of the short matrix
LARGEST = 12
# what was offered in Brussels had been asked for in Paris three weeks before
BRUSSELS = "brussels-2016-02-11"
ASKED_AT = ("paris-2016-01-20", BRUSSELS)


@require_safe
def root(request):
    """Redirects to the reader's language; kept by no shared cache."""
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("overview"))
    response["Cache-Control"] = "private, max-age=0"
    patch_vary_headers(response, ["Accept-Language"])
    return response


@timeless_page
def favicon(request):
    """Where browsers look by themselves, the admin's pages for instance."""
    return HttpResponseRedirect(static("img/icon.svg"))


@record_page
def overview(request):
    """What became of the pledges, what was asked and offered in Brussels, how well it is evidenced, the ways in."""
    query = CommitmentFilter.of(**IS_PLEDGE)
    totals = facet_counts(query, ["country", "reached", "grade"])
    grades = [(grade, totals["grade"][grade], query.narrowed(grade=grade)) for grade in Grade]
    context = {
        "total": totals["reached"].total(),
        "query": query.conditions,
        "finding": finding(query, totals["reached"]),
        "asked": asked_by_type(ASKED_AT, BRUSSELS),
        "meetings_then": Meeting.objects.public().filter(slug__in=ASKED_AT).order_by("start_on"),
        "countries": sum(1 for country, number in totals["country"].items() if number and country != NONE),
        "grades": grades,
        "sums": sums(query),
        "sources": Source.objects.public().count(),
        "meetings": Meeting.objects.public().count(),
        "columns": TABLE_COLUMNS,
        "latest": query.page_of(0, LATEST),
        "pages": PAGES,
        # its addresses are those of today
        "dataset": None if known_on() else dataset(request, per_version("coverage", temporal_coverage)),
        "matrix": table(CommitmentFilter.of(), "type_group", largest=LARGEST),
    }
    return render(request, "pledges/overview.html", context)
