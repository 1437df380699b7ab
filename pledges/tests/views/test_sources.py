"""The list of sources with its filter, and the page of one source as an audit of what was taken from it."""

import re
from collections import Counter
from datetime import date
from html import unescape
from urllib.parse import quote

import pytest
from django.db.models import Count, Prefetch
from django.http import QueryDict
from django.urls import reverse

from pledges.models import Citation, Commitment, Meeting, Requirement, Source
from pledges.models.vocab import Precision, Reliability, SourceKind, SourceLanguage, Stance, State
from pledges.query.pledges import CommitmentFilter
from pledges.query.sources import SOURCE_DIMENSIONS, SOURCE_SORTS, SourceFilter
from pledges.record.folding import natural
from pledges.tests import make
from pledges.views import sources
from pledges.views.sources import PER_PAGE

pytestmark = pytest.mark.django_db

HEAVIEST = 120_000
MOST_QUERIES = 15


def asked(query):
    return SourceFilter(QueryDict(quote(query, safe="=&%")))


def found(query):
    """The invented sources that a query string finds, in order, without their `test-`."""
    return [row.slug.removeprefix("test-") for row in asked(query).results if row.slug.startswith("test-")]


def text_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture(scope="module")
def cast(module_db):
    """Four sources that readers may see, one of them for a step only, and one that they may not."""
    one, two = make.make_commitment("test-one", sources=0), make.make_commitment("test-two", sources=0)
    draft = make.make_commitment("test-draft", sources=0, state=State.DRAFT)
    balloons = make.make_source(
        "test-balloons", title="مناطيد الوزير", publisher="صحيفة المناطيد", language=SourceLanguage.ARABIC,
        published_on=date(2016, 3, 2),
    )  # fmt: skip
    kites = make.make_source(
        "test-kites", title="Kites, and 12 balloons", publisher="Kite Weekly", kind=SourceKind.MAGAZINE,
        reliability=Reliability.B, archive_url="https://archive.example/kites", published_on=date(2016, 3, 3),
    )  # fmt: skip
    denial = make.make_source(
        "test-denial", title="No balloons", publisher="Kite Weekly", published_on=None,
        published_precision=Precision.UNKNOWN,
    )  # fmt: skip
    step = make.make_source("test-step", title="The balloons rose", publisher="Aerial News")
    make.make_citation(one, balloons)
    make.make_citation(one, kites)
    make.make_citation(two, kites)
    make.make_citation(two, denial, stance=Stance.CONTRADICTS)
    make.make_citation(draft, balloons, stance=Stance.CONTRADICTS)
    make.make_citation(draft, make.make_source("test-secret", publisher="Kite Weekly"))
    make.make_status_change(one, source=step)


@pytest.mark.sql
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "step kites denial balloons"),
        ("language=ar", "balloons"),
        ("language=ar&language=en", "step kites denial balloons"),
        ("kind=magazine", "kites"),
        ("kind=newspaper&language=en", "step denial"),
        ("reliability=B", "kites"),
        ("archived=yes", "kites"),
        ("archived=no", "step denial balloons"),
        ("archived=no&archived=yes", "step kites denial balloons"),
        # only what public pledges cite
        ("stance=contradicts", "denial"),
        ("stance=supports", "kites balloons"),
        ("stance=none", "step"),
        ("stance=none&stance=contradicts", "step denial"),
        # words of the title and the publisher, from their start, however they are spelled
        ("q=kite weekly", "kites denial"),
        ("q=weekly kite 12", "kites"),
        ("q=مُناطيد", "balloons"),
        ("q=المناطيد وزير", "balloons"),
        ("q=alloons", ""),
        ("language=&q=%20&kind=magazine", "kites"),
        # a date or a publisher not there comes last both ways
        ("sort=publisher", "step kites denial balloons"),
        ("sort=-publisher", "balloons kites denial step"),
        ("sort=published", "balloons kites step denial"),
        ("sort=-published", "step kites balloons denial"),
        ("sort=pledges", "step denial balloons kites"),
        ("sort=-pledges", "kites denial balloons step"),
    ],
)
def test_a_query_finds_exactly_these_in_this_order(cast, query, expected):
    assert not asked(query).problems
    assert found(query) == expected.split()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=tabloid", "tabloid"),
        ("language=xx", "xx"),
        ("reliability=G", "G"),
        ("reliability=bb", "bb"),
        ("archived=maybe", "maybe"),
        ("stance=denies", "denies"),
        ("country=PL", "not known"),
        ("not_kind=blog", "not known"),
        ("q=one&q=two", "more than once"),
        ("q=%00", "cannot be read"),
        ("q=!!", "no letters"),
        ("sort=title", "title"),
        ("sort=publisher&sort=published", "more than once"),
        ("page=0", "1"),
        ("page=x", "whole number"),
    ],
)
def test_what_cannot_be_read_shows_a_message_and_no_sources(client, query, words):
    response = client.get(f"/en/sources/?{query}")
    html = response.content.decode()
    assert response.status_code == 200
    problems = re.search(r'<div class="problems".*?</div>', html, re.S).group()
    assert words in text_of(problems)
    assert "source-lines" not in html
    assert "0 sources" in text_of(html)
    assert "No sources are shown" in text_of(html)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_hostile_text_is_shown_as_text(client, language):
    html = client.get(f"/{language}/sources/?q=%3Cscript%3Ealert(1)%3C/script%3E&kind=%22%3E%3Cimg%3E").content.decode()
    assert "<script>alert" not in html
    assert '"><img>' not in html


