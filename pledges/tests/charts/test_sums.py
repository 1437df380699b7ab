"""Sums: what counts, what does not and why, the range that the numbers leave, and the rows behind each number."""

import re
from collections import Counter

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.charts.sums import added_up, in_memory, sums
from pledges.models import Commitment
from pledges.models.vocab import Change, InTotals, QuantityQualifier, Stance, State, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

# slug: why its hundred balloons are in the sum or not, and what is so about it
PLEDGES = {
    "test-new": (InTotals.COUNTED, {}),
    "test-more": (InTotals.COUNTED, {"change": Change.INCREASE}),
    "test-unstated": (InTotals.NO_QUANTITY, {"quantity_min": None}),
    "test-ratio": (InTotals.NOT_SUMMABLE, {"unit": "test_ratio"}),
    "test-part": (InTotals.PART, {"part_of": "test-new"}),
    "test-declined": (InTotals.REFUSED, {"status": Status.DECLINED}),
    "test-denied-later": (InTotals.REFUSED, {}),
    "test-ended": (InTotals.CLOSED, {"status": Status.ENDED}),
    "test-fewer": (InTotals.REDUCED, {"change": Change.REDUCE}),
    "test-over": (InTotals.REDUCED, {"change": Change.END}),
    "test-kept": (InTotals.REPEATED, {"change": Change.MAINTAIN}),
    "test-longer": (InTotals.REPEATED, {"change": Change.EXTEND}),
    "test-wider": (InTotals.RESUMED, {"change": Change.EXPAND}),
    "test-again": (InTotals.RESUMED, {"change": Change.RESUME}),
    "test-some-change": (InTotals.CHANGE_NOT_STATED, {"change": Change.UNSPECIFIED}),
    # the first reason that holds is the one that is told
    "test-part-that-ended": (InTotals.PART, {"part_of": "test-new", "change": Change.END}),
    "test-declined-without-number": (InTotals.REFUSED, {"status": Status.DECLINED, "quantity_min": None}),
}


@pytest.fixture(scope="module")
def pledges(module_db):
    """Those of the table, of a country of their own."""
    country = make.make_country("ZY", iso3="ZYZ")
    make.make_unit("test_ratio", summable=False)
    for slug, (_reason, said) in PLEDGES.items():
        values = {"quantity_min": 100, "quantity_max": 100} | said
        if "part_of" in said:
            values["part_of"] = Commitment.objects.get(slug=said["part_of"])
        if "unit" in said:
            values["unit"] = make.make_unit(said["unit"])
        if values["quantity_min"] is None:
            del values["quantity_min"], values["quantity_max"]
        make.make_commitment(slug, country=country, **values)
    make.make_status_change(Commitment.objects.get(slug="test-denied-later"), status=Status.DECLINED)


def amounts(country="ZZ"):
    return sums(CommitmentFilter(QueryDict(f"country={country}"))).amounts


@pytest.mark.parametrize("reason", InTotals)
def test_each_pledge_is_found_by_why_it_is_in_totals_or_not(pledges, reason):
    found = CommitmentFilter(QueryDict(f"country=ZY&in_totals={reason}")).results
    assert {pledge.slug for pledge in found} == {slug for slug, (why, _said) in PLEDGES.items() if why == reason}


def test_only_what_counts_is_summed(pledges):
    (amount,) = amounts("ZY")
    assert (amount.unit.slug, amount.number, amount.least, amount.most, amount.is_open) == (
        "test_unit",
        2,
        200,
        200,
        False,
    )


def test_a_part_of_what_no_reader_may_see_stands_for_itself(pledges):
    whole = Commitment.objects.get(slug="test-new")
    there = {"country": whole.country}
    inner = make.make_commitment("test-inner", quantity_min=5, quantity_max=5, part_of=whole, **there)
    make.make_commitment("test-innermost", quantity_min=3, quantity_max=3, part_of=inner, **there)
    Commitment.objects.filter(pk=inner.pk).update(state=State.WITHDRAWN, is_public=False)
    assert [amount.least for amount in amounts("ZY")] == [200]
    # without test-new: test-more, test-part, and what is in the withdrawn one
    Commitment.objects.filter(pk=whole.pk).update(state=State.WITHDRAWN, is_public=False)
    assert [amount.least for amount in amounts("ZY")] == [100 + 100 + 3]


