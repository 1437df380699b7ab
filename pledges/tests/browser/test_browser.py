"""An analyst at work in Chromium, in both languages."""

import csv
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from pledges.letters import fold
from pledges.models import Commitment, Country, Source
from pledges.record.folding import spelled

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

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
def test_filter_by_country_and_type_and_take_the_csv_away(chromium, site, language, javascript):
    words = LANGUAGES[language]
    context = chromium.new_context(base_url=site, java_script_enabled=javascript)
    page = context.new_page()
    page.goto(f"/{language}/pledges/")
    for country in (words["country"], *OTHERS[language]):
        choice(page, country).check()
    choice(page, words["type"]).check()
    page.get_by_role("button", name=words["apply"]).first.click()
    # each box sends the form by itself: only the last answer has all four conditions, and its file too
    expect(page.locator(".chip")).to_have_count(4)
    expect(page.get_by_role("link", name=words["csv"])).to_have_attribute("href", re.compile("country=DK.*airstrikes"))
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


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_ticked_can_be_left_out(chromium, site, javascript):
    context = chromium.new_context(base_url=site, java_script_enabled=javascript)
    page = context.new_page()
    page.goto("/en/pledges/?country=FR")
    page.locator("[name=without][value=type]").check()
    choice(page, "Airstrikes").check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator(".chip")).to_have_text([re.compile("Country: France"), re.compile("Excluding: .*Airstrikes")])
    expect(page.locator("[name=without][value=type]")).to_be_checked()
    choice(page, "Airstrikes").uncheck()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    context.close()


def test_what_is_changed_while_an_answer_is_on_its_way_stays(reader):
    """The answer of before knows nothing of it, and the form is sent only a moment later."""
    reader.goto("/en/pledges/")
    kept = reader.evaluate("""async () => {
        const serverResponse = await (await fetch("/en/pledges/?country=PL&disputed=no&min_sources=2")).text();
        const field = (name) => document.querySelector(`#filters [name="${name}"]`);
        const change = (name, value) => {
            field(name).value = value;
            field(name).dispatchEvent(new Event("input", { bubbles: true }));
        };
        const box = (iso2) => document.querySelector(`[name="country"][value="${iso2}"]`);
        const [poland, romania] = [box("PL"), box("RO")];
        romania.click();
        change("disputed", "yes");
        change("announced_after", "2016-02-11");
        const answer = new CustomEvent("htmx:beforeSwap", { detail: { serverResponse, shouldSwap: true } });
        document.dispatchEvent(answer);
        const values = ["disputed", "announced_after", "min_sources"].map((name) => field(name).value);
        return [poland.checked, romania.checked, ...values];
    }""")
    # what nobody touched follows the answer
    assert kept == [True, True, "yes", "2016-02-11", "2"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_three_strikes_of_brussels(reader, language):
    query = "country=PL&country=RO&country=DK&type=airstrikes&meeting=brussels-2016-02-11"
    reader.goto(f"/{language}/pledges/?{query}")
    expect(reader.get_by_role("status")).to_have_text(LANGUAGES[language]["total"])
    expect(reader.locator(".grade-disputed")).to_have_count(2)
    reader.locator(".switch").click()
    reader.wait_for_url(f"**/{'ar' if language == 'en' else 'en'}/pledges/?{query}")
    expect(reader.locator(".grade-disputed")).to_have_count(2)


@pytest.mark.parametrize(
    ("language", "typed", "found", "hidden"),
    [
        ("en", "turk", "Türkiye", "Poland"),
        ("ar", "الاردن", "الأردن", "بولندا"),
        ("ar", "السعوديه", "السعودية", "بولندا"),
        ("ar", "ألمانیا", "ألمانيا", "بولندا"),
    ],
)
def test_a_long_list_is_narrowed_by_typing(reader, language, typed, found, hidden):
    reader.goto(f"/{language}/pledges/")
    reader.locator(".find input").first.fill(typed)
    expect(choice(reader, found)).to_be_visible()
    expect(choice(reader, hidden)).to_be_hidden()


def test_the_boxes_fold_what_is_typed_as_every_search_does(reader):
    """Words of the data in both languages, and what letters of all kinds make of a text."""
    texts = [
        "سوريه",
        "سورية",
        "İncirlik",
        "Straße",
        "ΟΔΟΣ",
        "1\u00a0500",
        "١٬٠٠٠",
        "F‑16",
        "Daʿesh",
        "sol\u00addier",
        "ﻼ",
        "Å ½ ²",
    ]
    texts += [chr(n) for n in (*range(0x20, 0x700), *range(0x1E00, 0x2070), *range(0xFB00, 0xFFF0))]
    texts += Source.objects.values_list("title", flat=True)
    texts += Country.objects.values_list("name_ar", flat=True)
    texts += Commitment.objects.values_list("summary_ar", flat=True)
    reader.goto("/en/pledges/")
    folded = reader.evaluate("texts => texts.map(fold)", texts)
    differ = [(text, found) for text, found in zip(texts, folded, strict=True) if found != spelled(fold(text))]
    assert differ == []


def test_a_chip_removes_its_condition_by_keyboard(reader):
    reader.goto("/en/pledges/?country=PL&type=airstrikes")
    chip = reader.get_by_role("link", name="Remove filter: Country: Poland")
    chip.focus()
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/en/pledges/?type=airstrikes")
    expect(reader.get_by_role("status")).to_have_text("44 pledges")


def test_a_country_of_the_map_leads_to_its_pledges_by_keyboard(reader):
    reader.goto("/en/map/?type=airstrikes")
    reader.get_by_role("link", name="Bahrain: 1 pledge", exact=True).focus()
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/en/pledges/?type=airstrikes&country=BH")
    expect(reader.get_by_role("status")).to_have_text("1 pledge")


def test_a_country_of_the_map_is_where_it_is_drawn(reader):
    reader.goto("/en/map/")
    reader.get_by_role("link", name="Saudi Arabia: 15 pledges", exact=True).click()
    reader.wait_for_url("**/en/pledges/?country=SA")


def test_the_first_tab_skips_to_the_content(reader):
    reader.goto("/en/pledges/")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.locator("#main")).to_be_focused()


