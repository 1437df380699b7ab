"""Contrast of every pair of colours in the style sheets, computed: axe does not see joined Arabic letters.

A colour is a custom property of `:root`, given for light and changed for dark and for print; rules
name properties only. PAIRS says what stands on what; a rule whose colours are not in it fails.
"""

import re

import pytest

from pledges.tests.styles import SHEETS, without_comments

CSS = without_comments("".join(SHEETS.values()))
SCHEMES = {"light": "@media screen", "dark": "@media (prefers-color-scheme: dark)", "print": "@layer print"}

PAGE = {"paper", "raised"}
TINTS = {"sunken", "accent-soft", "warn-soft", "note-soft"}

# foreground: the backgrounds it stands on as text (WCAG 1.4.3)
TEXT = {
    "ink": PAGE | TINTS,
    "ink-soft": PAGE | TINTS,
    "accent": PAGE | TINTS,
    "accent-ink": {"accent"},
    "warn": PAGE | {"warn-soft"},
    "good": PAGE,
    "shade-ink": {"shade-1", "shade-2", "shade-3"},
    "shade-ink-4": {"shade-4"},
}
# the colours of a chart, one for each group of types
SERIES = {"series-air", "series-land", "series-enabler", "series-civil", "series-general"}
# mark, border of a control, ring of focus: what it stands out from (WCAG 1.4.11)
MARKS = {
    "line-strong": PAGE | {"note-soft"},
    "accent": PAGE | TINTS,
    "good": PAGE | {"sunken"},
    "warn": PAGE | {"warn-soft"},
    **dict.fromkeys(SERIES, PAGE),
}
# signs of order beside the name of a column: not text
SIGNS = {"line-strong"}
WITHOUT_COLOUR = {"transparent", "inherit", "currentcolor", "none"}


def blocks(text, start):
    """What stands in the braces after each `start` that begins a line."""
    for match in re.finditer(rf"^\s*{re.escape(start)}\s*\{{", text, flags=re.M):
        depth = 1
        for place, letter in enumerate(text[match.end() :], match.end()):
            depth += {"{": 1, "}": -1}.get(letter, 0)
            if not depth:
                yield text[match.end() : place]
                break


def properties(scheme):
    """The custom properties that hold under a scheme: name to value."""
    changed = "".join(root for block in blocks(CSS, SCHEMES[scheme]) for root in blocks(block, ":root"))
    light = next(blocks(CSS, ":root"))
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", light + changed))


def rules():
    """Every rule outside the blocks of properties: its selector and its declarations."""
    for selector, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", CSS):
        if ":root" not in selector:
            yield selector.strip(), dict(re.findall(r"([\w-]+):\s*([^;]+)", declarations))


def colours(declarations, name):
    """The values of `color`, or of the background, that a rule sets."""
    return [declarations[key] for key in (name, f"{name}-color") if key in declarations]


def named(value):
    """The property that a value names: `var(--ink)` is `ink`; None for anything else."""
    found = re.fullmatch(r"var\(--([\w-]+)\)", value)
    return found and found.group(1)


def luminance(colour):
    """Of `#rgb` or `#rrggbb`, as WCAG defines it."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def too_weak(pairs, scheme, least):
    values = properties(scheme)
    return [
        f"--{front} on --{back}: {ratio:.2f}"
        for front, backs in pairs.items()
        for back in sorted(backs)
        if (ratio := contrast(values[front], values[back])) < least
    ]


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000", "#ffffff", 21), ("#777", "#fff", 4.48), ("#0b4f5e", "#0b4f5e", 1)]
)
def test_the_formula(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_the_schemes_are_read():
    assert properties("light")["paper"] != properties("dark")["paper"] != properties("print")["paper"]
    assert properties("print")["line-strong"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_is_readable(scheme):
    assert too_weak(TEXT, scheme, 4.5) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_controls_and_focus_stand_out(scheme):
    assert too_weak(MARKS, scheme, 3) == []


def test_a_rule_names_its_colours_by_property():
    literal = [
        f"{selector} {{ {value} }}"
        for selector, declarations in rules()
        for name in ("color", "background")
        for value in colours(declarations, name)
        if not named(value) and value not in WITHOUT_COLOUR
    ]
    anywhere = [
        f"{selector} {{ {name}: {value} }}"
        for selector, declarations in rules()
        for name, value in declarations.items()
        if re.search(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(", value, flags=re.I)
    ]
    assert literal + anywhere == []


def test_a_border_that_makes_a_control_can_be_seen():
    faint = [
        f"{selector} {{ {name}: {value} }}"
        for selector, declarations in rules()
        if re.search(r"input|select\b|textarea|\.button|\.switch|\.pager a", selector)
        for name, value in declarations.items()
        if name.startswith("border") and set(re.findall(r"var\(--([\w-]+)\)", value)) & {"line", "sunken"}
    ]
    assert faint == []


def test_every_pair_of_a_rule_is_in_the_table():
    grounds = set().union(*TEXT.values())
    missing = []
    for selector, declarations in rules():
        fronts = {named(value) for value in colours(declarations, "color")} - {None}
        backs = {named(value) for value in colours(declarations, "background")} - {None}
        missing += [f"{selector}: --{front} as text" for front in fronts - TEXT.keys() - SIGNS]
        missing += [f"{selector}: text on --{back}" for back in backs - grounds - SERIES]
        missing += [
            f"{selector}: --{front} on --{back}"
            for front in fronts
            for back in backs
            if back not in TEXT.get(front, set()) | MARKS.get(front, set())
        ]
    assert missing == []
