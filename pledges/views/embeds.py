"""Pages for the frames of other sites, what is pasted there, and oEmbed, by which programs ask for it.

Nothing else of the site may be framed. Not here: pictures as files (`pictures.py`).
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import get_language_from_path, gettext, override
from django.views.decorators.clickjacking import xframe_options_exempt

from pledges.charts import comparison, matrix, world
from pledges.charts import table as free_table
from pledges.charts.figures import FIGURES
from pledges.charts.panels import shown_by_month
from pledges.history.as_of import known_on
from pledges.history.days import path_to
from pledges.query.pledge_dimensions import DIMENSION
from pledges.query.pledges import CommitmentFilter
from pledges.views.pictures import PICTURES, picture_of, sentence, shapes
from pledges.views.readers import day_of, open_file, public_page, site_of, timeless_page

# any site may frame it; it has no script and sends nothing
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors *"
)
# how large a frame is where nobody says, by page
WIDTH = 900
HEIGHTS = {"matrix": 720, "timeline": 540, "map": 900, "table": 720, "compare": 800}


@open_file
@xframe_options_exempt
@public_page
def embed(request, page):
    """The drawing or table of a page by itself, for a frame; 400 with the reason where the page shows only that."""
    query = CommitmentFilter(request.GET)
    context = {
        "filter": query,
        "tally": query.tally,
        "total": query.tally.rows,
        "page": page,
        "heading": PICTURES[page].title,
        "address": address_of(request, page, query),
        "day": known_on() or date.today(),
    }
    if refusal := "" if query.problems else PICTURES[page].page_refusal(query):
        has_file = not FIGURES[page].refusal(query)
        context |= {"refusal": refusal, "file": has_file and path_to(FIGURES[page].url_name, query=query.changed())}
    elif context["total"]:
        context |= SHOWN[page](query)
    status = 400 if query.problems or refusal else 200
    response = render(request, f"pledges/embeds/{page}.html", context, status=status)
    response["Content-Security-Policy"] = POLICY
    return response


def matrix_shown(query):
    return {"matrix": matrix.table(query, query.shown_as("by"))}


def map_shown(query):
    # a frame may be barred from asking for the file of shapes
    return {"map": world.drawn(query), "shapes_within": shapes(), "shapes": ""}


def table_shown(query):
    # the order of its rows is that of the page: another is chosen there
    table = free_table.Table(query)
    return {
        "table": table,
        "head": {"label": DIMENSION[table.down].label},
        "heads": [{"label": column.name} for column in table.columns],
        "total_head": not table.has_all_values,
    }


def comparison_shown(query):
    return comparison.side_by_side(query, query.parameters.getlist("country"))


SHOWN = {
    "matrix": matrix_shown,
    "timeline": shown_by_month,
    "map": map_shown,
    "table": table_shown,
    "compare": comparison_shown,
}


def address_of(request, name, query):
    """The absolute address of a page of the pledges of a query."""
    return site_of(request) + path_to(name, query=query.changed())


def leaving(request, page, query):
    """How what a page shows leaves the site: its `picture`, and what to paste elsewhere, `embed`."""
    if not query.problems and PICTURES[page].page_refusal(query):
        return {"picture": None, "embed": None}
    if query.problems:
        return {"picture": picture_of(page, query), "embed": None}
    asked = {"url": address_of(request, page, query), "format": "json"}
    return {
        "picture": picture_of(page, query),
        "embed": {
            "path": path_to(f"{page}-embed", query=query.changed()),
            "code": frame(request, page, query, "100%", HEIGHTS[page]),
            "title": title(page, query),
            "oembed": f"{site_of(request)}{reverse('oembed')}?{urlencode(asked)}",
        },
    }


def title(page, query):
    return f"{PICTURES[page].title} – {sentence(query)}"


def frame(request, page, query, width, height):
    """The element that shows the page in another site."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"'
        ' style="border: 0; max-width: 100%"></iframe>',
        address_of(request, f"{page}-embed", query),
        title(page, query),
        width,
        height,
    )


# oEmbed (oembed.com)


@open_file
@timeless_page
def oembed(request):
    """How to show the page at `url` in another site, as JSON: 404 if there is no such page, 501 in other formats."""
    asked = request.GET
    if asked.get("format", "json") != "json":
        return said(501, gettext("Only format=json is offered."))
    try:
        most = {name: least_of(asked[name]) for name in ("maxwidth", "maxheight") if name in asked}
    except ValueError:
        return said(400, gettext("maxwidth and maxheight are whole numbers of pixels above zero."))
    found = page_at(request, asked.get("url", ""))
    if not found:
        return said(404, gettext("There is no page of this site at this address that can be embedded."))
    with override(found.language), day_of(found.query):
        query = CommitmentFilter(found.query)
        if problems := query.problems or [*filter(None, [PICTURES[found.page].page_refusal(query)])]:
            return said(404, "\n".join(map(str, problems)))
        width, height = min(WIDTH, most.get("maxwidth", WIDTH)), HEIGHTS[found.page]
        height = min(height, most.get("maxheight", height))
        return JsonResponse(
            {
                "version": "1.0",
                "type": "rich",
                "title": title(found.page, query),
                "provider_name": gettext("Coalition Pledges"),
                "provider_url": site_of(request) + path_to("overview"),
                "html": str(frame(request, found.page, query, width, height)),
                "width": width,
                "height": height,
            },
            json_dumps_params={"ensure_ascii": False},
        )


def said(status, words):
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


def least_of(text):
    """A number of pixels above zero, ValueError for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text)):
        raise ValueError(text)
    return int(text)


@dataclass(frozen=True)
class PageAt:
    """A page that can be embedded, by its name in the URL conf, with what its address asks for."""

    page: str
    language: str
    query: QueryDict


def page_at(request, address):
    """The `PageAt` of an absolute address of this site; None if there is none."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or parts.netloc.lower() != request.get_host().lower():
            return None
        language = get_language_from_path(parts.path)
        if not language:
            return None
        with override(language):
            name = resolve(parts.path).url_name.removesuffix("-embed")
        return PageAt(name, language, QueryDict(parts.query)) if name in PICTURES else None
    except (ValueError, Resolver404):
        return None
