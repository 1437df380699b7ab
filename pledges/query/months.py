"""Dates by month: `2016-02` is what is dated to that month or a day in it, `2016` what is dated to the year alone."""

from django.db.models import Case, CharField, Q, QuerySet, When
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext_lazy as _

from pledges.models.dates import iso, parse_iso, within
from pledges.models.vocab import Precision
from pledges.record import wording

# Months: `2016-02` is what is dated to that month or a day in it, `2016` what is dated to the year alone.


def month_value(day: str, precision: str) -> Case:
    """Expression of the month that a date falls into, or the year if no more is known."""
    text = Cast(day, CharField())
    return Case(When(**{precision: Precision.YEAR}, then=Substr(text, 1, 4)), default=Substr(text, 1, 7))


def month_label(value: str) -> str:
    """`February 2016`; for a year alone `2016 (month not stated)`."""
    day, precision = parse_iso(value)
    words = wording.date(day, precision)
    return _("%(year)s (month not stated)") % {"year": words} if precision == Precision.YEAR else words


def month_choices(rows: QuerySet, day: str, precision: str) -> list[tuple[str, str]]:
    """The months of the dates in `rows`, latest first."""
    dates = rows.exclude(**{day: None}).order_by(f"-{day}").values_list(day, precision).distinct()
    months = dict.fromkeys(iso(found, exactness)[:7] for found, exactness in dates)
    return [(value, month_label(value)) for value in sorted(months, reverse=True)]


def in_months(values: list[str], day: str, precision: str) -> Q:
    """Q: the date falls into one of the months."""
    found = Q(pk__in=[])
    for value in values:
        first, exactness = parse_iso(value)
        known = [Precision.YEAR] if exactness == Precision.YEAR else [Precision.DAY, Precision.MONTH]
        found |= within(day, first, exactness) & Q(**{f"{precision}__in": known})
    return found
