"""A form that is not taken gives back what was typed into it: on the page, and nowhere on the server."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django_otp import oath
from django_otp.plugins.otp_totp.models import TOTPDevice

from pledges.models import Commitment, Source
from pledges.models.vocab import State
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data, page
from pledges.tests.views.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]
TYPED = {"summary_en": "What I typed.", "summary_ar": "ما كتبته هنا.", "citations-0-quote": "“Balloons!”"}


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_user("test-editor", password="x", is_staff=True)
    user.groups.set(Group.objects.filter(name="Editors"))
    client.force_login(user)
    return client


@pytest.fixture
def pledge():
    return make.make_commitment("test-typed", state=State.DRAFT)


@pytest.fixture
def form(editor, pledge):
    """The address of the form of a pledge, and what it sends after typing."""
    address = page(Commitment, "change", pledge.pk)
    return address, form_data(editor.get(address)) | TYPED


def words_of(response):
    return unescape(text_of(response.content.decode()))


def inputs(response):
    """What a form of the page would send that is hidden in it."""
    html = response.content.decode()
    fields = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', html, re.DOTALL)
    return {name: unescape(value) for name, value in fields}


def holds_what_was_typed(response):
    return all(text in words_of(response) for text in TYPED.values())


def signed_in_again(client, refused, password="x"):  # noqa: S107 (of a test)
    kept = re.search(r'name="typed" value="([^"]+)"', refused.content.decode())[1]
    to = re.search(r'name="next" value="([^"]+)"', refused.content.decode())[1]
    address = re.search(r'<form action="([^"]+)"', refused.content.decode())[1]
    return client.post(address, {"username": "test-editor", "password": password, "typed": kept, "next": to})


@pytest.mark.parametrize("language", ["en", "ar"])
def test_after_the_session_is_over_what_was_typed_is_there_again_and_can_be_sent(editor, form, pledge, language):
    editor.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    address, typed = form
    editor.logout()
    refused = editor.post(address, typed | {"_save": "Save"})
    assert refused.status_code == 403
    assert {"en": "Your session is over", "ar": "انتهت جلستك"}[language] in words_of(refused)
    assert Session.objects.count() == 0
    wrong = signed_in_again(editor, refused, "wrong")
    again = signed_in_again(editor, wrong)
    assert again.status_code == 200
    assert holds_what_was_typed(again)
    assert again["Clear-Site-Data"] == '"cache"'
    pledge.refresh_from_db()
    assert pledge.summary_en != TYPED["summary_en"]
    assert editor.post(address, inputs(again)).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.summary_en, pledge.citations.get().quote) == (TYPED["summary_en"], TYPED["citations-0-quote"])


def test_what_was_typed_goes_with_its_editor_through_the_second_factor(
    editor, form, pledge, settings, django_user_model
):
    address, typed = form
    settings.SECOND_FACTOR = True
    phone = TOTPDevice.objects.create(user=django_user_model.objects.get(username="test-editor"), name="phone")
    for is_signed_in in (True, False):
        if not is_signed_in:
            editor.logout()
        refused = editor.post(address, typed | {"_save": "Save"})
        assert refused.status_code == 403
        asked = refused if is_signed_in else signed_in_again(editor, refused)
        assert not holds_what_was_typed(asked)
        kept = re.search(r'name="typed" value="([^"]+)"', asked.content.decode())[1]
        code = f"{oath.totp(phone.bin_key, t0=0 if is_signed_in else -30):06}"
        again = editor.post(reverse("admin:second_factor"), {"code": code, "typed": kept})
        assert holds_what_was_typed(again)
    assert editor.post(address, inputs(again)).status_code == 302
    pledge.refresh_from_db()
    assert pledge.summary_en == TYPED["summary_en"]


def test_too_many_wrong_passwords_give_the_text_back(form):
    refused = Client().post(*form)
    tried = [signed_in_again(Client(), refused, "wrong") for _ in range(30)]
    stopped = next(answer for answer in tried if answer.status_code == 429)
    assert "What I typed." in words_of(stopped)


def test_what_was_typed_travels_in_the_page_as_the_site_signed_it_or_not_at_all(editor, form):
    refused = Client().post(*form)
    signed = re.search(r'name="typed" value="([^"]+)"', refused.content.decode())[1]
    for forged in (signed[:-2] + "xx", "x", "\0"):
        sent = {"username": "test-editor", "password": "x", "typed": forged, "next": "/admin/"}
        assert editor.post(reverse("admin:login"), sent).status_code == 302


def test_no_password_is_kept_in_a_page(django_user_model):
    answer = Client().post(reverse("admin:password_change"), {"old_password": "secret-of-mine"})
    assert answer.status_code == 302


@pytest.mark.parametrize(("language", "told"), [("en", "What you typed"), ("ar", "ما كتبته")])
def test_a_form_whose_token_was_changed_by_signing_in_elsewhere_gives_the_text_back(editor, form, language, told):
    address, typed = form
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": language})
    browser.cookies = editor.cookies
    answer = browser.post(address, typed)
    assert answer.status_code == 403
    assert told in words_of(answer)
    assert holds_what_was_typed(answer)


def test_what_another_site_sends_is_not_shown_as_ours(editor, form):
    address, typed = form
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = editor.cookies
    answer = browser.post(address, typed, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "What I typed." not in words_of(answer)


def test_the_page_to_sign_in_that_expired_gives_the_text_back_too(editor, form):
    refused = Client().post(*form)
    signed = re.search(r'name="typed" value="([^"]+)"', refused.content.decode())[1]
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(reverse("admin:login"), {"username": "test-editor", "password": "x", "typed": signed})
    assert answer.status_code == 403
    assert "What I typed." in words_of(answer)


@pytest.mark.parametrize(("language", "told"), [("en", "This is not allowed"), ("ar", "ما كتبته")])
def test_a_form_that_one_may_no_longer_send_gives_the_text_back(editor, form, django_user_model, language, told):
    django_user_model.objects.get(username="test-editor").groups.clear()
    address, typed = form
    answer = editor.post(address, typed, headers={"Accept-Language": language})
    assert answer.status_code == 403
    assert told in words_of(answer)
    assert holds_what_was_typed(answer)


def test_a_form_of_a_pledge_that_was_published_meanwhile_says_so_and_keeps_the_text(editor, form, pledge):
    pledge.state = State.PUBLISHED
    pledge.save()
    address, typed = form
    answer = editor.post(address, typed)
    assert answer.status_code == 200
    assert "Published" in re.search(r'<section class="conflict".*?</section>', answer.content.decode(), re.DOTALL)[0]
    assert {name: form_data(answer)[name] for name in TYPED} == TYPED


def test_a_decision_after_the_session_is_over_gives_its_comment_back(editor, form, pledge):
    address = reverse("admin:pledges_commitment_review", args=[pledge.pk])
    editor.logout()
    again = signed_in_again(editor, editor.post(address, {"comment": "What I typed.", "step": "send"}))
    assert "What I typed." in words_of(again)


def test_a_form_of_a_record_that_was_deleted_meanwhile_gives_the_text_back(editor):
    source = make.make_source("test-deleted")
    address = page(Source, "change", source.pk)
    typed = form_data(editor.get(address)) | {"title": "What I typed."}
    source.delete()
    answer = editor.post(address, typed)
    assert answer.status_code == 404
    assert "no longer there" in words_of(answer)
    assert "What I typed." in words_of(answer)


def test_who_may_not_see_a_record_is_not_told_its_name_by_choosing_it(editor, form, django_user_model, settings):
    meeting = make.make_meeting("test-secret", is_public=False, name_en="Secret meeting")
    address, typed = form
    typed |= {"meeting": meeting.pk}
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = editor.cookies
    assert "Secret meeting" in words_of(browser.post(address, typed))
    settings.SECOND_FACTOR = True
    assert "Secret meeting" not in words_of(browser.post(address, typed))
    settings.SECOND_FACTOR = False
    django_user_model.objects.get(username="test-editor").groups.clear()
    assert "Secret meeting" not in words_of(browser.post(address, typed))


def test_who_is_not_signed_in_is_not_told_the_names_of_what_was_chosen(editor, form):
    meeting = make.make_meeting("test-secret", is_public=False, name_en="Secret meeting")
    address, typed = form
    refused = Client(enforce_csrf_checks=True).post(address, typed | {"meeting": meeting.pk})
    assert refused.status_code == 403
    assert "Secret meeting" not in words_of(refused)
    assert "What I typed." in words_of(refused)
