"""Rules of dates: how exact they are, their bounds, and what comes before what."""

from datetime import date, timedelta

from django.db.models import F, Model, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Citation, Commitment, Country, Meeting, Requirement, Source, StatusChange
from pledges.models.dates import span_end, span_start, today_anywhere
from pledges.models.vocab import STAGE_BY_STATUS, Stage, Stance
from pledges.record.integrity.rule import Level, Rule, label, rule

DATES = (
    (Source, "published_on", "published_precision"),
    (Country, "joined_on", "joined_precision"),
    (Meeting, "start_on", "date_precision"),
    (Meeting, "end_on", "date_precision"),
    (Commitment, "announced_on", "announced_precision"),
    (Citation, "claimed_on", "claimed_precision"),
    (StatusChange, "happened_on", "happened_precision"),
    (Requirement, "asked_on", "asked_precision"),
)
ALL_DATES = (*((model, field) for model, field, _precision in DATES), (Source, "archived_on"), (Country, "searched_on"))
FIRST_YEAR = 1990
# meetings are announced for a day to come; nothing else is
MEETINGS_AHEAD = 2
# what was promised at a meeting is told within these days
AFTER_A_MEETING = 31
# what cannot have happened before the pledge was made; an announcement elsewhere can
LATER_STAGES = frozenset({Stage.APPROVED, Stage.DELIVERED, Stage.CLOSED})
LATER_STATUSES = [status for status, stage in STAGE_BY_STATUS.items() if stage in LATER_STAGES]


def of_date(model: type[Model], field: str, name: str, message, broken) -> Rule:
    """A rule of one date of one model."""
    return Rule(f"{name}_{model._meta.model_name}_{field}", model, field, Level.ERROR, message, broken)


def stands_on_the_first_day(model, field, precision):
    def broken(rows):
        for row in rows.exclude(**{field: None}):
            day, exactness = getattr(row, field), getattr(row, precision)
            if day != span_start(day, exactness):
                yield (
                    row,
                    {"field": label(model, field), "day": day, "precision": getattr(row, f"get_{precision}_display")()},
                )

    message = _("“%(field)s” is \u2068%(day)s\u2069, but the precision of that date is “%(precision)s”.")
    return of_date(model, field, "first_day_of_span", message, broken)


def is_not_before_our_time(model, field):
    def broken(rows):
        for row in rows.filter(**{f"{field}__lt": date(FIRST_YEAR, 1, 1)}):
            yield row, {"field": label(model, field), "day": getattr(row, field), "year": FIRST_YEAR}

    message = _("“%(field)s” is before %(year)s: \u2068%(day)s\u2069.")
    return of_date(model, field, "not_before_our_time", message, broken)


def is_not_in_the_future(model, field):
    def broken(rows):
        for row in rows.filter(**{f"{field}__gt": latest_day(model)}):
            yield row, {"field": label(model, field), "day": getattr(row, field)}

    message = _("“%(field)s” is in the future: \u2068%(day)s\u2069.")
    if model is Meeting:
        message = _("“%(field)s” is too far in the future: \u2068%(day)s\u2069.")
    return of_date(model, field, "not_in_the_future", message, broken)


def latest_day(model: type[Model]) -> date:
    today = today_anywhere()
    return date(today.year + MEETINGS_AHEAD, 12, 31) if model is Meeting else today


@rule(
    Commitment,
    "announced_on",
    message=_("It was announced before its meeting, \u2068%(meeting)s\u2069, began."),
    follows={Meeting: lambda meeting: Q(meeting=meeting.pk)},
)
def pledges_are_not_made_before_their_meeting(rows):
    for pledge in rows.filter(announced_on__lt=F("meeting__start_on")).select_related("meeting"):
        if span_end(pledge.announced_on, pledge.announced_precision) < pledge.meeting.start_on:
            yield pledge, {"meeting": pledge.meeting.slug}


@rule(
    StatusChange,
    "happened_on",
    message=_("“%(status)s” is dated before the pledge was announced."),
)
def steps_do_not_come_before_their_pledge(rows):
    early = rows.filter(status__in=LATER_STATUSES, happened_on__lt=F("commitment__announced_on"))
    for step in early.select_related("commitment"):
        if span_end(step.happened_on, step.happened_precision) < step.commitment.announced_on:
            yield step, {"status": step.get_status_display()}


@rule(
    Commitment,
    "announced_on",
    Level.WARNING,
    message=_("It was announced more than %(days)s days after its meeting, \u2068%(meeting)s\u2069, ended."),
    follows={Meeting: lambda meeting: Q(meeting=meeting.pk)},
)
def pledges_are_not_made_long_after_their_meeting(rows):
    for pledge in rows.filter(announced_on__gt=F("meeting__end_on")).select_related("meeting"):
        ended = span_end(pledge.meeting.end_on, pledge.meeting.date_precision)
        if pledge.announced_on > ended + timedelta(days=AFTER_A_MEETING):
            yield pledge, {"days": AFTER_A_MEETING, "meeting": pledge.meeting.slug}


@rule(
    Citation,
    "source",
    Level.HINT,
    message=_("The source was published before the pledge was announced."),
    follows={Source: lambda source: Q(source=source.pk)},
)
def sources_are_not_older_than_what_they_support(rows):
    supports = rows.filter(stance=Stance.SUPPORTS, source__published_on__lt=F("commitment__announced_on"))
    for citation in supports.select_related("source", "commitment"):
        source = citation.source
        if span_end(source.published_on, source.published_precision) < citation.commitment.announced_on:
            yield citation, {}


@rule(
    Requirement,
    "answered_by",
    Level.WARNING,
    message=_("It was asked after the pledge that answers it, \u2068%(pledge)s\u2069, was announced."),
    follows={Commitment: lambda pledge: Q(answered_by=pledge.pk)},
)
def answers_come_after_what_was_asked(rows):
    for requirement in rows.filter(asked_on__isnull=False).prefetch_related("answered_by"):
        for pledge in requirement.answered_by.all():
            announced = pledge.announced_on
            if announced and span_end(announced, pledge.announced_precision) < requirement.asked_on:
                yield requirement, {"pledge": pledge.slug}


@rule(Source, "archived_on", message=_("It was archived before it was published."))
def copies_are_not_older_than_their_original(rows):
    for source in rows.filter(archived_on__lt=F("published_on")):
        yield source, {}


RULES = (
    *(stands_on_the_first_day(*row) for row in DATES),
    *(is_not_in_the_future(*row) for row in ALL_DATES),
    *(is_not_before_our_time(*row) for row in ALL_DATES),
    pledges_are_not_made_before_their_meeting,
    steps_do_not_come_before_their_pledge,
    copies_are_not_older_than_their_original,
    pledges_are_not_made_long_after_their_meeting,
    sources_are_not_older_than_what_they_support,
    answers_come_after_what_was_asked,
)
