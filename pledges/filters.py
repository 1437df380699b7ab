"""The one filter: a query string in, the matching public commitments out, and what it asked in words.

Every rendering takes `CommitmentFilter(request.GET).results`; nothing else decides which
commitments match. Input that cannot be read gives `problems` and no rows, never a wider result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import django_filters
from django import forms
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges import text, wording
from pledges.i18n import CodePoints, localized_order, localized_text
from pledges.models import Citation, Commitment, CommitmentType, Country, Meeting, Place, Source, Unit
from pledges.models.dates import overlaps_from, overlaps_until
from pledges.models.vocab import (
    STATUSES_BY_STAGE,
    UNSPECIFIED,
    Attribution,
    Change,
    Grade,
    Stage,
    Status,
    Theatre,
)

NONE = "none"
EXCLUDE = "not_"
SINGLE_VALUED = ("announced_after", "announced_before", "q", "disputed", "min_sources", "sort", "page")
LONGEST_SEARCH = 200
MOST_WORDS = 20
MOST_SOURCES = 1000
DEFAULT_SORT = "-announced"


# The vocabularies of a query string: choices are (value, label) pairs in the current language.


def named_choices(queryset, key="slug"):
    """A function giving the public rows of a vocabulary, by name."""
    return lambda: [(getattr(row, key), row.name) for row in queryset().order_by(localized_order("name"), "pk")]


def source_choices():
    return list(Source.objects.public().values_list("slug", "title"))


def closed_choices(vocabulary):
    """A function giving a closed vocabulary; its "not stated" is spelled `none`, or as it is stored."""
    return lambda: list(vocabulary.choices)


def place_matches(values):
    named = Exists(Commitment.places.through.objects.filter(commitment=OuterRef("pk"), place__slug__in=values))
    nowhere = ~Exists(Commitment.places.through.objects.filter(commitment=OuterRef("pk")))
    return Q(named) | Q(nowhere) if NONE in values else Q(named)


def source_matches(values):
    return Q(Exists(Citation.objects.filter(commitment=OuterRef("pk"), source__slug__in=values)))


def stage_matches(values):
    return Q(status__in=[status for stage in values for status in STATUSES_BY_STAGE[Stage(stage)]])


def column_matches(path, values):
    """Q: the column holds one of the values; `none` means empty."""
    condition = Q(**{f"{path}__in": values})
    return condition | Q(**{f"{path}__isnull": True}) if NONE in values else condition


def closed_matches(path, values):
    """Q: the vocabulary field holds one of the values; `none` means not stated."""
    return Q(**{f"{path}__in": [UNSPECIFIED if value == NONE else value for value in values]})


@dataclass(frozen=True)
class Dimension:
    """A filter by values of a vocabulary: OR within, AND between, `none` for not stated."""

    name: str
    label: str
    choices: Callable  # () -> [(value, label)]
    matches: Callable  # [value] -> Q
    phrase: str  # completes "Pledges …", with %(values)s
    none_label: str = ""  # empty: always stated
    none_phrase: str = ""  # the phrase for `none` alone


NOT_STATED = _("Not stated")
DIMENSIONS = (
    Dimension(
        "country",
        _("Country"),
        named_choices(lambda: Country.objects.public(), "iso2"),
        partial(column_matches, "country__iso2"),
        _("of %(values)s"),
        _("Groups of countries"),
        _("of groups of countries"),
    ),
    Dimension(
        "type",
        _("Type of pledge"),
        named_choices(CommitmentType.objects.all),
        partial(column_matches, "type__slug"),
        _("of the type %(values)s"),
    ),
    Dimension(
        "status",
        _("Status"),
        closed_choices(Status),
        partial(column_matches, "status"),
        _("with the status %(values)s"),
    ),
    Dimension("stage", _("Stage"), closed_choices(Stage), stage_matches, _("at the stage %(values)s")),
    Dimension(
        "change",
        _("Change"),
        closed_choices(Change),
        partial(closed_matches, "change"),
        _("with the change %(values)s"),
        NOT_STATED,
        _("whose change is not stated"),
    ),
    Dimension(
        "theatre",
        _("Theatre"),
        closed_choices(Theatre),
        partial(closed_matches, "theatre"),
        _("for the theatre %(values)s"),
        NOT_STATED,
        _("whose theatre is not stated"),
    ),
    Dimension(
        "place",
        _("Place"),
        named_choices(lambda: Place.objects.public()),
        place_matches,
        _("at the place %(values)s"),
        NOT_STATED,
        _("whose place is not stated"),
    ),
    Dimension(
        "meeting",
        _("Meeting"),
        named_choices(lambda: Meeting.objects.public()),
        partial(column_matches, "meeting__slug"),
        _("tied to the meeting %(values)s"),
        NOT_STATED,
        _("that no meeting is tied to"),
    ),
    Dimension("source", _("Source"), source_choices, source_matches, _("citing the source %(values)s")),
    Dimension(
        "attribution",
        _("Who said it"),
        closed_choices(Attribution),
        partial(column_matches, "attribution"),
        _("who said it: %(values)s"),
    ),
    Dimension(
        "grade",
        _("Evidence grade"),
        closed_choices(Grade),
        partial(column_matches, "grade"),
        _("with the evidence grade %(values)s"),
    ),
    Dimension(
        "unit",
        _("Unit"),
        named_choices(Unit.objects.all),
        partial(column_matches, "unit__slug"),
        _("counted in %(values)s"),
        NOT_STATED,
        _("whose quantity is not stated"),
    ),
)
DIMENSION = {dimension.name: dimension for dimension in DIMENSIONS}


# Sorting: each name gives expressions; "not stated" is null and comes last in both directions.


def rank(field, vocabulary):
    """Expression: the place of a value in its vocabulary; null for not stated."""
    stated = [value for value in vocabulary.values if value != UNSPECIFIED]
    return Case(*[When(**{field: value}, then=Value(n)) for n, value in enumerate(stated)])


def party_order():
    return CodePoints(Coalesce(localized_text("country__name"), localized_text("group_label")))


SORTS = {
    "country": (_("Country"), lambda: [party_order()]),
    "type": (_("Type of pledge"), lambda: [localized_order("type__name")]),
    "change": (_("Change"), lambda: [rank("change", Change)]),
    "quantity": (_("Quantity"), lambda: [Coalesce("quantity_min", "quantity_max")]),
    "status": (_("Status"), lambda: [rank("status", Status)]),
    "announced": (_("Announced on"), lambda: [F("announced_on")]),
    "attribution": (_("Who said it"), lambda: [rank("attribution", Attribution), localized_order("attributed_to")]),
    "evidence": (_("Evidence"), lambda: [rank("grade", Grade), F("independent_sources") * -1]),
}


def ordering(sort):
    """The order of `sort` (a name of SORTS, with `-` for descending), down to a unique tie-break."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    order = [term.desc(nulls_last=True) if descending else term.asc(nulls_last=True) for term in SORTS[name][1]()]
    if name == "quantity":
        # unlike units are not comparable: each keeps together
        order.insert(0, F("unit__position").asc(nulls_last=True))
    return [*order, F("announced_on").desc(nulls_last=True), CodePoints(F("slug")).asc()]


