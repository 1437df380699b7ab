"""`python -m pledges.benchmarks.data ROWS`: fills the database of the environment with invented pledges.

Countries, types, units, places, meetings and sources are those of the data set; the pledges, their
wording and who is cited for what are made up, the same every time. The database must be empty.
"""

import random
import sys
from datetime import date, timedelta

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from django.core.management import call_command
from django.db import connection, transaction

from pledges import models
from pledges.models import vocab
from pledges.record.folding import NO_ADDRESS, joined

REFERENCE = ("01_sources", "02_types", "03_units", "04_countries", "05_places", "06_meetings")
BATCH = 5000
FIRST_DAY = date(2014, 6, 1)
DAYS = 1400
ENGLISH = (  # noqa: SIM905
    "government promised to send support offered deploy team of trainers aircraft for the coalition, under review by "
    "parliament; ministers said the unit would stay until autumn and report each month to headquarters in the region"
).split()
ARABIC = (  # noqa: SIM905
    "وعدت الحكومة بإرسال دعم إلى التحالف وأعلن الوزير أن الفريق سيبقى حتى الخريف، على أن يوافق البرلمان ويرفع "
    "تقريره كل شهر إلى القيادة في المنطقة مع مدربين وطائرات للنقل والاستطلاع"
).split()


def words(chance, vocabulary, least, most):
    return " ".join(chance.choices(vocabulary, k=chance.randint(least, most)))


class Invented:
    """Makes the rows of pledges, citations and places, number by number."""

    def __init__(self):
        self.chance = random.Random(2016)  # noqa: S311
        self.countries = list(models.Country.objects.values_list("pk", flat=True))
        self.types = list(models.CommitmentType.objects.values_list("pk", flat=True))
        self.units = list(models.Unit.objects.values_list("pk", flat=True))
        self.places = list(models.Place.objects.values_list("pk", "slug"))
        self.meetings = list(models.Meeting.objects.values_list("pk", flat=True))
        self.sources = list(models.Source.objects.order_by("slug").values_list("pk", "slug", "url"))
        plain = models.Commitment(state=vocab.State.PUBLISHED, attributed_to_en="A minister", attributed_to_ar="وزير")
        self.plain = {field.attname: getattr(plain, field.attname) for field in plain._meta.concrete_fields}

    def skewed(self, items):
        """One of the items, the first ones most often."""
        return items[int(len(items) * self.chance.random() ** 2)]

    def rows(self, number):
        """The pledge of that number as a dictionary, its citations and its places as lists of tuples."""
        chance = self.chance
        cited = sorted(chance.sample(range(len(self.sources)), chance.choice((1, 1, 2, 2, 3))))
        places = sorted(chance.sample(self.places, chance.choice((0, 1, 1, 2))), key=lambda place: place[1])
        sources = [self.sources[index] for index in cited]
        status = chance.choice(vocab.Status.values)
        pledge = self.plain | {
            "id": number,
            "slug": f"synthetic-{number:07}",
            "country_id": self.skewed(self.countries),
            "type_id": self.skewed(self.types),
            "change": chance.choice(vocab.Change.values),
            "status": status,
            "theatre": chance.choice(vocab.Theatre.values),
            "attribution": chance.choice(vocab.Attribution.values),
            "meeting_id": chance.choice(self.meetings) if chance.random() < 0.3 else None,
            "announced_on": (FIRST_DAY + timedelta(chance.randrange(DAYS))).isoformat(),
            "announced_precision": "day",
            "summary_en": f"The {words(chance, ENGLISH, 12, 24)} ({number}).",
            "summary_ar": f"{words(chance, ARABIC, 12, 24)} ({number}).",
            "caveat_en": words(chance, ENGLISH, 8, 14) if chance.random() < 0.2 else "",
            "caveat_ar": words(chance, ARABIC, 8, 14) if chance.random() < 0.2 else "",
            "grade": chance.choice(vocab.Grade.values),
            "reached": vocab.furthest([status]).value,
            "search_text": " synthetic ",
            "independent_sources": len(cited),
            "cited_sources": len(cited),
            "place_slugs": joined(slug for _pk, slug in places),
            "source_slugs": joined(slug for _pk, slug, _url in sources),
            "source_urls": joined(url or NO_ADDRESS for _pk, _slug, url in sources),
        }
        if chance.random() < 0.4:
            amount = chance.randint(1, 2000)
            pledge |= {"quantity_qualifier": "exact", "quantity_min": amount, "quantity_max": amount}
            pledge |= {"unit_id": chance.choice(self.units), "quantity_text": f"{amount} or so"}
        if chance.random() < 0.05:
            pledge |= {"country_id": None, "group_label_en": "Some states", "group_label_ar": "بعض الدول"}
        return pledge, [(number, pk) for pk, _slug, _url in sources], [(number, pk) for pk, _slug in places]


def insert(table, columns, rows):
    """Many rows into a table, past all models: this is no data of ours."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["?"] * len(columns))
            cursor.cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def fill(total):
    call_command("loaddata", *REFERENCE, verbosity=0)
    invented = Invented()
    citation = models.Citation(stance="supports", locator="paragraph 2", credibility=2)
    fixed = {field.attname: getattr(citation, field.attname) for field in citation._meta.concrete_fields}
    for name in ("id", "commitment_id", "source_id"):
        del fixed[name]
    for start in range(1, total + 1, BATCH):
        made = [invented.rows(number) for number in range(start, min(start + BATCH, total + 1))]
        cited = [(*pair, *fixed.values()) for _pledge, pairs, _at in made for pair in pairs]
        at = [pair for _pledge, _cited, pairs in made for pair in pairs]
        with transaction.atomic():
            insert("pledges_commitment", list(invented.plain), [list(pledge.values()) for pledge, _cited, _at in made])
            insert("pledges_citation", ["commitment_id", "source_id", *fixed], cited)
            insert("pledges_commitment_places", ["commitment_id", "place_id"], at)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
