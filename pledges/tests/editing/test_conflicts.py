"""Base, theirs and mine of a record: what is merged, what collides, and who made the changes."""

import pytest
from django.contrib.auth import get_user_model

from pledges.editing import conflicts, snapshots
from pledges.models import Citation, Commitment, Meeting
from pledges.models.edits import Through
from pledges.models.vocab import Status
from pledges.record.edits import edit
from pledges.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pledge():
    return make.make_commitment("test-conflicts", summary_en="Before.")


def change(row, why="", **values):
    user = get_user_model().objects.get_or_create(username="zz-other", first_name="Olga", last_name="Other")[0]
    with edit(user, Through.FORM, why):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def read(pledge):
    pledge.refresh_from_db()
    return snapshots.take(pledge, decided=True)


def test_what_others_changed_alone_is_merged_and_what_both_changed_collides(pledge):
    mine, version = read(pledge), pledge.version
    mine["fields"] |= {"summary_en": "Mine.", "caveat_en": "Mine alone."}
    change(pledge, summary_en="Theirs.", caveat_ar="تحفّظ.")
    meanwhile = conflicts.since(pledge, version)
    found = conflicts.differences(Commitment, meanwhile.base["fields"], meanwhile.theirs["fields"], mine["fields"])
    assert {difference.names: difference.collides for difference in found} == {
        ("summary_en",): True,
        ("caveat_ar",): False,
    }
    collision = next(difference for difference in found if difference.collides)
    values = [row["summary_en"] for row in (collision.base, collision.theirs, collision.mine)]
    assert values == ["Before.", "Theirs.", "Mine."]


def test_what_both_changed_alike_is_no_difference(pledge):
    mine, version = read(pledge), pledge.version
    mine["fields"] |= {"summary_en": "Same."}
    change(pledge, summary_en="Same.")
    meanwhile = conflicts.since(pledge, version)
    assert not conflicts.differences(Commitment, meanwhile.base["fields"], meanwhile.theirs["fields"], mine["fields"])


def test_a_date_and_its_precision_are_merged_or_collide_together(pledge):
    base = read(pledge)["fields"]
    theirs = base | {"announced_on": "2016-02-01", "announced_precision": "month"}
    mine = base | {"announced_on": "2016-02-12"}
    [found] = conflicts.differences(Commitment, base, theirs, mine)
    assert (found.names, found.collides) == (("announced_on", "announced_precision"), True)
    days = {"start_on": "2016-02-01", "end_on": "2016-02-01", "date_precision": "month"}
    [found] = conflicts.differences(Meeting, days, days | {"date_precision": "year"}, days | {"end_on": "2016-03-01"})
    assert (found.names, found.collides) == (("start_on", "end_on", "date_precision"), True)


def test_of_a_version_that_no_history_tells_every_difference_collides(pledge):
    mine = read(pledge)
    pledge.history.all().delete()
    theirs = mine["fields"] | {"summary_en": "Theirs."}
    meanwhile = conflicts.since(pledge, pledge.version)
    assert meanwhile.base is None
    [found] = conflicts.differences(Commitment, meanwhile.base, theirs, mine["fields"])
    assert (found.base, found.collides) == (None, True)


def test_a_change_of_the_state_is_a_difference_too(pledge):
    mine, version = read(pledge), pledge.version
    change(pledge, state="withdrawn", withdrawal_reason_en="Wrong.", withdrawal_reason_ar="خطأ.")
    meanwhile = conflicts.since(pledge, version)
    found = conflicts.differences(Commitment, meanwhile.base["fields"], meanwhile.theirs["fields"], mine["fields"])
    assert {("state",), ("withdrawal_reason_en",)} <= {difference.names for difference in found}
    assert not any(difference.collides for difference in found)


def test_the_edits_between_say_who_when_and_why(pledge):
    version = read(pledge) and pledge.version
    change(pledge.citations.get(), "Typing error.", note="Theirs.")
    change(pledge, "Better words.", summary_en="Theirs.")
    edits = conflicts.since(pledge, version).edits
    assert [(edited.who, edited.why) for edited in edits] == [
        ("Olga Other", "Typing error."),
        ("Olga Other", "Better words."),
    ]


# Parts


def part(key, **fields):
    return {"id": key, "fields": fields}


PARTS = {
    "others added one": ([], [part(1, note="a")], [], {1: "added"}),
    "others added what I add": ([], [part(1, note="a")], [part(None, note="a")], {}),
    "others changed what I left alone": (
        [part(1, note="a", quote="q")],
        [part(1, note="b", quote="q")],
        [part(1, note="a", quote="r")],
        {1: "merged"},
    ),
    "both changed one field": ([part(1, note="a")], [part(1, note="b")], [part(1, note="c")], {1: "collides"}),
    "others deleted what I left alone": ([part(1, note="a")], [], [part(1, note="a")], {1: "deleted"}),
    "others deleted what I changed": ([part(1, note="a")], [], [part(1, note="c")], {1: "deleted collides"}),
    "I delete what others left alone": ([part(1, note="a")], [part(1, note="a")], [{"id": 1, "fields": None}], {}),
    "I delete what others changed": (
        [part(1, note="a")],
        [part(1, note="b")],
        [{"id": 1, "fields": None}],
        {1: "collides"},
    ),
    "both delete one": ([part(1, note="a")], [], [{"id": 1, "fields": None}], {}),
    "base unknown, both say the same": (None, [part(1, note="a")], [part(1, note="a")], {}),
    "base unknown": (None, [part(1, note="b")], [part(1, note="a")], {1: "collides"}),
}


@pytest.mark.parametrize(("base", "theirs", "mine", "expected"), PARTS.values(), ids=PARTS)
def test_parts_are_compared_one_by_one(base, theirs, mine, expected):
    found = conflicts.compare_parts(Citation, base, theirs, mine)
    told = {}
    for change_of_part in found.differences:
        words = ["added"] if change_of_part.is_added else []
        words += ["deleted"] if change_of_part.is_deleted else []
        words += ["collides" if d.collides else "merged" for d in change_of_part.differences]
        told[change_of_part.key] = " ".join(words)
    assert told == expected


def test_two_new_parts_that_are_alike_are_two(pledge):
    theirs, twice = [part(7, note="a")], [part(None, note="a"), part(None, note="a")]
    assert conflicts.compare_parts(Citation, [], theirs, twice).twins == {0: 7}


def test_parts_are_read_as_the_version_had_them(pledge):
    version = read(pledge) and pledge.version
    with edit(None):
        make.make_status_change(pledge, status=Status.ONGOING)
        pledge.citations.get().delete()
    meanwhile = conflicts.since(pledge, version)
    assert (len(meanwhile.base["parts"]["citations"]), len(meanwhile.base["parts"]["status_changes"])) == (1, 0)
    assert (len(meanwhile.theirs["parts"]["citations"]), len(meanwhile.theirs["parts"]["status_changes"])) == (0, 1)
