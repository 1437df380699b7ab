"""The one filter: a query string in, the matching public commitments out, and what it asked in words.

Every rendering takes `CommitmentFilter(request.GET).results`; nothing else decides which
commitments match. Input that cannot be read gives `problems` and no rows, never a wider result.
"""

from dataclasses import dataclass
from functools import cached_property

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges import text, wording
from pledges.dimensions import DIMENSION, DIMENSIONS, NONE, SORTS, ordering
from pledges.models import Commitment
from pledges.models.dates import overlaps_from, overlaps_until
from pledges.models.vocab import UNSPECIFIED, Grade

EXCLUDE = "not_"
# how a page shows what matches: no condition on it
SHOWN_AS = ("sort", "page", "cell", "order", "by")
SINGLE_VALUED = ("announced_after", "announced_before", "q", "disputed", "min_sources", *SHOWN_AS)
LONGEST_SEARCH = 200
MOST_WORDS = 20
MOST_SOURCES = 1000
LONGEST_MESSAGE = 300
DEFAULT_SORT = "-announced"


# Fields: what can be read from a query string, and the words for what cannot.


# U+2068 and U+2069 keep what a client sent in its own direction, whatever surrounds it.
class VocabularyField(forms.MultipleChoiceField):
    default_error_messages = {
        "invalid_choice": _("The value “\u2068%(value)s\u2069” is not known, so no results are shown."),
    }


class VocabularyFilter(django_filters.MultipleChoiceFilter):
    """One dimension, or its exclusion; the choices come from the filter set it belongs to."""

    field_class = VocabularyField

    def __init__(self, dimension, **kwargs):
        super().__init__(distinct=False, **kwargs)
        self.dimension = dimension

    def filter(self, queryset, value):
        if not value:
            return queryset
        condition = self.dimension.matches(value)
        # ~Q keeps rows without a value: what is not stated is not one of the excluded
        return queryset.exclude(condition) if self.exclude else queryset.filter(condition)


class ChoiceField(forms.ChoiceField):
    default_error_messages = VocabularyField.default_error_messages


class SearchField(forms.CharField):
    """Words to search for, as folded by `pledges.text`."""

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
            words = text.words(value)
            if not words:
                raise forms.ValidationError(self.error_messages["no_words"], code="no_words")
            if len(words) > MOST_WORDS:
                raise forms.ValidationError(
                    self.error_messages["too_many"], code="too_many", params={"limit": MOST_WORDS}
                )


class SearchFilter(django_filters.Filter):
    """All words must occur, in any order: from the start of a word, figures as a whole."""

    field_class = SearchField

    def filter(self, queryset, value):
        for word in text.words(value or ""):
            queryset = queryset.filter(search_text__contains=f" {word} " if word.isdigit() else f" {word}")
        return queryset


class DayField(forms.DateField):
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


class AnnouncedAfter(django_filters.Filter):
    field_class = DayField

    def filter(self, queryset, value):
        return queryset.filter(overlaps_from("announced_on", "announced_precision", value)) if value else queryset


class AnnouncedBefore(django_filters.Filter):
    field_class = DayField

    def filter(self, queryset, value):
        return queryset.filter(overlaps_until("announced_on", value)) if value else queryset


class DisputedFilter(django_filters.Filter):
    """`yes`: only pledges that a source contradicts; `no`: only the others."""

    field_class = ChoiceField

    def filter(self, queryset, value):
        disputed = Q(grade=Grade.DISPUTED)
        return queryset.filter(disputed if value == "yes" else ~disputed) if value else queryset


class WholeNumberField(forms.IntegerField):
    default_error_messages = {"invalid": _("Enter a whole number.")}


class MinSourcesFilter(django_filters.Filter):
    field_class = WholeNumberField

    def filter(self, queryset, value):
        return queryset.filter(independent_sources__gte=value) if value else queryset


YES_NO = [("yes", pgettext_lazy("disputed", "Disputed only")), ("no", pgettext_lazy("disputed", "Undisputed only"))]


# what the matrix takes, the default first
CELL = [
    ("count", _("Number of pledges")),
    ("reached", _("Furthest stage reached")),
    ("latest", _("Latest announcement")),
]
ORDER = [("name", _("By name")), ("total", _("By number of pledges"))]
BY = [("type", _("Types of pledge")), ("type_group", _("Groups of types"))]


