"""What commitments can be filtered and sorted by: each a row of a table."""

import re
from dataclasses import replace
from datetime import date
from functools import partial

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Coalesce, ExtractYear
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pledges.i18n import CodePoints, localized_order
from pledges.models import Bloc, BlocMember, Citation, Commitment, Condition, Place, Requirement, Source, StatusChange
from pledges.models.blocs import holding_on
from pledges.models.vocab import (
    STAGE_BY_STATUS,
    STATUSES_BY_STAGE,
    Attribution,
    Change,
    Claims,
    ConditionKind,
    Grade,
    InTotals,
    Lag,
    SourceLanguage,
    Stage,
    Stance,
    Status,
)
from pledges.query.dimension import NONE, ClosedChoices, Dimension, named_choices, rank
from pledges.query.lags import lag_matches, lag_value
from pledges.query.months import in_months, in_quarters, month_choices, month_value, quarter_choices, quarter_value
from pledges.query.steps_in_time import held_matches, held_value, later_matches, later_value
from pledges.record import wording
from pledges.record.fields import FILTERS, in_order
from pledges.record.kinds import NOT_STATED, Filter
from pledges.record.totals import declined, in_totals

# what a gap between the values of sources says, by a test of it against nothing
CLAIMS_BY_GAP = (("gt", Claims.DIFFER), ("exact", Claims.AGREE))
# the value for a later step without a date
UNDATED = "undated"
IS_SLUG = re.compile(r"[a-z0-9_-]+").fullmatch


def source_choices() -> list[tuple[str, str]]:
    return list(Source.objects.public().values_list("slug", "title"))


def pledge_choices(slugs: list[str] | None = None) -> list[tuple[str, str]]:
    """The public pledges, or those of them with these slugs, by slug and name."""
    pledges = Commitment.objects.public().with_names().order_by("slug")
    if slugs is not None:
        # what is no slug is not asked of the database
        pledges = pledges.filter(slug__in=[slug for slug in slugs if IS_SLUG(slug)])
    return [(pledge.slug, str(pledge)) for pledge in pledges]


def place_matches(values: list[str]) -> Q:
    named = Exists(Commitment.places.through.objects.filter(commitment=OuterRef("pk"), place__slug__in=values))
    nowhere = ~Exists(Commitment.places.through.objects.filter(commitment=OuterRef("pk")))
    return Q(named) | Q(nowhere) if NONE in values else Q(named)


def condition_matches(values: list[str]) -> Q:
    kinds = Q(Exists(Condition.objects.filter(commitment=OuterRef("pk"), kind__in=values)))
    return kinds | ~Exists(Condition.objects.filter(commitment=OuterRef("pk"))) if NONE in values else kinds


def memberships():
    """The memberships of its country that held on the day of a commitment."""
    return BlocMember.objects.filter(holding_on(OuterRef("announced_on")), country=OuterRef("country"))


def bloc_matches(values: list[str]) -> Q:
    found = Q(Exists(memberships().filter(bloc__slug__in=values)))
    return found | ~Exists(memberships()) if NONE in values else found


def bloc_value():
    """Expression: each bloc of a commitment; None where there is none.

    A membership of another day stands for one that holds, which is there by itself, too.
    """
    holds = holding_on(F("announced_on"), "country__bloc_memberships__")
    first = memberships().order_by("bloc__slug").values("bloc__slug")[:1]
    return Case(When(holds, then=F("country__bloc_memberships__bloc__slug")), default=Subquery(first))


def source_matches(values: list[str]) -> Q:
    return Q(Exists(Citation.objects.filter(commitment=OuterRef("pk"), source__slug__in=values)))


def source_language_matches(values: list[str]) -> Q:
    return Q(Exists(Citation.objects.filter(commitment=OuterRef("pk"), source__language__in=values)))


def supporting():
    return Citation.objects.filter(commitment=OuterRef("pk"), stance=Stance.SUPPORTS)


def only_source_matches(values: list[str]) -> Q:
    """What one of the sources supports while no independent one does; `none`: what several do."""
    has_one = Q(independent_sources=1)
    found = has_one & Q(Exists(supporting().filter(source__slug__in=values)))
    return found | ~has_one if NONE in values else found


