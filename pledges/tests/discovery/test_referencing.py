"""Citations that reference managers read back as they were meant, whatever the title holds."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape

import pytest
import rispy
from django.utils.translation import gettext, override
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from pledges.discovery import referencing
from pledges.discovery.referencing import INNER_QUOTES, Work, bibtex, csl, csl_json, one_line, plain, ris
from pledges.models import Commitment
from pledges.models.vocab import State, Status
from pledges.record import wording
from pledges.tests import make

RECORD = Work(
    title="Poland – Airstrikes (11 February 2016)",
    author="Coalition Pledges",
    address="https://pledges.example/en/pledges/bru16-pl-airstrikes/",
    accessed=date(2026, 11, 24),
    language="en",
    updated=date(2026, 3, 1),
)
HOSTILE = st.text(
    st.one_of(
        st.sampled_from('\\{}&%$#_~^@,"=\n\r\t\x00\x85\u2028\u202e\u2068تعهّد–”ER  - '), st.characters(codec="utf-8")
    ),
    max_size=60,
)
COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{character}": character for character in "&%$#_"},
}


def of(title, **more):
    return Work(title, "Coalition Pledges", "https://pledges.example/en/pledges/?q=x", date(2026, 11, 24), "en", **more)


def untex(text):
    """What LaTeX would print."""
    return re.sub("|".join(map(re.escape, COMMANDS)), lambda found: COMMANDS[found[0]], text)


def test_plain_text_reads_as_a_sentence_and_ends_with_the_address():
    assert plain(RECORD) == (
        "Coalition Pledges: “Poland – Airstrikes (11 February 2016)”. Last updated 1 March 2026. "
        "Retrieved 24 November 2026. https://pledges.example/en/pledges/bru16-pl-airstrikes/"
    )


def test_quotes_within_the_title_are_inner_quotes():
    assert "“Pledges that contain ‘Iraq’”. " in plain(of("Pledges that contain “\u2068Iraq\u2069”."))


def test_plain_text_names_the_release():
    assert "”. Release 2026-03. Retrieved" in plain(of("All published pledges.", version="2026-03"))
    made = of("All published pledges.", version="2026-03", updated=date(2026, 3, 9))
    assert "”. Release 2026-03 of 9 March 2026. Retrieved" in plain(made)


def test_plain_text_in_arabic_has_arabic_dates():
    with override("ar"):
        assert "24 نوفمبر 2026" in plain(RECORD)


@given(HOSTILE)
def test_bibtex_is_parsed_back_to_the_title(title):
    (entry,) = parse_string(bibtex(of(title)), "bibtex").entries.values()
    written = entry.fields.get("title", "{}")
    assert written.startswith("{")
    assert written.endswith("}")
    # the parser joins spaces, as BibTeX does
    assert untex(written[1:-1]) == " ".join(one_line(title).rstrip(".").split())
    assert entry.fields["url"] == "https://pledges.example/en/pledges/?q=x"
    assert entry.fields["urldate"] == "2026-11-24"
    assert [str(person) for person in entry.persons["author"]] == ["{Coalition Pledges}"]


@given(HOSTILE)
def test_braces_of_bibtex_are_balanced_for_programs_that_only_count_them(title):
    depth = 0
    for character in bibtex(of(title)):
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0


@given(HOSTILE)
def test_ris_is_parsed_back_to_the_title(title):
    text = ris(of(title, kind="dataset", updated=date(2026, 3, 1)))
    (found,) = rispy.loads(text)
    assert found.get("title", "") == one_line(title).rstrip(".").strip()
    assert found["urls"] == ["https://pledges.example/en/pledges/?q=x"]
    assert found["type_of_reference"] == "DATA"
    assert found["year"] == "2026"
    assert re.fullmatch(r"(?:[A-Z][A-Z0-9]  - [^\r\n\x85\u2028\u2029]*\r\n)+", text)


@given(HOSTILE)
def test_csl_json_is_parsed_back_to_the_title(title):
    (item,) = json.loads(csl_json(of(title, kind="dataset")))
    assert item["title"] == one_line(title).rstrip(".")


def test_csl_json_has_the_keys_and_shapes_of_the_schema():
    item = csl(RECORD)
    assert item.keys() == {"id", "type", "title", "author", "URL", "accessed", "issued", "language"}
    assert item["type"] == "webpage"
    assert item["author"] == [{"literal": "Coalition Pledges"}]
    assert item["accessed"] == {"date-parts": [[2026, 11, 24]]}
    assert item["issued"] == {"date-parts": [[2026, 3, 1]]}
    assert csl(of("x", kind="dataset", version="3"))["version"] == "3"
    assert "issued" not in csl(of("x"))


@pytest.mark.parametrize("address", ['https://x.example/?q={}\\"<> ', "https://x.example/?q=%7B&y=~_#a"])
def test_addresses_never_end_a_field_early(address):
    work = Work("Title", "Site", address, date(2026, 1, 1), "en")
    assert not set('{}\\"<> ') & set(work.link)
    (entry,) = parse_string(bibtex(work), "bibtex").entries.values()
    assert entry.fields["url"] == work.link


def test_no_two_views_have_the_same_key():
    queries = [
        "q=a-b",
        "q=a+b",
        "&".join(f"country={n}" for n in range(90)) + "&type=airstrikes",
        "&".join(f"country={n}" for n in range(90)) + "&type=logistics",
    ]
    works = [replace(RECORD, address=f"https://pledges.example/en/pledges/?{query}") for query in queries]
    assert len({work.key for work in works}) == 4
    assert all(re.fullmatch(r"coalition-pledges-[a-z0-9-]{1,110}", work.key) for work in works)
    assert RECORD.key == "coalition-pledges-en-pledges-bru16-pl-airstrikes"


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("txt", "text/plain"),
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("json", "application/vnd.citationstyles.csl+json"),
    ],
)
@pytest.mark.parametrize("path", ["en/pledges/bru16-pl-airstrikes/cite.", "ar/pledges/cite."])
@pytest.mark.django_db
def test_files_are_downloads_that_any_cache_may_keep(client, path, extension, media_type):
    response = client.get(f"/{path}{extension}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert f'.{extension}"' in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize(("language", "title"), [("en", "Pledges of France, of the type Airstrikes"), ("ar", "فرنسا")])
@pytest.mark.django_db
def test_a_view_is_cited_by_the_sentence_of_its_filter(client, language, title):
    query = "country=FR&type=airstrikes"
    (item,) = json.loads(client.get(f"/{language}/pledges/cite.json?{query}&sort=country&page=1").content)
    assert title in item["title"]
    assert item["URL"] == f"http://testserver/{language}/pledges/?{query}&as_of={today()}"
    html = client.get(f"/{language}/matrix/?{query}&order=total").content.decode()
    assert item["title"].translate(INNER_QUOTES) in html.partition("cite-text")[2]
    assert f"/{language}/pledges/cite.ris?country=FR&amp;type=airstrikes" in html


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.django_db
def test_a_pledge_is_cited_with_its_permanent_address(client, language):
    html = client.get(f"/{language}/pledges/bru16-pl-airstrikes/").content.decode()
    cited = html.partition("cite-text")[2].partition("</p>")[0]
    assert f"http://testserver/{language}/pledges/bru16-pl-airstrikes/" in cited
    assert ("Poland – Airstrikes (11 February 2016)" if language == "en" else "بولندا") in cited


@pytest.fixture
def release(releases):
    """The number of a release and the day it was made."""
    return releases[1].number, releases[1].made_at.date()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.django_db
def test_a_release_is_cited_with_its_number_day_and_permanent_address(client, release, language):
    number, day = release
    path = f"/{language}/releases/{number}/"
    html = client.get(path).content.decode()
    cited = html.partition("cite-text")[2].partition("</p>")[0]
    with override(language):
        title = gettext("Pledges to the coalition against ISIS")
    assert title in cited
    assert number in cited
    assert f"http://testserver{path}" in cited
    assert all(f'href="{path}cite.{extension}"' in html for extension in referencing.FORMATS)
    files = {extension: client.get(f"{path}cite.{extension}").content.decode() for extension in referencing.FORMATS}
    assert files["txt"] == re.sub(r"<[^>]+>", "", unescape(cited.partition(">")[2])) + "\n"
    (item,) = json.loads(files["json"])
    assert (item["type"], item["title"], item["version"]) == ("dataset", title, number)
    assert item["issued"] == {"date-parts": [[day.year, day.month, day.day]]}
    (entry,) = parse_string(files["bib"], "bibtex").entries.values()
    assert (entry.fields["version"], entry.fields["date"]) == (number, day.isoformat())
    (found,) = rispy.loads(files["ris"])
    assert (found["title"], found["edition"], found["type_of_reference"]) == (title, number, "DATA")
    assert item["URL"] == entry.fields["url"] == found["urls"][0] == f"http://testserver{path}"


@pytest.mark.django_db
def test_releases_and_formats_that_are_not_there_are_not_cited(client, release):
    number, _day = release
    for path in ("2020-01/cite.bib", f"{number}/cite.exe", f"{number}/cite."):
        assert client.get(f"/en/releases/{path}").status_code == 404
    assert client.post(f"/en/releases/{number}/cite.bib").status_code == 405


@pytest.mark.parametrize("query", ["country=XX", "unknown=1"])
@pytest.mark.django_db
def test_what_cannot_be_read_is_not_cited(client, query):
    response = client.get(f"/en/pledges/cite.bib?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "cite-text" not in client.get(f"/en/pledges/?{query}").content.decode()


# What was seen


def today():
    return datetime.now(UTC).date()


def cited(client, path, query, language="en"):
    """{extension: the file of a citation}."""
    files = {
        extension: client.get(f"/{language}/{path}/cite.{extension}?{query}").content.decode()
        for extension in referencing.FORMATS
    }
    (entry,) = parse_string(files["bib"], "bibtex").entries.values()
    (item,), (found,) = json.loads(files["json"]), rispy.loads(files["ris"])
    return {"txt": files["txt"], "bib": entry.fields, "json": item, "ris": found}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.django_db
def test_a_citation_of_a_view_says_how_much_was_seen_and_on_which_day(client, language):
    make.make_commitment("test-given")
    make.make_commitment("test-refused", status=Status.DECLINED)
    files = cited(client, "pledges", "country=ZZ", language)
    with override(language):
        day = wording.day(today())
        seen = f"{wording.pledges(1)}{' and ' if language == 'en' else ' و'}{wording.refusals(1)}"
    address = f"http://testserver/{language}/pledges/?country=ZZ&as_of={today()}"
    assert seen in files["txt"]
    assert day in files["txt"]
    assert files["txt"].strip().endswith(address)
    for note in (untex(files["bib"]["note"]), files["json"]["note"], files["ris"]["notes"][0]):
        assert seen in note
        assert day in note
    assert files["bib"]["url"] == files["json"]["URL"] == files["ris"]["urls"][0] == address
    assert files["bib"]["date"] == str(today())
    assert files["json"]["issued"] == {"date-parts": [[today().year, today().month, today().day]]}
    assert files["ris"]["year"] == str(today().year)
    html = client.get(f"/{language}/timeline/?country=ZZ").content.decode()
    assert seen in html.partition("cite-text")[2].partition("</p>")[0]


@pytest.mark.django_db
def test_the_address_of_a_citation_shows_what_was_cited(client):
    address = cited(client, "pledges", "country=FR&sort=country&page=1")["json"]["URL"]
    seen = client.get("/en/pledges.csv?country=FR").getvalue().count(b"\n") - 1
    assert client.get(address.replace("/pledges/", "/pledges.csv")).getvalue().count(b"\n") - 1 == seen
    assert f"{seen} pledges" in cited(client, "pledges", "country=FR")["txt"]


@pytest.mark.django_db
def test_requirements_are_cited_with_their_number_and_day(client):
    files = cited(client, "requirements", "meeting=paris-2016-01-20")
    assert re.search(r"”\. \d+ requirements?, as known on \d+ \w+ 2\d{3}\. Retrieved", files["txt"])
    assert files["json"]["URL"].endswith(f"/requirements/?meeting=paris-2016-01-20&as_of={today()}")


@pytest.mark.django_db
def test_of_a_past_day_the_day_is_named_once(client):
    text = cited(client, "pledges", f"country=FR&as_of={today()}")["txt"]
    assert text.count("as known on") == 1
    assert text.count("as_of=") == 1


@pytest.mark.django_db
def test_without_a_release_none_is_named(client):
    files = cited(client, "pledges", "country=FR")
    assert "elease" not in files["txt"]
    assert "version" not in files["json"]


@pytest.mark.django_db
def test_the_release_is_named_as_long_as_readers_see_what_it_holds(client, release):
    number, day = release
    there = Commitment.objects.get(slug="bru16-pl-airstrikes")
    make.make_commitment("test-draft", state=State.DRAFT, country=there.country, type=there.type, sources=0)
    there.save()  # changes nothing
    with override("en"):
        made = wording.day(day)
    same = cited(client, "pledges", "country=FR")
    assert f"Release {number} of {made}." in same["txt"]
    assert (same["json"]["version"], same["bib"]["version"], same["ris"]["edition"]) == (number,) * 3
    there.caveat_en = "Without ropes."
    there.save()
    changed = cited(client, "pledges", "country=FR")
    assert f"Changed since the newest release, {number} of {made}." in changed["txt"]
    assert "version" not in changed["json"]
    for note in (untex(changed["bib"]["note"]), changed["json"]["note"], changed["ris"]["notes"][0]):
        assert number in note


@pytest.mark.parametrize("change", ["renamed", "withdrawn", "sourced"])
@pytest.mark.django_db
def test_whatever_readers_see_ends_that_a_release_is_the_same(client, release, change):
    pledge = Commitment.objects.get(slug="bru16-pl-airstrikes")
    if change == "renamed":
        pledge.country.name_en = "Poland, of old"
        pledge.country.save()
    elif change == "withdrawn":
        pledge.state = State.WITHDRAWN
        pledge.save()
    else:
        source = pledge.citations.first().source
        source.publisher = "Testland Gazette"
        source.save()
    assert "Changed since the newest release" in cited(client, "pledges", "country=FR")["txt"]


@pytest.mark.django_db
def test_a_withdrawn_pledge_is_gone_and_cited_no_more(client):
    pledge = make.make_commitment("test-gone")
    pledge.state, pledge.withdrawal_reason_en = State.WITHDRAWN, "Mistaken for another."
    pledge.save()
    response = client.get("/en/pledges/test-gone/cite.bib")
    assert response.status_code == 410
    assert "Mistaken for another." in response.content.decode()


@pytest.mark.django_db
def test_drafts_and_unknown_formats_are_not_there(client):
    make.make_commitment("test-draft", state=State.DRAFT)
    for path in ("test-draft/cite.bib", "no-such/cite.bib", "bru16-pl-airstrikes/cite.exe", "cite.exe"):
        assert client.get(f"/en/pledges/{path}").status_code == 404
