"""How many commitments have each value: of a field, and beside every value of a filter."""

from collections import Counter

from django.db.models import CharField, Count, Value

from pledges.dimensions import DIMENSION


def counts(commitments, path):
    """{value at `path`: number of commitments}; a commitment with several values counts under each."""
    return dict(commitments.order_by().values_list(path).annotate(n=Count("pk", distinct=True)))


def facet_counts(commitments, names):
    """{dimension: {value: number of commitments}} for a `CommitmentFilter`, in one query.

    The counts of a dimension ignore what is selected in it and respect all else, so that each says
    what choosing the value would give. None where the query string cannot be read.
    """
    if commitments.problems:
        return None
    first, *others = [tally(commitments, DIMENSION[name]) for name in names]
    found = {name: Counter() for name in names}
    for name, stored, number in first.union(*others, all=True):
        found[name][DIMENSION[name].public_value(stored)] += number
    return found


def tally(commitments, dimension):
    """Rows (dimension, stored value, number) of one dimension."""
    rows = commitments.matching(ignoring=dimension.name).order_by()
    rows = rows.annotate(facet=Value(dimension.name, CharField()), value=dimension.value())
    return rows.values_list("facet", "value").annotate(n=Count("pk"))
