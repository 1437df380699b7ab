"""Regions and blocs: a pledge is one of a bloc if its state was a member of it on the day of the pledge."""

import csv
import io
import json
from datetime import date
from functools import cache
from itertools import count

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from pledges.models import BlocMember, Commitment
from pledges.models.vocab import Precision, Region
from pledges.query.facets import facet_counts, numbers_by
from pledges.query.index import keeping
from pledges.query.pledges import CommitmentFilter
from pledges.record import integrity
from pledges.tests import make

pytestmark = pytest.mark.django_db

BLOCS = ("nato", "eu", "gcc", "arab_league", "g7")
NUMBER = count()


def found(query):
    return {pledge.slug for pledge in CommitmentFilter(QueryDict(query)).results}


def by_the_database(query):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "current", lambda: None)
        return found(query)


# The data set, against a plain loop over its files


@cache
def shipped(name):
    return [row["fields"] for row in json.loads((settings.FIXTURE_DIRS[0] / f"{name}.json").read_text())]


@cache
def blocs_of_pledges():
    """{pledge: the blocs of its state on the first day that it may have been made}"""
    pledges = {}
    for row in shipped("08_commitments"):
        day = row["announced_on"] or ""
        pledges[row["slug"]] = {
            member["bloc"][0]
            for member in shipped("14_bloc_members")
            if member["country"] == row["country"]
            and (not member["member_since"] or (day and member["member_since"] <= day))
            and (not member["member_until"] or (day and day <= member["member_until"]))
        }
    return pledges


def regions_of_pledges():
    regions = {row["iso2"]: row["region"] for row in shipped("04_countries")}
    return {row["slug"]: regions[(row["country"] or [""])[0]] for row in shipped("08_commitments") if row["country"]}


@pytest.mark.parametrize("find", [found, by_the_database])
def test_every_bloc_finds_the_pledges_of_its_members_of_the_day_and_its_exclusion_the_others(find):
    blocs = blocs_of_pledges()
    for bloc in BLOCS:
        expected = {slug for slug, of in blocs.items() if bloc in of}
        assert expected
        assert find(f"bloc={bloc}") == expected
        assert find(f"not_bloc={bloc}") == blocs.keys() - expected
    assert find("bloc=none") == {slug for slug, of in blocs.items() if not of}
    assert find("bloc=gcc&bloc=none") == {slug for slug, of in blocs.items() if not of or "gcc" in of}


@pytest.mark.parametrize("find", [found, by_the_database])
def test_every_region_finds_the_pledges_of_its_states(find):
    regions = regions_of_pledges()
    for region in Region:
        assert find(f"region={region}") == {slug for slug, of in regions.items() if of == region}
    everything = {row["slug"] for row in shipped("08_commitments")}
    assert find("region=none") == everything - regions.keys()
    assert find("not_region=none&not_region=europe") == {slug for slug, of in regions.items() if of != "europe"}


def test_a_pledge_counts_under_each_of_its_blocs_and_as_of_none_only_where_there_is_none():
    numbers = numbers_by(CommitmentFilter(QueryDict()), "bloc")
    blocs = blocs_of_pledges().values()
    expected = {(bloc,): sum(bloc in of for of in blocs) for bloc in BLOCS} | {("none",): sum(not of for of in blocs)}
    assert {values: number for values, (number, _refusals) in numbers.items()} == expected
    assert found("country=FI&bloc=nato") == set()
    assert facet_counts(CommitmentFilter(QueryDict("country=FI")), ["bloc"])["bloc"].keys() == {"eu"}


# Membership on the day


def pledge_of(country, day, precision=Precision.DAY):
    return make.make_commitment(
        f"test-bloc-{next(NUMBER)}", country=country, announced_on=day, announced_precision=precision
    )


def is_of_bloc(pledge, bloc="test_bloc"):
    """Whether it is one of the bloc, as the filter, the database and the files say alike."""
    pledge.refresh_from_db()
    told = {
        pledge.slug in found(f"bloc={bloc}"),
        pledge.slug in by_the_database(f"bloc={bloc}"),
        bloc in pledge.bloc_slugs.split(" | "),
    }
    assert len(told) == 1
    return told.pop()


