"""Releases: frozen, checked by their digest, and compared by row and field."""

import csv
import hashlib
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from pledges.exports.package import one_moment
from pledges.models import Commitment, Release
from pledges.models.releases import Frozen
from pledges.models.vocab import Status
from pledges.releases import make as making
from pledges.releases.compare import differences
from pledges.releases.make import make_release
from pledges.tests import make
from pledges.tests.cast import make_cast
from pledges.tests.packages import empty_the_site
from pledges.tests.small_releases import BALLOONS, make_small_release, make_two_releases, remove_releases
from pledges.views import releases

pytestmark = pytest.mark.django_db

SITE = "https://pledges.example"


@pytest.fixture(scope="module", autouse=True)
def only_the_cast(module_db):
    """What a package of the real data holds is the subject of others: a release of few pledges is quickly made."""
    empty_the_site()
    make_cast()


@pytest.fixture(scope="module")
def made(only_the_cast):
    """Three releases, for a test to save: before the second a pledge was added, before the third it was changed,
    with a step, and another was added."""
    first = make_release(SITE, number="2026-10", note_en="The first one.", note_ar="الأول.")
    changed = make.make_commitment("test-changed")
    second = make_release(SITE, number="2026-11")
    changed.summary_en = "A summary that was mended."
    changed.save()
    changed.status_changes.create(status=Status.ONGOING, happened_on="2016-05-01")
    make.make_commitment("test-added")
    third = make_release(SITE, number="2026-11-2")
    remove_releases()
    return first, second, third


def saved(release):
    release = copy(release)
    release.pk, release._state.adding = None, True
    release.save()
    return release


@pytest.fixture
def first(made):
    return saved(made[0])


@pytest.fixture
def second(first, made):
    """The two releases after the first."""
    return saved(made[1]), saved(made[2])


def test_the_file_is_what_was_frozen_and_what_the_digest_says(client, first):
    make.make_commitment("test-later")
    response = client.get("/en/releases/2026-10.zip")
    assert hashlib.sha256(response.content).hexdigest() == first.sha256
    assert first.sha256 in client.get("/ar/releases/2026-10/").content.decode()
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("pledges.csv").decode())))
    assert len(rows) == first.pledges == 6
    assert "test-later" not in {row["slug"] for row in rows}
    assert client.get("/en/releases/2026-10.zip", headers={"If-None-Match": f'"{first.sha256}"'}).status_code == 304


def test_a_release_cannot_be_changed_or_deleted(first):
    first.note_en = "Rewritten."
    with pytest.raises(Frozen):
        first.save()
    with pytest.raises(Frozen):
        first.delete()
    with pytest.raises(Frozen):
        Release.objects.all().delete()
    with pytest.raises(Frozen):
        Release.objects.update(number="2020-01")


def test_differences_are_told_by_row_and_field(second):
    by_file = {found.table.file: found for found in differences(*second)}
    pledges = by_file["pledges.csv"]
    assert pledges.added == ["test-added"]
    assert pledges.removed == []
    ((slug, fields),) = pledges.changed
    assert slug == "test-changed"
    assert {"summary_en", "reached"} <= {column for column, _old, _new in fields}
    assert len(by_file["status_changes.csv"].added) == 1