def only_source_value():
    """Expression: each source that supports a commitment, where all go back to one; None where several do.

    A citation that does not support it stands for one that does, which is there by itself, too.
    """
    first = supporting().order_by("source__slug").values("source__slug")[:1]
    supports = When(citations__stance=Stance.SUPPORTS, then=F("citations__source__slug"))
    return Case(When(~Q(independent_sources=1), then=None), supports, default=Subquery(first))


def requirement_choices() -> list[tuple[str, str]]:
    rows = Requirement.objects.public().select_related("type").order_by("slug")
    return [(row.slug, wording.requirement(row)) for row in rows]


def requirement_matches(values: list[str]) -> Q:
    """The commitments that answered one of the public requirements; `none`: those that answered none."""
    found = answering(requirement__slug__in=values)
    return found | ~answering() if NONE in values else found


def answering(**conditions) -> Q:
    """Q: the commitment answered a public requirement under these conditions on the link of both."""
    public = Requirement.objects.public().order_by()
    links = Requirement.answered_by.through.objects.filter(requirement__in=public, **conditions)
    return Q(pk__in=links.values("commitment"))


def requirement_of_answer():
    """Expression: each public requirement that a commitment answered; None where there is none."""
    return Case(
        When(requirements__in=Requirement.objects.public().order_by(), then=F("requirements__slug")),
        When(answering(), then=Value("one that is not public")),
    )


def stage_matches(values: list[str]) -> Q:
    return Q(status__in=[status for stage in values for status in STATUSES_BY_STAGE[Stage(stage)]])


def year_choices() -> list[tuple[str, str]]:
    """The years of announcement, latest first."""
    years = Commitment.objects.public().dates("announced_on", "year", order="DESC")
    return [(str(day.year), str(day.year)) for day in years]


def year_matches(values: list[str]) -> Q:
    years = Q(announced_on__year__in=[int(value) for value in values if value != NONE])
    return years | Q(announced_on__isnull=True) if NONE in values else years


def announced_month_matches(values: list[str]) -> Q:
    months = in_months([value for value in values if value != NONE], "announced_on", "announced_precision")
    return months | Q(announced_on__isnull=True) if NONE in values else months


def announced_quarter_matches(values: list[str]) -> Q:
    quarters = in_quarters([value for value in values if value != NONE], "announced_on", "announced_precision")
    return quarters | Q(announced_on__isnull=True) if NONE in values else quarters


def steps():
    return StatusChange.objects.filter(commitment__in=Commitment.objects.public())


def step_matches(values: list[str]) -> Q:
    """A later step in one of the months; `none`: no later step."""
    months = in_months([value for value in values if value not in {NONE, UNDATED}], "happened_on", "happened_precision")
    undated = Q(happened_on__isnull=True) if UNDATED in values else Q(pk__in=[])
    found = Q(Exists(StatusChange.objects.filter(months | undated, commitment=OuterRef("pk"))))
    return found | ~Exists(StatusChange.objects.filter(commitment=OuterRef("pk"))) if NONE in values else found


def step_value():
    """Expression: the month of each later step of a commitment, or that it has no date; None where there is no step."""
    undated = When(status_changes__happened_on__isnull=True, then=Value(UNDATED))
    no_step = When(status_changes__isnull=True, then=None)
    month = month_value("status_changes__happened_on", "status_changes__happened_precision")
    return Case(no_step, undated, default=month, output_field=CharField())


def step_choices() -> list[tuple[str, str]]:
    return [*month_choices(steps(), "happened_on", "happened_precision"), (UNDATED, _("Date of the step not stated"))]


def declined_matches(value: str) -> Q:
    """Q of the parameter `declined`: `yes` for refusals only, `no` for what counts as a pledge."""
    return declined() if value == "yes" else ~declined()


def claims_value(gap: str) -> Case:
    """Expression: whether the values that sources give differ, by the gap between them."""
    differ, agree = (When(**{f"{gap}__{test}": 0}, then=Value(found.value)) for test, found in CLAIMS_BY_GAP)
    return Case(differ, agree, output_field=CharField())


def claims_matches(gap: str, values: list[str]) -> Q:
    found = [Q(**{f"{gap}__{test}": 0}) for test, claims in CLAIMS_BY_GAP if claims in values]
    none = [Q(**{f"{gap}__isnull": True})] if NONE in values else []
    return Q(*found, *none, _connector=Q.OR)


def in_totals_matches(values: list[str]) -> Q:
    return Q(pk__in=Commitment.objects.annotate(in_totals=in_totals()).filter(in_totals__in=values).values("pk"))


