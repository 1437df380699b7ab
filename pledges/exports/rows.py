"""Rows of the export columns as typed values: what JSON, spreadsheets and the table of chosen columns hold."""

from pledges.exports.columns import COLUMNS

COLUMN = {column.name: column for column in COLUMNS}
# columns that hold several values, separated in the CSV
LISTS = frozenset({"places", "source_slugs", "source_urls"})
SEPARATOR = " | "
NO_ADDRESS = "-"
CHUNK = 500


def chosen_columns(names):
    """The columns of these names in this order; all of them where none is named."""
    return [COLUMN[name] for name in names] if names else list(COLUMNS)


def with_everything(commitments):
    """The rows with all that a column may ask for, in a few queries whatever their number."""
    rows = commitments.select_related("country", "type", "unit", "meeting").with_whole_slug()
    return rows.prefetch_related("places", "citations__source")


def each(commitments):
    """The rows one by one, read from the database piece by piece."""
    return with_everything(commitments).iterator(chunk_size=CHUNK)


def record(commitment, columns, address):
    """{name of the column: value}: numbers, text, lists; None for empty.

    `address` is the address of a commitment's page as a format with one `{slug}`.
    """
    return {column.name: typed(column, column.value(commitment, address)) for column in columns}


def typed(column, value):
    """The value of a column, as the CSV has it, in its own type."""
    if column.name in LISTS:
        return [None if part == NO_ADDRESS else part for part in value.split(SEPARATOR)] if value else []
    return None if value in {None, ""} else value
