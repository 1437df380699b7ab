"""The second factor: a phone is entered once, its code asked for at each sign-in, and losing it locks nobody out."""

import logging
import re
from base64 import b32decode
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp import oath
from django_otp.plugins.otp_totp.models import TOTPDevice

from pledges.accounts import second_factor
from pledges.tests.accounts.doors import PASSWORD, fail, make_account, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]
PAGE, CODES, INSIDE = "/admin/second-factor/", "/admin/second-factor/codes/", "/admin/pledges/commitment/"
RECOVERY_CODE = re.compile(r"<li>([a-z2-7]{8})</li>")


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def editor(db):
    return make_account(is_superuser=True)


@pytest.fixture
def device(editor):
    return TOTPDevice.objects.create(user=editor, name="phone")


@pytest.fixture
def client(editor):
    """A browser in which the password was entered."""
    client = Client()
    assert sign_in(client=client).status_code == 302
    return client


def code_of(key, steps=0):
    """What a phone with this key shows, now or so many half minutes later."""
    return f"{oath.totp(key, t0=-30 * steps):06}"


def key_on(page):
    return b32decode(page.context["key"].replace(" ", ""))


def enter(client, code, **values):
    return client.post(PAGE, {"code": code} | values)


def is_in(client):
    return client.get(INSIDE).status_code == 200


def manage(*arguments):
    out = StringIO()
    call_command("second_factor", *arguments, stdout=out)
    return out.getvalue()


def test_a_password_alone_opens_nothing(client):
    for address in (INSIDE, "/admin/", "/admin/password_change/", CODES, "/admin/autocomplete/", "/admin/jsi18n/"):
        assert client.get(address).status_code == 302, address
    page = client.get(INSIDE, follow=True)
    assert page.redirect_chain[-1][0].startswith(PAGE)


def test_without_the_setting_it_does(settings, client):
    settings.SECOND_FACTOR = False
    assert is_in(client)
    assert client.get(PAGE)["Location"] == "/admin/"
    assert client.get(CODES).status_code == 404


def test_a_stranger_sees_no_page_of_it():
    assert Client().get(PAGE)["Location"] == "/admin/login/"


def test_the_first_sign_in_enters_a_phone_and_shows_recovery_codes_once(client):
    page = client.get(INSIDE, follow=True)
    welcome = enter(client, code_of(key_on(page)), next=INSIDE)
    codes = RECOVERY_CODE.findall(welcome.content.decode())
    assert len(set(codes)) == 10
    assert f'href="{INSIDE}"' in welcome.content.decode()
    assert "no-cache" in welcome["Cache-Control"]
    assert is_in(client)
    assert not any(code in client.get(CODES).content.decode() for code in codes)


def test_the_key_is_a_picture_a_link_and_a_text(client):
    html = client.get(PAGE).content.decode()
    picture = unquote(re.search(r'src="data:image/svg\+xml,([^"]+)"', html)[1])
    assert "<path" in picture
    assert "style" not in picture
    assert 'href="otpauth://totp/Coalition%20Pledges%3Atest-editor?' in html
    assert "style=" not in html


def test_a_key_that_was_shown_to_somebody_else_is_not_taken(client):
    other = Client()
    sign_in(client=other)
    seen = key_on(other.get(PAGE))
    assert key_on(client.get(PAGE)) != seen
    assert enter(client, code_of(seen)).status_code == 200
    assert not TOTPDevice.objects.exists()


def test_a_wrong_code_enters_nothing(client):
    key = key_on(client.get(PAGE))
    assert "is not right" in enter(client, code_of(key, steps=50)).content.decode()
    assert not is_in(client)
    assert key_on(client.get(PAGE)) == key


def test_who_has_a_phone_enters_no_other(client, device):
    assert "key" not in client.get(PAGE).context
    assert not second_factor.enrol(device.user, "00" * 20, code_of(b"\0" * 20))


@pytest.mark.sql
@pytest.mark.parametrize("written", ["{}", "{0:.3} {0[3]}{0[4]}{0[5]}"])
def test_the_code_of_the_phone_lets_in_once(client, device, written):
    code = code_of(device.bin_key)
    assert enter(client, written.format(code), next=INSIDE)["Location"] == INSIDE
    assert is_in(client)
    other = Client()
    sign_in(client=other)
    assert enter(other, code).status_code == 200
    assert not is_in(other)


def test_a_code_in_arabic_digits_is_taken(client, device):
    digits = code_of(device.bin_key).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert enter(client, digits).status_code == 302


def test_it_leads_to_no_other_site(client, device):
    answer = enter(client, code_of(device.bin_key), next="https://evil.example/")
    assert answer["Location"] == "/admin/"


def test_a_sign_in_with_both_gives_the_session_a_new_name(client, device):
    before = client.session.session_key
    enter(client, code_of(device.bin_key))
    assert client.session.session_key != before


@pytest.mark.sql
@pytest.mark.parametrize("code", ["", "0" * 41, "\0", "abcdef", "12345678", "-1", "١" * 39, "1e5"])
def test_garbage_is_no_code(client, device, code):
    assert enter(client, code).status_code in {200, 400}
    assert not is_in(client)


