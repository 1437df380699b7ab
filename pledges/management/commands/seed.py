"""`manage.py seed`: the first data set and the first editor, where there are none yet."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pledges import models
from pledges.record.integrity import unrecorded
from pledges.record.reasons import SiteReason

EDITOR = "editor"
EDITOR_GROUPS = ("Editors", "Reviewers")


class Command(BaseCommand):
    help = (
        "Loads fixtures/ if there is no pledge yet and makes an editor account if there is no account. Safe to repeat."
    )

    def handle(self, **options):
        password = None
        with transaction.atomic():
            # two hosts that start at once: the second waits here, then finds the work done
            ContentType.objects.select_for_update().get(app_label="pledges", model="commitment")
            if models.Commitment.objects.exists():
                self.stdout.write("The database already has data.")
            else:
                load_data()
                self.stdout.write(f"Loaded {models.Commitment.objects.count()} pledges.")
            if not get_user_model().objects.exists():
                password = make_editor()
        if password:
            self.stdout.write(f"Account for /admin/ (shown once): user {EDITOR}, password {password}")


def load_data():
    """All fixtures, and the first history record of each row, or nothing at all."""
    with transaction.atomic():
        call_command("loaddata", *fixture_files(), verbosity=0)
        for model in models.HISTORIC:
            record_first_history(model)


def fixture_files():
    return [str(path) for path in sorted(Path(settings.FIXTURE_DIRS[0]).glob("*.json"))]


def record_first_history(model, reason=SiteReason.SEEDED, time=None):
    """A history record for each row that has none, as if it had been entered at that time, or now.

    `loaddata` writes none, and what django-simple-history has for it forgets many-to-many rows.
    """
    history = model.history.model
    records = model.history.bulk_history_create(
        unrecorded(model), default_change_reason=reason.value, default_date=time
    )
    by_row = {record.id: record for record in records}
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        row = f"{field.m2m_field_name()}_id"
        # the many-to-many table of the history copies each row, its number included
        copies = getattr(history, field.name).model
        copies.objects.bulk_create(
            copies(
                history=by_row[getattr(link, row)],
                **{column.attname: getattr(link, column.attname) for column in through._meta.fields},
            )
            for link in through.objects.filter(**{f"{row}__in": by_row})
        )


def make_editor():
    """The account that may enter and publish; returns its password, which is stored nowhere."""
    groups = Group.objects.filter(name__in=EDITOR_GROUPS)
    if missing := set(EDITOR_GROUPS) - {group.name for group in groups}:
        raise CommandError(f"No group {', '.join(sorted(missing))}: run `manage.py migrate` first.")
    password = secrets.token_urlsafe(16)
    editor = get_user_model().objects.create_user(EDITOR, password=password, is_staff=True)
    editor.groups.set(groups)
    return password
