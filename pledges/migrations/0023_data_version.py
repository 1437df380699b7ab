"""The version of what readers see, and what made the latest ones. Triggers keep them, made after all migrations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0022_is_public"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("mark", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="DataChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(null=True)),
                ("mark", models.CharField(max_length=40)),
                ("commitment_id", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["number", "commitment_id"], name="data_change_of_version")],
            },
        ),
    ]