FEWER_THAN_TWO = _("Fewer than two sources give one")

# what asks more than the column of a field
SPECIAL = (
    Dimension(
        "stage",
        _("Stage"),
        "status",
        ClosedChoices(Stage),
        _("at the stage %(values)s"),
        special=stage_matches,
        shown=lambda status: STAGE_BY_STATUS[Status(status)].value,
        has_boxes=True,
    ),
    Dimension(
        "place",
        _("Place"),
        "places__slug",
        named_choices(lambda: Place.objects.public()),
        _("at the place %(values)s"),
        NOT_STATED,
        _("whose place is not stated"),
        special=place_matches,
        has_boxes=True,
    ),
    Dimension(
        "condition",
        _("Condition"),
        "conditions__kind",
        ClosedChoices(ConditionKind),
        _("with the condition %(values)s"),
        _("No condition"),
        _("without a condition"),
        special=condition_matches,
        has_boxes=True,
    ),
    Dimension(
        "bloc",
        _("Bloc"),
        "country__bloc_memberships__bloc__slug",
        named_choices(Bloc.objects.all),
        _("of the bloc %(values)s"),
        _("No bloc, or a group of countries"),
        _("of no bloc"),
        special=bloc_matches,
        stored=bloc_value,
        has_boxes=True,
    ),
    Dimension(
        "requirement",
        _("Requirement"),
        "requirements__slug",
        requirement_choices,
        _("in answer to the requirement %(values)s"),
        _("No requirement on record"),
        _("that answer no requirement on record"),
        special=requirement_matches,
        stored=requirement_of_answer,
    ),
    Dimension(
        "source",
        _("Source"),
        "citations__source__slug",
        source_choices,
        _("citing the source %(values)s"),
        special=source_matches,
    ),
    Dimension(
        "only_source",
        _("Only source"),
        "citations__source__slug",
        source_choices,
        _("known only from the source %(values)s or copies of its story"),
        _("Several independent sources"),
        _("known from several independent sources"),
        special=only_source_matches,
        stored=only_source_value,
    ),
    Dimension(
        "source_language",
        _("Language of a source"),
        "citations__source__language",
        ClosedChoices(SourceLanguage),
        _("with a source in %(values)s"),
        special=source_language_matches,
        has_boxes=True,
    ),
    Dimension(
        "year",
        _("Year"),
        "announced_on",
        year_choices,
        _("announced in %(values)s"),
        NOT_STATED,
        _("whose date is not stated"),
        special=year_matches,
        stored=lambda: Cast(ExtractYear("announced_on"), CharField()),
        has_boxes=True,
    ),
    Dimension(
        "quarter",
        _("Quarter"),
        "announced_on",
        lambda: quarter_choices(Commitment.objects.public(), "announced_on", "announced_precision"),
        _("announced in %(values)s"),
        NOT_STATED,
        _("whose date is not stated"),
        special=announced_quarter_matches,
        stored=lambda: quarter_value("announced_on", "announced_precision"),
    ),
    Dimension(
        "month",
        _("Month"),
        "announced_on",
        lambda: month_choices(Commitment.objects.public(), "announced_on", "announced_precision"),
        _("announced in %(values)s"),
        NOT_STATED,
        _("whose date is not stated"),
        special=announced_month_matches,
        stored=lambda: month_value("announced_on", "announced_precision"),
    ),
    Dimension(
        "step",
        _("Later step"),
        "status_changes__happened_on",
        step_choices,
        _("with a later step: %(values)s"),
        _("No later step"),
        _("without a later step"),
        special=step_matches,
        stored=step_value,
    ),
    Dimension(
        "later",
        _("Later status"),
        "status_changes__status",
        ClosedChoices(Status),
        _("with the later status %(values)s"),
        _("No later step"),
        _("without a later step"),
        special=later_matches,
        stored=later_value,
        has_boxes=True,
    ),
    Dimension(
        "held",
        _("Status on the day"),
        "status",
        ClosedChoices(Status),
        _("whose status on the day was %(values)s"),
        asks="on",
    ),
    Dimension(
        "timed",
        _("Days known until"),
        "status_changes__status",
        ClosedChoices(Lag),
        _("with known days until: %(values)s"),
        _("Not known"),
        _("without known days until approval or delivery"),
        special=lag_matches,
        stored=lag_value,
    ),
    Dimension(
        "in_totals",
        _("In totals"),
        "in_totals",
        ClosedChoices(InTotals),
        _("in totals: %(values)s"),
        special=in_totals_matches,
        stored=in_totals,
    ),
    Dimension(
        "number_claims",
        _("Numbers that sources give"),
        "number_gap",
        ClosedChoices(Claims),
        _("whose sources give numbers: %(values)s"),
        FEWER_THAN_TWO,
        _("of which fewer than two sources give a number"),
        special=partial(claims_matches, "number_gap"),
        stored=partial(claims_value, "number_gap"),
    ),
    Dimension(
        "date_claims",
        _("Dates that sources give"),
        "date_gap",
        ClosedChoices(Claims),
        _("whose sources give dates: %(values)s"),
        FEWER_THAN_TWO,
        _("of which fewer than two sources give a date"),
        special=partial(claims_matches, "date_gap"),
        stored=partial(claims_value, "date_gap"),
    ),
    Dimension(
        "id",
        _("Selection"),
        "slug",
        pledge_choices,
        _("from the selection %(values)s"),
        keys=lambda slugs: Commitment.objects.filter(slug__in=slugs).values_list("pk", flat=True),
    ),
)
# the order of the parameters, and of their clauses in a sentence; others come last
ORDER = (
    *("country", "region", "bloc", "type", "type_group", "status", "stage", "reached", "now", "change", "theatre"),
    *("place", "meeting", "condition", "requirement", "source", "only_source", "source_language", "attribution"),
    *("grade", "unit", "year", "quarter", "month", "step", "later", "held", "timed", "in_totals", "number_claims"),
    *("date_claims", "id"),
)


