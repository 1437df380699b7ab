"""Every string of the interface has its Arabic, in all six plural forms, with the same placeholders."""

import io
import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from pledges.management.template_strings import extract_template

CATALOGUE = settings.LOCALE_PATHS[0] / "ar" / "LC_MESSAGES" / "django.po"
TEMPLATE_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<![%\w])%[sd]|%%|\{\w*\}")
LONE_PERCENT = re.compile(r"(?<!%)(?:%%)*%(?![%(sd])")
# zero, one and two are words in Arabic ("two pledges" is one word), so these may be left out there
NUMBERS = {"%(n)s", "%(number)s", "%(count)s", "%(n)d", "%(number)d", "%(count)d"}
ZERO_ONE_TWO = 3


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """The strings that code and templates use, by context and text."""
    path = tmp_path_factory.mktemp("messages") / "django.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    command += ["--mapping-file=pyproject.toml", f"--output-file={path}", "."]
    subprocess.run(command, check=True, cwd=settings.BASE_DIR)  # noqa: S603
    return by_key(path)


@pytest.fixture(scope="module")
def catalogue():
    if not CATALOGUE.exists():
        pytest.fail("There is no Arabic catalogue: run `make messages` and translate it.")
    return by_key(CATALOGUE)


def by_key(path):
    with path.open("rb") as file:
        return {(message.context, message.id): message for message in read_po(file) if message.id}


def forms(message):
    """The texts of a message: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text):
    return {found for found in PLACEHOLDER.findall(text) if found != "%%"}


def problem(message):
    """What is wrong with the placeholders of a translation, if anything."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    known, needed = set().union(*map(placeholders, originals)), placeholders(originals[-1])
    for index, text in enumerate(forms(message)):
        found = placeholders(text)
        spare = NUMBERS if len(originals) > 1 and index < ZERO_ONE_TWO else set()
        if found - known:
            return f"{originals[0]!r}: {sorted(found - known)} in {text!r} is not in the English"
        if needed - found - spare:
            return f"{originals[0]!r}: {sorted(needed - found - spare)} is missing in {text!r}"
        if LONE_PERCENT.search(text) and not LONE_PERCENT.search(originals[-1]):
            return f"{originals[0]!r}: the percent sign of {text!r} must be doubled"
    return None


def names(messages):
    return sorted(f"{context or ''}: {text}" for context, text in messages)


def test_every_string_is_in_the_catalogue(used, catalogue):
    assert names(used.keys() - catalogue.keys()) == [], "run `make messages` and translate these"


def test_the_catalogue_holds_no_string_that_nothing_uses(used, catalogue):
    assert names(catalogue.keys() - used.keys()) == [], "run `make messages` to drop these"


def test_every_string_has_its_arabic(catalogue):
    assert names(key for key, message in catalogue.items() if not all(forms(message))) == []


def test_every_counted_string_has_six_forms(catalogue):
    counted = {key: message for key, message in catalogue.items() if message.pluralizable}
    assert names(key for key, message in counted.items() if len(forms(message)) != 6) == []


def test_no_translation_is_a_guess(catalogue):
    assert names(key for key, message in catalogue.items() if message.fuzzy) == []


def test_translations_keep_the_placeholders(catalogue):
    translated = [message for message in catalogue.values() if all(forms(message))]
    assert [found for message in translated if (found := problem(message))] == []


def test_the_plural_rule_is_that_of_django(catalogue):
    """Django keeps catalogues with another rule apart, and its own Arabic has this one."""
    rule = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"
    assert f'"Plural-Forms: nplurals=6; plural={rule};\\n"' in CATALOGUE.read_text(encoding="utf-8")


class FakeMessage:
    def __init__(self, original, translation):
        self.id, self.string = original, translation


COUNTED = ("%(n)s pledge by %(who)s", "%(n)s pledges by %(who)s")


@pytest.mark.parametrize(
    ("original", "translation", "expected"),
    [
        ("until %(day)s", "حتى %(day)s", None),
        ("until %(day)s", "حتى", "missing"),
        ("until %(day)s", "حتى %(يوم)s %(day)s", "not in the English"),
        ("{first} or {last}", "{first} أو {last}", None),
        ("{first} or {last}", "{first} أو {end}", "not in the English"),
        ("%(n)s%% of countries", "%(n)s%% من الدول", None),
        ("%(n)s%% of countries", "%(n)s% من الدول", "doubled"),
        ("100% sure", "مؤكد 100%", None),
        (COUNTED, ("0 %(who)s", "1 %(who)s", "2 %(who)s", *["%(n)s %(who)s"] * 3), None),
        (COUNTED, (*["%(n)s %(who)s"] * 5, "%(who)s"), "missing"),
        (COUNTED, ("none", *["%(n)s %(who)s"] * 5), "missing"),
    ],
)
def test_placeholders_are_compared(original, translation, expected):
    found = problem(FakeMessage(original, translation))
    assert found is None if expected is None else expected in found


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{% translate "Search" %}', ("gettext", "Search")),
        ("<p>It's {% translate 'Search' as word %}", ("gettext", "Search")),
        ('{% translate "May" context "month" %}', ("pgettext", ("month", "May"))),
        ('{% translate "100% sure" %}', ("gettext", "100%% sure")),
        ('{{ name|default:_("None") }}', ("_", "None")),
        ('{% include "x.html" with title=_("Sources") %}', ("_", "Sources")),
        ("{% blocktranslate %}By {{ name }}{% endblocktranslate %}", ("gettext", "By %(name)s")),
        ("{% blocktranslate trimmed %}\n  Two\n  lines\n{% endblocktranslate %}", ("gettext", "Two lines")),
        ('{% blocktranslate context "c" %}Say "a"{% endblocktranslate %}', ("pgettext", ("c", 'Say "a"'))),
        (
            "{% blocktranslate count n=total %}{{ n }} pledge{% plural %}{{ n }} pledges{% endblocktranslate %}",
            ("ngettext", ("%(n)s pledge", "%(n)s pledges", None)),
        ),
        (
            '{% blocktranslate count n=1 context "c" %}one{% plural %}many{% endblocktranslate %}',
            ("npgettext", ("c", "one", "many", None)),
        ),
    ],
)
def test_strings_of_templates_are_found(template, expected):
    page = f"{{% if a %}}\n      deep\n  <b (\n{{% endif %}}\n    {template} after\n  {{# note #}}"
    keywords = TEMPLATE_KEYWORDS | {"npgettext": ((1, "c"), 2, 3)}
    found = [tuple(row[1:3]) for row in extract_template(io.BytesIO(page.encode()), keywords, [], {})]
    assert found == [expected]


def test_a_date_of_digits_keeps_its_direction_within_arabic(catalogue):
    """After an Arabic letter, 2016-02-11 is shown as 11-02-2016 unless it is isolated."""
    bare = re.compile(r"[\u0600-\u06ff][^A-Za-z\u2066\u2069]*(?<![\w-])\d{4}-\d{1,2}(?![\w-])")
    assert [text for message in catalogue.values() for text in forms(message) if bare.search(text)] == []
