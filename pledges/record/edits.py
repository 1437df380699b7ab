"""Which edit is being made: what is saved while one is open belongs to it, and makes one new version of each record.

What is saved without one (in a shell, say) belongs to no edit, and each saving makes a version.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, Model
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver
from simple_history.signals import pre_create_historical_record

from pledges.models.edits import Edit, PartModel, Through, VersionedModel


@dataclass
class OpenEdit:
    """An edit that is being made. Its row is written with the first row of a history."""

    user: Any
    through: Through
    why: str
    row: Edit | None = None
    # {(model, primary key): the version that this edit makes} of the records it touched
    versions: dict[tuple[type[Model], int], int] = field(default_factory=dict)

    def written(self) -> Edit:
        self.row = self.row or Edit.objects.create(
            user=self.user, who=name_of(self.user), through=self.through, why=self.why
        )
        return self.row


OPEN: ContextVar[OpenEdit | None] = ContextVar("open_edit", default=None)


@contextmanager
def edit(user: Any = None, through: Through = Through.COMMAND, why: str = "") -> Iterator[OpenEdit]:
    """All that is saved within is one edit of that user (None for a command), inside of one transaction of the caller.

    Within another edit it is one of its own.
    """
    opened = OpenEdit(user, Through(through), why)
    token = OPEN.set(opened)
    try:
        yield opened
    finally:
        OPEN.reset(token)


def open_edit() -> OpenEdit | None:
    """The edit that is being made; None for none."""
    return OPEN.get()


def name_of(user: Any) -> str:
    """The name of an account as it is kept for ever."""
    return (user.get_full_name() or user.get_username()) if user else ""


# Versions


def record_of(row: Model) -> tuple[type[Model], int] | None:
    """The model and primary key of the record that a row is, or is part of; None for what has no versions."""
    if isinstance(row, PartModel):
        reference = row._meta.get_field(row.part_of_record)
        return reference.related_model, getattr(row, reference.attname)
    return (type(row), row.pk) if isinstance(row, VersionedModel) else None


def next_version(model: type[Model], key: int) -> int | None:
    """Raises the version of a record, once in an edit; returns it, None if there is no such record any more."""
    opened = open_edit()
    if opened and (model, key) in opened.versions:
        return opened.versions[model, key]
    row = model.objects.filter(pk=key)
    row.update(version=F("version") + 1)
    version = row.values_list("version", flat=True).first()
    if opened:
        opened.versions[model, key] = version
    return version


@receiver(pre_save)
def record_saving(sender, instance, raw=False, update_fields=None, **kwargs):
    is_new_or_loaded = raw or not isinstance(instance, VersionedModel) or instance._state.adding
    # what is derived from other rows makes no version
    if not (is_new_or_loaded or update_fields and all_derived(sender, update_fields)):
        instance.version = next_version(sender, instance.pk) or instance.version


def all_derived(model: type[Model], names) -> bool:
    return not any(model._meta.get_field(name).editable for name in names)


@receiver(post_save)
def record_saved(sender, instance, created=False, raw=False, **kwargs):
    opened = open_edit()
    if created and not raw and opened and isinstance(instance, VersionedModel):
        opened.versions[sender, instance.pk] = instance.version


@receiver(m2m_changed)
def links_changing(instance, action, reverse=False, **kwargs):
    is_edit = action.startswith("pre_") and not reverse and not hasattr(instance, "is_raw")
    if is_edit and isinstance(instance, VersionedModel):
        instance.version = next_version(type(instance), instance.pk)


@receiver(pre_create_historical_record)
def record_of_history(instance, history_instance, **kwargs):
    """Says of each row of a history which edit wrote it, why, and of which version of the record it is.

    History never goes back: after a clock was set right, what is newer is not told as older.
    """
    if history_instance.history_type != "+":
        last = type(history_instance).objects.filter(id=instance.pk).aggregate(last=Max("history_date"))["last"]
        history_instance.history_date = max(history_instance.history_date, last or history_instance.history_date)
    if isinstance(instance, PartModel):
        history_instance.record_version = next_version(*record_of(instance))
    else:
        history_instance.record_version = instance.version
    if opened := open_edit():
        history_instance.edit = opened.written()
        history_instance.history_user = history_instance.history_user or opened.user
        history_instance.history_change_reason = history_instance.history_change_reason or opened.why or None
