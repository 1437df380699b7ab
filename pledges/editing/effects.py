"""What a change would do to what readers see: pledges shown, grades, stages, sums, counts.

The change is made, looked at and taken back, so that nothing here knows the rules by which it has effects.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.charts.sums import Amount, added_up
from pledges.models import Commitment, Country, Meeting, Requirement, Source, Unit
from pledges.models.vocab import Grade, Stage, Status
from pledges.query.pledge_dimensions import declined, in_totals
from pledges.record import wording

# what readers are told of a pledge that follows from it and from its evidence
FACTS = {
    "grade": (_("evidence grade"), Grade),
    "reached": (_("stage reached"), Stage),
    "now": (_("what holds now"), Status),
    "independent_sources": (_("independent sources"), None),
    "bloc_slugs": (_("blocs"), None),
}
MOST_PLEDGES = 20
# what is counted, and the words for it; refusals are no pledges
COUNTED = (
    (Commitment, ~declined(), _("pledges shown")),
    (Commitment, declined(), _("refusals shown")),
    (Source, Q(), _("sources shown")),
    (Meeting, Q(), _("meetings shown")),
    (Requirement, Q(), _("requirements shown")),
)


@dataclass(frozen=True)
class Line:
    """One value that would be another: of what, which, from, to; `before` or `after` is None for what is not shown."""

    about: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Effect:
    """What would be different for readers."""

    counts: list[Line] = field(default_factory=list)
    pledges: list[Line] = field(default_factory=list)
    sums: list[Line] = field(default_factory=list)

    def __bool__(self):
        return bool(self.counts or self.pledges or self.sums)

    @property
    def lines(self) -> list[list[Line]]:
        """What a page shows of it: all counts and sums, the first pledges."""
        return [self.counts, self.sums, self.pledges[:MOST_PLEDGES]]

    @property
    def more(self) -> int:
        return max(0, len(self.pledges) - MOST_PLEDGES)


class TakenBack(Exception):
    """Ends the change that was made only to be looked at."""


def effect_of(change: Callable[[], Any]) -> Effect:
    """The `Effect` of what `change` does; it is undone. What `change` raises is raised, and undone as well."""
    before, counted = pledges(), counts()
    try:
        with transaction.atomic():
            change()
            after, counted_after = pledges(), counts()
            touched = {row["country"] for row in differing(before, after)}
            sums_after = sums(touched)
            raise TakenBack
    except TakenBack:
        pass
    return Effect(
        list(count_lines(counted, counted_after)),
        list(pledge_lines(before, after)),
        list(sum_lines(sums(touched), sums_after)),
    )


def pledges() -> dict[str, dict]:
    """{slug: what is told and added up} of each pledge that readers see."""
    rows = Commitment.objects.public().order_by().annotate(counted=in_totals())
    names = ("slug", "country", "unit", "quantity_min", "quantity_max", "counted", *FACTS)
    return {row["slug"]: row for row in rows.values(*names)}


def counts() -> list[int]:
    """The numbers of what is counted, in its order."""
    return [model.objects.public().filter(which).count() for model, which, _label in COUNTED]


def differing(before: dict, after: dict) -> list[dict]:
    """The rows of the pledges that are not the same, of both."""
    slugs = [slug for slug in before.keys() | after.keys() if before.get(slug) != after.get(slug)]
    return [rows[slug] for rows in (before, after) for slug in slugs if slug in rows]


def count_lines(before: list[int], after: list[int]) -> Iterator[Line]:
    for (_model, _which, label), old, new in zip(COUNTED, before, after, strict=True):
        if old != new:
            yield Line("", capfirst(label), wording.number(old), wording.number(new))


def pledge_lines(before: dict, after: dict) -> Iterator[Line]:
    for slug in sorted(before.keys() | after.keys()):
        old, new = before.get(slug), after.get(slug)
        if old is None or new is None:
            told = [gettext("shown") if row else None for row in (old, new)]
            yield Line(slug, gettext("readers"), *told)
            continue
        for name, (label, vocabulary) in FACTS.items():
            if old[name] != new[name]:
                yield Line(slug, str(label), *(fact(row[name], vocabulary) for row in (old, new)))


def fact(value: str | int, vocabulary: type[TextChoices] | None) -> str | None:
    """A value of `FACTS` in words; None for none."""
    if value == "":
        return None
    return str(value if vocabulary is None else vocabulary(value).label)


def sums(countries: set[int | None]) -> dict[tuple[int | None, str], tuple]:
    """{(country, unit): (number, least, most, is_open)} of what counts in sums."""
    found = {}
    for country in countries:
        amounts, _left_out = added_up(Commitment.objects.public().filter(country=country))
        found |= {(country, unit): amount for unit, amount in amounts.items()}
    return found


def sum_lines(before: dict, after: dict) -> Iterator[Line]:
    keys = sorted(before.keys() | after.keys(), key=lambda key: (key[0] or 0, key[1]))
    differ = [key for key in keys if before.get(key) != after.get(key)]
    countries = Country.objects.in_bulk({country for country, _unit in differ} - {None})
    units = Unit.objects.in_bulk({unit for _country, unit in differ}, field_name="slug")
    for country, unit in differ:
        about = str(countries[country]) if country else gettext("groups of countries")
        told = (sum_in_words(units[unit], rows.get((country, unit))) for rows in (before, after))
        yield Line(about, str(units[unit]), *told)


def sum_in_words(unit: Unit, amount: tuple | None) -> str | None:
    return wording.sum_of(Amount(unit, *amount)) if amount else None
