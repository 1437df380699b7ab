"""What the pages share that show one filtered set of pledges: list, matrix, timeline, map, comparison."""

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from pledges.charts.figures import FIGURES
from pledges.charts.sums import sums
from pledges.exports.formats import FORMATS
from pledges.exports.programs import PROGRAMS
from pledges.history.days import path_to
from pledges.query.base import EXCLUDE
from pledges.query.facets import facet_counts
from pledges.query.in_force import held
from pledges.query.pledge_dimensions import DIMENSIONS
from pledges.query.pledges import DAYS, CommitmentFilter
from pledges.query.ways_out import respelled, unknown_words, without_one
from pledges.record.fields import in_order
from pledges.views.readers import site_of
from pledges.views.references import view_reference

# the pages, each with the same query string: name of the URL, words of its tab, heading
PAGES = (
    ("pledge-list", _("List"), _("Pledges")),
    ("matrix", _("Matrix"), _("Who promised what")),
    ("table", _("Table"), _("Pledges by any two properties")),
    ("timeline", _("Timeline"), _("When it was promised")),
    ("map", _("Map"), _("Where the pledges come from")),
    ("compare", _("Comparison"), _("Countries compared")),
    ("disagreements", _("Disagreements"), _("Where sources disagree")),
    ("changes", _("Changes"), _("What changed")),
)
# the order in which filters are offered as lists of boxes; others come last
FIRST_BOXES = (
    *("country", "region", "bloc", "type", "type_group", "reached", "stage", "status", "later", "change", "grade"),
    *("attribution", "meeting", "year", "theatre", "place", "unit"),
)
OFFERED = tuple(dimension.name for dimension in in_order(DIMENSIONS, FIRST_BOXES) if dimension.has_boxes)
# longer lists get a box to find a value by its name
LONG_LIST = 12
IN_FORM = {*OFFERED, *DAYS, "held", "q", "min_sources", "disputed", "declined", "as_of"}
OPEN_AT_FIRST = {"country", "type", "language", "kind", "held"}


def browsing(request, here, only=None, filter_class=CommitmentFilter):
    """The context of a page: the `filter` of the request, its form with counts, the ways to the other pages.

    `here` is the page's name in `PAGES`, `only` the values of dimensions of the pledges that it is about; such a page
    says itself under which query they are cited, and so does one with a filter of its own.
    """
    query = filter_class(request.GET, only)
    shows_the_query = not only and filter_class is CommitmentFilter
    # what held on a day can be chosen once a day is
    names = ("held", *OFFERED) if query.asked & {"on", "held", "not_held"} else OFFERED
    facets = facet_counts(query, names)
    total = query.tally.rows
    figures = FIGURES.get(here)
    return {
        "filter": query,
        "tally": query.tally,
        "total": total,
        # of a page about some pledges only, no query string finds what is in a sum
        "totals": sums(query) if total and shows_the_query else None,
        "held": held(query, facets["held"]) if "on" in query.parameters and facets and shows_the_query else None,
        "found": where_found(query, total) if query.parameters.get("q") and total else None,
        "ways_out": None if total or query.problems else SimpleLazyObject(lambda: ways_out(query)),
        "here": here,
        "heading": next(heading for name, _label, heading in PAGES if name == here),
        "pages": PAGES,
        "formats": FORMATS.values(),
        "figures": figures,
        "use_in": use_in(request, query, figures) if total and shows_the_query else (),
        "boxes": [offered(query, name, facets) for name in names],
        "kept": kept(query, IN_FORM | {EXCLUDE + name for name in names if is_turned(query, name)}),
        "asked": query.narrowed(sort=None),
        "feed": "pledge-atom",
        "cite": view_reference(request, query) if shows_the_query else None,
    }


def use_in(request, query, figures):
    """The line for each program that loads what a page shows; none where the page shows nothing but a message."""
    if figures and figures.refusal(query):
        return ()
    name, page = (figures.url_name, f"pledges_{figures.page}") if figures else ("pledge-csv", "pledges")
    return loading_lines(request, query, name, page)


def loading_lines(request, query, file, name):
    """(program, line) pairs that load the CSV file (its name in the URL conf) with the query; none of a very long one.

    Programs take addresses only so long. What loads another format loads that of the pledges.
    """
    if query.is_long:
        return ()
    # of no use to programs: the mark at the beginning of a CSV, what is shown of the rows
    addresses = {"csv": path_to(file, query=query.changed(bom=0, rows=None))}
    if file == FORMATS["csv"].url_name:
        others = {program.loads for program in PROGRAMS} - {"csv"}
        shown = query.changed(rows=None, columns=None)
        addresses |= {extension: path_to(FORMATS[extension].url_name, query=shown) for extension in others}
    site = site_of(request)
    return [
        (program, program.loading(name, site + addresses[program.loads]))
        for program in PROGRAMS
        if program.loads in addresses
    ]


def where_found(query, total):
    """How many matches of a search hold its words themselves, and how many only with the titles of their sources."""
    own = query.number_by_own_words
    return {"own": own, "titles": total - own}


def ways_out(query):
    """What helps where nothing matches."""
    unknown = unknown_words(query)
    return {"without": without_one(query), "unknown": unknown, "respelled": respelled(query, unknown)}


def pairs(query):
    """The query string as (name, value) pairs, the page left out."""
    return [(name, value) for name, values in query.parameters.lists() for value in values if name != "page"]


def switch(query, name):
    """The choices for one way of showing: label and links, the active one marked."""
    field, active = query.form.fields[name], query.shown_as(name)
    choices = [
        {"label": label, "query": query.changed(**{name: value}), "active": value == active}
        for value, label in field.choices
    ]
    return {"label": field.label, "choices": choices}


def kept(filter_, in_form):
    """What a form keeps of the query string without showing it."""
    return [(name, value) for name, value in pairs(filter_) if name not in in_form]


def offered(query, name, facets):
    """One list of boxes of a filter form: each choice with its counts, the ticked ones first.

    `turned`: the ticked ones are left out; None where the filter cannot do that.
    """
    turned = is_turned(query, name) if query.excludes else None
    ticked = query.parameters.getlist(EXCLUDE + name if turned else name)
    choices = [
        {"value": value, "label": label, "ticked": value in ticked, **counted(facets, name, value)}
        for value, label in query.choices(name)
    ]
    return {
        "name": name,
        "label": query.label(name),
        "choices": sorted(choices, key=lambda choice: not choice["ticked"]),
        "ticked": len(ticked),
        "turned": turned,
        "open": bool(ticked) or name in OPEN_AT_FIRST,
        "is_long": len(choices) > LONG_LIST,
    }


def is_turned(query, name):
    """Whether the boxes of a list stand for what is left out; where some are chosen as well, they stand for these."""
    return EXCLUDE + name in query.parameters and name not in query.parameters


def counted(facets, name, value):
    """The numbers beside a choice, none where the query cannot be read."""
    if not facets:
        return {"total": None, "refusals": 0}
    return {"total": facets[name][value], "refusals": facets[name].refusals[value]}


def sort_links(query, descending_first):
    """Links that sort a list: label, query string, the direction it is sorted in now.

    `descending_first` names the sorts of which a first click gives the latest or the most first.
    """
    return [sort_link(query, name, name in descending_first) for name in query.sorts]


def sort_link(query, name, descending_first):
    ascending, descending = name, f"-{name}"
    first, second = (descending, ascending) if descending_first else (ascending, descending)
    return {
        "label": query.sorts[name][0],
        "query": query.changed(sort=second if query.sort == first else first),
        "direction": {ascending: "ascending", descending: "descending"}.get(query.sort),
    }
