"""Pictures that leave the site: whole by themselves, with the numbers of their pages, in both languages."""

import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from html import unescape
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from pledges.charts.grid import SIGNS
from pledges.charts.paper import Paper, broken, width_of
from pledges.models import Commitment
from pledges.models.dates import today_anywhere
from pledges.record import wording
from pledges.tests.styles import SHEETS
from pledges.views.pictures import PICTURES

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"
QUERIES = {
    "timeline": ["", "country=CA&country=US"],
    "map": ["", "type=airstrikes", "bloc=gcc"],
    "matrix": ["", "cell=reached&country=CA&country=AU&country=CY", "by=type_group&cell=latest&grade=official"],
    "table": [
        "",
        "down=bloc&across=type_group&value=delivered",
        "down=type&across=year&value=upper&unit=personnel",
        "down=country&across=nothing",
    ],
    "compare": ["country=CA&country=FR&country=NL", "country=US&country=none&type_group=air"],
}
# what a page needs to show anything
NEEDED = {"compare": "country=AU&country=FR&"}
# how pages call a number, and the pledges that they compare
NAMED = {
    "matrix": r'aria-label="([^"]+: [^"]+)"',
    "table": r'aria-label="([^"]+: [^"]+)"',
    "compare": r'class="pledge-link" href="[^"]*/pledges/([^"/]+)/',
}
ASKED = [(page, query) for page, queries in QUERIES.items() for query in queries]
OF_CANADA = {"en": "Pledges of Canada", "ar": "تعهدات من كندا"}
OF_ALL = {
    "en": ["Coalition Pledges", "CC BY 4.0", "As known on"],
    "ar": ["تعهدات التحالف", "CC BY 4.0", "كما كان معروفًا في"],
}


