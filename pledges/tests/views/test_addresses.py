"""What is meant is found: addresses in other letters or with a slash too many, codes in another case."""

import pytest

from pledges.tests.walk import meta

pytestmark = pytest.mark.django_db

SLUG = "bru16-pl-airstrikes"


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/en/countries/sa/", "/en/countries/SA/"),
        ("/ar/countries/Sa/?x=%D8%A7&x=2", "/ar/countries/SA/?x=%D8%A7&x=2"),
        (f"/en/pledges/{SLUG.upper()}/", f"/en/pledges/{SLUG}/"),
        (f"/en/pledges/{SLUG.upper()}/cite.bib", f"/en/pledges/{SLUG}/cite.bib"),
        ("/en/types/Airstrikes/", "/en/types/airstrikes/"),
        ("/ar/places/Ramadi/", "/ar/places/ramadi/"),
        ("/en/meetings/Brussels-2016-02-11/", "/en/meetings/brussels-2016-02-11/"),
        ("/en/sources/AAWSAT-2016-02-brussels/", "/en/sources/aawsat-2016-02-brussels/"),
        ("/en/pledges.csv/?country=PL", "/en/pledges.csv?country=PL"),
        ("/api/v1/pledges/?country=PL&country=FR", "/api/v1/pledges?country=PL&country=FR"),
        (f"/api/v1/pledges/{SLUG.upper()}/", f"/api/v1/pledges/{SLUG}"),
        ("/api/v1/openapi.json/", "/api/v1/openapi.json"),
    ],
)
def test_an_address_in_other_letters_or_with_a_slash_too_many_leads_to_the_right_one(client, asked, address):
    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (301, address)
    if address.startswith("/api/"):
        assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/en/countries/xx/",
        "/en/countries/XX/",
        "/en/pledges/NO-SUCH/",
        "/en/no-such/",
        "/api/v1/nothing/",
        "/en/types//",
    ],
)
def test_what_is_not_there_in_any_letters_is_not_found_in_the_end(client, path):
    assert client.get(path, follow=True).status_code == 404


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("country=fr", "country=FR"),
        ("country=fr&country=FR", "country=FR"),
        ("not_country=Fr&type=Airstrikes", "not_country=FR&type=airstrikes"),
        ("status=APPROVED&stage=Promised", "status=approved&stage=promised"),
        ("grade=Official&country=NONE", "grade=official&country=none"),
        ("declined=YES&disputed=No", "declined=yes&disputed=no"),
        ("country=PL&rows=Full&sort=-Type", "country=PL&rows=full&sort=-type"),
        (f"id={SLUG.upper()}", f"id={SLUG}"),
        ("source=AAWSAT-2016-02-brussels&source_language=AR", "source=aawsat-2016-02-brussels&source_language=ar"),
    ],
)
def test_a_code_in_another_case_is_taken_and_links_have_it_as_it_is_written(client, asked, canonical):
    given, right = (client.get(f"/en/pledges/?{query}").content.decode() for query in (asked, canonical))
    assert "cannot be read" not in given
    assert meta(given)["canonical"] == f"http://testserver/en/pledges/?{canonical}"
    main = [html[html.index("<main") : html.index("</main>")] for html in (given, right)]
    assert main[0] == main[1]
    for path in ("/en/pledges.csv", "/api/v1/pledges"):
        assert client.get(f"{path}?{asked}").getvalue() == client.get(f"{path}?{canonical}").getvalue()


def test_sources_are_filtered_in_any_case_too(client):
    html = client.get("/en/sources/?language=AR&reliability=b").content.decode()
    assert "cannot be read" not in html
    assert meta(html)["canonical"] == "http://testserver/en/sources/?language=ar&reliability=B"


def test_what_is_no_code_in_any_case_is_refused_as_it_was_written(client):
    response = client.get("/en/pledges.csv?country=Fra")
    assert response.status_code == 400
    assert "Fra" in response.content.decode()
