"""Publications that say something about a commitment."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.base import (
    AddressField,
    NaturalKeyQuerySet,
    closed,
    public_commitments,
    public_meetings,
    public_requirements,
    slug_field,
)
from pledges.models.dates import clean_date, dated
from pledges.models.edits import History, VersionedModel
from pledges.models.vocab import DATE_PRECISIONS, RIGHT_TO_LEFT, Precision, Reliability, SourceKind, SourceLanguage

REMARK = re.compile(r"\([^)]*\)")
# languages of which a title in Latin letters is one that the editors gave
NOT_IN_LATIN_LETTERS = {
    SourceLanguage.ARABIC,
    SourceLanguage.GREEK,
    SourceLanguage.JAPANESE,
    SourceLanguage.KOREAN,
    SourceLanguage.RUSSIAN,
}
OTHER_LETTER = re.compile("[\u0370-\u1dff\u3040-\ufdff]")


def direction(language):
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


class SourceQuerySet(NaturalKeyQuerySet):
    def public(self):
        """Sources that public commitments, their status changes, public meetings or memberships reach."""
        # a question for each source, answered by the first pledge that cites it: a list of all grows with the pledges
        public, sources = public_commitments(), self.model.objects

        def reaches(**path):
            return Exists(public.filter(**path).order_by())

        return self.filter(
            reaches(citations__source=OuterRef("pk"))
            | reaches(status_changes__source=OuterRef("pk"))
            | reaches(conditions__source=OuterRef("pk"))
            | Q(pk__in=sources.filter(requirements__in=public_requirements().order_by().values("pk")).values("pk"))
            | Q(pk__in=sources.filter(meetings__in=public_meetings().order_by().values("pk")).values("pk"))
            | Q(pk__in=sources.filter(memberships__isnull=False).values("pk"))
        )


class Source(VersionedModel):
    """A publication: an article, a statement, a report."""

    slug = slug_field(_("Publisher, date and subject, for example “dod-2016-02-11-ministers”. Never change it."))
    title = models.CharField(_("title"), max_length=300, help_text=_("As printed, in its own language."))
    publisher = models.CharField(_("publisher"), max_length=150)
    language = models.CharField(_("language"), max_length=2, choices=SourceLanguage)
    kind = models.CharField(_("kind of source"), max_length=20, choices=SourceKind)
    url = AddressField(_("original link"))
    archive_url = AddressField(_("archived copy"), help_text=_("Address of a copy in a web archive."))
    archived_on = models.DateField(_("archived on"), null=True, blank=True)
    published_on = models.DateField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("For an inexact date, the first day of the month or year."),
    )
    published_precision = models.CharField(
        _("precision of that date"), max_length=10, choices=DATE_PRECISIONS, default=Precision.UNKNOWN
    )
    reliability = models.CharField(
        _("reliability of the source"),
        max_length=1,
        choices=Reliability,
        default=Reliability.F,
        help_text=_("Admiralty code, A to F: how far this publisher can be trusted in general."),
    )
    # a code, no reference: countries name the source of their membership, and neither could be loaded first
    voice_iso2 = models.CharField(
        _("state that speaks in it"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z", _("Enter two capital letters."))],
        help_text=_(
            "ISO code of the state whose government, parliament, forces or embassy speaks in it, for example NL; "
            "also where only a private copy was read. Empty for all others."
        ),
    )
    derived_from = models.ForeignKey(
        "self",
        verbose_name=_("reprint of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reprints",
        help_text=_("If it repeats another source (a wire story, say): both count as one independent source."),
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("Shown to readers, in English."))

    objects = SourceQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("slug",)
        constraints = [
            closed("language", SourceLanguage),
            closed("kind", SourceKind),
            closed("reliability", Reliability),
            dated("published_on", "published_precision"),
            models.CheckConstraint(
                name="source_is_not_its_own_reprint",
                condition=Q(derived_from__isnull=True) | ~Q(derived_from=F("pk")),
                violation_error_message=_("A source cannot be a reprint of itself."),
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.publisher})"

    def clean(self):
        clean_date(self, "published_on", "published_precision")
        if self.archived_on and not self.archive_url:
            raise ValidationError({"archive_url": _("Enter the address of the archived copy.")})
        if self.pk and self.derived_from and self in self.derived_from.lineage():
            raise ValidationError({"derived_from": _("These sources would be reprints of each other.")})

    @property
    def direction(self):
        """`rtl` or `ltr`, for what is quoted."""
        return direction(self.language)

    @property
    def remark(self):
        """What stands in parentheses before the title, or in its place: a remark of ours, in English."""
        found = REMARK.match(self.title)
        return found.group() if found else ""

    @property
    def printed_title(self):
        """The title without the remark."""
        return self.title.removeprefix(self.remark).lstrip()

    @property
    def title_language(self):
        """The language of the title: English where a remark is all there is, or where ours stands in its place."""
        title = self.printed_title
        is_ours = not title or (self.language in NOT_IN_LATIN_LETTERS and not OTHER_LETTER.search(title))
        return SourceLanguage.ENGLISH if is_ours else SourceLanguage(self.language)

    @property
    def title_direction(self):
        return direction(self.title_language)

    def lineage(self):
        """This source, what it repeats, and so on to the original (which is last)."""
        chain = [self]
        while (parent := chain[-1].derived_from) and parent not in chain:
            chain.append(parent)
        return chain
