"""Dates with a precision: an imprecise date is stored as the first day of its span."""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.vocab import Precision

# where a day begins first
FIRST_TO_BEGIN = timezone(timedelta(hours=14))
# the more exact of two dates that begin on the same day is the later one
MOST_EXACT_FIRST = (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.UNKNOWN)


def today_anywhere():
    """The last day that somebody on earth calls today."""
    return datetime.now(FIRST_TO_BEGIN).date()


def span_start(day, precision):
    """The first day of the span that `day` at `precision` stands for."""
    if precision == Precision.MONTH:
        return day.replace(day=1)
    if precision == Precision.YEAR:
        return day.replace(month=1, day=1)
    return day


def span_end(day, precision):
    """The last day of the span that `day` at `precision` stands for."""
    if precision == Precision.MONTH:
        return day.replace(day=monthrange(day.year, day.month)[1])
    if precision == Precision.YEAR:
        return date(day.year, 12, 31)
    return day


def iso(day, precision):
    """The date cut to its precision: `2016-02-11`, `2016-02`, `2016`; empty when unknown."""
    if day is None:
        return ""
    return day.isoformat()[: {Precision.MONTH: 7, Precision.YEAR: 4}.get(precision, 10)]


def parse_iso(text):
    """The first day and the precision of `2016-02-11`, `2016-02` or `2016`."""
    precision = {4: Precision.YEAR, 7: Precision.MONTH}.get(len(text), Precision.DAY)
    return date.fromisoformat(f"{text}-01-01"[:10]), precision


def recency(dated):
    """A key that is larger for a later date, a pair of day and precision, and for the more exact one of a day."""
    day, precision = dated
    return day or date.min, -MOST_EXACT_FIRST.index(precision)


def within(field, day, precision):
    """Q: the date lies in the span that `day` at `precision` stands for."""
    return Q(**{f"{field}__gte": span_start(day, precision), f"{field}__lte": span_end(day, precision)})


def dated(field, precision):
    """Database check: a date has a precision, and without a date the precision is unknown."""
    without = Q(**{f"{field}__isnull": True, precision: Precision.UNKNOWN})
    with_date = Q(**{f"{field}__isnull": False, f"{precision}__in": [Precision.DAY, Precision.MONTH, Precision.YEAR]})
    return CheckConstraint(
        name=f"%(class)s_{field}_has_precision",
        condition=without | with_date,
        violation_error_message=_("A date needs a precision, and a precision needs a date."),
    )


def clean_date(instance, field, precision):
    """Sets an imprecise date to the start of its span; ValidationError if date and precision differ."""
    day, exactness = getattr(instance, field), getattr(instance, precision)
    if day is not None and exactness == Precision.UNKNOWN:
        raise ValidationError({precision: _("Choose how exact the date is.")})
    if day is None and exactness != Precision.UNKNOWN:
        raise ValidationError({field: _("Enter the date, or choose “Unknown” as its precision.")})
    if day is not None:
        setattr(instance, field, span_start(day, exactness))


def overlaps_from(field, precision, day):
    """Q: the span does not end before `day`."""
    return (
        Q(**{f"{field}__gte": day})
        | Q(**{precision: Precision.MONTH, f"{field}__gte": day.replace(day=1)})
        | Q(**{precision: Precision.YEAR, f"{field}__gte": day.replace(month=1, day=1)})
    )


def overlaps_until(field, day):
    """Q: the span does not begin after `day` (it is stored by its first day)."""
    return Q(**{f"{field}__lte": day})
