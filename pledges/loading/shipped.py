"""Brings the shipped data set of a site up to the present fixtures, and leaves what editors have changed.

A row is edited when it no longer says what the last record that the site itself wrote of it says. What an edition no
longer holds stays, since nothing public is deleted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import serializers
from django.db import transaction
from django.db.models import Model

from pledges import models
from pledges.record.derived import refresh_all
from pledges.record.edits import edit
from pledges.record.first_history import record_first_history
from pledges.record.integrity import name
from pledges.record.reasons import WORDS_BEFORE_KEYS, SiteReason

SHIPPED = (SiteReason.SEEDED, SiteReason.UPDATED)
# the same in the words of before there were keys
REASONS = [*SHIPPED, *(words for words, key in WORDS_BEFORE_KEYS.items() if key in SHIPPED)]
ADDED, CHANGED, EDITED, REMOVED = "added", "changed", "left: edited since", "left: removed by an editor"


@dataclass(frozen=True)
class Outcome:
    """What became of one row: its name, one of the words above, the fields in question."""

    row: str
    what: str
    fields: tuple[str, ...] = ()

    def __str__(self):
        return f"{self.row}: {self.what}{' (' * bool(self.fields)}{', '.join(self.fields)}{')' * bool(self.fields)}"


@transaction.atomic
def update(files: Iterable[Path]) -> list[Outcome]:
    """Adds and changes rows as the fixtures say, all or none; the `Outcome` of each row that differed."""
    with edit(why=SiteReason.UPDATED):
        found = [outcome for file in files for outcome in updated_file(file)]
        if any(outcome.what in {ADDED, CHANGED} for outcome in found):
            for model in models.HISTORIC:
                record_first_history(model, SiteReason.UPDATED)
            refresh_all(models.Commitment.objects.all())
    return found


def updated_file(file: Path) -> Iterator[Outcome]:
    with file.open(encoding="utf-8") as rows:
        for shipped in serializers.deserialize("json", rows):
            if outcome := updated_row(shipped.object, shipped.m2m_data, shipped):
                yield outcome


def updated_row(row: Model, links: dict[str, list], shipped) -> Outcome | None:
    """Saves the row if that is due; None where nothing differs."""
    model = type(row)
    key = dict(zip(model.natural_key_fields, row.natural_key(), strict=True))
    present = model.objects.filter(**key).first()
    if present is None:
        if model.history.filter(history_type="-", **key).exists():
            return Outcome(name(row), REMOVED)
        shipped.save()
        return Outcome(name(row), ADDED)
    differing = differences(values(row, links), values(present))
    if not differing:
        return None
    if is_edited(present):
        return Outcome(name(row), EDITED, differing)
    change(present, row, links, differing)
    return Outcome(name(row), CHANGED, differing)


def change(present: Model, row: Model, links: dict[str, list], differing: Iterable[str]) -> None:
    present._change_reason = SiteReason.UPDATED.value
    for field in differing:
        if field not in links:
            setattr(present, field, getattr(row, field))
    present.save()
    for field in set(differing) & links.keys():
        getattr(present, field).set(links[field])


def values(row: Model, links: dict[str, list] | None = None) -> dict[str, Any]:
    """What a row says: its fields that are entered, and the keys of the rows that it lists."""
    found = {field.name: getattr(row, field.attname) for field in entered(type(row))}
    for field in type(row)._meta.many_to_many:
        listed = links[field.name] if links is not None else getattr(row, field.name).values_list("pk", flat=True)
        found[field.name] = {getattr(linked, "pk", linked) for linked in listed}
    return found


def entered(model: type[Model]) -> list:
    return [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]


def differences(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in one if one[name] != other[name])


def is_edited(present: Model) -> bool:
    """Whether the row says something else than the site's own last record of it, or has none."""
    record = present.history.filter(history_change_reason__in=REASONS).first()
    return record is None or bool(differences(recorded(record), values(present)))


def recorded(record: Model) -> dict[str, Any]:
    """What a record of the history says, as `values` does."""
    model = record.instance_type
    found = {field.name: getattr(record, field.attname) for field in entered(model)}
    for field in model._meta.many_to_many:
        key = f"{field.m2m_reverse_field_name()}_id"
        found[field.name] = set(getattr(record, field.name).values_list(key, flat=True))
    return found
