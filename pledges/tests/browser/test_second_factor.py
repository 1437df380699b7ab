"""The door in Chromium, under the policy: password, phone, recovery codes, in both languages."""

from base64 import b32decode

import pytest
from django_otp import oath

from pledges.tests.accounts.doors import PASSWORD, make_account
from pledges.tests.browser.test_accessibility import TAGS, axe

WCAG = [tag for tag in TAGS if tag.startswith("wcag")]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_phone_is_registered_and_asked_for(page, settings, language):
    settings.SECOND_FACTOR = True
    make_account()
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/admin/")
    assert axe(page, rules=WCAG) == []
    page.fill("#id_username", "test-editor")
    page.fill("#id_password", PASSWORD)
    page.locator("#login-form [type=submit]").click()
    page.wait_for_url("**/second-factor/**")
    assert page.locator(".key-picture").evaluate("picture => picture.naturalWidth")
    assert axe(page, rules=WCAG) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    key = b32decode(page.locator(".key").inner_text().replace(" ", ""))
    page.fill("#id_code", f"{oath.totp(key):06}")
    page.locator("#code-form [type=submit]").click()
    code = page.locator(".recovery-codes li").first.inner_text()
    assert axe(page, rules=WCAG) == []
    page.context.clear_cookies()
    page.goto("/admin/")
    page.fill("#id_username", "test-editor")
    page.fill("#id_password", PASSWORD)
    page.locator("#login-form [type=submit]").click()
    page.fill("#id_code", code)
    assert axe(page, rules=WCAG) == []
    page.locator("#code-form [type=submit]").click()
    page.wait_for_url("**/admin/")
    page.context.clear_cookies()
