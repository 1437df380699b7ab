"""A page each for a country, a type, a place, and the lists of them."""

from itertools import groupby

from django.db.models import Count
from django.shortcuts import get_object_or_404, render

from pledges.charts.delivered import amounts, latest_date
from pledges.charts.timeline import drawn
from pledges.i18n import localized_order
from pledges.models import Citation, CommitmentType, Country, Meeting, Place
from pledges.models.vocab import Attribution, InTotals, SourceLanguage, Stage
from pledges.query.facets import counts, facet_counts
from pledges.query.pledges import CommitmentFilter
from pledges.views.readers import TABLE_COLUMNS, record_page

FIRST_ROWS = 25
FACETS = ("country", "type", "reached", "in_totals", "attribution")


def pledges_of(**parameters):
    """What the pledges of a record amount to, for `_record_pledges.html` and `_delivered.html`.

    The parameters are those of the query string that names them. Also `facets`, for the page's own use:
    numbers of pledges by type, country, stage and more.
    """
    commitments = CommitmentFilter.of(**parameters)
    facets = facet_counts(commitments, FACETS)
    return {
        "commitments": commitments,
        "columns": TABLE_COLUMNS,
        "query": commitments.conditions,
        "facets": facets,
        "total": facets["reached"].total(),
        "pledges": commitments.results[:FIRST_ROWS],
        "delivered": pledged_and_delivered(commitments, facets),
    }


def pledged_and_delivered(commitments, facets):
    """What `_delivered.html` shows: each number with the query of its rows."""
    delivered = facets["reached"][Stage.DELIVERED]
    return {
        "delivered": (delivered, commitments.narrowed(reached=Stage.DELIVERED)),
        "without": (facets["reached"].total() - delivered, commitments.narrowed(not_reached=Stage.DELIVERED)),
        "latest": latest_date(commitments.matching()),
        "stages": [(stage, facets["reached"][stage], commitments.narrowed(reached=stage)) for stage in Stage],
        "amounts": [
            (amount, commitments.narrowed(in_totals=InTotals.COUNTED, unit=amount.unit.slug))
            for amount in amounts(commitments.matching())
        ],
        "excluded": [
            (reason, number, commitments.narrowed(in_totals=reason))
            for reason in InTotals
            if reason != InTotals.COUNTED and (number := facets["in_totals"][reason])
        ],
    }


def bars(commitments, name, numbers, labels):
    """Rows of `_bars.html`, the most first: label, number, query of its pledges; `labels` by value of a filter."""
    rows = [
        (labels[value], number, commitments.narrowed(**{name: value})) for value, number in numbers.items() if number
    ]
    return sorted(rows, key=lambda row: (-row[1], str(row[0])))


def by_type(commitments, facets):
    return bars(commitments, "type", facets["type"], dict(commitments.choices("type")))


def by_country(commitments, facets):
    return bars(commitments, "country", facets["country"], dict(commitments.choices("country")))


def by_language(commitments):
    """How many of the pledges have a source in each language."""
    citations = Citation.objects.filter(commitment__in=commitments.matching().values("pk"))
    rows = citations.order_by().values_list("source__language").annotate(n=Count("commitment", distinct=True))
    return bars(commitments, "source_language", dict(rows), dict(SourceLanguage.choices))


def speakers(commitments, facets):
    """Who said it: for each attribution its number and query, and the names of those who spoke."""
    said = commitments.matching().order_by(localized_order("attributed_to"))
    names = {}
    for pledge in said.only("attribution", "attributed_to_en", "attributed_to_ar"):
        names.setdefault(pledge.attribution, {}).setdefault(pledge.attributed_to)
    return [
        (attribution, facets["attribution"][attribution], commitments.narrowed(attribution=attribution), list(found))
        for attribution in Attribution
        if (found := names.get(attribution))
    ]


def counted(rows, path, key="pk"):
    """The rows as a list, each with its number of public commitments as `total`."""
    numbers = counts(CommitmentFilter.of().results, path)
    rows = list(rows)
    for row in rows:
        row.total = numbers.get(getattr(row, key), 0)
    return rows


@record_page
def country_list(request):
    countries = counted(Country.objects.public().order_by(localized_order("name")), "country")
    return render(request, "pledges/country_list.html", {"countries": countries})


@record_page
def country_detail(request, iso2):
    country = get_object_or_404(Country.objects.public().select_related("membership_source"), iso2=iso2)
    participations = country.participations.filter(meeting__in=Meeting.objects.public()).select_related("meeting")
    context = pledges_of(country=iso2)
    commitments, facets = context["commitments"], context["facets"]
    context |= {
        "country": country,
        "participations": participations.order_by("meeting__start_on", "meeting__slug", "role"),
        "types": by_type(commitments, facets),
        "languages": by_language(commitments),
        "speakers": speakers(commitments, facets),
        **drawn(commitments),
    }
    return render(request, "pledges/country_detail.html", context)


@record_page
def type_list(request):
    types = counted(CommitmentType.objects.all(), "type")
    groups = [(label, list(rows)) for label, rows in groupby(types, lambda row: row.get_group_display())]
    return render(request, "pledges/type_list.html", {"groups": groups, "total": len(types)})


@record_page
def type_detail(request, slug):
    type_ = get_object_or_404(CommitmentType, slug=slug)
    context = pledges_of(type=slug)
    commitments, facets = context["commitments"], context["facets"]
    context |= {"type": type_, "countries": by_country(commitments, facets), **drawn(commitments)}
    return render(request, "pledges/type_detail.html", context)


@record_page
def place_list(request):
    places = Place.objects.public().select_related("country").order_by(localized_order("name"))
    return render(request, "pledges/place_list.html", {"places": counted(places, "places")})


@record_page
def place_detail(request, slug):
    place = get_object_or_404(Place.objects.public().select_related("country"), slug=slug)
    context = pledges_of(place=slug)
    commitments, facets = context["commitments"], context["facets"]
    context |= {
        "place": place,
        "types": by_type(commitments, facets),
        "countries": by_country(commitments, facets),
        **drawn(commitments),
    }
    return render(request, "pledges/place_detail.html", context)
