"""How many commitments of a queryset have each value of a field."""

from django.db.models import Count


def counts(commitments, path):
    """{value at `path`: number of commitments}; a commitment with several values counts under each."""
    return dict(commitments.order_by().values_list(path).annotate(n=Count("pk", distinct=True)))
