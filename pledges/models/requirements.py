"""What somebody asked of states, before or beside what they offered."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized
from pledges.models.base import NaturalKeyQuerySet, closed, slug_field
from pledges.models.commitments import Commitment
from pledges.models.dates import clean_date, dated
from pledges.models.edits import History, VersionedModel
from pledges.models.meetings import Meeting
from pledges.models.quantities import quantity_checks
from pledges.models.reference import CommitmentType, Country, Unit
from pledges.models.sources import Source
from pledges.models.vocab import DATE_PRECISIONS, Precision, Theatre


class RequirementQuerySet(NaturalKeyQuerySet):
    def public(self):
        """Requirements marked public that rest on a source."""
        sourced = self.model.sources.through.objects.filter(requirement=models.OuterRef("pk"))
        return self.filter(models.Exists(sourced), is_public=True)


class Requirement(VersionedModel):
    """One request of one type: who asked, of whom, for what, and which commitments answered it."""

    slug = slug_field(_("Who asked, when and for what, for example “krg-2014-08-arms”. Never change it."))
    asked_by_en = models.CharField(
        _("asked by, in English"), max_length=150, help_text=_("Name and office, or the body that asked.")
    )
    asked_by_ar = models.CharField(_("asked by, in Arabic"), max_length=150)
    asked_of_en = models.CharField(
        _("asked of, in English"), max_length=150, help_text=_("The state or group, as readers see it.")
    )
    asked_of_ar = models.CharField(_("asked of, in Arabic"), max_length=150)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requirements",
        help_text=_("The state that was asked. Leave empty for a group."),
    )
    type = models.ForeignKey(
        CommitmentType, verbose_name=_("type of pledge"), on_delete=models.PROTECT, related_name="requirements"
    )
    theatre = models.CharField(_("theatre"), max_length=12, choices=Theatre, default=Theatre.UNSPECIFIED)
    quantity_min = models.BigIntegerField(_("smallest number"), null=True, blank=True)
    quantity_max = models.BigIntegerField(_("largest number"), null=True, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, null=True, blank=True, related_name="requirements"
    )
    quantity_text = models.CharField(
        _("quantity as printed"), max_length=150, blank=True, help_text=_("In the words and language of the source.")
    )
    asked_on = models.DateField(
        _("asked on"), null=True, blank=True, help_text=_("For an inexact date, the first day of the month or year.")
    )
    asked_precision = models.CharField(
        _("date precision"), max_length=10, choices=DATE_PRECISIONS, default=Precision.DAY
    )
    meeting = models.ForeignKey(
        Meeting,
        verbose_name=_("meeting"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requirements",
        help_text=_("Where it was asked, if at a meeting."),
    )
    summary_en = models.TextField(_("summary in English"), help_text=_("One sentence in our own words, never copied."))
    summary_ar = models.TextField(_("summary in Arabic"))
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="requirements")
    answered_by = models.ManyToManyField(
        Commitment,
        verbose_name=_("answered by"),
        blank=True,
        related_name="requirements",
        help_text=_("The pledges that answered it; none if no answer was found."),
    )
    is_public = models.BooleanField(_("public"), default=False, help_text=_("Shown to readers, once it has a source."))

    objects = RequirementQuerySet.as_manager()
    history = History(m2m_fields=[sources, answered_by])
    asked_by = localized("asked_by")
    asked_of = localized("asked_of")
    summary = localized("summary")

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = (F("asked_on").desc(nulls_last=True), "slug")
        constraints = [
            closed("theatre", Theatre),
            dated("asked_on", "asked_precision"),
            *quantity_checks(),
            models.CheckConstraint(
                name="requirement_quantity_has_unit",
                condition=Q(unit__isnull=False)
                | Q(unit__isnull=True, quantity_min__isnull=True, quantity_max__isnull=True),
                violation_error_message=_("A number needs its unit."),
            ),
        ]

    def __str__(self):
        return f"{self.asked_of} – {self.type}"

    def get_absolute_url(self):
        return reverse("requirement-detail", args=[self.slug])

    def clean(self):
        clean_date(self, "asked_on", "asked_precision")
        if self.unit and self.quantity_min is None and self.quantity_max is None:
            raise ValidationError({"unit": _("A unit needs a number.")})
