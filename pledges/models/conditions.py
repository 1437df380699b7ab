"""What a commitment depends on, or is limited to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized
from pledges.models.base import closed
from pledges.models.commitments import Commitment
from pledges.models.edits import History, PartModel
from pledges.models.sources import Source
from pledges.models.vocab import ConditionKind


class Condition(PartModel):
    """One condition of a commitment, with its source; of each kind there is one at most."""

    natural_key_fields = ("commitment__slug", "kind")

    commitment = models.ForeignKey(
        Commitment, verbose_name=_("pledge"), on_delete=models.CASCADE, related_name="conditions", db_index=False
    )
    kind = models.CharField(_("kind of condition"), max_length=20, choices=ConditionKind)
    text_en = models.TextField(
        _("condition in English"), help_text=_("In our own words, for example “Once parliament agrees.”")
    )
    text_ar = models.TextField(_("condition in Arabic"))
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="conditions")

    history = History()
    text = localized("text")

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ("commitment", "kind")
        constraints = [
            closed("kind", ConditionKind),
            models.UniqueConstraint(
                fields=("commitment", "kind"),
                name="condition_is_unique",
                violation_error_message=_("The pledge has a condition of this kind already: put both into its text."),
            ),
        ]

    def __str__(self):
        return f"{self.commitment}: {self.get_kind_display()}"
