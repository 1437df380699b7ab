"""What changed: as readers saw it, nothing of drafts, in their language, on the page of one pledge."""

import re
from datetime import date
from html import unescape
from itertools import islice

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.translation import override

from pledges.history.versions import (
    CHANGED,
    PUBLISHED,
    RETURNED,
    WITHDRAWN,
    all_in_words,
    edits_of,
    last_saved,
    newest_first,
)
from pledges.models import Citation, Commitment
from pledges.models.vocab import QuantityQualifier, Stance, State, Status
from pledges.record.reasons import WORDS_BEFORE_KEYS, SiteReason
from pledges.tests import make

pytestmark = pytest.mark.django_db

FIRST = date(2016, 4, 1)
SECOND = date(2016, 4, 2)
THIRD = date(2016, 4, 3)


@pytest.fixture
def pledge():
    """A published pledge of Testland, entered on the first day."""
    pledge = make.make_commitment("test-changing", quantity_max=100, unit=make.make_unit())
    make.settle(pledge, FIRST)
    return pledge


def changes(pledge, language="en"):
    with override(language):
        return edits_of(pledge)


def told(change):
    """{label: (old, new)} of a change."""
    return {difference.label: (difference.old, difference.new) for difference in change.differences}


def page(client, pledge, language="en"):
    html = client.get(f"/{language}/pledges/{pledge.slug}/history/").content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_history_begins_with_the_publication_of_the_loaded_data():
    found = list(newest_first(Commitment.objects.public(), Commitment.objects.none()))
    assert len(found) == Commitment.objects.public().count()
    for change in all_in_words(found):
        assert change.kind == PUBLISHED
        assert change.reasons == ("Loaded from the first data set",)
        assert change.differences == ()


def test_entering_a_pledge_with_its_citation_is_one_change(pledge):
    assert [change.kind for change in changes(pledge)] == [PUBLISHED]


def test_a_change_tells_old_and_new_in_words(pledge):
    pledge.status, pledge.quantity_max = Status.ONGOING, 150
    pledge.quantity_qualifier = QuantityQualifier.UP_TO
    pledge.announced_on, pledge.announced_precision = date(2016, 2, 1), "month"
    pledge.save()
    make.settle(pledge, SECOND)
    latest, first = changes(pledge)
    assert (latest.kind, latest.when.date(), first.when.date()) == (CHANGED, SECOND, FIRST)
    assert told(latest) == {
        "Quantity": ("100 Test balloons", "up to 150 Test balloons"),
        "Status": ("Pledged", "Ongoing"),
        "Announced on": ("10 March 2016", "February 2016"),
        "Stage reached": ("Promised", "Delivered"),
        "What holds now": ("Pledged", "Ongoing"),
    }


def test_a_change_is_told_in_arabic(pledge):
    pledge.status = Status.ONGOING
    pledge.save()
    make.settle(pledge, SECOND)
    assert told(changes(pledge, "ar")[0])["الحالة"] == ("متعهد به", "جارٍ تنفيذه")


def test_both_languages_of_a_text_are_told(pledge):
    pledge.summary_ar = "نص مصحَّح."
    pledge.save()
    make.settle(pledge, SECOND)
    (difference,) = changes(pledge)[0].differences
    assert (difference.label, difference.new, difference.language) == ("Summary in Arabic", "نص مصحَّح.", "ar")


def test_places_are_told_by_name(pledge):
    pledge.places.set([make.make_place(), make.make_place("test-town", name_en="Ballooncity")])
    make.settle(pledge, SECOND)
    assert told(changes(pledge)[0]) == {"Places": ("Not stated", "Ballooncity, Testville")}


