"""The pages that show one filtered set of pledges: list, matrix, timeline, map, comparison, disagreements."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from pledges.charts import comparison, world
from pledges.charts import table as free_table
from pledges.charts.claims import DATE, NUMBER
from pledges.charts.disagreements import contests, disputes, furthest_apart_first, strongest_first
from pledges.charts.explained import explained
from pledges.charts.matrix import table
from pledges.charts.panels import shown_by_month
from pledges.exports.columns import COLUMN, with_columns
from pledges.exports.headings import heading, language_of
from pledges.exports.rows import chosen_columns, record
from pledges.exports.wanted import pledge_address
from pledges.history.days import AS_OF
from pledges.models import Commitment
from pledges.models.commitments import CommitmentQuerySet
from pledges.models.vocab import Claims, Grade
from pledges.query.pledge_dimensions import DIMENSION, GAP, SORTED_COLUMNS, SORTS
from pledges.query.pledges import BY_NAME, BY_TOTAL, COUNT, SHOW, SPLIT, CommitmentFilter, Pages
from pledges.views.browsing import browsing, kept, pairs, switch, use_in
from pledges.views.compact_table import Lines
from pledges.views.embeds import leaving
from pledges.views.readers import public_page, site_of
from pledges.views.references import view_reference
from pledges.views.then import then

PER_PAGE = 40
DISPUTES_PER_PAGE = 10


@public_page
def pledge_list(request):
    """The commitments that the query string asks for, a page at a time, with the filter."""
    context = browsing(request, "pledge-list")
    query = context["filter"]
    complete = with_columns if query.columns else CommitmentQuerySet.with_names
    page = CountedPaginator(Pages(query, complete), PER_PAGE, context["total"]).get_page(query.page)
    sorts = sort_choices(query)
    context |= {
        "page": page,
        "columns": sortable_columns(sorts),
        "sorts": sorts,
        "column_form": column_form(query),
        "rows_switch": switch(query, "rows"),
        "is_compact": query.shown_as("rows") == "compact",
        "basket_kept": basket_kept(query, page),
        "in_titles": found_in_titles(query, page) if context["found"] else (),
        "then": then(query, page.object_list),
    }
    if context["is_compact"] and not query.columns:
        context["lines"] = [*map(Lines(set(query.chosen_slugs), context["in_titles"], context["then"]).line, page)]
    if query.columns:
        context["headings"], context["rows"] = chosen_table(request, query, page.object_list)
    return render(request, "pledges/pledge_list.html", context)


def found_in_titles(query, page):
    """The slugs of the pledges of a page that a search finds only with the titles of their sources."""
    here = [pledge.pk for pledge in page.object_list]
    rows = Commitment.objects.filter(pk__in=here).exclude(query.holds_itself)
    return set(rows.values_list("slug", flat=True))


def basket_kept(query, page):
    """What the form of ticked rows keeps: how to show them, and those ticked before that are not on this page."""
    here = {pledge.slug for pledge in page.object_list} if query.chosen_slugs else set()
    shown = [(name, value) for name, value in pairs(query) if name in {"sort", "rows", "columns", AS_OF}]
    return shown + [("id", slug) for slug in query.chosen_slugs if slug not in here]


class CountedPaginator(Paginator):
    """A paginator that is told how many rows there are."""

    def __init__(self, rows, per_page, total):
        super().__init__(rows, per_page)
        self.count = total


def sortable_columns(sorts):
    """The sorts that are columns of the table."""
    return [sort for sort in sorts if sort["name"] in SORTED_COLUMNS]


def sort_choices(query):
    """What the list can be sorted by: label, the query string that sorts by it, `aria-sort` if it is sorted."""
    columns = []
    for name, (label, _terms) in SORTS.items():
        active = query.sort.removeprefix("-") == name and not query.own_words_first
        descending = query.sort.startswith("-")
        first, second = (f"-{name}", name) if name == GAP else (name, f"-{name}")
        columns.append(
            {
                "name": name,
                "label": label,
                "query": query.changed(sort=second if active and query.sort == first else first),
                "aria_sort": ("descending" if descending else "ascending") if active else None,
            }
        )
    return columns


# The list with chosen columns


@dataclass
class Cell:
    """One value of the table: its heading, the parts to show, how they are written; `is_own`: a page of this site."""

    heading: str
    parts: list
    is_address: bool
    language: str
    is_own: bool


# sets of columns to begin with, `*` for the language of the page; the usual one is what the list shows by itself
USUAL = (
    "country_* group_* type_* change_* quantity_min quantity_max unit_* status_* announced_on attributed_to_* grade_*"
)
NUMBERS = (
    "slug country_* type_* change_* quantity_min quantity_max quantity_qualifier_* unit_* quantity_text "
    "status_* reached_* announced_on"
)
EVIDENCE = (
    "slug country_* type_* announced_on attribution_* attributed_to_* grade_* independent_sources sources "
    "sources_contradicting source_urls"
)


def column_form(query):
    """The boxes of the form, those shown first and in their order, the sets of columns, what the form keeps."""
    language = get_language()
    sets = {
        label: names.replace("*", language).split()
        for label, names in [(_("Numbers"), NUMBERS), (_("Evidence"), EVIDENCE)]
    }
    sets[pgettext("columns", "All")] = list(COLUMN)
    shown = query.columns or USUAL.replace("*", language).split()
    names = [*shown, *(name for name in COLUMN if name not in shown)]
    presets = [(label, query.changed(columns=",".join(set_)), query.columns == set_) for label, set_ in sets.items()]
    return {
        "boxes": [(name, heading(name), name in shown) for name in names],
        "presets": [(pgettext("columns", "Usual"), query.changed(columns=None), not query.columns), *presets],
        "kept": kept(query, {"columns"}),
        "usual": query.changed(columns=None) if query.columns else None,
    }


def chosen_table(request, query, rows):
    """(headings, [(pledge, cells)]) of the chosen columns for some pledges `with_columns`."""
    columns, address = chosen_columns(query.columns), pledge_address(site_of(request))
    headings = [heading(column.name) for column in columns]
    return headings, [(pledge, cells(pledge, columns, headings, address)) for pledge in rows]


def cells(pledge, columns, headings, address):
    found = record(pledge, columns, address)
    return [
        Cell(
            heading=head,
            parts=parts_of(found[column.name]),
            is_address=column.name in {"url", "source_urls"},
            language=language_of(column.name),
            is_own=column.name == "url",
        )
        for column, head in zip(columns, headings, strict=True)
    ]


def parts_of(value):
    """A value as the list of what to show."""
    if value is None:
        return []
    return [part for part in value if part] if isinstance(value, list) else [value]


# The other pages


@public_page
def matrix_page(request):
    context = browsing(request, "matrix")
    context |= leaving(request, "matrix", context["filter"])
    query = context["filter"]
    if context["total"]:
        context |= {
            "matrix": table(query, query.shown_as("by")),
            "switches": [switch(query, name) for name in ("cell", "by", "order")],
            "order": query.shown_as("order"),
            "order_links": {order: query.changed(order=order) for order in ("name", "total")},
        }
    return render(request, "pledges/matrix.html", context)


@public_page
def table_page(request):
    """Any two dimensions of the commitments that the query string asks for, or one and all values."""
    context = browsing(request, "table")
    context |= leaving(request, "table", context["filter"])
    if context["total"]:
        table = free_table.Table(context["filter"])
        context |= {"table": table, "table_form": table_form(table)}
        if not table.is_too_large:
            context["head"] = {"label": DIMENSION[table.down].label, **table.sorting(BY_NAME)}
            context["heads"] = [{"label": column.name, **table.sorting(column.key)} for column in table.columns]
            context["total_head"] = None if table.has_all_values else table.sorting(BY_TOTAL)
    return render(request, "pledges/table.html", context)


def table_form(table):
    """The form of the table: its lists of choices, and what it keeps."""
    query = table.query
    names = ["down", "across", *([] if table.has_all_values else ["value"])]
    fields = [(name, query.form.fields[name], query.shown_as(name)) for name in names]
    # what held on a day is offered once a day is chosen
    left_out = set() if "on" in query.parameters else {name for name, found in DIMENSION.items() if found.asks}
    fields = [
        (name, field.label, [pair for pair in field.choices if pair[0] not in left_out], chosen)
        for name, field, chosen in fields
    ]
    shows_units = len(table.units) > 1 and (table.has_all_values or table.value in free_table.SUMS)
    if shows_units and "unit" not in {table.down, table.across}:
        chosen = query.parameters.getlist("unit")
        usual = _("That of most pledges (%(unit)s)") % {"unit": table.unit_name}
        units = [("", usual), *((unit.slug, unit.name) for unit, _number in table.units)]
        fields.append(("unit", _("Unit"), units, table.unit if chosen else ""))
    # an order by a column of another table is none
    shown = {name for name, *_rest in fields} | {"ranked"}
    return {"fields": fields, "kept": kept(query, shown)}


@public_page
def timeline_page(request):
    context = browsing(request, "timeline")
    context |= leaving(request, "timeline", context["filter"])
    if context["total"]:
        query = context["filter"]
        context |= shown_by_month(query)
        context["timeline_form"] = timeline_form(query, [amount.unit for amount in context["totals"].amounts])
    return render(request, "pledges/timeline.html", context)


def timeline_form(query, units):
    """The form of the timeline: its lists of choices, and what it keeps; `units` are those with a sum."""
    measures = [(COUNT, _("Number of pledges")), *((unit.slug, unit.name) for unit in units)]
    if query.measure not in dict(measures):
        measures.append((query.measure, query.accepted("unit").labels[query.measure]))
    choices = {"show": SHOW, "measure": measures, "split": SPLIT}
    chosen = {"show": query.shown_as("show"), "measure": query.measure, "split": query.shown_as("split")}
    fields = [(name, query.form.fields[name].label, choices[name], chosen[name]) for name in choices]
    return {"fields": fields, "kept": kept(query, set(choices))}


@public_page
def map_page(request):
    """The commitments that the query string asks for, by country."""
    context = browsing(request, "map")
    context |= leaving(request, "map", context["filter"])
    if context["total"]:
        context["map"] = world.drawn(context["filter"])
    return render(request, "pledges/map.html", context)


@public_page
def explain_page(request):
    """How the numbers of the commitments that the query string asks for come about."""
    query = CommitmentFilter(request.GET)
    context = {"filter": query, "asked": query.narrowed(sort=None)}
    if not query.problems:
        context |= explained(query)
    return render(request, "pledges/explain.html", context)


@public_page
def compare_page(request):
    context = browsing(request, "compare")
    context |= leaving(request, "compare", context["filter"])
    query = context["filter"]
    chosen = query.parameters.getlist("country")
    context |= {"chosen": len(chosen), "fewest": comparison.FEWEST, "most": comparison.MOST}
    if not query.problems and comparison.FEWEST <= len(chosen) <= comparison.MOST:
        context |= comparison.side_by_side(query, chosen)
    else:
        context |= {"filters_open": True, "figures": None}
    return render(request, "pledges/compare.html", context)


# by what sources are compared: the parameter and its value that find the same pledges in the list, the condition on
# the page, the order of the list
DISAGREEING = {
    "evidence": ("disputed", "yes", {"grade": [Grade.DISPUTED]}, {}),
    **{
        kind: (f"{kind}_claims", Claims.DIFFER.value, {f"{kind}_claims": [Claims.DIFFER]}, {"sort": f"-{GAP}"})
        for kind in (NUMBER, DATE)
    },
}


# those of other comparisons than that by evidence
HEADINGS = {
    NUMBER: gettext_lazy("Where sources give different numbers"),
    DATE: gettext_lazy("Where sources give different dates"),
}


@public_page
def disagreements_page(request):
    """The pledges that the query string asks for and sources disagree on, those furthest apart first."""
    asked = request.GET.get("about", "").strip().lower()
    name, value, only, order = DISAGREEING.get(asked, DISAGREEING["evidence"])
    context = browsing(request, "disagreements", only=only)
    query = context["filter"]
    about = query.shown_as("about")
    found = strongest_first(query.keys) if about == "evidence" else furthest_apart_first(query.keys, about)
    page = Paginator(found, DISPUTES_PER_PAGE).get_page(query.page)
    page.object_list = disputes(page.object_list) if about == "evidence" else contests(page.object_list, about)
    # the same rows as a list, to take away, to cite and to follow
    listed = CommitmentFilter(QueryDict(query.changed(about=None, **{name: value}, **order)))
    wanted = query.parameters.getlist(name)
    wants_agreement = bool(wanted) and value not in wanted
    context |= {
        "page": page,
        "about": about,
        "heading": HEADINGS.get(about, context["heading"]),
        "about_switch": switch(query, "about"),
        "list_query": listed.changed(),
        "with_disputed": query.changed(**{name: None}),
        "wants_agreement": wants_agreement,
        "cite": None if wants_agreement else view_reference(request, listed),
        "asked": listed.narrowed(sort=None),
        "use_in": use_in(request, listed, None) if context["total"] else (),
    }
    return render(request, "pledges/disagreements.html", context)
