"""How many rows have each value: of a field, and beside every value of a filter."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Max, QuerySet, Value

from pledges.models.dates import recency
from pledges.query.base import QueryFilter
from pledges.query.dimension import Dimension
from pledges.query.index.bitmaps import counted
from pledges.query.pledge_dimensions import declined
from pledges.query.pledges import CommitmentFilter, Tally


def counts(commitments: QuerySet, path: str) -> dict[Any, int]:
    """{value at `path`: number of commitments}; a commitment with several values counts under each."""
    return dict(commitments.order_by().values_list(path).annotate(n=Count("pk", distinct=True)))


def tallies(query: CommitmentFilter, name: str, **more: str) -> Callable[[Any], Tally]:
    """A function: value of the dimension `name` to the `Tally` of the matches with it.

    `more` are values of other dimensions that they have, too.
    """
    numbers = numbers_by(query, name, **more)
    return lambda value: query.tallied(*numbers.get((value,), (0, 0)), **more, **{name: value})


def numbers_by(query: CommitmentFilter, *names: str, **more: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """{values of some dimensions: number of the matches with them, refusals among these}, nothing for none.

    A commitment with several values counts under each. `more` are values of other dimensions that they have, too.
    """
    dimensions = [query.dimension(name) for name in names]
    if not query.index:
        return numbers_in_database(query, dimensions, more)
    found = query.matching_set()
    for name, value in more.items():
        found = found & query.dimension(name).among(query.index, [value])
    parts = {(): found}
    for name in names:
        parts = {
            (*values, value): part
            for values, whole in parts.items()
            for value, part in query.index.divided(whole, name)
        }
    refused = query.index.refused
    return {values: (len(part), part.intersection_cardinality(refused)) for values, part in parts.items()}


def numbers_in_database(query: CommitmentFilter, dimensions: list[Dimension], more: dict[str, str]) -> dict:
    """The same by the database."""
    rows = query.matching().order_by()
    for name, value in more.items():
        rows = rows.filter(query.dimension(name).matches([value]))
    values = {f"value_{place}": dimension.value() for place, dimension in enumerate(dimensions)}
    counts = {"n": Count("pk", distinct=True), "refusals": Count("pk", distinct=True, filter=declined())}
    if not dimensions:
        return {(): tuple(rows.aggregate(**counts).values())}
    numbers = defaultdict(lambda: (0, 0))
    for *stored, number, refused in rows.annotate(**values).values_list(*values).annotate(**counts):
        # several stored values can be one of the filter
        found = tuple(dimension.public_value(value) for dimension, value in zip(dimensions, stored, strict=True))
        numbers[found] = tuple(map(sum, zip(numbers[found], (number, refused), strict=True)))
    return dict(numbers)


def latest_by(query: CommitmentFilter, name: str) -> dict[str, tuple[date | None, str]]:
    """{value of a dimension: the latest announcement of the matches with it, and its precision}."""
    if query.index:
        return {value: query.index.latest(part) for value, part in query.index.divided(query.matching_set(), name)}
    dimension, latest = query.dimension(name), {}
    rows = query.matching().order_by().values_list(dimension.value(), "announced_precision")
    for stored, precision, day in rows.annotate(day=Max("announced_on")):
        latest.setdefault(dimension.public_value(stored), []).append((day, precision))
    return {value: max(found, key=recency) for value, found in latest.items()}


class Numbers(Counter):
    """{value: number of rows}; refusals are none of them, but counted by value in `refusals`."""

    def __init__(self):
        super().__init__()
        self.refusals = Counter()


def facet_counts(rows: QueryFilter, names: Iterable[str]) -> dict[str, Numbers] | None:
    """{dimension: `Numbers`} for a `QueryFilter`: by its index, or by one query.

    The counts of a dimension ignore what is selected in it and respect all else, so that each says
    what choosing the value would give. None where the query string cannot be read.
    """
    if rows.problems:
        return None
    if rows.index:
        return {name: facet(rows, name) for name in names}
    first, *others = [tally(rows, rows.dimension(name)) for name in names]
    found = {name: Numbers() for name in names}
    for name, stored, number, refusals in first.union(*others, all=True):
        value = rows.dimension(name).public_value(stored)
        found[name][value] += number - refusals
        found[name].refusals[value] += refusals
    return found


def facet(rows: CommitmentFilter, name: str) -> Numbers:
    """The `Numbers` of one dimension, by the index."""
    found = rows.matching_set(ignoring=name)
    sets, refused = rows.index.sets(name), found & rows.index.refused
    numbers = Numbers()
    numbers.refusals.update(counted(sets, refused))
    numbers.update({value: number - numbers.refusals[value] for value, number in counted(sets, found).items()})
    return numbers


def tally(rows: QueryFilter, dimension: Dimension) -> QuerySet:
    """Rows (dimension, stored value, number of rows, number of refusals among them) of one dimension."""
    found = rows.matching(ignoring=dimension.name).order_by()
    found = found.annotate(facet=Value(dimension.name, CharField()), value=dimension.value())
    refusals = Count("pk", distinct=True, filter=rows.refusal()) if rows.refusal else Value(0)
    return found.values_list("facet", "value").annotate(n=Count("pk", distinct=True), refusals=refusals)
