"""Dates by month and by quarter: `2016-02` is what is dated to that month or a day in it, `2016-q1` to the quarter.

`2016` is what is dated to the year alone.
"""

from datetime import date

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, ExtractQuarter, Substr
from django.utils.translation import gettext_lazy as _

from pledges.models.dates import iso, parse_iso, within
from pledges.models.vocab import Precision
from pledges.record import wording


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


def quarter_value(day: str, precision: str) -> Case:
    """Expression of the quarter that a date falls into, or the year if no more is known."""
    year = Substr(Cast(day, CharField()), 1, 4)
    quarter = Concat(year, Value("-q"), Cast(ExtractQuarter(day), CharField()), output_field=CharField())
    # a text and nothing is a text
    undated = When(**{f"{day}__isnull": True}, then=None)
    return Case(undated, When(**{precision: Precision.YEAR}, then=year), default=quarter, output_field=CharField())


def quarter_of(day: date, precision: str) -> str:
    """The same of a date at hand."""
    return f"{day.year}" if precision == Precision.YEAR else f"{day.year}-q{(day.month + 2) // 3}"


def quarter_label(value: str) -> str:
    """`Q1 2016`; for a year alone `2016 (quarter not stated)`."""
    year, _dash, quarter = value.partition("-q")
    words = {
        "": _("%(year)s (quarter not stated)"),
        "1": _("Q1 %(year)s"),
        "2": _("Q2 %(year)s"),
        "3": _("Q3 %(year)s"),
        "4": _("Q4 %(year)s"),
    }
    return words[quarter] % {"year": year}


def quarter_choices(rows: QuerySet, day: str, precision: str) -> list[tuple[str, str]]:
    """The quarters of the dates in `rows`, latest first."""
    dates = rows.exclude(**{day: None}).order_by().values_list(day, precision).distinct()
    return [(value, quarter_label(value)) for value in sorted({quarter_of(*found) for found in dates}, reverse=True)]


def in_quarters(values: list[str], day: str, precision: str) -> Q:
    """Q: the date falls into one of the quarters."""
    found = Q(pk__in=[])
    for value in values:
        year, _dash, quarter = value.partition("-q")
        here = Q(**{f"{day}__year": int(year)})
        if quarter:
            found |= here & Q(**{f"{day}__quarter": int(quarter), f"{precision}__in": [Precision.DAY, Precision.MONTH]})
        else:
            found |= here & Q(**{precision: Precision.YEAR})
    return found
