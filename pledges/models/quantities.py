"""What the database itself refuses in a quantity, of whatever record."""

from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

# whole numbers that every database and spreadsheet keeps exactly
QUANTITY_LIMIT = 10**15


def in_bounds(field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0, f"{field}__lte": QUANTITY_LIMIT})


def quantity_checks() -> list[CheckConstraint]:
    """Checks of `quantity_min` and `quantity_max`: in order, and within what can be kept."""
    return [
        CheckConstraint(
            name="%(class)s_quantity_in_order",
            condition=Q(quantity_min__isnull=True)
            | Q(quantity_max__isnull=True)
            | Q(quantity_min__lte=F("quantity_max")),
            violation_error_message=_("The smallest number is larger than the largest."),
        ),
        CheckConstraint(
            name="%(class)s_quantity_in_bounds",
            condition=in_bounds("quantity_min") & in_bounds("quantity_max"),
            violation_error_message=_("Quantities are whole numbers from 0 to 1,000,000,000,000,000."),
        ),
    ]
