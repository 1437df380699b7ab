"""What was in force on a day: how much of a query, at which stage, and what is left out because it has no date."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from pyroaring import BitMap

from pledges.models import StatusChange
from pledges.models.vocab import IN_FORCE, Status
from pledges.query.dimension import NONE
from pledges.query.facets import Numbers, numbers_by
from pledges.query.pledges import CommitmentFilter, Tally
from pledges.record.in_time import Pledge, Step, turns


def numbers(query: CommitmentFilter, days: Iterable[date]) -> list[int]:
    """How many of the matches were in force at the end of each of some days, in any order; refusals are none of them.

    Each is the number of pledges that the same query finds with `on`.
    """
    days = list(days)
    in_order = sorted(set(days))
    found = dict(zip(in_order, map(len, sets(query, in_order)), strict=True))
    return [found[day] for day in days]


def sets(query: CommitmentFilter, days: list[date]) -> list[BitMap]:
    """Those that were, the earliest day first: as numbers of the index, without one as primary keys."""
    if not query.index:
        return sets_in_database(query, days)
    pledges = query.matching_set() - query.index.refused
    return [pledges & held for held in query.index.held(days, IN_FORCE)]


def sets_in_database(query: CommitmentFilter, days: list[date]) -> list[BitMap]:
    """The same by the database: from what came into force and went out of it on which day, two queries."""
    pledges = query.pledged.matching().order_by().filter(announced_on__isnull=False)
    steps = defaultdict(list)
    rows = StatusChange.objects.filter(commitment__in=pledges.values("pk")).order_by()
    for key, *step in rows.values_list("commitment", *Step._fields):
        steps[key].append(Step(*step))
    changes = defaultdict(BitMap)
    for key, announced_on, status in pledges.values_list("pk", "announced_on", "status"):
        was_in_force = False
        for day, held in turns(Pledge(announced_on, status), steps[key]).items():
            if (held in IN_FORCE) != was_in_force:
                changes[day].add(key)
                was_in_force = not was_in_force
    changed = sorted(changes)
    after = [BitMap(), *accumulate((changes[day] for day in changed), BitMap.symmetric_difference)]
    return [after[bisect_right(changed, day)] for day in days]


@dataclass(frozen=True)
class Held:
    """How much had which status on the day of a query: (status, `Tally`, whether it is chosen)."""

    day: date
    in_force: list[tuple[Status, Tally, bool]]
    closed: list[tuple[Status, Tally, bool]]
    undated: Tally  # what else the query asks for, and of which nobody knows when it was made


def held(query: CommitmentFilter, numbers: Numbers) -> Held:
    """`numbers` are those of the dimension `held`."""
    chosen = query.parameters.getlist("held")
    parts = [
        (status, query.tallied(rows, numbers.refusals[status], held=status.value), status in chosen)
        for status in Status
        if (rows := numbers[status] + numbers.refusals[status])
    ]
    others = query.asking(on=None)
    rows, refusals = numbers_by(others, year=NONE).get((), (0, 0))
    return Held(
        query.form.cleaned_data["on"],
        [part for part in parts if part[0] in IN_FORCE],
        [part for part in parts if part[0] not in IN_FORCE],
        others.tallied(rows, refusals, year=NONE),
    )
