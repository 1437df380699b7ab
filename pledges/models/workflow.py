"""What was decided about publishing a pledge, and the changes proposed to what readers see."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledges.models.base import closed
from pledges.models.commitments import Commitment
from pledges.models.edits import Edit
from pledges.models.vocab import State


class Alone(TextChoices):
    """Why somebody could decide alone."""

    NONE = "", _("No")
    ONE_REVIEWER = "one-reviewer", _("This site has one reviewer")
    OVERRIDE = "override", _("An administrator overrode the rule")


class Decision(models.Model):
    """One step of a pledge from one state of publication to another. Never changed, never deleted."""

    commitment = models.ForeignKey(
        Commitment, verbose_name=_("pledge"), on_delete=models.PROTECT, related_name="decisions"
    )
    from_state = models.CharField(_("from"), max_length=10, choices=State)
    to_state = models.CharField(_("to"), max_length=10, choices=State)
    version = models.PositiveIntegerField(_("version read"))
    alone = models.CharField(_("decided alone"), max_length=12, choices=Alone, blank=True)
    edit = models.ForeignKey(Edit, verbose_name=_("edit"), on_delete=models.PROTECT, related_name="decisions")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("-pk",)
        constraints = [closed("from_state", State), closed("to_state", State), closed("alone", Alone)]

    def __str__(self):
        return f"{self.commitment.slug}: {self.get_from_state_display()} → {self.get_to_state_display()}"


class ProposalState(TextChoices):
    """What became of a proposal."""

    OPEN = "open", _("Waiting for a reviewer")
    SENT_BACK = "sent-back", _("Sent back to its author")
    ACCEPTED = "accepted", _("Accepted")
    DROPPED = "dropped", _("Dropped by its author")


WAITING = (ProposalState.OPEN, ProposalState.SENT_BACK)


class Proposal(models.Model):
    """A change of a record that readers see, or that what they see rests on: waits until somebody else accepts it."""

    # which record: the name of its model, and its number
    model = models.CharField(_("kind of record"), max_length=30)
    record = models.BigIntegerField(_("record"), null=True)  # None: a new one
    base_version = models.PositiveIntegerField(_("version it was made from"))
    # snapshots of `editing.snapshots`: the record as it was read, and as it is to be
    base = models.JSONField(_("as it was"))
    content = models.JSONField(_("as proposed"))
    # the fields of the form it was made in, to open that again
    typed = models.JSONField(_("as typed"), default=dict)
    # raised when its author changes it: a reviewer accepts what was read
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    who = models.CharField(_("proposed by"), max_length=150)
    when = models.DateTimeField(_("proposed"), default=timezone.now)
    why = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_who = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    comment = models.TextField(_("comment"), blank=True)
    alone = models.CharField(_("decided alone"), max_length=12, choices=Alone, blank=True)
    edit = models.ForeignKey(
        Edit, verbose_name=_("edit"), on_delete=models.PROTECT, null=True, related_name="proposals"
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("-when", "-pk")
        indexes = [models.Index(fields=("model", "record"), name="proposal_of_record")]
        constraints = [
            closed("state", ProposalState),
            closed("alone", Alone),
            models.CheckConstraint(
                name="proposal_accepted_has_edit",
                condition=~Q(state=ProposalState.ACCEPTED) | Q(edit__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.model} {self.record}: {self.get_state_display()}"

    @property
    def about(self):
        """The model of the record."""
        return apps.get_model("pledges", self.model)
