"""Dates, numbers and quantities in words, in the current language."""

from datetime import UTC
from decimal import Decimal
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext, npgettext_lazy, pgettext

from pledges.i18n import current_language
from pledges.models.dates import span_end
from pledges.models.vocab import Precision, QuantityQualifier

# the least number written with a thousands comma
FIRST_WITH_SEPARATOR = {"en": 1_000, "ar": 10_000}
SHORT_DECIMALS = 3

# Arabic counts in six forms, and its dual changes after a preposition ("up to"): hence two tables.
COUNTED = {
    "personnel": npgettext_lazy("counted", "%(n)s person", "%(n)s personnel", "count"),
    "aircraft": npgettext_lazy("counted", "%(n)s aircraft", "%(n)s aircraft", "count"),
    "ships": npgettext_lazy("counted", "%(n)s ship", "%(n)s ships", "count"),
    "systems": npgettext_lazy("counted", "%(n)s system", "%(n)s systems", "count"),
    "mortars": npgettext_lazy("counted", "%(n)s mortar", "%(n)s mortars", "count"),
    "rifles": npgettext_lazy("counted", "%(n)s rifle", "%(n)s rifles", "count"),
    "rounds": npgettext_lazy("counted", "%(n)s round of ammunition", "%(n)s rounds of ammunition", "count"),
    "tonnes": npgettext_lazy("counted", "%(n)s tonne", "%(n)s tonnes", "count"),
    "trainees": npgettext_lazy("counted", "%(n)s trainee", "%(n)s trainees", "count"),
    "strikes": npgettext_lazy("counted", "%(n)s strike", "%(n)s strikes", "count"),
    "letters": npgettext_lazy("counted", "%(n)s letter", "%(n)s letters", "count"),
    "usd": npgettext_lazy("counted", "%(n)s US dollar", "%(n)s US dollars", "count"),
    "eur": npgettext_lazy("counted", "%(n)s euro", "%(n)s euros", "count"),
    "cad": npgettext_lazy("counted", "%(n)s Canadian dollar", "%(n)s Canadian dollars", "count"),
    "gbp": npgettext_lazy("counted", "%(n)s pound sterling", "%(n)s pounds sterling", "count"),
    "aud": npgettext_lazy("counted", "%(n)s Australian dollar", "%(n)s Australian dollars", "count"),
    "nok": npgettext_lazy("counted", "%(n)s Norwegian krone", "%(n)s Norwegian kroner", "count"),
    "vehicles": npgettext_lazy("counted", "%(n)s vehicle", "%(n)s vehicles", "count"),
    "housing_units": npgettext_lazy("counted", "%(n)s housing unit", "%(n)s housing units", "count"),
}
COUNTED_AFTER_PREPOSITION = {
    "personnel": npgettext_lazy("counted after preposition", "%(n)s person", "%(n)s personnel", "count"),
    "aircraft": npgettext_lazy("counted after preposition", "%(n)s aircraft", "%(n)s aircraft", "count"),
    "ships": npgettext_lazy("counted after preposition", "%(n)s ship", "%(n)s ships", "count"),
    "systems": npgettext_lazy("counted after preposition", "%(n)s system", "%(n)s systems", "count"),
    "mortars": npgettext_lazy("counted after preposition", "%(n)s mortar", "%(n)s mortars", "count"),
    "rifles": npgettext_lazy("counted after preposition", "%(n)s rifle", "%(n)s rifles", "count"),
    "rounds": npgettext_lazy(
        "counted after preposition", "%(n)s round of ammunition", "%(n)s rounds of ammunition", "count"
    ),
    "tonnes": npgettext_lazy("counted after preposition", "%(n)s tonne", "%(n)s tonnes", "count"),
    "trainees": npgettext_lazy("counted after preposition", "%(n)s trainee", "%(n)s trainees", "count"),
    "strikes": npgettext_lazy("counted after preposition", "%(n)s strike", "%(n)s strikes", "count"),
    "letters": npgettext_lazy("counted after preposition", "%(n)s letter", "%(n)s letters", "count"),
    "usd": npgettext_lazy("counted after preposition", "%(n)s US dollar", "%(n)s US dollars", "count"),
    "eur": npgettext_lazy("counted after preposition", "%(n)s euro", "%(n)s euros", "count"),
    "cad": npgettext_lazy("counted after preposition", "%(n)s Canadian dollar", "%(n)s Canadian dollars", "count"),
    "gbp": npgettext_lazy("counted after preposition", "%(n)s pound sterling", "%(n)s pounds sterling", "count"),
    "aud": npgettext_lazy("counted after preposition", "%(n)s Australian dollar", "%(n)s Australian dollars", "count"),
    "nok": npgettext_lazy("counted after preposition", "%(n)s Norwegian krone", "%(n)s Norwegian kroner", "count"),
    "vehicles": npgettext_lazy("counted after preposition", "%(n)s vehicle", "%(n)s vehicles", "count"),
    "housing_units": npgettext_lazy("counted after preposition", "%(n)s housing unit", "%(n)s housing units", "count"),
}
SCALES = (
    (10**9, npgettext_lazy("counted", "%(n)s billion", "%(n)s billion", "count")),
    (10**6, npgettext_lazy("counted", "%(n)s million", "%(n)s million", "count")),
)
SCALES_AFTER_PREPOSITION = (
    (10**9, npgettext_lazy("counted after preposition", "%(n)s billion", "%(n)s billion", "count")),
    (10**6, npgettext_lazy("counted after preposition", "%(n)s million", "%(n)s million", "count")),
)


