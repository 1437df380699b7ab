"""The stage that each pledge reached, computed once; from here on `pledges.record.derived` keeps it."""

from django.db import migrations

from pledges.models.vocab import furthest


def fill(apps, schema_editor):
    commitment, history = (apps.get_model("pledges", name) for name in ("Commitment", "HistoricalCommitment"))
    for row in commitment.objects.prefetch_related("status_changes").only("status"):
        reached = furthest([row.status, *(step.status for step in row.status_changes.all())]).value
        commitment.objects.filter(pk=row.pk).update(reached=reached)
        # else the next edit of anything would look as if it had moved the pledge on
        history.objects.filter(id=row.pk).update(reached=reached)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0003_reached_and_searched")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
