"""The public pages as a reader meets them."""

import re
from datetime import date

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from pledges.models import Commitment
from pledges.models.vocab import Precision, State
from pledges.tests import make

pytestmark = pytest.mark.django_db


def text_of(html):
    """The words of a page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("accepted", ["ar,en;q=0.8", "ar-EG"])
def test_the_root_leads_to_arabic_for_those_who_ask_for_it(client, accepted):
    response = client.get("/", headers={"Accept-Language": accepted})
    assert (response.status_code, response.url) == (302, "/ar/")
    assert "Accept-Language" in response.headers["Vary"]


def test_browsers_find_the_icon_where_they_look_for_it(client):
    assert client.get("/favicon.ico").url.endswith("/icon.svg")


def test_the_root_leads_to_english_otherwise(client):
    assert client.get("/", headers={"Accept-Language": "de"}).url == "/en/"


@pytest.mark.parametrize(
    "path", ["/en/nothing/", "/ar/nothing/", "/en/countries/QQ/", "/en/pledges/%00/", "/en/types/x/"]
)
def test_a_page_that_is_not_there_says_so_in_the_readers_language(client, path):
    response = client.get(path)
    words = text_of(response.content.decode())
    assert response.status_code == 404
    assert ("الصفحة غير موجودة" if path.startswith("/ar") else "Page not found") in words


@pytest.mark.parametrize(("language", "words"), [("en", "This is not allowed"), ("ar", "هذا غير مسموح")])
def test_a_form_sent_from_elsewhere_is_refused_in_the_readers_language(language, words):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "x"}, headers={"Accept-Language": language})
    assert response.status_code == 403
    assert words in text_of(response.content.decode())


def test_a_fault_of_ours_says_so_in_both_languages(client, monkeypatch):
    monkeypatch.setattr("pledges.views.overview.facet_counts", lambda *args: 1 / 0)
    client.raise_request_exception = False
    english, arabic = client.get("/en/"), client.get("/ar/")
    assert english.status_code == arabic.status_code == 500
    assert "Something went wrong" in english.content.decode()
    assert 'dir="rtl"' in arabic.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Service unavailable"), ("ar", "الخدمة غير متاحة مؤقتًا")])
def test_a_database_that_is_away_is_said_to_be_in_the_readers_language(client, monkeypatch, language, words):
    def away(*args):
        raise OperationalError("connection refused")

    monkeypatch.setattr("pledges.views.overview.facet_counts", away)
    response = client.get(f"/{language}/")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"
    assert words in text_of(response.content.decode())


@pytest.mark.parametrize("path", ["/en/pledges/", "/en/pledges.csv"])
def test_more_parameters_than_can_be_read_are_refused(client, path):
    response = client.get(path + "?" + "&".join(f"x{n}=1" for n in range(1100)))
    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/en/", "/en/pledges/", "/en/pledges.csv", "/en/countries/"])
def test_reading_pages_take_no_post_and_answer_head_like_get(path):
    client = Client(enforce_csrf_checks=True)
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_the_three_strikes_of_brussels_and_two_of_them_disputed(client):
    html = client.get(
        "/en/pledges/?country=PL&country=RO&country=DK&type=airstrikes&meeting=brussels-2016-02-11"
    ).content.decode()
    rows = re.findall(r"<tr role=\"row\">.*?</tr>", html.partition("<tbody")[2], re.DOTALL)
    assert len(rows) == 3
    assert sum("Disputed" in row for row in rows) == 2
    assert "Pledges of Denmark, Poland" not in html  # the values keep the order of the query
    assert "Poland, Romania or Denmark" in html


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("country=AE&type=special_forces", "bru16-ae-sof"),
        ("place=ramadi", "bru16-sa-logistics-ramadi"),
    ],
)
def test_a_reader_finds(client, query, slug):
    assert f"/en/pledges/{slug}/" in client.get(f"/en/pledges/?{query}").content.decode()


def test_italian_led_police_training_is_among_police_trainers(client):
    words = text_of(client.get("/en/pledges/?type=trainers_police").content.decode())
    assert re.search(r"Ital(y|ian)", words)


def test_the_speaker_for_riyadh_is_named(client):
    html = client.get("/en/pledges/?attribution=third_party&country=SA").content.decode()
    assert "Another party" in html
    assert "Ash Carter" in html


def test_the_meeting_lists_its_signatories_and_represented_states(client):
    html = client.get("/en/meetings/brussels-2016-02-11/").content.decode()
    roles = dict(re.findall(r"<h3>([^<]+) <span class=\"count\">(\d+)</span></h3>", html))
    assert roles["Minister among the statement&#x27;s issuers"] == "28"
    assert roles["Represented below minister"] == "3"


@pytest.mark.parametrize("query", ["country=XX", "unknown=1", "announced_after=nonsense", "q=%00", "q=" + "x" * 10_000])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_bad_input_answers_200_with_a_message_and_no_rows(client, language, query):
    response = client.get(f"/{language}/pledges/?{query}")
    html = response.content.decode()
    assert response.status_code == 200
    assert 'id="problems"' in html
    assert "pledge-link" not in html
    assert "pledges.csv" not in html


def test_a_page_beyond_the_last_shows_the_last(client):
    html = client.get("/en/pledges/?page=999999").content.decode()
    assert "Page 10 of 10" in html
    assert "pledge-link" in html


def test_paging_keeps_the_query(client):
    html = client.get("/en/pledges/?not_type=airstrikes&sort=country&page=2").content.decode()
    for page in (1, 3):
        assert f'href="?not_type=airstrikes&amp;sort=country&amp;page={page}"' in html


def test_applying_the_form_keeps_what_it_does_not_show(client):
    html = client.get(
        "/en/pledges/?source=aawsat-2016-02-brussels&not_year=2014&year=none&sort=country"
    ).content.decode()
    for name, value in (("source", "aawsat-2016-02-brussels"), ("not_year", "2014"), ("sort", "country")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html


def main_of(html):
    return html[html.index("<main") : html.index("</main>")]


def test_one_box_turns_a_list_of_the_form_round(client):
    turned, named = (
        client.get(f"/en/pledges/?country=FR&{query}").content.decode()
        for query in ("type=airstrikes&type=naval&without=type&without=year", "not_type=airstrikes&not_type=naval")
    )
    assert main_of(turned) == main_of(named)
    assert re.findall(r'name="type" value="(\w+)" checked', turned) == ["airstrikes", "naval"]
    assert re.findall(r'name="without" value="(\w+)" checked', turned) == ["type"]
    assert "not_type" not in re.search(r'<div id="kept".*?</div>', turned)[0]
    # what is chosen and what is left out of one list: the boxes are of the chosen, the form keeps the other
    both = client.get("/en/pledges/?type=airstrikes&not_type=naval").content.decode()
    assert re.findall(r'name="type" value="(\w+)" checked', both) == ["airstrikes"]
    assert '<input type="hidden" name="not_type" value="naval">' in both


@pytest.mark.parametrize("query", ["without=nonsense", "without=q&q=jordan", "country=FR&without=country&without=x"])
def test_what_cannot_be_left_out_is_a_problem(client, query):
    html = client.get(f"/en/pledges/?{query}").content.decode()
    assert "is not known, so no results are shown" in html


def test_hostile_text_is_shown_as_text(client):
    html = client.get("/en/pledges/?q=%3Cscript%3Ealert(1)%3C/script%3E&country=%22%3E%3Cimg%3E").content.decode()
    assert "<script>alert" not in html
    assert '"><img>' not in html


def test_a_disputed_pledge_shows_both_sides(client):
    words = text_of(client.get("/en/pledges/bru16-pl-airstrikes/").content.decode())
    assert "2 sources contradict this pledge" in words
    assert "1 independent source supports this pledge. 2 sources contradict it." in words
    assert "The Polish minister said the aircraft would not take part in combat." in words
    assert "Caveat" in words


def test_whole_and_part_link_to_each_other(client):
    assert (
        "/en/pledges/ca-2016-02-personnel-830/" in client.get("/en/pledges/ca-2016-02-trainers-210/").content.decode()
    )
    assert (
        "/en/pledges/ca-2016-02-trainers-210/" in client.get("/en/pledges/ca-2016-02-personnel-830/").content.decode()
    )


def test_public_pledges_have_their_pages(client):
    slugs = list(Commitment.objects.public().order_by("slug").values_list("slug", flat=True))
    for n, slug in enumerate(slugs[::13]):
        language = ("en", "ar")[n % 2]
        assert client.get(f"/{language}/pledges/{slug}/").status_code == 200, slug


def test_a_withdrawn_pledge_says_why_at_its_old_address(client):
    pledge = make.make_commitment("test-gone")
    pledge.state, pledge.withdrawal_reason_en = State.WITHDRAWN, "Two records described one balloon."
    pledge.save()
    response = client.get("/en/pledges/test-gone/")
    assert response.status_code == 410
    assert "Two records described one balloon." in response.content.decode()


def test_a_pledge_withdrawn_before_anyone_saw_it_is_simply_not_there(client):
    make.make_commitment("test-never", state=State.WITHDRAWN)
    assert client.get("/en/pledges/test-never/").status_code == 404


def test_sources_without_a_date_follow_the_dated_ones_of_their_publisher(client):
    pledge = make.make_commitment("test-cited", sources=0)
    for slug, day in (("test-a", None), ("test-b", date(2016, 3, 1)), ("test-c", date(2015, 3, 1))):
        precision = Precision.DAY if day else Precision.UNKNOWN
        make.make_citation(pledge, make.make_source(slug, published_on=day, published_precision=precision))
    html = client.get("/en/sources/?q=testland").content.decode()
    assert re.findall(r"/en/sources/(test-.)/", html) == ["test-c", "test-b", "test-a"]


def test_an_imprecise_date_is_shown_as_imprecise(client):
    make.make_commitment("test-month", announced_on=date(2016, 2, 1), announced_precision="month")
    words = text_of(client.get("/en/pledges/test-month/").content.decode())
    assert "February 2016" in words
    assert "1 February 2016" not in words


def test_the_list_needs_the_same_few_queries_whatever_it_shows(client, django_assert_num_queries):
    client.get("/en/pledges/")  # makes the index
    # the version before and after; what the choices are called (blocs too); rows; units; the newest release
    for query in ("", "country=US", "type=airstrikes&sort=country", "not_type=airstrikes&page=3"):
        with django_assert_num_queries(12):
            client.get(f"/en/pledges/?{query}")


@pytest.mark.parametrize(
    ("name", "key", "most"),
    [
        # the version before and after (as of each page), pledge, citations, places, steps, parts, whole, last change
        ("pledge-detail", "bru16-pl-airstrikes", 10),
        # pledge, three kinds of records, places, names twice
        ("pledge-history", "bru16-pl-airstrikes", 8),
        # country, its choices, facets, rows, sums (twice), latest date, types, timeline (thrice), speakers, languages,
        # blocs, participations, refusals
        ("country-detail", "US", 16),
        ("type-detail", "airstrikes", 14),
        ("place-detail", "iraq", 14),
        ("meeting-detail", "brussels-2016-02-11", 16),
        ("source-detail", "aawsat-2016-02-brussels", 13),
    ],
)
def test_a_record_needs_few_queries(client, django_assert_max_num_queries, name, key, most):
    with django_assert_max_num_queries(most):
        assert client.get(reverse(name, args=[key])).status_code == 200


def test_a_page_unchanged_since_is_not_sent_again(client):
    first = client.get("/en/pledges/?country=PL")
    again = client.get("/en/pledges/?country=PL", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "public" in first.headers["Cache-Control"]


# The list: compact and full


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_list_is_compact_and_the_full_form_is_one_link_away(client, language):
    html = client.get(f"/{language}/pledges/?country=PL&type=airstrikes").content.decode()
    assert 'class="summary"' not in html
    assert 'href="?country=PL&amp;type=airstrikes&amp;rows=full"' in html
    full = client.get(f"/{language}/pledges/?country=PL&type=airstrikes&rows=full").content.decode()
    assert getattr(Commitment.objects.get(slug="bru16-pl-airstrikes"), f"summary_{language}") in full
    # sorting and paging keep it, the pages that show something else do not
    assert "rows=full&amp;sort=country" in full
    assert f'href="/{language}/matrix/?country=PL&amp;type=airstrikes"' in full


@pytest.mark.parametrize("rows", ["compact", "full"])
def test_a_row_says_that_only_the_title_of_a_source_matched(client, rows):
    html = client.get(f"/en/pledges/?q=الإمارات&page=2&rows={rows}").content.decode()
    assert html.count("Found in the title of a source") > 10


@pytest.mark.parametrize("query", ["rows=nonsense", "rows=full&rows=compact"])
def test_another_form_of_the_list_is_a_problem(client, query):
    html = client.get(f"/en/pledges/?{query}").content.decode()
    assert 'id="problems"' in html
    assert "pledge-link" not in html


# A pledge


@pytest.mark.parametrize(("language", "original"), [("en", "Original link"), ("ar", "الرابط الأصلي")])
def test_a_citation_leads_to_its_original_and_says_where_only_if_it_knows(client, language, original):
    html = text_of(client.get(f"/{language}/pledges/bru16-pl-airstrikes/").content.decode())
    assert f"{original} f-16.net" in html
    assert "paragraph 1" in html
    assert " body " not in html


def test_a_note_in_english_is_marked_in_arabic(client):
    assert "ملاحظة بالإنجليزية" in client.get("/ar/pledges/bru16-pl-airstrikes/").content.decode()
    assert "in-english" not in client.get("/en/pledges/bru16-pl-airstrikes/").content.decode()


def test_a_country_leads_to_what_wikidata_has_of_it(client):
    for language, words in (("en", "Wikidata Q142"), ("ar", "ويكي بيانات Q142")):
        html = client.get(f"/{language}/countries/FR/").content.decode()
        assert words in text_of(html)
        (link,) = re.findall(r'<a [^>]*href="https://www\.wikidata\.org/wiki/Q142"[^>]*>', html)
        assert 'dir="ltr"' in link
        assert "nofollow" in link
    assert "wikidata.org" not in client.get("/en/countries/NL/").content.decode()


def test_the_rows_of_a_country_do_not_name_it_again(client):
    table = re.search(r'<table class="pledges".*?</table>', client.get("/en/countries/FR/").content.decode(), re.S)[0]
    heads, rows = re.findall(r"<th\b", table), re.findall(r'<tr role="row">.*?</tr>', table, re.S)
    assert "/en/countries/FR/" not in table
    assert {row.count("<td") for row in rows} == {len(heads)}
    assert 'class="col-country"' in client.get("/en/types/airstrikes/").content.decode()
