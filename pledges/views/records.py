"""A page each for a country, a type, a place, and the lists of them."""

from django.shortcuts import get_object_or_404, render

from pledges.charts.asked import asked_with_answers
from pledges.charts.league import COUNTRIES, PLACES, TYPES, league
from pledges.charts.recency import latest_date
from pledges.charts.sums import sums
from pledges.charts.timeline import drawn
from pledges.i18n import alphabetical, localized_order
from pledges.models import CommitmentType, Country, Meeting, Place
from pledges.models.vocab import Attribution, SourceLanguage, Stage
from pledges.query.facets import facet_counts, numbers_by
from pledges.query.league import LeagueSort
from pledges.query.pledges import CommitmentFilter
from pledges.views.readers import TABLE_COLUMNS, record_page

FIRST_ROWS = 25
FACETS = ("country", "type", "reached", "attribution", "requirement")


def pledges_of(**parameters):
    """What the pledges of a record amount to, for `_record_pledges.html` and `_delivered.html`.

    The parameters are those of the query string that names them. Also `facets`, for the page's own use:
    numbers of pledges by type, country, stage and more.
    """
    query = CommitmentFilter.of(**parameters)
    facets = facet_counts(query.pledged, FACETS)
    return {
        "commitments": query,
        "pledged": query.pledged,
        "tally": query.tally,
        "columns": TABLE_COLUMNS,
        "query": query.conditions,
        "facets": facets,
        "total": query.tally.rows,
        "pledges": query.page_of(0, FIRST_ROWS),
        "delivered": pledged_and_delivered(query.pledged, facets),
        "sums": sums(query),
    }


def pledged_and_delivered(query, facets):
    """What `_delivered.html` shows: each number with the query of its rows."""
    delivered = facets["reached"][Stage.DELIVERED]
    return {
        "delivered": (delivered, query.narrowed(reached=Stage.DELIVERED)),
        "without": (facets["reached"].total() - delivered, query.narrowed(not_reached=Stage.DELIVERED)),
        "latest": latest_date(query.matching()),
        "stages": [(stage, facets["reached"][stage], query.narrowed(reached=stage)) for stage in Stage],
    }


def bars(query, name, numbers, labels):
    """Rows of `_bars.html`, the most first: label, number, query of its pledges; `labels` by value of a filter."""
    rows = [(labels[value], number, query.narrowed(**{name: value})) for value, number in numbers.items() if number]
    return sorted(rows, key=lambda row: (-row[1], alphabetical(str(row[0]))))


def by_type(query, facets):
    return bars(query, "type", facets["type"], dict(query.choices("type")))


def by_country(query, facets):
    return bars(query, "country", facets["country"], dict(query.choices("country")))


def by_language(query):
    """How many of the pledges have a source in each language."""
    numbers = {language: number for (language,), (number, _refusals) in numbers_by(query, "source_language").items()}
    return bars(query, "source_language", numbers, dict(SourceLanguage.choices))


def speakers(query, facets):
    """Who said it: for each attribution its number and query, and the names of those who spoke."""
    said = query.matching().order_by(localized_order("attributed_to"))
    names = {}
    for pledge in said.only("attribution", "attributed_to_en", "attributed_to_ar"):
        names.setdefault(pledge.attribution, {}).setdefault(pledge.attributed_to)
    return [
        (attribution, facets["attribution"][attribution], query.narrowed(attribution=attribution), list(found))
        for attribution in Attribution
        if (found := names.get(attribution))
    ]


def league_page(request, table):
    """The page of a league table: all countries, types, meetings or places with the numbers of their pledges."""
    sort = LeagueSort(request.GET)
    # an order that cannot be read is no part of the address of the page
    context = league(table, sort) | {"read": set() if sort.problems else {"sort"}}
    return render(request, f"pledges/{table.dimension}_list.html", context)


@record_page
def country_list(request):
    return league_page(request, COUNTRIES)


@record_page
def country_detail(request, iso2):
    country = get_object_or_404(Country.objects.public().select_related("membership_source"), iso2=iso2)
    participations = country.participations.filter(meeting__in=Meeting.objects.public()).select_related("meeting")
    memberships = country.bloc_memberships.select_related("bloc")
    context = pledges_of(country=iso2)
    query, facets = context["pledged"], context["facets"]
    context |= {
        "country": country,
        "asked": asked_with_answers(query, facets, country=iso2),
        "memberships": memberships.order_by(localized_order("bloc__name"), "position"),
        "participations": participations.order_by("meeting__start_on", "meeting__slug", "role"),
        "types": by_type(query, facets),
        "languages": by_language(query),
        "speakers": speakers(query, facets),
        # every row would name it again
        "columns": [column for column in TABLE_COLUMNS if column["name"] != "country"],
        **drawn(context["commitments"]),
    }
    return render(request, "pledges/country_detail.html", context)


@record_page
def type_list(request):
    return league_page(request, TYPES)


@record_page
def type_detail(request, slug):
    type_ = get_object_or_404(CommitmentType, slug=slug)
    context = pledges_of(type=slug)
    query, facets = context["pledged"], context["facets"]
    context |= {
        "type": type_,
        "asked": asked_with_answers(query, facets, type=slug),
        "countries": by_country(query, facets),
        **drawn(context["commitments"]),
    }
    return render(request, "pledges/type_detail.html", context)


@record_page
def place_list(request):
    return league_page(request, PLACES)


@record_page
def place_detail(request, slug):
    place = get_object_or_404(Place.objects.public().select_related("country"), slug=slug)
    context = pledges_of(place=slug)
    query, facets = context["pledged"], context["facets"]
    context |= {
        "place": place,
        "types": by_type(query, facets),
        "countries": by_country(query, facets),
        **drawn(context["commitments"]),
    }
    return render(request, "pledges/place_detail.html", context)
