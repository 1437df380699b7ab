"""What was in force on a day, and what became of pledges later: found as a plain loop over the data finds it."""

import json
from calendar import monthrange
from collections import defaultdict
from datetime import date
from functools import cache

import pytest
from django.conf import settings
from django.http import QueryDict

from pledges.models.vocab import Status
from pledges.query import facets, in_force
from pledges.query.facets import facet_counts
from pledges.query.index import keeping
from pledges.query.pledges import CommitmentFilter

pytestmark = pytest.mark.django_db

DAYS = ["2014-09-15", "2015-01-31", "2016-02-11", "2016-02-29", "2016-03-01", "2016-12-31", "2017-02-11", "2026-01-01"]
CLOSED = {"ended", "suspended", "declined"}
ORDER = [
    *({"under_discussion", "expected", "offered"}, {"pledged", "agreed", "announced"}, {"approved"}),
    *({"ongoing", "completed"}, CLOSED),
]


@pytest.fixture(params=["index", "database"], autouse=True)
def asked_of(request, monkeypatch):
    if request.param == "database":
        monkeypatch.setattr(keeping, "current", lambda: None)


@cache
def rows(file):
    path = settings.BASE_DIR / "fixtures" / file
    return [row["fields"] for row in json.loads(path.read_text(encoding="utf-8"))]


@cache
def steps():
    found = defaultdict(list)
    for row in sorted(rows("10_status_changes.json"), key=lambda row: row["position"]):
        found[row["commitment"][0]].append(row)
    return dict(found)


def last_day(row):
    day = date.fromisoformat(row["happened_on"])
    if row["happened_precision"] == "year":
        return date(day.year, 12, 31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if row["happened_precision"] == "month" else day


def stage(status):
    return next(place for place, statuses in enumerate(ORDER) if status in statuses)


def status_on(pledge, day):
    """By the words of the method: what is closed stays so until it goes on, else no step back counts."""
    if not pledge["announced_on"] or date.fromisoformat(pledge["announced_on"]) > day:
        return None
    events, when = [(date.fromisoformat(pledge["announced_on"]), 0, pledge["status"])], None
    for row in steps().get(pledge["slug"], []):
        when = last_day(row) if row["happened_on"] else events[-1][0]
        events.append((when, row["position"], row["status"]))
    held = None
    for when, _position, status in sorted(events):
        if when <= day and (held is None or held in CLOSED or stage(status) >= stage(held)):
            held = status
    return held


def held_on(day):
    """{status: the pledges of which it held on a day}."""
    found = defaultdict(set)
    for pledge in rows("08_commitments.json"):
        found[status_on(pledge, date.fromisoformat(day))].add(pledge["slug"])
    return found


def found(query):
    asked = CommitmentFilter(QueryDict(query))
    assert not asked.problems, asked.problems
    slugs = {pledge.slug for pledge in asked.results}
    assert len(slugs) == asked.tally.rows
    return slugs


@pytest.mark.parametrize("day", DAYS)
def test_on_a_day_is_found_what_was_in_force_by_its_dated_steps(day):
    held = held_on(day)
    expected = {slug for status, slugs in held.items() if status and status not in CLOSED for slug in slugs}
    assert expected
    assert found(f"on={day}") == expected
    assert found(f"on={day}&not_held=ongoing") == expected - held["ongoing"]
    for status in held.keys() - {None}:
        assert found(f"on={day}&held={status}") == held[status], status
    assert found(f"on={day}&held=ended&held=approved") == held["ended"] | held["approved"]


def test_how_many_were_in_force_on_each_day_is_how_many_rows_its_query_has():
    query = CommitmentFilter(QueryDict("type=airstrikes&not_country=US"))
    days = [date.fromisoformat(day) for day in [*reversed(DAYS), "2013-01-01"]]
    expected = [CommitmentFilter(QueryDict(query.changed(on=str(day)))).tally.pledges for day in days]
    assert in_force.numbers(query, days) == expected
    assert expected[-1] == 0 < expected[0]


def first_day(row):
    return date.fromisoformat(row["happened_on"])


def with_later(statuses, after="0001-01-01", before="9999-12-31"):
    """The pledges with a later step to one of the statuses within the days."""
    after, before = map(date.fromisoformat, (after, before))
    return {
        slug
        for slug, found in steps().items()
        for row in found
        if row["status"] in statuses and row["happened_on"] and last_day(row) >= after and first_day(row) <= before
    }


def test_what_became_of_pledges_later_is_found_and_when():
    ended, everything = with_later({"ended"}), set(Status.values)
    assert found("later=ended") >= ended
    cut = with_later({"ended", "suspended"}, "2016-01-01")
    assert found("later=ended&later=suspended&later_after=2016-01-01") == cut
    january = "2016-01-10", "2016-01-20"
    assert found("later_after={}&later_before={}".format(*january)) == with_later(everything, *january)
    # the very step that is named lies within the days, not another one of the pledge
    assert found("later=ended&later_before=2016-06-30") == with_later({"ended"}, before="2016-06-30")
    assert found("later=approved&later_after=2016-06-01") == with_later({"approved"}, "2016-06-01")
    assert found("later=none") == {row["slug"] for row in rows("08_commitments.json")} - steps().keys()
    assert found("later=none&later_after=2015-01-01") == set()
    recent = with_later(everything, "2016-06-01")
    assert found("not_later=ongoing&later_after=2016-06-01") == recent - with_later({"ongoing"}, "2016-06-01")


@pytest.mark.parametrize("query", ["", "later_after=2016-06-01", "later_before=2015-12-31&country=CA&country=US"])
def test_the_counts_beside_later_steps_are_those_of_their_rows(query):
    counts = facet_counts(CommitmentFilter(QueryDict(query)), ["later"])["later"]
    for value in [*Status.values, "none"]:
        tally = CommitmentFilter(QueryDict(f"{query}&later={value}")).tally
        assert (counts[value], counts.refusals[value]) == (tally.pledges, tally.refusals), value


def test_any_two_properties_can_be_counted_by_what_was_held_and_what_came_later():
    query = CommitmentFilter(QueryDict("on=2016-03-01&later_after=2016-03-01"))
    for (held, later), (number, refusals) in facets.numbers_by(query, "held", "later").items():
        tally = CommitmentFilter(QueryDict(f"{query.parameters.urlencode()}&held={held}&later={later}")).tally
        assert (number, refusals) == (tally.rows, tally.refusals)
