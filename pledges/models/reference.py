"""The vocabularies kept as data: countries, types of commitment, places, units."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized
from pledges.models.base import (
    NaturalKeyQuerySet,
    closed,
    public_commitments,
    public_meetings,
    public_requirements,
    slug_field,
)
from pledges.models.dates import clean_date, dated
from pledges.models.edits import History, VersionedModel
from pledges.models.vocab import DATE_PRECISIONS, Precision, Region, TypeGroup, UnitKind


def has_wikidata_form():
    """Q: `Q` and digits, or nothing; in SQL that every program can run, which a pattern is not on SQLite."""
    without_digits = Func(F("wikidata"), Value("0123456789"), function="RTRIM", output_field=models.CharField())
    return Q(wikidata="") | Q(Exact(without_digits, Value("Q"))) & ~Q(wikidata="Q") & ~Q(wikidata__startswith="Q0")


class CountryQuerySet(NaturalKeyQuerySet):
    def public(self):
        """Countries whose membership is sourced, or that public commitments, requirements or meetings reach."""
        reached = Exists(public_commitments().filter(country=OuterRef("pk")))
        asked = Exists(public_requirements().filter(country=OuterRef("pk")))
        meetings = public_meetings().order_by().values("pk")
        took_part = Q(participations__meeting__in=meetings) | Q(meetings__in=meetings)
        at_meeting = Exists(self.model.objects.filter(took_part, pk=OuterRef("pk")))
        return self.filter(Q(membership_source__isnull=False) | reached | asked | at_meeting)

    def with_research(self):
        """The rows with `is_researched`: a public pledge is on record, or a search for one is noted."""
        pledged = Exists(public_commitments().filter(country=OuterRef("pk")))
        return self.annotate(
            is_researched=ExpressionWrapper(Q(searched_on__isnull=False) | Q(pledged), models.BooleanField())
        )


class Country(VersionedModel):
    """A state."""

    natural_key_fields = ("iso2",)

    iso2 = models.CharField(
        _("ISO code, two letters"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z", _("Enter two capital letters."))],
        help_text=_("ISO 3166-1 alpha-2, for example NL. It is part of public addresses: never change it."),
    )
    iso3 = models.CharField(
        _("ISO code, three letters"),
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Enter three capital letters."))],
        help_text=_("ISO 3166-1 alpha-3, for example NLD."),
    )
    wikidata = models.CharField(
        _("Wikidata identifier"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^Q[1-9][0-9]*\Z", _("Enter a capital Q and digits, for example Q142."))],
        help_text=_("Of the entry about this very state, for example Q142; empty where that is not certain."),
    )
    name_en = models.CharField(_("name in English"), max_length=100, unique=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=100, unique=True)
    alt_names = models.TextField(
        _("other names"),
        blank=True,
        help_text=_("Spellings found in sources, in any language, separated by semicolons. The search finds them."),
    )
    region = models.CharField(_("region"), max_length=20, choices=Region)
    coalition_member = models.BooleanField(
        _("coalition member"), default=False, help_text=_("Whether a source lists the state as a member.")
    )
    joined_on = models.DateField(
        _("joined on"), null=True, blank=True, help_text=_("For an inexact date, the first day of the month or year.")
    )
    joined_precision = models.CharField(
        _("precision of that date"), max_length=10, choices=DATE_PRECISIONS, default=Precision.UNKNOWN
    )
    joined_note = models.TextField(
        _("note on joining"), blank=True, help_text=_("What the date stands for, for example “cabinet decision”.")
    )
    membership_source = models.ForeignKey(
        "pledges.Source",
        verbose_name=_("source of the membership"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
    )

    searched_on = models.DateField(
        _("searched on"),
        null=True,
        blank=True,
        help_text=_(
            "When sources were last searched for pledges of this state. It tells “nothing found” from “not researched”."
        ),
    )

    objects = CountryQuerySet.as_manager()
    history = History()
    name = localized("name")

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("name_en",)
        constraints = [
            closed("region", Region),
            dated("joined_on", "joined_precision"),
            models.CheckConstraint(
                name="country_wikidata_has_its_form",
                condition=has_wikidata_form(),
                violation_error_message=_("Enter a capital Q and digits, for example Q142."),
            ),
            models.UniqueConstraint(
                fields=("wikidata",),
                name="country_wikidata_is_unique",
                condition=~Q(wikidata=""),
                violation_error_code="unique",
                violation_error_message=_("Another country has this Wikidata identifier."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        clean_date(self, "joined_on", "joined_precision")


class CommitmentType(VersionedModel):
    """A kind of contribution, defined in both languages."""

    slug = slug_field(_("Part of public addresses and exports: never change it."), max_length=50)
    name_en = models.CharField(_("name in English"), max_length=100, unique=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=100, unique=True)
    definition_en = models.TextField(_("definition in English"))
    definition_ar = models.TextField(_("definition in Arabic"))
    group = models.CharField(_("group of types"), max_length=10, choices=TypeGroup)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Small numbers come first in lists.")
    )

    history = History()
    name = localized("name")
    definition = localized("definition")

    class Meta:
        verbose_name = _("type of pledge")
        verbose_name_plural = _("types of pledge")
        ordering = ("position", "slug")
        constraints = [closed("group", TypeGroup)]

    def __str__(self):
        return self.name


class PlaceQuerySet(NaturalKeyQuerySet):
    def public(self):
        """Places that public commitments reach."""
        return self.filter(Exists(public_commitments().filter(places=OuterRef("pk"))))


class Place(VersionedModel):
    """A place of action: a town, base, region or state."""

    slug = slug_field(_("Part of public addresses and exports: never change it."), max_length=50)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_ar = models.CharField(_("name in Arabic"), max_length=100)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        help_text=_("Leave empty for a sea or an area of several states."),
    )

    objects = PlaceQuerySet.as_manager()
    history = History()
    name = localized("name")

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("name_en",)

    def __str__(self):
        return self.name


class Unit(VersionedModel):
    """What a quantity counts."""

    slug = slug_field(_("Part of public addresses and exports: never change it."), max_length=50)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_ar = models.CharField(_("name in Arabic"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind)
    summable = models.BooleanField(
        _("may be added up"), default=True, help_text=_("No for ratios and for currencies that are not certain.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Small numbers come first in lists.")
    )

    history = History()
    name = localized("name")

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("position", "slug")
        constraints = [closed("kind", UnitKind)]

    def __str__(self):
        return self.name
