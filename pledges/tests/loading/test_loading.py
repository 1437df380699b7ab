"""Loading a data package: it comes out again as it came; what is malformed or hostile changes nothing."""

import csv
import errno
import io
import json
import os
import random
import stat
import struct
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from pledges import models
from pledges.exports.tables import TABLE
from pledges.loading import unpack
from pledges.loading.build import ORDER
from pledges.models import BlocMember, Commitment, Meeting, Source
from pledges.models.vocab import Grade, Precision, QuantityQualifier, Stance, Status
from pledges.record.data_version import current
from pledges.tests import make
from pledges.tests.packages import empty_the_site, fetched, opened, sealed, written

pytestmark = pytest.mark.django_db

AWKWARD = (
    "=1+1",
    "'=1+1",
    "''@x",
    "-5",
    "@at",
    'a\nb\n\nc,"d"',
    " spaces ",
    "F-16 «بالونات» 🎈",
    "a | b",
    "'quoted'",
)


def load(path):
    call_command("load_package", path, stdout=StringIO())


def site_is_empty():
    return not any(model.objects.exists() for model in models.HISTORIC)


# It comes back


@pytest.fixture(scope="module", autouse=True)
def empty_site(module_db):
    empty_the_site()


@pytest.fixture(scope="module")
def packaged(empty_site, module_db):
    """The members of the package of a small site full of special cases, made once; the site is empty again then."""
    make_special_cases()
    members = opened(fetched(Client()))
    empty_the_site()
    return members


@pytest.fixture
def small(packaged):
    return dict(packaged)


def make_special_cases():
    original = make.make_source("test-z-original", title=AWKWARD[0], notes=AWKWARD[1])
    reprint = make.make_source(
        "test-a-reprint", derived_from=original, archive_url="https://a.example/", archived_on=date(2016, 5, 1)
    )
    meeting = make.make_meeting(is_public=False, notes=AWKWARD[2], country=make.make_country("ZY"))
    meeting.sources.set([original, reprint])
    make.make_meeting(
        "test-window", start_on=date(2016, 5, 3), end_on=date(2016, 6, 7), date_precision=Precision.WINDOW
    )
    make.make_participation(meeting)
    place = make.make_place(country=make.make_country("ZX"))
    make.make_country(
        "ZW",
        membership_source=original,
        joined_on=date(2014, 9, 1),
        joined_precision=Precision.MONTH,
        coalition_member=True,
        wikidata="Q4115189",
    )
    whole = make.make_commitment(
        "test-whole", announced_on=date(2016, 1, 1), announced_precision=Precision.YEAR, places=[place]
    )
    part = make.make_commitment(
        "test-a-part",
        part_of=whole,
        meeting=meeting,
        quantity_max=7,
        quantity_qualifier=QuantityQualifier.UP_TO,
        quantity_text=AWKWARD[3],
    )
    claim = {"claimed_min": 8, "claimed_on": date(2016, 2, 1), "claimed_precision": Precision.MONTH}
    make.make_citation(part, reprint, quote=AWKWARD[4], note=AWKWARD[5], locator=AWKWARD[6], **claim)
    make.make_citation(part, original, stance=Stance.CONTEXT, quote=AWKWARD[7], note=AWKWARD[8], locator=AWKWARD[9])
    make.make_commitment(
        "test-undated",
        announced_on=None,
        announced_precision=Precision.UNKNOWN,
        group_label_en="Some",
        attributed_to_en="'=x",
    )
    for country, since, until in (
        (part.country, None, date(2016, 3, 9)),
        (part.country, date(2016, 3, 10), None),
        (make.make_country("ZW"), date(2017, 6, 5), None),
    ):
        make.make_bloc_member(country=country, since=since, until=until)
    make.make_status_change(part, status=Status.ONGOING)
    make.make_status_change(whole, happened_on=None, happened_precision=Precision.UNKNOWN, note="-", source=original)