def test_a_pledge_with_several_sources_and_steps_is_summed_once(pledges):
    pledge = Commitment.objects.get(slug="test-new")
    for number in range(2):
        make.make_citation(pledge, make.make_source(f"test-source-again-{number}"), stance=Stance.SUPPORTS)
        make.make_status_change(pledge)
    (amount,) = amounts("ZY")
    assert (amount.number, amount.least, amount.most) == (2, 200, 200)


@pytest.mark.parametrize(
    ("qualifier", "least", "most", "total", "words"),
    [
        (QuantityQualifier.UP_TO, None, 50, (100, 150, False), "100 to 150 Test balloons"),  # from nothing up to all
        (QuantityQualifier.AT_LEAST, 50, None, (150, 150, True), "at least 150 Test balloons"),
        (QuantityQualifier.RANGE, 30, 50, (130, 150, False), "130 to 150 Test balloons"),
    ],
)
def test_a_sum_is_a_range_where_the_numbers_leave_one(client, qualifier, least, most, total, words):
    make.make_commitment("test-exact", quantity_min=100, quantity_max=100)
    make.make_commitment("test-open", quantity_qualifier=qualifier, quantity_min=least, quantity_max=most)
    (amount,) = amounts()
    assert (amount.least, amount.most, amount.is_open) == total
    assert words in tight(client.get("/en/countries/ZZ/").content.decode())


def test_an_open_end_hides_no_upper_number(client):
    make.make_commitment("test-up-to", quantity_qualifier=QuantityQualifier.UP_TO, quantity_max=2000)
    make.make_commitment("test-at-least", quantity_qualifier=QuantityQualifier.AT_LEAST, quantity_min=1000)
    for language, words in {"en": "1,000 to 3,000 Test balloons or more", "ar": "من 1000 إلى 3000"}.items():
        html = tight(client.get(f"/{language}/countries/ZZ/").content.decode())
        assert words in html
        assert "in_totals=counted&amp;unit=test_unit" in html


def test_the_page_of_a_country_says_the_sum_and_what_was_left_out(client, pledges):
    words = " ".join(client.get("/en/countries/ZY/").content.decode().split())
    for reason in InTotals:
        if reason != InTotals.COUNTED:
            assert f"country=ZY&amp;in_totals={reason}" in words
    assert "200 Test balloons" in words
    assert "How this is added up" in words


# Against a plain loop over the rows


def looped(pledges):
    """What `added_up` gives, from the rows one by one."""
    found, left_out = {}, Counter()
    for pledge in pledges.select_related("unit"):
        reason = why_not(pledge)
        if reason:
            left_out[reason] += 1
            continue
        number, least, most, is_open = found.get(pledge.unit.slug, (0, 0, 0, False))
        low, high = pledge.quantity_min or 0, pledge.quantity_max
        found[pledge.unit.slug] = (
            number + 1,
            least + low,
            most + (low if high is None else high),
            is_open or high is None,
        )
    return found, left_out


def why_not(pledge):
    """The first reason not to sum a pledge, or None."""
    if pledge.now == Status.DECLINED:
        return InTotals.REFUSED
    if pledge.unit is None:
        return InTotals.NO_QUANTITY
    if not pledge.unit.summable:
        return InTotals.NOT_SUMMABLE
    if pledge.part_of_id:
        return InTotals.PART
    if pledge.status in {"ended", "suspended"}:
        return InTotals.CLOSED
    kinds = {
        InTotals.REDUCED: {"reduce", "end"},
        InTotals.REPEATED: {"maintain", "extend"},
        InTotals.RESUMED: {"expand", "resume"},
        InTotals.CHANGE_NOT_STATED: {"unspecified"},
    }
    return next((reason for reason, changes in kinds.items() if pledge.change in changes), None)


