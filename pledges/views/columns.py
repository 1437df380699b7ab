"""The list with chosen columns: the form that chooses them, the cells of the table."""

from dataclasses import dataclass

from pledges.exports.columns import with_columns
from pledges.exports.headings import heading, language_of
from pledges.exports.rows import COLUMN, chosen_columns, record
from pledges.views.browsing import kept
from pledges.views.files import record_address
from pledges.views.readers import as_of_query


@dataclass
class Cell:
    """One value of the table: its heading, the parts to show, how they are written.

    `suffix` is what the link of an address adds to it: a page of the site stays on the day that is shown.
    """

    heading: str
    parts: list
    is_address: bool
    language: str
    suffix: str


def column_form(commitments):
    """The boxes of the form, the chosen columns first and in their order, and what the form keeps."""
    chosen = commitments.columns
    names = [*chosen, *(name for name in COLUMN if name not in chosen)]
    return {
        "boxes": [(name, heading(name), name in chosen) for name in names],
        "kept": kept(commitments, {"columns"}),
        "usual": commitments.changed(columns=None) if chosen else None,
    }


def chosen_table(request, commitments, rows):
    """(headings, [(pledge, cells)]) of the chosen columns for some rows."""
    columns, address = chosen_columns(commitments.columns), record_address(request)
    headings = [heading(column.name) for column in columns]
    return headings, [(pledge, cells(pledge, columns, headings, address)) for pledge in with_columns(rows)]


def cells(pledge, columns, headings, address):
    found = record(pledge, columns, address)
    return [
        Cell(
            heading=head,
            parts=parts_of(found[column.name]),
            is_address=column.name in {"url", "source_urls"},
            language=language_of(column.name),
            suffix=as_of_query() if column.name == "url" else "",
        )
        for column, head in zip(columns, headings, strict=True)
    ]


def parts_of(value):
    """A value as the list of what to show."""
    if value is None:
        return []
    return [part for part in value if part] if isinstance(value, list) else [value]