def picture(client, page, query="", language="en"):
    """The picture as an element; it is valid XML."""
    response = client.get(f"/{language}/{page}.svg?{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)  # noqa: S314, our own


def written(element):
    """All lines of text, without marks of direction."""
    texts = ["".join(text.itertext()) for text in element.iter(f"{SVG}text")]
    return [" ".join(re.sub("[\u2068\u2069]", "", text).split()) for text in texts]


def names(element):
    """What each drawn number is called."""
    return [title.text for title in element.iter(f"{SVG}title")][1:]


@pytest.mark.parametrize("page", QUERIES)
@pytest.mark.parametrize("language", OF_ALL)
def test_a_picture_says_what_it_is_of_which_day_from_whom_and_where(client, language, page):
    query = "country=CA&country=FR" if page == "compare" else "country=CA"
    root = picture(client, page, query, language)
    words = "\n".join(written(root))
    with override(language):
        assert PICTURES[page].title in words
        assert wording.day(date.today()) in words
    assert [said for said in OF_ALL[language] if said not in words] == []
    assert f"http://testserver/{language}/{page}/?{query}" in words
    assert root.get("direction") == {"en": "ltr", "ar": "rtl"}[language]
    assert OF_CANADA[language] in words
    assert OF_CANADA[language] in root.find(f"{SVG}title").text


@pytest.mark.parametrize(("page", "query"), ASKED)
def test_the_numbers_of_a_picture_are_those_of_its_page(client, page, query):
    root = picture(client, page, query)
    drawn = names(root)
    html = unescape(client.get(f"/en/{page}/?{query}").content.decode())
    shown = re.findall(NAMED.get(page, r"<title>([^<]+)</title>"), html)
    if page == "matrix":
        # sums are named by their row or column alone, and that of all has no name
        drawn = [name for name in drawn if not name.startswith("All: ")]
    elif page == "compare":
        links = [link.get("href") for link in root.iter(f"{SVG}a")]
        drawn = [link.split("/")[-2] for link in links if "/pledges/" in link and "?" not in link]
    elif page not in NAMED:
        shown = shown[1:]
    assert len(drawn) > 5
    assert sorted(drawn) == sorted(shown)


@pytest.mark.parametrize(("page", "query"), ASKED)
def test_a_picture_needs_nothing_from_elsewhere(client, page, query):
    response = client.get(f"/en/{page}.svg?{query}")
    text = response.content.decode()
    assert not re.search(r"<script|\son\w+=|url\(|@import|var\(|<image|<foreignObject|<!DOCTYPE", text)
    root = ElementTree.fromstring(text)  # noqa: S314, our own
    used = {element.get("href") for element in root.iter(f"{SVG}use")}
    assert used <= {f"#{element.get('id')}" for element in root.iter() if element.get("id")}
    links = {element.get("href") for element in root.iter(f"{SVG}a")}
    assert [link for link in links if not link.startswith(("http://testserver/en/", "#"))] == []
    classes = {name for element in root.iter() for name in element.get("class", "").split()}
    assert classes
    # the policy allows its own styles and nothing else
    sheets = [sheet.text for sheet in root.iter(f"{SVG}style")]
    digests = {f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" for sheet in sheets}
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert set(policy["style-src"].split()) == digests
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("page", QUERIES)
def test_the_page_links_its_picture_with_the_same_query(client, page):
    html = unescape(client.get(f"/en/{page}/?country=CA&country=FR&type=airstrikes&page=2").content.decode())
    assert f'href="/en/{page}.svg?country=CA&country=FR&type=airstrikes"' in html
    assert f'data-picture="/en/{page}.svg?country=CA&country=FR&type=airstrikes"' in html
    assert f'download="{page}-CA-FR-airstrikes-' in html


@pytest.mark.parametrize("query", ["status=nonsense", "nonsense=1", "as_of=yesterday", "as_of=1999-01-01"])
@pytest.mark.parametrize("page", QUERIES)
def test_what_cannot_be_read_is_refused(client, page, query):
    response = client.get(f"/en/{page}.svg?{query}")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("page", QUERIES)
def test_a_picture_without_pledges_says_so(client, page):
    assert "No pledges match." in written(picture(client, page, f"{NEEDED.get(page, '')}q=no-such-word"))


@pytest.mark.parametrize("page", QUERIES)
def test_a_picture_keeps_the_day(client, page):
    day = today_anywhere()
    root = picture(client, page, f"{NEEDED.get(page, '')}as_of={day}&country=CA")
    assert f"As known on {wording.day(day)}." in "\n".join(written(root))
    links = [element.get("href") for element in root.iter(f"{SVG}a")]
    assert [link for link in links if f"as_of={day}" not in link and not link.startswith("#")] == []


@pytest.mark.parametrize("page", QUERIES)
def test_a_picture_asks_few_questions_and_may_be_kept_by_any_cache(client, page):
    client.get("/en/matrix/")  # makes the index
    path = f"/ar/{page}.svg?{NEEDED.get(page, '')}country=CA&type_group=air"
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert len(queries) <= 15
    assert "public" in response["Cache-Control"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert client.get(path, headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_table_of_too_many_cells_gives_no_picture_and_no_frame_but_its_file(client, language):
    query = "down=source&across=month"
    response = client.get(f"/{language}/table.svg?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert wording.number(2000) in response.content.decode()
    file = f"/{language}/table.csv?{query}"
    assert f"http://testserver{file}" in response.content.decode()
    frame = client.get(f"/{language}/embed/table/?{query}")
    assert frame.status_code == 400
    assert f'href="{file}"' in unescape(frame.content.decode())
    page = unescape(client.get(f"/{language}/table/?{query}").content.decode())
    assert ("table.svg" in page, 'id="embed"' in page, file in page) == (False, False, True)


@pytest.mark.parametrize(
    ("page", "query", "words"),
    [
        ("table", "down=source&across=theatre&theatre=iraq", "at most 250 × 100 are shown."),
        ("table", "down=region&across=source&region=europe", "at most 250 × 100 are shown."),
        ("compare", "country=US&country=GB", "a picture shows at most 20."),
    ],
)
def test_what_is_too_large_for_a_picture_says_so_and_has_its_file(client, monkeypatch, page, query, words):
    monkeypatch.setattr("pledges.charts.abreast.MOST", 20)
    response = client.get(f"/en/{page}.svg?{query}")
    assert response.status_code == 400
    assert words in response.content.decode()
    assert f"http://testserver/en/{page}.csv?{query}" in response.content.decode()
    html = client.get(f"/en/{page}/?{query}").content.decode()
    assert words in html
    assert f"{page}.svg" not in html
    # a frame can be scrolled
    assert client.get(f"/en/embed/{page}/?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["", "country=CA", "&".join(f"country={code}" for code in ["CA", "FR", "NL", "DE", "AU", "US"])]
)
def test_a_comparison_of_too_few_or_too_many_countries_is_refused(client, query):
    response = client.get(f"/en/compare.svg?{query}")
    assert (response.status_code, "2 to 5 countries" in response.content.decode()) == (400, True)
    assert "compare.svg" not in client.get(f"/en/compare/?{query}").content.decode()
    assert "2 to 5 countries" in client.get(f"/en/embed/compare/?{query}").content.decode()


def test_a_picture_of_a_comparison_holds_the_sums_of_its_page(client):
    query = "country=CA&country=FR"
    words = "\n".join(written(picture(client, "compare", query)))
    html = client.get(f"/en/compare/?{query}").content.decode()
    sums = re.findall(r"<p><a href=\"[^\"]*in_totals=[^\"]*\"><bdi>([^<]+)</bdi>", html)
    assert len(sums) > 5
    assert [found for found in sums if unescape(found) not in words] == []


def test_what_is_asked_stays_text(client):
    root = picture(client, "timeline", "country=CA&not_type=airstrikes&q=troops+%26+%3Cb%3E%22%0B%EF%BF%BF%D8%B9")
    assert root.tag == f"{SVG}svg"


def test_the_numbers_of_a_query_too_long_to_repeat_lead_nowhere_else(client):
    query = "&".join(f"id={slug}" for slug in Commitment.objects.public().values_list("slug", flat=True)[:150])
    links = {element.get("href") for element in picture(client, "map", query).iter(f"{SVG}a")}
    assert links == {"#map-region", "#long-selection", f"http://testserver/en/map/?{query}"}


def test_stages_have_the_signs_of_the_pages():
    css = SHEETS["components.css"]
    found = dict(re.findall(r'\.stage-(\w+)::before \{\n\s+content: "(.+?)" /', css))
    assert {stage.value: sign for stage, sign in SIGNS.items() if stage != "prospective"} == found


def test_lines_are_broken_between_words_and_within_one_that_fills_a_line():
    words = "Pledges of Canada " + "x" * 300
    lines = list(broken(words, 400, 16))
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert lines[0] == "Pledges of Canada"
    assert all(width_of(line, 16) <= 400 for line in lines)


def test_a_mirrored_picture_begins_at_the_right():
    plain, mirrored = Paper(500), Paper(500, mirrored=True)
    for paper in (plain, mirrored):
        paper.legend([("series-air", "Air"), ("series-land", "Land")])
    assert [key.x for key in plain.keys] == sorted(key.x for key in plain.keys)
    assert [plain.width - key.x - 14 for key in plain.keys] == [key.x for key in mirrored.keys]
