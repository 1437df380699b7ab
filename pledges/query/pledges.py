"""The one filter: a query string in, the matching public commitments out, and what it asked in words.

Every rendering takes `CommitmentFilter(request.GET).results`; nothing else decides which
commitments match. Input that cannot be read gives `problems` and no rows, never a wider result.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Self

from django import forms
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from pledges.history.days import AS_OF
from pledges.models import Commitment
from pledges.models.commitments import CommitmentQuerySet
from pledges.models.vocab import IN_FORCE, Grade, State
from pledges.query.base import EXCLUDE, Chip, QueryFilter, isolated
from pledges.query.choices import Choices, pairs
from pledges.query.dimension import NONE, Dimension
from pledges.query.fields import (
    ChoiceField,
    DayField,
    Filter,
    PastDayField,
    SearchField,
    Shallow,
    SinceFilter,
    UntilFilter,
    WholeNumberField,
    page_field,
    sort_field,
)
from pledges.query.index import keeping
from pledges.query.index.bitmaps import Index
from pledges.query.per_version import per_version
from pledges.query.pledge_dimensions import (
    DEFAULT_SORT,
    DIMENSION,
    SORTS,
    declined,
    declined_matches,
    held_on,
    later_within,
    ordering,
    pledge_choices,
)
from pledges.record import folding, wording
from pledges.record.fields import COLUMNS

SHOWN_ONCE = (
    *("sort", "page", "rows", "cell", "order", "by", "length", "about"),
    *("down", "across", "value", "ranked"),
    *("show", "measure", "split"),
)
# how a page or a file shows what matches: no condition on it
SHOWN_AS = (*SHOWN_ONCE, "columns")
DAYS = ("announced_after", "announced_before", "on", "later_after", "later_before")
SINGLE_VALUED = (*DAYS, "q", "disputed", "declined", "min_sources", AS_OF, *SHOWN_ONCE)
# of two days the first one, the last one, and what to say where they are the wrong way round
SPANS = (
    ("announced_after", "announced_before", _("This date is before the one in “announced since”.")),
    ("later_after", "later_before", _("This date is before the one in “later step since”.")),
)
# what makes a queryset of pledges hold all that is shown of them
Completed = Callable[[QuerySet[Commitment]], QuerySet[Commitment]]
# rows of which the names are kept
MOST_KEPT = 5_000
# pledges chosen one by one: more of them are one condition to readers, not a list
MOST_NAMED = 10
MOST_SOURCES = 1000
DISPUTED = Q(grade=Grade.DISPUTED)
# no pledge at all
NONE_AT_ALL = {"id": []}


class SearchFilter(Filter):
    """All words must occur, in any order: from the start of a word, figures as a whole, names by any name."""

    field_class = SearchField

    def filter(self, queryset, value):
        return queryset.filter(folding.holds("search_text", value)) if value else queryset

    def among(self, index, value):
        return index.holding(value)


class DisputedFilter(Filter):
    """`yes`: only pledges that a source contradicts; `no`: only the others."""

    field_class = ChoiceField

    def filter(self, queryset, value):
        return queryset.filter(DISPUTED if value == "yes" else ~DISPUTED) if value else queryset

    def among(self, index, value):
        return index.disputed if value == "yes" else index.public - index.disputed


class DeclinedFilter(Filter):
    """`yes`: only what was declined or denied, at once or later; `no`: only what counts as a pledge."""

    field_class = ChoiceField

    def filter(self, queryset, value):
        return queryset.filter(declined_matches(value)) if value else queryset

    def among(self, index, value):
        return index.refused if value == "yes" else index.public - index.refused


class MinSourcesFilter(Filter):
    field_class = WholeNumberField

    def filter(self, queryset, value):
        return queryset.filter(independent_sources__gte=value) if value else queryset

    def among(self, index, value):
        return index.supported_by(value)


class OnFilter(UntilFilter):
    """What had been made by the end of a day; which of it was in force is what `held` says."""

    field_class = PastDayField


class LaterDayFilter(Filter):
    """What has a later step from the day of `later_after` to that of `later_before`; `later` speaks of these alone."""

    field_class = DayField

    def filter(self, queryset, value):
        return queryset.exclude(self.parent.dimension("later").matches([NONE])) if value else queryset

    def among(self, index, value):
        return index.public - index.having("later", [NONE])


class ColumnsField(Shallow, forms.MultipleChoiceField):
    """Names of export columns in order: separated by commas, repeated, or both."""

    default_error_messages = {
        "invalid_choice": _("The column “\u2068%(value)s\u2069” is not known, so no results are shown."),
        "repeated": _("The column “\u2068%(value)s\u2069” was given more than once, so no results are shown."),
    }

    def to_python(self, value):
        parts = [part.strip() for text in super().to_python(value) for part in text.split(",")]
        return [part for part in parts if part]

    def validate(self, value):
        super().validate(value)
        for name in value:
            if value.count(name) > 1:
                raise forms.ValidationError(self.error_messages["repeated"], code="repeated", params={"value": name})


YES_NO = {
    "disputed": [
        ("yes", pgettext_lazy("disputed", "Disputed only")),
        ("no", pgettext_lazy("disputed", "Undisputed only")),
    ],
    "declined": [
        ("yes", pgettext_lazy("declined", "Declined or denied only")),
        ("no", pgettext_lazy("declined", "Without what was declined or denied")),
    ],
}


# what the list takes and what the matrix takes, the default first
ROWS = [("compact", pgettext_lazy("rows", "Compact")), ("full", pgettext_lazy("rows", "Full"))]
# what the brief takes
LENGTH = [("full", _("All that is known of each")), ("short", _("A few lines each"))]
CELL = [
    ("count", _("Number of pledges")),
    ("reached", _("Furthest stage reached")),
    ("latest", _("Latest announcement")),
]
ORDER = [("total", _("By number of pledges")), ("name", _("By name"))]
BY = [("type", _("Types of pledge")), ("type_group", _("Groups of types"))]
# what the free table takes: two dimensions, or one and all values
DOWN = [(name, dimension.label) for name, dimension in DIMENSION.items() if not dimension.keys]
ALL_VALUES = "nothing"
ACROSS = [("year", DIMENSION["year"].label), (ALL_VALUES, _("All values, no second dimension"))]
ACROSS += [pair for pair in DOWN if pair[0] != "year"]
VALUE = [
    ("count", _("Number of pledges")),
    ("delivered", _("Share delivered")),
    ("official", _("Share official")),
    ("disputed", _("Share disputed")),
    ("lower", _("Lower sum")),
    ("upper", _("Upper sum")),
    ("approval_days", _("Median days from pledge to approval")),
    ("delivery_days", _("Median days from pledge to delivery")),
]
# by what the page of disagreements compares the sources of a pledge
ABOUT = [
    ("evidence", pgettext_lazy("about", "Evidence")),
    ("number", pgettext_lazy("about", "Number")),
    ("date", pgettext_lazy("about", "Date")),
]
# how the rows of the table are ordered, besides by a column
BY_NAME, BY_TOTAL = "name", "total"

# what the timeline takes: numbers of each month or so far, of pledges or of one unit, in one drawing or one for each
# value of a dimension. A unit is no `value` of the table, which is lower or upper, and no `unit`, which is a filter
MONTHLY, CUMULATIVE, STANDING = "monthly", "cumulative", "in_force"
SHOW = [
    (MONTHLY, pgettext_lazy("show", "Month by month")),
    (CUMULATIVE, pgettext_lazy("show", "Added up over time")),
    (STANDING, pgettext_lazy("show", "In force at the end of each month")),
]
COUNT = "count"
NOT_SPLIT = "nothing"
SPLIT = [(NOT_SPLIT, pgettext_lazy("split", "Nothing"))]
SPLIT += [(name, dimension.label) for name, dimension in DIMENSION.items() if dimension.has_boxes and name != "year"]


def needs_a_day() -> str:
    return gettext("The status on a day needs the day: add “in force on”.")


class CommitmentForm(forms.Form):
    """What a query string holds besides filters, and what must fit together."""

    # what is left of it names no dimension
    without = ChoiceField(label=_("Leave out"), required=False, choices=())
    sort = sort_field(SORTS)
    page = page_field()
    rows = ChoiceField(label=_("Rows"), required=False, choices=ROWS)
    length = ChoiceField(label=_("Brief"), required=False, choices=LENGTH)
    cell = ChoiceField(label=_("Cells show"), required=False, choices=CELL)
    order = ChoiceField(label=_("Order of countries"), required=False, choices=ORDER)
    by = ChoiceField(label=_("Columns"), required=False, choices=BY)
    down = ChoiceField(label=_("Rows"), required=False, choices=DOWN)
    across = ChoiceField(label=pgettext_lazy("table", "Columns"), required=False, choices=ACROSS)
    value = ChoiceField(label=_("Value"), required=False, choices=VALUE)
    ranked = forms.CharField(label=_("Order of the rows"), required=False, max_length=200)
    about = ChoiceField(label=_("Compared by"), required=False, choices=ABOUT)
    show = ChoiceField(label=_("Numbers"), required=False, choices=SHOW)
    measure = forms.CharField(label=_("What is counted"), required=False, max_length=200)
    split = ChoiceField(label=_("Split by"), required=False, choices=SPLIT)
    columns = ColumnsField(
        label=_("Chosen columns"), required=False, choices=[(column.name, column.name) for column in COLUMNS]
    )

    def clean(self):
        cleaned = super().clean()
        for first, last, message in SPANS:
            after, before = cleaned.get(first), cleaned.get(last)
            if after and before and after > before:
                self.add_error(last, message)
        if cleaned.get("on") and not cleaned.get("held"):
            cleaned["held"] = IN_FORCE
        down, across = (cleaned.get(name) or self.fields[name].choices[0][0] for name in ("down", "across"))
        if down == across:
            self.add_error("across", _("Rows and columns are the same: choose two different ones."))
        for name, asked in (("held", cleaned.get("held")), ("not_held", cleaned.get("not_held"))):
            if asked and not self.data.get("on", "").strip():
                self.add_error(name, needs_a_day())
        for name, chosen in (("down", down), ("across", across)):
            if chosen == "held" and not self.data.get("on", "").strip():
                self.add_error(name, needs_a_day())
        ranked, measure = cleaned.get("ranked"), cleaned.get("measure")
        if ranked and ranked.removeprefix("-") not in self.orders(across):
            self.refuse("ranked", ranked)
        if measure and measure not in self.measures():
            self.refuse("measure", measure)
        elif measure not in {"", COUNT} and cleaned.get("show") == STANDING:
            self.add_error("measure", _("What is in force is counted in pledges, and in no unit."))
        return cleaned

    def refuse(self, name: str, value: str) -> None:
        message = ChoiceField.default_error_messages["invalid_choice"]
        self.add_error(name, forms.ValidationError(message, params={"value": value}))

    def measures(self) -> Container[str]:
        """What the timeline can count: pledges, or what they promise in a unit."""
        return {COUNT, *self.fields["unit"].accepted().labels} - {NONE}

    def orders(self, across: str) -> Container[str]:
        """By what the rows of the table can be ordered."""
        columns = dict(VALUE) if across == ALL_VALUES else self.fields[across].accepted().labels
        return {BY_NAME, BY_TOTAL, *columns}


@dataclass(frozen=True)
class Pages:
    """The matches of a filter for who takes slices of them; `complete` is what a queryset of them is made into."""

    query: "CommitmentFilter"
    complete: Completed

    def __getitem__(self, places: slice) -> list[Commitment]:
        return self.query.page_of(places.start, places.stop, self.complete)


@dataclass(frozen=True)
class Tally:
    """How many pledges there are and, never counted among them, refusals; with the queries of the rows of both.

    A refusal is what was declined or denied, at once or later.
    """

    pledges: int = 0
    refusals: int = 0
    query: str = ""
    refusals_query: str = ""

    @property
    def rows(self) -> int:
        return self.pledges + self.refusals

    @property
    def found(self) -> str:
        """The query of the pledges, or of the refusals where there are only these."""
        return self.query if self.pledges else self.refusals_query


def rows_with_names(keys: list[int]) -> dict[int, Commitment]:
    """{primary key: public pledge with its names}: each is read once for a version of the data, lists share many.

    Nobody changes them. What was withdrawn since the index was made is not among what is read.
    """
    kept = per_version("rows with names", dict)
    found = {key: row for key in keys if (row := kept.get(key))}
    if missing := [key for key in keys if key not in found]:
        read = Commitment.objects.public().with_names().in_bulk(missing)
        if len(kept) + len(read) <= MOST_KEPT:
            kept.update(read)
        found |= read
    return found


class CommitmentFilter(QueryFilter):
    """The filter of a query string (a QueryDict) over the public commitments.

    `.results` is the matching rows in order, none when there are `.problems`; `.sentence` says in
    words what they are; `.chips` are the active conditions.
    """

    dimensions = DIMENSION
    excludes = True
    shown_by = SHOWN_AS
    single_valued = SINGLE_VALUED
    sorts = SORTS
    default_sort = DEFAULT_SORT
    refusal = staticmethod(declined)
    unreadable = _("No pledges are shown, because part of the address cannot be read.")
    everything = _("All published pledges.")
    everything_but = _("All published pledges, %(clauses)s.")
    chosen = _("Pledges %(clauses)s.")

    announced_after = SinceFilter("announced_on", "announced_precision", label=_("Announced since"))
    announced_before = UntilFilter("announced_on", label=_("Announced until"))
    q = SearchFilter(label=_("Search"))
    disputed = DisputedFilter(label=_("Disputed"), choices=YES_NO["disputed"])
    declined = DeclinedFilter(label=_("Declined or denied"), choices=YES_NO["declined"])
    on = OnFilter("announced_on", label=_("In force on"))
    later_after = LaterDayFilter(label=_("Later step since"))
    later_before = LaterDayFilter(label=_("Later step until"))
    min_sources = MinSourcesFilter(label=_("Independent sources, at least"), min_value=1, max_value=MOST_SOURCES)

    class Meta:
        form = CommitmentForm

    def __init__(
        self, data: QueryDict, only: dict[str, list[str]] | None = None, accepted: dict[str, Choices] | None = None
    ):
        """`only`: values of dimensions that no parameter states, of a page about some pledges only."""
        self.only = only or {}
        self._sets: dict[str | None, BitMap] = {}
        rows = Commitment.objects.public()
        for name, values in self.only.items():
            rows = rows.filter(DIMENSION[name].matches(values))
        super().__init__(data, rows, accepted)
        if "columns" in self.parameters:
            # a repeated column is a mistake, unlike a repeated condition
            self.parameters.setlist("columns", [value for value in data.getlist("columns") if value.strip()])

    def shown_as(self, name: str) -> str:
        """How to show the matches: the choice for `rows`, `cell` and the like, the first one if none is made."""
        return (not self.problems and self.form.cleaned_data[name]) or self.form.fields[name].choices[0][0]

    @property
    def measure(self) -> str:
        """What the timeline counts: pledges, or the unit of this slug."""
        return (not self.problems and self.form.cleaned_data["measure"]) or COUNT

    @property
    def columns(self) -> list[str]:
        """The names of the export columns asked for, in order; none if all are wanted, or the usual table."""
        return [] if self.problems else self.form.cleaned_data["columns"]

    @property
    def chosen_slugs(self) -> list[str]:
        """The pledges chosen one by one, as asked."""
        return self.parameters.getlist("id")

    # What matches

    @cached_property
    def index(self) -> Index | None:
        """The index of what is public now; None where the database is to be asked."""
        index = None if self.problems else keeping.current()
        if index and self.form.cleaned_data["q"]:
            index = keeping.with_words(index)
        if not index:
            return None
        asked, of_query = self.form.cleaned_data, {}
        if asked["on"]:
            of_query["held"] = index.held_on(asked["on"])
        if asked["later_after"] or asked["later_before"]:
            of_query["later"] = index.later(asked["later_after"], asked["later_before"])
        return replace(index, of_query=of_query) if of_query else index

    @cached_property
    def dimensions_of_query(self) -> dict[str, Dimension]:
        """The dimensions that depend on what is asked."""
        asked, found = {} if self.problems else self.form.cleaned_data, {}
        if asked.get("on"):
            found["held"] = held_on(asked["on"])
        if asked.get("later_after") or asked.get("later_before"):
            found["later"] = later_within(asked["later_after"], asked["later_before"])
        return found

    def dimension(self, name: str) -> Dimension:
        return self.dimensions_of_query.get(name) or super().dimension(name)

    def matching_set(self, ignoring: str | None = None) -> BitMap:
        """`matching` as a set of the `index`."""
        # what is not asked for need not be ignored
        ignored = ignoring if self.form.cleaned_data.get(ignoring) else None
        if ignored not in self._sets:
            conditions = [DIMENSION[name].among(self.index, values) for name, values in self.only.items()]
            for name, filter_ in self.filters.items():
                if name != ignored and (value := self.form.cleaned_data[name]):
                    conditions.append(filter_.among(self.index, value))
            self._sets[ignored] = BitMap.intersection(self.index.public, *conditions)
        return self._sets[ignored]

    def counted(self, ignoring: str | None = None) -> Tally:
        """The `Tally` of the matches, without queries."""
        if self.index:
            rows = self.matching_set(ignoring)
            number, refusals = len(rows), rows.intersection_cardinality(self.index.refused)
        else:
            rows = self.matching(ignoring).order_by()
            number, refusals = rows.aggregate(n=Count("pk"), refusals=Count("pk", filter=declined())).values()
        return Tally(number - refusals, refusals)

    def is_longer_than(self, number: int) -> bool:
        return len(self.matching_set()) > number if self.index else super().is_longer_than(number)

    @cached_property
    def number_by_own_words(self) -> int:
        """How many of the matches of a search hold its words themselves."""
        if self.index:
            own = self.index.holding(self.form.cleaned_data["q"], own=True)
            return own.intersection_cardinality(self.matching_set())
        return self.matching().filter(self.holds_itself).count()

    # What was asked, with other conditions

    def changed(self, **parameters: Any) -> str:
        # what is asked of a day goes with it
        if parameters.get("on", "kept") is None:
            of_the_day = ["held", "not_held", *(name for name in ("down", "across") if self.is_held(name))]
            parameters = {**dict.fromkeys(of_the_day), **parameters}
        return super().changed(**parameters)

    def is_held(self, name: str) -> bool:
        return self.parameters.get(name) == "held"

    def without(self, name: str, value: str) -> str:
        return self.changed(on=None) if name == "on" else super().without(name, value)

    def asking(self, **parameters: Any) -> Self:
        """The filter with parameters replaced (None removes one)."""
        return type(self)(QueryDict(self.changed(**parameters)), self.only, self._accepted)

    # What counts as a pledge

    def tallied(self, rows: int, refusals: int, **conditions: Any) -> Tally:
        """The `Tally` of so many rows that match these conditions too, so many of them refusals."""
        # where there is nothing to leave out, the address need not say so
        alone = {"declined": "no"} if refusals else {}
        refused = self.narrowed(**conditions, declined="yes") if refusals else ""
        return Tally(rows - refusals, refusals, self.narrowed(**conditions, **alone), refused)

    @cached_property
    def tally(self) -> Tally:
        """The `Tally` of the matches."""
        found = self.counted()
        if not found.refusals:
            return replace(found, query=self.conditions)
        alone, refused = (self.with_conditions(declined=value) for value in ("no", "yes"))
        return replace(found, query=alone, refusals_query=refused)

    @cached_property
    def pledged(self) -> Self:
        """The filter of those matches that count as pledges."""
        return self.with_declined("no", self.tally.pledges) if self.tally.refusals else self

    @cached_property
    def refused(self) -> Self:
        """The filter of the refusals among the matches."""
        return self.with_declined("yes", self.tally.refusals)

    def with_declined(self, value: str, number: int) -> Self:
        # none where there is none: the value may replace another one
        only = self.only if number else NONE_AT_ALL
        return type(self)(QueryDict(self.changed(declined=value)), only, self._accepted)

    @cached_property
    def results(self) -> QuerySet[Commitment]:
        """The matching commitments, in order, with their names at hand; none if there are problems."""
        first = [Case(When(self.holds_itself, then=0), default=1)] if self.own_words_first else []
        return self.matching().order_by(*first, *ordering(self.sort)).with_names()

    def page_of(self, start: int, stop: int, complete: Completed = CommitmentQuerySet.with_names) -> list[Commitment]:
        """The `results` at some places, from 0; `complete` is what a queryset of them is made into."""
        if not self.index or not self.is_in_usual_order:
            return list(complete(self.results)[start:stop])
        keys = self.keys_of(start, stop)
        if complete is CommitmentQuerySet.with_names:
            rows = rows_with_names(keys)
        else:
            rows = complete(Commitment.objects.public()).in_bulk(keys)
        return [rows[key] for key in keys if key in rows]

    @property
    def keys(self) -> list[int]:
        """The primary keys of the `results`, in their order."""
        if self.index and self.is_in_usual_order:
            return self.keys_of(0, len(self.matching_set()))
        return list(self.results.values_list("pk", flat=True))

    @property
    def is_in_usual_order(self) -> bool:
        return self.sort == DEFAULT_SORT

    def keys_of(self, start: int, stop: int) -> list[int]:
        """The primary keys at some places of the matches in the usual order, by the index."""
        if not self.own_words_first:
            return self.index.keys_of(self.matching_set(), start, stop)
        own = self.matching_set() & self.index.holding(self.form.cleaned_data["q"], own=True)
        first = self.index.keys_of(own, start, stop)
        others = self.index.keys_of(self.matching_set() - own, max(start - len(own), 0), max(stop - len(own), 0))
        return [*first, *others]

    @property
    def own_words_first(self) -> bool:
        """Whether the pledges that hold the words of a search themselves come first: no other order is chosen."""
        return bool(not self.problems and self.form.cleaned_data["q"] and not self.form.cleaned_data["sort"])

    @property
    def holds_itself(self) -> Q:
        """Condition on a match of a search: the pledge itself holds the words, not only a title of its sources."""
        return folding.holds("own_words", "" if self.problems else self.form.cleaned_data["q"])

    def withdrawn(self) -> QuerySet[Commitment]:
        """What is withdrawn and would match else, in no order, none if there are problems: not for readers to see."""
        rows = Commitment.objects.filter(state=State.WITHDRAWN)
        return rows.none() if self.problems else self.filter_queryset(rows)

    def accepted(self, name: str) -> Choices:
        # of all pledges only those asked for, which may be few of very many
        if name == "id" and name not in self._accepted:
            asked = [*self.parameters.getlist("id"), *self.parameters.getlist(EXCLUDE + "id")]
            self._accepted[name] = pairs(pledge_choices([slug.lower() for slug in asked]))
        return super().accepted(name)

    def codes(self, name: str) -> Choices:
        return Choices([*self.accepted("unit"), (COUNT, "")]) if name == "measure" else super().codes(name)

    def chips_of(self, name: str) -> list[Chip]:
        number = len(self.parameters.getlist(name))
        if name.removeprefix(EXCLUDE) == "id" and number > MOST_NAMED:
            words = ngettext("%(count)s pledge", "%(count)s pledges", number) % {"count": number}
            return [Chip(self.label(name), words, self.changed(**{name: None}))]
        return super().chips_of(name)

    def clause(self, name: str) -> str:
        number = len(self.parameters.getlist(name))
        if name == "id":
            return ngettext("from a selection of %(count)s pledge", "from a selection of %(count)s pledges", number) % {
                "count": number
            }
        if name == "held":
            return ""  # the clause of the day tells it
        if name == EXCLUDE + "id":
            return ngettext(
                "except a selection of %(count)s pledge", "except a selection of %(count)s pledges", number
            ) % {"count": number}
        return super().clause(name)

    def held_clause(self, day: date) -> str:
        """What the sentence says of the day that `on` names."""
        held = self.parameters.getlist("held")
        if not held:
            return gettext("in force on %(day)s") % {"day": wording.day(day)}
        words = {"day": wording.day(day), "values": get_text_list([self.value_label("held", value) for value in held])}
        return gettext("whose status on %(day)s was %(values)s") % words

    def plain_label(self, name: str, value: str) -> str:
        if name in YES_NO:
            return str(dict(YES_NO[name]).get(value, value))
        if name in DAYS and not self.problems:
            return wording.day(self.form.cleaned_data[name])
        return super().plain_label(name, value)

    def plain_clause(self, name: str, value: Any) -> str:
        match name:
            case "announced_after":
                return gettext("announced since %(day)s") % {"day": wording.day(value)}
            case "announced_before":
                return gettext("announced until %(day)s") % {"day": wording.day(value)}
            case "on":
                return self.held_clause(value)
            case "later_after":
                return gettext("with a later step since %(day)s") % {"day": wording.day(value)}
            case "later_before":
                return gettext("with a later step until %(day)s") % {"day": wording.day(value)}
            case "q":
                return gettext("that contain “%(words)s”") % {"words": isolated(value)}
            case "disputed" if value == "yes":
                return gettext("that a source contradicts")
            case "disputed":
                return gettext("that no source contradicts")
            case "declined" if value == "yes":
                return gettext("that were declined or denied")
            case "declined":
                return gettext("that were not declined or denied")
            case "min_sources":
                return ngettext(
                    "supported by at least %(count)s independent source",
                    "supported by at least %(count)s independent sources",
                    value,
                ) % {"count": value}
        return super().plain_clause(name, value)