class CommitmentForm(forms.Form):
    """What a query string holds besides filters, and what must fit together."""

    sort = ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[(sign + name, label) for name, (label, terms) in SORTS.items() for sign in ("", "-")],
    )
    page = WholeNumberField(label=_("Page"), required=False, min_value=1)
    cell = ChoiceField(label=_("Cells show"), required=False, choices=CELL)
    order = ChoiceField(label=_("Order of countries"), required=False, choices=ORDER)
    by = ChoiceField(label=_("Columns"), required=False, choices=BY)

    def clean(self):
        cleaned = super().clean()
        after, before = cleaned.get("announced_after"), cleaned.get("announced_before")
        if after and before and after > before:
            self.add_error("announced_before", _("This date is before the one in “announced since”."))
        return cleaned


@dataclass(frozen=True)
class Problem:
    """Why a query string gives no rows: the parameter, its label for readers, the message."""

    name: str
    label: str
    message: str

    def __str__(self):
        return f"{self.label}: {self.message}"


@dataclass(frozen=True)
class Chip:
    """One active condition: its words, and the query string without it."""

    label: str
    value: str
    query: str


class CommitmentFilter(django_filters.FilterSet):
    """The filter of a query string (a QueryDict) over the public commitments.

    `.results` is the matching rows in order, none when there are `.problems`; `.sentence` says in
    words what they are; `.chips` are the active conditions.
    """

    announced_after = AnnouncedAfter(label=_("Announced since"))
    announced_before = AnnouncedBefore(label=_("Announced until"))
    q = SearchFilter(label=_("Search"))
    disputed = DisputedFilter(label=_("Disputed"), choices=YES_NO)
    min_sources = MinSourcesFilter(label=_("Independent sources, at least"), min_value=1, max_value=MOST_SOURCES)

    class Meta:
        form = CommitmentForm

    def __init__(self, data):
        self.query = data.copy()
        for name in data:
            self.query.setlist(name, list(dict.fromkeys(value for value in data.getlist(name) if value.strip())))
            if not self.query.getlist(name):
                del self.query[name]
        self._accepted = {}
        super().__init__(self.query, Commitment.objects.public())
        for dimension in DIMENSIONS:
            for prefix in ("", EXCLUDE):
                # a function, not a partial: forms deep-copy their fields, and with a partial this filter set
                self.filters[prefix + dimension.name].extra["choices"] = lambda name=dimension.name: self.accepted(name)

    @classmethod
    def get_filters(cls):
        """The dimensions, their exclusions, then the declared filters: the order of the sentence."""
        plain = {d.name: VocabularyFilter(d, label=d.label) for d in DIMENSIONS}
        excluding = {EXCLUDE + d.name: VocabularyFilter(d, label=d.label, exclude=True) for d in DIMENSIONS}
        return {**plain, **excluding, **super().get_filters()}

    def filter_queryset(self, queryset, ignoring=None):
        for name, filter_ in self.filters.items():
            if name != ignoring:
                queryset = filter_.filter(queryset, self.form.cleaned_data[name])
        return queryset

    # What can be chosen

    def accepted(self, name):
        """The (value, label) pairs that a dimension takes; asked of the database once."""
        if name not in self._accepted:
            dimension = DIMENSION[name]
            not_stated = [(NONE, dimension.none_label)] if dimension.none_label else []
            self._accepted[name] = [*dimension.choices(), *not_stated]
        return self._accepted[name]

    def choices(self, name):
        """The pairs to offer: "not stated" once, not also as it is stored."""
        return [(value, label) for value, label in self.accepted(name) if value != UNSPECIFIED]

    # What was asked

    @cached_property
    def problems(self):
        """What cannot be read or is not known; empty when all is well."""
        found = [
            Problem(name, clipped(name), gettext("This parameter is not known, so no results are shown."))
            for name in self.query
            if name not in self.form.fields
        ]
        found += [
            Problem(name, self.label(name), gettext("This was given more than once, so no results are shown."))
            for name in SINGLE_VALUED
            if len(self.query.getlist(name)) > 1
        ]
        for name, messages in self.form.errors.items():
            found += [Problem(name, self.label(name), clipped(message, LONGEST_MESSAGE)) for message in messages]
        return found

    def label(self, name):
        """The words for a parameter."""
        dimension = DIMENSION.get(name.removeprefix(EXCLUDE))
        if dimension and name.startswith(EXCLUDE):
            return gettext("Excluding: %(label)s") % {"label": dimension.label}
        return str(dimension.label if dimension else self.form.fields[name].label)

    @property
    def sort(self):
        """The active sort, for example `-announced`."""
        return (not self.problems and self.form.cleaned_data["sort"]) or DEFAULT_SORT

    @property
    def page(self):
        """The page asked for, from 1."""
        return (not self.problems and self.form.cleaned_data["page"]) or 1

    def shown_as(self, name):
        """How to show the matches: the choice for `cell`, `order` or `by`, the first one if none is made."""
        return (not self.problems and self.form.cleaned_data[name]) or self.form.fields[name].choices[0][0]

    def matching(self, ignoring=None):
        """The matching commitments in no order, none if there are problems.

        `ignoring` names a dimension whose selection is left out: what its other values would give.
        """
        if self.problems:
            return Commitment.objects.none()
        return self.filter_queryset(self.queryset.all(), ignoring)

    @cached_property
    def results(self):
        """The matching commitments, in order, with their names at hand; none if there are problems."""
        return self.matching().order_by(*ordering(self.sort)).with_names()

    # What was asked, in words and links

    def changed(self, **parameters):
        """The query string with parameters replaced (None removes one), back on the first page."""
        query = self.query.copy()
        for name, value in {"page": None, **parameters}.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query.urlencode()

    def narrowed(self, **conditions):
        """The query string of the matches with these conditions too, each in place of its like.

        It leaves out what only concerns how this page shows them; the order of the rows stays.
        """
        return self.changed(**dict.fromkeys(set(SHOWN_AS) - {"sort"}), **conditions)

    @property
    def conditions(self):
        """The query string of the matches for any page."""
        return self.narrowed()

    @property
    def asked(self):
        """The names of the parameters that are conditions."""
        return set(self.query) - set(SHOWN_AS)

    def without(self, name, value):
        """The query string without one value of a parameter, back on the first page."""
        query = self.query.copy()
        query.pop("page", None)
        query.setlist(name, [other for other in query.getlist(name) if other != value])
        return query.urlencode()

    @cached_property
    def chips(self):
        """The active conditions, those that cannot be read included."""
        found = []
        for name in self.query:
            if name in self.asked:
                label = self.label(name) if name in self.form.fields else clipped(name)
                found += [
                    Chip(label, clipped(self.value_label(name, value)), self.without(name, value))
                    for value in self.query.getlist(name)
                ]
        return found

    def value_label(self, name, value):
        """The words for a value of a parameter; the value itself where it has none."""
        plain = name.removeprefix(EXCLUDE)
        if plain in DIMENSION:
            return str(dict(self.accepted(plain)).get(value, value))
        if name == "disputed":
            return str(dict(YES_NO).get(value, value))
        if name.startswith("announced_") and not self.problems:
            return wording.day(self.form.cleaned_data[name])
        return value

    @cached_property
    def sentence(self):
        """One sentence saying which pledges `results` are; why there are none if there are problems."""
        if self.problems:
            return gettext("No pledges are shown, because part of the address cannot be read.")
        asked = {name: clause for name in self.form.fields if name in self.query and (clause := self.clause(name))}
        clauses = gettext(", ").join(asked.values())
        if not asked:
            return gettext("All published pledges.")
        if all(name.startswith(EXCLUDE) for name in asked):
            return gettext("All published pledges, %(clauses)s.") % {"clauses": clauses}
        return gettext("Pledges %(clauses)s.") % {"clauses": clauses}

    def clause(self, name):
        """The part of the sentence that one parameter adds; empty for sort and page."""
        dimension = DIMENSION.get(name.removeprefix(EXCLUDE))
        if dimension:
            values = wording.any_of([self.value_label(name, value) for value in self.query.getlist(name)])
            if name.startswith(EXCLUDE):
                return gettext("except %(label)s: %(values)s") % {"label": dimension.label, "values": values}
            if self.query.getlist(name) == [NONE]:
                return str(dimension.none_phrase)
            return dimension.phrase % {"values": values}
        return self.plain_clause(name, self.form.cleaned_data.get(name))

    def plain_clause(self, name, value):
        match name:
            case "announced_after":
                return gettext("announced since %(day)s") % {"day": wording.day(value)}
            case "announced_before":
                return gettext("announced until %(day)s") % {"day": wording.day(value)}
            case "q":
                return gettext("that contain “%(words)s”") % {"words": isolated(value)}
            case "disputed" if value == "yes":
                return gettext("that a source contradicts")
            case "disputed":
                return gettext("that no source contradicts")
            case "min_sources":
                return ngettext(
                    "supported by at least %(count)s independent source",
                    "supported by at least %(count)s independent sources",
                    value,
                ) % {"count": value}
        return ""


def clipped(value, length=80):
    """Text that a client sent, made short enough to repeat, with a mark where it was cut."""
    return value if len(value) <= length else f"{value[:length]}…"


def isolated(value):
    """Text in its own direction, whatever surrounds it (Unicode's isolates)."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"
