"""What sources give, number or date: how far they are apart, as filter, order, columns and counts say it alike."""

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from itertools import combinations, count

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from pledges.models import Citation, Commitment
from pledges.models.dates import span_end
from pledges.models.vocab import Precision, Stance
from pledges.query.facets import facet_counts, numbers_by
from pledges.query.index import keeping
from pledges.query.pledges import CommitmentFilter
from pledges.record import claims
from pledges.tests import make

pytestmark = pytest.mark.django_db

NUMBER = count()


def found(query):
    return [pledge.slug for pledge in CommitmentFilter(QueryDict(query)).results]


def by_the_index(query):
    return sorted(pledge.slug for pledge in CommitmentFilter(QueryDict(query)).page_of(0, 1000))


def by_the_database(query):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "current", lambda: None)
        return by_the_index(query)


def files(client, query):
    text = client.get(f"/en/pledges.csv?{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def claiming(*ranges, **more):
    """A pledge of which each source gives a range of numbers, or a date with its precision."""
    pledge = make.make_commitment(f"test-claims-{next(NUMBER)}", sources=0, quantity_min=5, quantity_max=5, **more)
    for number, (first, last) in enumerate(ranges):
        if isinstance(first, date):
            values = {"claimed_on": first, "claimed_precision": last}
        else:
            values = {"claimed_min": first, "claimed_max": last}
        make.make_citation(pledge, make.make_source(f"test-claim-{number}"), **values)
    pledge.refresh_from_db()
    return pledge


# The data set, against a plain loop over its files


@cache
def shipped(name):
    return [row["fields"] for row in json.loads((settings.FIXTURE_DIRS[0] / f"{name}.json").read_text())]


@cache
def numbers_of_sources():
    """{pledge: the ranges of numbers that its sources give}, for pledges of which at least two give one."""
    found = defaultdict(list)
    for row in shipped("09_citations"):
        low, high = row["claimed_min"], row["claimed_max"]
        if (low, high) != (None, None):
            found[row["commitment"][0]].append((-1 if low is None else low, 10**16 if high is None else high))
    return {slug: ranges for slug, ranges in found.items() if len(ranges) > 1}


def widest(ranges):
    """The greatest gap between any two, in per cent of the higher end; 0 for none."""
    gaps = [0]
    for one, other in combinations(ranges, 2):
        (_low, ended), (begun, _high) = sorted((one, other), key=lambda ends: ends[1])
        gaps.append(100 * (begun - ended) / begun if begun > ended else 0)
    return max(gaps)


def test_the_gap_of_each_pledge_is_that_between_the_two_of_its_sources_furthest_apart():
    expected = {slug: widest(ranges) for slug, ranges in numbers_of_sources().items()}
    rows = Commitment.objects.exclude(number_gap=None).values_list("slug", "number_gap")
    assert dict(rows) == {slug: int(gap + 0.5) for slug, gap in expected.items()}
    assert dict(rows)["dk-2016-03-sof-60"] == 85
    assert dict(rows)["ba-2015-03-ammo"] == 9
    # “more than 450 million” leaves room for “over 590 million”
    assert dict(rows)["pledging-2016-humanitarian"] == 0


@pytest.mark.parametrize("find", [by_the_index, by_the_database])
def test_the_filter_finds_whose_sources_differ_agree_or_are_fewer_than_two(find):
    gaps = {slug: widest(ranges) for slug, ranges in numbers_of_sources().items()}
    differ, agree = ({slug for slug, gap in gaps.items() if bool(gap) is wanted} for wanted in (True, False))
    everything = {row["slug"] for row in shipped("08_commitments")}
    assert find("number_claims=differ") == sorted(differ)
    assert find("number_claims=agree") == sorted(agree)
    assert find("not_number_claims=none") == sorted(gaps)
    assert find("number_claims=none") == sorted(everything - gaps.keys())
    assert find("number_claims=none&number_claims=differ") == sorted(everything - agree)


def test_counts_of_the_index_are_those_of_the_rows():
    query = CommitmentFilter(QueryDict())
    expected = Counter(bool(widest(ranges)) for ranges in numbers_of_sources().values())
    numbers = {value: number for (value,), (number, _refusals) in numbers_by(query, "number_claims").items()}
    assert (numbers["differ"], numbers["agree"]) == (expected[True], expected[False])
    assert facet_counts(query, ["number_claims"])["number_claims"]["differ"] == expected[True]


def test_a_list_by_the_gap_begins_with_the_widest_and_ends_with_what_no_two_sources_tell(client):
    down = files(client, "sort=-gap&columns=slug,number_gap,date_gap,claimed_lowest,claimed_highest")
    assert [row["number_gap"] for row in down[:4]] == ["85", "50", "50", "33"]
    first = ("dk-2016-03-sof-60", "60", "400")
    assert (down[0]["slug"], down[0]["claimed_lowest"], down[0]["claimed_highest"]) == first
    up = files(client, "sort=gap&columns=slug,number_gap")
    stated = len(numbers_of_sources())
    assert [int(row["number_gap"]) for row in up[:stated]] == sorted(int(row["number_gap"]) for row in down[:stated])
    assert {row["number_gap"] for row in (*up[stated:], *down[stated:])} == {""}


# What is a gap


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([(500, 500), (550, None)], (500, 550, 9)),
        ([(550, 550), (550, None)], (550, 550, 0)),  # they touch
        ([(210, 210), (200, 210)], (200, 210, 0)),
        ([(None, 150), (100, 100)], (100, 150, 0)),
        ([(None, 150), (151, None)], (150, 151, 1)),  # never told as nothing
        ([(100, 150), (200, 300), (120, 250)], (100, 300, 25)),
        ([(0, 0), (7, 7)], (0, 7, 100)),
        ([(7, 7)], (7, 7, None)),
        ([], (None, None, None)),
    ],
)
def test_numbers_that_overlap_or_touch_agree_and_the_others_are_so_far_apart(ranges, expected):
    pledge = claiming(*ranges)
    assert (pledge.claimed_lowest, pledge.claimed_highest, pledge.number_gap) == expected
    assert pledge.date_gap is None


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([(date(2016, 2, 11), Precision.DAY), (date(2016, 2, 13), Precision.DAY)], 2),
        ([(date(2016, 2, 11), Precision.DAY), (date(2016, 2, 1), Precision.MONTH)], 0),
        ([(date(2016, 2, 11), Precision.DAY), (date(2016, 3, 1), Precision.MONTH)], 19),
        ([(date(2015, 1, 1), Precision.YEAR), (date(2016, 1, 1), Precision.MONTH)], 1),
        ([(date(2016, 2, 11), Precision.DAY)], None),
    ],
)
def test_dates_that_overlap_agree_and_the_others_are_so_many_days_apart(dates, expected, client):
    pledge = claiming(*dates)
    assert (pledge.date_gap, pledge.number_gap) == (expected, None)
    value = {None: "none", 0: "agree"}.get(expected, "differ")
    assert pledge.slug in by_the_index(f"date_claims={value}")
    assert pledge.slug in by_the_database(f"date_claims={value}")
    (row,) = files(client, f"id={pledge.slug}&columns=claimed_earliest,claimed_latest,date_gap")
    ends = [*(day for day, _precision in dates), *(span_end(*given) for given in dates)]
    assert row == {
        "claimed_earliest": min(ends).isoformat(),
        "claimed_latest": max(ends).isoformat(),
        "date_gap": "" if expected is None else str(expected),
    }