# A page writes hundreds of numbers and dates, mostly the same ones.


def number(value):
    """A whole number with Latin digits and, from a size on, thousands commas."""
    return number_in(current_language(), value)


@lru_cache(maxsize=4096, typed=True)
def number_in(language, value):
    return number_format(value, force_grouping=value >= FIRST_WITH_SEPARATOR[language])


def day(value):
    return date_in(current_language(), value, "DATE_FORMAT")


@lru_cache(maxsize=4096)
def date_in(language, value, form):
    return date_format(value, form)


def moment(value):
    """A time to the minute, in UTC: `24 November 2026, 13:05`."""
    value = value.astimezone(UTC)
    return gettext("%(day)s, %(time)s") % {"day": day(value), "time": f"{value:%H:%M}"}


def moment_iso(value):
    """The same for machines, to the second: HTML takes three digits of a second, or none."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def date(value, precision):
    """The date at its precision: `11 February 2016`, `February 2016`, `2016`."""
    if value is None:
        return pgettext("date", "not stated")
    if precision == Precision.YEAR:
        return str(value.year)
    return date_in(current_language(), value, "YEAR_MONTH_FORMAT") if precision == Precision.MONTH else day(value)


def meeting_date(meeting):
    """When a meeting took place, or the period for which it was announced."""
    start, end, precision = meeting.start_on, meeting.end_on, meeting.date_precision
    if precision == Precision.WINDOW:
        return gettext("between %(start)s and %(end)s") % {"start": day(start), "end": day(end)}
    if span_end(start, precision) == span_end(end, precision):
        return date(start, precision)
    return gettext("%(start)s to %(end)s") % {"start": date(start, precision), "end": date(end, precision)}


def membership_time(member):
    """From when to when a state was a member of a bloc; empty for throughout."""
    since, until = member.member_since, member.member_until
    if since and until:
        return gettext("%(start)s to %(end)s") % {"start": day(since), "end": day(until)}
    if since:
        return gettext("since %(day)s") % {"day": day(since)}
    return gettext("until %(day)s") % {"day": day(until)} if until else ""


def short(value, scales):
    """The number; from a million on as `1.6 billion`, if three decimals lose nothing."""
    for size, name in scales:
        if value >= size and value * 10**SHORT_DECIMALS % size == 0:
            scaled = (Decimal(value) / size).normalize()
            whole = scaled == int(scaled)
            # after a decimal the word stays singular, the form that 100 takes
            count, text = (int(scaled), number(int(scaled))) if whole else (100, number(scaled))
            return name % {"count": count, "n": text}
    return number(value)


def pledges(count):
    return pledges_in(current_language(), count)


@lru_cache(maxsize=4096)
def pledges_in(language, count):
    return ngettext("%(number)s pledge", "%(number)s pledges", count) % {"number": number(count)}


def refusals(count):
    return refusals_in(current_language(), count)


@lru_cache(maxsize=4096)
def refusals_in(language, count):
    return ngettext("%(number)s refusal", "%(number)s refusals", count) % {"number": number(count)}


def tally(found):
    """`11 pledges and 1 refusal`: a `query.pledges.Tally` in words."""
    if not found.refusals:
        return pledges(found.pledges)
    if not found.pledges:
        return refusals(found.refusals)
    words = {"pledges": pledges(found.pledges), "refusals": refusals(found.refusals)}
    return gettext("%(pledges)s and %(refusals)s") % words


# a number of them is no number before a word
WRITTEN_WITH_A_SIGN = {"times", "percent_of_countries"}


def amount(value, unit, after_preposition=False):
    """A number with its unit in words: `150 personnel`, `1.6 billion euros`, `×3`, `90% of countries`."""
    if unit.slug == "times":
        return gettext("×%(n)s") % {"n": number(value)}
    if unit.slug == "percent_of_countries":
        return gettext("%(n)s%% of countries") % {"n": number(value)}
    scales = SCALES_AFTER_PREPOSITION if after_preposition else SCALES
    forms = COUNTED_AFTER_PREPOSITION if after_preposition else COUNTED
    text = short(value, scales)
    if unit.slug in forms:
        return forms[unit.slug] % {"count": value, "n": text}
    return pgettext("number and unit", "%(n)s %(unit)s") % {"n": text, "unit": unit.name}


def quantity(commitment):
    """How much was promised, in words; empty when not stated."""
    low, high, unit = commitment.quantity_min, commitment.quantity_max, commitment.unit
    if unit is None or (low is None and high is None):
        return ""
    known = high if low is None else low
    match commitment.quantity_qualifier:
        case QuantityQualifier.ABOUT:
            return gettext("about %(amount)s") % {"amount": amount(known, unit, after_preposition=True)}
        case QuantityQualifier.AT_LEAST:
            return at_least(known, unit)
        case QuantityQualifier.UP_TO:
            return up_to(known, unit)
    if low is None or high is None or low == high:
        return amount(known, unit)
    return between(low, high, unit)


def sum_of(total):
    """What a total (`charts.sums.Amount`) comes to, in words: a range where the numbers leave one."""
    return summed(total.least, total.most, total.is_open, total.unit)


def summed(least, most, is_open, unit):
    """The ends of a sum in words, the upper one open or not."""
    if least == most:
        return at_least(least, unit) if is_open else amount(least, unit)
    if not least and not is_open:
        return up_to(most, unit)
    words = {"min": short(least, SCALES_AFTER_PREPOSITION), "max": amount(most, unit, after_preposition=True)}
    return (gettext("%(min)s to %(max)s or more") if is_open else gettext("%(min)s to %(max)s")) % words


def span(least, most, is_open):
    """A sum in signs, where there is no room for words: `150`, `150–300`, `150–300+`."""
    # a sign after a number stays there in Arabic
    end = (
        f"\N{LEFT-TO-RIGHT ISOLATE}{short(most, SCALES)}+\N{POP DIRECTIONAL ISOLATE}"
        if is_open
        else short(most, SCALES)
    )
    return end if least == most else f"{short(least, SCALES)}–{end}"


def quantity_asked(requirement):
    """How much was asked for, in words; empty when not stated."""
    return range_of(requirement.quantity_min, requirement.quantity_max, requirement.unit)


def claimed(low, high, unit):
    """The number that a source gives, in words; empty if it gives none."""
    return "" if low is None and high is None else range_of(low, high, unit)


def range_of(low, high, unit):
    """A number or a range, open where one end is None; empty without a unit."""
    if unit is None:
        return ""
    if high is None:
        return at_least(low, unit)
    if low is None:
        return up_to(high, unit)
    return amount(low, unit) if low == high else between(low, high, unit)


def requirement(row):
    """What names a requirement: `Italy – Police trainers (United States, December 2015)`."""
    words = {"requirement": row, "asked_by": row.asked_by, "day": date(row.asked_on, row.asked_precision)}
    return gettext("%(requirement)s (%(asked_by)s, %(day)s)") % words


def short_number(value):
    """A number alone: `1.6 billion`."""
    return short(value, SCALES)


def numbers_apart(low, high, per_cent, unit):
    """How far two numbers are apart: `500 to 550 tonnes, 9% apart`."""
    lower = amount(low, unit) if unit.slug in WRITTEN_WITH_A_SIGN else short(low, SCALES_AFTER_PREPOSITION)
    words = {"min": lower, "max": amount(high, unit, after_preposition=True), "gap": number(per_cent)}
    return gettext("%(min)s to %(max)s, %(gap)s%% apart") % words


def days_apart(first, last, days):
    """How far two days are apart: `11 February 2016 to 13 February 2016, 2 days apart`."""
    words = {"start": day(first), "end": day(last), "n": number(days)}
    return ngettext("%(start)s to %(end)s, %(n)s day apart", "%(start)s to %(end)s, %(n)s days apart", days) % words


def at_least(value, unit):
    return gettext("at least %(amount)s") % {"amount": amount(value, unit, after_preposition=True)}


def up_to(value, unit):
    return gettext("up to %(amount)s") % {"amount": amount(value, unit, after_preposition=True)}


def between(low, high, unit):
    words = {"min": number(low), "max": amount(high, unit, after_preposition=True)}
    return gettext("between %(min)s and %(max)s") % words