# Fields: what can be read from a query string, and the words for what cannot.


class VocabularyField(forms.MultipleChoiceField):
    default_error_messages = {
        "invalid_choice": _("The value “%(value)s” is not known, so no results are shown."),
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
    default_error_messages = {"invalid": _("“%(value)s” is not a date: write it like 2016-02-11.")}

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


class CommitmentForm(forms.Form):
    """What a query string holds besides filters, and what must fit together."""

    sort = ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[(sign + name, label) for name, (label, terms) in SORTS.items() for sign in ("", "-")],
    )
    page = WholeNumberField(label=_("Page"), required=False, min_value=1)

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
        self.given = data
        self.query = data.copy()
        for name in data:
            self.query.setlist(name, list(dict.fromkeys(value for value in data.getlist(name) if value.strip())))
            if not self.query.getlist(name):
                del self.query[name]
        self._choices = {}
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

    def filter_queryset(self, queryset):
        for name, filter_ in self.filters.items():
            queryset = filter_.filter(queryset, self.form.cleaned_data[name])
        return queryset

    # What can be chosen

    def choices(self, name):
        """The (value, label) pairs of a dimension; asked of the database once."""
        dimension = DIMENSION[name]
        if name not in self._choices:
            values = dimension.choices()
            if dimension.none_label:
                values = [*((v, label) for v, label in values if v != UNSPECIFIED), (NONE, dimension.none_label)]
            self._choices[name] = values
        return self._choices[name]

    def accepted(self, name):
        """The choices of a dimension, and the stored spelling of its "not stated" where it has one."""
        stored = [(UNSPECIFIED, NOT_STATED)] if name in {"change", "theatre"} else []
        return [*self.choices(name), *stored]

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
            found += [Problem(name, self.label(name), clipped(message)) for message in messages]
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

    @cached_property
    def results(self):
        """The matching commitments, in order, with their names at hand; none if there are problems."""
        if self.problems:
            return Commitment.objects.none()
        return self.qs.order_by(*ordering(self.sort)).with_names()

    # What was asked, in words and links

    def changed(self, **parameters):
        """The query string with parameters replaced (None removes one), back on the first page."""
        query = self.query.copy()
        for name, value in {"page": None, **parameters}.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query.urlencode()

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
            if name not in {"sort", "page"}:
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
