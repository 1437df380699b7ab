"""Where nothing matches: which condition stands in the way, and what may be misspelled."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.models.vocab import Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

NOTHING = "country=FR&country=IT&type=airstrikes&grade=single_source"


def help_of(client, query, language="en"):
    html = tight(client.get(f"/{language}/pledges/?{query}").content.decode())
    return re.search(r'<div class="empty">.*?</div>', html, re.DOTALL).group()


def test_each_condition_that_stands_in_the_way_can_be_dropped(client):
    links = re.findall(r'href="\?([^"]+)">Without “([^”]+)”</a>: (\d+)', help_of(client, NOTHING))
    assert len(links) > 1
    assert {words for _query, words, _n in links} >= {"Type of pledge: Airstrikes", "Country: France, Italy"}
    for query, _words, n in links:
        page = tight(client.get(f"/en/pledges/?{unescape(query)}").content.decode())
        assert re.search(rf'role="status">\s*{n} pledge', page)
    assert [int(n) for _query, _words, n in links] == sorted((int(n) for _query, _words, n in links), reverse=True)


def test_help_counts_no_refusal_as_a_pledge(client):
    make.make_commitment("test-refusal", status=Status.DECLINED)
    assert "Without “Search: zzzzzz”</a>: 1 refusal" in help_of(client, "country=ZZ&q=zzzzzz")


@pytest.mark.parametrize(
    ("language", "search", "meant", "unknown"),
    [
        ("en", "polnd", "Poland", "“polnd”"),
        ("en", "f-16 polnd", "f-16 Poland", "“polnd”"),
        ("ar", "بولندة", "بولندا", "«بولندة»"),
    ],
)
def test_a_misspelled_name_is_respelled(client, language, search, meant, unknown):
    html = help_of(client, f"q={search}", language)
    assert f"<bdi>{meant}</bdi></a>" in html
    assert f"<bdi>{unknown}</bdi>" in html


def test_what_cannot_be_helped_can_be_cleared(client):
    html = help_of(client, "q=zzzzzz")
    assert "check the spelling" in html
    assert 'class="clear" href="?"' in html


def test_help_asks_few_questions(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        client.get(f"/en/pledges/?{NOTHING}&q=a+bb+ccc+dddd&year=2016&stage=promised&meeting=none&change=new&unit=none")


@pytest.mark.parametrize(
    "query", ["on=2014-01-01&country=CA", "on=2016-03-01&held=declined&country=CA&type=airstrikes"]
)
def test_a_day_is_dropped_with_what_is_asked_of_it(client, query):
    links = re.findall(r'href="\?([^"]+)">Without “([^”]+)”</a>: (\d+)', help_of(client, query))
    assert [words for _query, words, _n in links if words.startswith("In force on: ")]
    for link, _words, n in links:
        assert CommitmentFilter(QueryDict(unescape(link))).tally.rows == int(n)
