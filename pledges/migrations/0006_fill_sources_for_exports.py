"""Sources and places as exports list them, computed once; from here on `pledges.record.derived` keeps them."""

from django.db import migrations

from pledges.models.vocab import Stance
from pledges.record.folding import joined

CHUNK = 500
STANCES = list(Stance)


def fill(apps, schema_editor):
    commitments = apps.get_model("pledges", "Commitment").objects
    rows = commitments.prefetch_related("places", "citations__source").only("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        citations = sorted(row.citations.all(), key=lambda c: (STANCES.index(c.stance), c.source.slug))
        commitments.filter(pk=row.pk).update(
            cited_sources=len(citations),
            contradicting_sources=sum(citation.stance == Stance.CONTRADICTS for citation in citations),
            place_slugs=joined(sorted(place.slug for place in row.places.all())),
            source_slugs=joined(citation.source.slug for citation in citations),
            source_urls=joined(citation.source.url or "-" for citation in citations),
        )


class Migration(migrations.Migration):
    dependencies = [("pledges", "0005_sources_for_exports")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
