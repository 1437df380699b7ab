"""Pages of numbers as pictures that leave the site: SVG with all that it needs, the drawing of the page in it.

Not here: where its words stand (`charts/paper.py`), its colours (`charts/paint.py`).
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import unescape
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, gettext, ngettext

from pledges.charts import abreast, comparison, grid, matrix, panels, world
from pledges.charts import table as free_table
from pledges.charts.figures import FIGURES
from pledges.charts.paint import styles
from pledges.charts.paper import LETTERS, MARGIN, Paper, broken, width_of
from pledges.exports.wanted import file_name, told
from pledges.history.as_of import known_on
from pledges.history.days import path_to
from pledges.i18n import current_language
from pledges.query.pledges import CommitmentFilter
from pledges.record import wording
from pledges.views.browsing import PAGES
from pledges.views.readers import open_file, public_page, refused, site_of

# what XML cannot hold; no query and no record should, either
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# a word of the other direction within a line
ISOLATED = re.compile(r"<bdi\b[^>]*>(.*?)</bdi>", re.DOTALL)
# the width of the maps
MAPS = 960
# of drawings of a kind: how many stand beside each other, how far apart, and the room for their names
BESIDE = 3
BETWEEN = 28
HEAD = 20


@dataclass(frozen=True)
class Picture:
    """What leaves the site of a page: `draw` puts it on a `Paper` and gives what its template needs."""

    page: str  # by its name in the URL conf
    draw: Callable[[CommitmentFilter, Callable[[float], Paper]], tuple[Paper, dict[str, Any]]]
    # why there is none of a query that can be read: because the page shows none, because it is too large for a picture
    page_refusal: Callable[[CommitmentFilter], str] = lambda query: ""
    too_large: Callable[[CommitmentFilter], str] = lambda query: ""

    @property
    def title(self) -> str:
        return next(str(heading) for name, _label, heading in PAGES if name == self.page)

    @property
    def url_name(self) -> str:
        return f"{self.page}-svg"


@open_file
@public_page
def picture_file(request, page):
    """The picture of a page for the same query string, as SVG; 400 where that shows none but a message."""
    query, picture = CommitmentFilter(request.GET), PICTURES[page]
    if problems := query.problems or why_not(request, picture, query):
        return refused(problems)
    response = HttpResponse(svg(request, picture, query), content_type="image/svg+xml; charset=utf-8")
    response["Content-Security-Policy"] = policy()
    return response


def why_not(request, picture, query):
    """Why a query that can be read gives no picture, and where its numbers are, in lines of words; else none."""
    words = picture.page_refusal(query) or picture.too_large(query)
    if not words or FIGURES[picture.page].refusal(query):
        return [words] if words else []
    address = site_of(request) + path_to(FIGURES[picture.page].url_name, query=query.changed())
    return [words, gettext("The file holds all of it: %(address)s") % {"address": address}]


def picture_of(page, query):
    """For the links of a page to its picture: `url_name`, and the name under which it is saved, without extension.

    Or the `refusal`, where what the page shows is too large for one.
    """
    name = file_name(told(query), date.today(), "svg", page).removesuffix(".svg")
    refusal = "" if query.problems else PICTURES[page].too_large(query)
    return {"url_name": PICTURES[page].url_name, "name": name, "refusal": refusal}


@cache
def policy():
    """Of a picture that is opened by itself: its own styles and nothing else."""
    digests = (b64encode(hashlib.sha256(sheet.encode()).digest()).decode() for sheet in styles().values())
    sheets = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; style-src {sheets}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


def svg(request, picture, query):
    """The picture as text."""
    site, title, words = site_of(request), picture.title, sentence(query)
    address = site + path_to(picture.page, query=query.changed())
    credit = f"{gettext('Coalition Pledges')} · {licence()}"

    def begun(inner):
        paper = Paper(inner, get_language_bidi())
        paper.write("kicker", gettext("Pledges to the coalition against ISIS"))
        paper.write("title", title)
        paper.write("sentence", words)
        paper.write("note", f"{wording.tally(query.tally)} · {known()}")
        return paper

    if query.tally.rows:
        paper, drawn = picture.draw(query, begun)
    else:
        paper, drawn = begun(MAPS), {}
        paper.bottom += MARGIN
        paper.write("heading", gettext("No pledges match."))
    paper.bottom += MARGIN / 2
    paper.write("note", credit)
    paper.write("address", address)
    context = {
        "paper": paper,
        "title": title,
        "sentence": words,
        "credit": credit,
        "address": address,
        "language": current_language(),
        "styles": styles(),
        "left": MARGIN,
        "site": site,
        # of a query that is too long numbers have no links
        "origin": "" if query.is_long else site,
        "drawn": f"pledges/pictures/{picture.page}.svg" if drawn else None,
        **drawn,
    }
    return NOT_IN_XML.sub("", render_to_string("pledges/pictures/picture.svg", context))


def sentence(query):
    """The sentence of a query on one line."""
    return " ".join(query.sentence.split())


def known():
    """The day whose record is shown."""
    return gettext("As known on %(day)s.") % {"day": wording.day(known_on() or date.today())}


def licence():
    name = settings.DATA_LICENCE["name"]
    return gettext("Licence: %(licence)s.") % {"licence": f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"}


def texts(template, context, tag):
    """What the elements of that name in a template of the pages say, in order."""
    html = render_to_string(template, context)
    for found in re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", html, re.DOTALL):
        isolated = ISOLATED.sub("\N{FIRST STRONG ISOLATE}\\1\N{POP DIRECTIONAL ISOLATE}", found)
        yield " ".join(unescape(strip_tags(isolated)).split())


# The drawings


def timeline_picture(query, begun):
    context = panels.shown_by_month(query)
    if "chart" in context:
        return by_month_picture(context["chart"], context["drawings"], begun)
    drawing = context["drawing"]
    width = drawing.width + 36 if drawing else MAPS
    paper = begun(width)
    context |= {"width": width, "place": paper.place(drawing.height if drawing else 0)}
    series = [(f"series-{group}", str(group.label)) for group in context["type_groups"]]
    paper.legend([*series, ("meeting", gettext("Meeting"))])
    paper.write("note", *texts("pledges/_timeline_words.html", context, "p"))
    paper.write("note", *texts("pledges/_undated.html", context, "a"))
    return paper, context if drawing else {}


def by_month_picture(chart, drawings, begun):
    """One drawing, or several beside and below each other, each with its name and what it comes to."""
    width = drawings[0].width if drawings else MAPS
    beside = BESIDE if chart.split else 1
    paper = begun(beside * width + (beside - 1) * BETWEEN)
    paper.write("heading", chart.title)
    placed = []
    for first in range(0, len(drawings), beside):
        head = HEAD if chart.split else 0
        top = paper.place(head + drawings[0].height)
        for place, drawing in enumerate(drawings[first : first + beside]):
            placed.append(Placed(drawing, paper, place * (width + BETWEEN), top, head))
    if drawings:
        if chart.keys or not chart.split:
            meetings = [("meeting", gettext("Meeting"))] if drawings[0].meetings else []
            paper.legend([*chart.keys, *meetings])
        paper.write("note", " · ".join(capfirst(shown.name) for shown in chart.summary))
    paper.write("note", *texts("pledges/_chart_words.html", {"chart": chart, "drawings": drawings}, "strong"))
    paper.write("note", *texts("pledges/_chart_notes.html", {"chart": chart}, "li"))
    return paper, {"placed": placed} if placed else {}


class Placed:
    """A drawing on a picture: where it stands, below its name and what it comes to."""

    def __init__(self, drawing, paper, start, top, head):
        self.drawing, self.y, self.total = drawing, top + head, drawing.all.value.text
        self.x, self.first, self.last = paper.x(start, drawing.width), paper.x(start), paper.x(start + drawing.width)
        self.base = top + LETTERS["key"].size
        room = drawing.width - width_of(self.total, LETTERS["key"].size) - BETWEEN
        first, *more = broken(drawing.panel.name, room, LETTERS["key"].size) if head else [""]
        self.name = f"{first}…" if more else first


def map_picture(query, begun):
    found = world.drawn(query)
    context = {"map": found}
    paper = begun(MAPS)
    shades = ["ground", *(f"shade-{shade}" for shade, *_limits in found["shades"])]
    shades += ["outline"] if found["is_outlined"] else []
    paper.place(0)
    paper.legend(zip(shades, texts("pledges/_map_legend.html", context, "li"), strict=True))
    maps = []
    for drawing, title, inset in (
        (found["world"], gettext("The world"), found["region"].box),
        (found["region"], gettext("Europe and the Middle East"), None),
    ):
        paper.write("heading", title)
        height = MAPS * drawing.box.height / drawing.box.width
        maps.append((drawing, paper.place(height), height, inset))
    paper.write("note", *texts("pledges/_map_words.html", context, "p"))
    return paper, {"maps": maps, "width": MAPS, "shapes_within": shapes()}


@cache
def shapes():
    """The shapes of all countries, for a drawing that cannot ask for them."""
    text = (settings.BASE_DIR / "static" / "img" / "world.svg").read_text(encoding="utf-8")
    # made by `manage.py build_world`
    return mark_safe(text[text.index("<g ") : text.rindex("</svg>")])  # noqa: S308


def matrix_picture(query, begun):
    table = matrix.table(query, query.shown_as("by"))
    drawing = grid.of_matrix(table, mirrored=get_language_bidi())
    paper = begun(drawing.width)
    place = paper.place(drawing.height)
    paper.legend([*legend(table["shading"]), declined()])
    paper.write(
        "note",
        gettext("A pledge counts once, under its country and type; numbers of pledges say nothing about their size."),
    )
    if unknown := len(table["unknown"]):
        words = ngettext("Not researched: %(n)s country", "Not researched: %(n)s countries", unknown)
        paper.write("note", words % {"n": unknown})
    return paper, {"drawing": drawing, "place": place}


def legend(shading) -> Iterator[tuple[str, str]]:
    words = texts("pledges/_shades.html", {"shading": shading}, "li")
    for shade, said in zip(shading.legend, words, strict=True):
        yield f"cell-{shade.depth}", f"{grid.SIGNS[shade.stage]} {said}" if shade.stage else said


def declined() -> tuple[str, str]:
    return "cell-declined", f"✕ {gettext('Declined')}"


def table_picture(query, begun):
    table = free_table.Table(query)
    drawing = grid.of_table(table, mirrored=get_language_bidi())
    paper = begun(drawing.width)
    paper.bottom += MARGIN / 2
    paper.write("heading", gettext("All values") if table.has_all_values else table.title)
    paper.write("note", table.axes)
    place = paper.place(drawing.height)
    keys = [*legend(table.shading)] if table.shading else []
    if keys := keys + [declined()] * ("count" in table.values):
        paper.legend(keys)
    paper.write("note", *texts("pledges/_table_notes.html", {"table": table}, "li"))
    return paper, {"drawing": drawing, "place": place}


def comparison_picture(query, begun):
    paper, mirrored = begun(abreast.width_for(query)), get_language_bidi()
    drawing = abreast.Drawing(
        comparison.side_by_side(query, query.parameters.getlist("country")), paper.inner, mirrored
    )
    place = paper.place(drawing.height)
    paper.write(
        "note",
        gettext("The stage is the furthest that a source tells of. Quantities of unlike units cannot be compared."),
    )
    return paper, {"drawing": drawing, "place": place}


PICTURES = {
    picture.page: picture
    for picture in (
        Picture("matrix", matrix_picture),
        Picture("timeline", timeline_picture),
        Picture("map", map_picture),
        Picture("table", table_picture, free_table.too_large, grid.too_large),
        Picture("compare", comparison_picture, comparison.too_few_or_many, abreast.too_large),
    )
}
