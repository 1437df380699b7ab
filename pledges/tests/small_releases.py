"""Two releases for tests of pages, small and invented: the real data has none."""

import csv
import hashlib
import io
import zipfile

from pledges.exports.tables import TABLE
from pledges.models import Release

FIRST, SECOND = "2026-01", "2026-01-2"
BALLOONS = {
    "slug": "test-balloons",
    "country_iso2": "ZZ",
    "type": "test_type",
    "announced_on": "2016-03-10",
    "summary_en": "Testland promised red balloons.",
    "summary_ar": "وعد بلد الاختبار بمناطيد حمراء.",
}
KITES = BALLOONS | {"slug": "test-kites", "summary_en": "Testland promised kites.", "summary_ar": ""}
RIBBONS = BALLOONS | {"slug": "test-ribbons", "summary_en": "Testland promised ribbons.", "summary_ar": ""}
BLUE_BALLOONS = BALLOONS | {
    "summary_en": "Testland promised blue balloons, says “بلد الاختبار”.",
    "summary_ar": "وعد بلد الاختبار بمناطيد زرقاء.",
    "quantity_max": "99",
}
NOTES = {"note_en": "Red balloons became blue (an invented note).", "note_ar": "صارت المناطيد الحمراء زرقاء (مثال)."}


def make_two_releases():
    """The first release and the second, which adds a pledge, removes one and changes one."""
    return (
        make_small_release([BALLOONS, RIBBONS], number=FIRST),
        make_small_release([BLUE_BALLOONS, KITES], number=SECOND, **NOTES),
    )


def make_small_release(pledges, **values):
    """A saved `Release` whose package holds a table of these pledges ({column: text}) and nothing else."""
    table, text, file = TABLE["pledges"], io.StringIO(), io.BytesIO()
    writer = csv.DictWriter(text, [column.name for column in table.columns], restval="")
    writer.writeheader()
    writer.writerows(pledges)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(table.file, text.getvalue())
    package = file.getvalue()
    digest = hashlib.sha256(package).hexdigest()
    return Release.objects.create(package=package, size=len(package), sha256=digest, pledges=len(pledges), **values)


def remove_releases():
    """Takes them away past the model, which refuses that, for the tests that come after."""
    Release.objects.all()._raw_delete("default")
