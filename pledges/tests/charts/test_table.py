"""The free table: each value is that of a plain loop over the rows, each link leads to as many, files hold the same."""

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, datetime
from html import unescape
from statistics import median

import openpyxl
import pytest
from django.http import QueryDict
from django.utils import translation

from pledges.charts.table import MOST_CELLS, Table
from pledges.models import Commitment
from pledges.models.dates import iso
from pledges.models.vocab import InTotals, Precision, Stage, Status
from pledges.query.index import keeping
from pledges.query.pledges import VALUE, CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

VALUES = [name for name, _label in VALUE]
FILTERS = [
    "",
    "country=US&country=CA&country=none&country=AU",
    "place=mosul&place=iraq&grade=official",
    "not_place=iraq",
]
PAIRS = [("country", "year"), ("place", "quarter"), ("type_group", "grade"), ("meeting", "theatre"), ("month", "place")]
EARLY = {"under_discussion", "expected", "offered", "pledged", "agreed", "announced"}


def quarter(pledge):
    day = pledge.announced_on
    if day is None:
        return "none"
    return f"{day.year}" if pledge.announced_precision == Precision.YEAR else f"{day.year}-q{(day.month - 1) // 3 + 1}"


# the values of a pledge in a dimension, by hand
VALUES_OF = {
    "country": lambda pledge: [pledge.country.iso2 if pledge.country else "none"],
    "year": lambda pledge: [str(pledge.announced_on.year) if pledge.announced_on else "none"],
    "quarter": lambda pledge: [quarter(pledge)],
    "month": lambda pledge: [iso(pledge.announced_on, pledge.announced_precision)[:7] or "none"],
    "place": lambda pledge: [place.slug for place in pledge.places.all()] or ["none"],
    "type_group": lambda pledge: [pledge.type.group],
    "grade": lambda pledge: [pledge.grade],
    "meeting": lambda pledge: [pledge.meeting.slug if pledge.meeting else "none"],
    "theatre": lambda pledge: [pledge.theatre.replace("unspecified", "none")],
}


def days_until(pledge, before, after):
    """The days until the first step that ends the wait, dated to the day as the pledge is; None without one."""
    if pledge.status not in before or pledge.announced_precision != Precision.DAY:
        return None
    steps = [step for step in pledge.status_changes.all() if step.status in after]
    days = [(step.happened_on - pledge.announced_on).days for step in steps if step.happened_precision == Precision.DAY]
    return min((number for number in days if number >= 0), default=None)


def looped(rows, value, unit):
    """(number, how many it rests on) of some pledges, refusals left out."""
    pledges = [pledge for pledge in rows if pledge.now != Status.DECLINED]
    in_sum = [pledge for pledge in pledges if pledge.why == InTotals.COUNTED and pledge.unit.slug == unit]
    shares = {
        "delivered": lambda pledge: pledge.reached == Stage.DELIVERED,
        "official": lambda pledge: pledge.grade == "official",
        "disputed": lambda pledge: pledge.grade == "disputed",
    }
    waits = {"approval_days": (EARLY, {"approved"}), "delivery_days": (EARLY | {"approved"}, {"ongoing", "completed"})}
    if value == "count":
        return len(pledges) or None, len(pledges)
    if value in shares:
        part = sum(map(shares[value], pledges))
        return (round(100 * part / len(pledges)) if pledges else None), len(pledges)
    if value == "lower":
        return (sum(pledge.quantity_min or 0 for pledge in in_sum) if in_sum else None), len(in_sum)
    if value == "upper":
        most = [pledge.quantity_min if pledge.quantity_max is None else pledge.quantity_max for pledge in in_sum]
        return (sum(most) if in_sum else None), len(in_sum)
    days = [found for pledge in pledges if (found := days_until(pledge, *waits[value])) is not None]
    return (median(days) if days else None), len(days)


def table_of(query):
    found = CommitmentFilter(QueryDict(query))
    assert not found.problems
    return Table(found)


def rows_of(query):
    """The matching pledges, each with why it is in totals or not."""
    rows = CommitmentFilter(QueryDict(query)).results.prefetch_related("places", "status_changes")
    counted = Commitment.objects.filter(CommitmentFilter.dimensions["in_totals"].matches([InTotals.COUNTED]))
    counted = set(counted.values_list("pk", flat=True))
    for pledge in rows:
        pledge.why = InTotals.COUNTED if pledge.pk in counted else None
    return rows


def shown(cell):
    return cell.number, cell.rests_on


