"""The way in: the root address and the overview."""

from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from pledges.facets import counts
from pledges.filters import CommitmentFilter
from pledges.i18n import localized_order
from pledges.models import CommitmentType, Country, Meeting, Source
from pledges.models.vocab import STATUSES_BY_STAGE, Grade, Stage
from pledges.views.public import public_page

LATEST = 8
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


@public_page
def favicon(request):
    """Where browsers look by themselves, the admin's pages for instance."""
    return HttpResponseRedirect(static("img/icon.svg"))


@public_page
def overview(request):
    """What this is, how much there is, how far it got, how well it is evidenced, and where to begin."""
    pledges = CommitmentFilter(QueryDict()).results
    by_country, by_type = counts(pledges, "country"), counts(pledges, "type")
    by_status, by_grade = counts(pledges, "status"), counts(pledges, "grade")
    countries = list(Country.objects.filter(pk__in=[pk for pk in by_country if pk]).order_by(localized_order("name")))
    for country in countries:
        country.total = by_country[country.pk]
    types = list(CommitmentType.objects.filter(pk__in=by_type))
    for type_ in types:
        type_.total = by_type[type_.pk]
    total = sum(by_status.values())
    stages = [(stage, sum(by_status.get(status, 0) for status in STATUSES_BY_STAGE[stage])) for stage in Stage]
    context = {
        "total": total,
        "countries": countries,
        "groups": by_country.get(None, 0),
        "types": types,
        "asked_for": [type_ for slug in ASKED_FOR for type_ in types if type_.slug == slug],
        "stages": stages,
        "grades": [(grade, by_grade.get(grade, 0)) for grade in Grade],
        "sources": Source.objects.public().count(),
        "meetings": Meeting.objects.public().count(),
        "brussels": Meeting.objects.public().filter(slug=BRUSSELS).first(),
        "latest": pledges[:LATEST],
    }
    return render(request, "pledges/overview.html", context)