def test_awkward_text_and_special_cases_come_back(client, small, tmp_path):
    before = current()
    load(written(tmp_path / "small.zip", small))
    assert current() != before
    assert opened(fetched(client)) == small
    part = Commitment.objects.get(slug="test-a-part")
    reprint = part.citations.get(source__slug="test-a-reprint")
    context = part.citations.get(source__slug="test-z-original")
    source = Source.objects.get(slug="test-z-original")
    assert (source.title, source.notes, part.meeting.notes, part.quantity_text) == AWKWARD[:4]
    assert (reprint.quote, reprint.note, reprint.locator) == AWKWARD[4:7]
    assert (context.quote, context.note, context.locator) == AWKWARD[7:]
    assert (part.part_of.slug, part.independent_sources, part.grade) == ("test-whole", 2, Grade.CORROBORATED)
    assert part.bloc_slugs == "test_bloc"
    assert (reprint.claimed_min, reprint.claimed_max, reprint.claimed_precision) == (8, None, Precision.MONTH)
    assert (part.claimed_lowest, part.claimed_latest) == (8, date(2016, 2, 29))
    stays = BlocMember.objects.filter(country=part.country).values_list("position", "member_since", "member_until")
    assert list(stays) == [(1, None, date(2016, 3, 9)), (2, date(2016, 3, 10), None)]
    assert part.meeting.history.get().sources.count() == 2
    assert Meeting.objects.get(slug="test-window").end_on == date(2016, 6, 7)
    undated = Commitment.objects.get(slug="test-undated")
    assert (undated.announced_on, undated.announced_precision, undated.attributed_to_en) == (None, "unknown", "'=x")


def test_line_ends_and_what_no_reader_sees_are_cleaned_when_they_are_loaded(small, tmp_path):
    typed = small["sources.csv"].replace("F-16 «".encode(), "F-16\u202e\ufeff\r\n«".encode())
    citations = small["citations.csv"].replace("F-16 «".encode(), "F-16\u202e\ufeff\r\n«".encode())
    assert (typed, citations) != (small["sources.csv"], small["citations.csv"])
    load(written(tmp_path / "small.zip", sealed(small | {"sources.csv": typed, "citations.csv": citations})))
    part = Commitment.objects.get(slug="test-a-part")
    assert part.citations.filter(quote="F-16\n«بالونات» 🎈").exists()


def test_columns_may_come_in_another_order_and_with_a_mark(client, small, tmp_path):
    rows = list(csv.reader(io.StringIO(small["units.csv"].decode(), newline="")))
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in rows)
    units = b"\xef\xbb\xbf" + out.getvalue().encode()
    load(written(tmp_path / "small.zip", sealed(small | {"units.csv": units})))
    assert opened(fetched(client)) == small


def test_a_package_of_before_a_column_is_loaded_without_its_values(client, small, tmp_path):
    rows = list(csv.reader(io.StringIO(small["countries.csv"].decode(), newline="")))
    column = rows[0].index("wikidata")
    out = io.StringIO()
    csv.writer(out).writerows(row[:column] + row[column + 1 :] for row in rows)
    assert "Q4115189" in {row[column] for row in rows}
    load(written(tmp_path / "small.zip", sealed(small | {"countries.csv": out.getvalue().encode()})))
    assert opened(fetched(client))["countries.csv"] == small["countries.csv"].replace(b'"Q4115189"', b'""')


def test_a_very_long_note_comes_back(client, small, tmp_path):
    load(written(tmp_path / "small.zip", sealed(cell("sources.csv", 2, "notes", "تعهد " * 60_000 + ".")(small))))
    long = opened(fetched(client))
    empty_the_site()
    load(written(tmp_path / "long.zip", long))
    assert opened(fetched(client)) == long
    assert max(map(len, Source.objects.values_list("notes", flat=True))) == 300_001


# What is refused


def edited(name, old, new, count=1):
    """A function that replaces text in a file of a package."""

    def edit(members):
        assert old in members[name], (old, members[name])
        return members | {name: members[name].replace(old, new, count)}

    return edit


def cell(name, line, column, text):
    """A function that puts text into a cell of a file of a package; lines as records, the header is 1."""

    def edit(members):
        rows = list(csv.reader(io.StringIO(members[name].decode(), newline="")))
        rows[line - 1][rows[0].index(column)] = text
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return members | {name: out.getvalue().encode()}

    return edit


def rows_without(slug, members):
    """The members without the lines that begin with a slug."""
    cut = {}
    for name in ("pledges.csv", "citations.csv"):
        kept = [line for line in members[name].splitlines(True) if not line.startswith(b'"' + slug + b'"')]
        assert len(kept) < len(members[name].splitlines())
        cut[name] = b"".join(kept)
    return members | cut


def added(name, content=b"x"):
    return lambda members: [*members.items(), (name, content)]


def without(name):
    return lambda members: {other: content for other, content in members.items() if other != name}


def described(**values):
    def edit(members):
        return members | {"datapackage.json": json.dumps(json.loads(members["datapackage.json"]) | values).encode()}

    return edit


def link():
    info = zipfile.ZipInfo("README.md")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


