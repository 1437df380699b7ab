"""Formats in Chromium: each file is downloaded and opened again, columns are chosen, rows ticked and printed."""

import csv
import json
import re

import openpyxl
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


FORMATS = {
    "csv": lambda path: [row["slug"] for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())],
    "xlsx": lambda path: [row[0] for row in openpyxl.load_workbook(path).worksheets[0].values][1:],
    "jsonl": lambda path: [json.loads(line)["slug"] for line in path.read_text("utf-8").splitlines()],
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_format_of_the_menu_opens_again_and_holds_the_rows_of_the_page(reader, language, tmp_path):
    reader.goto(f"/{language}/pledges/?type=airstrikes&country=FR&country=NL&columns=slug,status&sort=country")
    shown = reader.locator("table.chosen tbody th").all_inner_texts()
    reader.locator(".menu summary").click()
    for name, slugs in FORMATS.items():
        with reader.expect_download() as downloading:
            reader.locator(f'.downloads a[href*="pledges.{name}?"]').click()
        path = tmp_path / downloading.value.suggested_filename
        assert path.suffix == f".{name}"
        downloading.value.save_as(path)
        assert slugs(path) == shown
    reader.locator('.menu a[href*="pledges.json?"]').click()
    document = json.loads(reader.locator("pre").text_content())
    assert [row["slug"] for row in document["pledges"]] == shown
    assert len(shown) > 3


def test_rows_are_ticked_on_several_pages_of_several_filters(reader):
    reader.goto("/en/pledges/")
    reader.locator('[name="id"][form="basket"]').first.check()
    first = reader.locator('[name="id"][form="basket"]').first.get_attribute("value")
    reader.get_by_role("link", name="Next").click()
    expect(reader.get_by_text("Page 2 of")).to_be_visible()
    box = reader.locator('[name="id"][form="basket"]').nth(2)
    second = box.get_attribute("value")
    box.check()
    expect(reader.locator(".basket-count")).to_have_text("Ticked: 2")
    reader.get_by_role("link", name="Previous").click()
    expect(reader.get_by_text("Page 1 of")).to_be_visible()
    expect(reader.locator(f'[value="{first}"][form="basket"]')).to_be_checked()
    reader.locator('[name="country"][value="PL"]').check()
    expect(reader.locator("#total")).to_have_text("5 pledges")
    reader.locator('[value="bru16-pl-airstrikes"][form="basket"]').check()
    reader.get_by_role("button", name="Show only the ticked").click()
    expect(reader.locator("#total")).to_have_text("3 pledges")
    assert set(re.findall(r"id=([^&]+)", reader.url)) == {first, second, "bru16-pl-airstrikes"}


def test_ticks_outlast_a_look_at_a_pledge_a_reload_and_another_language(reader):
    reader.goto("/en/pledges/")
    ticks = reader.locator('[name="id"][form="basket"]')
    ticks.nth(1).check()
    reader.get_by_role("link", name="Next").click()
    expect(reader.get_by_text("Page 2 of")).to_be_visible()
    ticks.nth(0).check()
    expect(reader.locator(".basket-count")).to_have_text("Ticked: 2")
    ways = {
        "Back": lambda: (
            reader.locator(".pledge-link").first.click(),
            reader.locator("article.record").wait_for(),
            reader.go_back(),
        ),
        "reload": reader.reload,
        "language": lambda: (reader.locator("#language").click(), reader.wait_for_url("**/ar/**")),
    }
    for name, way in ways.items():
        way()
        expect(reader.locator(".basket-count span"), name).to_have_text("2")
        expect(ticks.nth(0), name).to_be_checked()
    ticks.nth(0).uncheck()
    expect(reader.locator(".basket-count span")).to_have_text("1")


@pytest.mark.parametrize("javascript", [True, False])
def test_rows_are_ticked_kept_and_printed(chromium, site, javascript):
    context = chromium.new_context(base_url=site, java_script_enabled=javascript)
    page = context.new_page()
    page.goto("/en/pledges/?country=PL&sort=type")
    ticks = page.get_by_role("checkbox", name=re.compile("^Tick: Poland"))
    expect(ticks).to_have_count(5)
    ticks.nth(1).check()
    ticks.nth(3).check()
    slugs = [ticks.nth(n).get_attribute("value") for n in (1, 3)]
    page.get_by_role("button", name="Show only the ticked").click()
    page.wait_for_url(re.compile(r"/en/pledges/\?id=[^&]+&id=[^&]+&sort=type$"))
    expect(page.get_by_role("status")).to_have_text("2 pledges")
    links = page.locator("table.pledges .pledge-link")
    assert links.evaluate_all("links => links.map(a => a.pathname.split('/')[3])") == slugs
    expect(page.get_by_role("checkbox", name=re.compile("^Tick: "), checked=True)).to_have_count(2)
    page.get_by_role("button", name="Brief of the ticked").click()
    expect(page.locator(".brief-pledge")).to_have_count(2)
    context.close()


def test_columns_are_chosen_with_boxes(reader):
    reader.goto("/en/pledges/?country=PL")
    reader.locator(".column-form summary").click()
    # what the list shows is ticked
    boxes = reader.locator(".column-boxes input:checked")
    expect(boxes.first).to_have_value("country_en")
    while boxes.count():
        boxes.first.uncheck()
    for label in ("Announced on", "Identifier", "Type of pledge (Arabic)"):
        reader.get_by_role("checkbox", name=label, exact=True).check()
    reader.get_by_role("button", name="Show these columns").click()
    heads = reader.locator("table.chosen thead th")
    expect(heads).to_have_text(["Announced on", "Identifier", "Type of pledge (Arabic)"])
    reader.locator(".sort-menu summary").click()
    reader.locator(".sort-menu").get_by_role("link", name="Country").click()
    reader.wait_for_url("**sort=country**")
    expect(heads).to_have_count(3)
    reader.locator(".column-form summary").click()
    reader.get_by_role("link", name="Back to the usual table").click()
    expect(reader.locator("table.pledges tbody tr")).to_have_count(5)