ENDS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)
RANGES = st.tuples(ENDS, st.sampled_from(["both", "low", "high"])).map(
    lambda made: (None if made[1] == "high" else made[0][0], None if made[1] == "low" else made[0][1])
)


@given(st.lists(RANGES, min_size=2, max_size=5))
def test_the_gap_is_the_widest_of_any_two(ranges):
    closed = [(-1 if low is None else low, 10**6 if high is None else high) for low, high in ranges]
    gap = claims.compared(ranges).gap
    expected = widest(closed)
    assert (100 * (gap.high - gap.low) / gap.high if gap else 0) == pytest.approx(expected)


def test_a_changed_or_removed_citation_changes_the_gap():
    pledge = claiming((500, 500), (550, None))
    citation = pledge.citations.last()
    citation.claimed_min = 625
    citation.save()
    assert Commitment.objects.get(pk=pledge.pk).number_gap == 20
    citation.stance = Stance.CONTRADICTS  # who is right is not asked
    citation.save()
    assert Commitment.objects.get(pk=pledge.pk).number_gap == 20
    citation.delete()
    assert Commitment.objects.get(pk=pledge.pk).number_gap is None


@pytest.mark.parametrize(
    "values",
    [
        {"claimed_min": 7, "claimed_max": 6},
        {"claimed_min": -1},
        {"claimed_max": 10**15 + 1},
        {"claimed_on": date(2016, 3, 9)},
        {"claimed_precision": Precision.MONTH},
    ],
)
def test_what_no_source_can_give_is_refused_by_form_and_database(values):
    citation = make.make_commitment(quantity_min=5, quantity_max=5).citations.get()
    for name, value in values.items():
        setattr(citation, name, value)
    with pytest.raises(ValidationError):
        citation.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.filter(pk=citation.pk).update(**values)
