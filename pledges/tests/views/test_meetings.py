"""A meeting's page: what each state had given before, what it promised there, what came after."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.models import Commitment, Meeting
from pledges.models.vocab import Role, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db


def rows(client, slug, language="en"):
    """{name: its row} of the table, in order."""
    html = client.get(f"/{language}/meetings/{slug}/").content.decode()
    table = re.search(r'<table class="compared before-after".*?</table>', html, re.S).group()
    found = {}
    for row in table.split("<tbody")[1].split("<tr")[1:]:
        found[re.search(r"<bdi>([^<]+)</bdi>", row)[1]] = row
    return found


def numbers(row):
    """[(query or None, number)] before, delivered of these, after."""
    cells = re.findall(r'<td[^>]*class="n"[^>]*>(?:<a href="[^"?]*\?([^"]*)">)?(\d+)', row)
    return [(unescape(query) or None, int(number)) for query, number in cells]


@pytest.mark.parametrize("slug", ["brussels-2016-02-11", "washington-pledging-2016-07-20", "brussels-2014-12-03"])
def test_every_number_is_that_of_the_rows_behind_its_link(client, slug):
    found = rows(client, slug)
    assert sum(bool(query) for row in found.values() for query, _number in numbers(row)) > 5
    for row in found.values():
        assert len(numbers(row)) == 3
        for query, number in numbers(row):
            assert (query is None) == (number == 0)
            if query:
                commitments = CommitmentFilter(QueryDict(query))
                assert not commitments.problems
                assert commitments.results.count() == number


def test_all_who_took_part_and_all_that_was_promised_are_there(client):
    meeting = Meeting.objects.get(slug="brussels-2016-02-11")
    found = rows(client, meeting.slug)
    assert {row.country.name_en for row in meeting.participations.all()} <= found.keys()
    slugs = [slug for row in found.values() for slug in re.findall(r'pledge-link" href="/en/pledges/([^/]+)/', row)]
    assert sorted(slugs) == sorted(Commitment.objects.public().filter(meeting=meeting).values_list("slug", flat=True))
    assert list(found)[-1] == "Groups of countries"


def test_before_at_and_after_are_told_apart(client):
    country, meeting = make.make_country(), make.make_meeting(start_on="2015-05-10", end_on="2015-05-11")
    make.make_participation(meeting=meeting, country=country, role=Role.HOST)
    make.make_commitment("test-before", country=country, announced_on="2015-05-09", status=Status.ONGOING)
    make.make_commitment("test-there", country=country, announced_on="2015-05-10", meeting=meeting)
    make.make_commitment("test-after", country=country, announced_on="2015-05-12")
    make.make_commitment("test-long-after", country=country, announced_on="2016-05-12")
    row = rows(client, meeting.slug)[country.name_en]
    assert [number for _query, number in numbers(row)] == [1, 1, 1]
    assert "/pledges/test-there/" in row
    assert "Host or co-host" in row


def test_what_may_lie_on_either_side_counts_on_both(client):
    country, meeting = make.make_country(), make.make_meeting(start_on="2015-05-10", end_on="2015-05-11")
    make.make_participation(meeting=meeting, country=country)
    make.make_commitment("test-may", country=country, announced_on="2015-05-01", announced_precision="month")
    row = rows(client, meeting.slug)[country.name_en]
    assert [number for _query, number in numbers(row)] == [1, 0, 1]


def test_all_that_a_meeting_leads_to_is_there_where_only_a_pledge_makes_it_public(client):
    source = make.make_source("test-meeting-source")
    meeting = make.make_meeting(is_public=False, country=make.make_country("ZH", iso3="ZHH"))
    meeting.sources.add(source)
    make.make_participation(meeting, make.make_country("ZP", iso3="ZPP"))
    address = f"/en/meetings/{meeting.slug}/"
    hidden = ["/en/sources/test-meeting-source/", "/en/countries/ZH/", "/en/countries/ZP/"]
    assert [client.get(path).status_code for path in (address, *hidden)] == [404] * 4
    make.make_commitment("test-at-it", meeting=meeting)
    html = client.get(address).content.decode()
    for path in hidden:
        assert f'href="{path}"' in html
        assert client.get(path).status_code == 200
    assert "test-meeting-source" in client.get("/en/sources/?q=test-meeting-source").content.decode()


def test_a_meeting_without_participants_or_pledges_has_no_empty_table(client):
    html = client.get("/en/meetings/coalition-chod-2016/").content.decode()
    assert "<table" not in html


def test_a_meeting_names_each_of_its_pledges_once(client):
    html = client.get("/en/meetings/brussels-2016-02-11/").content.decode()
    slugs = re.findall(r'class="pledge-link" href="/en/pledges/([^/]+)/', html)
    assert (
        len(slugs) == len(set(slugs)) == Commitment.objects.public().filter(meeting__slug="brussels-2016-02-11").count()
    )
    assert 'href="/en/pledges/?meeting=brussels-2016-02-11"' in html
