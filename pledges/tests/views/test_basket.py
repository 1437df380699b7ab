"""The basket: pledges ticked one by one, as a filter, and as a brief for print."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils.html import escape

from pledges.models import Commitment, Source
from pledges.models.vocab import State
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

TWO = "id=bru16-pl-airstrikes&id=dk-2016-03-sof-60"
LINK = re.compile(r'class="pledge-link" href="/\w\w/pledges/([^/]+)/"')


def found(query):
    return [commitment.slug for commitment in CommitmentFilter(QueryDict(query)).results]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TWO, ["dk-2016-03-sof-60", "bru16-pl-airstrikes"]),
        (f"{TWO}&country=PL", ["bru16-pl-airstrikes"]),
        (f"{TWO}&country=FR", []),
        (f"{TWO}&not_id=bru16-pl-airstrikes", ["dk-2016-03-sof-60"]),
        (f"{TWO}&id=bru16-pl-airstrikes&id=", ["dk-2016-03-sof-60", "bru16-pl-airstrikes"]),
    ],
)
def test_a_selection_is_exactly_its_pledges_that_also_match(query, expected):
    assert found(query) == expected


def test_all_but_a_selection():
    assert len(found("not_id=bru16-pl-airstrikes")) == Commitment.objects.public().count() - 1


@pytest.mark.parametrize("value", ["no-such-pledge", "test-draft", "test-unsourced", "%00", "'", "%D8%A7", "BRU16"])
def test_a_pledge_that_is_not_known_is_a_problem(client, value):
    make.make_commitment("test-draft", state=State.DRAFT)
    make.make_commitment("test-unsourced", sources=0)
    for language, page in (("en", "pledges"), ("ar", "brief"), ("ar", "matrix")):
        html = client.get(f"/{language}/{page}/?id=bru16-pl-airstrikes&id={value}").content.decode()
        assert 'id="problems"' in html
        assert "pledge-link" not in html
        assert "brief-pledge" not in html


def test_a_selection_is_said_in_words_and_can_be_undone_one_by_one(client):
    html = client.get(f"/en/pledges/?{TWO}").content.decode()
    assert "Pledges from a selection of 2 pledges." in html
    assert 'href="?id=dk-2016-03-sof-60"><span class="visually-hidden">Remove filter: </span>Selection: ' in html


def test_a_large_selection_is_one_condition(client):
    slugs = Commitment.objects.public().values_list("slug", flat=True)[:60]
    query = "&".join(f"id={slug}" for slug in slugs)
    chips = CommitmentFilter(QueryDict(f"country=US&{query}")).chips
    assert [chip.query for chip in chips] == [query, "country=US"]
    assert client.get(f"/en/pledges/?{query}").status_code == 200


def test_every_row_can_be_ticked_and_what_was_ticked_before_is_kept(client):
    slugs = list(Commitment.objects.public().order_by("slug").values_list("slug", flat=True)[:50])
    query = "&".join(f"id={slug}" for slug in slugs)
    html = client.get(f"/en/pledges/?sort=country&{query}").content.decode()
    ticked = re.findall(r'type="checkbox" name="id" value="([^"]+)" form="basket" checked', html)
    assert ticked == LINK.findall(html)
    form = re.search(r'id="basket".*?</form>', html, re.DOTALL).group()
    hidden = re.findall(r'type="hidden" name="id" value="([^"]+)"', form)
    assert sorted(ticked + hidden) == slugs
    assert 'type="hidden" name="sort" value="country"' in form


def test_a_selection_is_shown_in_chosen_columns(client):
    html = tight(client.get(f"/en/pledges/?{TWO}&columns=slug,type_en").content.decode())
    rows = re.findall(r'value="([^"]+)" form="basket" checked.*?<th scope="row"><a [^>]*>([^<]+)</a>', html, re.DOTALL)
    assert rows == [(slug, slug) for slug in ("dk-2016-03-sof-60", "bru16-pl-airstrikes")]


def test_nothing_is_ticked_at_first(client):
    html = client.get("/en/pledges/?columns=slug").content.decode()
    assert len(re.findall(r'name="id" value="[^"]+" form="basket" aria-label="Tick: [^"]+">', html)) == 40


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_brief_holds_all_that_is_known_of_each_pledge(client, language):
    html = client.get(f"/{language}/brief/?{TWO}").content.decode()
    assert re.findall(r'class="brief-pledge" id="([^"]+)"', html) == ["dk-2016-03-sof-60", "bru16-pl-airstrikes"]
    for pledge in Commitment.objects.filter(slug__in=["bru16-pl-airstrikes", "dk-2016-03-sof-60"]):
        assert f">http://testserver/{language}/pledges/{pledge.slug}/</a>" in html
        assert escape(getattr(pledge, f"summary_{language}")) in html
        for citation in pledge.citations.select_related("source"):
            assert citation.source.url.replace("&", "&amp;") in html
            assert citation.locator in html
        for step in pledge.status_changes.all():
            assert escape(step.note) in html


def test_the_brief_tells_what_a_pledge_answered(client):
    answered = make.make_commitment("test-answer")
    make.make_requirement("test-asked", answered_by=[answered])
    make.make_requirement("test-secret", answered_by=[answered], is_public=False)
    html = client.get("/en/brief/?country=ZZ").content.decode()
    assert "Answers what was asked for" in html
    assert re.findall(r'href="/en/requirements/([^/]+)/"', html) == ["test-asked"]


def test_the_short_brief_holds_the_summary_the_caveat_and_who_says_so(client):
    html = client.get("/en/brief/?id=cz-2014-08-ammo&length=short").content.decode()
    pledge = Commitment.objects.get(slug="cz-2014-08-ammo")
    for words in (pledge.slug, pledge.summary_en, pledge.caveat_en, "about 2 million US dollars"):
        assert escape(words) in html
    for source in Source.objects.filter(citations__commitment=pledge):
        assert escape(source.publisher) in html
    assert "Contradicts" in html
    assert "brief-pledge" not in html


def test_the_brief_takes_any_query_in_the_order_of_the_list(client):
    html = client.get("/en/brief/?type=airstrikes&sort=country").content.decode()
    assert re.findall(r'class="brief-pledge" id="([^"]+)"', html) == found("type=airstrikes&sort=country")


def test_a_brief_of_too_many_pledges_says_so(client):
    html = client.get("/en/brief/").content.decode()
    assert "382 pledges and 5 refusals. A brief holds at most 100" in " ".join(html.split())
    assert "brief-pledge" not in html


def test_the_brief_asks_few_queries_however_many_pledges_it_holds(client, django_assert_max_num_queries):
    slugs = Commitment.objects.public().values_list("slug", flat=True)[:100]
    query = "&".join(f"id={slug}" for slug in slugs)
    with django_assert_max_num_queries(15):
        html = client.get(f"/en/brief/?{query}").content.decode()
    assert html.count('class="brief-pledge"') == 100


# Selections too long to be repeated in every link


@pytest.fixture(scope="module")
def all_ids(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return [("id", slug) for slug in Commitment.objects.public().values_list("slug", flat=True)]


@pytest.mark.parametrize(("language", "page"), [("en", "matrix"), ("ar", "timeline"), ("ar", "map")])
def test_numbers_do_not_repeat_a_long_selection_and_the_page_says_so(client, all_ids, language, page):
    html = client.get(f"/{language}/{page}/?{urlencode(all_ids)}").content.decode()
    plain = client.get(f"/{language}/{page}/").content.decode()
    assert 'id="long-selection"' in html
    assert 'href="#long-selection"' in html
    assert "long-selection" not in plain
    first = f"id={all_ids[0][1]}"
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', html)]
    assert len([link for link in links if first in link]) < 48
    # never wider: what leads to pledges either has all of them or leads nowhere
    numbers = [link for link in links if link.startswith(f"/{language}/pledges/?")]
    assert all(first in link and f"id={all_ids[-1][1]}" in link for link in numbers)
    assert f"/{language}/pledges/" not in re.findall(r'<td[^>]*><a\s+href="([^"]*)"', html)


def test_a_short_selection_is_part_of_every_link(client, all_ids):
    html = client.get(f"/en/matrix/?{urlencode(all_ids[:20])}").content.decode()
    assert "long-selection" not in html
    cells = [unescape(link) for link in re.findall(r'<td[^>]*><a\s+href="([^"]*)"', html)]
    assert cells
    assert all(link.count("id=") == 20 for link in cells)