FAULTS = {
    # not what it should be
    "name that leads out": (added("../evil.csv"), r"'\.\./evil\.csv' has no place"),
    "absolute name": (added("/etc/cron.d/evil"), "'/etc/cron.d/evil' has no place"),
    "name with backslashes": (added("..\\evil.csv"), "evil.csv' has no place"),
    "name for another system": (added("C:\\evil.csv"), "C:.*evil.csv' has no place"),
    "extra file": (added("notes.txt"), r"'notes\.txt' has no place"),
    "name in other letters": (added("PLEDGES.CSV"), r"'PLEDGES\.CSV' has no place"),
    "folder": (added("data/pledges.csv"), "'data/pledges.csv' has no place"),
    "link": (
        lambda members: [*without("README.md")(members).items(), (link(), b"/etc/passwd")],
        "'README.md' has no place",
    ),
    "file twice": (added("pledges.csv"), "pledges.csv: This file is in the package twice"),
    "bomb": (
        lambda members: members | {"README.md": b"0" * 20_000_000},
        r"README\.md: This file would grow to more than 100",
    ),
    "missing file": (without("units.csv"), r"units\.csv: This file is missing"),
    "cell that was changed afterwards": (
        cell("sources.csv", 2, "notes", "balloons"),
        r"sources\.csv: This is not the file that datapackage\.json describes",
    ),
    "pledge that was cut out with its citations": (
        lambda members: rows_without(b"test-undated", members),
        r"pledges\.csv: This is not the file that datapackage\.json describes",
    ),
    "description of fewer files": (
        described(resources=[]),
        r"datapackage\.json: It does not describe bloc_members\.csv, .*citations\.csv",
    ),
    "missing description": (without("datapackage.json"), r"datapackage\.json: This file is missing"),
    "description is no JSON": (
        edited("datapackage.json", b"{", b"{{"),
        r"datapackage\.json: This is not the description",
    ),
    "description nested without end": (
        lambda members: members | {"datapackage.json": b"[" * 100_000},
        "not the description",
    ),
    "description of something else": (lambda members: members | {"datapackage.json": b"[1]"}, "not the description"),
    "part of the data": (described(complete=False), "holds a part of the data"),
    "time without zone": (described(changed_at="2016-02-11T10:00:00"), "no time in the past: 2016-02-11"),
    "time before all times": (
        described(changed_at="0001-01-01T00:00:00+14:00"),
        r"datapackage\.json: changed_at is no time in the past: 0001",
    ),
    "time of another kind": (described(changed_at=5), "not the description"),
    "number without end": (
        lambda members: members | {"datapackage.json": b'{"complete": ' + b"9" * 5000 + b"}"},
        "not the description",
    ),
    "time to come": (described(changed_at="2999-02-11T10:00:00+00:00"), "no time in the past: 2999"),
    # tables
    "wrong encoding": (
        edited("sources.csv", b"Gazette", "Gazétte".encode("latin-1"), 1),
        r"sources\.csv, line \d+: This is not UTF-8",
    ),
    "encoding of a spreadsheet": (
        lambda members: members | {"types.csv": members["types.csv"].decode().encode("utf-16")},
        r"types\.csv, line 1: This is not UTF-8",
    ),
    "separator of a spreadsheet": (
        lambda members: members | {"types.csv": members["types.csv"].replace(b",", b";")},
        r"types\.csv, line 1, column slug: This column is missing",
    ),
    "another table": (
        lambda members: members | {"types.csv": members["units.csv"]},
        r"types\.csv, line 1, column \w+: This column is missing",
    ),
    "NUL in the header": (
        edited("units.csv", b"position\n", b"position,\0\n"),
        r"units\.csv, line 1, column .*: This column is not known",
    ),
    "cell without end": (
        cell("places.csv", 2, "name_en", random.Random(1).randbytes(6_000_000).hex()),  # noqa: S311
        r"places\.csv, line 2: This cannot be read as CSV: field larger than",
    ),
    "empty file": (
        lambda members: members | {"types.csv": b""},
        r"types\.csv, line 1, column slug: This column is missing",
    ),
    "missing column": (
        edited("types.csv", b"position", b"positions"),
        r"types\.csv, line 1, column position: This column is missing",
    ),
    "unknown column": (
        edited("units.csv", b"\n", b",colour\n"),
        r"units\.csv, line 1, column colour: This column is not known",
    ),
    "column twice": (
        edited("units.csv", b"position\n", b"position,slug\n"),
        r"units\.csv, line 1, column slug: This column is there twice",
    ),
    "ragged row": (
        lambda members: members | {"places.csv": members["places.csv"] + b"a,b\r\n"},
        r"places\.csv, line 3: This row has 2 cells, the header 4",
    ),
    "open quotation mark": (
        lambda members: members | {"places.csv": members["places.csv"] + b'"a,b\r\n'},
        r"places\.csv, line \d: This cannot be read as CSV",
    ),
    "NUL": (
        edited("sources.csv", b"Testland Gazette", b"Testland\0Gazette"),
        r"sources\.csv, line 2, column publisher: This cell holds a NUL",
    ),
    "duplicate key": (
        lambda members: members | {"places.csv": members["places.csv"] + members["places.csv"].splitlines(True)[1]},
        r"places\.csv, line 3, column slug: test-place is already in line 2",
    ),
    # values
    "broken reference": (
        cell("pledges.csv", 2, "type", "no-such-type"),
        r"pledges\.csv, line 2, column type: There is no row “no-such-type”",
    ),
    "broken reference in a list": (
        cell("meetings.csv", 2, "sources", "test-a-reprint | nothing"),
        r"meetings\.csv, line 2, column sources: There is no row “nothing”",
    ),
    "broken reference to a whole": (
        cell("pledges.csv", 2, "part_of", "nothing"),
        r"pledges\.csv, line 2, column part_of: There is no row “nothing”",
    ),
    "parts in a circle": (
        cell("pledges.csv", 3, "part_of", "test-a-part"),
        r"pledges\.csv, line 2, column part_of: These rows refer to each other in a circle",
    ),
    "reprints in a circle": (
        cell("sources.csv", 4, "derived_from", "test-a-reprint"),
        r"sources\.csv, line \d, column derived_from: .*circle",
    ),
    "empty reference": (
        cell("pledges.csv", 2, "type", ""),
        r"pledges\.csv, line 2, column type: This field cannot be null",
    ),
    "unknown value": (
        cell("citations.csv", 2, "stance", "praises"),
        r"citations\.csv, line 2, column stance: Value 'praises' is not a valid choice",
    ),
    "no number": (
        cell("types.csv", 2, "position", "ten"),
        r"types\.csv, line 2, column position: “ten” is not a whole number",
    ),
    "number too large": (
        cell("pledges.csv", 2, "quantity_max", "9" * 30),
        r"pledges\.csv, line 2, column quantity_max: “9+” is not a whole",
    ),
    "number out of bounds": (
        cell("pledges.csv", 2, "quantity_max", "9" * 18),
        r"pledges\.csv, line 2: Quantities are whole numbers",
    ),
    "no flag": (
        cell("units.csv", 2, "summable", "yes"),
        r"units\.csv, line 2, column summable: “yes” is neither true nor false",
    ),
    "no date": (
        cell("pledges.csv", 3, "announced_on", "2016-02-30"),
        r"pledges\.csv, line 3, column announced_on: day is out of range",
    ),
    "date in words": (
        cell("pledges.csv", 3, "announced_on", "soon"),
        r"pledges\.csv, line 3, column announced_on: “soon” is not a date",
    ),
    "date without precision": (
        cell("pledges.csv", 3, "announced_precision", "unknown"),
        r"pledges\.csv, line 3, column announced_precision: Choose how exact",
    ),
    "date more exact than its precision": (
        cell("pledges.csv", 3, "announced_on", "2016-02-11"),
        r"pledges\.csv, line 3, column announced_on: The file says “2016-02-11”, but",
    ),
    "bad slug": (
        cell("places.csv", 2, "slug", "Not A Slug"),
        r"places\.csv, line 2, column slug: Use small Latin letters",
    ),
    "bad address": (
        cell("sources.csv", 2, "url", "javascript:alert(1)"),
        r"sources\.csv, line 2, column url: Enter a web address",
    ),
    "name twice": (
        cell("countries.csv", 3, "name_en", "Testland"),
        r"countries\.csv, line 5, column name_en: .*already exists",
    ),
    "text too long": (
        cell("places.csv", 2, "name_en", "x" * 101),
        r"places\.csv, line 2, column name_en: .*at most 100",
    ),
    "unguarded text": (
        cell("sources.csv", 4, "title", "=1+1"),
        r"sources\.csv, line 4, column title: The file says “=1\+1”, but",
    ),
    "wrong grade": (
        cell("pledges.csv", 2, "grade", "official"),
        r"pledges\.csv, line 2, column grade: The file says “official”, but",
    ),
    "wrong name": (
        cell("pledges.csv", 2, "country_en", "Atlantis"),
        r"pledges\.csv, line 2, column country_en: The file says “Atlantis”, but",
    ),
    "pledge without support": (
        cell("citations.csv", 6, "stance", "contradicts"),
        r"pledges\.csv, line \d: Nothing that readers may see leads to this row",
    ),
    "row that nothing leads to": (
        lambda members: members | {"places.csv": members["places.csv"] + b"nowhere,Nowhere,X,\r\n"},
        r"places\.csv, line 3: Nothing that readers may see leads to this row",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_wrong_is_named_and_changes_nothing(small, tmp_path, name):
    edit, message = FAULTS[name]
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    path = written(folder / "package.zip", edit(small))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(CommandError, match=f"Nothing was loaded. .*{message}"):
        load(path)
    assert site_is_empty()
    assert set(tmp_path.rglob("*")) == before


def test_an_encrypted_file_is_refused(small, tmp_path):
    path = written(tmp_path / "package.zip", small)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    path.write_bytes(data)
    with pytest.raises(CommandError, match="README.md: This file is encrypted"):
        load(path)


def test_a_file_that_lies_about_its_size_is_refused(small, tmp_path):
    path = written(tmp_path / "package.zip", small | {"types.csv": small["types.csv"] + b" " * 500_000})
    data = bytearray(path.read_bytes())
    at = data.index(b"types.csv", data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", data, at + 24, 100)
    path.write_bytes(data)
    with pytest.raises(CommandError, match="types.csv: This file is damaged"):
        load(path)
    assert site_is_empty()


def test_what_is_too_large_altogether_is_refused(small, tmp_path, monkeypatch):
    path = written(tmp_path / "package.zip", small)
    monkeypatch.setattr(unpack, "LARGEST", 50_000)
    with pytest.raises(CommandError, match="Unpacked, the package is larger"):
        load(path)
    monkeypatch.setattr(unpack, "LARGEST", 100)
    with pytest.raises(CommandError, match="The file is larger"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04" + b"\xff" * 100])
def test_what_is_no_package_is_refused(tmp_path, content):
    path = tmp_path / "package.zip"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(path)
    assert site_is_empty()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_package_that_was_cut_off_is_refused(small, tmp_path, part):
    path = written(tmp_path / "package.zip", small)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(CommandError, match=r"Nothing was loaded\. This is no readable ZIP file"):
        load(path)
    assert site_is_empty()


def test_files_that_lie_on_one_another_are_refused(small, tmp_path):
    path = written(tmp_path / "package.zip", small)
    data = bytearray(path.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # where the file begins
    path.write_bytes(data)
    with pytest.raises(CommandError, match=r"Nothing was loaded\. \w+\.csv: This file is damaged"):
        load(path)
    assert site_is_empty()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_in_another_way_is_refused(small, tmp_path, method):
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in small.items():
            archive.writestr(name, content)
    with pytest.raises(CommandError, match=r"\w+\.csv: This file is encrypted or packed in an unknown way"):
        load(path)
    assert site_is_empty()


@pytest.mark.parametrize("make_other", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_without_waiting_for_it(tmp_path, make_other):
    path = tmp_path / "package.zip"
    make_other(path)
    with pytest.raises(CommandError, match=r"Nothing was loaded\. .*package\.zip is not a file"):
        load(path)
    assert site_is_empty()


def test_a_file_that_may_not_be_read_is_refused(small, tmp_path, monkeypatch):
    path = written(tmp_path / "package.zip", small)

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    # root may read anything, so that the mode of the file would not do
    monkeypatch.setattr(unpack.zipfile, "ZipFile", refuse)
    with pytest.raises(CommandError, match=r"Nothing was loaded\. .*Permission denied: .*package\.zip"):
        load(path)
    assert site_is_empty()


def test_a_damaged_package_is_refused(small, tmp_path):
    path = written(tmp_path / "package.zip", small)
    data = path.read_bytes()
    for at in range(200, len(data), 1999):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            load(path)
        except CommandError:
            assert site_is_empty()
        else:
            # the damage hit what is not read, such as a time of a file
            empty_the_site()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no-such.zip"):
        load(tmp_path / "no-such.zip")


def test_a_site_with_any_record_is_left_alone(small, tmp_path):
    make.make_unit()
    with pytest.raises(CommandError, match="must be empty, but it has rows of Unit"):
        load(written(tmp_path / "package.zip", small))
    assert not Commitment.objects.exists()


def test_every_table_is_loaded():
    assert set(ORDER) == set(TABLE)
