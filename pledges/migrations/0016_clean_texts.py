"""Texts as they are kept from here on, and `none` for a source without an address, where a dash began a formula.

The records of the history say the same as the rows, so that what was known on a day reads as it does today.
"""

from django.db import migrations

from pledges.models.texts import cleaned, is_text

CHUNK = 500
SEPARATOR = " | "


def with_none(addresses):
    return SEPARATOR.join("none" if address == "-" else address for address in addresses.split(SEPARATOR))


def clean(apps, schema_editor):
    for model in apps.get_app_config("pledges").get_models():
        # what is unique has a form of its own, and could not be told from another row
        texts = [field.attname for field in model._meta.concrete_fields if is_text(field) and not field.unique]
        if texts:
            clean_rows(model, texts)


def clean_rows(model, texts):
    """Writes what differs only: most rows are as they should be."""
    for row in model._base_manager.only("pk", *texts).iterator(chunk_size=CHUNK):
        values = {name: value for name in texts if isinstance(value := getattr(row, name), str)}
        changed = {name: kept(name, value) for name, value in values.items() if kept(name, value) != value}
        if changed:
            model._base_manager.filter(pk=row.pk).update(**changed)


def kept(name, value):
    return with_none(value) if name == "source_urls" else cleaned(value)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0015_fill_edition_2")]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
