"""Dates as editors write them: read in the one way there is, else refused."""

import pytest
from django.core.exceptions import ValidationError

from pledges.record.written import read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-02-11", "2016-02-11 day"),
        ("2016/2/11", "2016-02-11 day"),
        ("٢٠١٦-٠٢-١١", "2016-02-11 day"),
        ("2016-02", "2016-02-01 month"),
        ("2016", "2016-01-01 year"),
        ("۲۰۱۶", "2016-01-01 year"),
        ("11 February 2014", "2014-02-11 day"),
        ("  11  feb.  2014 ", "2014-02-11 day"),
        ("February 11, 2014", "2014-02-11 day"),
        ("Sept 2014", "2014-09-01 month"),
        ("11 فبراير 2016", "2016-02-11 day"),
        ("١١ شباط ٢٠١٦", "2016-02-11 day"),
        ("3 تشرين الأول 2014", "2014-10-03 day"),
        ("كانون الثاني 2015", "2015-01-01 month"),
        ("ابريل 2016", "2016-04-01 month"),
        ("25/02/2014", "2014-02-25 day"),
        ("02/25/2014", "2014-02-25 day"),
        ("2.2.2014", "2014-02-02 day"),
    ],
)
def test_a_date_is_read_with_how_exact_it_is(text, expected):
    found = read_date(text)
    assert f"{found} {found.precision}" == expected


@pytest.mark.parametrize("text", ["11/02/2014", "11-2-2014", "11.02.2014", "١١/٠٢/٢٠١٤", "2 / 11 / 2014"])
def test_a_date_that_can_be_read_in_two_ways_is_refused_with_both(text):
    with pytest.raises(ValidationError, match="11 February 2014") as refused:
        read_date(text)
    assert "2 November 2014" in refused.value.messages[0]
    assert text in refused.value.messages[0]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "0000-00-00",
        "2016-02-30",
        "31/02/2014",
        "13/13/2014",
        "11/02/14",
        "11 Smarch 2014",
        "2016-13",
        "99999",
        "1e3",
    ]
    + ["30 February 2016", "1-1-0000", "\0", "٫", "2016-2-", "feb", "9" * 5000],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError, match="is not a date"):
        read_date(text)
