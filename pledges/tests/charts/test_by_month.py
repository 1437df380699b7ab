"""The timeline added up, by unit and split: each value is that of a plain loop, each link leads to exactly its rows."""

import csv
import io
import re
from datetime import UTC, date, datetime
from html import escape, unescape
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.utils import translation

from pledges.charts.by_month import MOST_PANELS, Chart, last_day
from pledges.charts.explained import explained
from pledges.charts.panels import LARGE, SMALL, Drawing, round_step
from pledges.models import Commitment
from pledges.models.dates import iso
from pledges.models.vocab import InTotals, Precision, Status
from pledges.query.index import keeping
from pledges.query.pledges import SPLIT, CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

TRAINERS = "type=trainers_military&type=trainers_police"
FILTERS = [
    "",
    TRAINERS,
    "announced_after=2015-11-01&announced_before=2016-06-30&not_month=2016-03",
    "place=mosul&place=iraq",
    "year=2014&year=none",
    "declined=no&in_totals=counted&unit=personnel&unit=aircraft",
]
SPLITS = ["nothing", "country", "place", "grade"]
MEASURES = ["count", "personnel", "usd"]
SVG = "{http://www.w3.org/2000/svg}"


def chart_of(query):
    found = CommitmentFilter(QueryDict(query))
    assert not found.problems
    return Chart(found)


def rows_of(query):
    """The matching pledges without refusals, each with whether it is in sums."""
    counted = Commitment.objects.filter(CommitmentFilter.dimensions["in_totals"].matches([InTotals.COUNTED]))
    counted = set(counted.values_list("pk", flat=True))
    rows = [*CommitmentFilter(QueryDict(query)).results.prefetch_related("places")]
    for pledge in rows:
        pledge.is_counted = pledge.pk in counted
    return [pledge for pledge in rows if pledge.now != Status.DECLINED]


VALUES_OF = {
    "nothing": lambda pledge: [""],
    "country": lambda pledge: [pledge.country.iso2 if pledge.country else "none"],
    "place": lambda pledge: [place.slug for place in pledge.places.all()] or ["none"],
    "grade": lambda pledge: [pledge.grade],
}


def looped(pledges, measure):
    """(number, least, most, is_open) by hand."""
    if measure == "count":
        return (len(pledges),) * 3 + (False,)
    found = [pledge for pledge in pledges if pledge.is_counted and pledge.unit.slug == measure]
    return (
        len(found),
        sum(pledge.quantity_min or 0 for pledge in found),
        sum(pledge.quantity_min if pledge.quantity_max is None else pledge.quantity_max for pledge in found),
        any(pledge.quantity_max is None for pledge in found),
    )


def is_over(pledge, period):
    """Whether all that a date can mean is over at the end of a month, or of a year that stands alone."""
    if pledge.announced_on is None:
        return False
    if pledge.announced_precision == Precision.YEAR:
        return (
            len(period) == 4 and pledge.announced_on.year <= int(period) or pledge.announced_on.year < int(period[:4])
        )
    return iso(pledge.announced_on, pledge.announced_precision)[:7] <= (period if len(period) == 7 else f"{period}-12")


def shown(value):
    return value.number, value.least, value.most, value.is_open


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("query", FILTERS)
def test_every_value_is_that_of_a_plain_loop(query, measure):
    pledges = rows_of(query)
    for split in SPLITS:
        chart = chart_of(f"{query}&show=cumulative&measure={measure}&split={split}")
        for panel in chart.parts:
            here = [pledge for pledge in pledges if panel.key in VALUES_OF[split](pledge)]
            assert shown(panel.total) == looped(here, measure), panel.key
            undated = [pledge for pledge in here if pledge.announced_on is None]
            assert shown(panel.undated) == looped(undated, measure)
            for point in panel.points:
                dated = [p for p in here if iso(p.announced_on, p.announced_precision)[:7] == point.period]
                assert shown(point.here) == looped(dated, measure), point.period
                until = [pledge for pledge in here if is_over(pledge, point.period)]
                assert shown(point.so_far) == looped(until, measure), (panel.key, point.period)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("query", FILTERS)
