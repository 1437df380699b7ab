"""From an editor's browser to readers: proposed, read with its effect, accepted; withdrawn whatever was open before."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from pledges.models import Commitment, Source
from pledges.models.vocab import SourceKind, State
from pledges.tests import make
from pledges.tests.browser.test_editing import PASSWORD, change_page, save, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser_of(chromium, site, django_user_model):
    """A page of a browser of its own, of an account in that group, signed in; of a reader for none."""
    contexts = []

    def browser_of(group=None):
        context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        if group:
            user = django_user_model.objects.create_user(f"test-{group.lower()}", password=PASSWORD, is_staff=True)
            user.groups.add(Group.objects.get(name=group))
            page.goto("/admin/")
            sign_in(page, user.username)
            page.wait_for_url("**/admin/")
        return page

    yield browser_of
    for context in contexts:
        context.close()


def test_readers_see_a_proposal_after_a_reviewer_accepted_its_effect_and_not_before(browser_of):
    pledge = make.make_commitment("test-browsers")
    source = Source.objects.get(citations__commitment=pledge)
    editor, reviewer, reader = browser_of("Editors"), browser_of("Reviewers"), browser_of()

    editor.goto(f"/admin/pledges/source/{source.pk}/change/")
    editor.select_option("#id_kind", SourceKind.GOVERNMENT)
    editor.select_option("#id_voice_iso2", "ZZ")
    editor.fill("#id_why", "The ministry says so itself.")
    save(editor)
    expect(editor.locator(".messagelist")).to_contain_text("Kept as a proposal")
    reader.goto("/en/pledges/test-browsers/")
    expect(reader.locator("main")).to_contain_text("Single source")

    reviewer.goto("/admin/pledges/proposal/")
    reviewer.get_by_role("link", name=source.title).click()
    told = reviewer.locator("#content")
    for words in ("The ministry says so itself.", "test-browsers", "Single source", "Official"):
        expect(told).to_contain_text(words)
    reviewer.get_by_role("button", name="Accept").click()
    expect(reviewer.locator(".messagelist")).to_contain_text("Accepted")
    reader.reload()
    expect(reader.locator("main")).to_contain_text("Official")


def test_withdrawing_survives_a_form_that_was_open_before_and_what_was_typed_is_given_back(browser_of):
    pledge = make.make_commitment("test-browsers")
    editor, reviewer, reader = browser_of("Editors"), browser_of("Reviewers"), browser_of()
    editor.goto(change_page(pledge))
    editor.fill("#id_summary_en", "Typed before it was withdrawn.")
    editor.fill("#id_why", "Better words.")

    reviewer.goto(f"/admin/pledges/commitment/{pledge.pk}/review/")
    reviewer.locator(".decide summary").click()
    reviewer.fill("#id_reason_en", "Counted twice.")
    reviewer.fill("#id_reason_ar", "حُسب مرتين.")
    reviewer.get_by_role("button", name="Withdraw").click()
    expect(reviewer.locator(".messagelist")).to_contain_text("Withdrawn")

    save(editor)
    expect(editor.locator("main")).to_contain_text("Typed before it was withdrawn.")
    reader.goto("/en/pledges/test-browsers/")
    expect(reader.locator("main")).to_contain_text("Counted twice.")
    kept = Commitment.objects.get(pk=pledge.pk)
    assert (kept.state, kept.withdrawal_reason_en) == (State.WITHDRAWN, "Counted twice.")
