"""The overview: the finding and its picture, what was asked and offered in Brussels, each number with its rows."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.models import Commitment, Meeting, Requirement
from pledges.models.vocab import Grade, Stage, Status
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import RequirementFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db

BRUSSELS = "brussels-2016-02-11"


def page(client, language="en"):
    return client.get(f"/{language}/").content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def finding(html):
    return re.search(r'<p class="finding">.*?</p>', html, re.DOTALL)[0]


def behind(html):
    """[(number shown, number of rows behind its link)] of the links to pledges that are numbers."""
    links = re.findall(r'<a href="/\w\w/pledges/\?([^"]*)">([\d,]+)</a>', html)
    found = []
    for query, number in links:
        commitments = CommitmentFilter(QueryDict(unescape(query)))
        assert not commitments.problems
        found.append((int(number.replace(",", "")), commitments.matching().count()))
    return found


def pledges():
    return Commitment.objects.public().exclude(now=Status.DECLINED)


def test_the_finding_is_the_first_thing_said_in_both_languages(client):
    number, delivered = pledges().count(), pledges().filter(reached=Stage.DELIVERED).count()
    english, arabic = page(client), page(client, "ar")
    assert words(finding(english)) == f"Of {number} pledges, {delivered} are evidenced as delivered."
    assert words(finding(arabic)) == f"من أصل {number} من التعهدات، الموثَّق تنفيذه: {delivered}."
    for html in (english, arabic):
        assert behind(finding(html)) == [(number, number), (delivered, delivered)]


def test_a_refusal_is_no_pledge_of_the_finding_and_is_told_apart(client):
    before = words(finding(page(client)))
    make.make_commitment("test-refused", status=Status.DECLINED)
    html = page(client)
    assert words(finding(html)) == before
    refused = Commitment.objects.public().filter(now=Status.DECLINED).count()
    assert f"{refused} refusals are counted apart." in words(html)


def test_the_bar_shows_the_stages_of_the_table_beside_it_and_they_make_the_whole(client):
    figure = re.search(r'<figure class="stages">.*?</figure>', page(client), re.DOTALL)[0]
    numbers = {
        stage: int(number)
        for stage, number in re.findall(r'class="status stage-(\w+)">.*?<a href="[^"]*">(\d+)</a>', figure, re.DOTALL)
    }
    assert sum(numbers.values()) == pledges().count()
    widths = {
        stage: float(width) for stage, width in re.findall(r'class="bar-(\w+)" x="[\d.]+" width="([\d.]+)"', figure)
    }
    assert widths.keys() == numbers.keys()
    for stage, number in numbers.items():
        assert widths[stage] == pytest.approx(1000 * number / pledges().count(), abs=0.06)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_number_of_pledges_is_that_of_the_rows_behind_its_link(client, language):
    html = page(client, language)
    found = behind(html[: html.index('id="matrix-title"')])
    assert len(found) > 2 + 2 * 3 + len(Grade)
    assert [number for number, _rows in found] == [rows for _number, rows in found]


def test_what_was_asked_and_offered_in_brussels_is_counted_by_type(client):
    type_ = make.make_type()
    at_brussels = {"meeting": Meeting.objects.get(slug=BRUSSELS), "type": type_}
    answer = make.make_commitment("test-answer", **at_brussels)
    make.make_commitment("test-refusal", status=Status.DECLINED, **at_brussels)
    make.make_commitment("test-given", status=Status.ONGOING, **at_brussels)
    make.make_requirement("test-asked", meeting=at_brussels["meeting"], type=type_, answered_by=[answer])
    make.make_requirement("test-asked-in-vain", meeting=at_brussels["meeting"], type=type_)
    table = re.search(r'<table class="numbers asked">.*?</table>', page(client), re.DOTALL)[0]
    rows = {
        words(re.search("<th.*?</th>", row, re.DOTALL)[0]): row
        for row in table.partition("<tbody>")[2].split("<tr")[1:]
    }
    numbers = {
        name: [int(words(cell)) for cell in re.findall("<td>.*?</td>", row, re.DOTALL)] for name, row in rows.items()
    }
    assert numbers[type_.name_en] == [2, 1, 2, 1]
    whole = numbers.pop("All types")
    assert [sum(column) for column in zip(*numbers.values(), strict=True)] == whole
    asked = Requirement.objects.public().filter(meeting__slug__in=["paris-2016-01-20", BRUSSELS])
    assert whole[:2] == [asked.count(), asked.filter(answered_by__in=Commitment.objects.public()).distinct().count()]
    assert whole[2] == pledges().filter(meeting__slug=BRUSSELS).count()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_number_of_requirements_is_that_of_the_rows_behind_its_link(client, language):
    links = re.findall(r'<a href="/\w\w/requirements/\?([^"]*)">(\d+)</a>', page(client, language))
    assert len(links) > 5
    for query, number in links:
        requirements = RequirementFilter(QueryDict(unescape(query)))
        assert not requirements.problems
        assert requirements.matching().count() == int(number), query


def test_the_overview_needs_few_queries_however_much_there_is(client, django_assert_max_num_queries):
    for letter in "ABCDE":
        make.make_commitment(f"test-{letter.lower()}", type=make.make_type(f"test_{letter.lower()}"))
    page(client)  # makes the index
    with django_assert_max_num_queries(18):
        page(client)
