"""Commitments as a spreadsheet: one sheet of rows, one of notes on what was asked and how to use it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import get_language_bidi, gettext, ngettext

from pledges.exports.formulas import RUNS_AS_FORMULA
from pledges.exports.headings import heading
from pledges.exports.notes import LICENCE
from pledges.exports.rows import each
from pledges.exports.spool import temporary_file, temporary_folder
from pledges.exports.wanted import Wanted
from pledges.history.days import path_to
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
    return in_pieces(lambda file, folder: write(file, wanted, folder))


def table(columns: Sequence[str], lines: Iterable[Iterable[Any]], wanted: Wanted, page: str) -> Iterator[bytes]:
    """The same of a table that is at hand, the numbers of a page."""
    return in_pieces(lambda file, folder: write_table(file, columns, lines, wanted, page, folder))


def in_pieces(write_to: Callable[[BinaryIO, str], None]) -> Iterator[bytes]:
    with temporary_file() as file:
        # XlsxWriter leaves its own files where they are when it fails
        with temporary_folder() as folder:
            write_to(file, folder)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def write(file: BinaryIO, wanted: Wanted, folder: str) -> None:
    columns = wanted.columns
    with workbook(file, wanted, folder, wanted.list_address) as book:
        rows = Sheet(book, gettext("Pledges"))
        rows.heads([column.name for column in columns], [width_of(column) for column in columns])
        for commitment in each(wanted.rows):
            rows.line([column.value(commitment, wanted.pledge_address) for column in columns])
        # the file has its rows once they are written: only then it is known how many, and what was cut
        notes = Sheet(book, gettext("Notes"))
        notes.heads([gettext("About"), "", ""], NOTE_WIDTHS)
        for line in note_lines(wanted, rows):
            notes.line(line)


def write_table(
    file: BinaryIO, columns: Sequence[str], lines: Iterable[Iterable[Any]], wanted: Wanted, page: str, folder: str
) -> None:
    address = wanted.site + path_to(page, query=wanted.filter.changed())
    with workbook(file, wanted, folder, address) as book:
        rows = Sheet(book, gettext("Numbers"))
        rows.heads(columns, [max(NARROWEST, min(WIDEST, len(column) + 2)) for column in columns])
        for line in lines:
            rows.line(line)
        notes = Sheet(book, gettext("Notes"))
        notes.heads([gettext("About"), "", ""], NOTE_WIDTHS)
        for line in [*question_lines(wanted, address), *origin_lines(wanted)]:
            notes.line(line)


@contextmanager
def workbook(file: BinaryIO, wanted: Wanted, folder: str, address: str) -> Iterator[xlsxwriter.Workbook]:
    with xlsxwriter.Workbook(file, OPTIONS | {"tmpdir": folder}) as book:
        # the same query on the same day gives the same bytes
        created = datetime.combine(wanted.day, time())
        book.set_properties({"title": wanted.sentences["en"], "comments": address, "created": created})
        book.set_size(2400, 1200)
        yield book


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
            if isinstance(value, int | float):
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
    yield from question_lines(wanted, wanted.list_address)
    yield [gettext("Number of pledges"), rows.lines]
    yield from origin_lines(wanted)
    for n, caveat in enumerate(caveats(rows)):
        yield ["" if n else gettext("Before you use it"), "", caveat]
    yield []
    yield [gettext("Columns")]
    yield from ([column.name, heading(column.name), str(column.description)] for column in wanted.columns)


def question_lines(wanted, address):
    yield [gettext("What was asked"), "English", wanted.sentences["en"]]
    yield ["", "العربية", wanted.sentences["ar"]]
    yield [gettext("Address"), "", address]
    yield [gettext("Retrieved on"), wanted.day.isoformat(), in_words(wanted.day)]


def origin_lines(wanted):
    yield [gettext("How to cite"), "", wanted.reference]
    yield [gettext("Licence"), "", str(LICENCE)]


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
