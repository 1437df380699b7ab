"""The Atom feed of a filter: what changed, for readers of feeds."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.exports.feeds import Entry, Feed, atom, edit_html, tag
from pledges.history.differences import Difference
from pledges.history.versions import Edit
from pledges.models import Commitment
from pledges.models.vocab import State, Status
from pledges.query import changed
from pledges.tests import make

ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(content):
    """The feed as feedparser reads it; no part of it may be malformed."""
    ElementTree.fromstring(content)  # noqa: S314  (our own)
    feed = feedparser.parse(content)
    assert feed.bozo == 0, feed.get("bozo_exception")
    return feed


@pytest.fixture
def pledge(db):
    pledge = make.make_commitment("test-followed")
    make.settle(pledge, date(2016, 4, 1))
    return pledge


def fetched(client, query="country=ZZ", language="en"):
    return parsed(client.get(f"/{language}/pledges.atom?{query}").content)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "query", ["", "country=FR&type=airstrikes", "q=الاردن", "q=no-such-word", "sort=country&page=3"]
)
@pytest.mark.django_db
def test_the_feed_of_any_filter_is_well_formed(client, language, query):
    response = client.get(f"/{language}/pledges.atom?{query}")
    feed = parsed(response.content)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "public" in response.headers["Cache-Control"]
    assert feed.feed.language == language
    assert len(feed.entries) <= 50
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"].startswith(f"http://testserver/{language}/pledges.atom")
    assert client.get(links["alternate"].removeprefix("http://testserver")).status_code == 200


@pytest.mark.django_db
def test_the_title_is_the_sentence_of_the_filter(client):
    assert fetched(client, "country=FR").feed.title == "Pledges of France"
    assert fetched(client, "country=FR", "ar").feed.title == "تعهدات من فرنسا"


def test_a_new_pledge_is_an_entry(client, pledge):
    (entry,) = fetched(client).entries
    assert entry.title == "Testland – Test contribution (test_type) (10 March 2016): Published"
    assert entry.id == f"tag:testserver,2026:/en/pledges/test-followed/p{pledge.history.earliest().history_id}"
    assert entry.link == "http://testserver/en/pledges/test-followed/"
    assert entry.updated == "2016-04-01T12:00:00+00:00"
    assert "Testland promised balloons" in entry.content[0].value


def test_a_change_says_what_changed(client, pledge):
    before = fetched(client).entries[0]
    pledge.status = Status.ONGOING
    pledge.save()
    make.make_citation(pledge, make.make_source("test-second"))
    entry, first = fetched(client).entries
    assert (first.id, first.updated) == (before.id, before.updated)
    fields = "Status, Evidence grade, Independent sources, Stage reached, What holds now, Citation"
    assert f"Changed ({fields})" in entry.title
    content = entry.content[0].value
    assert "<del>\u2068Pledged\u2069</del> → <ins>\u2068Ongoing\u2069</ins>" in content
    assert "Balloons for the fair (test-second)" in content


def test_drafts_and_what_came_before_publication_never_leak(client, pledge):
    draft = make.make_commitment("test-draft", state=State.DRAFT, summary_en="Clandestine.")
    assert len(fetched(client).entries) == 1
    draft.summary_en, draft.state = "Published balloons.", State.PUBLISHED
    make.settle(draft, date(2016, 4, 2))
    draft.save()
    content = client.get("/en/pledges.atom?country=ZZ").content.decode()
    assert len(parsed(content).entries) == 2
    assert "Clandestine" not in content
    draft.state = State.WITHDRAWN
    draft.save()
    assert "Published balloons" not in client.get("/en/pledges.atom?country=ZZ").content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "No longer shown"), ("ar", "لم يعد معروضًا")])
def test_a_withdrawal_is_an_entry_that_tells_no_more_than_the_address(client, pledge, language, words):
    make.settle(make.make_commitment("test-that-stays"), date(2015, 1, 1))
    pledge.state, pledge.withdrawal_reason_en = State.WITHDRAWN, "Mistaken for another."
    pledge.save()
    entry, other = fetched(client, language=language).entries
    assert "test-that-stays" in other.link
    assert entry.title == f"test-followed: {words}"
    assert "Mistaken for another." in entry.content[0].value
    assert "balloons" not in entry.content[0].value
    assert fetched(client, "country=ZZ&type=airstrikes").entries == []


def test_a_draft_that_was_withdrawn_is_no_entry(client, pledge):
    draft = make.make_commitment("test-never-shown", state=State.DRAFT)
    draft.state = State.WITHDRAWN
    draft.save()
    assert "test-never-shown" not in client.get("/en/pledges.atom?country=ZZ").content.decode()


def test_savings_that_tell_nothing_push_out_no_change(client, pledge, monkeypatch):
    monkeypatch.setattr(changed, "CHUNK", 2)
    shared = make.make_source("test-shared")
    for number in range(5):
        make.settle(make.make_commitment(f"test-other-{number}", sources=0), date(2015, 1, 1))
        make.make_citation(Commitment.objects.get(slug=f"test-other-{number}"), shared)
    for other in Commitment.objects.filter(slug__startswith="test-other"):
        make.settle(other, date(2015, 1, 1))
    pledge.status = Status.ONGOING
    pledge.save()
    newest = fetched(client).entries[0]
    shared.title = "Balloons, mended"
    shared.save()
    assert "Changed (Status" in newest.title
    assert fetched(client).entries[0].id == newest.id


@pytest.mark.parametrize("query", ["country=XX", "unknown=1", "announced_after=nonsense", "q=%00"])
@pytest.mark.django_db
def test_a_query_that_cannot_be_read_is_refused_with_the_message_of_the_page(client, query):
    response = client.get(f"/ar/pledges.atom?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().strip()


def test_a_feed_that_did_not_change_is_not_sent_again(client, pledge):
    url = "/en/pledges.atom?country=ZZ"
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    pledge.status = Status.ONGOING
    pledge.save()
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_feed_that_lost_an_entry_is_sent_again_to_those_who_ask_by_date(client, pledge):
    make.settle(make.make_commitment("test-withdrawn-later"), date(2016, 4, 1))
    url = "/en/pledges.atom?country=ZZ"
    first = client.get(url)
    # past every change of those that stay
    since = {"If-Modified-Since": "Fri, 01 Jan 2027 00:00:00 GMT"}
    Commitment.objects.filter(slug="test-withdrawn-later").update(state=State.WITHDRAWN, is_public=False)
    again = client.get(url, headers=since)
    assert again.status_code == 200
    assert "/test-withdrawn-later/p" in first.content.decode()
    assert "/test-withdrawn-later/p" not in again.content.decode()
    assert "Last-Modified" not in first.headers


@pytest.mark.django_db
def test_the_list_names_its_feed(client):
    html = client.get("/ar/pledges/?country=FR&type=airstrikes&sort=country&page=1").content.decode()
    href = "/ar/pledges.atom?country=FR&amp;type=airstrikes"
    assert '<link rel="alternate" type="application/atom+xml"' in html
    assert html.count(f'href="{href}"') == 2
    assert "pledges.atom" not in client.get("/ar/pledges/?country=XX").content.decode()


@pytest.mark.django_db
def test_the_feed_needs_the_same_few_queries_whatever_it_holds(client, django_assert_max_num_queries):
    for n in range(5):
        pledge = make.make_commitment(f"test-busy-{n}", sources=3, places=[make.make_place(f"test-place-{n}")])
        make.settle(pledge, date(2016, 4, 1))
        pledge.status = Status.ONGOING
        pledge.save()
    for query in ("", "country=ZZ", "country=FR&type=airstrikes&place=iraq&meeting=none&unit=none&year=2014"):
        with django_assert_max_num_queries(15):
            client.get(f"/en/pledges.atom?{query}")


hostile = st.text(
    st.one_of(st.sampled_from("<>&\"']]>\\{}\x00\x0b\x1b\ufffe\u202eتعهد𝕏\n\r\t"), st.characters(codec="utf-8")),
    max_size=40,
)


@given(hostile, hostile, hostile)
def test_hostile_text_stays_text(title, old, reason):
    when = datetime(2016, 4, 1, 12, tzinfo=UTC)
    change = Edit(1, "p1", when, "changed", (reason,), (Difference("Summary", old, title, about=reason),))
    html = edit_html(change, "rtl", title)
    entry = Entry(tag("https://site.example", "/en/pledges/x/p1"), title, when, "https://site.example/x?a=1&b=2", html)
    feed = Feed(
        "tag:site.example,2026:/", title, reason, "ar", "https://site.example/f", "https://site.example/", (entry,)
    )
    content = atom(feed)
    found = ElementTree.fromstring(content).find(f"{ATOM}entry")  # noqa: S314
    kept = "".join(
        c for c in title if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD or ord(c) > 0xFFFF
    )
    assert found.find(f"{ATOM}title").text in {kept.replace("\r\n", "\n").replace("\r", "\n"), kept or None}
    assert "<script" not in html
    assert parsed(content).entries[0].link == "https://site.example/x?a=1&b=2"


def test_an_empty_feed_is_valid_and_always_the_same():
    feed = Feed("tag:site.example,2026:/", "None", "Site", "en", "https://site.example/f", "https://site.example/", ())
    assert atom(feed) == atom(feed)
    assert parsed(atom(feed)).feed.updated == "1970-01-01T00:00:00+00:00"
