"""What caches, programs that resume and links from elsewhere get: tags, parts of files, addresses without trackers."""

import json
import logging
import re

import pytest
from django.db import OperationalError

from pledges.exports.formats import FORMATS
from pledges.tests.small_releases import SECOND
from pledges.views import explore

pytestmark = pytest.mark.django_db

FILES = [*(f"/en/pledges.{name}?country=PL" for name in FORMATS), f"/en/releases/{SECOND}.zip", "/en/pledges/cite.bib"]
TAGGED = [*FILES, "/en/", "/en/pledges/?country=PL", "/api/v1/pledges?country=PL", "/static/css/base.css"]
RESUMABLE = ["/en/pledges.csv?country=PL", f"/en/releases/{SECOND}.zip", "/api/v1/pledges", "/static/css/base.css"]
each_resumable = pytest.mark.parametrize("path", RESUMABLE)


@pytest.fixture(autouse=True)
def _releases(releases):
    pass


def whole(client, path):
    response = client.get(path)
    return response["ETag"], response.getvalue()


# Who has it already


@pytest.mark.parametrize("path", TAGGED)
def test_not_modified_says_nothing_of_a_length_that_a_cache_could_take_for_that_of_the_file(client, path):
    tag, content = whole(client, path)
    assert content
    asked = [(client.get, tag), (client.head, f"W/{tag}")]
    if path in RESUMABLE:
        asked += [(client.get, f'"other", {tag}'), (client.get, "*"), (client.head, tag)]
    for ask, tags in asked:
        again = ask(path, headers={"If-None-Match": tags})
        assert (again.status_code, again.getvalue(), again["ETag"]) == (304, b"", tag), tags
        assert "Content-Length" not in again


def test_an_answer_without_content_says_nothing_of_a_length(client):
    response = client.options("/api/v1/pledges")
    assert response.status_code == 204
    assert "Content-Length" not in response


# Who has a part of it


