"""The programming interface: its answers, its errors, and that both are as it describes them."""

import re

import jsonschema
import pytest
from openapi_spec_validator import validate

from pledges.api import openapi
from pledges.api.vocabularies import VOCABULARIES
from pledges.exports.columns import COLUMNS
from pledges.models import Commitment, Requirement
from pledges.models.vocab import State
from pledges.query.base import EXCLUDE
from pledges.query.pledge_dimensions import DIMENSIONS
from pledges.query.pledges import SINGLE_VALUED, CommitmentFilter
from pledges.tests import make

pytestmark = pytest.mark.django_db

NAMES = [column.name for column in COLUMNS]
ADDRESSES = ["/api/v1/pledges", "/api/v1/pledges/bru16-pl-airstrikes", "/api/v1/requirements", "/api/v1/openapi.json"]
ADDRESSES += ["/api/v1/countries", "/api/v1/sources", "/api/v1/reconcile/suggest"]


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def assert_described(description, name, document):
    """The document is as the schema of that name says, formats included."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)


def assert_problem(description, response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    document = response.json()
    assert document["status"] == status
    assert_described(description, "Problem", document)
    return document


def test_the_description_is_valid_openapi(description):
    validate(description)
    assert description["openapi"].startswith("3.1")
    assert "Stability" in description["info"]["description"]
    assert description["servers"] == [{"url": "http://testserver/api/v1"}]


def test_every_parameter_that_the_filter_takes_is_described(description):
    parameters = {parameter["name"]: parameter for parameter in description["paths"]["/pledges"]["get"]["parameters"]}
    dimensions = {prefix + dimension.name for dimension in DIMENSIONS for prefix in ("", EXCLUDE)}
    assert parameters.keys() == (dimensions | {*SINGLE_VALUED, "columns", "per_page"}) - {*openapi.OF_PAGES}
    assert all(parameter["description"] for parameter in parameters.values())
    assert "none" in parameters["change"]["schema"]["items"]["enum"]
    assert "enum" not in parameters["country"]["schema"]["items"]
    assert "-announced" in parameters["sort"]["schema"]["enum"]
    assert parameters["columns"]["schema"]["items"]["enum"] == NAMES
    assert parameters["min_sources"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000}


def test_every_value_that_the_description_names_is_taken(client, description):
    for parameter in description["paths"]["/pledges"]["get"]["parameters"]:
        schema = parameter["schema"]
        # what may be repeated is asked for all at once
        values = [schema["items"].get("enum", [])] if "items" in schema else schema.get("enum", [])
        for value in values:
            needed = {"on": "2016-03-01"} if parameter["description"].endswith("only with on") else {}
            response = client.get("/api/v1/pledges", {parameter["name"]: value, "per_page": 1, **needed})
            assert response.status_code == 200, (parameter["name"], value, response.json())


def test_every_column_is_described_with_its_type(description):
    described = description["components"]["schemas"]["Pledge"]["properties"]
    assert list(described) == NAMES
    assert described["quantity_min"]["type"] == ["integer", "null"]
    assert described["places"]["type"] == "array"
    assert "disputed" in described["grade"]["enum"]
    assert all(found["title"] and found["description"] for found in described.values())


@pytest.mark.parametrize("query", ["per_page=10", "country=FI", "q=no-such-word", "page=99"])
def test_a_page_of_requirements_is_as_described(client, description, query):
    document = client.get(f"/api/v1/requirements?{query}").json()
    assert_described(description, "RequirementPage", document)
    parameters = {row["name"]: row for row in description["paths"]["/requirements"]["get"]["parameters"]}
    assert {"answered", "delivered", "asked_after", "meeting", "q", "as_of", "per_page"} <= parameters.keys()
    assert not any(name.startswith(EXCLUDE) for name in parameters)
    assert all(row["description"] for row in parameters.values())


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.name)
def test_a_vocabulary_is_as_described_and_counts_as_the_list_does(client, description, vocabulary):
    document = client.get(f"/api/v1/{vocabulary.name}").json()
    assert_described(description, f"{vocabulary.name.capitalize()}List", document)
    rows = document[vocabulary.name]
    codes = [row[vocabulary.key] for row in rows]
    assert len(codes) == document["total"] > 0
    assert codes == sorted(codes)
    # the values that the filter of the list offers, where it offers but what readers see
    assert set(codes) == {value for value, _label in CommitmentFilter.of().dimensions[vocabulary.dimension].choices()}
    for row in rows[:: len(rows) // 4]:
        tally = CommitmentFilter.of(**{vocabulary.dimension: row[vocabulary.key]}).tally
        assert (row["pledges"], row["refusals"]) == (tally.pledges, tally.refusals)
        assert row["page"].startswith("http://testserver/en/")
        assert client.get(row["page"].removeprefix("http://testserver")).status_code == 200


def test_a_vocabulary_has_codes_and_names_in_both_languages(client):
    rows = {row["iso2"]: row for row in client.get("/api/v1/countries").json()["countries"]}
    netherlands = rows["NL"]
    assert (netherlands["iso3"], netherlands["name_en"], netherlands["name_ar"]) == ("NLD", "Netherlands", "هولندا")
    assert netherlands["coalition_member"] is True
    assert (rows["FR"]["wikidata"], netherlands["wikidata"]) == ("Q142", None)
    assert netherlands["page"] == "http://testserver/en/countries/NL/"


def test_a_bloc_comes_with_its_members_each_with_its_days(client):
    (bloc,) = (row for row in client.get("/api/v1/blocs").json()["blocs"] if row["slug"] == "nato")
    assert bloc["name_en"] == "NATO members"
    members = [(member["country"], member["since"], member["until"]) for member in bloc["members"]]
    assert ("ME", "2017-06-05", None) in members
    assert members == sorted(members)
    assert bloc["page"] == "http://testserver/en/pledges/?bloc=nato"


def test_a_vocabulary_is_that_of_the_day_and_takes_nothing_else(client, description):
    before = client.get("/api/v1/places").json()
    make.make_commitment("test-place", places=[make.make_place()])
    assert client.get("/api/v1/places").json()["total"] == before["total"] + 1
    (error,) = assert_problem(description, client.get("/api/v1/places?country=IQ"), 400)["errors"]
    assert error["parameter"] == "country"
    assert_problem(description, client.get("/api/v1/types?as_of=2199-01-01"), 400)


def test_the_pages_of_requirements_follow_each_other(client):
    slugs, address = [], "/api/v1/requirements?per_page=10&sort=asked"
    while address:
        document = client.get(address).json()
        slugs += [row["slug"] for row in document["requirements"]]
        address = document["next"]
    assert len(slugs) == len(set(slugs)) == document["total"] == Requirement.objects.public().count()


def test_requirements_that_cannot_be_found_are_refused(client, description):
    document = assert_problem(description, client.get("/api/v1/requirements?country=XX&columns=slug"), 400)
    assert {error["parameter"] for error in document["errors"]} == {"country", "columns"}
    assert document["detail"].startswith("No requirements")


@pytest.mark.parametrize("query", ["per_page=1000", "columns=slug,places&country=PL", "q=no-such-word", "page=99"])
def test_a_page_is_as_described(client, description, query):
    response = client.get(f"/api/v1/pledges?{query}")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    document = response.json()
    assert_described(description, "PledgePage", document)
    assert all(list(row) == document["columns"] for row in document["pledges"])


def test_every_pledge_is_as_described(client, description):
    slugs = Commitment.objects.public().values_list("slug", flat=True)
    for slug in list(slugs)[::4]:
        assert_described(description, "PledgeRecord", client.get(f"/api/v1/pledges/{slug}").json())


def test_one_pledge_comes_with_what_it_rests_on(client):
    row = client.get("/api/v1/pledges/bru16-pl-airstrikes").json()
    assert list(row) == [*NAMES, "citations", "status_changes"]
    assert row["url"] == "http://testserver/en/pledges/bru16-pl-airstrikes/"
    assert {citation["source"]["slug"] for citation in row["citations"]} == set(row["source_slugs"])
    assert [citation["stance"] for citation in row["citations"]].count("contradicts") == 2
    steps = client.get("/api/v1/pledges/dk-2016-03-sof-60").json()["status_changes"]
    assert steps[0]["status"]
    assert re.fullmatch(r"\d{4}(-\d\d)?(-\d\d)?", steps[0]["happened_on"])


@pytest.mark.parametrize("language", ["en", "ar", "de"])
def test_data_is_the_same_whatever_language_a_client_prefers(client, language):
    query = "country=PL&country=RO&country=DK&sort=country&per_page=3"
    english = client.get(f"/api/v1/pledges?{query}")
    other = client.get(f"/api/v1/pledges?{query}", headers={"Accept-Language": language})
    assert other.json() == english.json()
    assert "/api/v1/pledges?" in other.json()["next"]
    assert other.json()["address"].startswith("http://testserver/en/pledges/?")


@pytest.mark.parametrize(("language", "word"), [("en", "not known"), ("ar", "غير معروفة"), ("fr", "not known")])
def test_messages_follow_the_language_that_a_client_prefers(client, description, language, word):
    response = client.get("/api/v1/pledges?country=XX", headers={"Accept-Language": language})
    (error,) = assert_problem(description, response, 400)["errors"]
    assert error["parameter"] == "country"
    assert word in error["message"]
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize(
    "query",
    ["contry=PL", "announced_after=soon", "q=%00", "per_page=0", "page=x", "columns=nope", "columns=slug,slug", "bom=0"]
    + ["id=no-such", "id=%00", "sort=country&sort=type"],
)
def test_what_cannot_be_read_is_refused_in_one_format(client, description, query):
    document = assert_problem(description, client.get(f"/api/v1/pledges?{query}"), 400)
    assert document["errors"][0]["parameter"] == query.partition("=")[0]
    assert document["errors"][0]["message"]


@pytest.mark.parametrize("query", ["columns=slug", "as_of=soon", "as_of=2199-01-01", "as_of=2199-01-01&as_of=x"])
def test_one_pledge_takes_only_a_day_that_can_be_shown(client, description, query):
    response = client.get(f"/api/v1/pledges/bru16-pl-airstrikes?{query}")
    (error,) = assert_problem(description, response, 400)["errors"]
    assert error["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/pledges/no-such", "/api/v1/pledges/%D8%A7", "/api/v2/pledges"],
)
def test_what_is_not_there_is_said_in_the_same_format(client, description, path):
    assert_problem(description, client.get(path), 404)


def test_what_is_not_public_is_not_there(client, description):
    make.make_commitment("test-draft", state=State.DRAFT)
    make.make_commitment("test-unsourced", sources=0)
    for slug in ("test-draft", "test-unsourced"):
        assert_problem(description, client.get(f"/api/v1/pledges/{slug}"), 404)
        assert_problem(description, client.get(f"/api/v1/pledges?id={slug}"), 400)


def test_a_withdrawn_pledge_is_gone(client, description):
    pledge = make.make_commitment("test-gone")
    pledge.state = State.WITHDRAWN
    pledge.save()
    assert_problem(description, client.get("/api/v1/pledges/test-gone"), 410)


def test_more_parameters_than_can_be_read_are_refused_in_the_same_format(client, description):
    query = "&".join(f"x{n}=1" for n in range(1100))
    assert_problem(description, client.get(f"/api/v1/pledges?{query}"), 400)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_interface_only_reads(client, description, address):
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(address)
        assert_problem(description, response, 405)
        assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_pages_of_any_site_may_read_it(client, address):
    response = client.options(address, headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert client.get(address)["Cache-Control"] == (
        "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
    )
    assert "Set-Cookie" not in client.get(address).headers


def test_the_filters_are_those_of_the_list(client):
    document = client.get("/api/v1/pledges?not_type=airstrikes&grade=official&sort=type&per_page=1000").json()
    request = client.get("/en/pledges/?not_type=airstrikes&grade=official&sort=type").wsgi_request
    expected = CommitmentFilter(request.GET).results
    assert [row["slug"] for row in document["pledges"]] == [commitment.slug for commitment in expected]
