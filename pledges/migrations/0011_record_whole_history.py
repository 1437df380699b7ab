"""One whole record of each pledge: from its time on, what was known on a day can be read from history."""

from django.db import migrations
from django.utils import timezone

REASON = "Recorded whole, for what was known on a day"
CHUNK = 500


def record(apps, schema_editor):
    commitments = apps.get_model("pledges", "Commitment").objects
    histories, places = (
        apps.get_model("pledges", name).objects for name in ("HistoricalCommitment", "HistoricalCommitment_places")
    )
    now = timezone.now()
    for row in commitments.order_by("pk").iterator(chunk_size=CHUNK):
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        history = histories.create(**values, history_date=now, history_type="~", history_change_reason=REASON)
        links = row.places.through.objects.filter(commitment_id=row.pk)
        places.bulk_create(
            places.model(history=history, **{field.attname: getattr(link, field.attname) for field in link._meta.fields})
            for link in links
        )


class Migration(migrations.Migration):
    dependencies = [("pledges", "0010_history_is_whole")]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
