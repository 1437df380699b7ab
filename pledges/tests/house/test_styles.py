"""The rules of the house of styles that `static/css/base.css` states, held for every sheet."""

import re

import pytest
from django.conf import settings

from pledges.tests.styles import FOLDER, SHEETS, without_comments

ALL = SHEETS | {"styleguide.css": (FOLDER / "styleguide.css").read_text(encoding="utf-8")}
LAYERS = re.match(r"@layer ([\w, ]+);", SHEETS["base.css"]).group(1).split(", ")
# of the table in base.css: `wide    (width >= 64rem)  filters beside …`
BREAKPOINTS = dict(re.findall(r"^ +(\w+) +(\(width .*?\)) ", SHEETS["base.css"], flags=re.M))

# what has a name for the direction of writing
PHYSICAL = r"""
    ^\s*(?:[\w-]+-)?(?:left|right|top|bottom)(?:-[\w-]+)?: | ^\s*(?:min-|max-)?(?:width|height):
    | :\s*(?:left|right);
"""

each_sheet = pytest.mark.parametrize("name", ALL)


def found(pattern, name, flags=re.M):
    return re.findall(pattern, without_comments(ALL[name]), flags=flags)


def test_a_page_links_the_sheets_in_order():
    base = (settings.BASE_DIR / "templates" / "base.html").read_text(encoding="utf-8")
    links = re.findall(r'<link rel="stylesheet" href="{% static "css/(.+?)" %}"( media="print")?>', base)
    assert links == [(name, ' media="print"' if name == "print.css" else "") for name in SHEETS]


@pytest.mark.parametrize("sheet", sorted(FOLDER.glob("*.css")), ids=lambda sheet: sheet.name)
def test_a_sheet_is_whole(sheet):
    """A brace too few, and a browser drops all that follows."""
    text = without_comments(sheet.read_text(encoding="utf-8"))
    assert text.count("{") == text.count("}")
    assert re.search(r"^\}", text, flags=re.M)


@each_sheet
def test_every_rule_is_in_a_layer(name):
    """What begins a line is a layer, the list of layers, or a page of paper."""
    starts = found(r"^[^\s}].*", name)
    pages = [start for start in starts if re.fullmatch(r"@page \w+ \{", start)]
    layers = [start.removeprefix("@layer ").removesuffix(" {") for start in starts if start not in pages]
    if name == "base.css":
        assert layers.pop(0) == ", ".join(LAYERS) + ";"
    assert layers
    assert [layer for layer in layers if layer not in LAYERS] == []
    assert not found(r"^ +@layer|!important", name)


def test_the_layers_are_opened_in_their_order():
    opened = [layer for name in SHEETS for layer in found(r"^@layer (\w+) \{", name)]
    assert list(dict.fromkeys(opened)) == LAYERS


@each_sheet
def test_every_breakpoint_is_of_the_table_and_named(name):
    assert {"small", "wide"} <= BREAKPOINTS.keys()
    widths = [line for line in re.findall(r"@media.*", ALL[name]) if re.search(r"width|height", line)]
    named = [
        f"@media {' and '.join(BREAKPOINTS.get(word, '?') for word in words.split(' and '))} {{ /* {words} */"
        for words in re.findall(r"@media.*\{ /\* (.*) \*/", "\n".join(widths))
    ]
    assert widths == named


@each_sheet
def test_directions_are_logical(name):
    assert found(PHYSICAL, name, flags=re.M | re.X) == []


@each_sheet
def test_a_line_holds_one_declaration_or_one_selector(name):
    lines = without_comments(ALL[name]).splitlines()
    crowded = [line for line in lines if line.count(";") > 1 or ("{" in line and ";" in line) or len(line) > 120]
    listed = [line for line in lines if re.search(r"[{,]$", line) and "," in re.sub(r"\(.*\)", "", line)[:-1]]
    assert crowded + listed == []
