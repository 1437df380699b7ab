"""`manage.py build_fixtures FOLDER`: the CSV data set as `fixtures/*.json`, one file per model.

The rows go through the models (`full_clean`, derived fields) into an empty database, which is left
empty: everything is rolled back once it is written out. Two files beside it are no tables of the data set: what
others call the countries (`fixtures/wikidata.csv`), and what sources themselves give (`fixtures/claims.csv`), read from
the notes of its citations, whose words stand beside each.
"""

import csv
import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from pledges.models import (
    Bloc,
    BlocMember,
    Citation,
    Commitment,
    CommitmentType,
    Condition,
    Country,
    Meeting,
    Participation,
    Place,
    Requirement,
    Source,
    StatusChange,
    Unit,
)
from pledges.models.vocab import Precision, State

FILES = {
    "01_sources": Source,
    "02_types": CommitmentType,
    "03_units": Unit,
    "04_countries": Country,
    "05_places": Place,
    "06_meetings": Meeting,
    "07_participations": Participation,
    "08_commitments": Commitment,
    "09_citations": Citation,
    "10_status_changes": StatusChange,
    "11_conditions": Condition,
    "12_requirements": Requirement,
    "13_blocs": Bloc,
    "14_bloc_members": BlocMember,
}
PRECISION_BY_LENGTH = {0: Precision.UNKNOWN, 4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}
FLAGS = {"yes": True, "no": False}
BESIDE = settings.FIXTURE_DIRS[0]
CLAIMS = BESIDE / "claims.csv"


class Command(BaseCommand):
    help = "Writes fixtures/*.json from the folder of the CSV data set. Needs an empty database, and leaves it empty."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder with commitments.csv and the other tables")
        parser.add_argument("--claims", type=Path, default=CLAIMS, help="default: fixtures/claims.csv")
        parser.add_argument("--output", type=Path, default=settings.FIXTURE_DIRS[0], help="default: fixtures/")

    def handle(self, folder, claims, output, **options):
        filled = [model._meta.label for model in FILES.values() if model.objects.exists()]
        if filled:
            raise CommandError(f"The database must be empty, but it has rows of {', '.join(filled)}.")
        with transaction.atomic():
            build(folder, claims)
            texts = {name: serialise(model) for name, model in FILES.items()}
            transaction.set_rollback(True)
        output.mkdir(exist_ok=True)
        for name, text in texts.items():
            (output / f"{name}.json").write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(texts)} files in {output}")


# From the CSV files into the models


def rows(folder, table):
    """The rows of a table, the same every time, with the empty cells as empty texts."""
    return read(folder / f"{table}.csv")


def read(path):
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise CommandError(f"{path} is missing.") from error


def save(model, **values):
    """A new row that passes every check of its model; CommandError names the row that does not."""
    row = model(**values)
    try:
        row.full_clean()
    except ValidationError as error:
        raise CommandError(f"{model._meta.label} {values}: {error}") from error
    row.save()
    return row


def span(text, precision=None):
    """The first day and the precision of `2016-02-11`, `2016-02`, `2016` or nothing.

    CommandError if the table states another precision than the date is cut to.
    """
    found = PRECISION_BY_LENGTH[len(text)]
    if precision not in {None, found}:
        raise CommandError(f"The date {text!r} is not of precision {precision!r}.")
    return date.fromisoformat((text + "-01-01")[:10]) if text else None, found


def day(text):
    return date.fromisoformat(text) if text else None


def whole(text):
    return int(text) if text else None


def several(text):
    return [part for part in text.split(";") if part]


def build(folder, claims):
    """All tables, in the order of their references."""
    regions = {row["label_en"]: row["slug"] for row in rows(folder, "vocab") if row["field"] == "region"}
    sources = build_sources(folder)
    types = build_types(folder)
    units = build_units(folder)
    countries = build_countries(folder, regions, sources)
    build_blocs(folder, countries)
    places = build_places(folder, countries)
    meetings = build_meetings(folder, countries, sources)
    build_participations(folder, meetings, countries)
    commitments = build_commitments(folder, countries, types, units, places, meetings)
    build_citations(folder, commitments, sources, claims)
    build_status_changes(folder, commitments, sources)
    build_conditions(folder, commitments, sources)
    build_requirements(folder, countries, types, units, meetings, sources, commitments)


