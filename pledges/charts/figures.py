"""The numbers that a page shows as plain tables: matrix, table, timeline, map, comparison, each a row of `FIGURES`.

Rows are values in the order of the page, with codes and names in both languages; no bytes are made here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from pledges.charts import comparison, matrix, table, timeline, world
from pledges.charts.by_month import Chart, Value, is_first_view
from pledges.charts.panels import chart_of
from pledges.i18n import LANGUAGES
from pledges.models import CommitmentType, Country, Meeting
from pledges.models.dates import iso
from pledges.models.vocab import Stage, TypeGroup
from pledges.query.dimension import NONE
from pledges.query.pledges import CommitmentFilter
from pledges.record.columns import bilingual_labels

Row = tuple[Any, ...]
# why a cell of the matrix is empty, as the legend says it
EMPTY = {"searched": "nothing_found", "unknown": "not_researched", "filtered": "no_match"}


@dataclass(frozen=True)
class Figures:
    """The numbers of a page; `rows` makes them from a filter, `refusal` says why there can be none.

    `headings` are the columns of a query, where not all tables have the same.
    """

    page: str
    description: str | Promise
    columns: tuple[str, ...]
    rows: Callable[[CommitmentFilter], Iterable[Row]]
    refusal: Callable[[CommitmentFilter], str] = lambda query: ""
    headings: Callable[[CommitmentFilter], tuple[str, ...]] | None = None
    # of a view with columns of its own
    other_description: str | Promise = ""
    other_columns: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.page}.csv"

    @property
    def url_name(self) -> str:
        return self.url_of("csv")

    def url_of(self, extension: str) -> str:
        return f"{self.page}-{extension}"

    @property
    def xlsx_url_name(self) -> str:
        return self.url_of("xlsx")

    def columns_of(self, query: CommitmentFilter) -> tuple[str, ...]:
        return self.headings(query) if self.headings else self.columns


def named(*columns: str) -> tuple[str, ...]:
    """Each column with its English and its Arabic name."""
    return tuple(f"{column}{ending}" for column in columns for ending in ("", "_en", "_ar"))


def country_cells(country: Country | None) -> Row:
    if country:
        return country.iso2, country.name_en, country.name_ar
    return None, *in_both(lambda: gettext("Groups of countries"))


def type_cells(type_: CommitmentType | None) -> Row:
    return (type_.slug, type_.name_en, type_.name_ar) if type_ else (None,) * 3


def label_cells(value: TypeGroup | Stage | None) -> Row:
    """The code of a closed vocabulary and its labels."""
    if value is None:
        return (None,) * 3
    return value.value, *(bilingual_labels(type(value))[language][value.value] for language in LANGUAGES)


def meeting_cells(meeting: Meeting | None) -> Row:
    """Slug and names, and the first day at its precision."""
    if meeting is None:
        return (None,) * 4
    return meeting.slug, meeting.name_en, meeting.name_ar, iso(meeting.start_on, meeting.date_precision)


def in_both(words: Callable[[], str]) -> Iterator[str]:
    for language in LANGUAGES:
        with override(language):
            yield words()


def matrix_rows(query: CommitmentFilter) -> Iterator[Row]:
    by = query.shown_as("by")
    found = matrix.table(query, by)
    types = {type_.slug: type_ for type_ in CommitmentType.objects.all()}
    for row in [*found["rows"], *found["unknown"]]:
        for (cell, *_shown), column in zip(row.cells, found["columns"], strict=True):
            type_ = types[column.key] if by == "type" else None
            yield (
                *country_cells(row.country),
                *label_cells(TypeGroup(type_.group if type_ else column.key)),
                *type_cells(type_),
                *cell_numbers(cell, row.nothing),
            )


def cell_numbers(cell: matrix.Cell | None, nothing: str) -> Row:
    if cell is None:
        return 0, 0, *label_cells(None), None, EMPTY[nothing]
    reached = cell.reached if cell.pledges else None
    latest = iso(cell.latest, cell.precision) if cell.latest else None
    return cell.pledges, cell.refusals, *label_cells(reached), latest, None


def table_rows(query: CommitmentFilter) -> Iterator[Row]:
    totals = dict(zip(LANGUAGES, in_both(lambda: gettext("Total")), strict=True))
    names = {
        language: {**names, "total": totals[language]}
        for language, names in names_of(query, query.shown_as("down")).items()
    }
    return table.file_rows(query, names)


def names_of(query: CommitmentFilter, dimension: str) -> dict[str, dict[str, str]]:
    """{language: {value of a dimension: its name}}."""
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = dict(CommitmentFilter(query.parameters).choices(dimension))
    return names


def timeline_columns(query: CommitmentFilter) -> tuple[str, ...]:
    return MONTHS if is_first_view(query) else VALUES_BY_MONTH


def timeline_rows(query: CommitmentFilter) -> Iterator[Row]:
    if not is_first_view(query):
        yield from chart_rows(chart_of(query))
        return
    found = timeline.of(query)
    for period in found.periods:
        for group in TypeGroup:
            numbers = (period.announced[group], period.refused[group], period.stepped[group])
            yield period.value, *label_cells(group), *numbers, "numbers", *meeting_cells(None)
        for meeting in period.meetings:
            yield period.value, *label_cells(None), *(None,) * 3, "meeting", *meeting_cells(meeting)
    undated = (found.undated, found.undated_refusals, found.undated_steps)
    if any(undated):
        yield None, *label_cells(None), *undated, "numbers", *meeting_cells(None)


def chart_rows(chart: Chart) -> Iterator[Row]:
    """All values of the dimension that it is split by, not only those that a page draws."""
    names = names_of(chart.query, chart.split) if chart.split else {}
    unit = (chart.unit.slug, chart.unit.name_en, chart.unit.name_ar) if chart.is_sum else (None,) * 3
    for panel in chart.parts:
        of_panel = (panel.key, *(of[panel.key] for of in names.values())) if chart.split else (None,) * 3
        if chart.is_standing:
            yield from ((point.period, *of_panel, *(None,) * 12, point.here.number) for point in panel.points)
            continue
        for point in panel.points:
            pledges, _refusals, *sums = value_cells(chart, point.so_far)
            values = value_cells(chart, point.here, point.refusals)
            yield point.period, *of_panel, *unit, *values, pledges, *sums, None
        if panel.undated.number or panel.undated_refusals:
            values = value_cells(chart, panel.undated, panel.undated_refusals)
            yield None, *of_panel, *unit, *values, *(None,) * 5


def value_cells(chart: Chart, value: Value, refusals: int = 0) -> Row:
    """Pledges and refusals; of a unit its sum, whose pledges alone are told."""
    if chart.is_sum:
        return value.number, None, value.least, value.most, "yes" if value.is_open else "no"
    return value.number, refusals, None, None, None


def map_rows(query: CommitmentFilter) -> Iterator[Row]:
    found = world.count_countries(query)
    countries = {country.iso2: country for country in Country.objects.public()}
    for counted in found.countries:
        yield *country_cells(countries[counted.iso2]), counted.tally.pledges, counted.tally.refusals
    if found.groups.rows:
        yield *country_cells(None), found.groups.pledges, found.groups.refusals


def comparison_rows(query: CommitmentFilter) -> Iterator[Row]:
    chosen = query.parameters.getlist("country")
    countries = {country.iso2: country for country in Country.objects.public()}
    for type_, _query, cells in comparison.side_by_side(query, chosen)["rows"]:
        for party, pledges in zip(chosen, cells, strict=True):
            refusals = sum(pledge.is_declined for pledge in pledges)
            country = None if party == NONE else countries[party]
            yield *country_cells(country), *type_cells(type_), len(pledges) - refusals, refusals


COUNTS = ("pledges", "refusals")
MONTHS = ("month", *named("type_group"), *COUNTS, "later_steps", "kind", *named("meeting"), "meeting_on")
SUMS = ("lower", "upper", "or_more")
VALUES_BY_MONTH = (
    *("month", *named("split", "unit"), *COUNTS, *SUMS),
    *(f"{name}_so_far" for name in ("pledges", *SUMS)),
    "in_force",
)
FIGURES = {
    figures.page: figures
    for figures in (
        Figures(
            "matrix",
            _("A row for each cell of the matrix, with why it is empty if it is."),
            (*named("country", "type_group", "type"), *COUNTS, *named("reached"), "latest", "empty_because"),
            matrix_rows,
        ),
        Figures(
            "table",
            _(
                "A row for each row of the table, a column for each of its columns, and a row and a column of totals. "
                "“_of” is how many pledges a share, a sum or a median rests on, “_or_more” whether a sum may be more."
            ),
            named("row"),
            table_rows,
            headings=table.headings,
        ),
        Figures(
            "timeline",
            _(
                "A row for each month and group of types; a year stands alone where no month is known. "
                "Also a row without numbers for each meeting in these months."
            ),
            MONTHS,
            timeline_rows,
            headings=timeline_columns,
            other_description=_(
                "If it is added up, of a unit or split: a row for each month and each value that it is split by, with "
                "what the month adds and what there is at its end (“_so_far”); what has no date stands in a last row. "
                "Of what was in force a row for each month that changed it."
            ),
            other_columns=VALUES_BY_MONTH,
        ),
        Figures("map", _("A row for each country."), (*named("country"), *COUNTS), map_rows),
        Figures(
            "compare",
            _("A row for each type and each of two to five chosen countries."),
            (*named("country", "type"), *COUNTS),
            comparison_rows,
            comparison.too_few_or_many,
        ),
    )
}
