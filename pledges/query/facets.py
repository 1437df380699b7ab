"""How many rows have each value: of a field, and beside every value of a filter."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from pledges.query.base import QueryFilter
from pledges.query.dimension import NONE, Dimension
from pledges.query.pledge_dimensions import declined
from pledges.query.pledges import CommitmentFilter, Tally


def counts(commitments: QuerySet, path: str) -> dict[Any, int]:
    """{value at `path`: number of commitments}; a commitment with several values counts under each."""
    return dict(commitments.order_by().values_list(path).annotate(n=Count("pk", distinct=True)))


def tallies(query: CommitmentFilter, name: str, path: str, **more: str) -> Callable[[Any], Tally]:
    """A function: value at `path` to the `Tally` of the matches with it, which the filter `name` finds; one query.

    `more` are conditions on fields that are parameters, too.
    """
    rows = query.matching().filter(**more).order_by().values_list(path)
    rows = rows.annotate(n=Count("pk", distinct=True), refusals=Count("pk", distinct=True, filter=declined()))
    numbers = {value: (n, refusals) for value, n, refusals in rows}
    return lambda value: query.tallied(*numbers.get(value, (0, 0)), **more, **{name: NONE if value is None else value})


class Numbers(Counter):
    """{value: number of rows}; refusals are none of them, but counted by value in `refusals`."""

    def __init__(self):
        super().__init__()
        self.refusals = Counter()


def facet_counts(rows: QueryFilter, names: Iterable[str]) -> dict[str, Numbers] | None:
    """{dimension: `Numbers`} for a `QueryFilter`, in one query.

    The counts of a dimension ignore what is selected in it and respect all else, so that each says
    what choosing the value would give. None where the query string cannot be read.
    """
    if rows.problems:
        return None
    first, *others = [tally(rows, rows.dimensions[name]) for name in names]
    found = {name: Numbers() for name in names}
    for name, stored, number, refusals in first.union(*others, all=True):
        value = rows.dimensions[name].public_value(stored)
        found[name][value] += number - refusals
        found[name].refusals[value] += refusals
    return found


def tally(rows: QueryFilter, dimension: Dimension) -> QuerySet:
    """Rows (dimension, stored value, number of rows, number of refusals among them) of one dimension."""
    found = rows.matching(ignoring=dimension.name).order_by()
    found = found.annotate(facet=Value(dimension.name, CharField()), value=dimension.value())
    refusals = Count("pk", distinct=True, filter=rows.refusal()) if rows.refusal else Value(0)
    return found.values_list("facet", "value").annotate(n=Count("pk", distinct=True), refusals=refusals)
