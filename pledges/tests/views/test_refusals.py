"""Refusals and denials: in every list, in no number of pledges, and wherever pledges are counted beside them."""

import re

import pytest

from pledges.models.vocab import Status
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.html import tight
from pledges.tests.views.test_pages import text_of

pytestmark = pytest.mark.django_db

REFUSALS = re.compile(r'<a [^>]*?href="/en/pledges/\?([^"]*declined=yes[^"]*)"[^>]*>(\d+)')


@pytest.fixture(scope="module")
def testland(module_db):
    """Two pledges of Testland, a refusal and a denial, tied to a meeting and a place."""
    place, meeting = make.make_place(), make.make_meeting()
    make.make_participation(meeting)
    for slug, values in {
        "test-one": {},
        "test-two": {},
        "test-refusal": {"status": Status.DECLINED},
        "test-denial": {"status": Status.ANNOUNCED},
    }.items():
        make.make_commitment(slug, places=[place], meeting=meeting, **values)
    denied = make.make_commitment("test-denial")
    make.make_status_change(denied, status=Status.DECLINED)


PAGES = [
    "pledges/?country=ZZ",
    "matrix/?country=ZZ",
    "timeline/?country=ZZ",
    "map/?country=ZZ",
    "compare/?country=ZZ&country=CA",
    "countries/",
    "countries/ZZ/",
    "types/",
    "types/test_type/",
    "places/",
    "places/test-place/",
    "meetings/",
    "meetings/test-meeting/",
    "sources/?q=test-source",
    "sources/test-source/",
    "",
    "about/",
]


@pytest.mark.parametrize("path", PAGES)
def test_refusals_stand_beside_the_pledges_and_lead_to_their_rows(client, testland, path):
    links = REFUSALS.findall(tight(client.get(f"/en/{path}").content.decode()))
    assert links
    for query, number in links:
        assert found_by(query) == int(number), query
    if path not in {"", "about/"}:
        assert "2" in {number for _query, number in links}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("pledges/?country=ZZ", "2 pledges and 2 refusals"),
        ("map/?country=ZZ", "2 pledges and 2 refusals"),
        ("countries/ZZ/", "Delivery is evidenced for 0 of 2."),
        ("brief/?country=ZZ", "2 pledges and 2 refusals"),
        ("pledges/?country=ZZ&declined=no", "2 pledges Pledges of Testland, that were not declined or denied"),
        ("pledges/?country=ZZ&declined=yes", "0 pledges and 2 refusals"),
    ],
)
def test_they_are_no_pledges_in_words(client, testland, path, words):
    assert words in text_of(client.get(f"/en/{path}").content.decode())


def test_the_list_holds_them_marked(client, testland):
    html = client.get("/en/pledges/?country=ZZ").content.decode()
    assert len(re.findall(r'class="pledge-link"', html)) == 4
    assert html.count("Declined</span>") == 2


def test_a_cell_of_a_disputed_claim_and_a_refusal_holds_one_pledge(client):
    html = tight(client.get("/en/matrix/?country=AU&type=general_increase").content.decode())
    cells = re.findall(r'aria-label="Australia, Additional contribution[^:]*: ([^"]*)"', html)
    assert cells == ["1 pledge", "1 refusal"]
    html = client.get("/en/matrix/?country=AU&type=general_increase&declined=yes").content.decode()
    assert 'class="declined"' in html


@pytest.mark.parametrize("query", ["declined=maybe", "declined=yes&declined=no"])
def test_what_cannot_be_read_is_said(client, query):
    assert client.get(f"/en/pledges.csv?{query}").status_code == 400
    assert 'class="problems"' in client.get(f"/en/pledges/?{query}").content.decode()


def test_the_api_counts_rows(client, testland):
    assert client.get("/api/v1/pledges?country=ZZ").json()["total"] == 4
    assert client.get("/api/v1/pledges?country=ZZ&declined=no").json()["total"] == 2
