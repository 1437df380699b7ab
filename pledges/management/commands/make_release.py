"""`manage.py make_release NUMBER --site https://host`: a frozen package of all public pledges."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from pledges.releases.make import make_release


class Command(BaseCommand):
    help = "Makes a numbered release of all public pledges. It is never changed."

    def add_arguments(self, parser):
        parser.add_argument("number", help="year and month: 2026-11, or 2026-11-2 for a second one")
        parser.add_argument("--site", required=True, help="address of the site, like https://pledges.example")
        parser.add_argument("--note-en", default="", help="what is new, in English")
        parser.add_argument("--note-ar", default="", help="what is new, in Arabic")

    def handle(self, number, site, note_en, note_ar, **options):
        try:
            release = make_release(site.rstrip("/"), number=number, note_en=note_en, note_ar=note_ar)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"Release {release}: {release.pledges} pledges, SHA-256 {release.sha256}")