QUERIES = ["", "language=ar", "kind=newspaper&kind=blog&reliability=B", "q=afp&archived=no", "stance=contradicts"]


# what a value of each dimension asks of a source
HAS = {
    "language": lambda source: {source.language},
    "kind": lambda source: {source.kind},
    "reliability": lambda source: {source.reliability},
    "archived": lambda source: {"yes" if source.archive_url else "no"},
    "stance": lambda source: {citation.stance for citation in source.shown} or {"none"},
}


@pytest.mark.sql
@pytest.mark.parametrize("query", QUERIES)
def test_a_count_is_what_choosing_the_value_gives(cast, query):
    facets = asked(query).facets
    shown = Prefetch("citations", Citation.objects.filter(commitment__in=Commitment.objects.public()), to_attr="shown")
    assert HAS.keys() == set(SOURCE_DIMENSIONS)
    for name, has in HAS.items():
        others = QueryDict(query, mutable=True)
        others.pop(name, None)
        counts = Counter(
            value for source in SourceFilter(others).results.prefetch_related(shown) for value in has(source)
        )
        values = [value for value, _label in asked("").choices(name)]
        assert {value: facets[name][value] for value in values} == {value: counts[value] for value in values}, name


@pytest.mark.parametrize("name", HAS)
def test_choosing_a_value_gives_the_sources_that_have_it(cast, name):
    shown = Prefetch("citations", Citation.objects.filter(commitment__in=Commitment.objects.public()), to_attr="shown")
    having = {source.slug: HAS[name](source) for source in asked("").results.prefetch_related(shown)}
    for value, _label in list(asked("").choices(name))[:4]:
        chosen = {source.slug for source in asked(f"{name}={value}").results}
        assert chosen == {slug for slug, values in having.items() if value in values}, value


def test_the_page_shows_the_counts_and_keeps_values_with_none_within_reach(client):
    html = client.get("/en/sources/?kind=parliament").content.decode()
    choices = html.split('<label class="choice')
    (newspapers,) = [choice for choice in choices if 'name="kind" value="newspaper"' in choice]
    assert f"<span>{Source.objects.public().filter(kind=SourceKind.NEWSPAPER).count()}</span>" in newspapers
    (arabic,) = [choice for choice in choices if 'name="language" value="ar"' in choice]
    assert arabic.startswith(" zero")
    assert "<span>0</span>" in arabic


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "All sources used."),
        ("kind=newspaper&language=ar", "Sources in Arabic, of the kind Newspaper."),
        ("archived=no&q=AFP", "Sources without an archived copy, that contain “AFP”."),
        (
            "reliability=A&reliability=B",
            "Sources with the reliability A – Completely reliable or B – Usually reliable.",
        ),
        ("stance=none", "Sources that are not cited for a pledge."),
    ],
)
def test_one_sentence_says_what_is_shown(query, sentence):
    assert re.sub("[\u2068\u2069]", "", asked(query).sentence) == sentence


