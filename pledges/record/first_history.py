"""Mends histories: the first record of rows that came in without one, the newest of rows that it tells otherwise."""

from datetime import datetime

from django.db.models import Model

from pledges.record.edits import open_edit
from pledges.record.integrity import going_back, unlike_its_record, unrecorded
from pledges.record.reasons import SiteReason


def record_first_history(model: type[Model], reason=SiteReason.SEEDED, time: datetime | None = None) -> None:
    """A history record for each row that has none, as if it had been entered at that time, or now.

    `loaddata` writes none, and what django-simple-history has for it forgets many-to-many rows.
    """
    history = model.history.model
    opened = open_edit()
    rows = list(unrecorded(model))
    if not rows:
        return
    records = model.history.bulk_history_create(
        rows,
        default_change_reason=reason.value,
        default_date=time,
        custom_historical_attrs={"edit": opened.written()} if opened else {},
    )
    by_row = {record.id: record for record in records}
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        row = f"{field.m2m_field_name()}_id"
        # the many-to-many table of the history copies each row, its number included
        copies = getattr(history, field.name).model
        copies.objects.bulk_create(
            copies(
                history=by_row[getattr(link, row)],
                **{column.attname: getattr(link, column.attname) for column in through._meta.fields},
            )
            for link in through.objects.filter(**{f"{row}__in": by_row})
        )


def record_what_differs(model: type[Model], reason: SiteReason) -> None:
    """One more record of each row that is not as the newest record of its history says."""
    for row in unlike_its_record(model):
        row._change_reason = reason.value
        row.save()


def put_forward(model: type[Model]) -> None:
    """Dates the records that go back in time as late as the one before them."""
    for row in going_back(model):
        latest = None
        for record in model.history.filter(id=row.pk).order_by("history_id"):
            if latest and record.history_date < latest:
                model.history.filter(pk=record.pk).update(history_date=latest)
            else:
                latest = record.history_date
