"""The timeline: when pledges were announced and when they moved on, by month and group of types."""

from django.shortcuts import render
from django.utils.translation import get_language_bidi

from pledges.charts.timeline import Drawing, timeline
from pledges.models.vocab import TypeGroup
from pledges.query.dimension import NONE
from pledges.query.pledge_dimensions import UNDATED
from pledges.views.browsing import browsing
from pledges.views.readers import public_page


@public_page
def timeline_page(request):
    context = browsing(request, "timeline")
    if context["total"]:
        context |= drawn(context["filter"])
    return render(request, "pledges/timeline.html", context)


def drawn(commitments):
    """What `_timeline.html` shows of the matches of a `CommitmentFilter`: a drawing, and its numbers as rows."""
    # a pledge has many steps: under a filter by step the other months would have no rows to link to
    found = timeline(commitments.matching(), commitments.query.getlist("step"))
    return {
        "timeline": found,
        "drawing": Drawing(found, commitments.narrowed, mirrored=get_language_bidi()) if found.periods else None,
        "type_groups": list(TypeGroup),
        "periods": [numbers(commitments, period) for period in found.periods],
        "undated_query": commitments.narrowed(month=NONE),
        "undated_steps_query": commitments.narrowed(step=UNDATED),
    }


def numbers(commitments, period):
    """A row of the table: the period, its numbers with the queries of their rows."""
    month = {"month": period.value}
    return {
        "period": period,
        "groups": [
            (period.announced[group], commitments.narrowed(**month, type_group=group.value)) for group in TypeGroup
        ],
        "totals": [
            (period.announced.total(), commitments.narrowed(**month)),
            (period.stepped.total(), commitments.narrowed(step=period.value)),
        ],
    }
