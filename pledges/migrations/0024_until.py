"""Each record of a history says until when it held; what keeps it so is made after every `migrate`."""

import datetime

from django.db import migrations, models

from pledges.record.until import forget

NAMES = (
    *("citation", "commitment", "commitmenttype", "condition", "country", "meeting", "participation", "place"),
    *("requirement", "source", "statuschange", "unit"),
)
FOR_EVER = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)


def dropped(apps, schema_editor):
    forget(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0023_data_version")]

    operations = [
        *(
            migrations.AddField(
                model_name=f"historical{name}",
                name="until",
                field=models.DateTimeField(db_default=FOR_EVER, default=FOR_EVER, editable=False),
            )
            for name in NAMES
        ),
        *(
            migrations.AddIndex(
                model_name=f"historical{name}",
                index=models.Index(fields=["until", "history_date"], name=f"{name}_of_a_day"),
            )
            for name in NAMES
        ),
        migrations.RunPython(migrations.RunPython.noop, dropped),
    ]
