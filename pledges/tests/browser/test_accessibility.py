"""Every page in Chromium: axe, keyboard, narrow screens, spaced text, two directions of writing."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from pledges.tests.chromium import watched_page
from pledges.tests.pages import LANGUAGES, NOT_FOUND, every_page
from pledges.tests.small_releases import SECOND, make_two_releases, remove_releases

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)

PAGES = [*every_page(), NOT_FOUND]
LIST, PLEDGE = "pledges/", "pledges/bru16-pl-airstrikes/"
CHANGES = f"releases/{SECOND}/changes/"
MAIN_PAGES = ["", LIST, PLEDGE, "meetings/brussels-2016-02-11/", CHANGES]
# 320 is 1280 at 400 %
WIDTHS = [320, 390, 1280]

OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true })"


def visit(page, language, path):
    """Opens a page and all that is folded on it."""
    response = page.goto(f"/{language}/{path}")
    assert response.status == (404 if path == NOT_FOUND else 200), path
    page.evaluate(OPEN_ALL)


# axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# the rules whose answer depends on the colour scheme
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
RUN_AXE = """async options => {
  const found = await axe.run({ ...options, resultTypes: ["violations"] });
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html.slice(0, 150)}`));
}"""


def axe(page, tags=TAGS, rules=None):
    """What axe finds on the page, one line each; it is put in by the debugger, as the policy bars scripts."""
    page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    return page.evaluate(RUN_AXE, {"runOnly": only})


def test_axe_finds_what_is_wrong(reader):
    visit(reader, "en", "types/")
    reader.evaluate("document.querySelector('h1').outerHTML = '<img src=/favicon.ico><h4>Types</h4>'")
    rules = {fault.partition(":")[0] for fault in axe(reader)}
    assert {"image-alt", "page-has-heading-one"} <= rules


# What holds on every page

TABLE_FAULTS = """() => [...document.querySelectorAll("table")].flatMap(table => {
  const name = table.className, faults = [];
  if (!table.caption?.textContent.trim()) faults.push(`${name}: no caption`);
  for (const th of table.querySelectorAll("th"))
    if (!["col", "row", "colgroup", "rowgroup"].includes(th.scope)) faults.push(`${name}: no scope: ${th.textContent}`);
  if (!table.querySelector("th")) faults.push(`${name}: no heading cell`);
  const sorted = [...table.querySelectorAll("[aria-sort]")];
  if (sorted.length > 1 || sorted.some(th => !th.querySelector("a"))) faults.push(`${name}: aria-sort`);
  return faults;
})"""
MOVING = """() => [
  ...document.getAnimations().map(a => a.constructor.name),
  ...[...document.querySelectorAll("*")].filter(e => getComputedStyle(e).transitionDuration !== "0s")
    .map(e => `${e.tagName} changes slowly`),
  ...(getComputedStyle(document.documentElement).scrollBehavior === "auto" ? [] : ["smooth scrolling"]),
]"""
# text in the letters of the other language that could disturb the order of what is around it, or that is
# read out by the wrong voice: a phrase of more than three words. (A source without a title has a remark of
# the editors in its place: "(no title in the copy read) …".)
UNMARKED = """other => {
  const faults = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const words = new RegExp(`[${other}]{2,}`, "g"), page = document.documentElement;
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement, found = texts.currentNode.data.match(words) ?? [];
    if (parent.closest("caption, .button, dt, .mark") || texts.currentNode.data.startsWith("(no title")) continue;
    const isolated = parent.closest("bdi, [dir]") !== page, otherVoice = parent.closest("[lang]").lang !== page.lang;
    const strange = found.join(" ").length > 0.8 * texts.currentNode.data.trim().length;
    if (found.length && !isolated) faults.push(`not isolated: ${parent.outerHTML.slice(0, 150)}`);
    if (found.length > 3 && strange && !otherVoice) faults.push(`no lang: ${parent.outerHTML.slice(0, 150)}`);
  }
  return faults;
}"""
OTHER_LETTERS = {"en": "\\u0600-\\u06ff", "ar": "A-Za-z"}


def axe_in_the_dark(page, language, path):
    # axe sees the colours of few Arabic words (they join): the same pages in English stand for the rest
    if language != "en" and path not in MAIN_PAGES:
        return []
    page.emulate_media(color_scheme="dark")
    found = axe(page, rules=COLOUR_RULES)
    page.emulate_media(color_scheme="light")
    return found


def axe_on_a_phone(page, _, path):
    if path not in MAIN_PAGES:
        return []
    page.set_viewport_size({"width": 390, "height": 800})
    return axe(page)


def too_wide(page, *_):
    """The widths of the screen at which the page has to be moved sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


# the name: (page, language, path) -> faults. The last two change the size of the screen
CHECKS = {
    "axe": lambda page, *_: axe(page),
    "axe in the dark": axe_in_the_dark,
    "tables": lambda page, *_: page.evaluate(TABLE_FAULTS),
    "stillness": lambda page, *_: page.evaluate(MOVING),
    "other language": lambda page, language, _: page.evaluate(UNMARKED, OTHER_LETTERS[language]),
    "axe on a phone": axe_on_a_phone,
    "width": too_wide,
}


@pytest.fixture(scope="module", autouse=True)
def releases(site, django_db_blocker):
    with django_db_blocker.unblock():
        make_two_releases()
        yield
        remove_releases()


@pytest.fixture(scope="module", params=LANGUAGES)
def faults(request, chromium, site):
    """One walk through all pages: for each check the pages with faults."""
    found = {name: {} for name in CHECKS}
    with watched_page(chromium, site) as page:
        page.emulate_media(reduced_motion="reduce")
        for path in PAGES:
            page.set_viewport_size({"width": 1280, "height": 900})
            visit(page, request.param, path)
            for name, check in CHECKS.items():
                found[name] |= {path: faults} if (faults := check(page, request.param, path)) else {}
    return found


@pytest.mark.parametrize("check", CHECKS)
def test_every_page(faults, check):
    assert faults[check] == {}


@pytest.mark.parametrize("query", ["", "?sort=country", "?sort=-type"])
def test_aria_sort_is_on_the_sorted_column_only(reader, query):
    reader.goto(f"/en/{LIST}{query}")
    expected = {"": ["Announced on descending"], "?sort=country": ["Country ascending"]}
    found = reader.locator("[aria-sort]").evaluate_all("all => all.map(th => `${th.innerText} ${th.ariaSort}`)")
    assert found == expected.get(query, ["Type of pledge descending"])


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
    ".button, .chip, .clear, .switch, .brand, .nav a, .pager a, .pledges th a, .sort-narrow a"
)
SMALL = """controls => [...document.querySelectorAll(controls)].filter(e => e.checkVisibility()).map(element => {
  const target = element.closest("label.choice") ?? element;
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
        assert reader.locator("[aria-sort]").count() == 1
        assert reader.locator("th.col-country").get_attribute("aria-sort") == expected


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
    reader.goto("/ar/pledges/?country=BE&q=16")
    summary = reader.locator(".summary", has_text="إف-16").first
    letters, dash, one, six = summary.evaluate(LEFT_EDGES, ["إف", "-16", "16", "6"])
    assert one < six < letters
