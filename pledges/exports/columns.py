"""The columns of the list of pledges, from the table of fields, and the rows that they are made of."""

from django.db.models import QuerySet

from pledges.models import Commitment
from pledges.record.fields import COLUMNS
from pledges.record.totals import in_totals

COLUMN = {column.name: column for column in COLUMNS}


def with_columns(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """The queryset with all that columns are made of at hand, in one query."""
    named = commitments.select_related("country", "type", "unit", "meeting")
    named = named.with_whole_slug().annotate(in_totals=in_totals())
    return named.defer(None).defer("search_text", "own_words")
