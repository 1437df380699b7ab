"""Rules of what the site keeps by itself: what is computed, and the history of each row."""

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from pledges import models
from pledges.models import Commitment
from pledges.models.edits import FOR_EVER
from pledges.record import derived
from pledges.record.integrity.rule import Level, Rule, rule


@rule(Commitment, message="%(field)s is out of date (mend it with check_data --fix).", by_site=True)
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

    message = "It has no record in the history (mend it with check_data --fix)."
    return Rule(f"recorded_{model._meta.model_name}", model, "", Level.ERROR, message, broken, by_site=True)


def unrecorded(model: type[Model], rows: QuerySet | None = None) -> QuerySet:
    """The rows of a model that the history knows nothing of."""
    rows = model.objects.all() if rows is None else rows
    return rows.exclude(Exists(model.history.model.objects.filter(id=OuterRef("pk"))))


def is_recorded_as_it_is(model: type[Model]) -> Rule:
    """Else what is known today is not what the row says."""

    def broken(rows):
        for row in unlike_its_record(model, rows):
            yield row, {}

    message = "The newest record of its history tells another row (mend it with check_data --fix)."
    return Rule(f"as_recorded_{model._meta.model_name}", model, "", Level.ERROR, message, broken, by_site=True)


def unlike_its_record(model: type[Model], rows: QuerySet | None = None) -> list[Model]:
    """The rows of a model that differ from the newest record of their history."""
    history = model.history.model
    newest = history.objects.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    rows = model.objects.all() if rows is None else rows
    rows = rows.annotate(newest=Subquery(newest.values("history_id")[:1])).exclude(newest=None).order_by("pk")
    records = history.objects.in_bulk(rows.values_list("newest", flat=True))
    # the version rises with each part that is saved, and the record itself is not recorded then
    names = [field.attname for field in history.tracked_fields if field.name != "version"]
    with_other_links = rows_with_other_links(model, rows)
    return [row for row in rows if row.pk in with_other_links or not is_as_recorded(row, records[row.newest], names)]


def is_as_recorded(row: Model, record: Model, names: list[str]) -> bool:
    return record.history_type != "-" and all(getattr(row, name) == getattr(record, name) for name in names)


def rows_with_other_links(model: type[Model], rows: QuerySet) -> set[int]:
    """The primary keys of rows whose many-to-many rows are not those of their newest records."""
    found = set()
    for field in model._meta.many_to_many:
        copies = getattr(model.history.model, field.name).model.objects.filter(history__in=rows.values("newest"))
        links = field.remote_field.through.objects.filter(**{f"{field.m2m_field_name()}__in": rows.values("pk")})
        names = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        different = set(links.values_list(*names)) ^ set(copies.values_list(*names))
        found |= {row for row, _target in different}
    return found


def goes_forward(model: type[Model]) -> Rule:
    """Else what was known on a day depends on which clock was asked."""

    def broken(rows):
        for row in going_back(model, rows):
            yield row, {}

    message = "Its history goes back in time (mend it with check_data --fix)."
    return Rule(f"history_forward_{model._meta.model_name}", model, "", Level.ERROR, message, broken, by_site=True)


def going_back(model: type[Model], rows: QuerySet | None = None) -> QuerySet:
    """The rows of a model of whose records a later one is dated before an earlier one."""
    rows = model.objects.all() if rows is None else rows
    history = model.history.model.objects
    later = history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    back = history.filter(Exists(later.filter(history_date__lt=OuterRef("history_date"))), id=OuterRef("pk"))
    return rows.filter(Exists(back))


def held_until_the_next(model: type[Model]) -> Rule:
    """Else a day shows what was known on another one, or a row twice."""

    def broken(rows):
        for row in rows.filter(pk__in=wrongly_until(model).values("id")):
            yield row, {}

    message = "Its history says wrongly until when a record held (mend it with check_data --fix)."
    return Rule(f"history_until_{model._meta.model_name}", model, "", Level.ERROR, message, broken, by_site=True)


def wrongly_until(model: type[Model]) -> QuerySet:
    """The records of a history that did not hold until the next one of their row, as the database should keep it."""
    history = model.history.model.objects
    same_moment = Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    later = history.filter(same_moment | Q(history_date__gt=OuterRef("history_date")), id=OuterRef("id"))
    following = Subquery(later.order_by("history_date", "history_id").values("history_date")[:1])
    return history.exclude(until=Coalesce(following, Value(FOR_EVER)))


RULES = (
    derived_fields_are_up_to_date,
    *map(is_recorded, models.HISTORIC),
    *map(is_recorded_as_it_is, models.HISTORIC),
    *map(goes_forward, models.HISTORIC),
    *map(held_until_the_next, models.HISTORIC),
)
