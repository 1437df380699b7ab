"""What was edited: the history of a record with its parts, edit by edit, and the records that one edit touched."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from pledges import models
from pledges.editing.comparing import Change, changes
from pledges.editing.snapshots import Snapshot, entered_fields, part_models, plain
from pledges.models import Edit
from pledges.models.edits import VersionedModel
from pledges.record import reasons
from pledges.record.edits import record_of
from pledges.record.reasons import SiteReason

NOTHING: Snapshot = {"fields": {}, "parts": {}}
MOST_TOLD = 20


@dataclass
class Entry:
    """What one edit made of one record; `before` is None where it entered it, `after` where it deleted it."""

    model: type[VersionedModel]
    rows: list[Model] = field(default_factory=list)  # of the histories of the record and its parts
    before: Snapshot | None = None
    after: Snapshot | None = None

    @property
    def edit(self) -> Edit | None:
        return self.rows[-1].edit

    @property
    def when(self) -> datetime:
        return self.rows[-1].history_date

    @property
    def who(self) -> str:
        """The name that is kept with the edit; of before there were edits, that of the account."""
        return self.edit.who if self.edit else str(self.rows[-1].history_user or "")

    @property
    def why(self) -> str:
        """The reason, in the current language where the site gave it."""
        given = self.edit.why if self.edit else self.rows[-1].history_change_reason
        return reasons.in_words(given) or ""

    @property
    def version(self) -> int | None:
        return self.rows[-1].record_version

    @property
    def row(self) -> Model | None:
        """The last row of the history of the record itself, to look at; None if only parts changed."""
        return next((row for row in reversed(self.rows) if row.instance_type is self.model), None)

    @property
    def changes(self) -> list[Change]:
        """What differs, in words; nothing where the record was entered or deleted."""
        return changes(self.model, self.before, self.after, decided=True) if self.before and self.after else []


def entries(model: type[VersionedModel], key: int) -> list[Entry]:
    """The edits of the record with that primary key, the latest first; what changed nothing that is entered is left
    out."""
    found, state = [], None
    for rows in grouped(rows_of(model, key)):
        entry = Entry(model, rows, before=state)
        state = entry.after = after(model, state, rows)
        if entry.before != entry.after:
            found.append(entry)
    return found[::-1]


def rows_of(model: type[VersionedModel], key: int) -> list[Model]:
    """The rows of the histories of a record and its parts, in the order in which they were written."""
    found = []
    for rank, (part, reference) in enumerate([(model, "id"), *references(model)]):
        rows = part.history.filter(**{reference: key}).select_related("edit", "history_user")
        links = links_of(part, key) if part is model else {}
        for row in rows.order_by("history_id"):
            row.rank, row.links = rank, links.get(row.history_id, {})
            found.append(row)
    # the rows of one edit are of one version; those of before there were versions follow each other in time
    return sorted(found, key=lambda row: (row.history_date, row.rank, row.history_id))


def references(model: type[VersionedModel]) -> list[tuple[type[Model], str]]:
    return [(part, f"{part.part_of_record}_id") for part in part_models(model).values()]


def links_of(model: type[Model], key: int) -> dict[int, dict[str, list[int]]]:
    """{number of a row of the history: {name: keys}} of the many-to-many fields of a record."""
    found = defaultdict(lambda: {field.name: [] for field in model._meta.many_to_many})
    for link in model._meta.many_to_many:
        kept = getattr(model.history.model, link.name).model.objects.filter(history__id=key)
        name = f"{link.m2m_reverse_field_name()}_id"
        for row, linked in kept.values_list("history_id", name).order_by(name):
            found[row][link.name].append(linked)
    return found


def grouped(rows: list[Model]) -> Iterator[list[Model]]:
    """The rows by edit; each that belongs to none stands for itself."""
    group = []
    for row in rows:
        if group and (row.edit_id is None or row.edit_id != group[-1].edit_id):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def after(model: type[VersionedModel], state: Snapshot | None, rows: list[Model]) -> Snapshot | None:
    """The snapshot of a record once these rows were written; None where it was deleted."""
    state = state or NOTHING
    fields, parts = (
        state["fields"],
        {name: {part["id"]: part for part in kept} for name, kept in state["parts"].items()},
    )
    names = {part: name for name, part in part_models(model).items()}
    for row in rows:
        if row.instance_type is model:
            fields = {} if row.history_type == "-" else told(row, model)
        else:
            kept = parts.setdefault(names[row.instance_type], {})
            kept.pop(row.id, None)
            if row.history_type != "-":
                kept[row.id] = {"id": row.id, "fields": told(row, row.instance_type)}
    if not fields:
        return None
    return {"fields": fields, "parts": {name: [kept[key] for key in sorted(kept)] for name, kept in parts.items()}}


def told(row: Model, model: type[Model]) -> dict[str, Any]:
    return {
        field.name: row.links.get(field.name, []) if field.many_to_many else plain(getattr(row, field.attname))
        for field in entered_fields(model, decided=True)
    }


# One edit


@dataclass(frozen=True)
class Touched:
    """A record that an edit entered, changed or deleted."""

    model: type[VersionedModel]
    key: int
    name: str
    entry: Entry


def touched(edit: Edit) -> tuple[list[Touched], int]:
    """The first records that an edit touched, and the number of all; what only follows from others is left out."""
    keys = {}
    for model in models.HISTORIC:
        rows = model.history.filter(edit=edit).exclude(history_change_reason=SiteReason.DERIVED)
        references = {"id"} if issubclass(model, VersionedModel) else {"id", f"{model.part_of_record}_id"}
        for row in rows.only("history_id", *references):
            keys[record_of(row.instance)] = None
    found = []
    for model, key in list(keys)[:MOST_TOLD]:
        entry = next((entry for entry in entries(model, key) if entry.edit == edit), None)
        record = model.objects.filter(pk=key).first()
        if entry:
            found.append(Touched(model, key if record else None, str(record or entry.row.history_object), entry))
    return found, len(keys)
