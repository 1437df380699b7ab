"""Which quantities are part of sums, and why others are not; the sums themselves are made in `charts.sums`."""

from django.db.models import Case, CharField, Q, Value, When

from pledges.models.vocab import Change, InTotals, Status

# the changes that bring something more; any other promises the same units again, or fewer, or does not say
SUMMED = (Change.NEW, Change.INCREASE)


def declined() -> Q:
    """Q: the commitment is no pledge, but a refusal: declined at once, or denied later and not renewed since."""
    return Q(now=Status.DECLINED)


def contained() -> Q:
    """Q: a public commitment contains this one, or what contains it: a withdrawn one in between frees nothing."""
    return Q(part_of__is_public=True) | Q(part_of__part_of__is_public=True)


def in_totals(texts: dict[str, str] | None = None) -> Case:
    """Expression: the `InTotals` of a commitment, the first reason not to count it that holds.

    Or the text that `texts` has for it: {code: text}.
    """
    reasons = (
        (InTotals.REFUSED, declined()),
        (InTotals.NO_QUANTITY, Q(unit__isnull=True)),
        (InTotals.NOT_SUMMABLE, Q(unit__summable=False)),
        (InTotals.PART, contained()),
        (InTotals.CLOSED, Q(status__in=[Status.SUSPENDED, Status.ENDED])),
        (InTotals.COUNTED, Q(change__in=SUMMED)),
        (InTotals.REDUCED, Q(change__in=[Change.REDUCE, Change.END])),
        (InTotals.REPEATED, Q(change__in=[Change.MAINTAIN, Change.EXTEND])),
        (InTotals.RESUMED, Q(change__in=[Change.EXPAND, Change.RESUME])),
    )

    def said(reason):
        return Value(texts[reason] if texts else reason.value)

    cases = [When(condition, then=said(reason)) for reason, condition in reasons]
    return Case(*cases, default=said(InTotals.CHANGE_NOT_STATED), output_field=CharField())