def build_sources(folder):
    originals = {row["source_slug"]: row["derived_from_slug"] for row in rows(folder, "derived_from")}
    sources = {}
    for row in parents_first(rows(folder, "sources"), lambda row: originals.get(row["slug"], "")):
        published_on, published_precision = span(row["published_on"], row["published_precision"])
        sources[row["slug"]] = save(
            Source,
            **{
                name: row[name]
                for name in (
                    *("slug", "title", "publisher", "language", "kind", "url", "reliability", "notes"),
                    "voice_iso2",
                )
            },
            derived_from=optional(sources, originals.get(row["slug"], "")),
            published_on=published_on,
            published_precision=published_precision,
        )
    return sources


def build_types(folder):
    return {
        row["slug"]: save(
            CommitmentType,
            slug=row["slug"],
            name_en=row["label_en"],
            name_ar=row["label_ar"],
            definition_en=row["definition_en"],
            definition_ar=row["definition_ar"],
            group=row["group"],
            position=10 * number,
        )
        for number, row in enumerate(rows(folder, "types"), 1)
    }


def build_units(folder):
    return {
        row["slug"]: save(
            Unit,
            slug=row["slug"],
            name_en=row["label_en"],
            name_ar=row["label_ar"],
            kind=row["kind"],
            summable=FLAGS[row["summable"]],
            position=10 * number,
        )
        for number, row in enumerate(rows(folder, "units"), 1)
    }


def build_countries(folder, regions, sources):
    countries, wikidata = {}, {row["iso2"]: row["wikidata"] for row in rows(BESIDE, "wikidata")}
    for row in rows(folder, "countries"):
        joined_on, joined_precision = span(row["joined_on"])
        countries[row["iso2"]] = save(
            Country,
            **{name: row[name] for name in ("iso2", "iso3", "name_en", "name_ar", "alt_names", "joined_note")},
            wikidata=wikidata.pop(row["iso2"], ""),
            region=regions[row["region"]],
            coalition_member=FLAGS[row["coalition_member"]],
            joined_on=joined_on,
            joined_precision=joined_precision,
            membership_source=optional(sources, row["membership_source"]),
        )
    if wikidata:
        raise CommandError(f"{BESIDE}/wikidata.csv: there is no such country: {', '.join(wikidata)}.")
    return countries


def build_blocs(folder, countries):
    blocs = {
        row["slug"]: save(
            Bloc,
            slug=row["slug"],
            name_en=row["label_en"],
            name_ar=row["label_ar"],
            definition_en=row["definition_en"],
            definition_ar=row["definition_ar"],
        )
        for row in rows(folder, "blocs")
    }
    for row in rows(folder, "bloc_members"):
        save(
            BlocMember,
            bloc=blocs[row["bloc_slug"]],
            country=countries[row["iso2"]],
            member_since=day(row["since"]),
            member_until=day(row["until"]),
        )


def optional(found, key):
    return found[key] if key else None


def build_places(folder, countries):
    return {
        row["slug"]: save(
            Place,
            slug=row["slug"],
            name_en=row["name_en"],
            name_ar=row["name_ar"],
            country=optional(countries, row["country_iso2"]),
        )
        for row in rows(folder, "places")
    }


def build_meetings(folder, countries, sources):
    meetings = {}
    for row in rows(folder, "meetings"):
        start_on, precision = span(row["start"])
        end_on, end_precision = span(row["end"])
        stated = Precision(row["date_precision"])
        if end_precision != precision or stated not in {precision, Precision.WINDOW}:
            raise CommandError(f"{row['slug']}: start, end and precision of the meeting differ.")
        meeting = save(
            Meeting,
            slug=row["slug"],
            name_en=row["name_en"],
            name_ar=row["name_ar"],
            start_on=start_on,
            end_on=end_on,
            date_precision=stated,
            location_en=row["place_en"],
            location_ar=row["place_ar"],
            country=optional(countries, row["country_iso2"]),
            notes=row["notes"],
            is_public=True,
        )
        meeting.sources.set(sources[slug] for slug in several(row["source_slugs"]))
        meetings[row["slug"]] = meeting
    return meetings


def build_participations(folder, meetings, countries):
    for row in rows(folder, "participants"):
        save(
            Participation,
            meeting=meetings[row["meeting_slug"]],
            country=countries[row["iso2"]],
            role=row["role"],
        )


def parents_first(table, parent):
    """The rows in their order, save that each comes after the one whose slug `parent` gives for it.

    A fixture read in this order has no reference forward, which `loaddata` would save like an edit.
    """
    waiting, placed, ordered = list(table), {""}, []
    while waiting:
        ready = next((row for row in waiting if parent(row) in placed), None)
        if ready is None:
            raise CommandError(f"These lead nowhere, or in a circle: {[row['slug'] for row in waiting]}")
        waiting.remove(ready)
        placed.add(ready["slug"])
        ordered.append(ready)
    return ordered


