"""`manage.py check_data`: every rule of `pledges.record.integrity` over the whole database; exit code 1 on a breach."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from pledges import models
from pledges.record import data_version, derived, integrity, until
from pledges.record.edits import edit
from pledges.record.first_history import put_forward, record_first_history, record_what_differs
from pledges.record.integrity import Level
from pledges.record.reasons import SiteReason


class Command(BaseCommand):
    help = "Checks the rules of the data that span rows. Exit code 1, with every breach on stderr, if one is broken."

    def add_arguments(self, parser):
        parser.add_argument(
            "--fix",
            action="store_true",
            help="first bring grades, numbers of sources and search words up to date, and the history",
        )

    def handle(self, fix, **options):
        if fix:
            with transaction.atomic(), edit(why=SiteReason.FOUND):
                derived.refresh_all(models.Commitment.objects.all())
                for model in models.HISTORIC:
                    record_first_history(model, SiteReason.FOUND)
                    record_what_differs(model, SiteReason.FOUND)
                    put_forward(model)
                    until.mend(model)
        with translation.override("en"):
            found = [breach.line for breach in integrity.breaches()]
            if not data_version.is_kept():
                found.append(
                    "The triggers that keep the version of the data are missing or old: run `manage.py migrate`."
                )
            warnings = [breach.line for breach in integrity.breaches(Level.WARNING)]
        for line in found:
            self.stderr.write(line)
        for line in warnings:
            self.stdout.write(f"Needs a reason: {line}")
        if found:
            raise CommandError(f"{len(found)} breach{'es' if len(found) > 1 else ''} of the rules of the data.")
        checked = sum(model.objects.count() for model in models.HISTORIC)
        self.stdout.write(f"{checked} records checked, {len(integrity.RULES)} rules hold.")
