"""The list and a pledge in Chromium: keyboard, spaced text, size of controls, two directions of writing."""

import re

import pytest
from playwright.sync_api import expect

from pledges.tests.chromium import CHANGES, LIST, PLEDGE, WIDTHS, visit
from pledges.tests.pages import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("kept_releases")]

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize("query", ["", "?sort=country", "?sort=-type"])
def test_aria_sort_is_on_the_sorted_column_only(reader, query):
    reader.goto(f"/en/{LIST}{query}")
    expected = {"": ["Announced on descending"], "?sort=country": ["Country ascending"]}
    found = reader.locator("[aria-sort]").evaluate_all("all => all.map(th => `${th.innerText} ${th.ariaSort}`)")
    assert found == expected.get(query, ["Type of pledge descending"])


# How much stands on a screen

ROWS_SHOWN = """() => [...document.querySelectorAll(".pledges tbody tr")]
  .filter(row => row.getBoundingClientRect().bottom <= window.innerHeight).length"""


# groups of countries, with their long names, stand first among the countries
@pytest.mark.parametrize("sort", ["-announced", "country", "evidence"])
@in_both_languages
def test_twelve_pledges_stand_on_the_first_screen_of_a_desk(reader, language, sort):
    reader.goto(f"/{language}/{LIST}?sort={sort}")
    assert reader.evaluate(ROWS_SHOWN) >= 12


@in_both_languages
def test_the_heads_of_the_list_stay_while_it_is_read(reader, language):
    reader.goto(f"/{language}/{LIST}")
    reader.mouse.wheel(0, 1200)
    reader.wait_for_function("window.scrollY > 1000")
    assert reader.locator(".pledges thead .col-country").bounding_box()["y"] == 0


@in_both_languages
def test_the_first_pledge_stands_on_the_first_screen_of_a_phone(reader, language):
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.goto(f"/{language}/{LIST}")
    assert reader.evaluate(ROWS_SHOWN) >= 1
    # forty of them in the length of the former ten
    assert reader.evaluate("document.documentElement.scrollHeight") < 8000
    # country and type are read as one line
    country, type_ = (reader.locator(f"tbody .col-{name} a").first.bounding_box() for name in ("country", "type"))
    assert country["y"] == type_["y"]


@in_both_languages
def test_the_short_brief_of_a_country_takes_two_sheets_of_paper(reader, language):
    reader.goto(f"/{language}/brief/?country=NL&length=short")
    assert reader.locator(".brief-lines").count() == 17
    assert len(re.findall(rb"/Type */Page\b", reader.pdf(format="A4"))) == 2


# Text spacing (WCAG 1.4.12) and targets (WCAG 2.5.8)

