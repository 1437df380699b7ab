"""What holds on every page, in both languages, and on the pages of a past day."""

import re
from datetime import UTC, datetime
from functools import cache

import pytest
from django.utils.translation import override

from pledges.tests.pages import LANGUAGES, every_page, without_example
from pledges.tests.small_releases import make_two_releases
from pledges.tests.walk import RULES, links_that_leave_the_day, meta, numbers, on_that_day, walk

pytestmark = pytest.mark.django_db

PAGES = every_page()


@pytest.fixture(scope="module")
def visits(module_db):
    """A function: what one walk over all pages in a language found, {path: visit}."""
    make_two_releases()

    @cache
    def visited(language):
        with override("en"):
            return walk(language, PAGES)

    return visited


def test_every_page_has_an_example():
    assert without_example() == set(), "add an example of each to EXAMPLES of pledges/tests/pages.py"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(visits, language, rule):
    assert {path: faults for path, visit in visits(language).items() if (faults := rule(visit))} == {}


@pytest.mark.sql
def test_every_page_opens(visits):
    assert {path: visit.status for path, visit in visits("en").items() if visit.status != 200} == {}


@pytest.mark.parametrize("name", ["title", "description"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_have_the_same_title_or_description(visits, language, name):
    # what only looks different, or cannot be read, has no title of its own
    pages = [path for path in PAGES if not re.search("nonsense|by=|=xx", path)]
    found = [meta(visits(language)[path].html)[name] for path in pages]
    assert sorted(found) == sorted(set(found))


# Of a past day, which here is today

# every page, and some with a query: what keeps the day is the same for all
# a comparison leads to both days
WITH_DAY = [path for path in PAGES if "?" not in path and not path.startswith(("releases/", "since/"))]
WITH_DAY += [path for path in PAGES if re.match("(?!since/).*[?]((?!as_of).)*$", path)][::3]
NOT_THERE = ["no-such/", "pledges/no-such/", "countries/XX/"]
MORE = ["pledges/?columns=slug,url&country=PL", "pledges/?id=bru16-pl-airstrikes&columns=slug"]


@pytest.fixture(scope="module")
def day():
    return datetime.now(UTC).date()


@pytest.fixture(scope="module")
def visits_of_the_day(visits, day):
    """{path without the day: visit}"""
    with override("en"):
        found = walk("en", [on_that_day(path, day) for path in [*WITH_DAY, *MORE, *NOT_THERE]])
    return dict(zip([*WITH_DAY, *MORE, *NOT_THERE], found.values(), strict=True))


def test_all_links_of_a_page_lead_on_to_the_same_day(visits_of_the_day, day):
    found = {path: links_that_leave_the_day(visit, day) for path, visit in visits_of_the_day.items()}
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_pages_of_a_day_are_there_and_no_others(visits_of_the_day):
    found = {path: visit.status for path, visit in visits_of_the_day.items()}
    assert found == dict.fromkeys([*WITH_DAY, *MORE], 200) | dict.fromkeys(NOT_THERE, 404)


def test_today_looks_as_it_is_known_now(visits, visits_of_the_day, day):
    """The links, and so the rows and numbers behind them, are the same."""
    paths = [path for path in WITH_DAY if "?" not in path]
    now = {path: numbers(visits("en")[path].html) for path in paths}
    then = {path: numbers(visits_of_the_day[path].html.replace(f"as_of={day}", "")) for path in paths}
    assert then == now
