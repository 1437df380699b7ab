"""Blocs of states, and from when to when a state was a member of one."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized
from pledges.models.base import NaturalKeyQuerySet, slug_field
from pledges.models.edits import History, PartModel, VersionedModel
from pledges.models.reference import Country


class Bloc(VersionedModel):
    """An organisation or a group of states, defined in both languages."""

    slug = slug_field(_("Part of public addresses and exports: never change it."), max_length=50)
    name_en = models.CharField(_("name in English"), max_length=100, unique=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=100, unique=True)
    definition_en = models.TextField(_("definition in English"))
    definition_ar = models.TextField(_("definition in Arabic"))

    history = History()
    name = localized("name")
    definition = localized("definition")

    class Meta:
        verbose_name = _("bloc")
        verbose_name_plural = _("blocs")
        ordering = ("slug",)

    def __str__(self):
        return self.name


def holding_on(day: Any, prefix: str = "") -> Q:
    """Q: a membership holds on the day that an expression gives, as `BlocMember.held_on` says it.

    What is dated to a month or a year counts from its first day, as it is stored. Without a day only a membership
    that never began or ended is certain to hold.
    """
    since, until = f"{prefix}member_since", f"{prefix}member_until"
    began = Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": day})
    lasts = Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day})
    return began & lasts


class BlocMemberQuerySet(NaturalKeyQuerySet):
    def during(self, first: date, last: date):
        """Those that hold on any day of a span."""
        began = Q(member_since=None) | Q(member_since__lte=last)
        return self.filter(began, Q(member_until=None) | Q(member_until__gte=first))


class BlocMember(PartModel):
    """A state in a bloc, from one day to another; one that left and came back has two rows."""

    natural_key_fields = ("bloc__slug", "country__iso2", "position")
    part_of_record = "bloc"

    bloc = models.ForeignKey(Bloc, verbose_name=_("bloc"), on_delete=models.PROTECT, related_name="members")
    country = models.ForeignKey(
        Country, verbose_name=_("country"), on_delete=models.PROTECT, related_name="bloc_memberships"
    )
    position = models.PositiveSmallIntegerField(
        _("position"), null=True, blank=True, help_text=_("Order of entry; filled in by itself.")
    )
    member_since = models.DateField(
        _("member since"), null=True, blank=True, help_text=_("Empty if it was a member since before all pledges.")
    )
    member_until = models.DateField(
        _("member until"), null=True, blank=True, help_text=_("The last day of the membership; empty if it goes on.")
    )

    objects = BlocMemberQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("bloc membership")
        verbose_name_plural = _("bloc memberships")
        ordering = ("bloc", "country", "position")
        constraints = [
            models.UniqueConstraint(fields=("bloc", "country", "position"), name="bloc_member_position_is_unique"),
            models.CheckConstraint(
                name="bloc_member_joins_before_it_leaves",
                condition=Q(member_since=None) | Q(member_until=None) | Q(member_since__lte=F("member_until")),
                violation_error_message=_("The membership ends before it begins."),
            ),
        ]

    def __str__(self):
        return f"{self.bloc}: {self.country}"

    def held_on(self, day: date | None) -> bool:
        """Whether it held on a day; None for one that is not known."""
        since, until = self.member_since, self.member_until
        return not (since or until) if day is None else (since or day) <= day <= (until or day)

    def save(self, *args, **kwargs):
        if self.position is None:
            stays = BlocMember.objects.filter(bloc=self.bloc, country=self.country)
            self.position = (stays.aggregate(last=models.Max("position"))["last"] or 0) + 1
        super().save(*args, **kwargs)
