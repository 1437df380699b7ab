"""What holds now of each pledge, computed once, and the rights in the two new kinds of record.

Grades follow from who speaks in a source, which older rows do not say yet: `seed --update` brings it for the
shipped data, `check_data --fix` computes grades anew.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from pledges.record.derived import statuses_in_time
from pledges.models.vocab import holding

ENTERED = [f"{verb}_{model}" for model in ("condition", "requirement") for verb in ("view", "add", "change")]
RIGHTS = [*ENTERED, "delete_condition"]


def fill(apps, schema_editor):
    commitment, history = (apps.get_model("pledges", name) for name in ("Commitment", "HistoricalCommitment"))
    for row in commitment.objects.prefetch_related("status_changes").only(
        "status", "announced_on", "announced_precision"
    ):
        now = holding(statuses_in_time(row, row.status_changes.all())).value
        commitment.objects.filter(pk=row.pk).update(now=now)
        # else the next edit of anything would look as if it had moved the pledge on
        history.objects.filter(id=row.pk).update(now=now)


def give_rights(apps, schema_editor):
    config = apps.get_app_config("pledges")
    config.models_module = True  # permissions are made after all migrations; these are needed now
    create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Reviewers"]):
        group.permissions.add(*permissions.filter(content_type__app_label="pledges", codename__in=RIGHTS))


class Migration(migrations.Migration):
    dependencies = [("pledges", "0014_edition_2")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