def test_montenegro_promises_as_a_member_of_nato_from_the_day_it_joined():
    montenegro = BlocMember.objects.get(bloc__slug="nato", country__iso2="ME").country
    before, on_the_day = pledge_of(montenegro, date(2017, 6, 4)), pledge_of(montenegro, date(2017, 6, 5))
    assert (is_of_bloc(before, "nato"), is_of_bloc(on_the_day, "nato")) == (False, True)
    assert before.slug in found("country=ME&bloc=none")


def test_the_last_day_of_a_membership_counts_and_the_next_does_not():
    member = make.make_bloc_member(since=date(2015, 3, 1), until=date(2016, 3, 9))
    of_the_day = [pledge_of(member.country, day) for day in (date(2015, 2, 28), date(2016, 3, 9), date(2016, 3, 10))]
    assert [is_of_bloc(pledge) for pledge in of_the_day] == [False, True, False]
    # it comes back
    make.make_bloc_member(country=member.country, since=date(2016, 3, 10))
    assert [is_of_bloc(pledge) for pledge in of_the_day] == [False, True, True]


def test_an_inexact_date_counts_from_its_first_day_and_none_only_for_a_membership_without_an_end():
    member = make.make_bloc_member(since=date(2016, 3, 2))
    march = pledge_of(member.country, date(2016, 3, 1), Precision.MONTH)
    year = pledge_of(member.country, date(2016, 1, 1), Precision.YEAR)
    undated = pledge_of(member.country, None, Precision.UNKNOWN)
    assert [is_of_bloc(pledge) for pledge in (march, year, undated)] == [False, False, False]
    member.member_since = None
    member.save()
    assert [is_of_bloc(pledge) for pledge in (march, year, undated)] == [True, True, True]


def test_a_changed_membership_reaches_the_pledges_of_both_states_and_a_new_name_the_files():
    member, other = make.make_bloc_member(), make.make_country("ZY")
    here, there = pledge_of(member.country, date(2016, 3, 1)), pledge_of(other, date(2016, 3, 1))
    member.country = other
    member.save()
    assert (is_of_bloc(here), is_of_bloc(there)) == (False, True)
    member.bloc.name_en = "Test league"
    member.bloc.save()
    assert Commitment.objects.get(pk=there.pk).bloc_names_en == "Test league"
    member.delete()
    assert not is_of_bloc(there)


def test_a_membership_does_not_end_before_it_begins_nor_twice_at_the_same_time():
    with pytest.raises(ValidationError, match="ends before it begins"):
        make.make_bloc_member(since=date(2016, 3, 2), until=date(2016, 3, 1))
    first = make.make_bloc_member(until=date(2016, 3, 1))
    second = make.make_bloc_member(since=date(2016, 3, 2), until=date(2016, 12, 31))
    assert not list(integrity.breaches())
    second.member_since = date(2016, 3, 1)
    second.save()
    broken = {breach.row: breach.message for breach in integrity.breaches()}
    assert broken.keys() == {first, second}
    assert "ZZ" in broken[first]


# Files


def test_files_name_region_and_blocs_in_both_languages(client):
    names = "slug,region,region_en,region_ar,blocs,blocs_en,blocs_ar"
    file = client.get(f"/en/pledges.csv?country=FR&country=none&columns={names}").getvalue().decode("utf-8-sig")
    rows = {row.pop("slug"): row for row in csv.DictReader(io.StringIO(file))}
    french = next(row for slug, row in rows.items() if slug.startswith("fr-"))
    assert french == {
        "region": "europe",
        "region_en": "Europe",
        "region_ar": "أوروبا",
        "blocs": "eu | g7 | nato",
        "blocs_en": "European Union members | Group of Seven | NATO members",
        "blocs_ar": "أعضاء الاتحاد الأوروبي | مجموعة السبع | أعضاء حلف شمال الأطلسي",
    }
    assert set(rows["eu-2014-08-arms"].values()) == {""}
