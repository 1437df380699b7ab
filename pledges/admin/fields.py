"""The numbers and dates of the editors' forms: read as `record.written` does, the precision of a date with it."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.admin.conflicts import Conflict, names_merged, said_by, shown_in
from pledges.admin.numbers import version_in
from pledges.editing.conflicts import differences
from pledges.editing.shown import is_shown
from pledges.models.dates import iso, span_start
from pledges.models.texts import says_nothing
from pledges.models.vocab import Precision
from pledges.record.integrity import DATES
from pledges.record.written import read_date, read_number

# {model: {date: its precision}}
PRECISIONS = {}
for model, day, precision in DATES:
    PRECISIONS.setdefault(model, {})[day] = precision
FROM_EXACT = [Precision.DAY, Precision.MONTH, Precision.YEAR]


class DigitsField(forms.IntegerField):
    """A whole number in digits, Arabic ones too. Not `type="number"`: a browser drops what it cannot read."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "vIntegerField", "dir": "ltr"})

    def to_python(self, value):
        if isinstance(value, str):
            value = read_number(value) if value.strip() else None
        return super().to_python(value)


class WrittenDateField(forms.DateField):
    """A date as it is written; of a month or a year only where the form keeps how exact it is."""

    default_error_messages = {"inexact": _("Write the day, too, for example 2016-02-11.")}

    def __init__(self, *, is_exact=True, **kwargs):
        super().__init__(**kwargs)
        self.is_exact = is_exact

    def to_python(self, value):
        if not isinstance(value, str):
            return super().to_python(value)
        found = read_date(value) if value.strip() else None
        if found and self.is_exact and found.precision != Precision.DAY:
            raise ValidationError(self.error_messages["inexact"], code="inexact")
        return found

    def has_changed(self, initial, data):
        try:
            return self.to_python(initial or "") != self.to_python(data or "")
        except ValidationError:
            return True


class WrittenForm(forms.ModelForm):
    """A form whose dates say how exact they are by what is written: “2016-02” needs no second field."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for day, precision in self.dates():
            if isinstance(self.initial.get(day), date):
                self.initial[day] = iso(self.initial[day], self.initial.get(precision))

    def dates(self):
        """The names of dates and of their precisions, where the form has both."""
        pairs = PRECISIONS.get(self._meta.model, {}).items()
        return [(day, precision) for day, precision in pairs if {day, precision} <= self.fields.keys()]

    def clean(self):
        cleaned = super().clean()
        for day, precision in self.dates():
            if cleaned.get(day) and cleaned.get(precision):
                self.settle(day, precision)
            elif cleaned.get(day, "") is None and precision not in self.changed_data:
                cleaned[precision] = Precision.UNKNOWN  # of no date
        return cleaned

    def settle(self, day, precision):
        """Sets the precision by the date as it is written, unless the editor has chosen another."""
        written, chosen = self.cleaned_data[day], self.cleaned_data[precision]
        self.cleaned_data[day] = date(written.year, written.month, written.day)
        if chosen == written.precision or chosen not in FROM_EXACT and precision in self.changed_data:
            return
        if precision not in self.changed_data:
            if chosen != Precision.WINDOW:
                self.cleaned_data[precision] = written.precision
        elif FROM_EXACT.index(chosen) < FROM_EXACT.index(written.precision):
            self.add_error(day, gettext("Write the date as exactly as its precision says."))
        elif span_start(written, chosen) != written:
            self.add_error(precision, gettext("The date is written more exactly than this precision says."))


# a form that is shown with what was typed, and not saved
SHOWN_AGAIN = "_shown_again"


class RecordForm(WrittenForm):
    """The form of a record: says which version of it was read, and why it is changed.

    The record is locked while the form is checked: of two forms made from one version, one is saved.
    """

    why = forms.CharField(
        label=_("reason for this edit"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"size": "80", "dir": "auto"}),
        help_text=_("Kept with the history; readers see it where a published record changes."),
    )
    read_version = forms.CharField(required=False, widget=forms.HiddenInput)
    # of the proposal of one's own that the form was opened for
    read_proposal = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["read_version"] = self.instance.version
            self.version_read = version_in(self.data.get("read_version"))
            if self.is_bound and self.version_read and self.version_read < self.instance.version:
                self.merge()

    def merge(self):
        """Merges what others saved since the form was opened into it, before it is read; its rows do likewise."""
        conflict = Conflict.since(self.instance, self.version_read)
        found = differences(self._meta.model, conflict.base(), conflict.theirs(), said_by(self))
        self.instance.conflict = conflict
        conflict.tell(self, found)
        self.data, stored = self.data.copy(), shown_in(type(self)(instance=self.instance))
        for name in names_merged(found) & self.fields.keys():
            self.data.setlist(name, stored[name])
        self.version_read = self.instance.version
        self.data["read_version"] = str(self.version_read)

    def clean(self):
        cleaned = super().clean()
        conflict = getattr(self.instance, "conflict", None)
        if self.instance.pk and self.version_read != self.instance.version:
            words = gettext("The form does not say which version of the record it was made from. Open it again.")
            self.add_error(None, words)
        elif conflict and conflict.is_to_be_seen():
            words = gettext("Nothing is saved yet: somebody else changed this record since you opened it.")
            self.add_error(None, ValidationError(words, code="conflict"))
        if SHOWN_AGAIN in self.data:
            self.add_error(None, gettext("Not saved yet: this is what you typed before."))
        elif self.is_seen() and says_nothing(self.cleaned_data.get("why", "")):
            self.add_error("why", gettext("Say why: readers see this record, and somebody else has to agree."))
        return cleaned

    def is_seen(self):
        """Whether readers see the record, or would if this were saved."""
        return is_shown(self.instance) or bool(self.cleaned_data.get("is_public"))
