"""The columns of the list of pledges, from the table of fields, and the rows that they are made of."""

from pledges.record.fields import COLUMNS

COLUMN = {column.name: column for column in COLUMNS}


def with_columns(commitments):
    """The queryset with all that columns are made of at hand, in one query."""
    named = commitments.select_related("country", "type", "unit", "meeting").with_whole_slug()
    return named.defer(None).defer("search_text")
