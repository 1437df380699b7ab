"""The filter of the list of requirements: a query string in, the matching public requirements out."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges.i18n import LANGUAGES, Alphabetical, CodePoints, localized_order, localized_text
from pledges.models import Commitment, CommitmentType, Country, Meeting, Requirement
from pledges.models.vocab import Stage, Theatre
from pledges.query.base import QueryFilter, isolated
from pledges.query.dimension import ClosedChoices, Dimension, named_choices
from pledges.query.facets import facet_counts
from pledges.query.fields import FoundByWords, SinceFilter, UntilFilter, page_field, sort_field
from pledges.query.pledge_dimensions import declined, source_choices
from pledges.record import folding, wording
from pledges.record.kinds import NOT_STATED

YES, NO = "yes", "no"
ANSWERED = [
    (YES, pgettext_lazy("requirement", "With an answer")),
    (NO, pgettext_lazy("requirement", "No answer found")),
]
DELIVERED = [
    (YES, pgettext_lazy("requirement", "Delivery of an answer is evidenced")),
    (NO, pgettext_lazy("requirement", "No delivery of an answer is evidenced")),
]
# for one value: both together leave nothing out
PHRASES = {
    "answered": {YES: _("that were answered"), NO: _("to which no answer was found")},
    "delivered": {
        YES: _("of which the delivery of an answer is evidenced"),
        NO: _("of which no delivery of an answer is evidenced"),
    },
}


# a refusal is an answer, but no pledge
IS_DELIVERED = Q(reached=Stage.DELIVERED) & ~declined()


def answers(*conditions: Q) -> QuerySet:
    """The links of a requirement to what is public and answered it, pledges or refusals, under these conditions."""
    pledges = Commitment.objects.public().filter(*conditions).order_by()
    return Requirement.answered_by.through.objects.filter(requirement=OuterRef("pk"), commitment__in=pledges)


def answered() -> Exists:
    return Exists(answers())


def delivered() -> Exists:
    return Exists(answers(IS_DELIVERED))


def number_of(links: QuerySet) -> Coalesce:
    """Expression: how many of the `answers` there are."""
    numbers = links.order_by().values("requirement").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(numbers, IntegerField()), 0)


def yes_no(name, label, choices, condition):
    """A dimension that asks whether something holds: a function that gives the condition."""

    def matches(values: list[str]) -> Q:
        if len(values) > 1:
            return Q(pk__isnull=False)
        return Q(condition()) if values == [YES] else ~Q(condition())

    return Dimension(
        name,
        label,
        "pk",
        lambda: choices,
        "%(values)s",
        special=matches,
        stored=lambda: Case(When(condition(), then=Value(YES)), default=Value(NO)),
    )


def source_matches(values: list[str]) -> Q:
    links = Requirement.sources.through.objects.filter(requirement=OuterRef("pk"), source__slug__in=values)
    return Q(Exists(links))


DIMENSIONS = (
    Dimension(
        "country",
        _("State that was asked"),
        "country__iso2",
        named_choices(lambda: Country.objects.public(), "iso2"),
        _("asked of %(values)s"),
        _("Groups of countries"),
        _("asked of groups of countries"),
    ),
    Dimension(
        "type",
        _("Type of pledge"),
        "type__slug",
        named_choices(CommitmentType.objects.all),
        _("of the type %(values)s"),
    ),
    Dimension(
        "meeting",
        _("Meeting"),
        "meeting__slug",
        named_choices(lambda: Meeting.objects.public()),
        _("tied to the meeting %(values)s"),
        NOT_STATED,
        _("that no meeting is tied to"),
    ),
    Dimension(
        "theatre",
        _("Theatre"),
        "theatre",
        ClosedChoices(Theatre),
        _("in the theatre %(values)s"),
        NOT_STATED,
        _("whose theatre is not stated"),
    ),
    yes_no("answered", _("Answer"), ANSWERED, answered),
    yes_no("delivered", _("Delivery"), DELIVERED, delivered),
    Dimension(
        "source",
        _("Source"),
        "sources__slug",
        source_choices,
        _("taken from the source %(values)s"),
        special=source_matches,
    ),
)
REQUIREMENT_DIMENSIONS = {dimension.name: dimension for dimension in DIMENSIONS}
# offered with a count beside each value
OFFERED = tuple(name for name in REQUIREMENT_DIMENSIONS if name != "source")

# what the search reads
TEXTS = (
    "quantity_text",
    *(f"{name}_{language}" for name in ("asked_by", "asked_of", "summary", "type__name") for language in LANGUAGES),
)

# Sorting: each name gives expressions, as for pledges.
REQUIREMENT_SORTS = {
    "asked": (_("Asked on"), lambda: [F("asked_on")]),
    "of": (_("Of whom"), lambda: [Alphabetical(localized_text("asked_of"))]),
    "type": (_("Type of pledge"), lambda: [localized_order("type__name")]),
    "answers": (_("Number of answers"), lambda: [F("pledged") + F("refused")]),
}


def requirement_ordering(sort: str) -> list:
    """The order of `sort` (a name of REQUIREMENT_SORTS, with `-` for descending), down to a unique tie-break."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    order = [
        term.desc(nulls_last=True) if descending else term.asc(nulls_last=True) for term in REQUIREMENT_SORTS[name][1]()
    ]
    return [*order, F("asked_on").desc(nulls_last=True), CodePoints(F("slug")).asc()]


