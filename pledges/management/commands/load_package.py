"""`manage.py load_package FILE.zip`: the public data of another site, from its data package, into an empty one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from pledges import models
from pledges.loading.build import build
from pledges.loading.unpack import Fault, unpack
from pledges.loading.verify import verify
from pledges.record.edits import edit
from pledges.record.first_history import record_first_history
from pledges.record.reasons import SiteReason


class Command(BaseCommand):
    help = "Loads the data package of all pledges (/en/pledges.zip) into an empty site: all of it, or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the ZIP file")

    def handle(self, file, **options):
        filled = [model.__name__ for model in models.HISTORIC if model.objects.exists()]
        if filled:
            raise CommandError(f"The site must be empty, but it has rows of {', '.join(filled)}.")
        try:
            with translation.override("en"), transaction.atomic():
                numbers = load(unpack(file))
        except (Fault, OSError) as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        self.stdout.write(f"Loaded {sum(numbers.values())} records, {numbers['pledges']} of them pledges.")


def load(package):
    """Saves everything in an unpacked package; returns {table: number of rows}."""
    build(package.tables)
    verify(package.tables)
    for name in package.altered:
        raise Fault("This is not the file that datapackage.json describes: it was changed or cut afterwards.", name)
    with edit(why=SiteReason.PACKAGE):
        for model in models.HISTORIC:
            # the state of the data stays that of the package, not the day it was moved
            record_first_history(model, SiteReason.PACKAGE, package.changed_at)
    return {name: len(lines) for name, lines in package.tables.items()}
