"""What a record says of how long it held, kept by the database, finds the same rows as ranking a whole history."""

import random
from datetime import UTC, datetime, time, timedelta

import pytest

from pledges.history.as_of import as_of
from pledges.models import Commitment, Place
from pledges.tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_site")]

START = datetime(2031, 5, 1, tzinfo=UTC)
DAYS = 6


def latest_records(model, end):
    """The record of each row that was the last one before a moment, the rows that were deleted left out."""
    ranked = model.history.filter(history_date__lt=end).order_by("history_date", "history_id")
    return [record for record in {record.id: record for record in ranked}.values() if record.history_type != "-"]


def by_ranking(end):
    """What was known before a moment: names of places, and places of pledges."""
    pledges = latest_records(Commitment, end)
    return (
        sorted((place.id, place.name_en) for place in latest_records(Place, end)),
        sorted((pledge.id, link.place_id) for pledge in pledges for link in pledge.places.all()),
        sorted(pledge.id for pledge in pledges),
    )


def by_range(day):
    with as_of(day):
        return (
            sorted(Place.objects.values_list("pk", "name_en")),
            sorted(Commitment.places.through.objects.values_list("commitment_id", "place_id")),
            sorted(Commitment.objects.values_list("pk", flat=True)),
        )


class World:
    """Rows that change by chance, their records dated by chance on few moments, some of them midnights."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311

    def moment(self):
        return START + timedelta(days=self.chance.randrange(DAYS), hours=self.chance.choice((0, 12)))

    def place(self):
        return self.chance.choice([make.make_place(f"test-{number}") for number in range(3)])

    def rename(self):
        place = self.place()
        place.name_en = f"Place {self.chance.random()}"
        place.save()

    def move(self):
        make.make_commitment("test-moved").places.set([self.place()])

    def delete(self):
        place = self.place()
        place.commitments.clear()
        place.delete()

    def date_records(self):
        for model in (Place, Commitment):
            keys = self.chance.sample(list(model.history.values_list("pk", flat=True)), 2)
            model.history.filter(pk__in=keys).update(history_date=self.moment())

    def insert_record(self):
        Place.history.bulk_history_create([self.place(), self.place()], default_date=self.moment())

    def lose_record(self):
        Place.history.filter(pk=self.chance.choice(list(Place.history.values_list("pk", flat=True)))).delete()

    def save_record(self):
        """As read, with what it said of its end: only the database knows better."""
        record, stale = (self.chance.choice(Place.history.order_by("pk")) for _ in range(2))
        record.until, record.history_date = stale.until, self.moment()
        record.save()

    def go_on(self):
        for _ in range(25):
            self.chance.choice(
                (self.rename, self.move, self.delete, self.date_records, self.insert_record, self.save_record)
            )()
            self.date_records()
        self.lose_record()


@pytest.mark.parametrize("seed", range(2))
def test_the_rows_of_a_day_are_the_latest_records_of_its_end(seed):
    make.make_commitment("test-moved")
    World(seed).go_on()
    for number in range(DAYS):
        end = datetime.combine(START + timedelta(days=number + 1), time(), tzinfo=UTC)
        assert by_range((end - timedelta(days=1)).date()) == by_ranking(end)
