"""The days between a pledge and the later steps that approved or delivered it: measured where both days are known."""

from collections.abc import Mapping

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from pledges.models import Commitment, StatusChange
from pledges.models.vocab import STATUSES_BY_STAGE, Lag, Precision, Stage
from pledges.query.dimension import NONE
from pledges.query.per_version import per_version

BEFORE_APPROVAL = (*STATUSES_BY_STAGE[Stage.PROSPECTIVE], *STATUSES_BY_STAGE[Stage.PROMISED])
# the statuses of a pledge on its day, and those of the later step that ends the wait
ENDS = {
    Lag.APPROVAL: (BEFORE_APPROVAL, STATUSES_BY_STAGE[Stage.APPROVED]),
    Lag.DELIVERY: ((*BEFORE_APPROVAL, *STATUSES_BY_STAGE[Stage.APPROVED]), STATUSES_BY_STAGE[Stage.DELIVERED]),
}


def ends(lag: str, step: str = "", pledge: str = "commitment__") -> Q:
    """Q: a step, with its pledge, ends the wait; both are dated to the day. The prefixes lead to them."""
    before, after = ENDS[Lag(lag)]
    return Q(
        **{
            f"{step}status__in": after,
            f"{step}happened_precision": Precision.DAY,
            f"{step}happened_on__gte": F(f"{pledge}announced_on"),
            f"{pledge}announced_precision": Precision.DAY,
            f"{pledge}status__in": before,
        }
    )


def known(lags: list[str]) -> Q:
    """Q: a pledge of which one of these waits can be measured."""
    steps = Q(pk__in=[])
    for lag in lags:
        steps |= ends(lag)
    return Q(Exists(StatusChange.objects.filter(steps, commitment=OuterRef("pk"))))


def lag_matches(values: list[str]) -> Q:
    found = known([value for value in values if value != NONE])
    return found | ~known(list(Lag)) if NONE in values else found


def lag_value() -> Case:
    """Expression: each wait of a pledge that can be measured; None where there is none."""
    whens = [When(ends(lag, step="status_changes__", pledge=""), then=Value(lag.value)) for lag in Lag]
    other_step = When(known(list(Lag)), then=Value("a step that ends no wait"))
    return Case(*whens, other_step, output_field=CharField())


def lags(lag: str) -> Mapping[int, int]:
    """{primary key of a pledge: days until the first step that ends the wait}; one query for a version of the data."""
    return per_version(("lags", lag), lambda: measured(lag))


def measured(lag: str) -> dict[int, int]:
    steps = StatusChange.objects.filter(ends(lag), commitment__in=Commitment.objects.public().order_by().values("pk"))
    days = {}
    for key, announced, happened in steps.order_by().values_list(
        "commitment", "commitment__announced_on", "happened_on"
    ):
        days[key] = min(days.get(key, (happened - announced).days), (happened - announced).days)
    return days
