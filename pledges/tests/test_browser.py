"""An analyst at work in Chromium, in both languages."""

import csv
import os
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS_TO_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs an event loop in this thread, which Django would mistake for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=WAYS_TO_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server, real_data):
    """A fresh page; the test fails on any message that the browser logs as an error."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    cookies = context.cookies()
    context.close()
    assert complaints == []
    assert cookies == []


LANGUAGES = {
    "en": {"country": "Poland", "type": "Airstrikes", "apply": "Apply", "csv": "Download CSV", "total": "3 pledges"},
    "ar": {"country": "بولندا", "type": "ضربات جوية", "apply": "تطبيق", "csv": "تنزيل CSV", "total": "3 تعهدات"},
}
OTHERS = {"en": ["Romania", "Denmark"], "ar": ["رومانيا", "الدنمارك"]}


def choice(page, label):
    """The box of one value of a filter, whatever the number beside it."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{label}(?: \d+)?$"))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("javascript", [True, False])
def test_filter_by_country_and_type_and_take_the_csv_away(chromium, live_server, real_data, language, javascript):
    words = LANGUAGES[language]
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=javascript)
    page = context.new_page()
    page.goto(f"/{language}/pledges/")
    for country in (words["country"], *OTHERS[language]):
        choice(page, country).check()
    choice(page, words["type"]).check()
    page.get_by_role("button", name=words["apply"]).first.click()
    rows = page.locator("table.pledges tbody tr")
    total = int(re.search(r"\d+", page.get_by_role("status").inner_text()).group())
    expect(rows).to_have_count(total)
    assert {"country=PL", "country=RO", "country=DK", "type=airstrikes"} <= set(page.url.partition("?")[2].split("&"))
    with page.expect_download() as downloading:
        page.get_by_role("link", name=words["csv"]).click()
    download = downloading.value
    assert re.fullmatch(r"pledges-.*airstrikes.*\.csv", download.suggested_filename)
    with open(download.path(), encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    assert {row["country_iso2"] for row in exported} == {"PL", "RO", "DK"}
    assert {row["type"] for row in exported} == {"airstrikes"}
    links = rows.locator(".pledge-link").evaluate_all("links => links.map(a => a.pathname.split('/')[3])")
    assert [row["slug"] for row in exported] == links
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_three_strikes_of_brussels(page, language):
    query = "country=PL&country=RO&country=DK&type=airstrikes&meeting=brussels-2016-02-11"
    page.goto(f"/{language}/pledges/?{query}")
    expect(page.get_by_role("status")).to_have_text(LANGUAGES[language]["total"])
    expect(page.locator(".grade-disputed")).to_have_count(2)
    page.locator(".switch").click()
    assert page.url.endswith(f"/{'ar' if language == 'en' else 'en'}/pledges/?{query}")
    expect(page.locator(".grade-disputed")).to_have_count(2)


@pytest.mark.parametrize(
    ("language", "typed", "found", "hidden"),
    [("en", "turk", "Türkiye", "Poland"), ("ar", "الاردن", "الأردن", "بولندا")],
)
def test_a_long_list_is_narrowed_by_typing(page, language, typed, found, hidden):
    page.goto(f"/{language}/pledges/")
    page.locator(".find input").first.fill(typed)
    expect(choice(page, found)).to_be_visible()
    expect(choice(page, hidden)).to_be_hidden()


def test_a_chip_removes_its_condition_by_keyboard(page):
    page.goto("/en/pledges/?country=PL&type=airstrikes")
    chip = page.get_by_role("link", name="Remove filter: Country: Poland")
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/pledges/?type=airstrikes")
    expect(page.get_by_role("status")).to_have_text("45 pledges")


def test_the_first_tab_skips_to_the_content(page):
    page.goto("/en/pledges/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


PATHS = [
    "",
    "pledges/",
    "disagreements/",
    "pledges/bru16-pl-airstrikes/",
    "meetings/brussels-2016-02-11/",
    "sources/",
    "types/",
]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in (f"/{language}/{path}" for language in LANGUAGES for path in PATHS):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_admin_signs_in_and_enters_without_breaking_the_content_policy(page, django_user_model):
    django_user_model.objects.create_superuser("test-editor", password="a long test password")
    page.goto("/admin/")
    page.fill("#id_username", "test-editor")
    page.fill("#id_password", "a long test password")
    page.locator("[type=submit]").click()
    for path in ("", "pledges/commitment/", "pledges/commitment/add/", "pledges/source/"):
        response = page.goto(f"/admin/{path}")
        assert response.status == 200
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert settings.SESSION_COOKIE_NAME in {cookie["name"] for cookie in page.context.cookies()}
    page.context.clear_cookies()
