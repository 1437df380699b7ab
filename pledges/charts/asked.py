"""What was asked of states and what was offered: at meetings by type, and of one record; each number with its query."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import pgettext

from pledges.models import Commitment, CommitmentType, Requirement
from pledges.models.vocab import Stage
from pledges.query.dimension import NONE
from pledges.query.facets import numbers_by
from pledges.query.league import IS_PLEDGE, NUMBERS
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import NO, YES, RequirementFilter, requirement_ordering, with_answers

# the columns: of requirements, then of pledges
COLUMNS = ("asked", "answered", "offered", "delivered")


@dataclass
class Line:
    """A type that was asked for, None for all others together: numbers by column, and the queries of their rows."""

    type: CommitmentType | None
    numbers: dict[str, int]
    queries: dict[str, str]

    @property
    def of_requirements(self) -> list[tuple[int, str]]:
        """(number, query) of what was asked, and of that what was answered."""
        return [(self.numbers[name], self.queries[name]) for name in COLUMNS[:2]]

    @property
    def of_pledges(self) -> list[tuple[int, str]]:
        """(number, query) of what was offered, and of that what was delivered."""
        return [(self.numbers[name], self.queries[name]) for name in COLUMNS[2:]]


def asked_by_type(asked_at: tuple[str, ...], meeting: str) -> dict[str, Any]:
    """Public requirements of some meetings and the pledges of one, by slug: `lines` by type, and the `whole`.

    The queries of `asked` and `answered` are those of the list of requirements. Three queries of the database.
    """
    numbers = {type_: dict.fromkeys(COLUMNS, 0) for type_ in CommitmentType.objects.all()}
    by_slug = {type_.slug: numbers[type_] for type_ in numbers}
    for slug, *found in (*requirements_by_type(asked_at), *pledges_by_type(meeting)):
        by_slug[slug] |= dict(found)
    asked_for = [type_ for type_ in numbers if numbers[type_]["asked"]]
    others = [type_ for type_ in numbers if type_ not in asked_for]
    slugs = [("not_type", type_.slug) for type_ in asked_for]
    lines = [Line(type_, numbers[type_], queries(asked_at, meeting, [("type", type_.slug)])) for type_ in asked_for]
    return {
        "lines": [*lines, Line(None, summed(numbers[type_] for type_ in others), queries(asked_at, meeting, slugs))],
        "whole": Line(None, summed(numbers.values()), queries(asked_at, meeting, [])),
    }


def requirements_by_type(asked_at: tuple[str, ...]) -> list[tuple]:
    """[(slug of a type, (column, number), (column, number))] of what was asked."""
    answer = Commitment.objects.public().filter(requirements=OuterRef("pk"))
    rows = Requirement.objects.public().filter(meeting__slug__in=asked_at).order_by().values_list("type__slug")
    rows = rows.annotate(asked=Count("pk"), answered=Count("pk", filter=Exists(answer)))
    return [(slug, ("asked", asked), ("answered", answered)) for slug, asked, answered in rows]


def pledges_by_type(meeting: str) -> list[tuple]:
    """The same of what was offered."""
    query = CommitmentFilter.of(meeting=meeting, **IS_PLEDGE)
    offered = numbers_by(query, "type")
    delivered = numbers_by(query, "type", reached=Stage.DELIVERED.value)
    none = (0, 0)
    return [
        (slug, ("offered", number), ("delivered", delivered.get((slug,), none)[0]))
        for (slug,), (number, _refusals) in offered.items()
    ]


def summed(numbers: Iterable[dict[str, int]]) -> dict[str, int]:
    rows = list(numbers)
    return {column: sum(row[column] for row in rows) for column in COLUMNS}


def queries(asked_at: tuple[str, ...], meeting: str, types: list[tuple[str, str]]) -> dict[str, str]:
    """The query string of each column, narrowed to some types."""
    asked = [*(("meeting", slug) for slug in asked_at), *types]
    offered = [("meeting", meeting), *types]
    return {
        "asked": urlencode(asked),
        "answered": urlencode([*asked, ("answered", "yes")]),
        "offered": urlencode([*offered, *IS_PLEDGE.items()]),
        "delivered": urlencode([*offered, *NUMBERS["delivered"][1].items()]),
    }


def asked_with_answers(pledges: CommitmentFilter, facets: Mapping[str, Counter], **condition: str) -> dict[str, Any]:
    """What `_asked_and_offered.html` shows of a record: what was asked, and what answered it.

    `condition` is the one parameter that both lists have for the record; `pledges` is the filter of its
    pledges, `facets` their numbers.
    """
    requirements = RequirementFilter.of()
    ((name, value),) = condition.items()
    rows = Requirement.objects.public().filter(requirements.dimensions[name].matches([value]))
    rows = list(with_answers(rows).order_by(*requirement_ordering(requirements.default_sort)))
    answered = sum(row.pledged + row.refused > 0 for row in rows)
    unasked = facets["requirement"][NONE]
    return {
        "rows": rows,
        "tally": [
            (label, number, requirements.narrowed(**condition, **more))
            for label, number, more in (
                (pgettext("requirements", "Asked for"), len(rows), {}),
                (pgettext("requirements", "Answered"), answered, {"answered": YES}),
                (pgettext("requirement", "Delivered"), sum(row.delivered > 0 for row in rows), {"delivered": YES}),
                (pgettext("requirement", "No answer found"), len(rows) - answered, {"answered": NO}),
            )
        ],
        "query": requirements.narrowed(**condition),
        "answering": (facets["reached"].total() - unasked, pledges.narrowed(not_requirement=NONE)),
        "unasked": (unasked, pledges.narrowed(requirement=NONE)),
    }
