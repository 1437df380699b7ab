"""Reviewers make releases, editors see them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GRANTED = {"Editors": ["view_release"], "Reviewers": ["view_release", "add_release"]}


def grant(apps, schema_editor):
    config = apps.get_app_config("pledges")
    config.models_module = True  # permissions are made after all migrations; these are needed now
    create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    config.models_module = None
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GRANTED.items():
        found = permission.objects.filter(content_type__app_label="pledges", codename__in=codenames)
        for row in group.objects.filter(name=name):
            row.permissions.add(*found)


def revoke(apps, schema_editor):
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GRANTED.items():
        found = permission.objects.filter(content_type__app_label="pledges", codename__in=codenames)
        for row in group.objects.filter(name=name):
            row.permissions.remove(*found)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0007_releases")]

    operations = [migrations.RunPython(grant, revoke)]