def test_citations_and_steps_are_told(pledge):
    citation = make.make_citation(pledge, make.make_source("test-other"), stance=Stance.CONTRADICTS)
    make.make_status_change(pledge, status=Status.COMPLETED)
    make.settle(pledge, SECOND)
    citation.quote, citation.credibility = "No balloons.", 2
    citation.save()
    make.settle(pledge, THIRD)
    quoted, added, _published = changes(pledge)
    assert told(added)["Citation"] == (
        None,
        "\u2068Balloons for the fair (test-other) (Testland Gazette)\u2069 – Contradicts",
    )
    assert told(added)["Step of the status"] == (None, "Completed, 1 April 2016")
    assert told(added)["Evidence grade"][1] == "Disputed"
    assert told(quoted)["Quotation"] == ("Not stated", "No balloons.")
    assert "test-other" in quoted.differences[0].about
    citation.delete()
    assert told(changes(pledge)[0])["Citation"][1] is None


def test_a_saving_that_changes_nothing_is_no_change(pledge):
    pledge.save()
    make.settle(pledge, SECOND)
    assert len(changes(pledge)) == 1


def test_nothing_of_a_draft_is_told(client):
    pledge = make.make_commitment("test-drafted", state=State.DRAFT, caveat_en="Clandestine.")
    make.settle(pledge, FIRST)
    pledge.caveat_en, pledge._change_reason = "", "Clandestine reason"
    pledge.save()
    make.settle(pledge, SECOND)
    assert changes(pledge) == []
    assert client.get("/en/pledges/test-drafted/history/").status_code == 404
    pledge.state, pledge._change_reason = State.PUBLISHED, ""
    pledge.save()
    make.settle(pledge, THIRD)
    (change,) = changes(pledge)
    assert (change.kind, change.when.date(), change.differences) == (PUBLISHED, THIRD, ())
    assert "Clandestine" not in page(client, pledge)


def test_a_pledge_is_not_published_before_a_source_supports_it():
    pledge = make.make_commitment("test-unsupported", sources=0)
    make.make_citation(pledge, stance=Stance.CONTRADICTS)
    make.settle(pledge, FIRST)
    assert changes(pledge) == []
    make.make_citation(pledge, make.make_source("test-support"))
    make.settle(pledge, SECOND)
    assert [change.when.date() for change in changes(pledge)] == [SECOND]


def test_what_was_edited_while_not_public_shows_only_when_public_again(client, pledge):
    pledge.state, pledge.caveat_en, pledge._change_reason = State.DRAFT, "Clandestine.", "Clandestine reason"
    pledge.save()
    make.settle(pledge, SECOND)
    pledge.state, pledge.caveat_en, pledge._change_reason = State.PUBLISHED, "Open.", "Checked again"
    pledge.save()
    make.settle(pledge, THIRD)
    again, gone, _published = changes(pledge)
    assert (again.kind, told(again), again.reasons) == (
        RETURNED,
        {"Caveat in English": ("Not stated", "Open.")},
        ("Checked again",),
    )
    assert (gone.kind, gone.reasons, gone.differences) == (WITHDRAWN, (), ())
    assert "Clandestine" not in page(client, pledge)


def test_why_it_was_withdrawn_is_told_once_it_is_back(pledge):
    pledge.state, pledge.withdrawal_reason_en = State.WITHDRAWN, "Counted twice."
    pledge.save()
    make.settle(pledge, SECOND)
    pledge.state = State.PUBLISHED
    pledge.save()
    assert changes(pledge)[1].reasons == ("Counted twice.",)


def test_the_history_of_a_withdrawn_pledge_says_that_it_was_withdrawn(client, pledge):
    pledge.state = State.WITHDRAWN
    pledge.save()
    assert client.get("/en/pledges/test-changing/history/").status_code == 410


def test_a_whole_that_is_not_public_is_not_named(pledge):
    pledge.part_of = make.make_commitment("test-secret-whole", state=State.DRAFT)
    pledge.save()
    make.settle(pledge, SECOND)
    assert len(changes(pledge)) == 1
    pledge.part_of = make.make_commitment("test-whole")
    pledge.save()
    make.settle(pledge, THIRD)
    assert told(changes(pledge)[0]) == {"Part of": ("Not stated", "test-whole")}


