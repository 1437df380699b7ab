"""Guessing passwords ends after a few tries, for the one who guesses alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from pledges.accounts import throttle
from pledges.accounts.models import Attempt
from pledges.tests.accounts.doors import LOGIN, fail, let_pass, make_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(db):
    return make_account()


def test_after_ten_failures_the_right_password_is_refused_too():
    assert fail(10) == [200] * 10
    refused = sign_in()
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 15 * 60
    assert "no-store" in refused["Cache-Control"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "try again in 15 minutes"), ("ar", "إعادة المحاولة بعد 15 دقيقة")]
)
def test_the_page_says_how_long_to_wait(language, words):
    fail(10)
    refused = sign_in(**{"accept-language": language})
    assert words in refused.content.decode()
    assert f'lang="{language}"' in refused.content.decode()


def test_other_accounts_are_let_in_from_the_same_address():
    make_account("test-other")
    fail(11)
    assert sign_in("test-other").status_code == 302


def test_a_stranger_locks_nobody_out_but_himself():
    fail(40, address="198.51.100.7")
    assert sign_in(address="192.0.2.1").status_code == 302


def test_after_thirty_failures_an_address_waits_whatever_the_account():
    assert [fail(1, name=f"name-{number}") for number in range(30)] == [[200]] * 30
    assert sign_in().status_code == 429
    assert sign_in(address="192.0.2.2").status_code == 302


@pytest.fixture
def few(monkeypatch):
    """A limit that is sooner reached than the one hundred of all addresses together."""
    monkeypatch.setattr(throttle, "OF_ACCOUNT", 12)


def test_guesses_from_very_many_addresses_end_too(few):
    for number in range(12):
        fail(1, address=f"198.51.100.{number}")
    assert sign_in(address="203.0.113.9").status_code == 429


def test_guesses_from_very_many_addresses_keep_no_editor_from_where_she_works(few):
    sign_in(address="192.0.2.1")
    for number in range(14):
        fail(1, address=f"198.51.100.{number}")
    assert sign_in(address="192.0.2.1").status_code == 302


def test_a_line_of_ipv6_is_one_address():
    for number in range(10):
        fail(1, address=f"2001:db8:1:2::{number:x}")
    assert sign_in(address="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(address="2001:db8:1:3::1").status_code == 302


def test_a_forged_header_is_no_other_address():
    statuses = [sign_in(password="wrong", **{"x-forwarded-for": f"198.51.100.{n}"}).status_code for n in range(10)]
    assert statuses == [200] * 10
    assert sign_in(**{"x-forwarded-for": "198.51.100.99"}).status_code == 429


def test_behind_a_proxy_each_client_has_its_own_address(settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(10):
        sign_in(password="wrong", **{"x-forwarded-for": f"198.51.100.{number}, 203.0.113.1"})
    assert sign_in(**{"x-forwarded-for": "198.51.100.99, 203.0.113.1"}).status_code == 429
    assert sign_in(**{"x-forwarded-for": "203.0.113.2"}).status_code == 302


@pytest.mark.parametrize("name", ["TEST-editor", "Test-Editor"])
def test_another_spelling_of_the_name_is_no_other_account(name):
    fail(10, name=name)
    assert sign_in().status_code == 429


def test_a_name_without_an_account_is_answered_alike():
    assert fail(11, name="nobody") == [200] * 10 + [429]


def test_the_wait_ends_after_fifteen_minutes_however_often_one_tries_meanwhile():
    fail(10)
    let_pass(Attempt, "at", by=timedelta(minutes=14))
    assert fail(20) == [429] * 20
    let_pass(Attempt, "at", by=timedelta(minutes=1))
    assert sign_in().status_code == 302


def test_what_succeeds_or_was_never_checked_does_not_count():
    for _ in range(12):
        assert sign_in().status_code == 302
        assert sign_in(name="", password="").status_code == 200
    assert sign_in().status_code == 302


def test_rows_that_count_no_longer_are_removed():
    sign_in()
    fail(3)
    let_pass(Attempt, "at", by=timedelta(minutes=16))
    sign_in(address="192.0.2.2")
    assert Attempt.objects.filter(has_failed=True).count() == 0
    let_pass(Attempt, "at", by=timedelta(days=31))
    sign_in(address="192.0.2.2")
    assert Attempt.objects.count() == 1


def test_neither_what_was_typed_nor_an_address_is_kept():
    sign_in(name="my password in the wrong box", password="x")
    assert not {"my password in the wrong box", "192.0.2.1"} & set(Attempt.objects.values_list("account", "address")[0])


@pytest.mark.django_db(transaction=True)
def test_of_tries_at_the_same_moment_no_more_than_ten_are_checked():
    together = Barrier(16)

    def attempt(_number):
        try:
            together.wait()
            return sign_in(password="wrong").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(attempt, range(16)))
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) <= 10
    assert sign_in().status_code == (429 if statuses.count(200) == 10 else 302)


def test_the_form_of_the_door_opens_in_between(client):
    fail(11)
    assert client.get(LOGIN).status_code == 200