@pytest.mark.sql
def test_a_recovery_code_lets_in_once_and_the_page_says_how_many_are_left(client, device):
    code = second_factor.make_recovery_codes(device.user)[0]
    assert enter(client, code.upper()).status_code == 302
    assert "9 recovery codes are left." in client.get(INSIDE).content.decode()
    other = Client()
    sign_in(client=other)
    assert enter(other, code).status_code == 200


def test_new_recovery_codes_take_the_place_of_the_old(client, device):
    old = second_factor.make_recovery_codes(device.user)
    enter(client, code_of(device.bin_key))
    assert "10 recovery codes are left." in client.get(CODES).content.decode()
    new = RECOVERY_CODE.findall(client.post(CODES).content.decode())
    assert len(set(new) - set(old)) == 10
    assert second_factor.verify(device.user, old[0]) is None


def test_wrong_codes_count_with_wrong_passwords(client, device):
    fail(6, address="127.0.0.1")
    assert [enter(client, "000000").status_code for _ in range(5)] == [200] * 4 + [429]
    refused = enter(client, code_of(device.bin_key))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_codes_are_not_guessed_from_many_addresses(client, device):
    for number in range(10):
        client.post(PAGE, {"code": "000000"}, REMOTE_ADDR=f"198.51.100.{number}")
    answer = client.post(PAGE, {"code": code_of(device.bin_key)}, REMOTE_ADDR="203.0.113.1")
    assert answer.status_code == 429


def test_who_has_no_phone_at_hand_signs_out_again(client, device):
    assert client.post(PAGE, {"sign_out": "1"})["Location"] == "/admin/login/"
    assert "_auth_user_id" not in client.session


def test_a_lost_phone_is_forgotten_by_a_command_and_the_account_signed_out_everywhere(client, device):
    enter(client, code_of(device.bin_key))
    other = make_account("test-other")
    beside = Client()
    sign_in("test-other", client=beside)
    second_factor.make_recovery_codes(device.user)
    assert "test-editor: phone, 10 recovery codes left" in manage("status")
    assert "no second factor now" in manage("reset", "test-editor")
    assert "test-editor: no phone, 0 recovery codes left" in manage("status")
    assert client.get(PAGE)["Location"] == "/admin/login/"
    assert beside.get(PAGE).context["user"] == other
    sign_in(client=client)
    assert enter(client, code_of(key_on(client.get(PAGE)))).status_code == 200
    assert is_in(client)


def test_a_command_prints_recovery_codes_that_let_in(client, device):
    code = manage("codes", "test-editor").split()[-1]
    assert enter(client, code).status_code == 302


def test_a_new_account_is_handed_over_with_codes_so_that_no_thief_of_its_password_enters_a_phone(client):
    code = manage("codes", "test-editor").split()[-1]
    assert "key" not in client.get(PAGE).context
    page = client.get(enter(client, code)["Location"])
    enter(client, code_of(key_on(page)))
    assert client.get(PAGE)["Location"] == "/admin/"
    other = Client()
    sign_in(client=other)
    assert enter(other, code).status_code == 200
    assert not is_in(other)


def test_a_command_names_an_account_that_is_not_there():
    with pytest.raises(CommandError, match="nobody"):
        manage("reset", "nobody")


def test_nobody_reads_the_keys_of_others(client, device):
    enter(client, code_of(device.bin_key))
    for address in ("otp_totp/totpdevice/", "otp_static/staticdevice/"):
        assert client.get(f"/admin/{address}").status_code == 404


def test_all_of_it_is_logged_without_a_code(caplog, client, device):
    caplog.set_level(logging.INFO, "pledges.accounts")
    recovery = second_factor.make_recovery_codes(device.user)[0]
    enter(client, "000000")
    enter(client, recovery)
    client.post(CODES)
    manage("reset", "test-editor")
    assert caplog.messages == [
        "Refused: 'test-editor' from 127.0.0.1: wrong code",
        "Second factor shown, 9 recovery codes left: 'test-editor' from 127.0.0.1",
        "New recovery codes: 'test-editor' from 127.0.0.1",
        "Second factor reset by command: 'test-editor' from this machine",
    ]
    assert recovery not in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize("step", ["enter", "ask", "left", "shown"])
def test_an_arabic_page_is_in_arabic(client, editor, step):
    arabic = {"headers": {"accept-language": "ar"}}
    if step == "enter":
        page = client.get(PAGE, **arabic)
    else:
        device = TOTPDevice.objects.create(user=editor, name="phone")
        page = client.get(PAGE, **arabic)
    if step in {"left", "shown"}:
        enter(client, code_of(device.bin_key))
        page = client.get(CODES, **arabic) if step == "left" else client.post(CODES, **arabic)
    html = page.content.decode()
    assert 'dir="rtl"' in html
    content = html[html.index('id="content-main"') :]
    content = re.sub(r"<(\w+)[^>]*lang=\"en\".*?</\1>", " ", content, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]+", re.sub(r"<[^>]+>|id=\"content-main\">", " ", content)) == []
