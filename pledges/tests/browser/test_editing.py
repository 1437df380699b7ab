"""Two editors in two browsers at one pledge; leaving a form that holds what is not saved."""

import pytest
from playwright.sync_api import expect

from pledges.models import Commitment
from pledges.models.vocab import State
from pledges.tests import make
from pledges.tests.browser.test_accessibility import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long test password"  # noqa: S105 (of a test)


@pytest.fixture
def pledge():
    return make.make_commitment("test-browsers", state=State.DRAFT, summary_en="Before.")


@pytest.fixture
def browser_of(chromium, site, django_user_model):
    """A page of a browser of its own, of an editor of that name, signed in."""
    contexts = []

    def browser_of(name, language="en"):
        username = f"test-{name.lower()}"
        django_user_model.objects.create_superuser(username, password=PASSWORD, first_name=name)
        context = chromium.new_context(base_url=site, locale=language, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/")
        sign_in(page, username)
        page.wait_for_url("**/admin/")
        return page

    yield browser_of
    for context in contexts:
        context.close()


def sign_in(page, username):
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.locator("#login-form [type=submit]").click()


def change_page(pledge):
    return f"/admin/pledges/commitment/{pledge.pk}/change/"


def save(page):
    page.locator("[name=_save]").first.click()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_two_browsers_at_one_pledge_lose_nothing(browser_of, pledge, language):
    olga, maya = browser_of("Olga"), browser_of("Maya", language)
    for page in (olga, maya):
        page.goto(change_page(pledge))
    olga.fill("#id_summary_en", "Theirs.")
    olga.fill("#id_caveat_en", "Theirs alone.")
    olga.fill("#id_citations-0-note", "Their note.")
    olga.fill("#id_why", "Checked.")
    save(olga)
    olga.wait_for_url("**/commitment/")
    maya.fill("#id_summary_en", "Mine.")
    maya.fill("#id_citations-0-quote", "My quotation.")
    maya.locator("#status_changes-group .add-row a").click()
    maya.select_option("#id_status_changes-0-status", "ongoing")
    maya.fill("#id_status_changes-0-happened_on", "March 2016")
    maya.fill("#id_status_changes-0-note", "My step.")
    save(maya)
    conflict = maya.locator(".conflict")
    for told in ("Olga", "Checked.", "Before.", "Theirs.", "Mine.", "Theirs alone.", "Their note."):
        expect(conflict).to_contain_text(told)
    assert [fault for fault in axe(maya) if "conflict" in fault] == []
    maya.set_viewport_size({"width": 390, "height": 900})
    assert maya.evaluate("document.documentElement.scrollWidth") == 390
    save(maya)
    maya.wait_for_url("**/commitment/")
    saved = Commitment.objects.get(pk=pledge.pk)
    citation, step = saved.citations.get(), saved.status_changes.get()
    assert (saved.summary_en, saved.caveat_en) == ("Mine.", "Theirs alone.")
    assert (citation.quote, citation.note, step.note) == ("My quotation.", "Their note.", "My step.")


def test_a_form_that_is_sent_after_signing_out_is_there_again_after_signing_in(browser_of, pledge):
    page = browser_of("Maya")
    page.goto(change_page(pledge))
    page.fill("#id_summary_en", "Typed\nin two lines.")
    page.context.clear_cookies(name="sessionid")
    save(page)
    expect(page.locator(".errornote")).to_contain_text("Your session is over")
    sign_in(page, "test-maya")
    expect(page.locator(".typed")).to_contain_text("in two lines.")
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url("**/commitment/")
    pledge.refresh_from_db()
    assert pledge.summary_en == "Typed\nin two lines."


def test_a_changed_form_is_not_left_without_being_asked(browser_of, pledge):
    page, asked = browser_of("Maya"), []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(change_page(pledge))
    page.goto("/admin/")
    assert asked == []
    page.goto(change_page(pledge))
    page.locator("#id_summary_en").press_sequentially("More. ")
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    page.goto(change_page(pledge))
    page.locator("#id_summary_en").press_sequentially("More. ")
    save(page)
    page.wait_for_url("**/commitment/")
    assert asked == ["beforeunload"]
