"""Editors and reviewers read the edits, the decisions and the proposals; nobody writes them by hand."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = ("view_edit", "view_decision", "view_proposal")


def grant(apps, schema_editor):
    config = apps.get_app_config("pledges")
    config.models_module = True  # permissions are made after all migrations; these are needed now
    create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Reviewers"]):
        group.permissions.add(*permissions.filter(content_type__app_label="pledges", codename__in=RIGHTS))


class Migration(migrations.Migration):
    dependencies = [("pledges", "0019_edits")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
