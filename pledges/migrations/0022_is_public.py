"""Whether readers see a pledge is stored: in its row, and in each record of its history as of that time."""

from collections import defaultdict
from datetime import timedelta

import pledges.i18n
import pledges.models.base
from django.db import migrations, models

# what belongs to one saving is recorded within this time
SAVING = timedelta(seconds=10)
CHUNK = 2000


def fill(apps, schema_editor):
    commitments, citations = (apps.get_model("pledges", name) for name in ("Commitment", "Citation"))
    records = apps.get_model("pledges", "HistoricalCommitment")
    supported = models.Exists(citations.objects.filter(commitment=models.OuterRef("pk"), stance="supports"))
    commitments.objects.filter(supported, state="published").update(is_public=True)
    changes = defaultdict(lambda: defaultdict(list))
    of_citations = apps.get_model("pledges", "HistoricalCitation").objects.order_by("history_date", "history_id")
    for commitment, citation, *change in of_citations.values_list(
        "commitment_id", "id", "history_date", "history_type", "stance"
    ):
        changes[commitment][citation].append(change)
    published = records.objects.filter(state="published").values_list("pk", "id", "history_date")
    shown = [
        record
        for record, commitment, moment in published.iterator(chunk_size=CHUNK)
        if is_supported(changes.get(commitment, {}).values(), moment + SAVING)
    ]
    for start in range(0, len(shown), CHUNK):
        records.objects.filter(pk__in=shown[start : start + CHUNK]).update(is_public=True)
    newest = records.objects.filter(id=models.OuterRef("id")).order_by("-history_date", "-history_id")
    latest = records.objects.filter(pk=models.Subquery(newest.values("pk")[:1])).exclude(history_type="-")
    is_public = models.Exists(commitments.objects.filter(pk=models.OuterRef("id"), is_public=True))
    latest.filter(is_public).update(is_public=True)
    latest.exclude(is_public).update(is_public=False)


def is_supported(citations, moment):
    """Whether one of the citations (each a list of its changes in time) supported its pledge at a moment."""
    last = ([change for change in changes if change[0] <= moment][-1:] for changes in citations)
    return any(change and change[0][1] != "-" and change[0][2] == "supports" for change in last)


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0021_incomplete_drafts'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='commitment',
            name='commitment_country_type',
        ),
        migrations.RemoveIndex(
            model_name='commitment',
            name='commitment_usual_order',
        ),
        migrations.AddField(
            model_name='commitment',
            name='is_public',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='shown to readers'),
        ),
        migrations.AddField(
            model_name='historicalcommitment',
            name='is_public',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='shown to readers'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('is_public', True)), fields=['country', 'type'], name='public_by_country_type'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=pledges.models.base.NullsLastIndex(models.OrderBy(models.F('announced_on'), descending=True, nulls_last=True), models.OrderBy(pledges.i18n.CodePoints(models.F('slug'))), condition=models.Q(('is_public', True)), name='public_in_usual_order'),
        ),
    ]
