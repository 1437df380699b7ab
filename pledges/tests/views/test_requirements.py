"""The pages and files of what was asked for: the list, one requirement, and what other records show of them."""

import csv
import io
import re
from datetime import date
from html import unescape
from urllib.parse import unquote

import pytest
from django.http import QueryDict

from pledges.exports.tables import REQUIREMENTS
from pledges.history.versions import CHANGED, PUBLISHED, edits_of
from pledges.models import Meeting, Requirement
from pledges.models.vocab import State
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import RequirementFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db

QUERIES = [
    "", "type=trainers_police", "country=FI&sort=asked", "country=none&meeting=paris-2016-01-20", "answered=no",
    "delivered=yes&sort=-answers", "asked_after=2016-01-01&asked_before=2016-02-28", "theatre=syria",
    "q=police", "source=no-such-source-is-refused", "q=no-such-word",
]  # fmt: skip
MOST_QUERIES = 17


def text_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def page(client, path, language="en"):
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def listed(html):
    return re.findall(r'class="requirement-link" href="/\w\w/requirements/([^/]+)/', html)


def section(html):
    """The part "Asked, offered, delivered" of a page; empty if it has none."""
    found = re.search(r'<section aria-labelledby="asked-title">.*?</section>', html, re.DOTALL)
    return found.group() if found else ""


