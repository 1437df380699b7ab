"""What a record refers to, what refers to it, and so on; and who wrote what nobody else has read yet."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Q

from pledges.editing.snapshots import Snapshot, entered_fields, part_models, take
from pledges.models import Commitment, Decision
from pledges.models.edits import PartModel, Through, VersionedModel
from pledges.record.reasons import SiteReason

Key = tuple[type[VersionedModel], int]


def below(model: type[VersionedModel], content: Snapshot) -> set[Key]:
    """The records that a text refers to, and what those refer to; pledges apart, about which is decided one by one."""
    found, fresh = set(), set(referred(model, content))
    while fresh:
        found |= fresh
        rows = [row for kind, key in fresh for row in kind.objects.filter(pk=key)]
        fresh = {key for row in rows for key in referred(type(row), take(row))} - found
    return found


def referred(model: type[VersionedModel], content: Snapshot) -> Iterator[Key]:
    """What a text refers to itself."""
    yield from referred_by(model, content["fields"])
    for name, part in part_models(model).items():
        for row in content["parts"].get(name, ()):
            yield from referred_by(part, row["fields"])


def referred_by(model: type[Model], fields: dict[str, Any]) -> Iterator[Key]:
    for field in entered_fields(model):
        to = field.related_model
        if to and issubclass(to, VersionedModel) and to is not Commitment:
            given = fields.get(field.name)
            keys = given if isinstance(given, list) else [given]
            yield from ((to, key) for key in keys if key is not None)


def above(record: VersionedModel) -> set[Key]:
    """The records that refer to a record, and what refers to those, up to pledges."""
    found, fresh = set(), {(type(record), record.pk)}
    while fresh:
        fresh = {key for model, pk in fresh if model is not Commitment for key in referring(model, pk)} - found
        found |= fresh
    return found


def referring(model: type[VersionedModel], pk: int) -> Iterator[Key]:
    """What refers to a record itself."""
    for relation in model._meta.related_objects:
        by, name = relation.related_model, relation.field.name
        if issubclass(by, VersionedModel):
            yield from ((by, key) for key in by.objects.filter(**{name: pk}).order_by().values_list("pk", flat=True))
        elif issubclass(by, PartModel) and name != by.part_of_record:
            owner = by._meta.get_field(by.part_of_record)
            keys = by.objects.filter(**{name: pk}).order_by().values_list(owner.attname, flat=True)
            yield from ((owner.related_model, key) for key in keys)


# Who wrote it

# neither what follows from other records, nor decisions, nor proposals that somebody else accepted
CHANGED_ALONE = (
    (~Q(history_change_reason=SiteReason.DERIVED) | Q(history_change_reason=None))
    & ~Q(edit__in=Decision.objects.values("edit"))
    & (~Q(edit__through=Through.PROPOSAL) | Q(edit=None))
)


def writers(model: type[VersionedModel], pk: int, **since: Any) -> set[int]:
    """The accounts (primary keys) that changed a record or its parts, where nobody else had to agree."""
    found = set()
    parts = ((part, f"{part.part_of_record}_id") for part in part_models(model).values())
    for kind, key in ((model, "id"), *parts):
        rows = kind.history.filter(CHANGED_ALONE, **{key: pk}, **since)
        found |= set(rows.order_by().values_list("history_user_id", flat=True).distinct())
    return found - {None}