@pytest.mark.parametrize(("down", "across"), PAIRS)
@pytest.mark.parametrize("filters", FILTERS)
def test_every_value_is_that_of_a_plain_loop(filters, down, across):
    rows = rows_of(filters)
    cells, of_rows, of_columns = defaultdict(list), defaultdict(list), defaultdict(list)
    for pledge in rows:
        for column in VALUES_OF[across](pledge):
            of_columns[column].append(pledge)
        for row in VALUES_OF[down](pledge):
            of_rows[row].append(pledge)
            for column in VALUES_OF[across](pledge):
                cells[row, column].append(pledge)
    for value in VALUES:
        table = table_of(f"{filters}&down={down}&across={across}&value={value}")
        asked = QueryDict(filters)
        keys = {line.key for line in table.lines}
        assert keys == {key for key in of_rows if key in asked.getlist(down) or not asked.getlist(down)}
        for line in table.lines:
            assert shown(line.whole) == looped(of_rows[line.key], value, table.unit), (value, line.key)
            for column, cell in zip(table.columns, line.cells, strict=True):
                assert shown(cell) == looped(cells[line.key, column.key], value, table.unit), (
                    value,
                    line.key,
                    column.key,
                )
        for column, cell in zip(table.columns, table.totals, strict=True):
            assert shown(cell) == looped(of_columns[column.key], value, table.unit), (value, column.key)
        assert shown(table.whole) == looped(rows, value, table.unit)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("filters", ["", "place=mosul&place=iraq", "declined=no&unit=personnel&unit=aircraft"])
