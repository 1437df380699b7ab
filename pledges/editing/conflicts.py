"""What somebody else made of a record since a version of it was read, beside what is to be saved now.

Three ways: base (the version that was read), theirs (what is stored), mine (what is to be saved). What others changed
and I left alone is theirs; what both changed differently collides. Rows are plain values, as in `snapshots`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from pledges.editing import snapshots
from pledges.editing.snapshots import Snapshot
from pledges.models.edits import PartModel, VersionedModel
from pledges.record.integrity import DATES

Values = dict[str, Any]
MOST_TOLD = 10
# what can only be changed together: dates and what says how exact they are, {(model, name): names}
TOGETHER = {
    (model, name): (*(day for other, day, exactness in DATES if (other, exactness) == (model, precision)), precision)
    for model, day_of, precision in DATES
    for name in (day_of, precision)
}


@dataclass(frozen=True)
class Edited:
    """One of the edits that others made: who, when, why."""

    who: str
    when: datetime
    why: str


@dataclass(frozen=True)
class Difference:
    """A field, or dates with their precision, that others changed and I did not change likewise.

    None in the place of values: unknown in base, deleted in theirs and mine.
    """

    names: tuple[str, ...]
    base: Values | None
    theirs: Values | None
    mine: Values | None
    collides: bool


@dataclass(frozen=True)
class PartDifference:
    """A part that others added, changed or deleted: what of it differs from mine."""

    key: int
    is_added: bool = False
    is_deleted: bool = False
    differences: tuple[Difference, ...] = ()


@dataclass
class Parts:
    """What became of the parts of one kind."""

    differences: list[PartDifference] = field(default_factory=list)
    # new ones of mine that are there already, as the same was sent twice: {place among mine: key}
    twins: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Meanwhile:
    """A record as it was read, as it is, and the edits between."""

    base: Snapshot | None
    theirs: Snapshot
    edits: list[Edited]


def since(record: VersionedModel, version: int) -> Meanwhile:
    """What was made of a record since that version."""
    base = snapshots.at(record, version, decided=True)
    return Meanwhile(base, snapshots.take(record, decided=True), edits_since(record, version))


def edits_since(record: VersionedModel, version: int) -> list[Edited]:
    """The latest edits after that version, the last at the end."""
    model = type(record)
    rows = list(rows_since(model, version, id=record.pk))
    for part in snapshots.part_models(model).values():
        rows += rows_since(part, version, **{f"{part.part_of_record}_id": record.pk})
    # one of each version: the rows of an edit say the same
    by_version = {row.record_version: row for row in rows}
    return [edited(by_version[number]) for number in sorted(by_version)[-MOST_TOLD:]]


def rows_since(model: type[Model], version: int, **key: int) -> Iterable[Model]:
    rows = model.history.filter(record_version__gt=version, **key)
    return rows.select_related("edit", "history_user").order_by("-record_version", "-history_id")[:MOST_TOLD]


def edited(row: Model) -> Edited:
    if row.edit:
        return Edited(row.edit.who, row.edit.when, row.edit.why)
    return Edited(str(row.history_user or ""), row.history_date, "")


# Comparing


def differences(model: type[Model], base: Values | None, theirs: Values, mine: Values) -> tuple[Difference, ...]:
    """What others changed in a row; what is not in mine was left alone."""
    return tuple(different(model, base, theirs, mine))


def different(model: type[Model], base: Values | None, theirs: Values, mine: Values) -> Iterator[Difference]:
    for names in together(model, theirs):
        old, new = part_of(base, names), part_of(theirs, names)
        is_mine = bool(mine.keys() & set(names))
        own = {**new, **(old or {}), **part_of(mine, names)} if is_mine else old
        if new not in (old, own) and (is_mine or old is not None):
            yield Difference(names, old, new, own, collides=own != old)


def together(model: type[Model], values: Values) -> list[tuple[str, ...]]:
    """The names of the values, those that are changed together in one."""
    return list(dict.fromkeys(TOGETHER.get((model, name), (name,)) for name in values))


def part_of(values: Values | None, names: tuple[str, ...]) -> Values | None:
    return None if values is None else {name: values[name] for name in names if name in values}


def compare_parts(
    model: type[PartModel], base: list[Snapshot] | None, theirs: list[Snapshot], mine: list[Snapshot]
) -> Parts:
    """What became of the parts: those of mine without an id are new, those whose fields are None I delete."""
    found = Parts()
    read, stored = by_key(base or ()), by_key(theirs)
    own = by_key(part for part in mine if part["id"] is not None)
    added = {key: fields for key, fields in stored.items() if key not in read and key not in own}
    for place, part in enumerate(mine):
        if part["id"] is None and (key := twin_of(part, added)):
            found.twins[place] = key
            del added[key]
    for key in {**stored, **own}:
        if key in added:
            found.differences.append(PartDifference(key, is_added=True))
        elif key in own:
            found.differences += of_part(model, key, read.get(key), stored.get(key), own[key])
        elif key in read and (left_alone := differences(model, read[key], stored[key], {})):
            found.differences.append(PartDifference(key, differences=left_alone))
    return found


def twin_of(part: Snapshot, added: dict[int, Values]) -> int | None:
    return next((key for key, fields in added.items() if part["fields"].items() <= fields.items()), None)


def by_key(parts: Iterable[Snapshot]) -> dict[int, Values | None]:
    return {part["id"]: part["fields"] for part in parts}


def of_part(
    model: type[PartModel], key: int, base: Values | None, theirs: Values | None, mine: Values | None
) -> Iterator[PartDifference]:
    """What others made of a part that is in mine."""
    if theirs is not None and mine is not None:
        if found := differences(model, base, theirs, mine):
            yield PartDifference(key, differences=found)
    elif theirs is not None:
        # I delete what others changed
        if found := changed(model, base, theirs):
            yield PartDifference(key, differences=tuple(Difference(n, o, new, None, True) for n, o, new in found))
    elif mine is not None:
        # others deleted what I may have changed
        found = changed(model, base, mine)
        lost = tuple(Difference(names, old, None, own, True) for names, old, own in found)
        yield PartDifference(key, is_deleted=True, differences=lost)


def changed(
    model: type[Model], base: Values | None, values: Values
) -> Iterable[tuple[tuple[str, ...], Values | None, Values]]:
    """The names and both values of what differs from base."""
    pairs = [(names, part_of(base, names), part_of(values, names)) for names in together(model, values)]
    return [(names, old, new) for names, old, new in pairs if old is None or not new.items() <= old.items()]
