"""The log says who came in, who left and who was refused, from where, and never what was typed as a password."""

import logging

import pytest

from pledges.tests.accounts.doors import PASSWORD, fail, make_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def log(caplog):
    make_account()
    caplog.set_level(logging.INFO, "pledges.accounts")
    return caplog


def test_a_sign_in_and_a_sign_out(log, client):
    sign_in(client=client)
    client.post("/admin/logout/", REMOTE_ADDR="192.0.2.1")
    assert log.messages == ["Signed in: 'test-editor' from 192.0.2.1", "Signed out: 'test-editor' from 192.0.2.1"]


def test_a_refusal(log):
    fail(11)
    assert log.messages[0] == "Refused: 'test-editor' from 192.0.2.1: wrong name or password"
    assert log.messages[10] == "Refused: 'test-editor' from 192.0.2.1: too many failures"
    assert {record.levelname for record in log.records} == {"WARNING"}


def test_a_name_that_no_account_has_may_be_a_password(log):
    sign_in(name=PASSWORD, password="x")
    assert log.messages == ["Refused: a name without an account from 192.0.2.1: wrong name or password"]


@pytest.mark.parametrize("lacks", ["is_active", "is_staff"])
def test_an_account_without_rights_is_refused_like_any_other(log, lacks):
    editor = make_account("test-former")
    setattr(editor, lacks, False)
    editor.save()
    assert sign_in("test-former").status_code == 200
    assert log.messages == ["Refused: 'test-former' from 192.0.2.1: wrong name or password"]


def test_no_password_is_in_the_log(log):
    sign_in()
    sign_in(password="a secret with a typo")
    assert PASSWORD not in log.text
    assert "typo" not in log.text


def test_the_log_is_kept_whatever_else_is(settings):
    assert settings.LOGGING["loggers"]["pledges.accounts"]["level"] == "INFO"
