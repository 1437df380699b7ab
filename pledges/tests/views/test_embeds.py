"""What other sites frame: whole, with its credit, framable alone of all pages; oEmbed."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.conf import settings

from pledges.models.dates import today_anywhere
from pledges.tests.pages import FOR_FRAMES, LANGUAGES, every_page
from pledges.tests.walk import (
    asks_no_third_party,
    carries_no_style_or_script_inline,
    dates_its_times_as_html_takes_them,
    gives_no_cookie,
    has_one_heading_of_the_page,
    names_every_anchor_once,
    numbers,
    on_that_day,
    opens_in_its_language_and_direction,
    visit,
)
from pledges.views.embeds import SHOWN

pytestmark = [pytest.mark.django_db]

PAGES = sorted(SHOWN)
QUERY = "country=CA&country=AU"
RULES = [
    opens_in_its_language_and_direction,
    gives_no_cookie,
    asks_no_third_party,
    carries_no_style_or_script_inline,
    names_every_anchor_once,
    has_one_heading_of_the_page,
    dates_its_times_as_html_takes_them,
]
# how a page calls what it shows, and how many such names come before
NAMED = {
    "matrix": (r'aria-label="([^"]+: [^"]+)"', 0),
    "table": (r'aria-label="([^"]+: [^"]+)"', 0),
    "compare": (r'class="pledge-link" href="([^"]+)"', 0),
}
# what a page needs to show anything
NEEDED = {"compare": "country=CA&country=AU&"}
CREDIT = {"en": ["Coalition Pledges", "Licence of the data:"], "ar": ["تعهدات التحالف", "ترخيص البيانات:"]}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_frame_holds_what_the_page_shows_with_title_and_credit(client, language, page):
    client.get("/en/matrix/")  # makes the index
    seen = visit(language, f"embed/{page}/?{QUERY}")
    assert [fault for rule in RULES for fault in rule(seen)] == []
    assert seen.queries <= 15
    assert [words for words in CREDIT[language] if words not in seen.html] == []
    assert f'<a href="http://testserver/{language}/{page}/?{QUERY.replace("&", "&amp;")}">' in seen.html
    assert settings.DATA_LICENCE["address"] in seen.html
    whole = unescape(client.get(f"/{language}/{page}/?{QUERY}").content.decode())
    pattern, first = NAMED.get(page, (r"<title>([^<]+)</title>", 1))
    shown = re.findall(pattern, unescape(seen.html))[first:]
    assert len(shown) > 2
    assert shown == re.findall(pattern, whole)[first:]


@pytest.mark.parametrize("page", PAGES)
def test_its_links_open_in_the_window_around_it(client, page):
    html = client.get(f"/en/embed/{page}/?{QUERY}").content.decode()
    assert '<base target="_top">' in html
    links = re.findall(r'<a\b[^>]*href="#[^>]*>', html)
    assert [link for link in links if "target=" not in link] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_frame_in_a_sandbox_which_is_of_no_origin_lacks_nothing(client, page):
    html = client.get(f"/en/embed/{page}/?{QUERY}").content.decode()
    sheets = re.findall(r'<link rel="stylesheet"[^>]*>', html)
    assert len(sheets) > 3
    assert [sheet for sheet in sheets if " crossorigin" not in sheet] == []
    assert re.findall(r'<(?:use|script|img)[^>]* (?:href|src)="[^#][^"]*"', html) == []


@pytest.mark.parametrize("page", PAGES)
def test_any_site_may_frame_it_again_and_again(client, page):
    path = f"/en/embed/{page}/?{QUERY}"
    response = client.get(path)
    assert response["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in response
    assert "public" in response["Cache-Control"]
    # a cache would put what comes with 304 in place of what it has
    again = client.get(path, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again
    assert "X-Frame-Options" not in again


def test_nothing_else_may_be_framed(client, releases):
    """No page, no picture, no file, no door, no answer to what cannot be answered."""
    others = [f"/en/{path}" for path in every_page()]
    others += ["/", "/admin/login/", "/oembed?url=x", "/en/no-such-page/", "/en/embed/", "/en/embed/pledges/"]
    others += ["/en/timeline.svg", "/en/timeline.csv", "/en/pledges.json", "/api/v1/pledges", "/healthz"]
    policies = {path: client.get(path)["Content-Security-Policy"] for path in others}
    assert [path for path, policy in policies.items() if "frame-ancestors 'none'" not in policy] == []


def test_the_walk_of_all_pages_leaves_out_the_frames_alone():
    assert {f"{page}-embed" for page in PAGES} == FOR_FRAMES


@pytest.mark.parametrize("query", ["status=nonsense", "nonsense=1", "as_of=1999-01-01"])
@pytest.mark.parametrize("page", PAGES)
def test_a_frame_says_what_cannot_be_read(client, page, query):
    response = client.get(f"/en/embed/{page}/?{query}")
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert "frame-ancestors *" in response["Content-Security-Policy"]


@pytest.mark.parametrize("page", PAGES)
def test_a_frame_without_pledges_says_so(client, page):
    assert "No pledges match." in client.get(f"/en/embed/{page}/?{NEEDED.get(page, '')}q=no-such-word").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_frame_keeps_the_day(client, page):
    day = today_anywhere()
    path = f"embed/{page}/?{NEEDED.get(page, '')}".rstrip("?&")
    today, then = (visit("en", asked) for asked in (path, on_that_day(path, day)))
    assert numbers(then.html) == numbers(today.html)
    links = re.findall(r'<a\b[^>]*href="(?:http://testserver)?(/en/[^"]*)"', then.html)
    assert len(links) > 5
    assert [link for link in links if f"as_of={day}" not in link] == []


# What is pasted


def pasted(client, path):
    html = client.get(path).content.decode()
    return unescape(re.search(r'<code lang="en" dir="ltr">(.*?)</code>', html, re.DOTALL)[1])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_what_to_paste(client, language, page):
    code = pasted(client, f"/{language}/{page}/?{QUERY}")
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', code))
    assert code.startswith("<iframe ")
    assert code.endswith("></iframe>")
    assert {"title", "width", "height"} <= attributes.keys()
    address = unescape(attributes["src"])
    assert address == f"http://testserver/{language}/embed/{page}/?{QUERY}"
    assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_what_was_asked_cannot_end_the_pasted_title(client):
    code = pasted(client, '/en/timeline/?country=CA&q="><script>alert(1)</script>')
    assert "<script" not in code
    assert code.count('"') == 12


# oEmbed


def ask(client, url, more=""):
    return client.get(f"/oembed?url={quote(url, safe='')}{more}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_finds_how_to_embed_a_page(client, language, page):
    html = client.get(f"/{language}/{page}/?{QUERY}").content.decode()
    link = re.search(r'<link rel="alternate" type="application/json\+oembed"[^>]* href="([^"]+)">', html)[1]
    response = client.get(unescape(link).removeprefix("http://testserver"))
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "public" in response["Cache-Control"]
    found = response.json()
    assert (found["version"], found["type"]) == ("1.0", "rich")
    assert isinstance(found["width"], int)
    assert isinstance(found["height"], int)
    assert f'src="http://testserver/{language}/embed/{page}/?{QUERY.replace("&", "&amp;")}"' in found["html"]
    assert f'width="{found["width"]}" height="{found["height"]}"' in found["html"]
    # the frame itself can be asked for, too
    assert ask(client, f"http://testserver/{language}/embed/{page}/?{QUERY}").json() == found


def test_what_is_embedded_is_no_larger_than_asked_for(client):
    found = ask(client, "http://testserver/en/map/", "&maxwidth=300&maxheight=200&format=json").json()
    assert (found["width"], found["height"]) == (300, 200)
    assert 'width="300" height="200"' in found["html"]
    assert ask(client, "http://testserver/en/map/", "&maxwidth=9999").json()["width"] < 9999


@pytest.mark.parametrize(
    ("url", "more", "status"),
    [
        ("http://testserver/en/timeline/", "&format=xml", 501),
        ("http://testserver/en/timeline/", "&format=", 501),
        ("http://testserver/en/pledges/", "", 404),
        ("http://testserver/en/timeline.svg", "", 404),
        ("http://testserver/timeline/", "", 404),
        ("http://testserver/en/no-such-page/", "", 404),
        ("http://testserver/admin/", "", 404),
        ("http://elsewhere.example/en/timeline/", "", 404),
        ("http://[bad/en/timeline/", "", 404),
        ("javascript:alert(1)", "", 404),
        ("", "", 404),
        ("http://testserver/en/timeline/?status=nonsense", "", 404),
        ("http://testserver/en/timeline/?as_of=1999-01-01", "", 404),
        ("http://testserver/en/compare/?country=CA", "", 404),
        ("http://testserver/en/table/?down=source&across=month", "", 404),
        ("http://testserver/en/timeline/", "&maxwidth=wide", 400),
        ("http://testserver/en/timeline/", "&maxheight=0", 400),
        ("http://testserver/en/timeline/", "&maxwidth=-5", 400),
        ("http://testserver/en/timeline/", "&maxwidth=²", 400),
    ],
)
def test_what_cannot_be_embedded_is_refused(client, url, more, status):
    response = ask(client, url, more)
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/plain")


def test_a_past_day_is_embedded_as_it_was(client):
    day = today_anywhere()
    found = ask(client, f"http://testserver/en/timeline/?country=CA&as_of={day}").json()
    assert f"as_of={day}" in found["html"]
    assert "as known on" in found["title"]
