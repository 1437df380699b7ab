"""`manage.py seed`: the first data set and the first editor, where there are none yet."""

import secrets
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pledges import models
from pledges.loading import shipped

EDITOR = "editor"
EDITOR_GROUPS = ("Editors", "Reviewers")


class Command(BaseCommand):
    help = (
        "Loads fixtures/ if there is no pledge yet and makes an editor account if there is no account. Safe to repeat."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--update",
            action="store_true",
            help="bring the data of an earlier edition up to this one; what editors have changed stays, and is named",
        )

    def handle(self, update, **options):
        password = None
        with transaction.atomic():
            # two hosts that start at once: the second waits here, then finds the work done
            ContentType.objects.select_for_update().get(app_label="pledges", model="commitment")
            if models.Commitment.objects.exists():
                self.update() if update else self.stdout.write("The database already has data.")
            else:
                load_data()
                self.stdout.write(f"Loaded {models.Commitment.objects.count()} pledges.")
            if not get_user_model().objects.exists():
                password = make_editor()
        if password:
            self.stdout.write(f"Account for /admin/ (shown once): user {EDITOR}, password {password}")

    def update(self):
        """Says row by row what was added, changed, and left because it was edited."""
        outcomes = shipped.update(map(Path, fixture_files()))
        for outcome in outcomes:
            self.stdout.write(str(outcome))
        numbers = Counter(outcome.what for outcome in outcomes)
        told = "; ".join(f"{number} {what}" for what, number in numbers.items())
        self.stdout.write(f"{told}." if told else "The data is that of this edition.")


def load_data():
    """All fixtures, and the first history record of each row, or nothing at all."""
    call_command("loaddata", *fixture_files(), verbosity=0)


def fixture_files():
    return [str(path) for path in sorted(Path(settings.FIXTURE_DIRS[0]).glob("*.json"))]


def make_editor():
    """The account that may enter and publish; returns its password, which is stored nowhere."""
    groups = Group.objects.filter(name__in=EDITOR_GROUPS)
    if missing := set(EDITOR_GROUPS) - {group.name for group in groups}:
        raise CommandError(f"No group {', '.join(sorted(missing))}: run `manage.py migrate` first.")
    password = secrets.token_urlsafe(16)
    editor = get_user_model().objects.create_user(EDITOR, password=password, is_staff=True)
    editor.groups.set(groups)
    return password
