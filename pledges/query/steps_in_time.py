"""The later steps of pledges in SQL: which of them lie within some days, and what holds at the end of a day.

The latter as `record.in_time` says it in Python.
"""

from datetime import date

from django.db import connection
from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL

from pledges.models import Commitment, StatusChange
from pledges.models.dates import overlaps_from, overlaps_until
from pledges.models.vocab import STATUSES_BY_STAGE, Stage, Status
from pledges.query.dimension import NONE
from pledges.record.columns import IsoDate, last_day_sql

CLOSED = STATUSES_BY_STAGE[Stage.CLOSED]
STAGES = [stage for stage in Stage if stage != Stage.CLOSED]

# Steps within some days


def within(after: date | None, before: date | None, path: str = "") -> Q:
    """Q: a step lies from one day to another, None for no limit, a month or a year if any day of it does.

    `path` leads to the step.
    """
    day, found = f"{path}happened_on", Q()
    if after:
        found &= overlaps_from(day, f"{path}happened_precision", after)
    return found & overlaps_until(day, before) if before else found


def steps_within(after: date | None, before: date | None) -> QuerySet[StatusChange]:
    """The steps of a commitment, for subqueries."""
    return StatusChange.objects.filter(within(after, before), commitment=OuterRef("pk"))


def later_matches(values: list[str], after: date | None = None, before: date | None = None) -> Q:
    """Q: a commitment with a later step to one of the statuses; `none`: without any. Those of other days are none."""
    steps = steps_within(after, before)
    found = Q(Exists(steps.filter(status__in=values)))
    return found | ~Exists(steps) if NONE in values else found


def later_value(after: date | None = None, before: date | None = None):
    """Expression: the status of each later step within the days; None where there is no such step.

    A step of another day stands for one of these, which is there by itself, too.
    """
    if not (after or before):
        return F("status_changes__status")
    here = When(within(after, before, "status_changes__"), then=F("status_changes__status"))
    return Case(here, default=Subquery(steps_within(after, before).order_by("position").values("status")[:1]))


# What holds at the end of a day

# of the `events` of pledges: nothing outlives a later one that closes, of the others the furthest, of these the latest
HELD = """
SELECT pledge FROM (
    SELECT pledge, status_then, row_number() OVER (PARTITION BY pledge ORDER BY stage DESC, place DESC) AS best
    FROM (
        SELECT pledge, status_then, stage, place,
            max(CASE WHEN stage = -1 THEN place END) OVER (PARTITION BY pledge) AS last_closed
        FROM (
            SELECT pledge, status_then, stage, moment,
                row_number() OVER (PARTITION BY pledge ORDER BY moment, entered) AS place
            FROM (
                SELECT pledge, entered, status_then, stage, max(moment) OVER (PARTITION BY pledge, dated) AS moment
                FROM (
                    SELECT pledge, entered, status_then, stage, moment,
                        count(moment) OVER (PARTITION BY pledge ORDER BY entered) AS dated
                    FROM ({events}) AS of_any_day
                ) AS counted
            ) AS without_a_date_as_late_as_the_one_before
        ) AS in_order WHERE moment <= %s
    ) AS until_the_day WHERE place >= coalesce(last_closed, 0)
) AS since_it_closed WHERE best = 1 AND status_then IN ({statuses})
"""


def held_matches(values: list[str], day: date) -> Q:
    """Q: a commitment of which one of the statuses holds at the end of a day."""
    sql, parameters = events()
    sql = HELD.format(events=sql, statuses=", ".join(["%s"] * len(values)))
    by_steps = Q(pk__in=RawSQL(sql, [*parameters, str(day), *values]))  # noqa: S611 (what is asked is in parameters)
    by_itself = Q(status__in=values) & ~Q(pk__in=StatusChange.objects.order_by().values("commitment"))
    return Q(announced_on__lte=day) & (by_steps | by_itself)


def held_value(day: date) -> Case:
    """Expression: the status of a commitment that holds at the end of a day; None if it was made later or who knows."""
    return Case(*[When(held_matches([status], day), then=Value(status)) for status in Status], output_field=CharField())


def events() -> tuple[str, list]:
    """SQL: when pledges with later steps were made, and their steps by the last day that each can mean."""
    pledges = Commitment.objects.filter(
        pk__in=StatusChange.objects.order_by().values("commitment"), announced_on__isnull=False
    )
    made = {"pledge": F("pk"), "entered": Value(0), "moment": IsoDate(F("announced_on"))}
    step = {"pledge": F("commitment_id"), "entered": F("position")}
    step["moment"] = last_day_sql("happened_on", "happened_precision")
    both = {"status_then": F("status"), "stage": rank()}
    rows = (
        pledges.order_by()
        .values(**made, **both)
        .union(StatusChange.objects.order_by().values(**step, **both), all=True)
    )
    return rows.query.get_compiler(connection=connection).as_sql()


def rank() -> Case:
    """Expression: the place of the stage of a status; anything takes the place of what closed."""
    stages = [When(status__in=STATUSES_BY_STAGE[stage], then=Value(n)) for n, stage in enumerate(STAGES)]
    return Case(*stages, default=Value(-1), output_field=IntegerField())
