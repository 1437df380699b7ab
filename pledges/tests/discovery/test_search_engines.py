"""What search engines and catalogues of data are told."""

import hashlib
import json
import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from pledges.models import Commitment
from pledges.models.vocab import State
from pledges.tests import make
from pledges.views import sitemap

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def urls(client, path="/sitemap.xml"):
    """{path: (last modified, {language: path})} of a site map."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml"
    found = {}
    for url in ElementTree.fromstring(response.content).iter(f"{MAP}url"):  # noqa: S314
        alternates = {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
        found[url.findtext(f"{MAP}loc")] = (url.findtext(f"{MAP}lastmod"), alternates)
    return found


def test_the_site_map_has_every_public_page_in_both_languages(client, releases):
    make.make_commitment("test-draft", state=State.DRAFT)
    found = urls(client)
    for slug in Commitment.objects.public().values_list("slug", flat=True):
        for language in ("en", "ar"):
            saved, alternates = found[f"http://testserver/{language}/pledges/{slug}/"]
            assert saved.endswith("+00:00")
            assert alternates["ar"] == f"http://testserver/ar/pledges/{slug}/"
            assert alternates["x-default"] == alternates["en"] == f"http://testserver/en/pledges/{slug}/"
    for path in (
        "",
        "matrix/",
        "about/",
        "countries/JO/",
        "types/airstrikes/",
        "meetings/brussels-2016-02-11/",
        "releases/",
        "about/data/",
    ):
        assert f"http://testserver/ar/{path}" in found
    for release in releases:
        assert f"http://testserver/ar/releases/{release.number}/" in found
    assert not [address for address in found if "test-" in address]
    kinds = {re.sub(r"(?<=s/)[^/]+/$", "", address): address for address in found if "/en/" in address}
    for address in kinds.values():
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_a_very_large_site_map_comes_in_parts(client, monkeypatch):
    whole = urls(client)
    monkeypatch.setattr(sitemap, "PLEDGES_PER_PART", 150)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    parts = [element.text.removeprefix("http://testserver") for element in index.iter(f"{MAP}loc")]
    assert parts == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    found = [url for part in parts for url in urls(client, part)]
    assert sorted(found) == sorted(whole)
    for part in (0, 4, 10**30):
        assert client.get(f"/sitemap-{part}.xml").status_code == 404


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt"])
def test_they_are_the_same_for_everyone(client, path):
    response = client.get(path, headers={"Accept-Language": "ar"})
    assert response.content == client.get(path, headers={"Accept-Language": "en"}).content
    assert "public" in response.headers["Cache-Control"]
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies


def test_the_site_map_needs_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/sitemap.xml")


def test_robots_find_the_site_map_and_keep_out_of_the_admin(client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert text.count("Disallow: /admin/") == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_overview_describes_the_data_set(client, language):
    html = client.get(f"/{language}/").content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(script)
    assert (data["@context"], data["@type"]) == ("https://schema.org/", "Dataset")
    assert 50 <= len(data["description"]) <= 5000  # what Google asks for
    assert data["inLanguage"] == ["en", "ar"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", data["temporalCoverage"])
    assert [place["name"] for place in data["spatialCoverage"]] == (
        ["Iraq", "Syria"] if language == "en" else ["العراق", "سوريا"]
    )
    for file in data["distribution"][:: 1 if language == "en" else 3]:
        response = client.get(file["contentUrl"].removeprefix("http://testserver"))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(file["encodingFormat"])
    assert "text/csv" in {file["encodingFormat"] for file in data["distribution"]}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_release_describes_itself_and_its_one_file(client, releases, language):
    release = releases[1]
    html = client.get(f"/{language}/releases/{release.number}/").content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(script)
    assert (data["@context"], data["@type"]) == ("https://schema.org/", "Dataset")
    assert (data["version"], data["datePublished"]) == (release.number, release.made_at.date().isoformat())
    assert 50 <= len(data["description"]) <= 5000
    assert data["url"] == f"http://testserver/{language}/releases/{release.number}/"
    (file,) = data["distribution"]
    response = client.get(file["contentUrl"].removeprefix("http://testserver"))
    assert hashlib.sha256(response.content).hexdigest() == file["sha256"]
    assert file["contentSize"] == f"{len(response.content)} B"


def test_data_for_machines_cannot_end_its_element():
    template = Template("{% load pledges_tags %}{% linked_data value %}")
    html = template.render(Context({"value": {"name": "</script><b>&تعهد"}}))
    assert html.count("</script>") == 1
    assert "\\u003c/script\\u003e" in html
    assert json.loads(re.search(r">(.*)</script>", html)[1]) == {"name": "</script><b>&تعهد"}
