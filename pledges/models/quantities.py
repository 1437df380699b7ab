"""What the database itself refuses in a quantity, of whatever record."""

from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

# whole numbers that every database and spreadsheet keeps exactly
QUANTITY_LIMIT = 10**15


def in_bounds(field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0, f"{field}__lte": QUANTITY_LIMIT})


def quantity_checks(kind: str = "quantity") -> list[CheckConstraint]:
    """Checks of two fields, `…_min` and `…_max`: in order, and within what can be kept."""
    low, high = f"{kind}_min", f"{kind}_max"
    return [
        CheckConstraint(
            name=f"%(class)s_{kind}_in_order",
            condition=Q(**{f"{low}__isnull": True}) | Q(**{f"{high}__isnull": True}) | Q(**{f"{low}__lte": F(high)}),
            violation_error_message=_("The smallest number is larger than the largest."),
        ),
        CheckConstraint(
            name=f"%(class)s_{kind}_in_bounds",
            condition=in_bounds(low) & in_bounds(high),
            violation_error_message=_("Quantities are whole numbers from 0 to 1,000,000,000,000,000."),
        ),
    ]
