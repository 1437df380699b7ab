"""What was in force at the end of each month: as many as the same query finds with `on`, as a plain loop counts."""

import csv
import io
from datetime import date
from html import escape

import pytest
from django.http import QueryDict

from pledges.charts.by_month import last_day
from pledges.charts.panels import LARGE, Drawing
from pledges.charts.standing import Standing
from pledges.models.vocab import IN_FORCE, Precision, Status
from pledges.query.index import keeping
from pledges.query.pledges import CommitmentFilter
from pledges.record.in_time import Pledge, Step, held_on
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

QUERIES = ["", "country=CA&country=US", "type=airstrikes&announced_before=2016-06-30", "place=mosul&on=2016-03-01"]


def chart_of(query):
    found = CommitmentFilter(QueryDict(f"{query}&show=in_force"))
    assert not found.problems
    return Standing(found)


def looped(query, month):
    asked = QueryDict(query, mutable=True)
    asked.pop("on", None)
    day, number = last_day(month), 0
    for pledge in CommitmentFilter(asked).results.prefetch_related("status_changes"):
        steps = [Step(*(getattr(step, name) for name in Step._fields)) for step in pledge.status_changes.all()]
        held = held_on(Pledge(pledge.announced_on, pledge.status), steps, day)
        number += pledge.now != Status.DECLINED and held in IN_FORCE
    return number


@pytest.mark.parametrize("query", QUERIES)
def test_every_value_is_that_of_a_plain_loop_and_of_the_rows_behind_its_link(query):
    chart = chart_of(query)
    (panel,) = chart.panels
    for point in panel.points[:: max(1, len(panel.points) // 5)]:
        assert point.here.number == looped(query, point.period), point.period
        assert found_by(escape(chart.point(panel, point).query)) == point.here.number
    # between two months that are shown nothing changed
    for one, other in zip(panel.points, panel.points[1:], strict=False):
        assert one.here.number or other.here.number


def test_what_ends_is_in_force_no_more_and_each_is_drawn_from_the_end_of_its_month(client):
    pledge = make.make_commitment("test-ended", announced_on="2016-03-10")
    pledge.status_changes.create(status=Status.ENDED, happened_on="2016-07-02", happened_precision=Precision.DAY)
    make.make_commitment("test-stays", announced_on="2016-05-01")
    chart = chart_of("country=ZZ")
    (panel,) = chart.panels
    assert {point.period: point.here.number for point in panel.points} == {"2016-03": 1, "2016-05": 2, "2016-07": 1}
    drawing = Drawing(chart, panel, LARGE)
    assert drawing.start("2016-03") == drawing.time.start(date(2016, 4, 1))
    html = tight(client.get("/en/timeline/?country=ZZ&show=in_force").content.decode())
    assert "In force at the end of July 2016: 1 pledge<" in html


@pytest.mark.parametrize("query", ["split=country", "split=place", "type=airstrikes&split=reached"])
def test_it_is_split_and_ranked_by_the_most_at_any_time(query):
    chart = chart_of(query)
    sizes = [chart.largest(panel).number for panel in chart.panels]
    assert all(sizes)
    if "reached" not in query:
        assert sizes == sorted(sizes, reverse=True)
    for panel in chart.panels[:3]:
        found = chart.all(panel)
        assert found_by(escape(found.query)) == found.value.number


@pytest.mark.parametrize("query", QUERIES[1:])
def test_without_the_index_it_is_the_same(monkeypatch, query):
    def told():
        return [[(point.period, point.here.number) for point in panel.points] for panel in chart_of(query).panels]

    found = told()
    monkeypatch.setattr(keeping, "current", lambda: None)
    assert told() == found


@pytest.mark.parametrize("view", ["", "show=cumulative&", "show=in_force&", "split=bloc&"])
def test_the_day_that_is_asked_for_is_marked(client, view):
    html = client.get(f"/en/timeline/?{view}on=2016-03-01").content.decode()
    assert html.count('<line class="on-day"') == html.count('viewBox="') - html.count('<svg class="key"') > 0
    assert '<line class="on-day"' in client.get(f"/ar/timeline.svg?{view}on=2016-03-01").content.decode()
    assert "on-day" not in client.get(f"/en/timeline/?{view}").content.decode()


def test_the_file_has_each_month_that_changed_it(client):
    content = client.get("/en/timeline.csv?show=in_force&split=type_group").getvalue().decode("utf-8-sig")
    rows = [(row["month"], row["split"], row["in_force"]) for row in csv.DictReader(io.StringIO(content))]
    chart = chart_of("split=type_group")
    assert rows == [
        (point.period, panel.key, str(point.here.number)) for panel in chart.parts for point in panel.points
    ]


def test_it_is_counted_in_pledges_alone(client):
    html = client.get("/en/timeline/?show=in_force&measure=personnel").content.decode()
    assert "What is in force is counted in pledges, and in no unit." in html
    assert client.get("/en/timeline.svg?show=in_force&measure=personnel").status_code == 400


def test_what_has_no_date_is_told_and_in_no_month(client):
    make.make_commitment("test-undated", announced_on=None, announced_precision=Precision.UNKNOWN)
    assert client.get("/en/timeline/?country=ZZ&show=in_force").status_code == 200
    make.make_commitment("test-dated")
    html = tight(client.get("/en/timeline/?country=ZZ&show=in_force").content.decode())
    assert "Date not stated: 1 pledge<" in html
    assert client.get("/en/timeline/?country=ZZ&show=in_force&declined=yes").status_code == 200


@pytest.mark.parametrize("query", ["", "&split=country"])
def test_the_page_asks_few_queries(client, django_assert_max_num_queries, query):
    client.get("/en/pledges/")  # makes the index
    for path in ("timeline/", "timeline.svg"):
        with django_assert_max_num_queries(15):
            client.get(f"/en/{path}?show=in_force{query}")
