"""The editors' pages in Chromium, in both languages: axe, the policy, narrow and wide screens."""

import re
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from pledges.models import Edit, Proposal, Source
from pledges.tests import make
from pledges.tests.admin.every_page import list_of
from pledges.tests.browser.test_accessibility import AXE_SCRIPT, TAGS
from pledges.tests.editing import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# preloading puts style sheets into the page, which the policy bars
GRAVE = """async tags => {
  const found = await axe.run({ runOnly: tags, preload: false, resultTypes: ["violations"] });
  return found.violations.filter(rule => ["serious", "critical"].includes(rule.impact)).flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html.slice(0, 120)}`));
}"""
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > innerWidth"


@contextmanager
def signed_in(chromium, url, user, language):
    """A page of that account, and what its browser logs as errors: what the policy bars is one."""
    context = chromium.new_context(base_url=url, locale=language, viewport={"width": 1366, "height": 900})
    if user:
        client = Client()
        client.force_login(user)
        context.add_cookies(
            [{"name": name, "value": cookie.value, "url": url} for name, cookie in client.cookies.items()]
        )
    page, complaints = context.new_page(), []
    page.on(
        "console",
        lambda message: message.type == "error" and complaints.append(f"{page.url} {message.location} {message.text}"),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    context.close()


def choose_all(page):
    """From the list to the page that asks before many are decided about."""
    page.goto("/admin/pledges/commitment/?state__exact=in_review")
    page.locator("#action-toggle").check()
    page.select_option("[name=action]", "publish")
    page.locator(".actions button").click()
    page.wait_for_selector(".review")


def find_by_typing(page):
    """A new record, with a box open in which another is found."""
    page.goto("/admin/pledges/commitment/add/")
    page.locator(".field-country .select2-selection").click()
    page.locator(".select2-search__field:visible").last.fill("Testland")
    page.locator(".select2-results__option", has_text=re.compile("Testland|بلد الاختبار")).first.wait_for()
    page.locator(".field-announced_on .datetimeshortcuts a").last.click()


def pages():
    """{name: how it is opened} of an administrator."""
    proposal = people.publish_and_propose(people.everybody())
    pledge = Edit.objects.exclude(decisions=None).last().decisions.first().commitment
    record = f"/admin/pledges/commitment/{pledge.pk}"
    addresses = {
        "index": "/admin/",
        "list": "/admin/pledges/commitment/?state__exact=published",
        "add": "/admin/pledges/commitment/add/",
        "form": f"{record}/change/",
        "review": f"{record}/review/",
        "history": f"{record}/history/",
        "version": f"{record}/history/{pledge.history.last().pk}/",
        "proposal": f"/admin/pledges/proposal/{proposal.pk}/change/",
        "edit": f"/admin/pledges/edit/{pledge.decisions.last().edit_id}/change/",
        "edits": list_of(Edit),
        "proposals": list_of(Proposal),
        "delete": f"{list_of(Source)}{make.make_source('test-unnamed').pk}/delete/",
        "account": f"{list_of(User)}{User.objects.last().pk}/change/",
        "group": f"{list_of(Group)}add/",
        "password": "/admin/password_change/",
    }
    return addresses | {"decide many": choose_all, "find by typing": find_by_typing}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_editors_is_closed_to_anybody_or_breaks_the_policy(chromium, live_server, language):
    faults, all_pages = {}, pages()
    with signed_in(chromium, live_server.url, User.objects.get(username="zz-root"), language) as (page, complaints):
        for name, way in all_pages.items():
            page.set_viewport_size({"width": 1366, "height": 900})
            way(page) if callable(way) else page.goto(way)
            faults[name] = look(page, name)
    with signed_in(chromium, live_server.url, None, language) as (page, more):
        page.goto("/admin/login/")
        faults["sign-in"] = look(page, "sign-in")
    assert [f"{name}: {fault}" for name, found in faults.items() for fault in found] == []
    assert complaints + more == []


def look(page, name):
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(GRAVE, TAGS)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"wider than {width}"] if page.evaluate(WIDER_THAN_SCREEN) else []
    return found