def with_answers(requirements: QuerySet[Requirement]) -> QuerySet[Requirement]:
    """The rows with their names at hand, and the numbers of what is public and answered them.

    `pledged` is how many pledges did, `delivered` how many of those are evidenced as delivered, `refused` how many
    refusals did.
    """
    numbers = {
        "pledged": number_of(answers(~declined())),
        "delivered": number_of(answers(IS_DELIVERED)),
        "refused": number_of(answers(declined())),
    }
    return requirements.annotate(**numbers).select_related("country", "type", "unit", "meeting")


class RequirementForm(forms.Form):
    sort = sort_field(REQUIREMENT_SORTS)
    page = page_field()

    def clean(self):
        cleaned = super().clean()
        after, before = cleaned.get("asked_after"), cleaned.get("asked_before")
        if after and before and after > before:
            self.add_error("asked_before", _("This date is before the one in “asked since”."))
        return cleaned


class RequirementFilter(QueryFilter):
    """The filter of a query string (a QueryDict) over the public requirements.

    `.results` is the matching rows in order `with_answers`, none when there are `.problems`.
    """

    dimensions = REQUIREMENT_DIMENSIONS
    single_valued = ("q", "asked_after", "asked_before", *QueryFilter.single_valued)
    sorts = REQUIREMENT_SORTS
    default_sort = "-asked"
    unreadable = _("No requirements are shown, because part of the address cannot be read.")
    everything = _("All requirements on record.")
    everything_but = _("All requirements on record, %(clauses)s.")
    chosen = _("Requirements %(clauses)s.")

    asked_after = SinceFilter("asked_on", "asked_precision", label=_("Asked since"))
    asked_before = UntilFilter("asked_on", label=_("Asked until"))
    q = FoundByWords(label=_("Search"))

    class Meta:
        form = RequirementForm

    def __init__(self, data: QueryDict):
        super().__init__(data, Requirement.objects.public())

    @cached_property
    def found_by_words(self) -> list[int]:
        """The keys of the requirements that hold the words asked for."""
        rows = Requirement.objects.order_by().values_list("pk", *TEXTS)
        return [pk for pk, *texts in rows if folding.finds(self.form.cleaned_data["q"], texts)]

    @cached_property
    def results(self) -> QuerySet[Requirement]:
        """The matching requirements, in order, with their names at hand; none if there are problems."""
        return with_answers(self.matching()).order_by(*requirement_ordering(self.sort))

    def withdrawn(self) -> QuerySet[Requirement]:
        """What is not public and would match else, in no order, none if there are problems: not for readers to see."""
        rows = Requirement.objects.exclude(pk__in=Requirement.objects.public().order_by().values("pk"))
        return rows.none() if self.problems else self.filter_queryset(rows)

    @cached_property
    def occurring(self) -> dict:
        """{dimension: {value: number of requirements}} of all that are public."""
        return facet_counts(RequirementFilter.of(), OFFERED)

    def choices(self, name: str) -> list[tuple[str, str]]:
        # most countries and types have none; what is chosen stays
        offered = {*self.occurring[name], *self.parameters.getlist(name)}
        return [(value, label) for value, label in super().choices(name) if value in offered]

    def clause(self, name: str) -> str:
        if name in PHRASES:
            values = self.parameters.getlist(name)
            return str(PHRASES[name][values[0]]) if len(values) == 1 else ""
        return super().clause(name)

    def plain_label(self, name: str, value: str) -> str:
        if name in {"asked_after", "asked_before"} and not self.problems:
            return wording.day(self.form.cleaned_data[name])
        return super().plain_label(name, value)

    def plain_clause(self, name: str, value: Any) -> str:
        match name:
            case "asked_after":
                return gettext("made since %(day)s") % {"day": wording.day(value)}
            case "asked_before":
                return gettext("made until %(day)s") % {"day": wording.day(value)}
            case "q":
                return gettext("that contain “%(words)s”") % {"words": isolated(value)}
        return super().plain_clause(name, value)
