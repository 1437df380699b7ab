"""A query string as a filter: what was asked, whether it can be read, how to change it, what it says in words.

`QueryFilter` holds what all filters share; each of them adds its rows, its parameters and its words.
Input that cannot be read gives `problems` and no rows, never a wider result.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from typing import Any, Self
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pledges.history.as_of import known_on
from pledges.history.days import AS_OF
from pledges.query.choices import Choices, choices_of, kept, pairs
from pledges.query.dimension import NONE, Dimension
from pledges.query.fields import AsOfFilter, ChoiceField, VocabularyField, VocabularyFilter
from pledges.record import folding, wording

EXCLUDE = "not_"
# names dimensions whose values are left out, for forms, where one box turns a whole list round
WITHOUT = "without"
LONGEST_MESSAGE = 300
# more values than that are conditions by parameter, not one by one
MOST_CHIPS = 50
# characters of a query string that each number of a page can repeat in its link
LONGEST_REPEATED = 2_500


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


class QueryFilter(django_filters.FilterSet):
    """The filter of a query string (a QueryDict) over public rows.

    `.matching()` is the matching rows, none when there are `.problems`; `.sentence` says in words what
    they are; `.chips` are the active conditions.
    """

    dimensions: Mapping[str, Dimension] = {}
    excludes = False  # whether each dimension can also be excluded, as `not_…`
    shown_by = ("sort", "page")  # how a page shows what matches: no condition on it
    single_valued = (AS_OF, *shown_by)  # what may be given once only
    sorts: Mapping[str, tuple[str, Callable[[], list]]] = {}  # name: (label, terms)
    default_sort = ""
    refusal: Callable[[], Q] | None = None  # which rows are counted apart
    index = None  # of the rows in memory, where there is one
    # the sentence where nothing can be read, without conditions, where none chooses rows, with others
    unreadable = everything = ""
    everything_but = chosen = "%(clauses)s"

    def __init__(self, data: QueryDict, rows: QuerySet, accepted: dict[str, Choices] | None = None):
        """`accepted` is what another filter has asked the database already."""
        self.parameters = data.copy()
        for name in data:
            self.parameters.setlist(name, list(dict.fromkeys(value for value in data.getlist(name) if value.strip())))
            if not self.parameters.getlist(name):
                del self.parameters[name]
        self.leave_out(data.getlist(WITHOUT))
        self._rests: dict[frozenset[str], str] = {}
        self._accepted = {} if accepted is None else accepted
        for name in self.parameters:
            values = [self.known_code(name, value) for value in self.parameters.getlist(name)]
            self.parameters.setlist(name, list(dict.fromkeys(values)))
        super().__init__(self.parameters, rows)

    def leave_out(self, names: list[str]) -> None:
        """Turns the conditions of dimensions into their exclusions; a name that is none stays where it was given."""
        turned = {name for name in names if self.excludes and name in self.dimensions}
        for name in turned:
            both = [*self.parameters.getlist(EXCLUDE + name), *self.parameters.pop(name, [])]
            if both:
                self.parameters.setlist(EXCLUDE + name, list(dict.fromkeys(both)))
        if WITHOUT in self.parameters:
            self.parameters.setlist(WITHOUT, [name for name in self.parameters.getlist(WITHOUT) if name not in turned])
            if not self.parameters.getlist(WITHOUT):
                del self.parameters[WITHOUT]

    @classmethod
    def of(cls, **conditions: str) -> Self:
        """The filter of a page's own conditions, each with one value, on the day that is asked for."""
        query = QueryDict(mutable=True)
        query.update({**conditions, AS_OF: str(known_on())} if known_on() else conditions)
        return cls(query)

    @classmethod
    def get_filters(cls):
        """The dimensions, their exclusions, the declared filters, then the day: the order of the sentence."""
        known = cls.dimensions.values()
        plain = {d.name: VocabularyFilter(d, label=d.label) for d in known}
        excluding = {EXCLUDE + d.name: VocabularyFilter(d, label=d.label, exclude=True) for d in known if cls.excludes}
        return {**plain, **excluding, **super().get_filters(), AS_OF: AsOfFilter(label=_("As known on"))}

    def dimension(self, name: str) -> Dimension:
        """A dimension, as it is where it depends on what else is asked."""
        return self.dimensions[name]

    def get_form_class(self) -> type[forms.Form]:
        return form_class(type(self))

    @cached_property
    def form(self) -> forms.Form:
        """What was given, checked."""
        form = super().form
        for name, field in form.fields.items():
            if isinstance(field, VocabularyField):
                field.accepted = partial(self.accepted, name.removeprefix(EXCLUDE))
        return form

    def filter_queryset(self, queryset: QuerySet, ignoring: str | None = None) -> QuerySet:
        for name, filter_ in self.filters.items():
            if name != ignoring:
                queryset = filter_.filter(queryset, self.form.cleaned_data[name])
        return queryset

    # What can be chosen

    def accepted(self, name: str) -> Choices:
        """The (value, label) pairs that a dimension takes; asked of the database once."""
        if name not in self._accepted:
            if name not in self._kept:
                self._kept[name] = choices_of(self.dimensions[name])
            self._accepted[name] = self._kept[name]
        return self._accepted[name]

    @cached_property
    def _kept(self) -> dict[str, Choices]:
        return kept(type(self))

    def codes(self, name: str) -> Choices:
        """The values that a parameter can have, with their labels; none where they are no codes."""
        if name.removeprefix(EXCLUDE) in self.dimensions:
            return self.accepted(name.removeprefix(EXCLUDE))
        if isinstance(field := self._meta.form.base_fields.get(name), ChoiceField):
            return pairs(field.choices)
        return pairs(self.base_filters[name].extra.get("choices", []) if name in self.base_filters else [])

    def known_code(self, name: str, value: str) -> str:
        """The value of a parameter as it is written, whatever the case of its letters; itself if it is not known."""
        return self.codes(name).code(value)

    def choices(self, name: str) -> list[tuple[str, str]]:
        """The pairs to offer: "not stated" once, not also as it is stored."""
        return self.accepted(name).offered

    # What was asked

    @cached_property
    def problems(self) -> list[Problem]:
        """What cannot be read or is not known; empty when all is well."""
        found = [
            Problem(name, clipped(name), gettext("This parameter is not known, so no results are shown."))
            for name in self.parameters
            if name not in self.form.fields
        ]
        found += [
            Problem(name, self.label(name), gettext("This was given more than once, so no results are shown."))
            for name in self.single_valued
            if len(self.parameters.getlist(name)) > 1
        ]
        for name, messages in self.form.errors.items():
            found += [Problem(name, self.label(name), clipped(message, LONGEST_MESSAGE)) for message in messages]
        return found

    def label(self, name: str) -> str:
        """The words for a parameter."""
        dimension = self.dimensions.get(name.removeprefix(EXCLUDE))
        if dimension and name.startswith(EXCLUDE):
            return gettext("Excluding: %(label)s") % {"label": dimension.label}
        return str(dimension.label if dimension else self.form.fields[name].label)

    @property
    def sort(self) -> str:
        """The active sort, for example `-announced`."""
        return (not self.problems and self.form.cleaned_data["sort"]) or self.default_sort

    @property
    def page(self) -> int:
        """The page asked for, from 1."""
        return (not self.problems and self.form.cleaned_data["page"]) or 1

    @property
    def changed_between(self) -> tuple[datetime | None, datetime | None]:
        """The span of time, with both ends, whose changes are asked for: all of it, but where the days can be named."""
        return None, None

    def matching(self, ignoring: str | None = None) -> QuerySet:
        """The matching rows in no order, none if there are problems.

        `ignoring` names a dimension whose selection is left out: what its other values would give.
        """
        if self.problems:
            return self.queryset.none()
        return self.filter_queryset(self.queryset.all(), ignoring)

    def is_longer_than(self, number: int) -> bool:
        """Whether more rows match, without counting them all."""
        return self.matching().order_by()[number : number + 1].exists()

    @property
    def also_found(self) -> list[tuple[str, tuple[str, ...]]]:
        """The names in a search that other names are found with: each as (name, other names)."""
        query = self.form.cleaned_data.get("q") if not self.problems else ""
        return [(name.written, name.others) for name in folding.asked(query or "").values() if name]

    # What was asked, in words and links

    def changed(self, **parameters: Any) -> str:
        """The query string with parameters replaced (None removes one), back on the first page."""
        changes = {"page": None, **parameters}
        # not by a copy of the QueryDict, which is a deep one: a page has hundreds of these
        kept = [(name, value) for name, values in self.parameters.lists() if name not in changes for value in values]
        return urlencode([*kept, *((name, value) for name, value in changes.items() if value is not None)])

    @cached_property
    def is_long(self) -> bool:
        """Whether the query string is too long for a page of numbers to repeat it in every link."""
        return len(self.parameters.urlencode()) > LONGEST_REPEATED

    def narrowed(self, **conditions: Any) -> str | None:
        """The query string of the matches with these conditions too, each in place of its like.

        It leaves out what only concerns how this page shows them; the order of the rows stays. None where the
        numbers of a page are not linked, because the query is too long.
        """
        if self.is_long and any(value is not None for value in conditions.values()):
            return None
        return self.with_conditions(**conditions)

    def with_conditions(self, **conditions: Any) -> str:
        """The same however long, for the few links that lead on from the matches as a whole.

        A list is several values of one condition.
        """
        asked = urlencode([(name, value) for name, value in conditions.items() if value is not None], doseq=True)
        return "&".join(filter(None, (self.rest(frozenset(conditions)), asked)))

    def rest(self, names: frozenset[str]) -> str:
        """The query string of the matches without some conditions: made once, a page has hundreds of links."""
        if names not in self._rests:
            self._rests[names] = self.changed(**dict.fromkeys({*self.shown_by, *names} - ({"sort"} - names)))
        return self._rests[names]

    @property
    def conditions(self) -> str:
        """The query string of the matches for any page."""
        return self.narrowed()

    @property
    def asked(self) -> set[str]:
        """The names of the parameters that are conditions."""
        return set(self.parameters) - set(self.shown_by)

    def without(self, name: str, value: str) -> str:
        """The query string without one value of a parameter, back on the first page."""
        query = self.parameters.copy()
        query.pop("page", None)
        query.setlist(name, [other for other in query.getlist(name) if other != value])
        return query.urlencode()

    @cached_property
    def chips(self) -> list[Chip]:
        """The active conditions, those that cannot be read included: one by one, very many by parameter.

        Each holds the rest of the query, so that their size grows with the square of their number.
        """
        asked = [name for name in self.parameters if name in self.asked]
        if sum(len(self.parameters.getlist(name)) for name in asked) <= MOST_CHIPS:
            return [chip for name in asked for chip in self.chips_of(name)]
        known = [name for name in asked if name in self.form.fields]
        unknown = [name for name in asked if name not in self.form.fields]
        groups = [([name], self.label(name)) for name in known] + [(unknown, gettext("Unknown parameters"))]
        return [chip for names, label in groups for chip in self.chips_together(names, label)]

    def chips_of(self, name: str) -> list[Chip]:
        """The active conditions of one parameter."""
        label = self.label(name) if name in self.form.fields else clipped(name)
        return [
            Chip(label, clipped(self.value_label(name, value)), self.without(name, value))
            for value in self.parameters.getlist(name)
        ]

    def chips_together(self, names: list[str], label: str) -> list[Chip]:
        """One chip for all values of some parameters; that of the value if there is but one."""
        number = sum(len(self.parameters.getlist(name)) for name in names)
        if number < 2:
            return [chip for name in names for chip in self.chips_of(name)]
        words = ngettext("%(count)s value", "%(count)s values", number) % {"count": number}
        return [Chip(label, words, self.changed(**dict.fromkeys(names)))]

    def value_label(self, name: str, value: str) -> str:
        """The words for a value of a parameter; the value itself where it has none."""
        plain = name.removeprefix(EXCLUDE)
        if plain in self.dimensions:
            return self.accepted(plain).labels.get(value, value)
        return self.plain_label(name, value)

    def plain_label(self, name: str, value: str) -> str:
        """The same for a parameter that is no dimension."""
        return wording.day(self.form.cleaned_data[name]) if name == AS_OF and not self.problems else value

    @cached_property
    def sentence(self) -> str:
        """One sentence saying which rows match; why there are none if there are problems."""
        if self.problems:
            return str(self.unreadable)
        asked = {name: clause for name in self.form.fields if name in self.parameters and (clause := self.clause(name))}
        clauses = gettext(", ").join(asked.values())
        if not asked:
            return str(self.everything)
        if all(name.startswith(EXCLUDE) or name == AS_OF for name in asked):
            return self.everything_but % {"clauses": clauses}
        return self.chosen % {"clauses": clauses}

    def clause(self, name: str) -> str:
        """The part of the sentence that one parameter adds; empty for sort and page."""
        dimension = self.dimensions.get(name.removeprefix(EXCLUDE))
        if dimension:
            values = get_text_list([self.value_label(name, value) for value in self.parameters.getlist(name)])
            if name.startswith(EXCLUDE):
                return gettext("except %(label)s: %(values)s") % {"label": dimension.label, "values": values}
            if self.parameters.getlist(name) == [NONE]:
                return str(dimension.none_phrase)
            return dimension.phrase % {"values": values}
        return self.plain_clause(name, self.form.cleaned_data.get(name))

    def plain_clause(self, name: str, value: Any) -> str:
        """The same for a parameter that is no dimension."""
        return gettext("as known on %(day)s") % {"day": wording.day(value)} if name == AS_OF else ""


@cache
def form_class(filters: type[QueryFilter]) -> type[forms.Form]:
    """The class of the forms of a filter: making it for each query takes longer than asking it."""
    fields = {name: filter_.field for name, filter_ in filters.base_filters.items()}
    return type(f"{filters.__name__}Form", (filters._meta.form,), fields)


def clipped(value: str, length: int = 80) -> str:
    """Text that a client sent, made short enough to repeat, with a mark where it was cut."""
    return value if len(value) <= length else f"{value[:length]}…"


def isolated(value: str) -> str:
    """Text in its own direction, whatever surrounds it (Unicode's isolates)."""
    return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"
