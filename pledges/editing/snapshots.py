"""A record and its parts as plain values: as they are, as an earlier version had them, and put back.

A snapshot is JSON: `{"fields": {name: value}, "parts": {"citations": [{"id": 5, "fields": {…}}]}}`. Rows that are
referred to stand by their primary keys, dates in ISO form; a part that is new has the id None. What is derived is not
in it; the state of publication, which decisions change, only where it is asked for.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Model, Q

from pledges.models import Commitment
from pledges.models.edits import PartModel, VersionedModel

Snapshot = dict[str, Any]

# what is decided, not entered
DECIDED = {Commitment: {"state", "withdrawal_reason_en", "withdrawal_reason_ar"}}


def part_models(model: type[Model]) -> dict[str, type[PartModel]]:
    """The parts of a record: {name of the relation: model}."""
    return {
        relation.get_accessor_name(): relation.related_model
        for relation in model._meta.related_objects
        if issubclass(relation.related_model, PartModel)
        and relation.field.name == relation.related_model.part_of_record
    }


def entered_fields(model: type[Model], decided: bool = False) -> list[Field]:
    """The fields of a row that are entered, the record it is part of left out."""
    left_out = {*(() if decided else DECIDED.get(model, ())), getattr(model, "part_of_record", None)}
    concrete = [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]
    return [field for field in (*concrete, *model._meta.many_to_many) if field.name not in left_out]


# Taking


def take(record: VersionedModel, decided: bool = False) -> Snapshot:
    """The record and its parts as the database has them."""
    record = type(record).objects.get(pk=record.pk)
    fields = values(record, decided)
    return {"fields": fields, "parts": {name: taken_parts(record, name) for name in part_models(type(record))}}


def taken_parts(record: VersionedModel, name: str) -> list[Snapshot]:
    return [{"id": part.pk, "fields": values(part)} for part in getattr(record, name).order_by("pk")]


def values(row: Model, decided: bool = False) -> dict[str, Any]:
    return {field.name: plain(value_of(row, field)) for field in entered_fields(type(row), decided)}


def value_of(row: Model, field: Field) -> Any:
    if field.many_to_many:
        return sorted(getattr(row, field.name).values_list("pk", flat=True))
    return getattr(row, field.attname)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


# As an earlier version had it


def at(record: VersionedModel, version: int, decided: bool = False) -> Snapshot | None:
    """The record and its parts as that version had them, from the history; None if the history does not tell."""
    model = type(record)
    row = record.history.filter(until(version)).first()
    if row is None or row.history_type == "-":
        return None
    parts = {name: recorded_parts(record, part, version) for name, part in part_models(model).items()}
    return {"fields": recorded(row, model, decided), "parts": parts}


def until(version: int) -> Q:
    return Q(record_version__lte=version) | Q(record_version=None)


def recorded_parts(record: VersionedModel, model: type[PartModel], version: int) -> list[Snapshot]:
    rows = model.history.filter(until(version), **{f"{model.part_of_record}_id": record.pk})
    latest = {}
    for row in rows.order_by("history_date", "history_id"):
        latest[row.id] = row
    kept = sorted((row for row in latest.values() if row.history_type != "-"), key=lambda row: row.id)
    return [{"id": row.id, "fields": recorded(row, model)} for row in kept]


def recorded(row: Model, model: type[Model], decided: bool = False) -> dict[str, Any]:
    """What a row of the history says."""
    return {field.name: plain(recorded_value(row, field)) for field in entered_fields(model, decided)}


def recorded_value(row: Model, field: Field) -> Any:
    if field.many_to_many:
        return sorted(getattr(row, field.name).values_list(f"{field.m2m_reverse_field_name()}_id", flat=True))
    return getattr(row, field.attname)


# Putting back


def apply(record: VersionedModel, snapshot: Snapshot) -> None:
    """Saves the record and its parts as the snapshot has them; parts that are not in it are deleted.

    ValidationError where a row is refused. Needs a transaction, the record locked, and an open edit.
    """
    if put(record, snapshot["fields"]):
        record.full_clean()
    record.save()
    set_links(record, snapshot["fields"])
    for name, model in part_models(type(record)).items():
        apply_parts(record, name, model, snapshot["parts"].get(name, []))


def apply_parts(record: VersionedModel, name: str, model: type[PartModel], parts: Iterable[Snapshot]) -> None:
    at_hand = {part.pk: part for part in getattr(record, name).all()}
    kept = {part["id"] for part in parts}
    for key, part in at_hand.items():
        if key not in kept:
            part.delete()
    for part in parts:
        row = at_hand.get(part["id"]) or model(**{model.part_of_record: record})
        if put(row, part["fields"]) or row.pk is None:
            row.full_clean()
            row.save()


def put(row: Model, fields: dict[str, Any]) -> bool:
    """Sets the values of a row; whether any differs."""
    differs = False
    for field in entered_fields(type(row)):
        if field.many_to_many or field.name not in fields:
            continue
        value = field.to_python(fields[field.name])
        if getattr(row, field.attname) != value:
            setattr(row, field.attname, value)
            differs = True
    return differs


def set_links(record: Model, fields: dict[str, Any]) -> None:
    for field in type(record)._meta.many_to_many:
        if field.name in fields and value_of(record, field) != fields[field.name]:
            field.formfield().clean(fields[field.name])  # one may have been deleted
            getattr(record, field.name).set(fields[field.name])