def test_a_chip_and_a_sort_keep_the_rest_of_the_query(client):
    html = client.get("/en/sources/?kind=newspaper&language=ar&sort=published").content.decode()
    assert 'class="chip" href="?language=ar&amp;sort=published"' in html
    assert 'href="?kind=newspaper&amp;language=ar&amp;sort=publisher"' in html
    assert '<input type="hidden" name="sort" value="published">' in html


@pytest.mark.sql
@pytest.mark.parametrize("sort", [sign + name for name in SOURCE_SORTS for sign in ("", "-")])
def test_the_pages_of_every_sort_hold_every_source_once(sort):
    found, total = asked(f"sort={sort}").results, Source.objects.public().count()
    found = found.values_list("slug", flat=True)
    slugs = [slug for start in range(0, total, PER_PAGE) for slug in found[start : start + PER_PAGE]]
    assert len(slugs) == len(set(slugs)) == total


@pytest.mark.parametrize("sort", ["-pledges"])
def test_the_pages_hold_every_source_once_and_are_light(client, django_assert_max_num_queries, sort):
    slugs, page, pages = [], 1, 1
    while page <= pages:
        with django_assert_max_num_queries(MOST_QUERIES):
            response = client.get(f"/en/sources/?sort={sort}&page={page}")
        html = response.content.decode()
        assert len(response.content) < HEAVIEST
        slugs += re.findall(r'<cite[^>]*><a\s+href="/en/sources/([^/]+)/"', html)
        pages = int(re.search(r"Page \d+ of (\d+)", html).group(1))
        page += 1
    assert len(slugs) == len(set(slugs))
    assert set(slugs) == set(Source.objects.public().values_list("slug", flat=True))


def test_the_list_of_sources_is_light_in_arabic_too(client):
    for page in (1, 4):
        assert len(client.get(f"/ar/sources/?page={page}").content) < HEAVIEST


@pytest.mark.sql
def test_the_number_beside_a_source_is_that_of_the_rows_behind_it(cast, client):
    html = client.get("/en/sources/?q=kite").content.decode()
    lines = re.search(r'<ul class="plain lines source-lines">.*?</ul>', html, re.S).group().split("<li>")
    (kites,) = [line for line in lines if "test-kites" in line]
    assert 'href="/en/pledges/?source=test-kites"' in kites
    assert "2 pledges" in text_of(kites)
    (denial,) = [line for line in lines if "test-denial" in line]
    assert "Contradicts 1" in text_of(denial)


@pytest.mark.sql
def test_what_is_not_public_is_neither_listed_nor_counted(cast, client):
    html = client.get("/en/sources/?q=kite").content.decode()
    assert "test-secret" not in html
    assert client.get("/en/sources/test-secret/").status_code == 404
    balloons = client.get("/en/sources/test-balloons/").content.decode()
    assert "test-one" in balloons
    assert "test-draft" not in balloons
    assert "Contradicts" not in balloons


# One source


def audited(client, slug, language="en"):
    """The rows of the table of one source: the slug of the pledge and the words of the row."""
    html = client.get(f"/{language}/sources/{slug}/").content.decode()
    body = html.partition("<tbody")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.S)
    return [
        (re.search(r'class="pledge-link" href="/\w\w/pledges/([^/]+)/', row).group(1), text_of(row)) for row in rows
    ]


def test_the_pledges_of_a_source_come_in_the_order_of_its_paragraphs(client):
    source = make.make_source()
    for number, locator in enumerate(["para. 10", "para. 2; 5", "", "para. 2", "entry 'X'", "para. 2; 11"]):
        make.make_citation(make.make_commitment(f"test-{number}", sources=0), source, locator=locator)
    # without a supporting citation of another source each is public by this one
    assert [slug for slug, _words in audited(client, source.slug)] == [
        "test-4", "test-3", "test-1", "test-5", "test-0", "test-2",
    ]  # fmt: skip


