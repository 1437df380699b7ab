"""League tables: the pledges of each country, type, meeting or place as rows to compare and sort by any column.

A refusal is no pledge: it is counted apart. Every number comes with the query string of its rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Max, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized_order
from pledges.models import CommitmentType, Country, Meeting, Place, StatusChange
from pledges.models.dates import recency
from pledges.models.vocab import Precision, Region, TypeGroup
from pledges.query.dimension import NONE, rank
from pledges.query.facets import latest_by, numbers_by
from pledges.query.league import NUMBERS, SORTS, LeagueSort
from pledges.query.pledge_dimensions import DIMENSION
from pledges.query.pledges import CommitmentFilter
from pledges.record import wording

ASCENDING_FIRST = {"name", "group"}


@dataclass(frozen=True)
class League:
    """What a table is about: the dimension of its rows, where they come from and how they are grouped."""

    dimension: str
    heading: str | Promise
    records: Callable[[], QuerySet]
    key: str
    group: str | Promise
    group_order: Callable[[], Any]
    group_of: Callable[[Model], str]
    rest: str | Promise  # the pledges that belong to no row
    note_of: Callable[[Model], str] = lambda record: ""
    nothing: Callable[[Model], str | Promise] = lambda record: _("No pledge on record")

    @property
    def page(self) -> str:
        """The page of a row: a name in the URL conf."""
        return f"{self.dimension}-detail"


COUNTRIES = League(
    "country",
    _("Country"),
    lambda: Country.objects.public().with_research(),
    "iso2",
    _("Region"),
    lambda: rank("region", Region),
    lambda country: country.get_region_display(),
    _("Groups of countries"),
    nothing=lambda country: _("No pledge found") if country.is_researched else _("Not researched"),
)
TYPES = League(
    "type",
    _("Type of pledge"),
    CommitmentType.objects.all,
    "slug",
    _("Group"),
    lambda: rank("group", TypeGroup),
    lambda type_: type_.get_group_display(),
    _("Not stated"),
    note_of=lambda type_: type_.definition,
)
MEETINGS = League(
    "meeting",
    _("Meeting"),
    lambda: Meeting.objects.public(),
    "slug",
    _("Date"),
    lambda: F("start_on"),
    wording.meeting_date,
    _("Not tied to a meeting"),
)
PLACES = League(
    "place",
    _("Place"),
    lambda: Place.objects.public().select_related("country"),
    "slug",
    _("Country"),
    lambda: localized_order("country__name"),
    lambda place: place.country.name if place.country else "",
    _("Place not stated"),
)


@dataclass
class Row:
    """A line of a table: numbers by column, each with its query, and the latest announcement or step on record."""

    name: str
    key: str = ""
    group: str = ""
    note: str = ""
    record: Model | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NUMBERS, 0))
    latest: date | None = None
    precision: str = Precision.UNKNOWN
    numbers: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.counts["pledges"] and not self.counts["declined"]

    def saw(self, day: date | None, precision: str) -> None:
        """Keeps the date if it is the latest."""
        self.latest, self.precision = max((self.latest, self.precision), (day, precision), key=recency)

    def counted(self, query: CommitmentFilter, **conditions: str) -> "Row":
        """The row with its `numbers`: (column, number, query of its rows)."""
        self.numbers = [
            (name, self.counts[name], query.narrowed(**conditions, **asked))
            for name, (_label, asked) in NUMBERS.items()
        ]
        return self


def league(table: League, sort: LeagueSort) -> dict[str, Any]:
    """What `_league.html` shows of the public pledges, sorted as asked.

    `rows`, the `rest` that belongs to none, the `whole`; `without`, the records without a pledge by why that is.
    """
    query = CommitmentFilter.of()
    context = {"table": table, "sort": sort, "columns": [column(sort, table, name) for name in SORTS], "total": 0}
    if sort.problems:
        return context
    found, whole = tally(table, query)
    rows = [row_of(table, record, found) for record in in_order(table, sort.sort)]
    filled = [row.counted(query, **{table.dimension: row.key}) for row in rows if not row.is_empty]
    without = {}
    for row in rows:
        if row.is_empty:
            without.setdefault(table.nothing(row.record), []).append(row)
    rest = found.get(NONE)
    return context | {
        "rows": by_column(filled, sort.sort),
        "total": len(rows),
        "rest": rest and rest.counted(query, **{table.dimension: NONE}),
        "whole": whole.counted(query),
        "without": sorted(without.items(), key=lambda item: len(item[1])),
    }


def column(sort: LeagueSort, table: League, name: str) -> dict[str, Any]:
    """The heading of a column: label, the query string that sorts by it, `aria-sort` if it is sorted."""
    ascending, descending = name, f"-{name}"
    first, second = (ascending, descending) if name in ASCENDING_FIRST else (descending, ascending)
    return {
        "name": name,
        "label": {"name": table.heading, "group": table.group}.get(name, SORTS[name][0]),
        "query": sort.changed(sort=second if sort.sort == first else first),
        "aria_sort": {ascending: "ascending", descending: "descending"}.get(sort.sort),
    }


def tally(table: League, query: CommitmentFilter) -> tuple[dict[str, Row], Row]:
    """Rows of numbers by the value of the dimension (`NONE` for no value), and that of all pledges."""
    found, whole = {}, Row(_("All pledges"))
    for name, (_label, asked) in NUMBERS.items():
        more = {of: value for of, value in asked.items() if of != "declined"}
        is_pledge = asked["declined"] == "no"
        numbers = numbers_by(query, table.dimension, **more)
        for (value,), (number, refusals) in numbers.items():
            counted = number - refusals if is_pledge else refusals
            found.setdefault(value, Row(table.rest)).counts[name] = counted
        number, refusals = numbers_by(query, **more)[()]
        whole.counts[name] = number - refusals if is_pledge else refusals
    for value, dated in latest_by(query, table.dimension).items():
        found[value].saw(*dated)
    for value, *dated in latest_steps(table, query):
        found[value].saw(*dated)
    for row in found.values():
        whole.saw(row.latest, row.precision)
    return found, whole


def latest_steps(table: League, query: CommitmentFilter) -> Iterator[tuple[str, date | None, str]]:
    """(value of the dimension, precision of a date, the latest step of that precision)."""
    dimension = DIMENSION[table.dimension]
    steps = StatusChange.objects.filter(commitment__in=query.matching().order_by().values("pk")).order_by()
    rows = steps.values_list(f"commitment__{dimension.path}", "happened_precision").annotate(day=Max("happened_on"))
    for stored, precision, day in rows:
        yield dimension.public_value(stored), day, precision


def row_of(table: League, record: Model, found: dict[str | None, Row]) -> Row:
    key = getattr(record, table.key)
    row = found.get(key, Row(""))
    row.name, row.key, row.record = record.name, key, record
    row.group, row.note = table.group_of(record), table.note_of(record)
    return row


def in_order(table: League, sort: str) -> QuerySet:
    """The records by group where that is asked for, else by name."""
    name, group = localized_order("name"), table.group_order()
    order = {
        "group": [group.asc(nulls_last=True), name],
        "-group": [group.desc(nulls_last=True), name],
        "-name": [name.desc()],
    }
    return table.records().order_by(*order.get(sort, [name]), "pk")


def by_column(rows: list[Row], sort: str) -> list[Row]:
    """Rows that come by name or group, by the numbers or dates of a column; alike ones stay as they are."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == "latest":
        dated = [row for row in rows if row.latest]
        undated = [row for row in rows if not row.latest]
        return sorted(dated, key=lambda row: recency((row.latest, row.precision)), reverse=descending) + undated
    if name in NUMBERS:
        return sorted(rows, key=lambda row: row.counts[name], reverse=descending)
    return rows
