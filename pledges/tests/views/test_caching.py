"""What is kept of the site's answers, and what is told to who has them: never other than what it would answer anew."""

import gzip
from datetime import date

import pytest
from django.conf import settings as site_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledges.models import Commitment
from pledges.models.vocab import State
from pledges.settings import MEBIBYTE, cache_from_url
from pledges.tests import make
from pledges.tests.small_releases import SECOND
from pledges.views import caching
from pledges.views.explore import pledge_list

pytestmark = pytest.mark.django_db

LIST = "/en/pledges/?country=PL"
FILE = "/en/pledges.csv?country=PL"
TEXTS = [LIST, "/ar/", "/en/pledges/bru16-pl-airstrikes/", "/en/pledges.atom?country=PL", "/api/v1/pledges?country=PL"]
FILES = [FILE, "/en/pledges.zip?country=PL", "/en/pledges/cite.bib", f"/en/releases/{SECOND}.zip"]
OF_A_PAST_DAY = f"/en/matrix/?country=PL&as_of={date.today()}"
FOR_OTHERS = ["/en/timeline.svg?country=PL", "/en/embed/map/?country=PL"]
PUBLIC = [*TEXTS, *FILES, *FOR_OTHERS, OF_A_PAST_DAY, "/sitemap.xml", "/robots.txt"]
# what a 304 tells again, and who keeps the answer takes from there
TOLD_AGAIN = [
    "ETag",
    "Cache-Control",
    "Vary",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
]
# what it leaves as it is there: nothing, or the same
LEFT = ["Content-Security-Policy", "Cross-Origin-Resource-Policy"]
each_public = pytest.mark.parametrize("path", PUBLIC)
each_coding = pytest.mark.parametrize("coding", ["identity", "gzip"])


@pytest.fixture(autouse=True)
def _releases(releases):
    pass


@pytest.fixture
def worker(settings, request):
    """A function: from then on the answers are kept as by the process of that name."""

    def become(name, **options):
        kept = cache_from_url("")
        kept |= {"LOCATION": f"{request.node.name} {name}", "OPTIONS": kept["OPTIONS"] | options}
        settings.CACHES = {"default": kept}

    become("first")
    return become


def asked(path, ask="get", **headers):
    """The answer to a client of its own, its bytes, and how many questions it asked of the database."""
    with CaptureQueriesContext(connection) as queries:
        response = getattr(Client(), ask)(path, headers={"accept-encoding": "identity", **headers})
        content = response.getvalue()
    return response, content, len(queries)


def make_public(slug="test-new", **values):
    country = Commitment.objects.filter(country__iso2="PL").first().country
    return make.make_commitment(slug, **{"country": country} | values)


# Who has it already


@each_public
@each_coding
@pytest.mark.parametrize("ask", ["get", "head"])
def test_who_has_it_costs_one_question_and_is_told_what_the_answer_would_tell(path, coding, ask):
    whole, _content, _queries = asked(path, **{"accept-encoding": coding})
    again, content, queries = asked(
        path, ask, **{"accept-encoding": coding, "if-none-match": f'"x", W/{whole["ETag"]}'}
    )
    assert (again.status_code, content, queries) == (304, b"", 1)
    assert {name: again.get(name) for name in TOLD_AGAIN} == {name: whole.get(name) for name in TOLD_AGAIN}
    assert [name for name in LEFT if again.get(name) not in {None, whole[name]}] == []
    assert "Content-Length" not in again


def test_who_has_it_in_another_coding_gets_it_in_the_one_that_they_can_read():
    packed, _content, _queries = asked(LIST, **{"accept-encoding": "br, gzip"})
    for coding in ("identity", "br", "gzip;q=0"):
        response, content, _queries = asked(LIST, **{"accept-encoding": coding, "if-none-match": packed["ETag"]})
        assert response.status_code == 200, coding
        assert b"</html>" in content
        assert response["ETag"] != packed["ETag"]


