"""The licence of the data is named wherever the data can be taken, as the operators set it; so is what others made."""

import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pledges.exports.formats import FORMATS
from pledges.settings import env_licence
from pledges.tests.packages import fetched, opened
from pledges.tests.small_releases import SECOND

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
LINK = f'href="{ADDRESS}" rel="license"'
LABEL = {"en": "Licence of the data:", "ar": "ترخيص البيانات:"}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["pledges/", "matrix/", "about/", "about/data/", "releases/", f"releases/{SECOND}/"])
def test_pages_that_lead_to_data_name_and_link_it(client, releases, language, path):
    html = client.get(f"/{language}/{path}").content.decode()
    assert LINK in html
    assert LABEL[language] in html


def test_the_package_names_it_for_people_and_for_programs(client):
    members = opened(fetched(client))
    readme = members["README.md"].decode()
    assert f"The data are under the licence {NAME}: {ADDRESS}" in readme
    assert readme.count(ADDRESS) == 2  # once in Arabic
    described = json.loads(members["datapackage.json"])
    assert described["licenses"] == [{"name": "CC-BY-4.0", "title": NAME, "path": ADDRESS}]
    assert json.loads(members["pledges.csv-metadata.json"])["dc:license"] == {"@id": ADDRESS}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_notes_of_a_spreadsheet_name_it(client, language):
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/{language}/pledges.xlsx?country=PL").getvalue()))
    assert any(ADDRESS in str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)


@pytest.mark.parametrize("path", [*(f"/en/pledges.{name}?country=PL" for name in FORMATS), "/api/v1/pledges"])
def test_every_file_names_it_in_its_head(client, path):
    assert client.get(path)["Link"] == f'<{ADDRESS}>; rel="license"'


def test_descriptions_for_programs_name_it(client, releases):
    assert json.loads(client.get("/api/v1/openapi.json").content)["info"]["license"] == {"name": NAME, "url": ADDRESS}
    for path in ("/en/", f"/en/releases/{SECOND}/"):
        assert f'"license": "{ADDRESS}"' in client.get(path).content.decode(), path


@pytest.mark.parametrize(
    ("extension", "words"),
    [
        ("txt", f"Licence: {NAME}."),
        ("bib", f"copyright = {{{NAME}}}"),
        ("ris", f"C1  - Licence: {NAME}\r\n"),
        ("json", f'"license": "{NAME}"'),
    ],
)
def test_references_name_it(client, releases, extension, words):
    for path in ("pledges/cite", "pledges/bru16-pl-airstrikes/cite", f"releases/{SECOND}/cite"):
        assert words in client.get(f"/en/{path}.{extension}").content.decode(), path


def test_the_operators_name_another_one():
    command = [sys.executable, "-c", "from pledges.settings import DATA_LICENCE; print(DATA_LICENCE)"]
    environment = os.environ | {"DATA_LICENCE": "ODbL 1.0  https://opendatacommons.org/licenses/odbl/1-0/"}
    told = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True)  # noqa: S603
    assert told.stdout.strip() == str({"name": "ODbL 1.0", "address": "https://opendatacommons.org/licenses/odbl/1-0/"})


@pytest.mark.parametrize("value", ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", "CC BY javascript:x"])
def test_a_licence_without_its_name_or_address_is_refused_at_the_start(monkeypatch, value):
    monkeypatch.setenv("DATA_LICENCE", value)
    with pytest.raises(ImproperlyConfigured, match="DATA_LICENCE must be the name of a licence and its web address"):
        env_licence("DATA_LICENCE", "")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_method_page_leads_to_the_notices_of_what_others_made(client, language):
    assert 'href="/notices.txt"' in client.get(f"/{language}/about/").content.decode()
    notices = client.get("/notices.txt").content.decode()
    for words in ("Natural Earth is in the public domain", "BSD 3-Clause", "Neither the name of", "Zero-Clause BSD"):
        assert words in notices