@pytest.mark.django_db(transaction=True)
def test_the_admin_signs_in_and_enters_without_breaking_the_content_policy(page, django_user_model):
    django_user_model.objects.create_superuser("test-editor", password="a long test password")
    page.goto("/admin/")
    page.fill("#id_username", "test-editor")
    page.fill("#id_password", "a long test password")
    page.locator("#login-form [type=submit]").click()
    page.wait_for_url("**/admin/")
    for path in ("", "pledges/commitment/", "pledges/commitment/add/", "pledges/source/"):
        response = page.goto(f"/admin/{path}")
        assert response.status == 200
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert settings.SESSION_COOKIE_NAME in {cookie["name"] for cookie in page.context.cookies()}
    page.context.clear_cookies()


@pytest.mark.django_db(transaction=True)
def test_an_editor_sees_at_once_what_was_saved(page, django_user_model):
    django_user_model.objects.create_superuser("test-editor", password="a long test password")
    pledge = Commitment.objects.get(slug="bru16-pl-airstrikes")
    for address in ("/en/", f"/en/pledges/{pledge.slug}/"):
        page.goto(address)
    page.goto("/admin/")
    page.fill("#id_username", "test-editor")
    page.fill("#id_password", "a long test password")
    page.locator("#login-form [type=submit]").click()
    page.wait_for_url("**/admin/")
    for words in ("Said first.", "Said afterwards."):
        page.goto(f"/admin/pledges/commitment/{pledge.pk}/change/")
        page.fill("#id_summary_en", words)
        page.fill("#id_why", "Said so.")
        page.locator("[name=_save]").first.click()
        page.check("[name=override]")
        page.fill("[name=comment]", "Nobody else is here.")
        page.locator("[name=step][value=accept]").click()
        expect(page.locator("main, #content-main").first).to_contain_text("Accepted")
        page.goto(f"/en/pledges/{pledge.slug}/")
        expect(page.locator("main")).to_contain_text(words)
    page.context.clear_cookies()


def results_of(page):
    """The slugs of the rows on the page, in order."""
    links = page.locator("table.pledges .pledge-link")
    return links.evaluate_all("links => links.map(a => a.pathname.split('/')[3])")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_ticking_a_box_filters_at_once_and_nothing_moves(reader, language):
    words = LANGUAGES[language]
    reader.goto(f"/{language}/pledges/")
    reader.evaluate("window.samePage = true")
    box = choice(reader, words["country"])
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    box.check()
    reader.wait_for_url("**country=PL**")
    expect(reader.locator("table.pledges tbody tr").first).to_contain_text(words["country"])
    expect(reader.get_by_role("status")).to_have_text(re.compile(r"\b5\b"))
    assert reader.evaluate("window.samePage")
    assert box.bounding_box() == place
    assert box.evaluate("box => box === document.activeElement")
    # the counts of the other filters follow, and so does the way to the other language
    expect(reader.locator("#language")).to_have_attribute("href", re.compile(r"country=PL"))
    strikes = reader.locator(".choice", has_text=words["type"]).first
    expect(strikes.locator("span")).to_have_text("1")
    reader.go_back()
    reader.wait_for_url(f"**/{language}/pledges/")
    expect(reader.get_by_role("status")).to_contain_text("382")
    expect(choice(reader, words["country"])).not_to_be_checked()


