"""Then and now: what a query found as known on a day, what it finds today, and what changed between."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render

from pledges.charts.then_and_now import MOST_COMPARED, Comparison, seen
from pledges.history.as_of import as_of, known_on
from pledges.history.days import AS_OF
from pledges.query.pledges import CommitmentFilter
from pledges.releases.newest import newest
from pledges.views.browsing import kept
from pledges.views.readers import day_of, timeless_page

PER_PAGE = 30


@timeless_page
def since_page(request):
    """The comparison of the query string with itself as known on the day of `as_of`; without one, a form for it."""
    with day_of(request.GET):
        then, day = CommitmentFilter(request.GET), known_on()
        before = seen(then)
        with as_of(None):
            return render(request, "pledges/since.html", context_of(then, before, day))


def context_of(then, before, day):
    now = CommitmentFilter(QueryDict(then.changed(**{AS_OF: None})))
    release = newest()
    context = {
        "filter": then,
        "now": now,
        "asked": now.narrowed(sort=None),
        "day": day,
        "value": then.parameters.get(AS_OF),
        "kept": kept(now, {AS_OF}),
        "release": release,
        "since_release": now.with_conditions(sort=None, as_of=release.day) if release else None,
        # of what is only not known on that day nothing was there then
        "problems": now.problems or ([] if day else then.problems),
        "unknown_then": [] if now.problems or not day else then.problems,
    }
    if day and not context["problems"]:
        comparison = Comparison(day, before, seen(now))
        context |= {
            "comparison": comparison,
            "changes_query": now.with_conditions(sort=None, changed_after=day + timedelta(days=1)),
            "most": MOST_COMPARED,
        }
        if not comparison.is_too_much:
            page = Paginator(comparison.all, PER_PAGE).get_page(then.page)
            page.object_list = comparison.told(list(page.object_list))
            context["page"] = page
    return context
