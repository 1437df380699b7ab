"""The same file by django-import-export, which is no package of ours: run with the Python of `--peers`."""

import sys

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from import_export import fields, resources

from pledges.benchmarks.peers import ADDRESS, WANTED, default_rows
from pledges.models import Commitment


class ColumnField(fields.Field):
    """A column of ours as a field of theirs."""

    def __init__(self, column):
        super().__init__(column_name=column.name)
        self.column = column

    def export(self, instance, **kwargs):
        return self.column.value(instance, ADDRESS)


class CommitmentResource(resources.ModelResource):
    class Meta:
        model = Commitment
        fields = []


def main():
    resource = CommitmentResource()
    resource.fields = {column.name: ColumnField(column) for column in WANTED}
    resource._meta.fields = resource._meta.export_order = list(resource.fields)
    sys.stdout.write(resource.export(default_rows()).csv)