def test_every_number_leads_to_exactly_its_rows(filters, value):
    table = table_of(f"{filters}&down=country&across=place&value={value}")
    cells = [cell for line in table.lines for cell in (line.whole, *line.cells)] + [*table.totals, table.whole]
    linked = [cell for cell in cells if cell.query]
    assert linked
    for cell in linked[:: max(1, len(linked) // 12)]:
        number = found_by(cell.query)
        if cell.whole_query is not None:
            assert found_by(cell.whole_query) == cell.rests_on
            assert cell.number == round(100 * number / cell.rests_on)
        else:
            assert number == cell.rests_on
        if cell.refusals:
            assert found_by(cell.refusals_query) == cell.refusals


def test_a_pledge_of_two_places_counts_under_both_and_once_in_the_totals(client):
    make.make_commitment(places=[make.make_place(), make.make_place("test-place-2")])
    query = "country=ZZ&down=place&across=country"
    table = table_of(query)
    assert [line.whole.number for line in table.lines] == [1, 1]
    assert (table.totals[0].number, table.whole.number) == (1, 1)
    assert "Place: a pledge can have several" in tight(client.get(f"/en/table/?{query}").content.decode())


def test_refusals_stand_beside_the_pledges_and_in_no_number(client):
    make.make_commitment("test-refused", status=Status.DECLINED)
    make.make_commitment("test-pledged")
    for value, number in {"count": 1, "official": 0, "delivered": 0}.items():
        assert table_of(f"country=ZZ&value={value}").whole.number == number
    html = tight(client.get("/en/table/?country=ZZ").content.decode())
    assert 'aria-label="Testland, 2016: 1 pledge"' in html
    assert 'aria-label="Testland, 2016: 1 refusal"' in html


def test_units_are_never_added_to_each_other():
    table = table_of("down=unit&across=year&value=upper")
    for line in table.lines:
        asked = f"unit={line.key}&in_totals=counted"
        assert line.whole.rests_on == (0 if line.key == "none" else found_by(asked)), line.key
    assert table.whole.number is None


@pytest.mark.parametrize("order", ["name", "-name", "total", "-2016", "2016"])
def test_rows_are_in_the_order_that_is_asked_for(order):
    table = table_of(f"down=type&across=year&value=delivered&ranked={order}")
    place = [column.key for column in table.columns].index("2016")
    numbers = [line.whole.number if order == "total" else line.cells[place].number for line in table.lines]
    if "name" in order:
        names = [line.key for line in table_of("down=type").unsorted]
        assert [line.key for line in table.lines] == (names[::-1] if order == "-name" else names)
    else:
        stated = [number for number in numbers if number is not None]
        assert stated == sorted(stated, reverse=order.startswith("-"))
        assert numbers[len(stated) :] == [None] * (len(numbers) - len(stated))


def test_times_stand_in_their_order_and_what_has_none_at_the_end():
    for name in ("year", "quarter", "month"):
        keys = [column.key for column in table_of(f"down=type&across={name}").columns]
        assert keys == [*sorted(keys[:-1]), "none"]


def test_one_dimension_alone_is_a_league_table_of_all_values():
    table = table_of("down=country&across=nothing&ranked=-delivered")
    assert [column.key for column in table.columns] == VALUES
    delivered = [line.cells[1].number for line in table.lines if line.cells[1].number is not None]
    assert delivered == sorted(delivered, reverse=True)
    for value, cell in zip(VALUES, table.totals, strict=True):
        assert shown(cell) == shown(table_of(f"value={value}").whole)


@pytest.mark.parametrize(
    ("down", "across"), [*PAIRS, ("source", "step"), ("timed", "in_totals"), ("country", "nothing")]
)
def test_without_the_index_and_of_a_day_it_is_the_same(monkeypatch, down, across):
    def told(query):
        table = table_of(query)
        cells = [[shown(cell) for cell in (line.whole, *line.cells)] for line in table.lines]
        return [line.key for line in table.lines], cells, [shown(cell) for cell in table.totals]

    query = f"not_country=FR&down={down}&across={across}&value=upper"
    found = told(query)
    monkeypatch.setattr(keeping, "current", lambda: None)
    assert told(query) == found


def test_the_table_of_a_past_day_is_that_of_the_day(client):
    today = datetime.now(UTC).date()
    for query in ("down=type&across=quarter", "down=country&across=nothing"):
        now, then = (client.get(f"/en/table.csv?{query}{day}").getvalue() for day in ("", f"&as_of={today}"))
        assert now == then
        assert client.get(f"/en/table/?{query}&as_of={today}").status_code == 200


# Files


def in_file(client, query, language="en"):
    content = client.get(f"/{language}/table.csv?{query}").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


@pytest.mark.parametrize(
    "query",
    ["", "value=upper&down=type", "value=approval_days&across=place", "across=nothing", "country=AU&value=official"],
)
def test_the_files_hold_what_the_page_shows(client, query):
    table = table_of(query)
    head, *lines, last = in_file(client, query)
    assert head[:3] == ["row", "row_en", "row_ar"]
    assert [line[0] for line in lines] == [line.key for line in table.lines]
    assert [line[1] for line in lines] == [line.name for line in table.lines]
    for line, written in zip(table.lines, lines, strict=True):
        named = dict(zip(head, written, strict=True))
        for column, cell in zip(table.columns, line.cells, strict=True):
            number = cell.number or 0 if cell.value == "count" else "" if cell.number is None else cell.number
            assert named[column.key] == str(number)
            beside = "_refusals" if cell.value == "count" else "_of"
            assert named[column.key + beside] == str(cell.refusals if cell.value == "count" else cell.rests_on)
    assert last[1:3] == ["Total", "المجموع"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/en/table.xlsx?{query}").getvalue()))
    sheet = [
        ["" if value is None else str(value) for value in row] for row in book["Numbers"].iter_rows(values_only=True)
    ]
    assert sheet == [head, *lines, last]
    notes = [row[2] for row in book["Notes"].iter_rows(values_only=True)]
    assert CommitmentFilter(QueryDict(query)).sentence in notes


def test_a_table_of_too_many_cells_says_so_and_offers_the_file(client):
    query = "down=source&across=country"
    number = table_of(query).number_of_cells
    assert number > MOST_CELLS
    html = client.get(f"/en/table/?{query}").content.decode()
    assert f"This table has {number:,} cells; a page shows at most 2,000." in tight(html)
    assert "<table" not in html
    (href,) = re.findall(r'href="(/en/table.csv\?[^"]*)"', html)
    assert len(client.get(unescape(href)).getvalue().splitlines()) == len(table_of(query).unsorted) + 2


@pytest.mark.parametrize(
    "query",
    ["down=nonsense", "across=nonsense", "value=nonsense", "ranked=nonsense", "ranked=-1066", "down=type&across=type"]
    + ["down=year", "down=type&down=place", "down=type&across=nothing&ranked=2016"],
)
def test_what_cannot_be_read_gives_a_message_and_no_table(client, query):
    for language in ("en", "ar"):
        html = client.get(f"/{language}/table/?{query}").content.decode()
        assert "<table" not in html
        assert 'id="problems"' in html
        for extension in ("csv", "xlsx"):
            response = client.get(f"/{language}/table.{extension}?{query}")
            assert response.status_code == 400
            assert response.content


@pytest.mark.parametrize("query", ["", "across=nothing", "down=place&across=month&value=delivery_days"])
def test_the_page_asks_few_queries(client, django_assert_max_num_queries, query):
    client.get("/en/pledges/")  # makes the index
    # what is chosen from is kept on a site, not within the transaction of a test: there it is six
    with django_assert_max_num_queries(16):
        client.get(f"/en/table/?{query}")


def test_the_words_of_a_cell_are_those_of_its_language(client):
    with translation.override("ar"):
        html = tight(client.get("/ar/table/?down=type_group&across=quarter").content.decode())
    assert "الربع الأول من 2016" in html
    assert "المجموع" in html


def test_a_wait_is_found_by_the_filter(db):
    for lag, before, after in (
        ("approval", EARLY, {"approved"}),
        ("delivery", EARLY | {"approved"}, {"ongoing", "completed"}),
    ):
        known = {pledge.slug for pledge in rows_of("") if days_until(pledge, before, after) is not None}
        assert {pledge.slug for pledge in CommitmentFilter(QueryDict(f"timed={lag}")).results} == known
        assert len(known) > 10
