"""What pages say of a day: how much was in force and at which stage, what is left out, what became of pledges later."""

import re
from datetime import date
from html import unescape

import pytest
from django.http import QueryDict

from pledges.models.vocab import Precision, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

PAGES = ["pledges", "matrix", "table", "timeline", "map"]
LINK = re.compile(r'<a\s+(?:class="refusals"\s+)?href="/en/pledges/\?([^"]+)"[^>]*>([^<:]+): ([\d,]+)[^<]*</a\s*>')


def line(client, query, language="en", page="pledges"):
    """What a page says of the day, above its rows."""
    html = tight(client.get(f"/{language}/{page}/?{query}").content.decode())
    return re.search(r'<p class="held">.*?</p>', html, re.DOTALL).group()


def rows(query):
    return CommitmentFilter(QueryDict(query)).tally.rows


@pytest.mark.parametrize("page", PAGES)
def test_each_number_of_the_line_of_a_day_leads_to_its_rows(client, page):
    found = LINK.findall(unescape(line(client, "on=2017-02-11&not_country=US&sort=country", page=page)))
    labels = [words for _query, words, _number in found]
    assert {"Ongoing", "Approved by parliament or head of state", "Ended or withdrawn", "Declined"} <= set(labels)
    for query, words, number in found:
        assert rows(query) == int(number) > 0, words
    in_force = [
        query for query, words, _number in found if words not in {"Ended or withdrawn", "Suspended", "Declined"}
    ]
    assert sum(map(rows, in_force)) == rows("on=2017-02-11&not_country=US")


def test_what_has_no_date_is_left_out_and_the_line_says_how_much(client):
    make.make_commitment("test-dated", announced_on=date(2016, 3, 1))
    assert "left out" not in line(client, "on=2016-03-01&country=ZZ")
    make.make_commitment("test-undated", announced_on=None, announced_precision=Precision.UNKNOWN)
    said = line(client, "on=2016-03-01&country=ZZ&held=pledged")
    assert re.search(r'left out[^<]*<a href="/en/pledges/\?country=ZZ&amp;year=none">1 pledge</a>', said)
    assert "left out" not in line(client, "on=2016-03-01&country=ZZ&year=2016")


@pytest.mark.parametrize("rows", ["compact", "full"])
def test_a_row_says_what_held_on_the_day_and_when_its_later_steps_happened(client, rows):
    pledge = make.make_commitment("test-pledge", announced_on=date(2015, 1, 1))
    make.make_status_change(pledge, status=Status.ONGOING, happened_on=date(2015, 2, 3))
    make.make_status_change(
        pledge, status=Status.ENDED, happened_on=date(2016, 3, 1), happened_precision=Precision.MONTH
    )

    def said(query):
        html = tight(client.get(f"/en/pledges/?country=ZZ&rows={rows}&{query}").content.decode())
        return re.findall(r'<span class="speaker then">(.*?)</span>', html)

    assert said("") == []
    assert said("on=2016-03-30") == ["On the day: Ongoing"]
    assert said("on=2016-03-31&held=ended") == ["On the day: Ended or withdrawn"]
    assert said("on=2015-01-31") == ["The same on the day"]
    assert said("later=ended") == ["Ended or withdrawn: March 2016"]
    assert said("later_after=2015-01-01&later_before=2015-12-31") == ["Ongoing: 3 February 2015"]


def test_what_held_can_be_chosen_once_a_day_is(client):
    def offered(query):
        html = client.get(f"/en/pledges/?{query}").content.decode()
        return 'name="held" value="ongoing"' in html.replace("\n", " ")

    assert not offered("country=CA")
    assert offered("country=CA&on=2016-03-01")
    # else nobody could take it away
    assert offered("country=CA&held=ongoing")
    assert 'value="held"' not in client.get("/en/table/").content.decode()
    assert 'value="held"' in client.get("/en/table/?on=2016-03-01").content.decode()


def test_the_method_shows_where_the_two_days_differ(client):
    html = tight(client.get("/en/about/").content.decode())
    section = re.search(r'<section aria-labelledby="in-force">.*?</section>', html, re.DOTALL).group()
    slug, query = re.search(r'/en/pledges/([^/"]+)/".*/en/pledges/\?(on=[^"]+)"', section, re.DOTALL).groups()
    assert rows(f"id={slug}") == 1
    assert rows(f"{query}&id={slug}") == 0
    assert rows(f"{query}&id={slug}&held=suspended&held=ended&held=declined") == 1
    assert CommitmentFilter(QueryDict(f"id={slug}")).results[0].stage_now != "closed"


def test_what_came_later_is_a_property_of_the_table(client):
    html = tight(client.get("/en/table/?down=country&across=later&later_after=2016-01-01").content.decode())
    cells = re.findall(r'href="/en/pledges/\?([^"]*later=ended[^"]*)"\s*aria-label="[^"]*: (\d+) pledges?"', html)
    assert cells
    for query, number in cells:
        assert CommitmentFilter(QueryDict(unescape(query))).tally.pledges == int(number)
