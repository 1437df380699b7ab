"""What holds of a pledge from which day on, as far as its dated steps tell. In SQL: `query.steps_in_time`."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pledges.models.dates import span_end
from pledges.models.vocab import Status, held_after


class Pledge(NamedTuple):
    """What it takes of a `Commitment`."""

    announced_on: date | None
    status: str


class Step(NamedTuple):
    """What it takes of a `StatusChange`."""

    position: int
    status: str
    happened_on: date | None
    happened_precision: str


def in_order(pledge: Pledge, steps: Iterable[Step]) -> list[tuple[date, int, str]]:
    """When a pledge was made and its steps happened, the earliest first: (day, position, status).

    A pledge counts from the first day of its span, a step from the last one of its own; a step without a date is
    as late as the one entered before it.
    """
    dated = [(pledge.announced_on or date.min, 0, pledge.status)]
    for step in sorted(steps, key=lambda step: step.position):
        when = span_end(step.happened_on, step.happened_precision) if step.happened_on else dated[-1][0]
        dated.append((when, step.position, step.status))
    return sorted(dated)


def statuses_in_time(pledge: Pledge, steps: Iterable[Step]) -> list[str]:
    """The status when the pledge was made and those of its steps, the earliest first."""
    return [status for _when, _position, status in in_order(pledge, steps)]


def turns(pledge: Pledge, steps: Iterable[Step]) -> dict[date, Status]:
    """{day: what holds from then on}, from the day on which the pledge was made; nothing if that is not known."""
    found, held = {}, None
    if pledge.announced_on:
        for when, _position, status in in_order(pledge, steps):
            held = held_after(held, status) if held else Status(status)
            found[max(when, pledge.announced_on)] = held
    return found


def held_on(pledge: Pledge, steps: Iterable[Step], day: date) -> Status | None:
    """What holds of a pledge at the end of a day; None if it was made later, or nobody knows when."""
    return next((held for when, held in reversed(turns(pledge, steps).items()) if when <= day), None)
