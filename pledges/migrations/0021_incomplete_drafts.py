"""A draft may lack texts that a published pledge may not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0020_who_reads_edits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="commitment",
            name="attributed_to_ar",
            field=models.CharField(blank=True, max_length=150, verbose_name="speaker, in Arabic"),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="attributed_to_en",
            field=models.CharField(
                blank=True,
                help_text="Name and office, or the body that spoke.",
                max_length=150,
                verbose_name="speaker, in English",
            ),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="summary_ar",
            field=models.TextField(blank=True, verbose_name="summary in Arabic"),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="summary_en",
            field=models.TextField(
                blank=True, help_text="One sentence in our own words, never copied.", verbose_name="summary in English"
            ),
        ),
        migrations.AlterField(
            model_name="historicalcommitment",
            name="attributed_to_ar",
            field=models.CharField(blank=True, max_length=150, verbose_name="speaker, in Arabic"),
        ),
        migrations.AlterField(
            model_name="historicalcommitment",
            name="attributed_to_en",
            field=models.CharField(
                blank=True,
                help_text="Name and office, or the body that spoke.",
                max_length=150,
                verbose_name="speaker, in English",
            ),
        ),
        migrations.AlterField(
            model_name="historicalcommitment",
            name="summary_ar",
            field=models.TextField(blank=True, verbose_name="summary in Arabic"),
        ),
        migrations.AlterField(
            model_name="historicalcommitment",
            name="summary_en",
            field=models.TextField(
                blank=True, help_text="One sentence in our own words, never copied.", verbose_name="summary in English"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    models.Q(
                        models.Q(("attributed_to_en", ""), _negated=True),
                        models.Q(("attributed_to_ar", ""), _negated=True),
                        models.Q(("summary_en", ""), _negated=True),
                        models.Q(("summary_ar", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="commitment_published_is_complete",
                violation_error_message="A published pledge needs this text.",
            ),
        ),
    ]
