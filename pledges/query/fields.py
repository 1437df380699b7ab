"""The form fields and filters of a query string: what can be read, and the words for what cannot."""

from collections.abc import Callable

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from pledges.history.as_of import known_on
from pledges.history.days import limits
from pledges.models.dates import overlaps_from, overlaps_until
from pledges.query.choices import Choices
from pledges.record import folding, wording

LONGEST_SEARCH = 200
MOST_WORDS = 20


class Shallow:
    """What each query copies, a filter or a field: with its attributes as they are, for none is changed in place."""

    def __deepcopy__(self, memo):
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied


class Filter(Shallow, django_filters.Filter):
    pass


# U+2068 and U+2069 keep what a client sent in its own direction, whatever surrounds it.
class VocabularyField(Shallow, forms.MultipleChoiceField):
    """Values of a dimension; what it takes is said by the filter set, for each query."""

    accepted: Callable[[], Choices]
    default_error_messages = {
        "invalid_choice": _("The value “\u2068%(value)s\u2069” is not known, so no results are shown."),
    }

    def valid_value(self, value):
        return value in self.accepted().labels


class VocabularyFilter(Shallow, django_filters.MultipleChoiceFilter):
    """One dimension, or its exclusion."""

    field_class = VocabularyField

    def __init__(self, dimension, **kwargs):
        super().__init__(distinct=False, **kwargs)
        self.dimension = dimension

    def filter(self, queryset, value):
        if not value:
            return queryset
        condition = self.parent.dimension(self.dimension.name).matches(value)
        # ~Q keeps rows without a value: what is not stated is not one of the excluded
        return queryset.exclude(condition) if self.exclude else queryset.filter(condition)

    def among(self, index, value):
        found = self.dimension.among(index, value)
        return index.public - found if self.exclude else found


class ChoiceField(Shallow, forms.ChoiceField):
    default_error_messages = VocabularyField.default_error_messages


class SearchField(Shallow, forms.CharField):
    """Words to search for, as folded by `pledges.record.folding`."""

    default_error_messages = {
        "max_length": _("The search is too long: at most %(limit_value)d characters."),
        "unreadable": _("The search holds characters that cannot be read."),
        "no_words": _("The search holds no letters or digits."),
        "too_many": _("The search holds too many words: at most %(limit)d."),
    }

    def __init__(self, **kwargs):
        super().__init__(max_length=LONGEST_SEARCH, **kwargs)
        self.validators[0].message = self.error_messages["max_length"]

    def to_python(self, value):
        value = super().to_python(value)
        if "\0" in value or "\N{REPLACEMENT CHARACTER}" in value:
            raise forms.ValidationError(self.error_messages["unreadable"], code="unreadable")
        return value

    def validate(self, value):
        super().validate(value)
        if value and len(value) <= LONGEST_SEARCH:
            if not folding.sought(value):
                raise forms.ValidationError(self.error_messages["no_words"], code="no_words")
            if folding.number_of_words(value) > MOST_WORDS:
                raise forms.ValidationError(
                    self.error_messages["too_many"], code="too_many", params={"limit": MOST_WORDS}
                )


class FoundByWords(Filter):
    """All words must occur in what the filter set says is searched: its `found_by_words`, the keys of the rows."""

    field_class = SearchField

    def filter(self, queryset, value):
        return queryset.filter(pk__in=self.parent.found_by_words) if value else queryset


class WholeNumberField(Shallow, forms.IntegerField):
    default_error_messages = {"invalid": _("Enter a whole number.")}


class DayField(Shallow, forms.DateField):
    default_error_messages = {"invalid": _("“\u2068%(value)s\u2069” is not a date: write it like 2016-02-11.")}

    def __init__(self, **kwargs):
        super().__init__(
            input_formats=["%Y-%m-%d"], widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs
        )

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from error


class SinceFilter(Filter):
    """What is dated to that day or later; a month or a year if any day of it is."""

    field_class = DayField

    def __init__(self, day, precision, **kwargs):
        super().__init__(day, **kwargs)
        self.precision = precision

    def filter(self, queryset, value):
        return queryset.filter(overlaps_from(self.field_name, self.precision, value)) if value else queryset

    def among(self, index, value):
        return index.since(value)


class UntilFilter(Filter):
    """What is dated to that day or earlier, by the first day of a month or a year."""

    field_class = DayField

    def filter(self, queryset, value):
        return queryset.filter(overlaps_until(self.field_name, value)) if value else queryset

    def among(self, index, value):
        return index.until(value)


class PastDayField(DayField):
    """A day that has begun somewhere on earth; of what was known on a day, one that had begun then."""

    default_error_messages = {"too_late": _("This day is still to come.")}

    def validate(self, value):
        super().validate(value)
        if value and value > (known_on() or limits().last):
            raise forms.ValidationError(self.error_messages["too_late"], code="too_late")


class AsOfField(DayField):
    """A day of which the history can tell what was known at its end."""

    default_error_messages = {
        "too_late": _("This day is still to come."),
        "too_early": _("What was known on a day can be told from %(first)s on."),
        "nothing": _("Nothing is recorded yet."),
    }

    def validate(self, value):
        super().validate(value)
        if value in {None, known_on()}:  # the day that is shown was found right before
            return
        known = limits()
        if known.first is None:
            raise forms.ValidationError(self.error_messages["nothing"], code="nothing")
        if value < known.first:
            words = {"first": wording.day(known.first)}
            raise forms.ValidationError(self.error_messages["too_early"], code="too_early", params=words)
        if value > known.last:
            raise forms.ValidationError(self.error_messages["too_late"], code="too_late")


class AsOfFilter(Filter):
    """What was known at the end of a day: `pledges.history.as_of` asks the database so, for all that a page shows."""

    field_class = AsOfField

    def among(self, index, value):
        # the index is of that day itself
        return index.public

    def filter(self, queryset, value):
        if value and value != known_on():
            raise RuntimeError(f"asked as of {value} outside of pledges.history.as_of")
        return queryset


def sort_field(sorts):
    """The field for `sort`: each of the sorts (name: (label, terms)), with `-` for descending."""
    choices = [(sign + name, label) for name, (label, _terms) in sorts.items() for sign in ("", "-")]
    return ChoiceField(label=_("Sort by"), required=False, choices=choices)


def page_field():
    return WholeNumberField(label=_("Page"), required=False, min_value=1)
