"""What was promised in sum: what counts, what does not and why, and the range that the numbers leave."""

import pytest
from django.http import QueryDict

from pledges.charts.delivered import amounts
from pledges.models import Commitment
from pledges.models.vocab import Change, InTotals, QuantityQualifier, Stance, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db

# slug: why its hundred balloons are in the sum or not, and what is so about it
PLEDGES = {
    "test-new": (InTotals.COUNTED, {}),
    "test-more": (InTotals.COUNTED, {"change": Change.INCREASE}),
    "test-unstated": (InTotals.NO_QUANTITY, {"quantity_min": None}),
    "test-ratio": (InTotals.NOT_SUMMABLE, {"unit": "test_ratio"}),
    "test-part": (InTotals.PART, {"part_of": "test-new"}),
    "test-declined": (InTotals.CLOSED, {"status": Status.DECLINED}),
    "test-declined-later": (InTotals.CLOSED, {}),
    "test-fewer": (InTotals.REDUCED, {"change": Change.REDUCE}),
    "test-over": (InTotals.REDUCED, {"change": Change.END}),
    "test-kept": (InTotals.REPEATED, {"change": Change.MAINTAIN}),
    "test-longer": (InTotals.REPEATED, {"change": Change.EXTEND}),
    # the first reason that holds is the one that is told
    "test-part-that-ended": (InTotals.PART, {"part_of": "test-new", "change": Change.END}),
}


@pytest.fixture
def pledges():
    make.make_unit("test_ratio", summable=False)
    for slug, (_reason, said) in PLEDGES.items():
        values = {"quantity_min": 100, "quantity_max": 100} | said
        if "part_of" in said:
            values["part_of"] = Commitment.objects.get(slug=said["part_of"])
        if "unit" in said:
            values["unit"] = make.make_unit(said["unit"])
        if values["quantity_min"] is None:
            del values["quantity_min"], values["quantity_max"]
        make.make_commitment(slug, **values)
    make.make_status_change(Commitment.objects.get(slug="test-declined-later"), status=Status.DECLINED)


def of_testland():
    return Commitment.objects.public().filter(country__iso2="ZZ")


@pytest.mark.parametrize("reason", InTotals)
def test_each_pledge_is_found_by_why_it_is_in_totals_or_not(pledges, reason):
    found = CommitmentFilter(QueryDict(f"country=ZZ&in_totals={reason}")).results
    assert {pledge.slug for pledge in found} == {slug for slug, (why, _said) in PLEDGES.items() if why == reason}


def test_only_what_counts_is_summed(pledges):
    (amount,) = amounts(of_testland())
    assert (amount.unit.slug, amount.number, amount.least, amount.most) == ("test_unit", 2, 200, 200)


def test_a_pledge_with_several_sources_and_steps_is_summed_once(pledges):
    pledge = Commitment.objects.get(slug="test-new")
    for number in range(2):
        make.make_citation(pledge, make.make_source(f"test-again-{number}"), stance=Stance.SUPPORTS)
        make.make_status_change(pledge)
    (amount,) = amounts(of_testland())
    assert (amount.number, amount.least, amount.most) == (2, 200, 200)


@pytest.mark.parametrize(
    ("qualifier", "least", "most", "total"),
    [
        (QuantityQualifier.UP_TO, None, 50, (100, 150)),  # from nothing up to all of it
        (QuantityQualifier.AT_LEAST, 50, None, (150, None)),  # open upwards
        (QuantityQualifier.RANGE, 30, 50, (130, 150)),
    ],
)
def test_a_sum_is_a_range_where_the_numbers_leave_one(qualifier, least, most, total):
    make.make_commitment("test-exact", quantity_min=100, quantity_max=100)
    make.make_commitment("test-open", quantity_qualifier=qualifier, quantity_min=least, quantity_max=most)
    (amount,) = amounts(of_testland())
    assert (amount.least, amount.most) == total


def test_the_page_of_a_country_says_the_sum_and_what_was_left_out(client, pledges):
    words = " ".join(client.get("/en/countries/ZZ/").content.decode().split())
    for reason in InTotals:
        if reason != InTotals.COUNTED:
            assert f"country=ZZ&amp;in_totals={reason}" in words
    assert "200 Test balloons" in words
