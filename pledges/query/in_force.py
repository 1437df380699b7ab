"""What was in force on a day: of a query, and of the pledges of a page."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from pledges.models import StatusChange
from pledges.models.vocab import IN_FORCE
from pledges.query.pledges import CommitmentFilter
from pledges.record.in_time import Pledge, Step, turns


def numbers(query: CommitmentFilter, days: Iterable[date]) -> list[int]:
    """How many of the matches were in force at the end of each of some days, in any order; refusals are none of them.

    Each is the number of pledges that the same query finds with `on`.
    """
    days = list(days)
    if not query.index:
        return numbers_in_database(query, days)
    pledges, in_order = query.matching_set() - query.index.refused, sorted(set(days))
    found = {
        day: pledges.intersection_cardinality(held)
        for day, held in zip(in_order, query.index.held(in_order, IN_FORCE), strict=True)
    }
    return [found[day] for day in days]


def numbers_in_database(query: CommitmentFilter, days: list[date]) -> list[int]:
    """The same by the database: from what came into force and went out of it on which day, two queries."""
    pledges = query.pledged.matching().order_by().filter(announced_on__isnull=False)
    steps = defaultdict(list)
    rows = StatusChange.objects.filter(commitment__in=pledges.values("pk")).order_by()
    for key, *step in rows.values_list("commitment", *Step._fields):
        steps[key].append(Step(*step))
    changes = defaultdict(int)
    for key, announced_on, status in pledges.values_list("pk", "announced_on", "status"):
        was_in_force = False
        for day, held in turns(Pledge(announced_on, status), steps[key]).items():
            changes[day] += (held in IN_FORCE) - was_in_force
            was_in_force = held in IN_FORCE
    changed = sorted(changes)
    after = [0, *accumulate(changes[day] for day in changed)]
    return [after[bisect_right(changed, day)] for day in days]