def in_file(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


@pytest.fixture
def unseen():
    """Requirements that no reader may see, of a meeting, a type and a state, and answers that none may see."""
    draft = make.make_commitment("test-draft", state=State.DRAFT)
    meeting, country, type_ = make.make_meeting(is_public=True), make.make_country(), make.make_type()
    shown = make.make_commitment("test-shown", country=country, type=type_, meeting=meeting)
    about = {"country": country, "type": type_, "meeting": meeting, "asked_by_en": "A clandestine minister"}
    make.make_requirement("test-secret", answered_by=[shown], is_public=False, **about)
    make.make_requirement("test-unsourced", answered_by=[shown], sources=0, **about)
    make.make_requirement("test-asked", answered_by=[draft], country=country, type=type_, meeting=meeting)


@pytest.mark.parametrize("query", QUERIES)
def test_page_csv_and_api_hold_the_same_in_the_same_order(client, query):
    found = RequirementFilter(QueryDict(query))
    expected = [row.slug for row in found.results]
    file, data = client.get(f"/en/requirements.csv?{query}"), client.get(f"/api/v1/requirements?{query}")
    assert listed(page(client, f"requirements/?{query}")) == expected
    if found.problems:
        assert (file.status_code, data.status_code) == (400, 400)
        return
    assert [row["slug"] for row in in_file(file)] == expected
    assert [row["slug"] for row in data.json()["requirements"]] == expected
    assert data.json()["total"] == len(expected)
    assert data.json()["query"]["en"] == found.sentence


def test_the_file_has_the_columns_of_the_package_and_the_form_of_the_other_files(client):
    response = client.get("/en/requirements.csv?country=FI")
    content = response.getvalue()
    assert content.startswith(b"\xef\xbb\xbf" + b"slug,asked_by_en,")
    assert "requirements-FI-" in response["Content-Disposition"]
    assert response["ETag"]
    assert list(in_file(client.get("/en/requirements.csv"))[0]) == [column.name for column in REQUIREMENTS.columns]
    assert client.get("/en/requirements.csv?bom=0").getvalue().startswith(b"slug,")
    answers = {row["slug"]: row["answered_by"] for row in in_file(client.get("/en/requirements.csv"))}
    assert answers["us-2015-12-fi"].count(" | ") == 1
    assert answers["it-2016-02-ca-police"] == ""


@pytest.mark.parametrize("query", ["type=nonsense", "bom=2", "columns=slug", "page=0", "as_of=2300-01-01"])
def test_a_file_of_what_cannot_be_read_is_refused_in_words(client, query):
    response = client.get(f"/en/requirements.csv?{query}")
    assert response.status_code == 400
    assert response.content.decode().strip()


def test_text_that_a_spreadsheet_would_run_is_made_neutral(client):
    make.make_requirement("test-formula", quantity_text="=HYPERLINK(1)")
    rows = {row["slug"]: row for row in in_file(client.get("/en/requirements.csv"))}
    assert rows["test-formula"]["quantity_text"] == "'=HYPERLINK(1)"


def test_the_list_tells_how_many_answered_with_links_to_them(client):
    html = page(client, "requirements/")
    lines = {listed(line)[0]: line for line in html.split("<li>") if listed(line)}
    assert 'href="/en/pledges/?requirement=us-2016-01-sof"' in lines["us-2016-01-sof"]
    assert "Answered by 4 pledges" in text_of(lines["us-2016-01-sof"])
    assert "No answer found" in text_of(lines["it-2016-02-ca-police"])
    assert "pledges/?" not in lines["it-2016-02-ca-police"]
    assert "861 million US dollars" in text_of(lines["un-2016-hrp"])
    assert "at least 2 billion US dollars" in text_of(lines["us-2016-07-iraq-2bn"])
    assert html.count('class="unanswered"') == Requirement.objects.public().filter(answered_by=None).count()


def test_a_refusal_is_an_answer_but_no_pledge(client):
    lines = {slug: line for line in page(client, "requirements/").split("<li>") for slug in listed(line)[:1]}
    assert "Answered by 4 pledges and 2 refusals None evidenced" in text_of(lines["us-2015-12-letters"])
    assert "known from reports of July 2016 1 refusal" in text_of(lines["us-2015-fi-arms"])
    assert "Answered by" not in text_of(lines["us-2015-fi-arms"])
    assert 'href="/en/pledges/?requirement=us-2015-fi-arms&amp;declined=yes"' in lines["us-2015-fi-arms"]
    words = text_of(page(client, "requirements/us-2015-12-letters/"))
    assert "Pledges that answered it 4 2 refusals" in words
    assert "Declined" in words


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_cannot_be_read_shows_a_message_and_no_requirements(client, language):
    for query in ("type=nonsense", "country=xx", "not_type=airstrikes", "answered=perhaps"):
        html = page(client, f"requirements/?{query}", language)
        assert 'id="problems"' in html
        assert "requirement-link" not in html


def test_one_requirement_shows_who_asked_whom_its_sources_and_its_answers_with_their_stage(client):
    html = page(client, "requirements/us-2016-01-sof/")
    words = text_of(html)
    for part in (
        "United States",
        "Coalition members",
        "19 January 2016",
        "As printed : special forces",
        "Last updated",
    ):
        assert part in words.replace("As printed:", "As printed :")
    requirement = Requirement.objects.get(slug="us-2016-01-sof")
    for source in requirement.sources.all():
        assert f'href="/en/sources/{source.slug}/"' in html
    for pledge in requirement.answered_by.all():
        assert f'href="/en/pledges/{pledge.slug}/"' in html
        assert pledge.get_reached_display() in words
    for path in ("types/special_forces/", "meetings/paris-2016-01-20/"):
        assert f'href="/en/{path}"' in html
    assert "No answer found" in text_of(page(client, "requirements/it-2016-02-ca-police/"))


@pytest.mark.parametrize(
    ("path", "condition"),
    [
        ("types/special_forces/", "type=special_forces"),
        ("countries/FI/", "country=FI"),
        ("meetings/washington-2016-07-20/", "meeting=washington-2016-07-20"),
    ],
)
def test_types_states_and_meetings_show_what_was_asked_offered_and_delivered(client, path, condition):
    html = section(page(client, path))
    found = RequirementFilter(QueryDict(condition)).results
    assert listed(html) == [row.slug for row in found]
    assert html.count('class="unanswered"') == sum(not row.pledged + row.refused for row in found)
    tally = re.search(r'<ul class="plain tally">.*?</ul>', html, re.DOTALL).group()
    for more in ("answered=yes", "delivered=yes", "answered=no"):
        number = RequirementFilter(QueryDict(f"{condition}&{more}")).results.count()
        link = f'href="/en/requirements/?{condition}&amp;{more}">{number}</a>'
        assert (link in tally) == bool(number)
    for more, words in (("not_requirement=none", "answer"), ("requirement=none", "For")):
        number = CommitmentFilter(QueryDict(f"{condition}&{more}")).tally.pledges
        link = re.search(
            rf'<a href="/en/pledges/\?{condition}(?:&amp;declined=no)?&amp;{more}">(.*?)</a>', html, re.DOTALL
        )
        assert bool(link) == bool(number)
        assert number == 0 or f"{number} pledge" in text_of(link.group(1))
        assert number == 0 or words in link.group(1)


def test_what_nobody_asked_and_nobody_answers_has_no_such_part(client):
    assert not section(page(client, "countries/AF/"))


def test_a_pledge_and_a_source_lead_to_the_requirements_and_the_method_tells_the_rule(client):
    requirement = Requirement.objects.get(slug="us-2015-12-it-police")
    link = 'href="/en/requirements/us-2015-12-it-police/"'
    assert link in page(client, f"pledges/{requirement.answered_by.get().slug}/")
    assert link in page(client, f"sources/{requirement.sources.first().slug}/")
    assert "A requirement is what somebody asked" in page(client, "about/")
    assert "/en/requirements/us-2015-12-it-police/" in client.get("/sitemap.xml").content.decode()
    for path in ("", "pledges/"):
        assert 'href="/en/requirements/"' in page(client, path)


def test_nothing_that_is_not_public_is_shown_or_counted_anywhere(client, unseen):
    paths = ["requirements/", "countries/ZZ/", "types/test_type/", "meetings/test-meeting/", "pledges/test-shown/"]
    paths[2] = f"types/{make.make_type().slug}/"
    everything = [page(client, path) for path in paths]
    everything += [client.get("/en/requirements.csv").getvalue().decode()]
    everything += [client.get("/api/v1/requirements").content.decode(), client.get("/sitemap.xml").content.decode()]
    for text in everything:
        assert not re.search("test-secret|test-unsourced|test-draft|clandestine", text)
    for path in everything[:4]:
        line = path.split("/requirements/test-asked/")[1].split("</li>")[0]
        assert "No answer found" in text_of(line)
    for slug in ("test-secret", "test-unsourced", "no-such"):
        assert client.get(f"/en/requirements/{slug}/").status_code == 404
    assert "For 1 pledge here no requirement is on record." in text_of(section(everything[1]) or everything[1])


def test_the_pages_ask_few_queries(client, django_assert_max_num_queries):
    page(client, "requirements/us-2015-12-letters/")  # makes the index
    paths = ["requirements/", "requirements/us-2015-12-letters/", "types/trainers_military/", "countries/FI/"]
    for path in [*paths, *(f"meetings/{meeting.slug}/" for meeting in Meeting.objects.public()[::4])]:
        with django_assert_max_num_queries(MOST_QUERIES):
            page(client, path)


# The record: its history, its feed, how to cite it, where to report an error


@pytest.fixture
def changed():
    """A public requirement of the first day, changed on the second; written before as what nobody may read."""
    answer, hidden = make.make_commitment("test-answer"), make.make_commitment("test-draft", state=State.DRAFT)
    requirement = make.make_requirement("test-asked", is_public=False, summary_en="A clandestine draft.")
    make.settle(requirement, date(2016, 3, 31))
    requirement.summary_en, requirement.is_public = "Testland was asked for trainers.", True
    requirement.save()
    make.settle(requirement, date(2016, 4, 1))
    requirement.summary_en = "Testland was asked for police trainers."
    requirement.answered_by.set([answer, hidden])
    requirement.save()
    make.settle(requirement, date(2016, 4, 2))
    return requirement


def test_the_history_of_a_requirement_tells_what_readers_saw(client, changed):
    words = text_of(page(client, "requirements/test-asked/history/"))
    assert "2 April 2016" in words
    assert "1 April 2016" in words
    latest, first = edits_of(changed)
    assert (first.kind, latest.kind) == (PUBLISHED, CHANGED)
    assert [(difference.label, difference.old, difference.new) for difference in latest.differences] == [
        ("Summary in English", "Testland was asked for trainers.", "Testland was asked for police trainers."),
        ("Pledges that answered it", "Not stated", "test-answer"),
    ]
    assert "clandestine" not in words
    assert "test-draft" not in words
    assert "31 March 2016" not in words
    assert "الطلبات" in page(client, "requirements/test-asked/history/", "ar")


def test_the_feed_of_requirements_tells_the_latest_changes(client, changed):
    feed = client.get("/en/requirements.atom?q=police+trainers&type=test_type").content.decode()
    assert feed.count("<entry>") == 2
    assert "Changed (Summary in English, Pledges that answered it)" in feed
    assert "clandestine" not in feed
    assert 'href="http://testserver/en/requirements/?' in feed
    changed.is_public = False
    changed.save()
    feed = client.get("/en/requirements.atom?type=test_type").content.decode()
    assert "test-asked: No longer shown" in feed
    assert "Testland" not in feed


def test_the_feed_of_requirements_is_offered_and_refuses_what_it_cannot_read(client):
    html = page(client, "requirements/?type=trainers_police")
    assert html.count('href="/en/requirements.atom?type=trainers_police"') == 2
    assert client.get("/en/requirements.atom?type=no_such_type").status_code == 400
    assert client.get("/en/requirements.atom?as_of=2026-11-01").status_code == 400


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("requirements/us-2016-01-sof/", "Requirement: "),
        ("requirements/?type=trainers_police", "Requirements of the type"),
    ],
)
def test_requirements_can_be_cited(client, path, title):
    html = page(client, path)
    words = text_of(re.search(r'<p class="cite-text".*?</p>', html, re.DOTALL).group())
    assert f"“{title}" in words
    assert f"http://testserver/en/{path}" in words
    files = [unescape(address) for address in re.findall(r'<a href="([^"]+)" download><bdi lang="en">', html)]
    assert len(files) == 4
    for address in files:
        assert title.encode() in client.get(address).content


def test_an_error_in_a_requirement_is_reported_by_its_name(client, settings):
    settings.REPORT_ADDRESS = "errors@pledges.example"
    link = re.search(r'href="(mailto:[^"]+)"', page(client, "requirements/us-2016-01-sof/")).group(1)
    assert "us-2016-01-sof" in link
    assert "/en/requirements/us-2016-01-sof/" in unquote(link)
