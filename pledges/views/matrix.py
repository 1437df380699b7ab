"""The matrix of countries and types of pledge: each number leads to its rows."""

from dataclasses import dataclass
from itertools import groupby

from django.shortcuts import render
from django.utils.translation import gettext as _

from pledges.charts.matrix import RANK, Cell, matrix
from pledges.i18n import localized_order
from pledges.models import CommitmentType, Country
from pledges.models.vocab import TypeGroup
from pledges.query.dimension import NONE
from pledges.views.browsing import browsing
from pledges.views.readers import public_page

PATHS = {"type": "type__slug", "type_group": "type__group"}
# conditions that choose rows and columns, or the day; any other leaves cells empty for its own reason
AXES = {"country", "not_country", "type", "not_type", "type_group", "not_type_group", "as_of"}


@dataclass
class Line:
    """A row or a column: its value in a query string, its name, what it amounts to, the query of its rows."""

    key: str
    name: str
    cell: Cell
    query: str
    group: str = ""
    country: Country | None = None
    nothing: str = ""  # why cells are empty: filtered, searched, unknown
    cells: tuple = ()  # (Cell or None, the query of its rows, the name of its column)


@public_page
def matrix_page(request):
    context = browsing(request, "matrix")
    commitments = context["filter"]
    if context["total"]:
        context |= {
            "matrix": table(commitments, commitments.shown_as("by")),
            "switches": [switch(commitments, name) for name in ("cell", "by", "order")],
            "cell_shows": commitments.shown_as("cell"),
            "order": commitments.shown_as("order"),
            "order_links": {order: commitments.changed(order=order) for order in ("name", "total")},
            "stages": list(RANK),
        }
    return render(request, "pledges/matrix.html", context)


def switch(commitments, name):
    """The choices for one way of showing: label and links, the active one marked."""
    field, active = commitments.form.fields[name], commitments.shown_as(name)
    choices = [
        {"label": label, "query": commitments.changed(**{name: value}), "active": value == active}
        for value, label in field.choices
    ]
    return {"label": field.label, "choices": choices}


def table(commitments, by, largest=None):
    """What `_matrix.html` shows: `groups` of `columns`, `rows` with their cells, the `whole`.

    `by` is the dimension of the columns; `largest` keeps only so many rows, those with most pledges.
    """
    found = matrix(commitments.matching(), PATHS[by])
    columns = list(columns_of(found, commitments, by))
    rows = [with_cells(row, columns, found, commitments, by) for row in rows_of(found, commitments)]
    if largest or commitments.shown_as("order") == "total":
        rows.sort(key=lambda row: -row.cell.number)
    return {
        "groups": [(group, len(list(lines))) for group, lines in groupby(columns, lambda column: column.group)],
        "columns": columns,
        "rows": rows[:largest],
        "whole": Line("", "", found.total, commitments.conditions),
        "by": by,
    }


def columns_of(found, commitments, by):
    """The columns that hold something, in the order of the vocabulary."""
    if by == "type_group":
        named = [(group, group.label, "") for group in TypeGroup]
    else:
        named = [(type_.slug, type_.name, type_.get_group_display()) for type_ in CommitmentType.objects.all()]
    for key, name, group in named:
        if key in found.columns:
            yield Line(key, name, found.columns[key], commitments.narrowed(**{by: key}), group)


def rows_of(found, commitments):
    """The countries, by name, then the groups of countries; those with nothing too, where that says something."""
    only_axes = commitments.asked <= AXES
    chosen, excluded = (commitments.query.getlist(name) for name in ("country", "not_country"))
    for country in Country.objects.public().with_research().order_by(localized_order("name")):
        key = country.iso2
        if key in found.rows or (key in chosen if chosen else only_axes and key not in excluded):
            nothing = "searched" if country.is_researched else "unknown"
            nothing = nothing if only_axes else "filtered"
            yield Line(
                key, country.name, found.rows[key], commitments.narrowed(country=key), country=country, nothing=nothing
            )
    if None in found.rows:
        nothing = "searched" if only_axes else "filtered"
        name = _("Groups of countries")
        yield Line(NONE, name, found.rows[None], commitments.narrowed(country=NONE), nothing=nothing)


def with_cells(row, columns, found, commitments, by):
    """The row with its cells; an empty one is None."""
    party = None if row.key == NONE else row.key
    cells = [(found.cells.get((party, column.key)), column) for column in columns]
    row.cells = tuple(
        (cell, cell and commitments.narrowed(country=row.key, **{by: column.key}), column.name)
        for cell, column in cells
    )
    return row
