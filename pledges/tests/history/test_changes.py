"""What changed, by day: the page, its file and the feed tell the same; drafts never show."""

import csv
import io
import re
from datetime import date
from html import unescape

import feedparser
import pytest

from pledges.models.vocab import State, Status
from pledges.tests import make
from pledges.views import changes

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2016, 4, 1), date(2016, 4, 2), date(2016, 4, 3)
TESTLAND = "country=ZZ"


@pytest.fixture
def pledge(settle):
    """Entered on the first day, with a new source on the second, corrected on the third."""
    pledge = make.make_commitment("test-changing")
    settle(FIRST)
    make.make_citation(pledge, make.make_source("test-second"))
    settle(SECOND)
    pledge.refresh_from_db()
    pledge.status = Status.ONGOING
    pledge.save()
    settle(THIRD)
    return pledge


def page(client, query=TESTLAND, language="en"):
    response = client.get(f"/{language}/changes/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def ids(html):
    """The edits of a page, in order."""
    return re.findall(r'<li class="change" id="(\w+)"', html)


def days(html):
    return re.findall(r'<section class="changes-of-day" aria-labelledby="day-([\d-]+)"', html)


def rows(client, query=TESTLAND, language="en"):
    content = client.get(f"/{language}/changes.csv?{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_changes_stand_by_day_the_latest_first(client, pledge):
    html = page(client)
    assert days(html) == ["2016-04-03", "2016-04-02", "2016-04-01"]
    assert len(ids(html)) == 3
    told = words(html)
    assert "3 changes, the latest first." in told
    assert "Status Before: Pledged Now: Ongoing" in told
    assert "Citation Added: \u2068Balloons for the fair (test-second)" in told


def test_a_correction_is_marked_a_new_source_is_none(client, pledge):
    corrected, sourced, published = re.split(r'<li class="change"', page(client))[1:]
    assert ["Correction" in part for part in (corrected, sourced, published)] == [True, False, False]
    assert "تصويب" in page(client, language="ar")
    history = client.get("/en/pledges/test-changing/history/").content.decode()
    assert history.count('class="correction"') == 1
    categories = [entry.get("tags", [{}])[0].get("term") for entry in feed(client)]
    assert categories == ["correction", None, None]


def test_what_was_not_stated_is_added_not_corrected_what_is_taken_away_is(client, pledge):
    pledge.caveat_en = "Without ropes."
    pledge.save()
    make.settle(pledge, date(2016, 4, 4))
    assert rows(client)[0] | {"time": ""} == {
        "day": "2016-04-04",
        "time": "",
        "pledge": "test-changing",
        "url": "http://testserver/en/pledges/test-changing/",
        "kind": "changed",
        "correction": "false",
        "field": "caveat_en",
        "label": "Caveat in English",
        "about": "",
        "before": "Not stated",
        "after": "Without ropes.",
        "reason": "",
    }
    pledge.citations.get(source__slug="test-second").delete()
    latest = [row for row in rows(client) if row["field"] == "citation"][0]
    assert (latest["correction"], latest["after"]) == ("true", "")
    assert "test-second" in latest["before"]


def feed(client, query=TESTLAND):
    return feedparser.parse(client.get(f"/en/pledges.atom?{query}").content).entries


def test_feed_page_and_file_tell_the_same_changes(client, pledge):
    gone = make.make_commitment("test-gone")
    make.settle(gone, FIRST)
    gone.state, gone.withdrawal_reason_en = State.WITHDRAWN, "Counted twice."
    gone.save()
    for query in (TESTLAND, "country=FR&type=airstrikes", "country=ZZ&type=airstrikes"):
        entries = [entry.id.rpartition("/")[2] for entry in feed(client, query)]
        assert ids(page(client, query)) == entries[: changes.PER_PAGE]
        found = dict.fromkeys((row["pledge"], row["time"]) for row in rows(client, query))
        assert len(found) == len(entries)
    assert entries == []


def test_all_pages_together_leave_no_gap(client, pledge, monkeypatch):
    everything = [entry.id.rpartition("/")[2] for entry in feed(client, TESTLAND)]
    monkeypatch.setattr(changes, "PER_PAGE", 2)
    monkeypatch.setattr(changes, "COUNTED", 1)
    first, second = page(client), page(client, f"{TESTLAND}&page=2")
    assert ids(first) + ids(second) == everything
    assert "page=2" in first.partition('rel="next"')[2].partition(">")[0]
    assert 'rel="next"' not in second
    assert ids(page(client, f"{TESTLAND}&page=9")) == ids(second)


def test_a_day_that_goes_on_says_so(client, monkeypatch):
    monkeypatch.setattr(changes, "PER_PAGE", 1)
    for number in range(2):
        make.settle(make.make_commitment(f"test-of-one-day-{number}"), FIRST)
    assert "(continued)" not in page(client)
    assert "1 April 2016 (continued)" in words(page(client, f"{TESTLAND}&page=2"))


def test_pages_end_with_the_limit_and_say_where_the_rest_is(client, pledge, monkeypatch):
    monkeypatch.setattr(changes, "PER_PAGE", 1)
    monkeypatch.setattr(changes, "MOST_PAGES", 2)
    html = page(client, f"{TESTLAND}&page=3")
    assert days(html) == ["2016-04-02"]
    assert "The latest 2 changes are shown on pages." in words(html)
    assert 'rel="next"' not in html


def test_days_choose_both_included(client, pledge):
    assert days(page(client, f"{TESTLAND}&changed_after=2016-04-02")) == ["2016-04-03", "2016-04-02"]
    assert days(page(client, f"{TESTLAND}&changed_before=2016-04-02")) == ["2016-04-02", "2016-04-01"]
    one = page(client, f"{TESTLAND}&changed_after=2016-04-02&changed_before=2016-04-02")
    assert days(one) == ["2016-04-02"]
    assert "changed since 2 April 2016" in words(one)
    assert "changed_after" not in one.partition('id="views"')[2].partition("</nav>")[0]
    nothing = f"{TESTLAND}&changed_after=2030-01-01"
    assert "Nothing changed in these pledges on these days." in page(client, nothing)
    assert rows(client, nothing) == []


@pytest.mark.parametrize(
    "query",
    [
        "changed_after=nonsense",
        "changed_after=2016-04-03&changed_before=2016-04-01",
        "changed_after=2016-04-01&changed_after=2016-04-02",
        "country=XX",
        "unknown=1",
    ],
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_cannot_be_read_gives_a_message_and_no_changes(client, language, query):
    html = page(client, query, language)
    assert 'role="alert"' in html
    assert ids(html) == []
    refused = client.get(f"/{language}/changes.csv?{query}")
    assert refused.status_code == 400
    assert refused.content.decode().strip()


@pytest.mark.parametrize("query", ["changed_after=0001-01-01", "changed_before=9999-12-31"])
def test_the_first_and_the_last_day_can_be_asked_for(client, pledge, query):
    assert len(ids(page(client, f"{TESTLAND}&{query}"))) == 3


def test_days_are_no_condition_on_pledges(client):
    assert 'role="alert"' in client.get("/en/pledges/?changed_after=2016-04-01").content.decode()


def test_a_withdrawn_pledge_appears_with_its_reason_and_no_more(client, pledge):
    # a country without public pledges cannot be asked for
    make.settle(make.make_commitment("test-that-stays"), date(2015, 1, 1))
    pledge.state, pledge.withdrawal_reason_en = State.WITHDRAWN, "Counted twice."
    pledge.save()
    told = words(page(client))
    assert "No longer shown test-changing" in told
    assert "Reason: Counted twice." in told
    assert "Ongoing" not in told.partition("No longer shown")[2].partition("Follow changes")[0]
    row, _other = rows(client)
    assert (row["kind"], row["pledge"], row["reason"]) == ("withdrawn", "test-changing", "Counted twice.")


def test_drafts_never_show(client):
    make.settle(make.make_commitment("test-that-stays"), date(2015, 1, 1))
    draft = make.make_commitment("test-draft", state=State.DRAFT, summary_en="Clandestine.")
    make.settle(draft, FIRST)
    draft.summary_en = "Clandestine still."
    draft.save()
    assert len(ids(page(client))) == len(rows(client)) == 1
    draft.state, draft.summary_en = State.PUBLISHED, "Open."
    draft.save()
    assert len(ids(page(client))) == 2
    assert "Clandestine" not in page(client)
    draft.state = State.WITHDRAWN
    draft.save()
    assert "Clandestine" not in page(client)


def test_the_query_narrows(client, pledge):
    other = make.make_commitment("test-other", country=make.make_country("YY"))
    make.settle(other, SECOND)
    assert len(ids(page(client, "country=YY"))) == 1
    assert {row["pledge"] for row in rows(client, "country=YY&country=ZZ")} == {"test-changing", "test-other"}


def test_of_a_past_day_the_changes_are_those_until_then(client, pledge):
    html = page(client, f"{TESTLAND}&as_of=2016-04-02")
    assert days(html) == ["2016-04-02", "2016-04-01"]
    assert "As known on 2 April 2016." in words(html)


def test_hostile_text_stays_text(client, pledge):
    pledge.caveat_en, pledge._change_reason = "=1+<script>alert(1)</script>", "<img src=x>"
    pledge.save()
    html = page(client)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "'=1+<script>" in client.get(f"/en/changes.csv?{TESTLAND}").getvalue().decode()


def test_list_footer_and_method_lead_to_the_changes(client):
    html = client.get("/en/pledges/?country=FR&type=airstrikes").content.decode()
    assert 'href="/en/changes/?country=FR&amp;type=airstrikes"' in html
    assert 'href="/en/changes/"' in html.partition('class="footer"')[2]
    assert 'id="changes"' in client.get("/en/about/").content.decode()


def test_the_page_needs_few_queries_whatever_it_holds(client, django_assert_max_num_queries):
    for number in range(5):
        pledge = make.make_commitment(
            f"test-busy-{number}", sources=3, places=[make.make_place(f"test-place-{number}")]
        )
        make.settle(pledge, FIRST)
        pledge.status = Status.ONGOING
        pledge.save()
    page(client, "country=FR")  # the index is made once
    for query in ("", TESTLAND, "page=5"):
        # within a transaction nothing is kept: the list asks ten of these
        with django_assert_max_num_queries(20):
            page(client, query)