numbers = st.integers(0, 10**15) | st.integers(0, 9)
quantities = st.one_of(
    st.none(),
    st.tuples(st.just(QuantityQualifier.EXACT), numbers).map(lambda q: (q[0], q[1], q[1])),
    st.tuples(st.just(QuantityQualifier.UP_TO), st.none(), numbers),
    st.tuples(st.just(QuantityQualifier.AT_LEAST), numbers, st.none()),
    st.tuples(numbers, numbers).map(lambda q: (QuantityQualifier.RANGE, min(q), max(q))),
)
invented = st.tuples(
    st.sampled_from(Change), st.sampled_from(Status), quantities, st.sampled_from(["test_unit", "test_ratio", "usd"])
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(invented, min_size=1, max_size=6), later=st.sets(st.integers(0, 5)), data=st.data())
def test_sums_are_those_of_a_plain_loop_over_the_rows(db, rows, later, data):
    """Of invented pledges with any quantity, change and status, and of any of the real ones beside them."""
    real = sorted(Commitment.objects.public().values_list("pk", flat=True))
    chosen = data.draw(st.sets(st.sampled_from(real), max_size=30))
    with transaction.atomic():
        made = [invent(number, *row, number in later) for number, row in enumerate(rows)]
        for pledge in made[::2]:
            make.make_status_change(pledge, status=data.draw(st.sampled_from(Status)))
        pledges = Commitment.objects.public().filter(pk__in=[*chosen, *(pledge.pk for pledge in made)])
        assert added_up(pledges) == looped(pledges)
        query = CommitmentFilter(QueryDict("id=" + "&id=".join(pledges.values_list("slug", flat=True))))
        assert in_memory(query) == looped(pledges)
        transaction.set_rollback(True)


def invent(number, change, status, quantity, unit, is_part):
    values = {"change": change, "status": status}
    if quantity:
        qualifier, low, high = quantity
        values |= {"quantity_qualifier": qualifier, "quantity_min": low, "quantity_max": high}
        values["unit"] = make.make_unit(unit, summable=unit != "test_ratio")
    if is_part and number:
        values["part_of"] = Commitment.objects.get(slug=f"test-sum-{number - 1}")
    return make.make_commitment(f"test-sum-{number}", **values)


AMOUNT = re.compile(
    r'<th scope="row"><a href="/en/pledges/\?([^"]*)"><bdi>([^<]*)</bdi></a></th>\s*<td><a href="[^"]*">([\d,]+)</a>'
)
LEFT_OUT = re.compile(r'<a href="/en/pledges/\?([^"]*in_totals=[^"]*)">[^<]+: ([\d,]+)</a>')


@pytest.mark.parametrize(
    "path",
    ["countries/CA/", "types/trainers_military/", "meetings/brussels-2016-02-11/", "places/besmaya/", ""],
)
def test_each_sum_and_each_reason_leads_to_its_rows(client, path):
    html = client.get(f"/en/{path}").content.decode()
    amounts, left_out = AMOUNT.findall(html), LEFT_OUT.findall(html)
    assert amounts
    assert left_out
    for query, _words, number in amounts:
        assert found_by(query) == int(number)
    for query, number in left_out:
        assert found_by(query) == int(number)


def test_trainers_are_summed_from_both_ends(client):
    """What the rows of this type say: "up to" from nothing, and open ends beside the upper number."""
    found = added_up(CommitmentFilter(QueryDict("type=trainers_military&unit=personnel")).matching())
    assert found == looped(CommitmentFilter(QueryDict("type=trainers_military&unit=personnel")).matching())
    ((_number, least, most, is_open),) = found[0].values()
    assert is_open
    assert least < most
    html = tight(client.get("/en/types/trainers_military/").content.decode())
    assert f"{least:,} to {most:,} personnel or more" in html
