"""Releases: making one, and what differs between two, by row and field."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext, override

from pledges.dimensions import DEFAULT_SORT, ordering
from pledges.exports.csv import BOM
from pledges.exports.package import Question, package_chunks
from pledges.exports.tables import TABLES
from pledges.i18n import LANGUAGES
from pledges.models import Commitment, Release


def make_release(site, **values):
    """Saves and returns a `Release` of all public pledges; `values` are its fields, `site` as `https://host`.

    ValidationError where the number is taken or is not one.
    """
    commitments = Commitment.objects.public().order_by(*ordering(DEFAULT_SORT)).with_names()
    release = Release(**values, pledges=commitments.count(), size=0, sha256="-", package=b"-")
    release.full_clean()
    with override("en"):
        pledge_address = site + reverse("pledge-detail", args=["SLUG"]).replace("SLUG", "{slug}")
    release.package = b"".join(package_chunks(commitments, everything(site), pledge_address, complete=True))
    release.size, release.sha256 = len(release.package), hashlib.sha256(release.package).hexdigest()
    release.save()
    return release


def everything(site):
    """What a release answers: all published pledges, in both languages."""
    sentences, addresses = {}, {}
    for language in LANGUAGES:
        with override(language):
            sentences[language], addresses[language] = gettext("All published pledges."), site + reverse("pledge-list")
    return Question(sentences, addresses)


@dataclass
class Differences:
    """What differs in one table: the rows added and removed, and per changed row (key, [(column, old, new)])."""

    file: str
    added: list = field(default_factory=list)
    removed: list = field(default_factory=list)
    changed: list = field(default_factory=list)

    @property
    def is_any(self):
        return bool(self.added or self.removed or self.changed)

    def rows(self):
        """The same as rows of a table: file, key, what, column, old, new."""
        for key in self.added:
            yield [self.file, key, "added", "", "", ""]
        for key in self.removed:
            yield [self.file, key, "removed", "", "", ""]
        for key, fields in self.changed:
            for column, old, new in fields:
                yield [self.file, key, "changed", column, old, new]


HEAD = ["file", "key", "what", "column", "old", "new"]


def differences(old, new):
    """The `Differences` of each table from one release to another."""
    return [compare(table.file, rows_of(old, table), rows_of(new, table)) for table in TABLES]


def rows_of(release, table):
    """{key: row} of a table of a release, empty if it has no such table.

    Several columns of a key are joined by a space, which no slug holds.
    """
    with zipfile.ZipFile(io.BytesIO(release.package)) as archive:
        if table.file not in archive.namelist():
            return {}
        with archive.open(table.file) as member:
            rows = csv.DictReader(io.TextIOWrapper(member, "utf-8", newline=""))
            return {" ".join(row[column] for column in table.key): row for row in rows}


def compare(file, before, after):
    """The `Differences` between two versions of a table, each {key: row}; a column of one alone is no difference."""
    found = Differences(file, sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys()))
    for key in sorted(before.keys() & after.keys()):
        old, new = before[key], after[key]
        fields = [(column, old[column], new[column]) for column in new if old.get(column, new[column]) != new[column]]
        if fields:
            found.changed.append((key, fields))
    return found


def difference_csv(found):
    """All differences as the bytes of a CSV file, with a byte-order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([HEAD, *(row for table in found for row in table.rows())])
    return BOM + buffer.getvalue().encode()