def test_who_has_the_same_content_of_other_data_need_not_take_it_again():
    whole, _content, _queries = asked("/en/pledges.csv?country=NL")
    pledge = make_public()
    again, _content, queries = asked("/en/pledges.csv?country=NL", **{"if-none-match": whole["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, whole["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    assert queries > 1
    fresh, _content, _queries = asked("/en/pledges.csv?country=NL")
    assert fresh["ETag"] != whole["ETag"]
    assert pledge.slug not in fresh.getvalue().decode()


# What is kept


@each_public
def test_what_is_kept_is_what_would_be_made_and_costs_one_question(worker, path):
    fresh = [asked(path, **{"accept-encoding": coding})[:2] for coding in ("identity", "gzip")]
    for coding, (made, made_content) in zip(("identity", "gzip"), fresh, strict=True):
        worker(coding)
        asked(path)
        for ask in ("get", "head"):
            kept, content, queries = asked(path, ask, **{"accept-encoding": coding})
            assert queries == 1, (coding, ask)
            assert kept.headers == made.headers
            assert content == (made_content if ask == "get" else b"")
    (plain, content), (packed, packed_content) = fresh
    if path in TEXTS:
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in plain["Vary"]
        assert gzip.decompress(packed_content) == content
        assert len(packed_content) < len(content) / 2
    elif path in FILES:
        assert packed.headers == plain.headers
        assert "Content-Encoding" not in packed


@pytest.mark.sql
def test_a_change_is_seen_at_once_by_each_process_and_by_who_has_what_was_before(worker):
    before = {}
    for name in ("first", "second"):
        worker(name)
        before = {path: asked(path)[0]["ETag"] for path in (LIST, FILE)}
        assert all(asked(path, **{"if-none-match": tag})[0].status_code == 304 for path, tag in before.items())
    make_public()
    for name in ("first", "second"):
        worker(name)
        for path, tag in before.items():
            response, content, _queries = asked(path, **{"if-none-match": tag})
            assert (response.status_code, b"test-new" in content) == (200, True), (name, path)
            assert asked(path)[1] == content


def test_another_language_host_scheme_query_or_day_is_another_answer(worker, monkeypatch):
    tags = {asked(LIST)[0]["ETag"]}
    others = [
        ("/ar/pledges/?country=PL", {}),
        ("/en/pledges/?country=PL&rows=full", {}),
        ("/en/matrix/?country=PL", {}),
        (LIST, {"host": "localhost"}),
        (LIST, {"host": "localhost:8000"}),
    ]
    for path, headers in others:
        response, content, _queries = asked(path, **headers)
        assert f"http://{headers.get('host', 'testserver')}/" in content.decode()
        tags.add(response["ETag"])
    tags.add(Client().get(LIST, secure=True)["ETag"])
    monkeypatch.setattr(caching, "today_anywhere", lambda: date(2030, 1, 1))
    assert asked(LIST)[2] > 1
    assert len(tags) == 2 + len(others)


def test_programs_get_the_same_whatever_language_they_prefer(worker):
    english, arabic = (asked("/api/v1/pledges?country=PL", **{"accept-language": name}) for name in ("en", "ar"))
    assert english[1] == arabic[1]
    assert (english[0]["Content-Language"], arabic[0]["Content-Language"]) == ("en", "ar")


def test_the_browser_of_an_editor_is_answered_from_what_is_kept_but_asks_each_time(worker):
    seen, content, _queries = asked(LIST)
    cookie = {"cookie": f"{site_settings.SESSION_COOKIE_NAME}={'x' * 32}"}
    response, for_editor, queries = asked(LIST, **cookie)
    assert (response["Cache-Control"], for_editor, queries) == ("private, no-cache", content, 1)
    again = asked(LIST, **{"if-none-match": seen["ETag"]}, **cookie)[0]
    assert (again.status_code, again["Cache-Control"]) == (304, "private, no-cache")
    assert asked(LIST)[0]["Cache-Control"] == seen["Cache-Control"]


def test_parts_of_a_kept_file_are_parts_of_it(worker):
    whole, content, _queries = asked(FILE)
    for headers in ({}, {"if-range": whole["ETag"]}):
        part, piece, queries = asked(FILE, range="bytes=10-19", **headers)
        assert (part.status_code, piece, part["ETag"]) == (206, content[10:20], whole["ETag"])
        assert (part["Content-Range"], queries) == (f"bytes 10-19/{len(content)}", 1)
    assert asked(FILE, range="bytes=10-19", **{"if-range": '"other"'})[1] == content


# What is not


def test_what_is_for_nobody_or_wrong_is_neither_tagged_nor_kept(worker, admin_client):
    make.make_commitment("test-draft", state=State.DRAFT)
    gone = make_public("test-gone")
    gone.state, gone.withdrawal_reason_en = State.WITHDRAWN, "A test."
    gone.save()
    answers = {
        "/en/pledges/test-draft/": 404,
        "/api/v1/pledges/test-draft": 404,
        "/en/pledges/test-gone/": 410,
        "/en/nowhere/": 404,
        "/en/pledges.csv?country=nowhere": 400,
        "/api/v1/pledges?country=nowhere": 400,
        "/en/": 400,
        "/": 302,
        "/healthz": 200,
        "/admin/login/": 302,
        "/admin/pledges/commitment/": 200,
    }
    for path, status in answers.items():
        response = admin_client.get(path, headers={"host": "elsewhere.example"} if path == "/en/" else {})
        assert (response.status_code, response.get("ETag")) == (status, None), path
    assert not caching.shelf._cache


def test_an_answer_made_while_the_data_changed_is_not_kept(worker, rf):
    def saved_meanwhile(request):
        response = pledge_list(request)
        make_public()
        response["Content-Length"] = str(len(response.content))
        return response

    made = caching.CachingMiddleware(saved_meanwhile)(rf.get(LIST))
    assert (made.status_code, b"test-new" in made.content) == (200, False)
    response, content, queries = asked(LIST, **{"if-none-match": made["ETag"]})
    assert (response.status_code, b"test-new" in content) == (200, True)
    assert queries > 1


def test_a_large_file_is_made_anew_but_its_headers_are_kept(worker, monkeypatch):
    monkeypatch.setattr(caching, "LARGEST", 1000)
    whole, content, _queries = asked(FILE)
    head, _nothing, queries = asked(FILE, "head")
    assert (head.headers, queries) == (whole.headers, 1)
    again, same, queries = asked(FILE)
    assert (again.headers, same) == (whole.headers, content)
    assert queries > 1


def test_what_was_not_asked_for_longest_goes_first(worker):
    worker("small", MAX_BYTES=30_000)
    paths = [f"/en/pledges/?country={code}" for code in ("PL", "NL", "FR", "CA")]
    for path in paths:
        asked(path)
        assert asked(path)[2] == 1
    assert asked(paths[0])[2] > 1
    assert sum(map(len, caching.shelf._cache.values())) <= 30_000


def test_no_reader_notices_that_nothing_can_be_kept(settings, caplog, tmp_path):
    (tmp_path / "file").touch()
    settings.CACHES = {"default": cache_from_url(f"file://{tmp_path}/file/folder")}
    client = Client()
    answers = [client.get(LIST) for _time in range(2)]
    assert [response.status_code for response in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert caplog.text.count("Pages are not kept for") == 1


def test_files_of_a_folder_are_shared_by_all_processes(settings, tmp_path):
    for _process in range(2):
        settings.CACHES = {"default": cache_from_url(f"file://{tmp_path}/kept")}
        queries = asked(LIST)[2]
    assert queries == 1


# The setting


def test_answers_are_kept_where_the_setting_says():
    assert cache_from_url("")["OPTIONS"]["MAX_BYTES"] == 64 * MEBIBYTE
    assert cache_from_url("file:///var/cache/a%20b")["LOCATION"] == "/var/cache/a b"
    assert cache_from_url("none")["BACKEND"] == caching.NONE
    for wrong in ("redis://localhost", "file://relative/path", "memcached://localhost", "/var/cache"):
        with pytest.raises(ImproperlyConfigured, match="CACHE_URL"):
            cache_from_url(wrong)
