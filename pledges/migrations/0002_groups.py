"""The groups of the newsroom, each with no more than it needs."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEWED = (
    "citation commitment commitmenttype country meeting participation place source statuschange unit"
).split()
ENTERED = "citation commitment meeting participation place source statuschange".split()
REMOVED = "citation participation statuschange".split()
VOCABULARIES = "commitmenttype country unit".split()

EDITORS = [
    *(f"view_{model}" for model in VIEWED),
    *(f"{verb}_{model}" for model in ENTERED for verb in ("add", "change")),
    *(f"delete_{model}" for model in REMOVED),
]
REVIEWERS = [
    *EDITORS,
    "publish_commitment",
    *(f"{verb}_{model}" for model in VOCABULARIES for verb in ("add", "change")),
]


def make_groups(apps, schema_editor):
    config = apps.get_app_config("pledges")
    config.models_module = True  # permissions are made after all migrations; these are needed now
    create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    config.models_module = None
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in (("Editors", EDITORS), ("Reviewers", REVIEWERS)):
        made, _ = group.objects.get_or_create(name=name)
        found = permission.objects.filter(content_type__app_label="pledges", codename__in=codenames)
        assert found.count() == len(codenames), f"{name}: a permission is missing"
        made.permissions.set(found)


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Reviewers"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0001_models"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, remove_groups)]
