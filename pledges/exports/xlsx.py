"""Commitments as a spreadsheet: one sheet of rows, one of notes on what was asked and how to use it."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import BinaryIO

import xlsxwriter
from django.utils.translation import get_language_bidi, gettext, ngettext

from pledges.exports.formulas import RUNS_AS_FORMULA
from pledges.exports.headings import heading
from pledges.exports.notes import LICENCE
from pledges.exports.rows import each
from pledges.exports.spool import temporary_file, temporary_folder
from pledges.exports.wanted import Wanted
from pledges.record.columns import Column
from pledges.record.wording import day as in_words

# what a sheet takes, its header row included
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
PIECE = 256 * 1024
CUT_MARK = " […]"
NARROWEST, WIDEST = 9, 24
NOTE_WIDTHS = (26, 30, 90)
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def too_many(wanted: Wanted) -> str | None:
    """Why no spreadsheet holds what is wanted, or None."""
    if wanted.filter.matching().count() >= MOST_ROWS:
        return gettext("These are more pledges than a spreadsheet holds: take the CSV.")
    return None


def spreadsheet(wanted: Wanted) -> Iterator[bytes]:
    """The bytes of the workbook, piece by piece, in the current language; the first once it is complete."""
    with temporary_file() as file:
        # XlsxWriter leaves its own files where they are when it fails
        with temporary_folder() as folder:
            write(file, wanted, folder)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def write(file: BinaryIO, wanted: Wanted, folder: str) -> None:
    columns = wanted.columns
    with xlsxwriter.Workbook(file, OPTIONS | {"tmpdir": folder}) as book:
        # the same query on the same day gives the same bytes
        created = datetime.combine(wanted.day, time())
        book.set_properties({"title": wanted.sentences["en"], "comments": wanted.list_address, "created": created})
        book.set_size(2400, 1200)
        rows = Sheet(book, gettext("Pledges"))
        rows.heads([column.name for column in columns], [width_of(column) for column in columns])
        for commitment in each(wanted.rows):
            rows.line([column.value(commitment, wanted.pledge_address) for column in columns])
        # the file has its rows once they are written: only then it is known how many, and what was cut
        notes = Sheet(book, gettext("Notes"))
        notes.heads([gettext("About"), "", ""], NOTE_WIDTHS)
        for line in note_lines(wanted, rows):
            notes.line(line)


def width_of(column: Column) -> int:
    needed = max(len(column.name), len(str(column.example))) + 2
    return column.width or max(NARROWEST, min(WIDEST, needed))


class Sheet:
    """A worksheet written line by line; counts its `lines` below the head and the cells it `cut`."""

    def __init__(self, book, name):
        self.sheet = book.add_worksheet(name)
        self.bold = book.add_format({"bold": True, "bottom": 1})
        # text that looks like a formula: stays text even when it is edited
        self.guarded = book.add_format({"quote_prefix": True})
        self.lines = self.cut = 0
        if get_language_bidi():
            self.sheet.right_to_left()

    def heads(self, names, widths):
        for n, (name, width) in enumerate(zip(names, widths, strict=True)):
            self.sheet.set_column(n, n, width)
            self.sheet.write_string(0, n, name, self.bold)
        self.sheet.freeze_panes(1, 0)

    def line(self, values):
        """One more line: numbers as numbers, everything else as text."""
        self.lines += 1
        for n, value in enumerate(values):
            if isinstance(value, int):
                self.sheet.write_number(self.lines, n, value)
            elif value not in {None, ""}:
                self.text(n, str(value))

    def text(self, column, value):
        shown = fitting(value)
        self.cut += shown != value
        style = self.guarded if value.startswith(RUNS_AS_FORMULA) else None
        self.sheet.write_string(self.lines, column, shown, style)


def fitting(text: str) -> str:
    """The text, cut with a mark where a cell cannot hold it; spreadsheets count UTF-16 units."""
    if len(text) * 2 <= LONGEST_CELL:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    kept = units[: 2 * (LONGEST_CELL - len(CUT_MARK))].decode("utf-16-le", "ignore")
    return kept + CUT_MARK


def note_lines(wanted, rows):
    """The lines of the sheet of notes."""
    yield [gettext("What was asked"), "English", wanted.sentences["en"]]
    yield ["", "العربية", wanted.sentences["ar"]]
    yield [gettext("Address"), "", wanted.list_address]
    yield [gettext("Retrieved on"), wanted.day.isoformat(), in_words(wanted.day)]
    yield [gettext("Number of pledges"), rows.lines]
    yield [gettext("How to cite"), "", wanted.reference]
    yield [gettext("Licence"), "", str(LICENCE)]
    for n, caveat in enumerate(caveats(rows)):
        yield ["" if n else gettext("Before you use it"), "", caveat]
    yield []
    yield [gettext("Columns")]
    yield from ([column.name, heading(column.name), str(column.description)] for column in wanted.columns)


def caveats(rows):
    yield gettext("Summaries are in our own words. Unlike quantities are never added up.")
    yield gettext("A pledge that is part of a larger one (part_of) must not be added to it.")
    yield gettext("Dates are text, cut to what is known: 2016-02 is some day in February 2016.")
    yield gettext("A disputed pledge is contradicted by a source: read its page before using it.")
    if rows.cut:
        yield ngettext(
            "%(count)s cell was longer than a spreadsheet holds and is cut, with the mark %(mark)s at its end.",
            "%(count)s cells were longer than a spreadsheet holds and are cut, with the mark %(mark)s at their end.",
            rows.cut,
        ) % {"count": rows.cut, "mark": CUT_MARK.strip()}
