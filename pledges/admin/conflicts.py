"""What a form finds changed since it was opened, merged into it and told to its editor in words."""

import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext

from pledges.editing import comparing, conflicts, snapshots
from pledges.models.dates import iso
from pledges.record import wording

NOBODY = NOTHING = "–"
LANGUAGES = {"_en": ("en", "ltr"), "_ar": ("ar", "rtl")}


# What a form says


def said_by(form):
    """What a bound form says, as plain values; what cannot be read, as it is typed. The form is read again later."""
    record, form.instance = form.instance, copy.copy(form.instance)
    form.full_clean()
    said = {}
    for field in snapshots.entered_fields(type(record), decided=True):
        if field.name not in form.fields:
            continue
        if field.name in form.errors:
            said[field.name] = form[field.name].data
        elif field.many_to_many:
            said[field.name] = sorted(row.pk for row in form.cleaned_data[field.name])
        else:
            said[field.name] = snapshots.plain(getattr(form.instance, field.attname))
    form.instance, form._errors = record, None
    return said


def shown_in(form):
    """What a browser would send of a form that shows a row as it is: {name: texts}."""
    sent = {}
    for name in form.fields:
        value = form.fields[name].prepare_value(form[name].value())
        if isinstance(value, bool):
            sent[name] = ["on"] if value else []
        elif isinstance(value, list):
            sent[name] = [str(getattr(row, "pk", row)) for row in value]
        else:
            sent[name] = ["" if value is None else str(value)]
    return sent


def names_merged(differences):
    """The names of the fields that take what others saved: others changed them alone, or I delete the row."""
    return {name for found in differences if not found.collides or found.mine is None for name in found.names}


# What is told


class Conflict:
    """What others made of a record since the form was opened. The form and its rows put in what they find."""

    def __init__(self, record, meanwhile):
        self.record, self.meanwhile = record, meanwhile
        # rows of the table, and what was merged
        self.collisions, self.merged = [], []
        # sentences on rows that are gone
        self.sentences = []

    @classmethod
    def since(cls, record, version):
        return cls(record, conflicts.since(record, version))

    @classmethod
    def of_a_new(cls, record):
        """Of a form that knows nothing of the record: it wanted to enter it, and the record is there."""
        nothing = {"fields": {}, "parts": dict.fromkeys(snapshots.part_models(type(record)), ())}
        return cls(record, conflicts.Meanwhile(nothing, snapshots.take(record), []))

    def base(self, name=None):
        """The record as it was read, or its parts of that name; None where that is unknown."""
        whole = self.meanwhile.base
        return whole and (whole["parts"][name] if name else whole["fields"])

    def theirs(self, name=None):
        whole = self.meanwhile.theirs
        return whole["parts"][name] if name else whole["fields"]

    def is_to_be_seen(self):
        """Whether others did anything that the form does not say as well."""
        return bool(self.collisions or self.merged or self.sentences)

    def edits(self):
        """Who made the edits between, when and why."""
        for edited in self.meanwhile.edits:
            words = {"who": edited.who or NOBODY, "when": wording.moment(edited.when)}
            yield words | {"words": gettext("\u2068%(who)s\u2069, %(when)s") % words, "why": edited.why}

    def theirs_heading(self):
        edits = list(self.edits())
        if len(edits) != 1:
            return gettext("What others saved")
        return gettext("What \u2068%(who)s\u2069 saved (%(when)s)") % edits[0]

    def tell(self, form, found, part=""):
        """Puts the differences of a form among what is told; `part` is the name of its row."""
        for difference in found:
            told = Told(form, difference, part)
            (self.collisions if difference.collides else self.merged).append(told)

    def tell_added(self, row):
        self.sentences.append(gettext("Added: %(row)s.") % {"row": self.name_of(row)})

    def name_of(self, row):
        """What a part is called within its record: its kind, and its name without that of the record."""
        name = str(row).removeprefix(f"{self.record}: ")
        return gettext("%(kind)s “\u2068%(name)s\u2069”") % {"kind": capfirst(row._meta.verbose_name), "name": name}


class Told:
    """A difference as the page tells it: what it is about, and its values in words."""

    def __init__(self, form, difference, part):
        self.form, self.model, self.part = form, form._meta.model, part
        self.names = difference.names
        name = next((name for name in self.names if name in form.fields), None)
        field = self.model._meta.get_field(self.names[0])
        self.label = capfirst(str(form.fields[name].label if name else field.verbose_name))
        self.anchor = form[name].id_for_label if name else ""
        self.language, self.direction = LANGUAGES.get(self.names[0][-3:], (None, "auto"))
        unknown, gone = gettext("not known"), gettext("deleted")
        self.base = unknown if difference.base is None else self.in_words(difference.base)
        self.theirs = gone if difference.theirs is None else self.in_words(difference.theirs)
        self.mine = gone if difference.mine is None else self.in_words(difference.mine)

    def in_words(self, values):
        """The values of a field, or of dates and their precision, as an editor would read them in the form."""
        if len(self.names) == 1:
            return self.word(self.names[0], values.get(self.names[0]))
        *days, precision = self.names
        exactness = values.get(precision)
        dates = gettext(", ").join(self.day(values[day], exactness) for day in days if values.get(day)) or NOTHING
        return gettext("%(day)s (%(precision)s)") % {"day": dates, "precision": self.word(precision, exactness)}

    def day(self, value, exactness):
        try:
            return iso(date.fromisoformat(value), exactness)
        except ValueError:  # as it was typed
            return value

    def word(self, name, value):
        return in_words(self.model._meta.get_field(name), value)


def in_words(field, value):
    """A plain value of a field as an editor reads it; what cannot be read, as it was typed."""
    try:
        return comparing.in_words(field, value)
    except (ValidationError, ValueError, OverflowError):
        return gettext(", ").join(map(str, value)) if isinstance(value, list) else str(value)
