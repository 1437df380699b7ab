"""A page each for a country, a type, a place, a meeting, and the lists of them."""

from itertools import groupby

from django.http import QueryDict
from django.shortcuts import get_object_or_404, render

from pledges.facets import counts
from pledges.filters import CommitmentFilter
from pledges.i18n import localized_order
from pledges.models import CommitmentType, Country, Meeting, Place
from pledges.models.vocab import Role
from pledges.views.public import TABLE_COLUMNS, public_page

FIRST_ROWS = 25


def pledges_of(**parameters):
    """What `_record_pledges.html` needs: the pledges that a query string names, the first rows at hand."""
    query = QueryDict(mutable=True)
    query.update(parameters)
    commitments = CommitmentFilter(query)
    return {
        "filter": commitments,
        "columns": TABLE_COLUMNS,
        "query": query.urlencode(),
        "total": commitments.results.count(),
        "pledges": commitments.results[:FIRST_ROWS],
    }


def counted(rows, path, key="pk"):
    """The rows as a list, each with its number of public commitments as `total`."""
    numbers = counts(CommitmentFilter(QueryDict()).results, path)
    rows = list(rows)
    for row in rows:
        row.total = numbers.get(getattr(row, key), 0)
    return rows


@public_page
def country_list(request):
    countries = counted(Country.objects.public().order_by(localized_order("name")), "country")
    return render(request, "pledges/country_list.html", {"countries": countries})


@public_page
def country_detail(request, iso2):
    country = get_object_or_404(Country.objects.public().select_related("membership_source"), iso2=iso2)
    participations = country.participations.filter(meeting__in=Meeting.objects.public()).select_related("meeting")
    context = {
        "country": country,
        "participations": participations.order_by("meeting__start_on", "meeting__slug", "role"),
        **pledges_of(country=iso2),
    }
    return render(request, "pledges/country_detail.html", context)


@public_page
def type_list(request):
    types = counted(CommitmentType.objects.all(), "type")
    groups = [(label, list(rows)) for label, rows in groupby(types, lambda row: row.get_group_display())]
    return render(request, "pledges/type_list.html", {"groups": groups})


@public_page
def type_detail(request, slug):
    type_ = get_object_or_404(CommitmentType, slug=slug)
    return render(request, "pledges/type_detail.html", {"type": type_, **pledges_of(type=slug)})


@public_page
def place_list(request):
    places = Place.objects.public().select_related("country").order_by(localized_order("name"))
    return render(request, "pledges/place_list.html", {"places": counted(places, "places")})


@public_page
def place_detail(request, slug):
    place = get_object_or_404(Place.objects.public().select_related("country"), slug=slug)
    return render(request, "pledges/place_detail.html", {"place": place, **pledges_of(place=slug)})


@public_page
def meeting_list(request):
    meetings = counted(Meeting.objects.public().order_by("start_on", "slug"), "meeting")
    return render(request, "pledges/meeting_list.html", {"meetings": meetings})


@public_page
def meeting_detail(request, slug):
    meeting = get_object_or_404(Meeting.objects.public().select_related("country"), slug=slug)
    participations = meeting.participations.select_related("country").order_by(localized_order("country__name"))
    roles = [
        (role.label, countries)
        for role in Role
        if (countries := [row.country for row in participations if row.role == role])
    ]
    context = {"meeting": meeting, "roles": roles, "sources": meeting.sources.all(), **pledges_of(meeting=slug)}
    return render(request, "pledges/meeting_detail.html", context)
