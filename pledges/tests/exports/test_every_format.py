"""What holds for every format of the table: a new row is served, linked, described and refused like the others."""

import json
import re
from html import unescape

import pytest
from django.http import QueryDict

from pledges.exports.formats import FORMATS, KNOWN
from pledges.query.pledges import CommitmentFilter
from pledges.tests.packages import all_text

pytestmark = pytest.mark.django_db

LANGUAGES = ["en", "ar"]
QUERY = "country=PL&sort=type"
# in a column that nobody chose
OF_A_SUMMARY = "strikes are not attributed to Poland alone"
UNREADABLE = ["country=XX", "contry=PL", "announced_after=soon", "q=%00", "id=no-such-pledge", "as_of=tomorrow"]
HEADERS = ["Content-Type", "Content-Length", "Content-Disposition", "ETag", "Cache-Control"]

# others use these names: they stay, whatever else comes
PROMISED = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("JSON", "application/json"),
    "jsonl": ("JSON Lines", "application/jsonl; charset=utf-8"),
    "zip": ("ZIP", "application/zip"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "sqlite": ("SQLite", "application/vnd.sqlite3"),
    "atom": ("Atom", "application/atom+xml; charset=utf-8"),
}

each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)


def headers_of(response):
    return {name: response.get(name) for name in HEADERS}


def test_the_formats_that_there_are_keep_their_names_and_media_types():
    found = {form.extension: (form.label, form.content_type) for form in KNOWN}
    assert PROMISED.items() <= found.items()


@each_format
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_served_with_its_media_type_and_answers_head_and_who_has_it(client, form, language):
    address = f"/{language}/pledges.{form.extension}?{QUERY}"
    response = client.get(address)
    content = response.getvalue()
    assert (response.status_code, response["Content-Type"]) == (200, form.content_type)
    assert int(response["Content-Length"]) == len(content)
    name = response.get("Content-Disposition", "")
    assert form.is_attachment == name.startswith("attachment;") == name.endswith(f'.{form.extension}"')
    head = client.head(address)
    assert (head.status_code, head.getvalue()) == (200, b"")
    assert headers_of(head) == headers_of(response)
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.getvalue()) == (304, b"")
    assert client.post(address).status_code == 405


@each_format
def test_it_holds_the_pledges_of_the_list_and_no_others(client, form):
    slugs = [pledge.slug for pledge in CommitmentFilter(QueryDict(QUERY)).results]
    text = all_text(client.get(f"/en/pledges.{form.extension}?{QUERY}").getvalue())
    # of a file of rows only the first mention: other columns name pledges, too
    found = list(dict.fromkeys(re.findall(rf"(?<![\w-])(?:{'|'.join(slugs)})(?![\w-])", text)))
    assert sorted(found) == sorted(slugs)
    assert len(slugs) == 5
    if form.takes_columns:
        assert found == slugs
    assert "bru16-dk" not in text


@each_format
def test_it_takes_the_columns_that_are_chosen_or_has_its_own(client, form):
    text = all_text(client.get(f"/en/pledges.{form.extension}?{QUERY}&columns=slug,status_en").getvalue())
    assert (OF_A_SUMMARY in text) != form.takes_columns


@pytest.mark.parametrize(("language", "query"), list(zip(LANGUAGES * 3, UNREADABLE, strict=True)))
def test_what_cannot_be_read_is_refused_with_the_message_of_the_page(client, language, query):
    page = client.get(f"/{language}/pledges/?{query}").content.decode()
    for name in FORMATS:
        address = f"/{language}/pledges.{name}?{query}"
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8"), name
        assert "Content-Disposition" not in response
        assert response.content.decode().strip().partition(": ")[2] in page, name
        assert client.head(address).status_code == 400


@each_format
def test_it_takes_its_own_options_and_none_of_the_others(client, form):
    for name in {name for other in FORMATS.values() for name in other.options}:
        response = client.get(f"/en/pledges.{form.extension}?{QUERY}&{name}=1")
        assert response.status_code == (200 if name in form.options else 400), name
        assert client.get(f"/en/pledges.{form.extension}?{QUERY}&{name}=x").status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_leads_to_each_with_the_whole_query(client, language):
    html = client.get(f"/{language}/pledges/?country=PL&page=1").content.decode()
    for name, form in FORMATS.items():
        (link,) = re.findall(rf'<a[^>]* href="/{language}/pledges\.{name}\?country=PL[^"]*"[^>]*>', html)
        assert (" download>" in link) == form.is_attachment, name
        address = unescape(re.search('href="([^"]*)"', link)[1])
        assert "page=1" not in address.split("&")
        assert client.get(address).status_code == 200, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_and_the_dictionary_have_the_same_formats(client, language):
    menu = re.search(
        r'<div class="downloads">.*?</div>', client.get(f"/{language}/pledges/").content.decode(), re.DOTALL
    )[0]
    dictionary = client.get(f"/{language}/about/data/").content.decode()
    offered = re.findall(rf'href="/{language}/pledges\.(\w+)[?"]', menu)
    assert re.findall(rf'href="/{language}/pledges\.(\w+)"', dictionary) == offered
    assert offered == [name for name in FORMATS if name != "atom"]  # that one is followed, not downloaded
    for form in FORMATS.values():
        assert str(form.note) in menu
        assert str(form.description) in dictionary


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_engines_are_told_of_all_of_them(client, language):
    html = client.get(f"/{language}/").content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    told = [(file["name"], file["encodingFormat"], file["contentUrl"]) for file in json.loads(script)["distribution"]]
    start = f"http://testserver/{language}/pledges."
    assert told == [(form.label, form.media_type, start + name) for name, form in FORMATS.items()]


def test_the_dictionary_names_what_describes_a_package(client):
    dictionary = client.get("/en/about/data/").content.decode()
    for name in ("README.md", "datapackage.json", "pledges.csv-metadata.json"):
        assert f">{name}<" in dictionary