def of_field(found: Filter) -> Dimension:
    """The dimension that a `Filter` in the table of fields describes."""
    closed = isinstance(found.values, type)
    choices = ClosedChoices(found.values) if closed else named_choices(found.values, found.key)
    return Dimension(
        found.name,
        found.label,
        found.path,
        choices,
        found.phrase,
        found.none_label,
        found.none_phrase,
        has_boxes=True,
    )


DIMENSIONS = in_order([*map(of_field, FILTERS), *SPECIAL], ORDER)
DIMENSION = {dimension.name: dimension for dimension in DIMENSIONS}


def later_within(after: date | None, before: date | None) -> Dimension:
    """`later` where only the steps within some days are steps."""
    return replace(
        DIMENSION["later"],
        special=partial(later_matches, after=after, before=before),
        stored=partial(later_value, after, before),
    )


def held_on(day: date) -> Dimension:
    """`held` at the end of a day."""
    return replace(DIMENSION["held"], special=partial(held_matches, day=day), stored=partial(held_value, day))


# Sorting: each name gives expressions; "not stated" is null and comes last in both directions.


def party_order():
    return localized_order("country__name", "group_label")


# the most first: the first click of all others gives the least
GAP = "gap"
SORTS = {
    "country": (_("Country"), lambda: [party_order()]),
    "type": (_("Type of pledge"), lambda: [localized_order("type__name")]),
    "change": (pgettext_lazy("field", "Change"), lambda: [rank("change", Change)]),
    "quantity": (_("Quantity"), lambda: [Coalesce("quantity_min", "quantity_max")]),
    "status": (_("Status"), lambda: [rank("status", Status)]),
    "announced": (_("Announced on"), lambda: [F("announced_on")]),
    "attribution": (_("Who said it"), lambda: [rank("attribution", Attribution), localized_order("attributed_to")]),
    "evidence": (_("Evidence"), lambda: [rank("grade", Grade), F("independent_sources") * -1]),
    GAP: (_("Gap between sources"), lambda: [F("number_gap"), F("date_gap")]),
}
# those that are columns of the table
SORTED_COLUMNS = tuple(name for name in SORTS if name != GAP)
DEFAULT_SORT = "-announced"


def ordering(sort: str) -> list[OrderBy]:
    """The order of `sort` (a name of SORTS, with `-` for descending), down to a unique tie-break."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    order = [term.desc(nulls_last=True) if descending else term.asc(nulls_last=True) for term in SORTS[name][1]()]
    if name == "quantity":
        # unlike units are not comparable: each keeps together
        order.insert(0, F("unit__position").asc(nulls_last=True))
    return [*order, F("announced_on").desc(nulls_last=True), CodePoints(F("slug")).asc()]
