"""The words for the search as they are folded now: of each pledge, and of each record of it as of its own time."""

from collections import defaultdict
from datetime import timedelta

from django.db import migrations

from pledges.record.folding import search_text

BOTH = ("en", "ar")
NAMES = ["name_en", "name_ar"]
READ = {
    "Country": [*NAMES, "alt_names"],
    "CommitmentType": NAMES,
    "Meeting": NAMES,
    "Place": NAMES,
    "Source": ["title"],
    "Citation": ["commitment_id", "source_id", "quote", "note", "locator"],
    "StatusChange": ["commitment_id", "source_id", "note"],
    "Condition": ["commitment_id", "source_id", "text_en", "text_ar"],
}
OWN = ["quantity_text", *(f"{name}_{language}" for name in ("group_label", "attributed_to", "summary", "caveat") for language in BOTH)]
REFERRED = {"country_id": "Country", "type_id": "CommitmentType", "meeting_id": "Meeting"}
# what belongs to one saving is recorded within this time
SAVING = timedelta(seconds=10)
CHUNK = 500


class Versions:
    """What the rows of a model said: now, or at a moment by their history."""

    def __init__(self, apps, name, of_history):
        model = apps.get_model("pledges", f"Historical{name}" if of_history else name)
        when = ["history_date", "history_type"] if of_history else []
        self.of_row, self.of_commitment = defaultdict(list), defaultdict(set)
        for row in model.objects.order_by(*when[:1], "pk").values("id", *READ[name], *when):
            self.of_row[row["id"]].append(row)
            if "commitment_id" in row:
                self.of_commitment[row["commitment_id"]].add(row["id"])

    def at(self, key, moment):
        """The values of a row at a moment; those that it had first if it was not recorded then."""
        versions = self.of_row.get(key, [])
        until = [row for row in versions if moment is None or row["history_date"] <= moment]
        found = [*versions[:1], *until][-1:]
        return found[0] if found and found[0].get("history_type") != "-" else {}

    def parts(self, commitment, moment):
        """The values of what belonged to a commitment at a moment."""
        for key in sorted(self.of_commitment[commitment]):
            found = self.at(key, moment)
            is_there = moment is None or (found and found["history_date"] <= moment)
            if is_there and found.get("commitment_id") == commitment:
                yield found


def words(row, places, versions, moment=None):
    """The two columns of words of a commitment, or of a record of it."""

    def texts(name, key):
        found = versions[name].at(key, moment)
        return [found[column] for column in READ[name] if found] if key else []

    own = [row[column] for column in OWN]
    for column, name in REFERRED.items():
        own += texts(name, row[column])
    for place in places:
        own += texts("Place", place)
    titles = []
    for name in ("Citation", "StatusChange", "Condition"):
        for part in versions[name].parts(row["id"], moment):
            own += [part[column] for column in READ[name] if not column.endswith("_id")]
            titles += texts("Source", part["source_id"])
    return {"search_text": search_text([*own, *titles]), "own_words": search_text(own)}


def fill(apps, schema_editor):
    commitments, records = (apps.get_model("pledges", name) for name in ("Commitment", "HistoricalCommitment"))
    now, past = ({name: Versions(apps, name, of_history) for name in READ} for of_history in (False, True))
    links = defaultdict(list)
    for record, place in apps.get_model("pledges", "HistoricalCommitment_places").objects.values_list("history_id", "place_id"):
        links[record].append(place)
    # records from before `0010` are not whole: without words they are known by
    whole = records.objects.exclude(search_text="").values("id", "history_id", "history_date", *OWN, *REFERRED)
    for record in whole.iterator(chunk_size=CHUNK):
        found = words(record, links[record["history_id"]], past, record["history_date"] + SAVING)
        records.objects.filter(pk=record["history_id"]).update(**found)
    for row in commitments.objects.values("id", *OWN, *REFERRED):
        places = commitments.places.through.objects.filter(commitment=row["id"]).values_list("place_id", flat=True)
        found = words(row, places, now)
        commitments.objects.filter(pk=row["id"]).update(**found)
        latest = records.objects.filter(id=row["id"]).exclude(search_text="").order_by("-history_date", "-history_id")
        records.objects.filter(pk__in=latest.values_list("pk", flat=True)[:1]).update(**found)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0017_own_words")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
