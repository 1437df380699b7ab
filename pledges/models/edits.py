"""Edits: what one request or command changed, by whom and why; and the versions of the records that it made.

Every row of a history points to the edit that wrote it. Rows from before there were edits point to none.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from pledges.models.base import NaturalKeyModel, closed


class Through(TextChoices):
    """Through what an edit was made."""

    FORM = "form", _("Form")
    ACTION = "action", _("Action on several records")
    PROPOSAL = "proposal", _("Accepted proposal")
    COMMAND = "command", _("Command of the operator")


class Edit(models.Model):
    """What one request or command changed: who, when, why. Never changed, never deleted."""

    when = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("None for a command of the operator."),
    )
    # kept as text for ever, whatever becomes of the account
    who = models.CharField(_("name"), max_length=150, blank=True)
    through = models.CharField(_("made through"), max_length=10, choices=Through)
    why = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ("-when", "-pk")
        constraints = [closed("through", Through)]

    def __str__(self):
        return f"{self.who} {self.when:%Y-%m-%d %H:%M}"


# until when the newest record of a row holds
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


class EditedRow(models.Model):
    """What each row of a history says of its edit, and how long it held."""

    edit = models.ForeignKey(Edit, verbose_name=_("edit"), on_delete=models.PROTECT, null=True, related_name="+")
    # of the record, for a row of one of its parts; None before there were versions
    record_version = models.PositiveIntegerField(_("version of the record"), null=True)
    # the date of the next record of the same row: kept by the database itself, see `pledges.record.until`
    until = models.DateTimeField(default=FOR_EVER, db_default=FOR_EVER, editable=False)

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """The history of a model whose rows are edited, with the index that finds the records that held on a day."""

    def __init__(self, **kwargs):
        super().__init__(bases=[EditedRow], **kwargs)

    def get_meta_options(self, model):
        index = models.Index(fields=("until", "history_date"), name=f"{model._meta.model_name}_of_a_day")
        return super().get_meta_options(model) | {"indexes": [index]}


def locked(rows: models.QuerySet) -> models.QuerySet:
    """The rows, which nobody else changes until the transaction ends; what refers to them need not wait.

    It would wait at its own end, for who then waits for the next version of the data.
    """
    return rows.select_for_update(of=("self",), no_key=True)


class VersionedModel(NaturalKeyModel):
    """A record that is edited as a whole, its parts included: each edit of it makes its next version."""

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False, serialize=False)

    class Meta:
        abstract = True


class PartModel(NaturalKeyModel):
    """A row that is edited as part of a record, which its field `part_of_record` refers to."""

    part_of_record = "commitment"

    class Meta:
        abstract = True
