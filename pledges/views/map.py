"""The map of the pledges, with the table of its numbers."""

from django.shortcuts import render

from pledges.charts import world
from pledges.views.browsing import browsing
from pledges.views.readers import public_page


@public_page
def map_page(request):
    """The commitments that the query string asks for, by country."""
    context = browsing(request, "map")
    if context["total"]:
        context["map"] = drawn(context["filter"])
    return render(request, "pledges/map.html", context)


def drawn(commitments):
    """What the page shows of the matches of a `CommitmentFilter`: both maps, and what is on none."""
    counted = world.count_countries(commitments.matching())
    # a link to one country is this with `country=..` after it
    others = commitments.narrowed(country=None)
    return {
        "countries": counted.countries,
        "groups": counted.groups,
        "world": world.drawing("world", counted.countries),
        "region": world.drawing("region", counted.countries),
        "undrawn": [country for country in counted.countries if not world.is_drawn(country)],
        "shades": world.shades(),
        "query": f"{others}&" if others else "",
    }
