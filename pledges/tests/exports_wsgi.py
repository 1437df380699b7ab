"""The site with exports that are large or break: what `test_downloads` runs under gunicorn.

EXPORT=large: a column that makes the file many megabytes. EXPORT=broken: one that the database
fails at in the middle. Every export is long, so that it is sent while it is made.
"""

import os

from django.db.models import Case, CharField, F, Func, Value, When
from django.db.models.functions import Repeat

from pledges.wsgi import application

# ruff: isort: split
from pledges.exports import csv, formats
from pledges.record.columns import Column
from pledges.views import files

__all__ = ["application"]

TIMES = 400
# in the middle of the usual order
BREAKS_AT = "bru16-pl-airstrikes"


class Unreadable(Func):
    """The database fails when it comes to a row: PostgreSQL's process is killed, SQLite finds no JSON."""

    output_field = CharField()

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="CAST(pg_terminate_backend(pg_backend_pid()) AS text)")

    def as_sqlite(self, compiler, connection):
        return self.as_sql(compiler, connection, template="json(%(expressions)s)")


def added(sql):
    return Column("added", "", "string", "", None, lambda address: sql)


EXPORTS = {
    "large": added(Repeat("summary_en", Value(TIMES))),
    "broken": added(Case(When(slug=BREAKS_AT, then=Unreadable(F("slug"))), default=Value("fine"))),
}


def with_column(column):
    def csv_chunks(commitments, address, bom, columns):
        return csv.csv_chunks(commitments, address, bom, [*columns, column])

    return csv_chunks


files.is_long = lambda commitments: True
csv.BATCH = 20
if name := os.environ.get("EXPORT"):
    formats.csv_chunks = with_column(EXPORTS[name])
