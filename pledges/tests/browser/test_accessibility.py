"""Every page in Chromium: axe, tables, stillness, what is in the other language, narrow screens."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from pledges.tests.chromium import CHANGES, LIST, OVER_THE_PAGE, PLEDGE, WIDTHS, visit, watched_page
from pledges.tests.pages import NOT_FOUND, every_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("kept_releases")]

PAGES = [*every_page(), NOT_FOUND]
# in Arabic, some of the other states of a page: they are the same template, and all are looked at in English
IN_ARABIC = [path for path in PAGES if "?" not in path] + [path for path in PAGES if "?" in path][::3]
MAIN_PAGES = ["", LIST, PLEDGE, "meetings/brussels-2016-02-11/", CHANGES]


# axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# the rules whose answer depends on the colour scheme
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Ten of what repeats are enough, and the form of the filters on the list; the main pages are looked at whole.
MORE_OF_A_KIND = ["tbody tr:nth-child(n+11)", "li:nth-child(n+11)", ".choice:nth-child(n+11)"]
RUN_AXE = """async ({ exclude, ...options }) => {
  const found = await axe.run({ exclude }, { ...options, resultTypes: ["violations"] });
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html.slice(0, 150)}`));
}"""


def axe(page, exclude=(), rules=TAGS):
    """What axe finds on the page, one line each; it is put in by the debugger, as the policy bars scripts."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN_AXE, {"runOnly": rules, "exclude": list(exclude)})


def test_axe_finds_what_is_wrong(reader):
    visit(reader, "en", "types/")
    reader.evaluate("document.querySelector('h1').outerHTML = '<img src=/favicon.ico><h4>Types</h4>'")
    reader.evaluate("document.querySelector('h4').style.color = '#ccc'")
    rules = {fault.partition(":")[0] for fault in axe(reader)}
    assert {"image-alt", "page-has-heading-one", "color-contrast"} <= rules


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("selector", OVER_THE_PAGE)
def test_what_opens_over_the_list_is_as_accessible_and_moves_nothing(reader, selector, width):
    reader.set_viewport_size({"width": width, "height": 900})
    reader.goto(f"/en/{LIST}")
    summary, first = reader.locator(f"{selector} > summary"), reader.locator(".pledges tbody tr").first
    if not summary.is_visible():
        pytest.skip("not shown at this width")
    before = first.bounding_box()
    summary.click()
    assert first.bounding_box() == before
    reader.evaluate(AXE_SCRIPT)
    rest = [f"{selector} ~ *", "#filters", "#total", ".pledges", ".basket", ".pager", ".cite", ".masthead", ".footer"]
    assert axe(reader, rest) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= width
    reader.keyboard.press("Escape")
    assert not reader.locator(selector).evaluate("details => details.open")


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
# read out by the wrong voice: a phrase of more than three words
UNMARKED = """other => {
  const faults = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const words = new RegExp(`[${other}]{2,}`, "g"), page = document.documentElement;
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement, found = texts.currentNode.data.match(words) ?? [];
    if (parent.closest("caption, .button, dt, .mark")) continue;
    const isolated = parent.closest("bdi, [dir]") !== page, otherVoice = parent.closest("[lang]").lang !== page.lang;
    const strange = found.join(" ").length > 0.8 * texts.currentNode.data.trim().length;
    if (found.length && !isolated) faults.push(`not isolated: ${parent.outerHTML.slice(0, 150)}`);
    if (found.length > 3 && strange && !otherVoice) faults.push(`no lang: ${parent.outerHTML.slice(0, 150)}`);
  }
  return faults;
}"""
OTHER_LETTERS = {"en": "\\u0600-\\u06ff", "ar": "A-Za-z"}


def seen_elsewhere(path):
    return MORE_OF_A_KIND if path.startswith(LIST) else [*MORE_OF_A_KIND, ".filters"]


def axe_in_the_light(page, language, path):
    # the other states of a page are the same template: the rules of axe for them are asked in English
    if language != "en" and "?" in path:
        return []
    return axe(page, () if path in MAIN_PAGES else seen_elsewhere(path))


def axe_in_the_dark(page, language, path):
    # axe sees the colours of few Arabic words (they join): the same pages in English stand for the rest
    if path not in MAIN_PAGES and (language != "en" or "?" in path):
        return []
    page.emulate_media(color_scheme="dark")
    found = axe(page, seen_elsewhere(path), COLOUR_RULES)
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
    "axe": axe_in_the_light,
    "axe in the dark": axe_in_the_dark,
    "tables": lambda page, *_: page.evaluate(TABLE_FAULTS),
    "stillness": lambda page, *_: page.evaluate(MOVING),
    "other language": lambda page, language, _: page.evaluate(UNMARKED, OTHER_LETTERS[language]),
    "axe on a phone": axe_on_a_phone,
    "width": too_wide,
}


@pytest.fixture(scope="class")
def faults(request, chromium, site, kept_releases):
    """One walk through all pages in the language of the class: for each check the pages with faults."""
    found, language = {name: {} for name in CHECKS}, request.cls.language
    with watched_page(chromium, site) as page:
        page.emulate_media(reduced_motion="reduce")
        for path in IN_ARABIC if language == "ar" else PAGES:
            page.set_viewport_size({"width": 1280, "height": 900})
            visit(page, language, path)
            for name, check in CHECKS.items():
                found[name] |= {path: faults} if (faults := check(page, language, path)) else {}
    return found


class EveryPage:
    """A class for each language: tests of a class stay together, and two processes share the two walks."""

    @pytest.mark.parametrize("check", CHECKS)
    def test_every_page(self, faults, check):
        assert faults[check] == {}


class TestEnglish(EveryPage):
    language = "en"


class TestArabic(EveryPage):
    language = "ar"
