"""The map of the pledges, with the table of its numbers."""

from django.shortcuts import render

from pledges.charts import world
from pledges.filters import CommitmentFilter
from pledges.views.public import public_page


@public_page
def map_page(request):
    """The commitments that the query string asks for, by country."""
    commitments = CommitmentFilter(request.GET)
    counted = world.count_countries(commitments.matching())
    # a link to one country is this with `country=..` after it
    others = commitments.changed(country=None)
    context = {
        "filter": commitments,
        "total": counted.total,
        "map": {
            "countries": counted.countries,
            "groups": counted.groups,
            "world": world.drawing("world", counted.countries),
            "region": world.drawing("region", counted.countries),
            "undrawn": [country for country in counted.countries if not world.is_drawn(country)],
            "shades": world.shades(),
            "query": f"{others}&" if others else "",
        },
    }
    return render(request, "pledges/map.html", context)
