"""The rules of the house of templates: links keep the day that is shown, lines stay short."""

import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "templates"
ALL = {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.html")}
LONGEST = 160

# {% url %} with what stands right before and right after it
URL = re.compile(r'(?P<before>[\w-]+="|)\{% url "?(?P<page>[\w.:-]+)"?[^%]*%\}(?P<after>\{% querystring|)')
# the day is a field of the form, not a part of the address it sends to
SENT_TO = {'action="', 'formaction="', 'hx-get="'}
# what no past day changes
TIMELESS = re.compile("release-|notices$|admin:|api-description$|styleguide$")
# {template: page}: errors are of no day
WITHOUT_DAY = {"400.html": "pledge-list", "500.html": "overview"}

each_template = pytest.mark.parametrize("name", ALL)


def test_the_rules_find_something_to_hold():
    found = {match["page"] for text in ALL.values() for match in URL.finditer(text)}
    assert {"release-list", "pledge-list", "here"} <= found


@each_template
def test_a_link_keeps_the_day_that_is_shown(name):
    forgetful = [
        match[0]
        for match in URL.finditer(ALL[name])
        if not TIMELESS.match(match["page"]) and match["before"] not in SENT_TO and not match["after"]
    ]
    assert [link for link in forgetful if f'"{WITHOUT_DAY.get(name)}"' not in link] == [], "{% path_to %} keeps it"


@each_template
def test_no_line_is_long(name):
    assert [line for line in ALL[name].splitlines() if len(line) > LONGEST] == []
