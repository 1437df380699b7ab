"""The timeline: every number is that of its rows, and no date is drawn finer than it is known."""

import re
from functools import partial

import pytest
from django.http import QueryDict

from pledges.charts import timeline
from pledges.charts.timeline import MONTH, Drawing, rows_of
from pledges.models.vocab import Precision, Status
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import SOME, found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

QUERIES = ["", "country=CA&country=US", "type=airstrikes&not_country=US", "meeting=brussels-2016-02-11", "step=2016-05"]
TABLE_LINK = re.compile(r'<a href="/\w\w/pledges/\?([^"]*)">(\d+)</a>')
MARK = re.compile(r'<a href="/\w\w/pledges/\?([^"]*)" tabindex="-1"><title>[^<]*?(\d+)</title>')


def page(client, query, language="en"):
    return tight(client.get(f"/{language}/timeline/?{query}").content.decode())


def drawing_of(query, mirrored=False):
    commitments = CommitmentFilter(QueryDict(query))
    found = timeline.of(commitments)
    return Drawing(found, partial(rows_of, commitments), mirrored)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(("element", "pattern"), [("table", TABLE_LINK), ("svg", MARK)], ids=["table", "drawing"])
def test_every_number_is_that_of_the_rows_behind_its_link(client, number_behind, query, element, pattern):
    part = re.search(rf"<{element} class=.(?:numbers|timeline).*?</{element}>", page(client, query, "ar"))[0]
    links = pattern.findall(part)
    assert len(links) == part.count("/pledges/?") > 1
    for link, number in links:
        assert number_behind(link) == int(number), link
    for link, number in links[::SOME]:
        assert found_by(link) == int(number), link


@pytest.mark.parametrize("query", QUERIES)
def test_all_pledges_are_in_the_table_or_said_to_be_undated(client, query):
    make.make_commitment("test-undated", announced_on=None, announced_precision=Precision.UNKNOWN)
    html = page(client, query)
    rows = re.search(r'<table class="numbers.*?</table>', html, re.S).group()
    totals = [int(n) for n in re.findall(r'<td class="sum">(?:<a[^>]*>)?(\d+)', rows)[::2]]
    undated = re.search(r"Date not stated: (\d+)", re.sub(r"\s+", " ", html))
    total = CommitmentFilter(QueryDict(query)).tally.pledges
    assert sum(totals) + (int(undated[1]) if undated else 0) == total
    assert bool(undated) == (query == "")


def test_a_year_is_drawn_as_a_span_and_a_month_in_its_place():
    make.make_commitment("test-year", announced_on="2015-01-01", announced_precision="year")
    make.make_commitment("test-month", announced_on="2015-03-01", announced_precision="month")
    drawing = drawing_of("country=ZZ")
    (span,), (bar,) = drawing.spans, drawing.bars
    assert (span.x, span.width) == (1, 12 * MONTH - 2)
    assert (bar.x, bar.width) == (2 * MONTH + 1, MONTH - 2)
    (mirrored,) = drawing_of("country=ZZ", mirrored=True).bars
    assert mirrored.x == drawing.width - bar.x - bar.width


def test_time_and_its_axis_begin_at_the_right_in_arabic_whose_titles_have_arabic_commas(client):
    html = page(client, "", language="ar")
    left, _, width, _ = map(float, re.search(r'viewBox="([^"]+)"', html).group(1).split())
    axis = {float(x) for x in re.findall(r'class="tick" x="([^"]+)"', html)}
    assert min(axis) > left + width - 40
    titles = re.findall(r"<title>(.*?)</title>", html)
    assert len(titles) > 50
    assert [title for title in titles if "," in title] == []


def test_many_years_make_months_narrow_and_keep_bars_high():
    for year in range(2014, 2031, 2):
        make.make_commitment(f"test-{year}", announced_on=f"{year}-03-01", announced_precision="month")
    drawing = drawing_of("country=ZZ")
    assert len(drawing.years) == 17
    assert drawing.width <= 1200


def test_a_late_year_does_not_leave_the_drawing_empty():
    make.make_commitment("test-old", announced_on="2014-03-01", announced_precision="month")
    make.make_commitment("test-new", announced_on="2030-03-01", announced_precision="month")
    drawing = drawing_of("country=ZZ")
    assert [box.period.value for box in drawing.years] == ["2014", "2015–2029", "2030"]
    assert drawing.width == sum(box.width + 2 for box in drawing.years)
    last = drawing.years[-1]
    assert [bar.x for bar in drawing.bars] == [2 * MONTH + 1, last.x + 2 * MONTH]
    mirrored = drawing_of("country=ZZ", mirrored=True)
    assert [box.x for box in mirrored.years] == [drawing.width - box.x - box.width for box in drawing.years]


def test_a_folded_row_of_years_is_explained(client):
    words = "Years in a row without anything are drawn as one box."
    assert words in page(client, "")
    assert words not in page(client, "year=2016&not_step=2023-12")


def test_a_pledge_with_two_steps_in_a_month_counts_once_there(client):
    commitment = make.make_commitment()
    for day in ("2016-05-02", "2016-05-20"):
        commitment.status_changes.create(status=Status.ONGOING, happened_on=day)
    found = timeline.of(CommitmentFilter(QueryDict("country=ZZ&step=2016-05")))
    assert [period.stepped.total() for period in found.periods if period.value == "2016-05"] == [1]


@pytest.mark.parametrize("query", ["country=XX", "month=2016-13", "step=yesterday", "month=2016-02-11"])
def test_what_cannot_be_read_shows_a_message_and_no_timeline(client, query):
    html = page(client, query)
    assert 'class="problems"' in html
    assert "<svg" not in html
    assert "<table" not in html
