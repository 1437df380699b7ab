"""The method page, the way to report an error, how pages present themselves, and the style guide."""

import re
import struct
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.utils.translation import override

from pledges.models import Commitment, Source
from pledges.models.vocab import STATUSES_BY_STAGE, Attribution, Change, Credibility, Grade, Reliability, State
from pledges.tests import make
from pledges.tests.charts.conftest import found_by
from pledges.tests.styles import FOLDER, SHEETS
from pledges.tests.views.test_pages import text_of
from pledges.tests.walk import meta

pytestmark = pytest.mark.django_db

PLEDGE = "/en/pledges/bru16-pl-airstrikes/"


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def section(html, anchor):
    """The words of the section of the method page with that heading."""
    return unescape(text_of(html.partition(f'<h2 id="{anchor}">')[2].partition("</section>")[0]))


# The method page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_contents_lead_to_every_section_and_to_nothing_else(client, language):
    html = page(client, f"/{language}/about/")
    contents = html.partition('<nav class="contents"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', contents)
    assert links == re.findall(r'<h2 id="([^"]+)">([^<]+)</h2>', html.partition('class="method-text"')[2])
    assert len(links) > 10


def test_the_method_is_linked_from_the_navigation_and_the_footer_of_every_page(client):
    html = page(client, "/en/")
    for part in (html.partition("<nav")[2].partition("</nav>")[0], html.partition("<footer")[2]):
        assert 'href="/en/about/"' in part


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_vocabularies_are_explained_with_their_own_words(client, language):
    html = page(client, f"/{language}/about/")
    with override(language):
        expected = {
            "change": Change.labels,
            "status": [*(stage.label for stage in STATUSES_BY_STAGE)]
            + [status.label for statuses in STATUSES_BY_STAGE.values() for status in statuses],
            "evidence": Grade.labels,
            "scales": [*Reliability.labels, *Credibility.labels],
            "attribution": Attribution.labels,
        }
        expected = {anchor: [str(label) for label in labels] for anchor, labels in expected.items()}
    for anchor, labels in expected.items():
        words = section(html, anchor)
        assert [label for label in labels if label not in words] == [], anchor


def test_the_two_scales_stand_in_tables_of_their_own(client):
    html = page(client, "/en/about/").partition('<h2 id="scales">')[2].partition("</section>")[0]
    marks = [re.findall(r'class="mark">(\w)<', table) for table in html.split("<table")[1:]]
    assert marks == [list("ABCDEF"), list("123456")]


def test_each_number_leads_to_as_many_pledges(client):
    html = page(client, "/en/about/")
    numbers = re.findall(r'<td class="n">(.*?)</td>', html, re.DOTALL)
    links = [link for cell in numbers for link in re.findall(r'href="/en/pledges/\?([^"]+)"\s*>(\d+)', cell)]
    names = {name for query, _n in links for name in QueryDict(unescape(query))}
    assert names == {"region", "bloc", "change", "status", "grade", "attribution", "declined"}
    for query, n in links:
        assert found_by(query) == int(n), query


def test_a_status_of_refusals_counts_them_as_such(client):
    table = page(client, "/en/about/").partition('<h2 id="status">')[2].partition("</table>")[0]
    declined = text_of(table.partition("<td>Declined</td>")[2].partition("</tr>")[0])
    assert re.fullmatch(r"\d+ refusals", declined.strip())


@pytest.mark.usefixtures("contexts")
def test_the_figures_follow_the_data(client):
    def figures():
        context = client.get("/en/about/").context
        languages, sources = dict(context["languages"]), context["sources"]
        return [context["total"], sources["total"], sources["without_archive"], languages["Finnish"]]

    make.make_commitment("test-first", sources=0)
    make.make_citation(Commitment.objects.get(slug="test-first"), make.make_source("test-fi", language="fi"))
    before = figures()
    pledge = make.make_commitment("test-second", sources=0)
    make.make_citation(pledge, make.make_source("test-fi-2", language="fi"))
    assert figures() == [n + 1 for n in before]
    pledge.state = State.DRAFT
    pledge.save()
    assert figures() == before


@pytest.mark.usefixtures("contexts")
def test_the_sources_are_counted_by_language_and_by_kind(client):
    context = client.get("/en/about/").context
    total = Source.objects.public().count()
    for name in ("languages", "kinds"):
        assert sum(n for _label, n in context[name]) == total
    words = section(page(client, "/en/about/"), "gaps")
    lacking = Source.objects.public().filter(archive_url="").count()
    assert f"without an archived copy {lacking}" in words


def test_what_is_never_added_up_is_named(client):
    words = section(page(client, "/en/about/"), "quantities")
    for label in ("Times as much", Change.MAINTAIN.label, Change.EXTEND.label, "Declined", "Suspended"):
        assert str(label) in words


def test_the_method_can_be_read_before_there_is_any_pledge(client):
    Commitment.objects.update(state=State.DRAFT, is_public=False)
    words = text_of(page(client, "/en/about/"))
    assert "What counts as a pledge" in words
    assert "Years of announcement" not in words


def test_the_method_needs_few_queries(client, django_assert_num_queries):
    client.get("/en/about/")  # makes the index
    # the version before and after, first day, blocs, types, units, requirements, sources: figures, languages, kinds;
    # an example of what was in force and what was known
    with django_assert_num_queries(13):
        client.get("/en/about/")


