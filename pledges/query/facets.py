"""How many rows have each value: of a field, and beside every value of a filter."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from pledges.query.base import QueryFilter
from pledges.query.dimension import Dimension


def counts(commitments: QuerySet, path: str) -> dict[Any, int]:
    """{value at `path`: number of commitments}; a commitment with several values counts under each."""
    return dict(commitments.order_by().values_list(path).annotate(n=Count("pk", distinct=True)))


def facet_counts(rows: QueryFilter, names: Iterable[str]) -> dict[str, Counter] | None:
    """{dimension: {value: number of rows}} for a `QueryFilter`, in one query.

    The counts of a dimension ignore what is selected in it and respect all else, so that each says
    what choosing the value would give. None where the query string cannot be read.
    """
    if rows.problems:
        return None
    first, *others = [tally(rows, rows.dimensions[name]) for name in names]
    found = {name: Counter() for name in names}
    for name, stored, number in first.union(*others, all=True):
        found[name][rows.dimensions[name].public_value(stored)] += number
    return found


def tally(rows: QueryFilter, dimension: Dimension) -> QuerySet:
    """Triples (dimension, stored value, number of rows) of one dimension."""
    found = rows.matching(ignoring=dimension.name).order_by()
    found = found.annotate(facet=Value(dimension.name, CharField()), value=dimension.value())
    return found.values_list("facet", "value").annotate(n=Count("pk", distinct=True))
