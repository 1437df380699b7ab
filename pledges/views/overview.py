"""The way in: the root address and the overview."""

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from pledges.charts.matrix import table
from pledges.discovery.structured_data import dataset
from pledges.history.as_of import known_on
from pledges.i18n import localized_order
from pledges.models import CommitmentType, Country, Meeting, Source
from pledges.models.vocab import Grade, Stage
from pledges.query.dimension import NONE
from pledges.query.facets import facet_counts
from pledges.query.pledges import CommitmentFilter
from pledges.views.browsing import PAGES
from pledges.views.readers import TABLE_COLUMNS, record_page, timeless_page

LATEST = 8
# the countries of the short matrix
LARGEST = 12
# the four kinds of help that the ministers asked for in Brussels, February 2016
ASKED_FOR = ("airstrikes", "trainers_military", "special_forces", "logistics")
BRUSSELS = "brussels-2016-02-11"


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
    """What this is, how much there is, how far it got, how well it is evidenced, and where to begin."""
    query = CommitmentFilter.of()
    totals = facet_counts(query, ["country", "type", "reached", "grade"])
    countries = with_totals(Country.objects.order_by(localized_order("name")), "iso2", totals["country"])
    types = with_totals(CommitmentType.objects.all(), "slug", totals["type"])
    context = {
        "total": totals["grade"].total(),
        "countries": countries,
        "groups": totals["country"][NONE],
        "types": types,
        "asked_for": [type_ for slug in ASKED_FOR for type_ in types if type_.slug == slug],
        "stages": [(stage, totals["reached"][stage]) for stage in Stage],
        "grades": [(grade, totals["grade"][grade]) for grade in Grade],
        "sources": Source.objects.public().count(),
        "meetings": Meeting.objects.public().count(),
        "brussels": Meeting.objects.public().filter(slug=BRUSSELS).first(),
        "columns": TABLE_COLUMNS,
        "latest": query.results[:LATEST],
        "pages": PAGES,
        # its addresses are those of today
        "dataset": None if known_on() else dataset(request),
        "matrix": table(query, "type_group", largest=LARGEST),
    }
    return render(request, "pledges/overview.html", context)


def with_totals(rows, key, totals):
    """The rows that have pledges, each with their number as `total`."""
    found = [row for row in rows if totals[getattr(row, key)]]
    for row in found:
        row.total = totals[getattr(row, key)]
    return found
