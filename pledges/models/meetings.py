"""Meetings of the coalition, and which states took part in which role."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized
from pledges.models.base import (
    NaturalKeyQuerySet,
    closed,
    public_commitments,
    public_requirements,
    slug_field,
)
from pledges.models.dates import span_start
from pledges.models.edits import History, PartModel, VersionedModel
from pledges.models.reference import Country
from pledges.models.sources import Source
from pledges.models.vocab import MEETING_PRECISIONS, Precision, Role


class MeetingQuerySet(NaturalKeyQuerySet):
    def public(self):
        """Meetings marked public, and those that public commitments or requirements reach."""
        pledged = Exists(public_commitments().filter(meeting=OuterRef("pk")))
        asked = Exists(public_requirements().filter(meeting=OuterRef("pk")))
        return self.filter(Q(is_public=True) | pledged | asked)


class Meeting(VersionedModel):
    """A conference, or one announced for a period."""

    slug = slug_field(
        _("Place and date, for example “brussels-2016-02-11”. Part of public addresses: never change it.")
    )
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ar = models.CharField(_("name in Arabic"), max_length=200)
    start_on = models.DateField(_("first day"), help_text=_("For an inexact date, the first day of the month or year."))
    end_on = models.DateField(_("last day"), help_text=_("The same as the first day when it lasted a day or less."))
    date_precision = models.CharField(
        _("date precision"),
        max_length=10,
        choices=MEETING_PRECISIONS,
        default=Precision.DAY,
        help_text=_("“Period in which it falls”: announced for that period, the real date is not known."),
    )
    location_en = models.CharField(_("location in English"), max_length=200, blank=True)
    location_ar = models.CharField(_("location in Arabic"), max_length=200, blank=True)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        help_text=_("Where it took place."),
    )
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), blank=True, related_name="meetings")
    notes = models.TextField(_("notes"), blank=True, help_text=_("Shown to readers, in English."))
    is_public = models.BooleanField(
        _("public"), default=False, help_text=_("Shown to readers even when no published pledge names it.")
    )

    objects = MeetingQuerySet.as_manager()
    history = History(m2m_fields=[sources])
    name = localized("name")
    location = localized("location")

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("start_on", "slug")
        constraints = [
            closed("date_precision", MEETING_PRECISIONS),
            models.CheckConstraint(
                name="meeting_starts_before_it_ends",
                condition=Q(start_on__lte=F("end_on")),
                violation_error_message=_("The last day is before the first day."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.start_on and self.end_on:
            if self.start_on > self.end_on:
                raise ValidationError({"end_on": _("The last day is before the first day.")})
            self.start_on = span_start(self.start_on, self.date_precision)
            self.end_on = span_start(self.end_on, self.date_precision)


class Participation(PartModel):
    """A state at a meeting, in one role (a host that also signed has two rows)."""

    natural_key_fields = ("meeting__slug", "country__iso2", "role")
    part_of_record = "meeting"

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="participations"
    )
    country = models.ForeignKey(
        Country, verbose_name=_("country"), on_delete=models.PROTECT, related_name="participations"
    )
    role = models.CharField(_("role at the meeting"), max_length=20, choices=Role, default=Role.PARTICIPANT)

    history = History()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ("meeting", "country")
        constraints = [
            closed("role", Role),
            models.UniqueConstraint(
                fields=("meeting", "country", "role"),
                name="participation_is_unique",
                violation_error_message=_("This state is listed in this role already."),
            ),
        ]

    def __str__(self):
        return f"{self.country} ({self.get_role_display()})"
