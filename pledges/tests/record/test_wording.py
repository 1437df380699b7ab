"""Quantities, numbers and dates in words, in both languages."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.text import get_text_list

from pledges.models import Unit
from pledges.models.vocab import Precision, QuantityQualifier, UnitKind
from pledges.record import wording


def quantity(low, high, qualifier, unit):
    unit = SimpleNamespace(slug=unit, name="kites")
    return wording.quantity(
        SimpleNamespace(quantity_min=low, quantity_max=high, quantity_qualifier=qualifier, unit=unit)
    )


QUANTITIES = [
    (150, 150, QuantityQualifier.EXACT, "personnel", "150 personnel", "150 فردًا"),
    (1, 1, QuantityQualifier.EXACT, "personnel", "1 person", "فرد واحد"),
    (2, 2, QuantityQualifier.EXACT, "aircraft", "2 aircraft", "طائرتان"),
    (None, 2, QuantityQualifier.UP_TO, "aircraft", "up to 2 aircraft", "ما يصل إلى طائرتين"),
    (6, 6, QuantityQualifier.ABOUT, "aircraft", "about 6 aircraft", "نحو 6 طائرات"),
    (30, None, QuantityQualifier.AT_LEAST, "personnel", "at least 30 personnel", "ما لا يقل عن 30 فردًا"),
    (30, 50, QuantityQualifier.RANGE, "personnel", "between 30 and 50 personnel", "ما بين 30 و50 فردًا"),
    (1500, 1500, QuantityQualifier.EXACT, "personnel", "1,500 personnel", "1500 فرد"),
    (
        1_600_000_000,
        None,
        QuantityQualifier.AT_LEAST,
        "cad",
        "at least 1.6 billion Canadian dollars",
        "ما لا يقل عن 1.6 مليار دولار كندي",
    ),
    (5_000_000, 5_000_000, QuantityQualifier.EXACT, "eur", "5 million euros", "5 ملايين يورو"),
    (1_234_567, 1_234_567, QuantityQualifier.EXACT, "usd", "1,234,567 US dollars", "1,234,567 دولارًا أميركيًا"),
    (5_818_750_000, 5_818_750_000, QuantityQualifier.EXACT, "usd", "5,818.75 million US dollars", None),
    (3, 3, QuantityQualifier.EXACT, "times", "×3", "×3"),
    (90, None, QuantityQualifier.AT_LEAST, "percent_of_countries", "at least 90% of countries", None),
    (24, 24, QuantityQualifier.EXACT, "vehicles", "24 vehicles", "24 مركبة"),
    (None, 2, QuantityQualifier.UP_TO, "housing_units", "up to 2 housing units", "ما يصل إلى وحدتين سكنيتين"),
    (4, 4, QuantityQualifier.EXACT, "kites", "4 kites", "4 kites"),
]


@pytest.mark.parametrize(("low", "high", "qualifier", "unit", "english", "arabic"), QUANTITIES)
def test_a_quantity_in_words(low, high, qualifier, unit, english, arabic):
    assert quantity(low, high, qualifier, unit) == english
    if arabic:
        with translation.override("ar"):
            assert quantity(low, high, qualifier, unit) == arabic


@pytest.mark.django_db
def test_every_unit_that_is_added_up_is_counted_in_words_of_its_own():
    added_up = Unit.objects.filter(summable=True).exclude(kind=UnitKind.RATIO)
    for words in (wording.COUNTED, wording.COUNTED_AFTER_PREPOSITION):
        assert set(added_up.values_list("slug", flat=True)) <= set(words)


def test_a_quantity_that_is_not_stated_is_empty():
    pledge = SimpleNamespace(quantity_min=None, quantity_max=None, quantity_qualifier="not_stated", unit=None)
    assert wording.quantity(pledge) == ""


@pytest.mark.parametrize(
    ("precision", "english", "arabic"),
    [
        (Precision.DAY, "11 February 2016", "11 فبراير 2016"),
        (Precision.MONTH, "February 2016", "فبراير 2016"),
        (Precision.YEAR, "2016", "2016"),
    ],
)
def test_a_date_is_shown_at_its_precision(precision, english, arabic):
    assert wording.date(date(2016, 2, 11), precision) == english
    with translation.override("ar"):
        assert wording.date(date(2016, 2, 11), precision) == arabic


@pytest.mark.parametrize(
    ("start", "end", "precision", "words"),
    [
        (date(2016, 2, 11), date(2016, 2, 11), "day", "11 February 2016"),
        (date(2016, 7, 20), date(2016, 7, 21), "day", "20 July 2016 to 21 July 2016"),
        (date(2015, 6, 1), date(2015, 6, 1), "month", "June 2015"),
        (date(2016, 2, 11), date(2016, 3, 10), "window", "between 11 February 2016 and 10 March 2016"),
    ],
)
def test_when_a_meeting_took_place(start, end, precision, words):
    assert wording.meeting_date(SimpleNamespace(start_on=start, end_on=end, date_precision=precision)) == words


def test_names_are_listed_with_or():
    """Django's words, which our catalogue must not change."""
    assert get_text_list(["A"]) == "A"
    assert get_text_list(["A", "B", "C"]) == "A, B or C"
    with translation.override("ar"):
        assert get_text_list(["أ", "ب", "ج"]) == "أ، ب أو ج"
