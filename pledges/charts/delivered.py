"""What was newly promised, unit by unit, and how recent the record is.

Unlike units are never added, and of one unit only what `dimensions.in_totals` counts.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from pledges.models import Commitment, Unit
from pledges.models.vocab import InTotals, Precision
from pledges.query.pledge_dimensions import in_totals


@dataclass(frozen=True)
class Amount:
    """What so many commitments promise in one unit: at least, and at most (None: open upwards)."""

    unit: Unit
    number: int
    least: int
    most: int | None


def amounts(pledges: QuerySet[Commitment]) -> list[Amount]:
    """The `Amount`s of a queryset of commitments, in the order of the units; two queries."""
    counted = pledges.order_by().annotate(in_totals=in_totals()).filter(in_totals=InTotals.COUNTED)
    rows = counted.values_list("unit").annotate(
        n=Count("pk"),
        least=Sum(Coalesce("quantity_min", 0)),
        most=Sum("quantity_max"),
        open_ended=Count("pk", filter=Q(quantity_max__isnull=True)),
    )
    sums = {unit: values for unit, *values in rows}
    return [amount(unit, *sums[unit.pk]) for unit in Unit.objects.filter(pk__in=sums)]


def amount(unit: Unit, number: int, least: int, most: int | None, open_ended: int) -> Amount:
    return Amount(unit, number, int(least), None if open_ended else int(most))


def latest_date(pledges: QuerySet[Commitment]) -> date | None:
    """The latest exact date on record: of an announcement, a later step or a source; None if there is none."""
    fields = ("announced", "status_changes__happened", "citations__source__published")
    dates = pledges.order_by().aggregate(
        **{field: Max(f"{field}_on", filter=Q(**{f"{field}_precision": Precision.DAY})) for field in fields}
    )
    return max(filter(None, dates.values()), default=None)
