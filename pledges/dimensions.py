"""What commitments can be filtered and sorted by: each a row of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pledges.i18n import CodePoints, localized_order, localized_text
from pledges.models import Citation, Commitment, CommitmentType, Country, Meeting, Place, Source, Unit
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

# the value for "not stated" in a query string
NONE = "none"


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