def test_numbers_in_a_locator_count_as_numbers():
    locators = ["paragraph 10", "¶12", "Paragraph 9", "", "¶2", "paragraph ٣"]
    assert sorted(locators, key=natural) == ["paragraph ٣", "Paragraph 9", "paragraph 10", "¶2", "¶12", ""]


def test_each_pledge_is_shown_with_what_the_source_says_about_it(client):
    pledge = make.make_commitment("test-twelve", quantity_min=12, quantity_max=12)
    source = make.make_source("test-refusal")
    make.make_citation(
        pledge,
        source,
        stance=Stance.CONTRADICTS,
        locator="para. 4",
        credibility=5,
        quote="No balloons.",
        note="Denied.",
    )
    ((slug, words),) = audited(client, source.slug)
    assert slug == "test-twelve"
    for part in (
        "para. 4", pledge.party, pledge.type.name, "12 Test balloons", "Contradicts", "5 Improbable", "No balloons.",
        "Denied.", "Disputed",
    ):  # fmt: skip
        assert part in words


def test_the_audit_of_every_source_is_what_the_filter_and_the_csv_give(client, django_assert_max_num_queries):
    for slug in ("aawsat-2016-02-brussels", "crs-r44135-2016-08", "afp-2015-02-23-whoswho"):
        with django_assert_max_num_queries(MOST_QUERIES):
            response = client.get(f"/en/sources/{slug}/")
        html = response.content.decode()
        slugs = [row for row, _words in audited(client, slug)]
        expected = CommitmentFilter(QueryDict(f"source={slug}")).results
        assert sorted(slugs) == sorted(expected.values_list("slug", flat=True))
        for name in ("pledge-list", "pledge-csv"):
            assert f'href="{reverse(name)}?source={slug}"' in html
        tally = re.search(r'<ul class="plain tally".*?</ul>', html, re.S).group()
        assert sum(int(number) for number in re.findall(r'class="count">(\d+)<', tally)) == len(slugs)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("use", ["citations", "status_changes", "meetings", "memberships"])
def test_the_pages_of_the_sources_used_most_are_light(client, django_assert_max_num_queries, language, use):
    for source in Source.objects.public().annotate(n=Count(use)).order_by("-n")[:3]:
        with django_assert_max_num_queries(MOST_QUERIES):
            assert len(client.get(f"/{language}/sources/{source.slug}/").content) < HEAVIEST


def test_a_source_of_many_pledges_has_several_pages(client, monkeypatch):
    monkeypatch.setattr(sources, "CITATIONS_PER_PAGE", 6)
    source = make.make_source()
    for number in range(7):
        make.make_commitment(f"test-{number}")
    first, second = (client.get(f"/en/sources/{source.slug}/?page={n}").content.decode() for n in (1, 2))
    slugs = [re.findall(r'class="pledge-link" href="/en/pledges/([^/]+)/', html) for html in (first, second)]
    assert [len(page) for page in slugs] == [6, 1]
    assert not set(slugs[0]) & set(slugs[1])
    assert "7 pledges" in text_of(first)
    assert f'<link rel="canonical" href="http://testserver/en/sources/{source.slug}/?page=2">' in second


@pytest.mark.parametrize("page", ["0", "x", "999", ""])
def test_a_page_that_is_not_there_shows_one_that_is(client, page):
    response = client.get(f"/en/sources/aawsat-2016-02-brussels/?page={page}")
    assert response.status_code == 200
    assert "pledge-link" in response.content.decode()


def test_a_source_for_a_step_only_says_so_and_names_the_pledge(cast, client):
    html = client.get("/en/sources/test-step/").content.decode()
    assert "supports only what is listed below" in html
    assert 'href="/en/pledges/test-one/"' in html
    assert "Ongoing, 1 April 2016" in text_of(html)
    assert "pledges.csv" not in html


def test_a_source_for_meetings_or_membership_only_says_so(client):
    source = make.make_source("test-list")
    make.make_country("ZX", iso3="ZXZ", membership_source=source)
    meeting = make.make_meeting()
    meeting.sources.add(source)
    secret = make.make_meeting("test-secret", is_public=False, name_en="Secret conference")
    secret.sources.add(source)
    words = text_of(client.get("/en/sources/test-list/").content.decode())
    assert "supports only what is listed below" in words
    assert "Countries whose membership it supports 1 Testland ZX" in words
    assert f"Meetings that it supports 1 {meeting.name}" in words
    assert "Secret conference" not in words


