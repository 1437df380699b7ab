"""Two snapshots of a record side by side, in words: which values differ, of the record and of its parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext

from pledges.editing.snapshots import Snapshot, entered_fields, part_models
from pledges.record import wording

NOTHING = "–"
IN_BOTH = {"_en": "en", "_ar": "ar"}


@dataclass(frozen=True)
class Change:
    """One value that differs, in words; `old` is None for a part that was added, `new` for one removed."""

    label: str
    old: str | None
    new: str | None
    about: str = ""  # the part that it belongs to
    language: str = ""  # of the values, where it is known


def changes(model: type[Model], old: Snapshot, new: Snapshot, decided: bool = False) -> list[Change]:
    """What differs between two snapshots of a record of that model, in the order of its fields, parts after.

    `decided`: also of what is decided, the state of publication.
    """
    found = list(changed_values(model, old["fields"], new["fields"], decided=decided))
    for name, part in part_models(model).items():
        found += changed_parts(part, old["parts"].get(name, []), new["parts"].get(name, []))
    return found


def changed_values(
    model: type[Model], old: dict, new: dict, about: str = "", decided: bool = False
) -> Iterator[Change]:
    for field in entered_fields(model, decided):
        before, after = old.get(field.name), new.get(field.name)
        if before != after:
            language = IN_BOTH.get(field.name[-3:], "")
            yield Change(capfirst(field.verbose_name), in_words(field, before), in_words(field, after), about, language)


def changed_parts(model: type[Model], old: list[Snapshot], new: list[Snapshot]) -> Iterator[Change]:
    label, before = capfirst(model._meta.verbose_name), {part["id"]: part for part in old}
    kept = {part["id"] for part in new}
    for part in new:
        if part["id"] in before:
            earlier = before[part["id"]]["fields"]
            yield from changed_values(model, earlier, part["fields"], f"{label}: {name_of(model, earlier)}")
        else:
            yield Change(label, None, all_in_words(model, part["fields"]))
    for key, part in before.items():
        if key not in kept:
            yield Change(label, all_in_words(model, part["fields"]), None)


def name_of(model: type[Model], fields: dict) -> str:
    """What tells a part from the others of its kind: the values of its key."""
    key = [path.partition("__")[0] for path in model.natural_key_fields]
    named = [field for field in entered_fields(model) if field.name in {*key, "source", "status"}]
    return gettext(", ").join(in_words(field, fields.get(field.name)) for field in named if fields.get(field.name))


def all_in_words(model: type[Model], fields: dict) -> str:
    """A part in one line."""
    told = [in_words(field, fields.get(field.name)) for field in entered_fields(model) if fields.get(field.name)]
    return " · ".join(told)


def in_words(field: Field, value: Any) -> str:
    """A value of a snapshot as an editor reads it; texts isolated."""
    if value in (None, "", []):
        return NOTHING
    if field.many_to_many or field.is_relation:
        keys = value if isinstance(value, list) else [value]
        rows = field.related_model.objects.in_bulk(keys)
        return gettext(", ").join(f"\u2068{rows.get(key, key)}\u2069" for key in keys)
    if field.choices:
        return str(dict(field.flatchoices).get(field.to_python(value), value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field.get_internal_type() == "DateField":
        return wording.day(field.to_python(value))
    return str(value)


def told(model: type[Model], snapshot: Snapshot) -> list[Change]:
    """All that a snapshot says, each value as if it were new."""
    nothing = {"fields": {}, "parts": {}}
    return [change for change in changes(model, nothing, snapshot) if change.new != NOTHING]
