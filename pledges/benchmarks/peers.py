"""What other programs are asked to do: the same rows and columns, in the same order."""

import os

from django.db import connection
from django.http import QueryDict

from pledges.exports.columns import COLUMNS, with_columns
from pledges.exports.csv import selected
from pledges.query.pledges import CommitmentFilter

ADDRESS = "http://localhost/en/pledges/{slug}/"
# what `--columns` names, all of them without
NAMES = os.environ.get("BENCH_COLUMNS") or ",".join(column.name for column in COLUMNS)
WANTED = [column for name in NAMES.split(",") for column in COLUMNS if column.name == name]


def default_rows():
    """All public pledges in the usual order, with what the columns need."""
    return with_columns(CommitmentFilter(QueryDict("")).results)


def plain_select():
    """The SQL that selects the columns, with its parameters in place."""
    sql, params = selected(default_rows(), *(column.sql(ADDRESS) for column in WANTED))
    if connection.vendor == "postgresql":
        return connection.ops.compose_sql(sql, params)
    with connection.cursor() as cursor:
        return connection.ops.last_executed_query(cursor.cursor, sql, params)
