"""Then and now: what a query found as known on a day and today, and what became of the pledges between."""

import re
from datetime import date
from html import unescape

import pytest

from pledges.charts import then_and_now
from pledges.models.vocab import State, Status
from pledges.tests import make
from pledges.views import since

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2016, 4, 1), date(2016, 4, 2), date(2016, 4, 3)
ASKED = f"country=ZZ&as_of={FIRST}"


@pytest.fixture
def pledge(settle):
    """A hundred balloons, entered on the first day beside a pledge that stays."""
    make.make_commitment("test-that-stays")
    pledge = make.make_commitment("test-changing", quantity_min=100, quantity_max=100)
    settle(FIRST)
    return pledge


def page(client, query=ASKED, language="en"):
    response = client.get(f"/{language}/since/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def became(html):
    """{heading of a group: slugs in it}."""
    groups = html.split('<section class="changes-of-day">')[1:]
    return {
        re.search("<h3>(.*?)</h3>", group)[1]: re.findall('class="change" id="([\\w-]+)"', group) for group in groups
    }


def numbers(html):
    """{what: (then, now)} of the table."""
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", html, re.DOTALL)
    cells = [[words(cell).strip() for cell in re.split("</?t[hd]>", row) if words(cell).strip()] for row in rows]
    return {what: tuple(values) for what, *values in cells}


def test_both_numbers_and_sums_lead_to_their_lists(client, pledge, settle):
    pledge.quantity_min = pledge.quantity_max = 150
    pledge.save()
    make.make_commitment("test-refused", status=Status.DECLINED)
    settle(SECOND)
    html = page(client)
    assert numbers(html) == {
        "Pledges": ("2", "2"),
        "Declined or denied": ("0", "1"),
        "Newly promised: Test balloons": ("100 Test balloons", "150 Test balloons"),
    }
    then, now = re.findall(r'href="(/en/pledges/\?[^"]*unit=test_unit[^"]*)"', html)
    assert ("as_of=2016-04-01" in then, "as_of" in now) == (True, False)
    for link, number in ((then, "100"), (now, "150")):
        rows = client.get(unescape(link).replace("/pledges/", "/pledges.csv")).getvalue().decode()
        assert f'"{number}"' in rows


def test_what_came_left_and_changed_stands_apart_with_why(client, pledge, settle):
    gone = make.make_commitment("test-gone")
    moved = make.make_commitment("test-moved")
    other = make.make_commitment("test-moves-in", country=make.make_country("YY"))
    settle(FIRST)
    gone.state, gone.withdrawal_reason_en = State.WITHDRAWN, "Counted twice."
    moved.country, other.country = other.country, gone.country
    pledge.quantity_max = pledge.quantity_min = 150
    for row in (gone, moved, other, pledge):
        row._change_reason = "" if row is gone else "Read again."
        row.save()
    make.make_commitment("test-new")
    settle(SECOND)
    html = page(client)
    assert became(html) == {
        "Came: published since": ["test-new"],
        "Came: did not match then": ["test-moves-in"],
        "Left: no longer shown": ["test-gone"],
        "Left: no longer matches": ["test-moved"],
        "Changed": ["test-changing"],
    }
    told = words(html)
    assert "Reason: Counted twice." in told
    assert "Country or group Before: Testland Now: Testland YY" in told
    assert "Country or group Before: Testland YY Now: Testland" in told
    assert "Quantity Before: 100 Test balloons Now: 150 Test balloons" in told
    assert "Came: published since: 1 · Came: did not match then: 1 · Left: no longer shown: 1" in told


def test_what_changed_and_changed_back_is_nothing(client, pledge, settle):
    for caveat, day in (("Without ropes.", SECOND), ("", THIRD)):
        pledge.caveat_en = caveat
        pledge.save()
        settle(day)
    assert became(page(client)) == {}
    assert "Nothing changed in these pledges since 1 April 2016" in words(page(client))
    assert became(page(client, f"country=ZZ&as_of={SECOND}")) == {"Changed": ["test-changing"]}


def test_several_changes_are_one_from_then_to_now(client, pledge, settle):
    for number, day in ((120, SECOND), (150, THIRD)):
        pledge.quantity_min = pledge.quantity_max = number
        pledge.save()
        settle(day)
    assert "Quantity Before: 100 Test balloons Now: 150 Test balloons" in words(page(client))
    assert "120" not in words(page(client)).partition("What became")[2]


def test_nothing_of_drafts_shows(client, pledge, settle):
    draft = make.make_commitment("test-draft", state=State.DRAFT, summary_en="Clandestine.")
    pledge.state, pledge.caveat_en, pledge._change_reason = State.DRAFT, "Clandestine.", "Clandestine reason"
    pledge.save()
    settle(SECOND)
    html = page(client)
    assert became(html) == {"Left: no longer shown": ["test-changing"]}
    assert "landestine" not in html
    draft.state = State.PUBLISHED
    draft.summary_en = "Open."
    draft.save()
    pledge.state, pledge.caveat_en, pledge._change_reason = State.PUBLISHED, "", ""
    pledge.save()
    html = page(client)
    assert became(html) == {"Came: published since": ["test-draft"]}
    assert "landestine" not in html


def test_what_only_its_bloc_moved_says_so(client, pledge, settle):
    make.make_bloc_member(country=pledge.country)
    settle(SECOND)
    html = page(client, f"bloc=test_bloc&as_of={FIRST}")
    assert "On that day a part of this query was not known yet" in html
    assert sorted(became(html)["Came: did not match then"]) == ["test-changing", "test-that-stays"]
    assert "Nothing changed in the record itself" in html


def test_all_pages_together_leave_no_gap(client, pledge, settle, monkeypatch):
    for number in range(4):
        make.make_commitment(f"test-new-{number}")
    settle(SECOND)
    everything = became(page(client))["Came: published since"]
    monkeypatch.setattr(since, "PER_PAGE", 3)
    first = page(client)
    link = unescape(re.search('rel="next" href="([^"]+)"', first)[1])
    found = [
        slug for html in (first, page(client, link.removeprefix("?"))) for slug in became(html)["Came: published since"]
    ]
    assert found == everything
    assert len(found) == 4


def test_too_many_to_compare_are_not_and_the_page_says_so(client, pledge, settle, monkeypatch):
    monkeypatch.setattr(then_and_now, "MOST_COMPARED", 0)
    pledge.save()
    settle(SECOND)
    html = page(client)
    assert "too many to compare on a page" in words(html)
    assert numbers(html)["Pledges"] == ("2", "2")
    assert "/en/changes/?country=ZZ&amp;changed_after=2016-04-02" in html


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "query",
    ["as_of=nonsense", "as_of=1999-01-01", "as_of=2999-01-01", "as_of=2016-04-01&as_of=2016-04-02", "country=XX"],
)
def test_what_cannot_be_read_gives_a_message_and_nothing_else(client, pledge, language, query):
    html = page(client, query, language)
    assert 'role="alert"' in html
    assert "then-and-now" not in html


def test_without_a_day_it_is_asked_for(client):
    assert "Choose the day with which today is compared." in page(client, "country=FR")
    assert '<input type="hidden" name="country" value="FR">' in page(client, "country=FR")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_citation_and_every_past_day_lead_there(client, pledge, language):
    link = f'href="/{language}/since/?country=ZZ&amp;as_of={FIRST}"'
    html = client.get(f"/{language}/matrix/?{ASKED}").content.decode()
    assert link in html.partition("alert-known-on")[2].partition("</p>")[0]
    assert link in html.partition('class="cite"')[2].partition("</details>")[0]
    assert f"/{language}/since/?country=ZZ&amp;as_of=2" in client.get(f"/{language}/map/?country=ZZ").content.decode()


def test_it_needs_few_queries(client, pledge, settle, django_assert_max_num_queries):
    for number in range(4):
        make.make_commitment(f"test-new-{number}", places=[make.make_place()], sources=3)
    pledge.quantity_max = 150
    pledge.save()
    settle(SECOND)
    page(client)  # the indexes are made once
    with django_assert_max_num_queries(20):
        page(client)
