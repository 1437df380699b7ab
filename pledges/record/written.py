"""Numbers and dates as editors write them, in either language: read in the one way there is, else refused.

What could be read in two ways is refused with both: a guess would be stored, and nobody would see it.
"""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pledges.models.vocab import Precision
from pledges.record import wording
from pledges.record.folding import fold

# of the Arabic and the Persian keyboard
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
NUMBER = re.compile(r"[0-9]{1,20}")
GROUPS = re.compile(r"([0-9]{1,3})(?:[.,٬٫' \u00a0\u202f][0-9]{3})+")
PARTED = re.compile(r"([0-9]{1,3})[.,]([0-9]{3})")

MONTHS = (
    ("january", "يناير", "كانون الثاني"),
    ("february", "فبراير", "شباط"),
    ("march", "مارس", "آذار"),
    ("april", "أبريل", "نيسان"),
    ("may", "مايو", "أيار"),
    ("june", "يونيو", "حزيران"),
    ("july", "يوليو", "تموز"),
    ("august", "أغسطس", "آب"),
    ("september", "سبتمبر", "أيلول"),
    ("october", "أكتوبر", "تشرين الأول"),
    ("november", "نوفمبر", "تشرين الثاني"),
    ("december", "ديسمبر", "كانون الأول"),
)
# names, and of the English ones their first three letters
MONTH = {fold(name): n for n, names in enumerate(MONTHS, 1) for name in (*names, names[0][:3])} | {"sept": 9}
ISO = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?")
YEAR_LAST = re.compile(r"([0-9]{1,2}) ?[-/.] ?([0-9]{1,2}) ?[-/.] ?([0-9]{4})")
IN_WORDS = re.compile(r"(?:([0-9]{1,2}) )?([^\W\d_]+(?: [^\W\d_]+)?)\.? ([0-9]{4})")
MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2}),? ([0-9]{4})")


class WrittenDate(date):
    """The first day of the span that was written, with its `precision`."""

    precision = Precision.DAY


def read_number(text):
    """The whole number that the digits of a text make; ValidationError for anything else."""
    digits = text.strip().translate(DIGITS)
    if NUMBER.fullmatch(digits):
        return int(digits)
    shown = {"value": text.strip()}
    if parted := PARTED.fullmatch(digits):
        whole, rest = parted.groups()
        fraction = rest.rstrip("0")
        readings = {"one": f"{int(whole + rest)}", "other": f"{int(whole)}.{fraction}" if fraction else f"{int(whole)}"}
        raise ValidationError(
            _("“\u2068%(value)s\u2069” can be read as %(one)s or as %(other)s: write the number in digits alone."),
            code="ambiguous",
            params=shown | readings,
        )
    if GROUPS.fullmatch(digits):
        raise ValidationError(
            _("“\u2068%(value)s\u2069” is not digits alone: write %(digits)s."),
            code="grouped",
            params=shown | {"digits": re.sub(r"\D", "", digits)},
        )
    raise ValidationError(
        _("“\u2068%(value)s\u2069” is not a whole number: write it in digits alone, like 1500."),
        code="invalid",
        params=shown,
    )


def read_date(text):
    """The `WrittenDate` of `2016-02-11`, `2016-02`, `2016`, `11 February 2016`, `February 2016` and their Arabic."""
    written = " ".join(fold(text.replace("،", ",")).split())
    if match := ISO.fullmatch(written):
        return written_date(text, *match.groups())
    if (match := IN_WORDS.fullmatch(written)) and match[2] in MONTH:
        return written_date(text, match[3], MONTH[match[2]], match[1])
    if (match := MONTH_FIRST.fullmatch(written)) and match[1] in MONTH:
        return written_date(text, match[3], MONTH[match[1]], match[2])
    if match := YEAR_LAST.fullmatch(written):
        one, other, year = match.groups()
        readings = [found for day, month in ((one, other), (other, one)) if (found := a_day(year, month, day))]
        if len(set(readings)) == 1:
            return readings[0]
        if readings:
            raise ValidationError(
                _("“\u2068%(value)s\u2069” can be read as %(one)s or as %(other)s: write it like %(iso)s."),
                code="ambiguous",
                params={
                    "value": text,
                    "one": wording.day(readings[0]),
                    "other": wording.day(readings[1]),
                    "iso": readings[0].isoformat(),
                },
            )
    raise not_a_date(text)


def written_date(text, year, month, day):
    found = a_day(year, month or 1, day or 1)
    if not found:
        raise not_a_date(text)
    found.precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return found


def a_day(year, month, day):
    """The day of a calendar, or None."""
    try:
        return WrittenDate(int(year), int(month), int(day))
    except ValueError:
        return None


def not_a_date(text):
    return ValidationError(
        _("“\u2068%(value)s\u2069” is not a date: write it like 2016-02-11, 11 February 2016, February 2016 or 2016."),
        code="invalid",
        params={"value": text},
    )
