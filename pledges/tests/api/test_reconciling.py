"""Reconciliation: what is asked of it, as the Reconciliation Service API 0.2 has it, and what it finds."""

import json
import re

import pytest
from django.test import Client

from pledges.tests import make
from pledges.tests.api.test_api import assert_described, assert_problem

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/reconcile"


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def candidates(client, text, **more):
    batch = json.dumps({"q0": {"query": text, **more}})
    return client.post(ADDRESS, {"queries": batch}).json()["q0"]["result"]


def match(client, text, **more):
    """The id of what a text certainly means; None if that is open."""
    return next((found["id"] for found in candidates(client, text, **more) if found["match"]), None)


def test_the_manifest_is_as_the_specification_wants_it(client, description):
    response = client.get(ADDRESS)
    assert response["Access-Control-Allow-Origin"] == "*"
    manifest = response.json()
    assert_described(description, "ReconciliationManifest", manifest)
    assert manifest["batchSize"] == 100
    # the address of an entity is its id, encoded, in place of the mark
    page = manifest["view"]["url"].replace("{{id}}", "country%3ANL").removeprefix("http://testserver")
    assert client.get(page)["Location"] == "/en/countries/NL/"
    assert_problem(description, client.get(f"{ADDRESS}/entity/country:XX"), 404)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_batch_is_answered_as_the_specification_wants_it(client, description, method):
    batch = {
        "q0": {"query": "Netherlands"},
        "q1": {"query": "air strikes", "type": "type", "limit": 3, "type_strict": "should", "properties": []},
        "q2": {"query": "Brussels", "type": ["meeting", "place"]},
        "q3": {"query": "xyzzy"},
        "q4": {"properties": [{"pid": "P1", "v": "x"}]},
    }
    document = getattr(client, method)(ADDRESS, {"queries": json.dumps(batch)}).json()
    assert_described(description, "ReconciliationResults", document)
    assert document.keys() == batch.keys()
    for found in document.values():
        scores = [candidate["score"] for candidate in found["result"]]
        assert scores == sorted(scores, reverse=True)
    assert len(document["q1"]["result"]) <= 3
    assert {kind["id"] for found in document["q2"]["result"] for kind in found["type"]} <= {"meeting", "place"}
    assert document["q3"]["result"] == document["q4"]["result"] == []


@pytest.mark.parametrize(
    ("text", "kind", "entity"),
    [
        ("Netherlands", "country", "country:NL"),
        ("Holland", "country", "country:NL"),
        ("هولندا", "country", "country:NL"),
        ("nl", "country", "country:NL"),
        ("NLD", "country", "country:NL"),
        ("country:NL", "country", "country:NL"),
        ("q142", "country", "country:FR"),
        ("USA", "country", "country:US"),
        ("أميركا", "country", "country:US"),
        ("Turkey", "country", "country:TR"),
        ("TÜRKIYE", "country", "country:TR"),
        ("ضربات جويّة", "type", "type:airstrikes"),
        ("brussels-2016-02-11", "meeting", "meeting:brussels-2016-02-11"),
        ("Rakka", "place", "place:raqqa"),
    ],
)
def test_a_name_in_either_language_or_a_code_is_a_match(client, text, kind, entity):
    assert match(client, text, type=kind) == entity


def test_what_may_be_two_things_is_no_match_until_a_type_says_which(client):
    both = candidates(client, "Iraq")
    assert {"country:IQ", "place:iraq"} <= {found["id"] for found in both if found["score"] == 100}
    assert not any(found["match"] for found in both)
    assert match(client, "Iraq", type="place") == "place:iraq"


def test_a_misspelled_or_longer_name_is_a_candidate_but_no_match(client):
    for text in ("Nederlands", "Kingdom of the Netherlands"):
        best = candidates(client, text, type="country")[0]
        assert (best["id"], best["match"]) == ("country:NL", False), text
        assert 30 <= best["score"] < 100


def test_what_readers_do_not_see_is_no_candidate(client):
    make.make_place("test-hidden", name_en="Hiddenville", name_ar="المخفية")
    assert match(client, "Hiddenville") is None
    make.make_commitment("test-shown", places=[make.make_place("test-seen", name_en="Seenville", name_ar="المرئية")])
    assert match(client, "Seenville") == "place:test-seen"


@pytest.mark.parametrize(
    ("queries", "status", "words"),
    [
        ("", 400, "no JSON"),
        ("{", 400, "no JSON"),
        ("[" * 100_000, 400, "no JSON"),
        ('{"\\ud800": {"query": "x"}}', 400, "no JSON"),
        ("[]", 400, "object"),
        ('{"q": 1}', 400, "object"),
        ('{"q": {"query": ""}}', 400, "empty"),
        ('{"q": {}}', 400, "empty"),
        ('{"q": {"query": 1}}', 400, "text"),
        (json.dumps({"q": {"query": "x" * 301}}), 400, "300"),
        ('{"q": {"query": "x", "type": "planet"}}', 400, "country"),
        ('{"q": {"query": "x", "type": {"id": "country"}}}', 400, "country"),
        ('{"q": {"query": "x", "limit": 0}}', 400, "limit"),
        ('{"q": {"query": "x", "limit": NaN}}', 400, "limit"),
        ('{"q": {"query": "x", "lmit": 1}}', 400, "lmit"),
        (json.dumps({str(n): {"query": "x"} for n in range(101)}), 413, "100"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(client, description, queries, status, words):
    (error,) = assert_problem(description, client.post(ADDRESS, {"queries": queries}), status)["errors"]
    assert error["parameter"] == "queries"
    assert words in error["message"]


def test_an_odd_text_is_answered(client):
    for text in ("\x00", "…", "'", "%s", "a" * 300, "\u202e"):
        assert isinstance(candidates(client, text), list)


def test_a_post_needs_no_cookie_and_changes_nothing():
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(
        ADDRESS, {"queries": '{"q": {"query": "Iraq"}}'}, headers={"Origin": "https://other.example"}
    )
    assert response.status_code == 200
    assert not response.cookies
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "POST" in browser.options(ADDRESS)["Access-Control-Allow-Methods"]
    assert browser.put(ADDRESS).status_code == 405
    assert "POST" not in browser.options("/api/v1/pledges")["Access-Control-Allow-Methods"]


def test_names_are_suggested_as_they_are_typed(client, description):
    def suggested(prefix, **more):
        document = client.get(f"{ADDRESS}/suggest", {"prefix": prefix, **more}).json()
        assert_described(description, "Suggestions", document)
        return [found["id"] for found in document["result"]]

    assert "country:NL" in suggested("nether")
    assert "country:NL" in suggested("هول")
    assert "country:NL" in suggested("country:NL")
    assert "country:FR" in suggested("Q142")
    # by a name before by a code or the id alone
    assert suggested("q")[0] == "country:QA"
    assert "country:AF" not in suggested("c")
    assert suggested("") == suggested("zzzz") == []
    assert suggested("a", cursor=1) == (suggested("a") + suggested("a", cursor=20))[1:21]
    for query in ("prefix=a&cursor=-1", "prefix=a&other=1", f"prefix={'a' * 301}"):
        assert_problem(description, client.get(f"{ADDRESS}/suggest?{query}"), 400)


def test_the_limits_that_are_described_hold(description):
    described = description["paths"]["/reconcile"]["post"]["requestBody"]["content"]
    words = described["application/x-www-form-urlencoded"]["schema"]["properties"]["queries"]["description"]
    assert re.search(r"at most 100 queries", words)
