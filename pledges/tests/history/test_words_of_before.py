"""The migration that folds the words for the search anew: those of today, and those of each day of the history."""

from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from pledges import migrations
from pledges.history.as_of import as_of
from pledges.models import Commitment
from pledges.query.pledges import CommitmentFilter
from pledges.record import folding, integrity
from pledges.tests import make

pytestmark = pytest.mark.django_db
(MIGRATION,) = Path(migrations.__path__[0]).glob("*_fill_own_words.py")
fill = import_module(f"pledges.migrations.{MIGRATION.stem}").fill
MAY, JUNE, JULY = (date(2018, month, 1) for month in (5, 6, 7))


def dated(row, day):
    """Dates the last record of a row to a day."""
    last = row.history.first()
    row.history.model.objects.filter(pk=last.pk).update(history_date=datetime.combine(day, datetime.min.time(), UTC))


@pytest.fixture
def of_before():
    """A pledge whose source and note were edited, with the words of a site that did not know how to fold them."""
    source = make.make_source("test-balloons", title="Zeppelins of ISIL")
    pledge = make.make_commitment(sources=0)
    make.make_citation(pledge, source, note="Perhaps quuxes.")
    make.settle(pledge, MAY)
    for row in (source, pledge.country, pledge.type):
        dated(row, MAY)
    source.title = "Kites of Daesh"
    source.save()
    dated(source, JUNE)
    make.settle(pledge, JUNE)
    citation = pledge.citations.get()
    citation.note = "Perhaps bazookas."
    citation.save()
    make.settle(pledge, JULY)
    for rows in (Commitment.objects, Commitment.history):
        rows.filter(slug=pledge.slug).update(search_text=" isil zeppelins ", own_words="")
    return pledge


def test_words_are_those_of_each_day(of_before):
    fill(apps, None)
    assert not [breach.line for breach in integrity.breaches() if breach.row == of_before]

    def found(words, day):
        with as_of(day):
            return Commitment.objects.filter(folding.holds("search_text", words), slug=of_before.slug).exists()

    words = ["zeppelins", "kites", "quuxes", "bazookas", "داعش"]
    on = {day: [word for word in words if found(word, day)] for day in (MAY, JUNE, JULY)}
    assert on == {
        MAY: ["zeppelins", "quuxes", "داعش"],
        JUNE: ["kites", "quuxes", "داعش"],
        JULY: ["kites", "bazookas", "داعش"],
    }
    latest = of_before.history.first()
    of_before.refresh_from_db()
    assert (latest.search_text, latest.own_words) == (of_before.search_text, of_before.own_words)


def test_records_that_are_not_whole_stay_so(of_before):
    """Without words they are known by: what was known on their days cannot be told."""
    first = of_before.history.last()
    of_before.history.filter(pk=first.pk).update(search_text="")
    fill(apps, None)
    assert of_before.history.last().search_text == ""


def test_a_search_of_a_past_day_puts_first_what_said_it_then(of_before):
    fill(apps, None)
    with as_of(MAY):
        query = CommitmentFilter.of(q="zeppelins")
        assert not query.matching().filter(query.holds_itself, slug=of_before.slug)
        assert query.results.filter(slug=of_before.slug)
        query = CommitmentFilter.of(q="quuxes")
        assert query.matching().filter(query.holds_itself, slug=of_before.slug)
