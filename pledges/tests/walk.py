"""A walk over all pages: each is asked for once in each language, and all rules are held against what came.

A rule is a function of one `Visit` that gives its faults as a list. The pages are those of `pages.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

DIRECTIONS = {"en": "ltr", "ar": "rtl"}
OTHER = {"en": "ar", "ar": "en"}
MOST_QUERIES = 18
# what reads the history asks more beside the labels of the filter, which are only kept outside of a transaction
READS_HISTORY, MORE_QUERIES = re.compile("changes/|since/"), 6
# a year, a month, a day, a moment with three digits of a second or none
VALID_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d))?)?)?")
MOST_BYTES = 145_000
# the full matrix, map and timeline, the dictionary of all tables
HEAVY = {"matrix/", "map/", "timeline/", "about/data/"}


@dataclass
class Visit:
    """What a reader of that language is given at `path`, and how many queries it took."""

    language: str
    path: str
    status: int
    headers: Mapping[str, str]
    has_cookies: bool
    html: str
    queries: int


def walk(language, paths):
    """A visit of each path, by path."""
    for address in ("/en/matrix/", f"/en/matrix/?as_of={datetime.now(UTC).date()}"):
        Client().get(address)  # makes the index, that of today as a past day too
    return {path: visit(language, path) for path in paths}


def visit(language, path):
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(f"/{language}/{path}")
    # not the response itself: Django's client hangs all contexts of the templates on it
    html, has_cookies = response.content.decode(), bool(response.cookies)
    return Visit(language, path, response.status_code, response.headers, has_cookies, html, len(queries))


def meta(html):
    """{name or property: content} of the page's meta elements, and its title and canonical address."""
    found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html))
    found["title"] = re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)
    found |= re.findall(r'<link rel="(canonical)" href="([^"]+)">', html)
    found |= re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html)
    return {name: unescape(value) for name, value in found.items()}


def unequal(**pairs):
    """What of these pairs is not twice the same, in words."""
    return [f"{name}: {one!r} is not {other!r}" for name, (one, other) in pairs.items() if one != other]


# The rules


def opens_in_its_language_and_direction(visit):
    root = f'<html lang="{visit.language}" dir="{DIRECTIONS[visit.language]}">'
    return unequal(
        status=(visit.status, 200),
        language=(visit.headers["Content-Language"], visit.language),
        root=(root in visit.html, True),
    )


def gives_no_cookie(visit):
    headers = visit.headers
    return unequal(
        cookies=(visit.has_cookies or "Set-Cookie" in headers, False),
        vary=("Cookie" in headers.get("Vary", ""), False),
    )


def the_switch_leads_to_the_same_page_and_query(visit):
    link = f'href="/{OTHER[visit.language]}/{visit.path}"'.replace("&", "&amp;")
    return [] if link in visit.html else [f"no {link}"]


def asks_few_queries(visit):
    most = MOST_QUERIES + (MORE_QUERIES if READS_HISTORY.match(visit.path) else 0)
    return [f"{visit.queries} queries"] if visit.queries > most else []


def is_light(visit):
    size = len(visit.html.encode())
    return [f"{size} bytes"] if size > MOST_BYTES and visit.path not in HEAVY else []


def asks_no_third_party(visit):
    return re.findall(
        r'<(?:script|link|img|iframe|source)[^>]+(?:src|href)="(?:https?:)?//(?!testserver/)[^>]*', visit.html
    )


def carries_no_style_or_script_inline(visit):
    data = r'[^>]* type="application/(?:ld\+)?json">'
    return re.findall(rf'\sstyle="|\son[a-z]+="|<style|<script(?![^>]+src=|{data})', visit.html)


def presents_itself(visit):
    found, address = meta(visit.html), f"http://testserver/{visit.language}/{visit.path}"
    return unequal(
        title=(bool(found["og:title"]) and found["title"].startswith(found["og:title"]), True),
        description=(found["og:description"], found["description"]),
        locale=(found["og:locale"], {"en": "en_GB", "ar": "ar_AR"}[visit.language]),
        image=(found["og:image"], "http://testserver/static/img/preview.png"),
        canonical=(unquote(found["canonical"]), address),
        address=(found["og:url"], found["canonical"]),
        own_language=(found[visit.language], found["canonical"]),
        default=(found["x-default"], found["en"]),
        english=(unquote(found["en"]), f"http://testserver/en/{visit.path}"),
        arabic=(unquote(found["ar"]), f"http://testserver/ar/{visit.path}"),
    )


def names_every_anchor_once(visit):
    ids = re.findall(r'\sid="([^"]+)"', visit.html)
    anchors = re.findall(r'href="#([^"]+)"', visit.html)
    return [f"twice: {name}" for name in set(ids) if ids.count(name) > 1] + sorted(set(anchors) - set(ids))


def has_one_heading_of_the_page(visit):
    return unequal(headings=(len(re.findall(r"<h1\b", visit.html)), 1))


def dates_its_times_as_html_takes_them(visit):
    found = re.findall(r'<time\s+datetime="([^"]*)"', visit.html)
    return [time for time in found if not VALID_TIME.fullmatch(time)]


RULES = [
    opens_in_its_language_and_direction,
    gives_no_cookie,
    the_switch_leads_to_the_same_page_and_query,
    asks_few_queries,
    is_light,
    asks_no_third_party,
    carries_no_style_or_script_inline,
    presents_itself,
    names_every_anchor_once,
    has_one_heading_of_the_page,
    dates_its_times_as_html_takes_them,
]


# Of a past day


# what no day is part of, other sites, and what says that it leads to today
OF_NO_DAY = re.compile(
    r"/en/releases/.*|/notices.txt|/sitemap.xml|/robots.txt|/api/v1/openapi.json|#.*|mailto:.*|http(?!://testserver/).*"
)
TO_TODAY = (
    "Show what is known today",
    "Back to the record as it is now",
    "Clear all",
    "Report an error on this record",
)


def on_that_day(path, day):
    return f"{path}{'&' if '?' in path else '?'}as_of={day}"


def links_that_leave_the_day(visit, day):
    """The words of the links, and the forms, that lead from a page of that day to another day."""
    html = unescape(visit.html)
    links = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    leaving = {
        words
        for address, words in links
        if f"as_of={day}" not in address and not OF_NO_DAY.fullmatch(address) and words not in TO_TODAY
    }
    kept = re.compile(f'name="as_of"[^>]* value="{day}"')
    forms = re.findall(r"<form\b.*?</form>", html, re.DOTALL)
    return [words for words in leaving if "As known on" not in words] + [
        form for form in forms if not kept.search(form)
    ]


def numbers(html):
    """Numbers in the main part, but for what says how to cite and how to choose."""
    main = html[html.index("<main") : html.index("</main>")]
    for name in ("alert-known-on", "cite-text", "sentence", "chips", "filters"):
        main = re.sub(rf'<(\w+)[^>]*class="[^"]*{name}.*?</\1>', "", main, flags=re.DOTALL)
    return re.findall(r">\s*(\d[\d,.]*)\s*<", main)
