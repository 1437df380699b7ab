"""How recent the record of a set of commitments is."""

from datetime import date

from django.db.models import Max, Q, QuerySet

from pledges.models import Commitment
from pledges.models.vocab import Precision


def latest_date(pledges: QuerySet[Commitment]) -> date | None:
    """The latest exact date on record: of an announcement, a later step or a source; None if there is none."""
    fields = ("announced", "status_changes__happened", "citations__source__published")
    dates = pledges.order_by().aggregate(
        **{field: Max(f"{field}_on", filter=Q(**{f"{field}_precision": Precision.DAY})) for field in fields}
    )
    return max(filter(None, dates.values()), default=None)
