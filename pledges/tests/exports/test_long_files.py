"""From which length on a file is sent while it is made, and that it is the same file then."""

from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict

from pledges.exports.formats import FORMATS
from pledges.query.pledges import CommitmentFilter
from pledges.views import downloads

pytestmark = pytest.mark.django_db

# of the real data: a thread of its own reads them with a connection of its own, which sees no row of a test;
# in Arabic the order is the other one
QUERY = "country=FR&country=DE&sort=country"
STREAMED = [name for name, form in FORMATS.items() if form.may_stream]


def test_the_length_is_the_one_that_is_promised():
    readme = Path(settings.BASE_DIR, "README.md").read_text(encoding="utf-8")
    assert f"Up to {downloads.LONG:,} rows come with a length and a tag" in readme
    assert downloads.LONG == 50_000


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", STREAMED)
def test_one_row_more_than_that_is_sent_while_it_is_made_and_is_the_same_file(client, monkeypatch, language, name):
    address = f"/{language}/pledges.{name}?{QUERY}"
    rows = CommitmentFilter(QueryDict(QUERY)).results.count()
    monkeypatch.setattr(downloads, "LONG", rows)
    complete, head = client.get(address), client.head(address)
    whole = complete.getvalue()
    assert int(complete["Content-Length"]) == int(head["Content-Length"]) == len(whole) > 1000
    assert complete["ETag"] == head["ETag"]
    monkeypatch.setattr(downloads, "LONG", rows - 1)
    streamed, head = client.get(address), client.head(address)
    assert streamed.getvalue() == whole
    assert head.getvalue() == b""
    for response in (streamed, head):
        assert "Content-Length" not in response
        assert "ETag" not in response
        assert response["Content-Type"] == complete["Content-Type"]
        assert response["Content-Disposition"] == complete["Content-Disposition"]


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in STREAMED])
def test_other_formats_have_their_length_however_long_they_are(client, monkeypatch, name):
    monkeypatch.setattr(downloads, "LONG", 1)
    response = client.get(f"/en/pledges.{name}?{QUERY}")
    assert int(response["Content-Length"]) == len(response.getvalue())


def test_csv_and_lines_of_json_are_those_that_may_be_long():
    assert {"csv", "jsonl"} <= {*STREAMED}
