"""How the change of a value is told: its label and its words, from two versions of a record.

Which values are told is said in `fields` for pledges and in `history.differences` for what belongs to them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst

from pledges.record import wording


@dataclass(frozen=True)
class Told:
    """One or more values of a record that are told as one.

    `words` takes (record, names) and gives text: the values of a version by name, and the names of the
    rows that versions link to (`history.differences.Names`).
    """

    model: type
    names: tuple[str, ...]
    words: Callable[[dict, Any], Any]
    text: str | Promise = ""  # the label; "" for that of the first field
    language: str | Callable[[dict, Any], str] = ""  # of a text that is not in the reader's
    # what is read of a record of the history for it; None for `names`
    read: tuple[str, ...] | None = None

    @property
    def label(self):
        return str(self.text or capfirst(self.model._meta.get_field(self.names[0]).verbose_name))

    @property
    def is_derived(self) -> bool:
        """Whether it follows from other values: nobody enters it."""
        return all(not self.model._meta.get_field(name).editable for name in self.names)

    @property
    def code(self) -> str:
        """What programs call it."""
        return self.names[0].removesuffix("_id")

    def differs(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        return any(old[name] != new[name] for name in self.names)

    def language_of(self, record, names):
        return self.language(record, names) if callable(self.language) else self.language


def chosen(model: type[Model], name: str) -> Told:
    """A value of a closed vocabulary, by its label."""

    def words(record, names):
        return dict(model._meta.get_field(name).flatchoices).get(record[name], record[name])

    return Told(model, (name,), words)


def plain(model: type[Model], name: str, language: str | Callable[[dict, Any], str] = "") -> Told:
    """A text or a number as it is; `language` of the text where it is not the reader's."""

    def words(record, names):
        return wording.number(record[name]) if isinstance(record[name], int) else record[name]

    return Told(model, (name,), words, language=language)


def linked(model: type[Model], name: str) -> Told:
    """A linked row by its name."""
    target = model._meta.get_field(name).related_model
    return Told(model, (f"{name}_id",), lambda record, names: names.of(target, record[f"{name}_id"]))


def dated(model: type[Model], day: str, precision: str) -> Told:
    return Told(model, (day, precision), lambda record, names: wording.date(record[day], record[precision]))
