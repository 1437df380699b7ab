"""The changes of a query as CSV, in the language of the reader."""

from collections.abc import Iterator
from itertools import islice

from pledges.exports.csv import table_csv
from pledges.exports.wanted import Wanted
from pledges.history.versions import Edit
from pledges.query.changed import CHUNK, changed_rows, edits
from pledges.record import wording

COLUMNS = (
    *("day", "time", "pledge", "url", "kind", "correction"),
    *("field", "label", "about", "before", "after", "reason"),
)


def write_csv(wanted: Wanted) -> Iterator[bytes]:
    """The edits of a query as CSV, in the current language: a row for each value that changed."""
    return table_csv(COLUMNS, csv_rows(wanted), wanted.options["bom"])


def csv_rows(wanted: Wanted) -> Iterator[tuple]:
    waiting = edits(wanted.filter)
    while found := list(islice(waiting, CHUNK)):
        for edit, row in changed_rows(found):
            first = (f"{edit.when:%Y-%m-%d}", wording.moment_iso(edit.when), row.slug)
            kind = (wanted.pledge_address.format(slug=row.slug), edit.kind, is_correction(edit))
            reason = "\n".join(edit.reasons) or None
            for difference in edit.differences or [None]:
                yield (*first, *kind, *values_of(difference), reason)


def values_of(difference) -> tuple:
    """Field, its label, what it is about, before and after; without a difference, nothing."""
    if difference is None:
        return (None,) * 5
    about = difference.about or None
    return difference.code, difference.label, about, difference.old, difference.new


def is_correction(edit: Edit) -> str:
    return "true" if edit.is_correction else "false"