def build_commitments(folder, countries, types, units, places, meetings):
    copied = (
        *("slug", "change", "status", "theatre", "attribution", "quantity_qualifier", "quantity_text"),
        *(
            f"{name}_{language}"
            for name in ("group_label", "attributed_to", "summary", "caveat")
            for language in ("en", "ar")
        ),
    )
    commitments = {}
    for row in parents_first(rows(folder, "commitments"), lambda row: row["part_of"]):
        announced_on, announced_precision = span(row["announced_on"], row["date_precision"])
        commitment = save(
            Commitment,
            **{name: row[name] for name in copied},
            state=State.PUBLISHED,
            country=optional(countries, row["iso2"]),
            type=types[row["type"]],
            quantity_min=whole(row["quantity_min"]),
            quantity_max=whole(row["quantity_max"]),
            unit=optional(units, row["unit"]),
            announced_on=announced_on,
            announced_precision=announced_precision,
            meeting=optional(meetings, row["meeting_slug"]),
            part_of=optional(commitments, row["part_of"]),
        )
        commitment.places.set(places[slug] for slug in several(row["places"]))
        commitments[row["slug"]] = commitment
    return commitments


def build_citations(folder, commitments, sources, claims):
    claimed = {(row["commitment_slug"], row["source_slug"]): row for row in read(claims)}
    for row in rows(folder, "citations"):
        claim = claimed.pop((row["commitment_slug"], row["source_slug"]), {})
        claimed_on, claimed_precision = span(claim.get("claimed_on", ""), claim.get("claimed_precision") or None)
        save(
            Citation,
            commitment=commitments[row["commitment_slug"]],
            source=sources[row["source_slug"]],
            stance=row["stance"],
            locator=row["locator"],
            credibility=int(row["credibility"]),
            note=row["note"],
            claimed_min=whole(claim.get("claimed_min")),
            claimed_max=whole(claim.get("claimed_max")),
            claimed_on=claimed_on,
            claimed_precision=claimed_precision,
        )
    if claimed:
        raise CommandError(f"{claims}: there is no such citation: {'; '.join(map('/'.join, claimed))}.")


def build_status_changes(folder, commitments, sources):
    for row in rows(folder, "status_updates"):
        happened_on, happened_precision = span(row["date"], row["date_precision"])
        save(
            StatusChange,
            commitment=commitments[row["commitment_slug"]],
            status=row["status"],
            happened_on=happened_on,
            happened_precision=happened_precision,
            source=optional(sources, row["source_slug"]),
            note=row["note"],
        )


def build_conditions(folder, commitments, sources):
    for row in rows(folder, "conditions"):
        save(
            Condition,
            commitment=commitments[row["commitment_slug"]],
            kind=row["kind"],
            text_en=row["condition_en"],
            text_ar=row["condition_ar"],
            source=sources[row["source_slug"]],
        )


def build_requirements(folder, countries, types, units, meetings, sources, commitments):
    copied = ("slug", "asked_by_en", "asked_by_ar", "asked_of_en", "asked_of_ar", "theatre")
    for row in rows(folder, "requirements"):
        asked_on, asked_precision = span(row["asked_on"], row["date_precision"])
        requirement = save(
            Requirement,
            **{name: row[name] for name in (*copied, "quantity_text", "summary_en", "summary_ar")},
            country=optional(countries, row["asked_of_iso2"]),
            type=types[row["type"]],
            quantity_min=whole(row["quantity_min"]),
            quantity_max=whole(row["quantity_max"]),
            unit=optional(units, row["unit"]),
            asked_on=asked_on,
            asked_precision=asked_precision,
            meeting=optional(meetings, row["meeting_slug"]),
            is_public=True,
        )
        requirement.sources.set(sources[slug] for slug in several(row["source_slugs"]))
        requirement.answered_by.set(commitments[slug] for slug in several(row["answered_by"]))


# From the models into the fixtures


def serialise(model):
    """The rows of `model` as a fixture: natural keys, in order of entry, many-to-many lists sorted."""
    records = serializers.serialize(
        "python", model.objects.order_by("pk"), use_natural_foreign_keys=True, use_natural_primary_keys=True
    )
    for record in records:
        for field in model._meta.many_to_many:
            record["fields"][field.name].sort()
    return json.dumps(records, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False) + "\n"