def test_steps_without_a_date_come_last(client):
    source, pledge = make.make_source(), make.make_commitment("test-stepping")
    make.make_status_change(pledge, source=source, happened_on=None, happened_precision=Precision.UNKNOWN)
    make.make_status_change(pledge, source=source, happened_on=date(2016, 4, 1))
    words = text_of(client.get(f"/en/sources/{source.slug}/").content.decode())
    assert words.index("1 April 2016") < words.rindex("Ongoing")


def test_steps_of_what_is_not_public_are_not_named(client):
    source = make.make_source()
    make.make_status_change(make.make_commitment("test-draft", sources=0, state=State.DRAFT), source=source)
    make.make_commitment("test-public")
    html = client.get(f"/en/sources/{source.slug}/").content.decode()
    assert "test-draft" not in html
    assert "Later steps" not in html


def test_original_and_reprint_lead_to_each_other(client):
    original = make.make_source("test-original")
    reprint = make.make_source("test-reprint", derived_from=original)
    pledge = make.make_commitment("test-one", sources=0)
    make.make_citation(pledge, original)
    make.make_citation(pledge, reprint)
    assert 'href="/en/sources/test-original/"' in client.get("/en/sources/test-reprint/").content.decode()
    assert 'href="/en/sources/test-reprint/"' in client.get("/en/sources/test-original/").content.decode()


def test_every_public_source_of_the_real_data_is_used_for_something(client):
    public = Commitment.objects.public()
    meetings = Meeting.objects.public()
    for source in Source.objects.public().filter(citations__isnull=True).order_by("slug")[::4]:
        html = client.get(f"/ar/sources/{source.slug}/").content.decode()
        links = {
            f"/ar/pledges/{slug}/"
            for slug in public.filter(status_changes__source=source).values_list("slug", flat=True)
        }
        links |= {f"/ar/meetings/{slug}/" for slug in meetings.filter(sources=source).values_list("slug", flat=True)}
        conditioned = public.filter(conditions__source=source)
        links |= {f"/ar/pledges/{slug}/" for slug in conditioned.values_list("slug", flat=True)}
        asked = Requirement.objects.public().filter(sources=source).values_list("slug", flat=True)
        assert all(f'id="{slug}"' in html for slug in asked), source.slug
        links |= {f"/ar/countries/{iso2}/" for iso2 in source.memberships.values_list("iso2", flat=True)}
        assert links or asked
        assert all(f'href="{link}"' in html for link in links), source.slug


# Titles and what stands in their place


@pytest.mark.parametrize(
    ("language", "title", "shown"),
    [
        ("ar", "عنوان", '<h1 lang="ar" dir="rtl">عنوان</h1>'),
        ("ru", "(report; no title)", '<h1 lang="en" dir="ltr">(report; no title)</h1>'),
        ("ar", "(no title) عنوان", '<h1 lang="ar" dir="rtl"><bdi lang="en">(no title)</bdi> عنوان</h1>'),
        ("ar", "(no title) Talks", '<h1 lang="en" dir="ltr"><bdi lang="en">(no title)</bdi> Talks</h1>'),
        ("fr", "(no title) Titre", '<h1 lang="fr" dir="ltr"><bdi lang="en">(no title)</bdi> Titre</h1>'),
    ],
)
def test_a_remark_in_the_place_of_a_title_is_marked_as_english(client, language, title, shown):
    make.make_citation(make.make_commitment(sources=0), make.make_source("test-titled", language=language, title=title))
    assert shown in " ".join(client.get("/ar/sources/test-titled/").content.decode().split())
    line = " ".join(client.get("/ar/pledges/test-pledge/").content.decode().split())
    marks = re.search(r"<h1 (.*?)>", shown).group(1)
    assert f'<cite class="source-title" {marks}><a href="/ar/sources/test-titled/">' in line
