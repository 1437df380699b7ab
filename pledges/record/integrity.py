"""Rules of the data that span rows or days, which no database check can hold.

Each rule yields one message per breach, naming the record by its slug. `manage.py check_data`
runs them all.
"""

from collections.abc import Iterator

from django.db.models import Exists, Model, OuterRef, QuerySet

from pledges import models
from pledges.models import Citation, Commitment, Country, Meeting, Requirement, Source, StatusChange
from pledges.models.base import NaturalKeyModel
from pledges.models.dates import span_end, span_start, today_anywhere
from pledges.models.publication import SHOWN_STATE
from pledges.models.vocab import STAGE_BY_STATUS, Credibility, QuantityQualifier, Stage, Stance
from pledges.record import derived

DATES = (
    (Source, "published_on", "published_precision"),
    (Country, "joined_on", "joined_precision"),
    (Meeting, "start_on", "date_precision"),
    (Meeting, "end_on", "date_precision"),
    (Commitment, "announced_on", "announced_precision"),
    (StatusChange, "happened_on", "happened_precision"),
    (Requirement, "asked_on", "asked_precision"),
)
# what cannot have happened before the pledge was made; an announcement elsewhere can
LATER_STAGES = frozenset({Stage.APPROVED, Stage.DELIVERED, Stage.CLOSED})


def breaches() -> Iterator[str]:
    """The messages of every rule, in the order of the rules."""
    for rule in RULES:
        yield from rule()


def name(row: NaturalKeyModel) -> str:
    """The public key of a row in one word: `country NL`, `citation nl-2016-01-syria/kuna-2016-02`."""
    return f"{row._meta.verbose_name} {'/'.join(str(part) for part in row.natural_key())}"


def published_pledges_have_support():
    published = Commitment.objects.filter(state=SHOWN_STATE)
    for commitment in published.exclude(pk__in=Commitment.objects.public().values("pk")):
        yield f"{name(commitment)} is published but no citation supports it."


def derived_fields_are_up_to_date():
    for commitment in Commitment.objects.select_related("country", "type", "meeting"):
        for field, value in derived.derived_values(commitment).items():
            if getattr(commitment, field) != value:
                yield f"{name(commitment)}: {field} is out of date (mend it with check_data --fix)."


def every_row_is_in_the_history():
    """Else what was known on a day lacks it: plain SQL writes no history."""
    for model in models.HISTORIC:
        for row in unrecorded(model):
            yield f"{name(row)} has no record in the history (mend it with check_data --fix)."


def unrecorded(model: type[Model]) -> QuerySet:
    """The rows of a model that the history knows nothing of."""
    return model.objects.exclude(Exists(model.history.model.objects.filter(id=OuterRef("pk"))))


def imprecise_dates_stand_on_the_first_day_of_their_span():
    for model, field, precision in DATES:
        for row in model.objects.exclude(**{field: None}):
            day, exactness = getattr(row, field), getattr(row, precision)
            if day != span_start(day, exactness):
                yield f"{name(row)}: {field} is {day}, but its precision is {exactness}."


def nothing_recorded_is_in_the_future():
    """Meetings may be announced for a day to come; nothing else may."""
    today = today_anywhere()
    recorded = (*((model, field) for model, field, precision in DATES if model is not Meeting), (Source, "archived_on"))
    for model, field in recorded:
        for row in model.objects.filter(**{f"{field}__gt": today}):
            yield f"{name(row)}: {field} is in the future ({getattr(row, field)})."


def pledges_are_not_made_before_their_meeting():
    for commitment in Commitment.objects.filter(meeting__isnull=False, announced_on__isnull=False).select_related(
        "meeting"
    ):
        if span_end(commitment.announced_on, commitment.announced_precision) < commitment.meeting.start_on:
            yield f"{name(commitment)} was announced before its meeting, {commitment.meeting.slug}, began."


def steps_do_not_come_before_their_pledge():
    dated = StatusChange.objects.filter(happened_on__isnull=False, commitment__announced_on__isnull=False)
    for step in dated.select_related("commitment"):
        ended = span_end(step.happened_on, step.happened_precision)
        if STAGE_BY_STATUS[step.status] in LATER_STAGES and ended < step.commitment.announced_on:
            yield f"{name(step)} is “{step.status}” before the pledge was announced."


def copies_are_not_older_than_their_original():
    for source in Source.objects.filter(archived_on__isnull=False, published_on__isnull=False):
        if source.archived_on < source.published_on:
            yield f"{name(source)} was archived before it was published."