@each_resumable
def test_a_file_of_which_a_part_came_goes_on_from_there(client, path):
    tag, content = whole(client, path)
    size = len(content)
    assert client.head(path)["Accept-Ranges"] == "bytes"
    for asked, first, last in (
        ("bytes=10-", 10, size - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=5-8", 5, 8),
        ("bytes=-7", size - 7, size - 1),
        (f"bytes=-{size + 1}", 0, size - 1),
        (f"bytes=3-{size + 100}", 3, size - 1),
    ):
        for headers in ({"Range": asked}, {"Range": asked, "If-Range": tag}):
            part = client.get(path, headers=headers)
            assert (part.status_code, part["Content-Range"]) == (206, f"bytes {first}-{last}/{size}"), asked
            assert part.getvalue() == content[first : last + 1]
            assert (part["Content-Length"], part["ETag"]) == (str(last + 1 - first), tag)


@each_resumable
def test_a_file_that_changed_since_comes_whole_and_so_does_what_nobody_can_read(client, path):
    _tag, content = whole(client, path)
    for headers in (
        {"Range": "bytes=10-", "If-Range": '"of yesterday"'},
        {"Range": "bytes=10-", "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"},
        *({"Range": asked} for asked in ("bytes=0-1,5-6", "bytes=9-5", "bytes=-", "rows=1-2", "bytes=x-")),
    ):
        response = client.get(path, headers=headers)
        assert (response.status_code, response.getvalue()) == (200, content), headers


@each_resumable
def test_past_the_end_there_is_nothing(client, path):
    _tag, content = whole(client, path)
    for asked in (f"bytes={len(content)}-", "bytes=-0"):
        response = client.get(path, headers={"Range": asked})
        assert (response.status_code, response.getvalue()) == (416, b"")
        assert response["Content-Range"] == f"bytes */{len(content)}"


def test_head_and_who_has_the_file_get_no_part(client):
    tag, content = whole(client, FILES[0])
    head = client.head(FILES[0], headers={"Range": "bytes=10-"})
    assert (head.status_code, head["Content-Length"]) == (200, str(len(content)))
    assert client.get(FILES[0], headers={"Range": "bytes=10-", "If-None-Match": tag}).status_code == 304


# Whoever may read it


@pytest.mark.parametrize("path", [*FILES, "/ar/releases.atom", f"/en/releases/{SECOND}/changes.csv"])
def test_scripts_of_any_site_may_read_the_files(client, path):
    response = client.get(path)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response["Access-Control-Expose-Headers"]
    assert client.post(path)["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", [*FILES, "/en/requirements.csv", "/api/v1/requirements"])
def test_a_script_may_ask_for_a_part_and_whether_anything_is_new(client, path):
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Headers": "if-none-match, range"}
    response = client.options(path, headers=asks)
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (204, "*")
    assert {"If-None-Match", "Range"} <= set(response["Access-Control-Allow-Headers"].split(", "))


# What others append to links

TRACKED = "fbclid=IwAR1&utm_source=news%20letter&country=PL&_gl=1*x&utm_medium=&gclid=a&mc_cid=1&msclkid=2"


@pytest.mark.parametrize("path", ["/en/pledges/", "/ar/matrix/", "/en/pledges/bru16-pl-airstrikes/", "/en/about/"])
def test_pages_drop_what_only_tracks_readers_and_link_without_it(client, path):
    tracked, plain = (client.get(f"{path}?{query}").content.decode() for query in (TRACKED, "country=PL"))
    assert tracked == plain
    assert not re.search("fbclid|utm_|_gl=|gclid|mc_cid|msclkid", tracked)


@pytest.mark.parametrize("path", [*(f"/en/pledges.{name}" for name in FORMATS), "/api/v1/pledges", "/en/"])
def test_files_drop_it_too(client, path):
    assert whole(client, f"{path}?{TRACKED}") == whole(client, f"{path}?country=PL")


def test_everything_else_stays_strict(client):
    for name in ("utm", "ref", "gclid2", "xfbclid", "contry"):
        assert client.get(f"/en/pledges.csv?country=PL&{name}=1").status_code == 400, name
    assert client.get("/api/v1/pledges/bru16-pl-airstrikes?fbclid=1").status_code == 200
    assert client.get("/api/v1/pledges/bru16-pl-airstrikes?country=PL").status_code == 400


# What is refused, and how

TOO_MANY = "&".join(f"country=x{n}" for n in range(1001))


@pytest.mark.parametrize("path", [*(f"/en/pledges.{name}" for name in FORMATS), "/en/pledges/cite.bib"])
def test_too_many_parameters_are_refused_as_other_bad_input_without_a_traceback(client, path, caplog):
    response = client.get(f"{path}?{TOO_MANY}")
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert len(response.content) < 200
    assert all(record.exc_info is None and record.levelno < logging.ERROR for record in caplog.records)


def test_the_interface_for_programs_refuses_them_in_its_own_format(client, caplog):
    for path in ("/api/v1/pledges", "/api/v1/pledges/bru16-pl-airstrikes"):
        response = client.get(f"{path}?{TOO_MANY}")
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    for path in ("/en/pledges/", "/ar/sources/", "/en/no-such-page/"):
        assert client.get(f"{path}?{TOO_MANY}").status_code == 400
    assert all(record.exc_info is None for record in caplog.records)


def test_without_a_database_each_answers_in_its_own_format(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("pledges.api.views.read_query", away)
    monkeypatch.setattr(explore, "browsing", away)
    program = client.get("/api/v1/pledges")
    assert (program.status_code, program["Content-Type"]) == (503, "application/problem+json")
    assert json.loads(program.content)["status"] == 503
    assert program["Retry-After"] == "30"
    assert program["Cache-Control"] == "no-store"
    page = client.get("/en/pledges/")
    assert (page.status_code, page["Content-Type"]) == (503, "text/html; charset=utf-8")


def test_a_fault_of_ours_is_told_to_programs_in_their_format_too(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("pledges.api.views.read_query", None)
    response = client.get("/api/v1/pledges")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