# Reporting an error


def report_link(client, path=PLEDGE):
    words = "Report an error on this record" if path.startswith("/en") else "أبلغ عن خطأ في هذا السجل"
    return unescape(re.search(rf'<a href="([^"]+)">{words}</a>', page(client, path)).group(1))


def test_an_error_is_reported_by_a_message_that_names_the_record(client, settings):
    settings.REPORT_ADDRESS = "errors+pledges@pledges.example"
    link = report_link(client)
    assert not re.search(r"[\s+]", link)
    parts = urlsplit(link)
    fields = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "errors+pledges@pledges.example")
    assert "bru16-pl-airstrikes" in fields["subject"][0]
    assert f"http://testserver{PLEDGE}" in fields["body"][0].split("\r\n")


def test_no_address_can_add_fields_to_the_message(client, settings):
    settings.REPORT_ADDRESS = '"a?bcc=b&c"@pledges.example'
    parts = urlsplit(report_link(client))
    assert unquote(parts.path) == settings.REPORT_ADDRESS
    assert parse_qs(parts.query).keys() == {"subject", "body"}


def test_the_message_is_in_the_language_of_the_page(client, settings):
    settings.REPORT_ADDRESS = "errors@pledges.example"
    fields = parse_qs(urlsplit(report_link(client, PLEDGE.replace("/en/", "/ar/"))).query)
    assert "خطأ" in fields["subject"][0]
    assert f"http://testserver{PLEDGE.replace('/en/', '/ar/')}" in fields["body"][0]


def test_without_an_address_the_method_says_how_to_report(client, settings):
    settings.REPORT_ADDRESS = ""
    assert report_link(client) == "/en/about/#report"
    html = page(client, "/en/about/")
    words = section(html, "report")
    assert "those who operate it" in words
    assert "permanent name of the pledge" in words
    assert "mailto:" not in html


def test_with_an_address_the_method_gives_it(client, settings):
    settings.REPORT_ADDRESS = "errors@pledges.example"
    html = page(client, "/en/about/")
    assert 'href="mailto:errors@pledges.example"' in html
    assert "errors@pledges.example" in section(html, "report")
    assert "No address for reports" not in html


# What pages say about themselves


def test_a_description_gives_the_number_of_pledges(client):
    found = meta(page(client, "/en/countries/PL/"))
    total = Commitment.objects.public().filter(country__iso2="PL").count()
    assert found["description"] == f"{total} pledges of Poland to the coalition against ISIS, each with its sources."


def test_a_shared_filter_is_named_and_keeps_its_rows(client):
    found = meta(page(client, "/en/pledges/?country=PL&country=RO&type="))
    assert found["og:title"] == "Pledges – Pledges of Poland or Romania."
    assert found["canonical"] == "http://testserver/en/pledges/?country=PL&country=RO"


@pytest.mark.parametrize("path", ["/en/", "/en/countries/PL/", "/en/pledges/?", "/en/about/"])
def test_what_others_append_to_an_address_makes_no_new_page(client, path):
    query = "fbclid=x&utm_source=y"
    found = meta(page(client, f"{path}{query}" if path.endswith("?") else f"{path}?{query}"))
    assert found["canonical"] == f"http://testserver{path.removesuffix('?')}"


def test_text_of_editors_cannot_leave_its_attribute(client):
    make.make_commitment("test-quoted", summary_en='Two "new" balloons\n<b>& more</b>')
    html = page(client, "/en/pledges/test-quoted/")
    assert meta(html)["og:description"] == 'Two "new" balloons <b>& more</b>'
    assert "<b>" not in html


@pytest.mark.parametrize("path", ["/en/nothing/", "/en/countries/QQ/"])
def test_an_error_page_has_no_address(client, path):
    html = client.get(path).content.decode()
    assert "canonical" not in html
    assert "og:" not in html
    assert "<title>Page not found – Coalition Pledges</title>" in html


def test_the_preview_is_small_and_as_large_as_the_pages_say(client):
    found = meta(page(client, "/en/"))
    with open(finders.find("img/preview.png"), "rb") as file:
        image = file.read()
    assert len(image) < 80_000
    width, height = struct.unpack(">II", image[16:24])
    assert (str(width), str(height)) == (found["og:image:width"], found["og:image:height"])


# The style guide


@pytest.mark.parametrize("language", ["en", "ar"])
def test_readers_have_no_style_guide(client, language):
    assert client.get(f"/{language}/styleguide/").status_code == 404


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_style_guide_shows_every_partial_and_every_colour(client, settings, language):
    settings.DEBUG = True
    html = page(client, f"/{language}/styleguide/")
    for shown in ("status stage-", "grade grade-", "chip", "problems", "pager", "pledges", "filters", "alert", "mark"):
        assert f'class="{shown}' in html, shown
    assert not re.findall(r'\sstyle="|<style', html)
    swatches = " ".join((FOLDER / "styleguide.css").read_text(encoding="utf-8").split())
    for name in re.findall(r"--([\w-]+): #", SHEETS["base.css"].partition("}")[0]):
        assert f">--{name}<" in html
        assert f".swatch-{name} {{ background: var(--{name}); }}" in swatches
