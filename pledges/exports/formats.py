"""The file formats of pledges, one row each: addresses, menu, dictionary, JSON-LD and tests walk this table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledges.exports import atom, json, parquet, sqlite, xlsx
from pledges.exports.csv import csv_chunks, read_bom
from pledges.exports.package import CSVW, DATAPACKAGE, README, Question, package_chunks
from pledges.exports.wanted import Wanted
from pledges.query.base import Problem


@dataclass(frozen=True)
class Format:
    """A format: `/en/pledges.<extension>` holds the rows of the list with the same query string.

    `write` makes the bytes piece by piece; only what `may_stream` runs in a thread of its own, for very long files.
    """

    extension: str
    label: str
    content_type: str
    write: Callable[[Wanted], Iterable[bytes]]
    title: str | Promise = ""  # what readers call it, if not by the label
    note: str | Promise = ""  # beside it in the menu of downloads; without one it is linked elsewhere on the list
    description: str | Promise = ""  # in the dictionary; equal ones are shown together
    members: tuple[str, ...] = ()  # files in it that the dictionary names there
    # {parameter: reads its values (a list, empty if absent), or raises ValueError with a message for the reader}
    options: Mapping[str, Callable[[list[str]], object]] = field(default_factory=dict)
    most_per_page: int | None = None  # of one that comes in pages: what the menu asks for
    takes_columns: bool = True
    is_attachment: bool = True  # saved, not shown
    may_stream: bool = False
    # why it cannot be made of what is wanted, although that can be read
    refusal: Callable[[Wanted], Problem | str | None] = lambda wanted: None
    is_installed: bool = True  # whether what makes it is there

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0]

    @property
    def url_name(self) -> str:
        return f"pledge-{self.extension}"


def write_csv(wanted: Wanted) -> Iterable[bytes]:
    return csv_chunks(wanted.rows, wanted.pledge_address, wanted.options["bom"], wanted.columns)


def write_package(wanted: Wanted) -> Iterable[bytes]:
    question = Question(wanted.sentences, wanted.list_addresses)
    return package_chunks(wanted.rows, question, wanted.pledge_address, complete=not wanted.filter.asked)


ROWS_FOR_PROGRAMS = _("The same rows for programs: JSON in pages, or all of them one a line.")

KNOWN = (
    Format(
        extension="csv",
        label="CSV",
        content_type="text/csv; charset=utf-8",
        write=write_csv,
        description=_(
            "The pledges as one table, for spreadsheets: one row for each pledge, with names in both languages."
        ),
        options={"bom": read_bom},
        may_stream=True,
    ),
    Format(
        extension="xlsx",
        label="XLSX",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=xlsx.spreadsheet,
        note=_("spreadsheet with notes"),
        description=_("The same table as a spreadsheet, with a sheet of notes."),
        refusal=xlsx.too_many,
    ),
    Format(
        extension="json",
        label="JSON",
        content_type="application/json",
        write=json.one_page,
        note=_("pages of 1,000"),
        description=ROWS_FOR_PROGRAMS,
        options={"per_page": json.read_per_page},
        most_per_page=json.MOST_PER_PAGE,
        is_attachment=False,
    ),
    Format(
        extension="jsonl",
        label="JSON Lines",
        content_type="application/jsonl; charset=utf-8",
        write=json.json_lines,
        note=_("all rows, one a line"),
        description=ROWS_FOR_PROGRAMS,
        may_stream=True,
    ),
    Format(
        extension="parquet",
        label="Parquet",
        content_type="application/vnd.apache.parquet",
        write=parquet.rows,
        note=_("all rows with their types, compressed"),
        description=_(
            "The same rows in columns with their types, compressed, for pandas, polars, DuckDB and R: numbers, days "
            "and lists as such, empty where nothing is stated."
        ),
        may_stream=True,
        is_installed=parquet.is_installed(),
    ),
    Format(
        extension="zip",
        label="ZIP",
        content_type="application/zip",
        write=write_package,
        title=_("Data package"),
        note=_("all tables, described"),
        description=_(
            "The data package: the same table and all that belongs to it, which are the files below, with a text that "
            "says what was asked and descriptions for programs."
        ),
        members=(README, DATAPACKAGE, CSVW),
        takes_columns=False,
    ),
    Format(
        extension="sqlite",
        label="SQLite",
        content_type="application/vnd.sqlite3",
        write=sqlite.database,
        note=_("all tables as a database"),
        description=_(
            "The tables of the data package as one database, with their keys, the meaning of each column in a table "
            "“columns”, and what was asked and how to cite it in a table “notes”. Text is as recorded, without the "
            "guard against formulas."
        ),
        takes_columns=False,
        may_stream=True,
    ),
    Format(
        extension="atom",
        label="Atom",
        content_type="application/atom+xml; charset=utf-8",
        write=atom.latest_changes_feed,
        takes_columns=False,
        is_attachment=False,
        refusal=atom.of_a_past_day,
    ),
)
FORMATS = {form.extension: form for form in KNOWN if form.is_installed}
# their addresses say so, and nothing leads there
NOT_INSTALLED = [form for form in KNOWN if not form.is_installed]