def test_what_a_release_no_longer_holds_is_told(client):
    old, new = make_two_releases()
    (pledges,) = (found for found in differences(old, new) if found.table.file == "pledges.csv")
    assert pledges.added == ["test-kites"]
    assert pledges.removed == ["test-ribbons"]
    assert [slug for slug, _fields in pledges.changed] == ["test-balloons"]
    content = client.get(f"/en/releases/{new}/changes.csv?bom=0").content.decode()
    assert '"pledges.csv","test-ribbons","removed",,,\n' in content
    assert "test-ribbons" in client.get(f"/en/releases/{new}/changes/").content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_and_the_csv_of_changes_say_the_same(client, second, language):
    html = client.get(f"/{language}/releases/2026-11-2/changes/").content.decode()
    assert f'href="/{language}/pledges/test-added/"' in html
    assert ("Testland – " if language == "en" else "بلد الاختبار – ") in html
    assert "A summary that was mended." in html
    assert '<bdi lang="en">A summary that was mended.' in html
    # a table without a difference is named, and has no section of its own
    assert "participations.csv" in html
    assert 'id="participations.csv"' not in html
    response = client.get(f"/{language}/releases/2026-11-2/changes.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert ["pledges.csv", "test-added", "added"] in [list(row.values())[:3] for row in rows]
    assert any(row["column"] == "summary_en" and row["new"] == "A summary that was mended." for row in rows)


def test_very_long_texts_are_compared_as_well(client):
    make_small_release([BALLOONS], number="2026-01")
    make_small_release([BALLOONS | {"summary_en": "red " * 50_000}], number="2026-02")
    response = client.get("/en/releases/2026-02/changes.csv")
    assert response.status_code == 200
    assert "red " * 50_000 in response.content.decode()


def test_any_two_releases_can_be_compared(client, second):
    html = client.get("/en/releases/2026-11-2/changes/?since=2026-10").content.decode()
    assert "From release 2026-10 to 2026-11-2" in html
    assert "test-changed" in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=2020-01", "There is no release of the number “\u20682020-01\u2069”."),
        ("since=2026-10&since=2026-11", "Only “since” can be given here"),
        ("since=%00", "There is no release of the number “"),
        ("since=%FF", "There is no release of the number “"),
        ("from=2026-10", "Only “since” can be given here"),
        ("", "There is no earlier release to compare with."),
    ],
)
def test_what_cannot_be_compared_is_told_why(client, first, query, words):
    page = client.get(f"/en/releases/2026-10/changes/?{query}")
    assert page.status_code == 200
    assert words in page.content.decode()
    assert "<table" not in page.content.decode()
    assert client.get(f"/en/releases/2026-10/changes.csv?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["2020-01/", "2020-01.zip", "2020-01/changes/", "2020-01/changes.csv", "nonsense/", "%00/", "..%2F..%2Fetc.zip"],
)
def test_a_release_that_is_not_there_answers_404(client, path):
    assert client.get(f"/en/releases/{path}").status_code == 404


def test_the_command_makes_one_and_refuses_a_number_twice():
    out = io.StringIO()
    call_command("make_release", "2026-12", site=f"{SITE}/", stdout=out)
    assert Release.objects.get().sha256 in out.getvalue()
    with pytest.raises(CommandError, match="already exists"):
        call_command("make_release", "2026-12", site=SITE)
    with pytest.raises(CommandError, match="2026-11"):
        call_command("make_release", "December", site=SITE)


@pytest.mark.parametrize("number", ["2026-13", "2026-00", "0000-12", "2026-1", "2026-11-", "٢٠٢٦-١١"])
def test_a_number_is_a_year_and_a_month(number):
    with pytest.raises(ValidationError):
        make_release(SITE, number=number)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "site", ["pledges.example", "ftp://pledges.example", "not a url", "https://", "https://x/{y}", "https://x y", ""]
)
def test_the_address_of_the_site_is_one(site):
    with pytest.raises(CommandError, match="https://pledges.example"):
        call_command("make_release", "2026-12", site=site)
    assert not Release.objects.exists()


def test_the_same_data_gives_the_same_tables():
    one, other = make_release(SITE, number="2026-01"), make_release("http://localhost:8000", number="2026-02")
    assert not any(found.is_any for found in differences(one, other))


def test_the_file_says_which_release_it_is_and_how_to_cite_it(first):
    with zipfile.ZipFile(io.BytesIO(first.package)) as archive:
        readme = archive.read("README.md").decode()
        described = json.loads(archive.read("datapackage.json"))
    assert described["version"] == "2026-10"
    assert described["homepage"] == f"{SITE}/en/releases/2026-10/"
    english, arabic = readme.split("\n---\n")
    cited = english.partition("## How to cite")[2]
    assert "Release 2026-10." in cited
    assert f"{SITE}/en/releases/2026-10/" in cited
    assert "2026-10" in arabic
    assert f"{SITE}/ar/releases/2026-10/" in arabic


def test_a_release_counts_what_its_file_holds(first):
    with zipfile.ZipFile(io.BytesIO(first.package)) as archive:
        assert first.pledges == len(list(csv.DictReader(io.StringIO(archive.read("pledges.csv").decode()))))


