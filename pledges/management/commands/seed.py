"""`manage.py seed`: the first data set and the first two accounts, where there are none yet."""

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

# two persons, because nobody publishes what only its author has read: account and its group
FIRST_ACCOUNTS = {"editor": "Editors", "reviewer": "Reviewers"}


class Command(BaseCommand):
    help = (
        "Loads fixtures/ if there is no pledge yet, and makes an account of an editor and one of a reviewer if there "
        "is no account. Safe to repeat."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--update",
            action="store_true",
            help="bring the data of an earlier edition up to this one; what editors have changed stays, and is named",
        )

    def handle(self, update, **options):
        passwords = {}
        with transaction.atomic():
            # two hosts that start at once: the second waits here, then finds the work done
            ContentType.objects.select_for_update().get(app_label="pledges", model="commitment")
            if models.Commitment.objects.exists():
                self.update() if update else self.stdout.write("The database already has data.")
            else:
                load_data()
                self.stdout.write(f"Loaded {models.Commitment.objects.count()} pledges.")
            if not get_user_model().objects.exists():
                passwords = make_first_accounts()
        if passwords:
            self.stdout.write("Accounts for /admin/ (shown once):")
            for name, password in passwords.items():
                self.stdout.write(f"  user {name}, password {password} ({FIRST_ACCOUNTS[name]})")
            self.stdout.write("An account that manages accounts: .venv/bin/python manage.py createsuperuser")

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


def make_first_accounts():
    """An account of each first group; returns their passwords, which are stored nowhere."""
    groups = {group.name: group for group in Group.objects.filter(name__in=FIRST_ACCOUNTS.values())}
    if missing := set(FIRST_ACCOUNTS.values()) - groups.keys():
        raise CommandError(f"No group {', '.join(sorted(missing))}: run `manage.py migrate` first.")
    passwords = {name: secrets.token_urlsafe(16) for name in FIRST_ACCOUNTS}
    for name, password in passwords.items():
        account = get_user_model().objects.create_user(name, password=password, is_staff=True)
        account.groups.add(groups[FIRST_ACCOUNTS[name]])
    return passwords
