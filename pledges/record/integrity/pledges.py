"""Rules of a pledge by itself: its evidence, what it needs to be published, its numbers."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.models import Citation, Commitment, Source, StatusChange
from pledges.models.commitments import NEEDED_TO_PUBLISH
from pledges.models.dates import span_end, span_start
from pledges.models.publication import carried
from pledges.models.vocab import Credibility, QuantityQualifier, Stance
from pledges.record import claims
from pledges.record.integrity.rule import Level, Rule, label, rule


@rule(
    Commitment,
    message=_(
        "A pledge is published only with at least one supporting citation: "
        "add a source that supports it, or keep the pledge as a draft."
    ),
)
def published_pledges_have_support(rows):
    for pledge in rows.exclude(carried(Citation.objects)):
        yield pledge, {}


def is_needed(field: str) -> Rule:
    """The database holds it, too: a published pledge never lacks the text."""

    def broken(rows):
        for pledge in rows.filter(**{field: ""}):
            yield pledge, {"field": label(Commitment, field)}

    message = _("“%(field)s” is empty: a published pledge needs it.")
    return Rule(f"needed_{field}", Commitment, field, Level.ERROR, message, broken)


def citations_of_family(source: Source) -> Q:
    """The condition on the citations of the pledges that cite a source, or what repeats it."""
    family, fresh = set(), {source.pk}
    while fresh:
        family |= fresh
        fresh = set(Source.objects.filter(derived_from__in=fresh).values_list("pk", flat=True)) - family
    return Q(commitment__in=Citation.objects.filter(source__in=family).values("commitment"))


@rule(
    Citation,
    "credibility",
    message=_("It is “confirmed by other sources”, but no other independent source supports the pledge."),
    follows={Source: citations_of_family},
)
def confirmed_needs_another_source(rows):
    """Credibility 1, "confirmed by other sources", only where another independent source supports the pledge."""
    confirmed = rows.filter(credibility=Credibility.CONFIRMED, stance=Stance.SUPPORTS)
    yield from (
        (citation, {})
        for citation in confirmed.filter(commitment__independent_sources__lt=2).select_related("commitment", "source")
    )


@rule(
    Citation,
    "claimed_min",
    message=_("It gives a number, but the pledge has no unit for it."),
)
def numbers_of_sources_have_a_unit(rows):
    claiming = Q(claimed_min__isnull=False) | Q(claimed_max__isnull=False)
    for citation in rows.filter(claiming, commitment__unit=None).select_related("commitment", "source"):
        yield citation, {}


@rule(
    Citation,
    "claimed_min",
    Level.HINT,
    message=_("It supports the pledge, but gives a number that the pledge excludes."),
)
def supporting_numbers_lie_within_the_pledge(rows):
    for citation in supporting(rows).exclude(commitment__unit=None):
        pledge = citation.commitment
        ranges = [claims.number_of(citation), (pledge.quantity_min, pledge.quantity_max)]
        if ranges[0] and claims.compared(ranges).gap:
            yield citation, {}


@rule(
    Citation, "claimed_on", Level.HINT, message=_("It supports the pledge, but gives a date that the pledge excludes.")
)
def supporting_dates_lie_within_the_pledge(rows):
    for citation in supporting(rows).exclude(claimed_on=None).exclude(commitment__announced_on=None):
        day, precision = citation.commitment.announced_on, citation.commitment.announced_precision
        ranges = [claims.span_of(citation), (span_start(day, precision), span_end(day, precision))]
        if claims.compared(ranges).gap:
            yield citation, {}


def supporting(rows: QuerySet) -> QuerySet:
    return rows.filter(stance=Stance.SUPPORTS).select_related("commitment", "source")


FITS = {
    QuantityQualifier.EXACT: lambda low, high: low is not None and low == high,
    QuantityQualifier.AT_LEAST: lambda low, high: low is not None,
    QuantityQualifier.UP_TO: lambda low, high: high is not None,
    QuantityQualifier.RANGE: lambda low, high: None not in {low, high} and low < high,
}
NO_NUMBER = "–"


@rule(
    Commitment,
    "quantity_qualifier",
    message=_("The numbers \u2068%(low)s\u2069 and \u2068%(high)s\u2069 do not fit “%(word)s”."),
)
def quantities_fit_their_word(rows):
    for pledge in rows.filter(quantity_qualifier__in=FITS):
        numbers = pledge.quantity_min, pledge.quantity_max
        if not FITS[pledge.quantity_qualifier](*numbers):
            low, high = (NO_NUMBER if number is None else number for number in numbers)
            yield pledge, {"low": low, "high": high, "word": pledge.get_quantity_qualifier_display()}


@rule(
    Commitment,
    "caveat_en",
    Level.WARNING,
    message=_("The caveat is in one language only: readers of the other do not see it."),
)
def caveats_are_in_both_languages(rows):
    for pledge in rows.filter(Q(caveat_en="") ^ Q(caveat_ar="")):
        yield pledge, {}


@rule(Commitment, "announced_on", Level.HINT, message=_("It has no date: lists put it last."))
def pledges_have_a_date(rows):
    for pledge in rows.filter(announced_on=None):
        yield pledge, {}


@rule(StatusChange, "source", Level.WARNING, message=_("No source tells of this step."))
def steps_have_a_source(rows):
    for step in rows.filter(source=None).select_related("commitment"):
        yield step, {}


RULES = (
    published_pledges_have_support,
    *map(is_needed, NEEDED_TO_PUBLISH),
    confirmed_needs_another_source,
    numbers_of_sources_have_a_unit,
    supporting_numbers_lie_within_the_pledge,
    supporting_dates_lie_within_the_pledge,
    quantities_fit_their_word,
    caveats_are_in_both_languages,
    pledges_have_a_date,
    steps_have_a_source,
)