def parts_belong_to_the_country_of_their_whole():
    """A group's pledge may hold those of its states, and the other way round; two states may not mix."""
    parts = Commitment.objects.filter(part_of__isnull=False, country__isnull=False, part_of__country__isnull=False)
    for part in parts.select_related("part_of"):
        if part.country_id != part.part_of.country_id:
            yield f"{name(part)} is part of {part.part_of.slug}, a pledge of another country."


def nothing_is_part_of_itself():
    for commitment in circles(Commitment, "part_of"):
        yield f"{name(commitment)} is part of itself, through other pledges."


def nothing_is_a_reprint_of_itself():
    for source in circles(Source, "derived_from"):
        yield f"{name(source)} is a reprint of itself, through other sources."


def circles(model: type[Model], parent: str) -> Iterator[Model]:
    """The rows that the references of the field `parent` lead back to."""
    rows = {row.pk: row for row in model.objects.filter(**{f"{parent}__isnull": False})}
    parents = {pk: getattr(row, f"{parent}_id") for pk, row in rows.items()}
    for pk, row in rows.items():
        seen, above = set(), parents[pk]
        while above in parents and above not in seen and above != pk:
            seen.add(above)
            above = parents[above]
        if above == pk:
            yield row


def memberships_have_a_source():
    for country in Country.objects.filter(coalition_member=True, membership_source=None):
        yield f"{name(country)} is a member of the coalition without a source that says so."
    for country in Country.objects.filter(coalition_member=False, joined_on__isnull=False):
        yield f"{name(country)} has a day of joining but is not a member."


def voices_are_of_known_states():
    known = Country.objects.values("iso2")
    for source in Source.objects.exclude(voice_iso2="").exclude(voice_iso2__in=known):
        yield f"{name(source)}: no country has the code {source.voice_iso2}, whose state is to speak in it."


def public_requirements_have_a_source():
    for requirement in Requirement.objects.filter(is_public=True, sources=None):
        yield f"{name(requirement)} is public but has no source."


def answers_are_of_the_state_that_was_asked():
    """A group's pledge may answer, and that of a state where a group was asked; one of another state may not."""
    for requirement in Requirement.objects.filter(country__isnull=False).prefetch_related("answered_by"):
        for pledge in requirement.answered_by.all():
            if pledge.country_id not in {None, requirement.country_id}:
                yield f"{name(requirement)} is answered by {pledge.slug}, a pledge of another country."


def confirmed_needs_another_source():
    """Credibility 1, "confirmed by other sources", only where another independent source supports the pledge."""
    confirmed = Citation.objects.filter(credibility=Credibility.CONFIRMED, stance=Stance.SUPPORTS)
    for citation in confirmed.filter(commitment__independent_sources__lt=2).select_related("commitment", "source"):
        yield f"{name(citation)} is “confirmed by other sources”, but no other independent source supports the pledge."


def quantities_fit_their_word():
    fits = {
        QuantityQualifier.EXACT: lambda low, high: low is not None and low == high,
        QuantityQualifier.AT_LEAST: lambda low, high: low is not None,
        QuantityQualifier.UP_TO: lambda low, high: high is not None,
        QuantityQualifier.RANGE: lambda low, high: None not in {low, high} and low < high,
    }
    for commitment in Commitment.objects.filter(quantity_qualifier__in=fits):
        low, high = commitment.quantity_min, commitment.quantity_max
        if not fits[commitment.quantity_qualifier](low, high):
            yield f"{name(commitment)}: the numbers {low} and {high} do not fit “{commitment.quantity_qualifier}”."


RULES = (
    published_pledges_have_support,
    derived_fields_are_up_to_date,
    every_row_is_in_the_history,
    imprecise_dates_stand_on_the_first_day_of_their_span,
    nothing_recorded_is_in_the_future,
    pledges_are_not_made_before_their_meeting,
    steps_do_not_come_before_their_pledge,
    copies_are_not_older_than_their_original,
    parts_belong_to_the_country_of_their_whole,
    nothing_is_part_of_itself,
    nothing_is_a_reprint_of_itself,
    memberships_have_a_source,
    quantities_fit_their_word,
    voices_are_of_known_states,
    public_requirements_have_a_source,
    answers_are_of_the_state_that_was_asked,
    confirmed_needs_another_source,
)
