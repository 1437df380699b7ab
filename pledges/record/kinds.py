"""The kinds of rows of the table of fields: what a row says, and what rows of one kind have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledges.models import Commitment
from pledges.record import edit_words
from pledges.record.columns import Column, coded_columns, text
from pledges.record.edit_words import Told

NOT_STATED = _("Not stated")


@dataclass(frozen=True)
class Section:
    """A part of the form in which pledges are entered."""

    title: Promise
    is_folded: bool = False


@dataclass(frozen=True)
class Filter:
    """A filter by what a field holds; those that ask more than its column are rows of `query.pledge_dimensions`."""

    name: str
    path: str  # the column that holds the value
    phrase: Promise  # completes "Pledges …", with %(values)s
    values: Any  # a closed vocabulary, or a function that gives the rows it refers to
    key: str = "slug"  # of such a row
    label: str | Promise = ""  # "" for that of its field
    none_label: str | Promise = ""  # "": always stated
    none_phrase: str | Promise = ""  # the phrase for "not stated" alone


@dataclass(frozen=True)
class Field:
    """One row of the table."""

    name: str
    label: str | Promise  # "" where nothing shows it
    section: Section | None = None  # None: not in the form
    stored: tuple[str, ...] = ()  # the fields of the model
    lines: tuple[tuple[str, ...], ...] = ()  # of the form; all that is stored on one if there are none
    is_beside: bool = False  # in the form, on the line of the row before it
    columns: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    told: tuple[Told, ...] = ()
    fact: str = ""  # the template in `pledges/facts/` that shows it; "" where the page has another place for it
    words: Callable[[Any], str] | None = None  # what a fact shows that needs no more than that

    @property
    def form_lines(self):
        return self.lines or ((self.stored,) if self.stored else ())


# Kinds of rows; `more` are other attributes of the row


def coded(name, label, section, vocabulary, description, example, phrase, none_phrase="", fact="plain", **more):
    """A value of a closed vocabulary; with `none_phrase`, one that may be not stated."""
    none_label = NOT_STATED if none_phrase else ""
    return Field(
        name,
        label,
        section,
        (name,),
        columns=coded_columns(name, vocabulary, description, example),
        filters=(Filter(name, name, phrase, vocabulary, none_label=none_label, none_phrase=none_phrase),),
        told=(edit_words.chosen(Commitment, name),),
        fact=fact,
        words=lambda pledge: getattr(pledge, f"get_{name}_display")(),
        **more,
    )


def written(name, label, section, description, example, language="", fact="text", **more):
    """A text in one language, or in that of the source; it may be empty."""
    return Field(
        name,
        label,
        section,
        (name,),
        columns=(text(name, description, example, optional=True),),
        told=(edit_words.plain(Commitment, name, language),),
        fact=fact,
        words=lambda pledge: getattr(pledge, name),
        **more,
    )


def bilingual(name, label, section, columns):
    """A text in both languages."""
    stored = (f"{name}_en", f"{name}_ar")
    told = tuple(edit_words.plain(Commitment, f"{name}_{language}", language) for language in ("en", "ar"))
    return Field(name, label, section, stored, columns=columns, told=told)