def test_the_name_of_an_editor_is_nowhere(pledge):
    editor = get_user_model().objects.create_user("Mata-Hari", password="secret-of-mata")  # noqa: S106
    pledge._history_user = editor
    pledge.status = Status.ONGOING
    pledge.save()
    make.settle(pledge, SECOND)
    assert pledge.history.filter(history_user=editor).exists()
    for path in ("/en/pledges/test-changing/history/", "/en/pledges.atom?country=ZZ"):
        assert "Mata" not in Client().get(path).content.decode()


def test_reasons_that_the_site_gives_are_kept_by_key(pledge):
    make.make_source("test-source").save()
    source = Citation.objects.get(commitment=pledge).source
    source.title = "Balloons after all"
    source.save()
    make.make_citation(pledge, make.make_source("test-official", kind="government"))
    given = set(pledge.history.values_list("history_change_reason", flat=True)) - {None, ""}
    assert given == {SiteReason.DERIVED}


@pytest.mark.parametrize("reason", SiteReason)
def test_a_reason_of_the_site_is_told_in_the_readers_language(pledge, reason):
    pledge.status, pledge._change_reason = Status.ONGOING, reason.value
    pledge.save()
    make.settle(pledge, SECOND)
    assert changes(pledge)[0].reasons == (str(reason.label),)
    (told,) = changes(pledge, "ar")[0].reasons
    assert re.search("[\u0600-\u06ff]", told)


@pytest.mark.parametrize("words", WORDS_BEFORE_KEYS)
def test_a_reason_of_the_site_from_before_there_were_keys_is_told_alike(pledge, words):
    pledge.status, pledge._change_reason = Status.ONGOING, words
    pledge.save()
    make.settle(pledge, SECOND)
    assert changes(pledge)[0].reasons == (str(WORDS_BEFORE_KEYS[words].label),)


def test_the_page_shows_when_and_what_and_why(client, pledge):
    pledge.status, pledge._change_reason = Status.ONGOING, "A new source"
    pledge.save()
    make.settle(pledge, SECOND)
    words = page(client, pledge)
    assert "Changed 2 April 2016, 12:00" in words
    assert "Reason: A new source" in words
    assert "Status Before: Pledged Now: Ongoing" in words
    assert words.index("Changed 2 April") < words.index("Published 1 April")


def test_hostile_text_is_shown_as_text(client, pledge):
    pledge.summary_en, pledge._change_reason = "<script>alert(1)</script>", "<img src=x>"
    pledge.save()
    html = client.get("/en/pledges/test-changing/history/").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_pledge_links_to_its_history(client, pledge):
    assert 'href="/en/pledges/test-changing/history/"' in client.get("/en/pledges/test-changing/").content.decode()


def test_the_history_needs_the_same_few_queries_however_long_it_is(client, django_assert_max_num_queries, pledge):
    for number in range(12):
        make.make_citation(pledge, make.make_source(f"test-source-of-{number}"))
        pledge.places.set([make.make_place(f"test-place-{number}")])
        make.settle(pledge, date(2016, 5, number + 1))
    assert len(changes(pledge)) == 13
    # nine, and the version of the data before and after
    with django_assert_max_num_queries(11):
        client.get("/en/pledges/test-changing/history/")


def test_the_latest_changes_are_those_of_the_pledges_asked_for(pledge):
    pledge.status = Status.ONGOING
    pledge.save()
    latest = list(islice(newest_first(Commitment.objects.public(), Commitment.objects.none()), 50))
    assert (latest[0].key, latest[0].kind, len(latest)) == (pledge.pk, CHANGED, 50)
    assert [change.when for change in latest] == sorted((change.when for change in latest), reverse=True)
    others = Commitment.objects.public().exclude(pk=pledge.pk)
    assert pledge.pk not in {change.key for change in newest_first(others, Commitment.objects.none())}


def test_when_each_pledge_was_last_saved(pledge):
    make.make_status_change(pledge)
    make.settle(pledge, THIRD)
    saved = last_saved(Commitment.objects.public())
    assert saved[pledge.pk].date() == THIRD
    assert saved.keys() == set(Commitment.objects.public().values_list("pk", flat=True))