@pytest.mark.parametrize(("language", "words"), [("en", "1 pledge moved from"), ("ar", "انتقل تعهد واحد من")])
def test_who_follows_the_releases_learns_what_moved(client, second, language, words):
    root = ElementTree.fromstring(client.get(f"/{language}/releases.atom").content)  # noqa: S314  (our own)
    latest, *others = root.findall("{*}entry")
    told = latest.find("{*}content").text
    assert words in told
    assert "2026-11" in told
    assert latest.find("{*}link").get("href") == f"http://testserver/{language}/releases/2026-11-2/"
    assert len(others) == 2
    assert len({entry.find("{*}id").text for entry in (latest, *others)}) == 3
    page = client.get(f"/{language}/releases/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert words in client.get(f"/{language}/releases/2026-11-2/changes/").content.decode()


def test_the_feed_of_no_release_and_of_the_first_is_one(client):
    assert ElementTree.fromstring(client.get("/en/releases.atom").content).findall("{*}entry") == []  # noqa: S314
    make_release(SITE, number="2026-10")
    (entry,) = ElementTree.fromstring(client.get("/en/releases.atom").content).findall("{*}entry")  # noqa: S314
    assert "Since release" not in entry.find("{*}content").text


def test_the_csv_of_changes_has_the_form_of_the_others(client, second):
    content = client.get("/en/releases/2026-11-2/changes.csv?bom=0").content.decode()
    assert content.startswith("file,key,what,column,old,new\n")
    assert '"pledges.csv","test-added","added",,,\n' in content
    assert "\r" not in content
    refused = client.get("/en/releases/2026-11-2/changes.csv?bom=2")
    assert refused.status_code == 400
    assert refused.content.decode().startswith("bom: ")


def test_very_many_changes_are_cut_on_the_page_and_it_says_so(client, monkeypatch):
    monkeypatch.setattr(releases, "MOST_ROWS", 2)
    make_small_release([BALLOONS], number="2026-01")
    make_small_release([BALLOONS | {"slug": f"test-{number}"} for number in range(3)], number="2026-02")
    html = client.get("/en/releases/2026-02/changes/").content.decode()
    assert "the first 2 rows are shown here" in html
    assert "test-1" in html
    assert "test-2" not in html
    assert "test-2" in client.get("/en/releases/2026-02/changes.csv").content.decode()


def test_a_page_of_a_release_reads_no_package(client, second):
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/releases/2026-11-2/")
        client.get("/en/releases/2026-11-2/changes/?since=nope")
    assert not any('"package"' in query["sql"] for query in queries)


@pytest.fixture
def sign_in(client, django_user_model):
    def sign_in(group):
        user = django_user_model.objects.create_user(f"test-{group}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return sign_in


def test_a_reviewer_makes_a_release_and_nobody_changes_it(sign_in):
    client, add = sign_in("Reviewers"), reverse("admin:pledges_release_add")
    client.post(add, {"number": "2026-09", "note_en": "From the admin.", "note_ar": ""})
    release = Release.objects.get(number="2026-09")
    assert (release.pledges, release.note_en) == (Commitment.objects.public().count(), "From the admin.")
    change = reverse("admin:pledges_release_change", args=[release.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"number": "2026-08"}).status_code == 403
    assert client.post(reverse("admin:pledges_release_delete", args=[release.pk]), {"post": "yes"}).status_code == 403
    refused = client.post(add, {"number": "last", "note_en": "", "note_ar": ""})
    assert "Write it like 2026-11" in refused.content.decode()
    assert Release.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of SQLite every transaction is of one moment")
def test_the_admin_makes_it_of_one_moment():
    def isolation():
        try:
            with one_moment(), connection.cursor() as cursor:
                cursor.execute("SHOW transaction_isolation")
                return cursor.fetchone()[0]
        finally:
            connection.close()

    # in a thread, for this one is in the transaction of the test
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(isolation).result() == "repeatable read"


def test_a_number_that_was_taken_meanwhile_is_told(sign_in, monkeypatch):
    client, add = sign_in("Reviewers"), reverse("admin:pledges_release_add")
    written = making.rows_written

    def taken_meanwhile(*args):
        make_small_release([BALLOONS], number="2026-09")
        return written(*args)

    monkeypatch.setattr(making, "rows_written", taken_meanwhile)
    response = client.post(add, {"number": "2026-09", "note_en": "", "note_ar": ""}, follow=True)
    assert "already exists" in response.content.decode()


def test_an_editor_sees_releases_and_makes_none(sign_in):
    client = sign_in("Editors")
    assert client.get(reverse("admin:pledges_release_changelist")).status_code == 200
    assert client.post(reverse("admin:pledges_release_add"), {"number": "2026-09"}).status_code == 403
    assert not Release.objects.exists()


@pytest.mark.parametrize("path", ["releases/", "releases/2026-10/", "releases/2026-10/changes/"])
def test_a_release_is_of_its_own_day_whatever_day_is_asked_for(client, first, path):
    day = timezone.now().date()
    assert f"As known on {date_format(day)}" in client.get(f"/en/pledges/?as_of={day}").content.decode()
    assert "Only “since”" not in client.get(f"/en/{path}?as_of={day}").content.decode()
    assert "As known on" not in client.get(f"/en/{path}?as_of={day}").content.decode()


def test_the_list_names_the_latest_first(client, second):
    html = client.get("/en/releases/").content.decode()
    assert html.index("2026-11-2") < html.index("2026-11<") < html.index("2026-10")