# letters of Arabic join: 1.4.12 does not ask to space them
SPACE_OUT = """arabic => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; word-spacing: 0.16em !important;
    ${arabic ? "" : "letter-spacing: 0.12em !important;"} } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
CLIPPED = """() => [...document.body.querySelectorAll("*")].filter(element => {
  if (!element.checkVisibility() || element.closest(".visually-hidden, svg")) return false;
  const { overflowX, overflowY, display } = getComputedStyle(element);
  const hides = [overflowX, overflowY].some(way => ["hidden", "clip"].includes(way));
  const holds = hides || element.matches("td, th, .button, .chip, .choice, select, summary, label");
  return holds && display !== "inline"
    && (element.scrollWidth > element.clientWidth + 1 || hides && element.scrollHeight > element.clientHeight + 1);
}).map(element => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`)"""
CONTROLS = (
    "button, input:not([type=hidden]), select, summary, "
    ".button, .chip, .clear, .switch, .brand, .nav a, .pager a, .pledges th a, .sort-menu a"
)
SMALL = """controls => [...document.querySelectorAll(controls)].filter(e => e.checkVisibility()).map(element => {
  const target = element.closest("label:is(.choice, .leave-out)") ?? element;
  return [`${element.tagName}.${element.className} ${element.textContent.trim()}`, target.getBoundingClientRect()];
}).filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""


@pytest.mark.parametrize("width", WIDTHS)
@in_both_languages
def test_spaced_text_is_not_cut_off_and_controls_can_be_hit(reader, language, width):
    reader.set_viewport_size({"width": width, "height": 800})
    for path in (LIST, f"{LIST}?country=PL&type=airstrikes", PLEDGE):
        visit(reader, language, path)
        assert reader.evaluate(SMALL, CONTROLS) == [], path
        reader.evaluate(SPACE_OUT, language == "ar")
        assert reader.evaluate(CLIPPED) == [], path
        assert reader.evaluate("document.documentElement.scrollWidth") <= width, path


# Keyboard

# where the focus is: null when it has left the page; a fault when its ring is thin, cut off or covered
STOP = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getClientRects()[0], faults = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("no ring");
  const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  for (let around = element.parentElement; around !== document.documentElement; around = around.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(around), edge = around.getBoundingClientRect();
    if (overflowX === "visible" && overflowY === "visible") continue;
    if (box.left - ring < edge.left - 1 || box.right + ring > edge.right + 1
      || box.top - ring < edge.top - 1 || box.bottom + ring > edge.bottom + 1) faults.push(`cut by ${around.tagName}`);
  }
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!top || !(element.contains(top) || top.contains(element))) faults.push(`covered by ${top?.tagName}`);
  element.dataset.reached = "";
  return faults.map(fault => `${element.outerHTML.slice(0, 100)}: ${fault}`);
}"""
NOT_REACHED = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
  .filter(element => element.checkVisibility() && !("reached" in element.dataset))
  .map(element => element.outerHTML.slice(0, 100))"""
MUST_REACH = [".skip", "#id_q", ".box input[type=checkbox]", "button[type=submit]", "th a", ".pledge-link", ".pager a"]
MANY = 1000


@in_both_languages
def test_the_whole_list_is_walked_by_keyboard(reader, language):
    reader.emulate_media(reduced_motion="reduce")
    reader.goto(f"/{language}/{LIST}")
    faults = []
    for _ in range(MANY):
        reader.keyboard.press("Tab")
        stop = reader.evaluate(STOP)
        if stop is None:
            break
        faults += stop
    assert stop is None, "the focus never left the page"
    assert faults == []
    assert reader.evaluate(NOT_REACHED) == []
    for selector in [*MUST_REACH, "a[download]"]:
        assert reader.locator(f"{selector}[data-reached]").count(), selector
    # and back in from the other end
    reader.keyboard.press("Shift+Tab")
    assert reader.evaluate("document.activeElement.closest('.pager, .footer') !== null")


@in_both_languages
def test_sorting_by_keyboard_says_how_the_list_is_sorted(reader, language):
    reader.goto(f"/{language}/{LIST}")
    for expected in ("ascending", "descending"):
        with reader.expect_navigation():
            reader.locator("th.col-country a").press("Enter")
        expect(reader.locator("th.col-country")).to_have_attribute("aria-sort", expected)
        expect(reader.locator("[aria-sort]")).to_have_count(1)


# Two directions of writing

# runs of Latin letters and digits whose letters do not follow one another from left to right
BROKEN_RUNS = """() => {
  const broken = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let seen = 0;
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility()) continue;
    for (const run of text.data.matchAll(/[A-Za-z0-9][A-Za-z0-9.,:\\/-]*[A-Za-z0-9]/g)) {
      seen += 1;
      let before = null;
      for (let place = run.index; place < run.index + run[0].length; place++) {
        range.setStart(text, place);
        range.setEnd(text, place + 1);
        const box = range.getClientRects()[0];
        const onOneLine = before && Math.abs(box.top - before.top) < 2;
        if (onOneLine && Math.abs(box.left - before.right) > 1.5) { broken.push(`${run[0]} in ${text.data}`); break; }
        before = box;
      }
    }
  }
  return [seen, broken];
}"""
LEFT_EDGES = """(element, words) => words.map(word => {
  const text = [...element.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.data.includes(word));
  const range = document.createRange(), start = text.data.indexOf(word);
  range.setStart(text, start);
  range.setEnd(text, start + word.length);
  return range.getClientRects()[0].left;
})"""


@pytest.mark.parametrize("path", [LIST, f"{LIST}?country=KW", PLEDGE, "pledges/ca-2016-02-trainers-210/", CHANGES])
def test_latin_letters_and_digits_keep_their_order_in_arabic(reader, path):
    reader.goto(f"/ar/{path}")
    seen, broken = reader.evaluate(BROKEN_RUNS)
    assert seen > 10
    assert broken == []


def test_an_arabic_name_with_a_number_reads_from_right_to_left(reader):
    """«إف-16» is F-16: the letters stand to the right of the number, the number is not turned round."""
    reader.goto("/ar/pledges/?country=BE&q=16&rows=full")
    summary = reader.locator(".summary", has_text="إف-16").first
    letters, dash, one, six = summary.evaluate(LEFT_EDGES, ["إف", "-16", "16", "6"])
    assert one < six < letters


# Paper


@in_both_languages
def test_a_sheet_says_where_it_is_from_and_shows_what_can_be_read_on_paper(reader, language):
    reader.emulate_media(media="print")
    reader.goto(f"/{language}/timeline/?country=FR&type=airstrikes")
    papers = reader.locator(".on-paper")
    expect(papers.last).to_contain_text(f"/{language}/timeline/?country=FR&type=airstrikes")
    for screen_only in (".chips", ".clear", ".views", ".downloads .menu"):
        expect(reader.locator(screen_only).first).to_be_hidden()
    assert reader.locator(".key-air").evaluate("key => getComputedStyle(key).printColorAdjust") == "exact"
    reader.goto(f"/{language}/matrix/")
    # the whole page lies on its side: a table that does so alone leaves a sheet before it blank
    assert reader.evaluate("getComputedStyle(document.body).page") == "wide"
    # and is as wide as its sheet: what is beside it is cut off
    reader.set_viewport_size({"width": 1047, "height": 718})
    sheet, table = (reader.locator(part).bounding_box()["width"] for part in (".results", ".matrix"))
    assert table <= sheet
    assert reader.locator(".shade").first.evaluate("key => getComputedStyle(key).printColorAdjust") == "exact"