def test_typing_sorting_and_paging_keep_the_page_and_the_focus(reader):
    reader.goto("/en/pledges/")
    reader.evaluate("window.samePage = true")
    reader.get_by_role("columnheader", name="Country").get_by_role("link").click()
    reader.wait_for_url("**sort=country**")
    expect(reader.get_by_role("columnheader", name="Country")).to_have_attribute("aria-sort", "ascending")
    assert reader.evaluate("document.activeElement.id") == "sort-country"
    reader.get_by_role("link", name="Next").click()
    reader.wait_for_url("**page=2**")
    reader.locator("#id_q").fill("peshmerga")
    reader.wait_for_url("**q=peshmerga**")
    assert "page=" not in reader.url
    assert "sort=country" in reader.url
    expect(reader.get_by_role("status")).not_to_contain_text("382")
    assert reader.evaluate("document.activeElement.id") == "id_q"
    reader.get_by_role("link", name="Remove filter").click()
    expect(reader.locator("#id_q")).to_have_value("")
    assert reader.evaluate("window.samePage")


def test_filtering_and_going_back_store_nothing_with_the_reader(reader):
    reader.goto("/en/pledges/")
    choice(reader, "Poland").check()
    reader.wait_for_url("**country=PL**")
    reader.go_back()
    expect(choice(reader, "Poland")).not_to_be_checked()
    reader.go_forward()
    expect(choice(reader, "Poland")).to_be_checked()
    # a page without scripts shares the storage
    reader.goto("/en/about/")
    assert reader.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


def test_what_is_wrong_with_a_filter_is_said_without_a_new_page(reader):
    reader.goto("/en/pledges/")
    reader.locator("#id_announced_after").fill("2016-03-01")
    reader.locator("#id_announced_before").fill("2016-02-01")
    expect(reader.get_by_role("alert")).to_contain_text("This date is before")
    expect(reader.locator("table.pledges")).to_have_count(0)


def test_an_analysts_day(reader):
    # who promised trainers after Brussels, disputed ones left out?
    reader.goto("/en/pledges/?type=trainers_military")
    reader.locator("#id_announced_after").fill("2016-02-11")
    reader.wait_for_url("**announced_after=2016-02-11**")
    reader.locator("#id_disputed").select_option("no")
    reader.wait_for_url("**disputed=no**")
    expect(reader.locator(".sentence")).to_have_text(
        "Pledges of the type Military trainers and advisers, announced since 11 February 2016, "
        "that no source contradicts."
    )
    # as a matrix: a cell leads to exactly its rows
    reader.get_by_role("link", name="Matrix").click()
    reader.wait_for_url("**/en/matrix/?**")
    row = reader.get_by_role("row", name=re.compile("^Finland"))
    cell = row.get_by_role("link", name=re.compile("trainers"))
    number = int(cell.inner_text())
    cell.click()
    reader.wait_for_url("**/en/pledges/?**")
    expect(reader.locator("table.pledges tbody tr")).to_have_count(number)
    assert all(slug.startswith("fi-") or "-fi-" in slug for slug in results_of(reader))
    # three countries side by side
    reader.goto("/en/compare/?type=trainers_military")
    for country in ("Finland", "Denmark", "Sweden"):
        choice(reader, country).check()
        reader.wait_for_url(f"**country={ {'Finland': 'FI', 'Denmark': 'DK', 'Sweden': 'SE'}[country] }**")
    expect(reader.locator("table.compared thead th")).to_have_count(4)
    # the same in Arabic, with everything kept, and away as CSV
    query = reader.url.partition("?")[2]
    expect(reader.locator(".switch")).to_have_attribute("href", re.compile(re.escape(f"/ar/compare/?{query}") + "$"))
    reader.locator(".switch").click()
    reader.wait_for_url(f"**/ar/compare/?{query}")
    expect(reader.locator("html")).to_have_attribute("dir", "rtl")
    shown = reader.locator("table.compared .pledge-link").count()
    with reader.expect_download() as downloading:
        reader.locator('a[href*="/pledges.csv"]').first.click()
    with open(downloading.value.path(), encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    assert len(exported) == shown > 3
    assert {row["country_iso2"] for row in exported} <= {"FI", "DK", "SE"}


def test_the_cell_of_canada_and_special_forces_opens_its_two_pledges(reader):
    reader.goto("/en/matrix/")
    reader.get_by_role("link", name="Canada, Special operations forces: 2 pledges").click()
    reader.wait_for_url("**/en/pledges/?country=CA&type=special_forces")
    expect(reader.get_by_role("status")).to_have_text("2 pledges")
