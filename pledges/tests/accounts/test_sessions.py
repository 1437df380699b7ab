"""A session ends: after a while without a request, after a day's work, and whenever its account does."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from pledges.accounts import sessions
from pledges.tests.accounts.doors import PASSWORD, make_account, sign_in

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 60 * 60


@pytest.fixture
def editor():
    return make_account()


@pytest.fixture
def client(editor, client):
    sign_in(client=client)
    return client


@pytest.fixture
def wait(monkeypatch):
    """Lets time pass for the session, but for nothing else."""
    clock = sessions.now
    passed = 0

    def wait(seconds):
        nonlocal passed
        passed += seconds
        monkeypatch.setattr(sessions, "now", lambda: clock() + passed)

    return wait


def is_in(client):
    return client.get("/admin/").status_code == 200


def name_of_session(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_two_hours_without_a_request_end_it(client, wait):
    wait(2 * HOUR - MINUTE)
    assert is_in(client)
    wait(2 * HOUR + MINUTE)
    assert not is_in(client)
    assert not Session.objects.exists()


def test_who_works_stays_signed_in_for_twelve_hours_and_no_longer(client, wait):
    for _ in range(11):
        wait(HOUR)
        assert is_in(client)
    wait(HOUR + MINUTE)
    assert not is_in(client)


def test_both_are_settings(client, wait, settings):
    settings.SESSION_IDLE_SECONDS = 10 * MINUTE
    wait(11 * MINUTE)
    assert not is_in(client)


def test_a_session_of_before_there_were_limits_is_over(client):
    session = client.session
    del session[sessions.BEGAN]
    session.save()
    assert not is_in(client)


def test_each_sign_in_gives_the_session_a_new_name(editor):
    client = Client()
    names = set()
    for _ in range(2):
        assert sign_in(client=client).status_code == 302
        names.add(name_of_session(client))
    assert len(names) == 2
    assert Session.objects.count() == 1


def test_it_is_dead_after_signing_out(client):
    kept = name_of_session(client)
    client.post("/admin/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(client)


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_it_is_dead_when_the_account_is_deactivated(client, editor, lost):
    assert is_in(client)
    setattr(editor, lost, False)
    editor.save()
    assert not is_in(client)


def test_a_new_password_ends_all_other_sessions(client, editor):
    other = Client()
    sign_in(client=other)
    fields = {"old_password": PASSWORD, "new_password1": "qm4vzt9hwp2ksbd", "new_password2": "qm4vzt9hwp2ksbd"}
    assert client.post("/admin/password_change/", fields).status_code == 302
    assert is_in(client)
    assert not is_in(other)


def test_pages_for_readers_do_not_ask_who_an_editor_is(client):
    page = client.get("/en/about/")
    assert "Cookie" not in page.get("Vary", "")
    assert not page.cookies


def test_sessions_that_have_expired_are_removed_at_the_next_sign_in(client):
    Session.objects.update(expire_date="2000-01-01T00:00:00Z")
    sign_in(client=Client())
    assert Session.objects.count() == 1
