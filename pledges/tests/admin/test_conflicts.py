"""Two editors at one record: what the second of two saves finds, and that nothing typed is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledges.editing import snapshots
from pledges.models import Country, Meeting, Place, Proposal, Requirement, Source
from pledges.models.edits import Through
from pledges.models.vocab import State
from pledges.record.edits import edit
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data, new_citation, page
from pledges.tests.views.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]


def person(django_user_model, name, *groups):
    first, last = name.split()
    user = django_user_model.objects.create_user(
        f"test-{first.lower()}", password="x", is_staff=True, first_name=first, last_name=last
    )
    user.groups.set(Group.objects.filter(name__in=groups or ["Editors", "Reviewers"]))
    return user


@pytest.fixture
def olga(django_user_model):
    return person(django_user_model, "Olga Other")


@pytest.fixture
def mine(client, django_user_model):
    """The browser of the second editor."""
    client.force_login(person(django_user_model, "Maya Mine"))
    return client


@pytest.fixture
def pledge():
    pledge = make.make_commitment("test-two", state=State.DRAFT, summary_en="Before.", places=[make.make_place()])
    make.make_status_change(pledge, source=make.make_source())
    return pledge


def opened(client, record):
    """The address of a form, and what it would send as it stands."""
    address = page(type(record), "change", record.pk)
    return address, form_data(client.get(address))


def saves(user, row, why="", **values):
    with edit(user, Through.FORM, why):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def words_of(response):
    return unescape(text_of(response.content.decode()))


# The second of two saves


def test_the_second_save_is_shown_base_theirs_and_mine_and_saves_nothing_before_it_is_sent_again(mine, olga, pledge):
    address, form = opened(mine, pledge)
    saves(olga, pledge, "Better words.", summary_en="Theirs.", caveat_en="Theirs alone.")
    answer = mine.post(address, form | {"summary_en": "Mine.", "quantity_text": "Mine alone."})
    assert answer.status_code == 200
    words = words_of(answer)
    for told in ("Olga Other", "Better words.", "Before.", "Theirs.", "Mine.", "Theirs alone."):
        assert told in words
    pledge.refresh_from_db()
    assert (pledge.summary_en, pledge.caveat_en, pledge.quantity_text) == ("Theirs.", "Theirs alone.", "")
    assert mine.post(address, form_data(answer)).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.summary_en, pledge.caveat_en, pledge.quantity_text) == ("Mine.", "Theirs alone.", "Mine alone.")


def test_a_save_after_the_conflict_page_that_is_too_late_again_is_shown_again(mine, olga, pledge):
    address, form = opened(mine, pledge)
    saves(olga, pledge, summary_en="Theirs.")
    answer = mine.post(address, form | {"summary_en": "Mine."})
    saves(olga, pledge, summary_en="Theirs again.")
    again = mine.post(address, form_data(answer))
    assert again.status_code == 200
    assert "Theirs again." in words_of(again)
    assert form_data(again)["summary_en"] == "Mine."


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_was_merged_by_itself_is_told_and_waits_for_a_second_look(mine, olga, pledge, language):
    address, form = opened(mine, pledge)
    saves(olga, pledge, quantity_text="Theirs.")
    answer = mine.post(address, form | {"summary_en": "Mine."}, headers={"Accept-Language": language})
    section = re.search(r'<section class="conflict".*?</section>', answer.content.decode(), re.DOTALL)[0]
    told = {"en": "Taken over into the form by itself", "ar": "أُخذ إلى النموذج تلقائيًا"}[language]
    assert told in section
    assert "Theirs." in section
    assert "<table" not in section
    assert (form_data(answer)["summary_en"], form_data(answer)["quantity_text"]) == ("Mine.", "Theirs.")
    assert mine.post(address, form_data(answer)).status_code == 302


def test_a_stale_save_does_not_put_back_in_public_what_was_withdrawn(mine, olga):
    pledge = make.make_commitment("test-withdrawn", summary_en="Before.")
    address, form = opened(mine, pledge)
    saves(olga, pledge, state=State.WITHDRAWN, withdrawal_reason_en="Wrong.", withdrawal_reason_ar="خطأ.")
    answer = mine.post(address, form | {"summary_en": "What I typed.", "why": "Mine.", "state": "published"})
    assert answer.status_code == 403
    assert "What I typed." in words_of(answer)
    pledge.refresh_from_db()
    assert (pledge.state, pledge.withdrawal_reason_en) == (State.WITHDRAWN, "Wrong.")


def records():
    yield make.make_source(), {"title": "Theirs."}, {"publisher": "Mine."}
    yield make.make_meeting("test-two"), {"name_en": "Theirs."}, {"location_en": "Mine."}
    yield make.make_place(), {"name_en": "Theirs."}, {"name_ar": "لي"}
    yield make.make_country(), {"name_en": "Theirs."}, {"alt_names": "Mine."}
    yield make.make_requirement("test-two"), {"summary_en": "Theirs."}, {"asked_of_en": "Mine."}


@pytest.mark.parametrize("model", [Source, Meeting, Place, Country, Requirement], ids=lambda model: model.__name__)
def test_no_save_of_any_record_is_lost(mine, olga, model):
    record, theirs, own = next(made for made in records() if type(made[0]) is model)
    address, form = opened(mine, record)
    saves(olga, record, **theirs)
    answer = mine.post(address, form | own | {"why": "Found in the source."})
    assert answer.status_code == 200
    assert not Proposal.objects.exists()
    assert mine.post(address, form_data(answer)).status_code == 302
    # what readers see is proposed
    proposal = Proposal.objects.first()
    saved = proposal.content["fields"] if proposal else snapshots.take(record)["fields"]
    assert {name: saved[name] for name in theirs | own} == theirs | own


def test_what_cannot_be_read_stays_as_it_was_typed_beside_what_others_saved(mine, olga, pledge):
    address, form = opened(mine, pledge)
    saves(olga, pledge, announced_on=date(2016, 3, 1))
    answer = mine.post(address, form | {"announced_on": "11/02/2014"})
    assert answer.status_code == 200
    assert 'value="11/02/2014"' in answer.content.decode()
    assert "2016-03-01" in words_of(answer)


# Parts


def test_what_others_did_to_parts_is_merged_and_told(mine, olga, pledge):
    address, form = opened(mine, pledge)
    citation = pledge.citations.get()
    saves(olga, citation, note="Their note.")
    with edit(olga):
        make.make_citation(pledge, make.make_source("test-other", title="Another source"))
    answer = mine.post(address, form | {"citations-0-quote": "My quote."})
    words = words_of(answer)
    assert "Their note." in words
    assert "Another source" in words
    assert mine.post(address, form_data(answer)).status_code == 302
    citation.refresh_from_db()
    assert (citation.note, citation.quote, pledge.citations.count()) == ("Their note.", "My quote.", 2)


def test_two_texts_of_one_part_collide_and_mine_stays_in_the_form(mine, olga, pledge):
    address, form = opened(mine, pledge)
    citation = pledge.citations.get()
    saves(olga, citation, note="Their note.")
    answer = mine.post(address, form | {"citations-0-note": "My note."})
    assert {"Their note.", "My note."} <= set(re.findall(r">(\w+ note\.)<", answer.content.decode()))
    assert 'href="#id_citations-0-note"' in answer.content.decode()
    assert 'id="id_citations-0-note"' in answer.content.decode()
    assert mine.post(address, form_data(answer)).status_code == 302
    citation.refresh_from_db()
    assert citation.note == "My note."


def test_what_others_changed_is_not_deleted_unseen(mine, olga, pledge):
    address, form = opened(mine, pledge)
    saves(olga, pledge.citations.get(), note="Their note.")
    answer = mine.post(address, form | {"citations-0-DELETE": "on"})
    assert answer.status_code == 200
    assert "Their note." in words_of(answer)
    assert pledge.citations.count() == 1
    assert mine.post(address, form_data(answer)).status_code == 302
    assert pledge.citations.count() == 0


def test_a_row_that_others_added_and_one_of_mine_are_two(mine, olga, pledge):
    address, form = opened(mine, pledge)
    with edit(olga):
        make.make_citation(pledge, make.make_source("test-other"))
    answer = mine.post(address, form | new_citation(1, make.make_source("test-mine"), note="My note."))
    assert mine.post(address, form_data(answer)).status_code == 302
    slugs = set(pledge.citations.values_list("source__slug", flat=True))
    assert slugs == {"test-source", "test-other", "test-mine"}


# The same form twice, and forms that say no version


def test_the_same_form_sent_twice_is_saved_once(mine, pledge):
    address, form = opened(mine, pledge)
    form |= {"summary_en": "Mine."} | new_citation(1, make.make_source("test-mine"))
    assert mine.post(address, form).status_code == 302
    pledge.refresh_from_db()
    version, rows = pledge.version, pledge.history.count()
    assert mine.post(address, form).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.version, pledge.history.count(), pledge.citations.count()) == (version, rows, 2)


@pytest.mark.sql
@pytest.mark.parametrize("version", [None, "", "x", "0", "-1", "٣", "1.0", "999", "9" * 30, "\0"])
def test_a_form_that_says_no_version_there_is_saves_nothing_and_keeps_what_was_typed(mine, pledge, version):
    address, form = opened(mine, pledge)
    form |= {"summary_en": "Mine.", "read_version": version}
    answer = mine.post(address, {name: value for name, value in form.items() if value is not None})
    assert answer.status_code == 200
    assert "does not say which version" in words_of(answer)
    assert form_data(answer)["summary_en"] == "Mine."
    pledge.refresh_from_db()
    assert pledge.summary_en == "Before."


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_exactly_one_wins_and_the_other_keeps_what_it_typed(mine, olga, pledge):
    address, form = opened(mine, pledge)
    other = Client()
    other.force_login(olga)
    ready = Barrier(2)

    def save(browser, words):
        ready.wait()
        try:
            return browser.post(address, form | {"summary_en": words})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as at_once:
        answers = list(at_once.map(save, (mine, other), ("Mine.", "Theirs.")))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    pledge.refresh_from_db()
    lost = next(answer for answer in answers if answer.status_code == 200)
    assert {pledge.summary_en, form_data(lost)["summary_en"]} == {"Mine.", "Theirs."}


def test_a_conflict_asks_as_much_more_than_any_refused_form_for_many_parts_as_for_few(mine, olga):
    more = []
    for number in (1, 5):
        pledge = make.make_commitment(f"test-many-{number}", state=State.DRAFT, sources=number)
        address, form = opened(mine, pledge)
        asked = []
        for changes in ({"announced_on": "x"}, {"summary_en": "Mine."}):
            with CaptureQueriesContext(connection) as queries:
                assert mine.post(address, form | changes).status_code == 200
            asked.append(len(queries))
            saves(olga, pledge, summary_en="Theirs.")
        more.append(asked[1] - asked[0])
    assert more[0] == more[1] < 100


# Deleting


def test_a_record_is_deleted_as_it_was_read_or_not_at_all(mine, olga, django_user_model):
    mine.force_login(django_user_model.objects.create_superuser("test-root"))
    source = make.make_source("test-delete")
    address = page(Source, "delete", source.pk)
    shown = mine.get(address).content.decode()
    read = re.search(r'name="read_version" value="(\d+)"', shown)[1]
    saves(olga, source, title="Theirs.")
    for version, words in ((read, "somebody else changed"), ("", "does not say which version"), ("x", "which version")):
        answer = mine.post(address, {"post": "yes", "read_version": version}, follow=True)
        assert words in words_of(answer)
        assert Source.objects.filter(pk=source.pk).exists()
    assert mine.post(address, {"post": "yes", "read_version": source.version, "why": "Twice."}).status_code == 302
    assert not Source.objects.filter(pk=source.pk).exists()
    assert Source.history.filter(id=source.pk).first().edit.why == "Twice."
