"""Rules of what the site keeps by itself: what is computed, and the history of each row."""

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from pledges import models
from pledges.models import Commitment
from pledges.record import derived
from pledges.record.integrity.rule import Level, Rule, rule


@rule(Commitment, message=_("%(field)s is out of date (mend it with check_data --fix)."), by_site=True)
def derived_fields_are_up_to_date(rows):
    for commitment in rows.select_related("country", "type", "meeting"):
        for field, value in derived.derived_values(commitment).items():
            if getattr(commitment, field) != value:
                yield commitment, {"field": field}


def is_recorded(model: type[Model]) -> Rule:
    """Else what was known on a day lacks it: plain SQL writes no history."""

    def broken(rows):
        for row in unrecorded(model, rows):
            yield row, {}

    message = _("It has no record in the history (mend it with check_data --fix).")
    return Rule(f"recorded_{model._meta.model_name}", model, "", Level.ERROR, message, broken, by_site=True)


def unrecorded(model: type[Model], rows: QuerySet | None = None) -> QuerySet:
    """The rows of a model that the history knows nothing of."""
    rows = model.objects.all() if rows is None else rows
    return rows.exclude(Exists(model.history.model.objects.filter(id=OuterRef("pk"))))


RULES = (derived_fields_are_up_to_date, *map(is_recorded, models.HISTORIC))