def test_the_last_value_and_what_has_no_date_are_the_total_of_the_list_and_of_the_explanation(query, measure):
    chart = chart_of(f"{query}&show=cumulative&measure={measure}")
    whole = chart.whole
    assert shown(whole.last + whole.undated) == shown(whole.total)
    told = explained(CommitmentFilter(QueryDict(query)))
    if measure == "count":
        assert whole.total.number == told["tally"].pledges
    else:
        sums = {sum_.amount.unit.slug: sum_.amount for sum_ in told["sums"]}
        amount = sums.get(measure)
        expected = (amount.number, amount.least, amount.most, amount.is_open) if amount else (0, 0, 0, False)
        assert shown(whole.total) == expected
        assert chart.left_out == CommitmentFilter(QueryDict(query)).tally.rows - whole.total.number


@pytest.mark.parametrize("measure", ["count", "personnel"])
@pytest.mark.parametrize("query", FILTERS)
def test_every_number_leads_to_exactly_its_rows(query, measure):
    make.make_commitment("test-year", announced_on="2016-01-01", announced_precision=Precision.YEAR)
    for split in ("nothing", "place"):
        chart = chart_of(f"{query}&show=cumulative&measure={measure}&split={split}")
        values = []
        for panel in chart.parts:
            values += [chart.all(panel), chart.undated(panel)]
            for point in panel.points:
                values += [chart.here(panel, point), chart.so_far(panel, point)]
        values = [value for value in values if value.value.number]
        assert values
        for value in values[:: max(1, len(values) // 20)]:
            assert found_by(escape(value.query)) == value.value.number, (value.name, value.query)


def test_a_year_alone_counts_from_its_end_and_never_before():
    make.make_commitment("test-year", announced_on="2016-01-01", announced_precision=Precision.YEAR)
    for month in ("2016-03-02", "2016-12-02", "2017-01-02"):
        make.make_commitment(f"test-{month}", announced_on=month)
    chart = chart_of("country=ZZ&show=cumulative")
    (panel,) = chart.panels
    so_far = {point.period: point.so_far.number for point in panel.points}
    assert so_far == {"2016-03": 1, "2016-12": 2, "2016": 3, "2017-01": 4}
    assert list(so_far) == ["2016-03", "2016-12", "2016", "2017-01"]
    assert [found_by(escape(chart.so_far(panel, point).query)) for point in panel.points] == [1, 2, 3, 4]
    drawing = Drawing(chart, panel, LARGE)
    assert drawing.start("2016") == drawing.start("2017-01") > drawing.start("2016-12")


def test_refusals_are_in_no_value_and_told_beside_it(client):
    make.make_commitment("test-refused", status=Status.DECLINED)
    make.make_commitment("test-pledged")
    html = tight(client.get("/en/timeline/?country=ZZ&show=cumulative").content.decode())
    (cells,) = re.findall(r'<th scope="row">March 2016</th>(.*?)</tr>', html)
    assert re.findall(r">(\d+)</a", cells) == ["1", "1", "1"]
    assert found_by(re.findall(r'href="/en/pledges/[?]([^"]*)"', cells)[-1]) == 1
    only = client.get("/en/timeline/?country=ZZ&show=cumulative&declined=yes").content.decode()
    assert "No pledges match, only refusals." in only
    assert '<svg class="by-month' not in only


def test_a_sum_leads_to_its_explanation(client):
    html = tight(client.get(f"/en/timeline/?{TRAINERS}&show=cumulative&measure=personnel").content.decode())
    assert f"/en/explain/?{TRAINERS.replace('&', '&amp;')}#sum-personnel" in html
    assert 'id="sum-personnel"' in client.get(f"/en/explain/?{TRAINERS}").content.decode()


# Panels


def test_the_largest_are_drawn_and_the_others_are_in_table_and_file(client):
    chart = chart_of("show=cumulative&split=country&measure=personnel")
    sizes = [panel.total.most for panel in chart.panels]
    assert len(sizes) == MOST_PANELS
    assert sizes == sorted(sizes, reverse=True)
    others = [panel for panel in chart.parts if panel not in chart.panels]
    assert len(others) == chart.others > 0
    assert max(panel.total.most for panel in others) <= min(sizes)
    html = tight(client.get("/en/timeline/?show=cumulative&split=country&measure=personnel").content.decode())
    assert html.count('<section class="panel">') == MOST_PANELS
    assert f"{chart.others} more are in the table of all and in the file." in html
    assert "/en/table/?down=country&amp;across=nothing" in html


def test_a_vocabulary_keeps_its_order_and_of_chosen_values_only_these_are_panels():
    grades = [value for value, _label in CommitmentFilter(QueryDict()).choices("grade")]
    assert [panel.key for panel in chart_of("split=grade").panels] == grades
    assert {panel.key for panel in chart_of("split=place&place=mosul&place=ramadi").panels} == {"mosul", "ramadi"}


@pytest.mark.parametrize("split", [name for name, _label in SPLIT])
def test_each_dimension_that_is_offered_splits(client, split):
    assert client.get(f"/en/timeline/?split={split}&show=cumulative&measure=aircraft").status_code == 200


def test_all_panels_have_the_same_scales():
    chart = chart_of("split=country&measure=personnel&show=cumulative")
    drawings = [Drawing(chart, panel, SMALL) for panel in chart.panels]
    first = drawings[0]
    for drawing in drawings:
        assert (drawing.width, drawing.height, drawing.top) == (first.width, first.height, first.top)
        assert [(tick.number, tick.y) for tick in drawing.ticks] == [(tick.number, tick.y) for tick in first.ticks]


# Drawings


def test_time_runs_from_the_right_in_arabic():
    query = "show=cumulative&country=CA"
    plain = chart_of(query)
    with translation.override("ar"):
        chart = chart_of(query)
        mirrored = Drawing(chart, chart.panels[0], SMALL)
        boxes = [mark.box for mark in mirrored.marks]
        assert [box.x for box in boxes] == sorted((box.x for box in boxes), reverse=True)
        axis = {tick.x for tick in mirrored.ticks}
    drawing = Drawing(plain, plain.panels[0], SMALL)
    for one, other in zip(drawing.marks, boxes, strict=True):
        assert other.x == pytest.approx(drawing.time.width - one.box.x - one.box.width)
    assert axis == {drawing.time.width + 6}


@pytest.mark.parametrize("query", ["measure=personnel", "split=country&measure=personnel", "split=place"])
def test_bars_stand_on_each_other_and_are_as_high_as_their_numbers(query):
    chart = chart_of(query)
    for panel in chart.panels:
        drawing = Drawing(chart, panel, SMALL)
        for mark in drawing.marks:
            value = mark.shown.value
            height = (mark.least.height if mark.least else 0) + (mark.most.height if mark.most else 0)
            assert height == pytest.approx(max(drawing.baseline - drawing.y(value.most), 1 if mark.most else 0))
            assert bool(mark.caret) == value.is_open
            if mark.least and mark.most:
                assert mark.most.y + mark.most.height == mark.least.y


def area(path, at):
    """The heights of the steps of a path (`M x y`, `H x`, `V y`) at some x."""
    x = y = 0.0
    found = []
    for command, *numbers in re.findall(r"([MHV])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        before = x
        if command == "M":
            x, y = map(float, numbers)
        elif command == "H":
            x = float(numbers[0])
            found += [y] if min(before, x) < at < max(before, x) else []
        else:
            y = float(numbers[0])
    return found


@pytest.mark.parametrize("query", ["", "country=US", "country=US&country=GB&country=DE", TRAINERS])
def test_the_band_lies_between_the_lower_and_the_upper_sum(query):
    chart = chart_of(f"{query}&measure=personnel&show=cumulative")
    (panel,) = chart.panels
    drawing = Drawing(chart, panel, LARGE)
    for mark, point in zip(drawing.marks, drawing.changes, strict=True):
        middle = mark.box.x + mark.box.width / 2
        edges = [drawing.y(point.so_far.most), drawing.y(point.so_far.least)]
        assert area(drawing.perhaps, middle) == pytest.approx(edges, abs=0.1)
        assert area(drawing.at_least, middle) == pytest.approx(edges[1:], abs=0.1)
        upper, other = (
            (drawing.or_more, drawing.at_most) if point.so_far.is_open else (drawing.at_most, drawing.or_more)
        )
        assert area(upper, middle) == pytest.approx(edges[:1], abs=0.1)
        assert area(other, middle) == []
    assert bool(drawing.caret) == panel.last.is_open


def test_an_axis_has_round_steps():
    assert [round_step(number) for number in (0.8, 1, 1.1, 4, 6, 99, 101, 1845)] == [1, 1, 2, 5, 10, 100, 200, 2000]


def test_a_month_ends_on_its_last_day():
    assert [last_day(period) for period in ("2016-02", "2016")] == [date(2016, 2, 29), date(2016, 12, 31)]


# Pages and files


@pytest.mark.parametrize(
    "query", [f"{show}{split}" for show in ("", "show=cumulative&") for split in ("split=place", "measure=personnel")]
)
def test_the_table_has_the_values_and_leads_to_as_many_rows(client, number_behind, query):
    chart = chart_of(query)
    html = tight(client.get(f"/en/timeline/?{query}").content.decode())
    table = re.search(r'<table class="numbers by-months-table">.*?</table>', html)[0]
    rows = re.findall(r"<tr><th[^>]*>([^<]*)</th>(.*?)</tr>", re.search(r"<tbody>(.*?)</tbody>", table)[1])
    of_rows = [re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", cells) for _name, cells in rows]
    if chart.split:
        points = [[panel.points[place] for panel in chart.panels] for place in range(len(chart.periods))]
        points = [row for row in points if any(point.here.number for point in row)]
        kind = "so_far" if chart.is_cumulative else "here"
        assert of_rows == [[getattr(point, kind).text for point in row] for row in points]
    else:
        assert of_rows == [[point.here.text, point.so_far.text] for point in chart.whole.points]
    values = {shown.query: shown.value.number for _label, line, *_rest in chart.lines for shown in line if shown.name}
    links = re.findall(r'href="/en/pledges/[?]([^"]*)"', table)
    assert len(links) > 40
    assert {unescape(link) for link in links} >= values.keys()
    assert [(link, number) for link, number in values.items() if number_behind(escape(link)) != number] == []


VIEWS = ["show=cumulative", "show=cumulative&measure=personnel&split=country", "measure=personnel", "split=bloc"]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("query", VIEWS)
def test_the_picture_is_valid_and_has_the_numbers_of_the_page(client, query, language):
    svg = client.get(f"/{language}/timeline.svg?{query}").content
    root = ElementTree.fromstring(svg)  # noqa: S314, our own
    drawn = [title.text for title in root.iter(f"{SVG}title")][1:]
    html = unescape(tight(client.get(f"/{language}/timeline/?{query}").content.decode()))
    with translation.override(language):
        chart = chart_of(query)
    written = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert chart.title in written
    assert all(panel.total.text in written for panel in chart.panels if chart.split)
    assert len(drawn) > 10
    assert re.findall(r"<title>([^<]*)</title>", html)[1:] == [" ".join(name.split()) for name in drawn]


@pytest.mark.parametrize("query", VIEWS)
def test_the_frame_shows_the_same_drawings(client, query):
    page, frame = (client.get(f"/en/{path}timeline/?{query}").content.decode() for path in ("", "embed/"))
    count = page.count('<svg class="by-month')
    assert frame.count('<svg class="by-month') == count > 0


def in_file(client, query):
    content = client.get(f"/en/timeline.csv?{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize("query", VIEWS)
def test_the_file_has_every_month_of_every_value(client, query):
    chart, rows = chart_of(query), in_file(client, query)
    expected = [
        (point.period, panel.key, str(point.here.number), str(point.so_far.number))
        for panel in chart.parts
        for point in panel.points
    ]
    dated = [row for row in rows if row["month"]]
    assert [(row["month"], row["split"], row["pledges"], row["pledges_so_far"]) for row in dated] == expected
    undated = [row for row in rows if not row["month"]]
    assert [row["split"] for row in undated] == [panel.key for panel in chart.parts if panel.undated.number]
    if chart.is_sum:
        points = [point for panel in chart.parts for point in panel.points]
        assert [(int(row["lower_so_far"]), int(row["upper_so_far"])) for row in dated] == [
            (point.so_far.least, point.so_far.most) for point in points
        ]
        assert {row["unit"] for row in rows} == {"personnel"}
    elif not chart.split:
        tally = CommitmentFilter(QueryDict(query)).tally
        assert sum(int(row["refusals"]) for row in rows) == tally.refusals
        assert sum(int(row["pledges"]) for row in rows) == tally.pledges


def test_the_first_view_keeps_its_file(client):
    plain, stated = (in_file(client, query) for query in ("", "show=monthly&measure=count&split=nothing"))
    assert plain == stated
    assert "later_steps" in plain[0]


@pytest.mark.parametrize(
    "query", ["show=yesterday", "measure=none", "measure=nonsense", "split=month", "show=a&show=b"]
)
def test_what_is_not_known_shows_a_message_and_no_rows(client, query):
    html = client.get(f"/en/timeline/?{query}").content.decode()
    assert 'class="problems"' in html
    assert "<svg class" not in html
    assert [client.get(f"/en/timeline.{kind}?{query}").status_code for kind in ("csv", "svg")] == [400, 400]
    assert client.get(f"/en/embed/timeline/?{query}").status_code == 400


def test_codes_are_taken_in_any_case_of_their_letters():
    assert chart_of("measure=Personnel&show=CUMULATIVE&split=Country").measure == "personnel"


def test_what_has_no_sum_says_so(client):
    html = tight(client.get("/en/timeline/?measure=strikes").content.decode())
    assert "Nothing of this unit is in a sum." in html
    assert '<option value="strikes" selected>' in html
    undated = "year=none&measure=usd"
    assert client.get(f"/en/timeline/?{undated}").status_code == 200
    assert client.get(f"/en/timeline.svg?{undated}").status_code == 200


def test_the_form_keeps_the_query_and_offers_the_units_that_have_a_sum(client):
    html = tight(client.get("/en/timeline/?country=CA&show=cumulative&as_of=&type_group=land").content.decode())
    (form,) = re.findall(r'<form class="table-form".*?</form>', html)
    assert '<input type="hidden" name="country" value="CA">' in form
    assert '<option value="cumulative" selected>' in form
    units = re.findall(r'<option value="(\w+)"', re.search(r'<select name="measure">.*?</select>', form)[0])
    assert units == ["count", *chart_of("country=CA&type_group=land").matches.units]


@pytest.mark.parametrize("query", [f"{query}&{view}" for query in FILTERS[1:4] for view in VIEWS[:2]])
def test_without_the_index_it_is_the_same(monkeypatch, query):
    def told():
        chart = chart_of(query)
        return [(panel.key, [shown(point.so_far) for point in panel.points], panel.total) for panel in chart.parts]

    found = told()
    monkeypatch.setattr(keeping, "current", lambda: None)
    assert told() == found


def test_a_past_day_is_shown_as_it_was(client):
    today = datetime.now(UTC).date()
    for view in VIEWS[:2]:
        assert in_file(client, view) == in_file(client, f"{view}&as_of={today}")
        assert f"as_of={today}" in client.get(f"/en/timeline/?{view}&as_of={today}").content.decode()


@pytest.mark.parametrize("query", VIEWS)
def test_the_page_asks_few_queries(client, django_assert_max_num_queries, query):
    client.get("/en/pledges/")  # makes the index
    for path in ("timeline/", "timeline.svg", "embed/timeline/"):
        with django_assert_max_num_queries(15):
            client.get(f"/en/{path}?{query}")
