"""Numbered releases: the whole record as it was, frozen."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.i18n import localized
from pledges.models.texts import CleanTextModel

NUMBER = r"^[12]\d{3}-(?:0[1-9]|1[0-2])(?:-\d{1,4})?\Z"


class Frozen(Exception):
    """A release was to be changed or deleted."""


class ReleaseQuerySet(models.QuerySet):
    def listed(self):
        """All releases, the latest first, without the bytes of their packages."""
        return self.defer("package").order_by("-made_at", "-pk")

    def update(self, **values):
        raise Frozen("releases are never changed")

    def delete(self):
        raise Frozen("releases are never deleted")


class Release(CleanTextModel):
    """A data package of all public pledges, made once and never changed; its digest is that of the file."""

    number = models.CharField(
        _("number"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(NUMBER, _("Write it like 2026-11, or 2026-11-2."))],
        help_text=_("Year and month, for example 2026-11; a second one in the month is 2026-11-2. It never changes."),
    )
    note_en = models.TextField(_("what is new, in English"), blank=True)
    note_ar = models.TextField(_("what is new, in Arabic"), blank=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    pledges = models.PositiveIntegerField(_("number of pledges"), editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, editable=False)
    package = models.BinaryField(_("data package"), editable=False)

    objects = ReleaseQuerySet.as_manager()
    note = localized("note")

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ("-made_at", "-pk")

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise Frozen(f"release {self.number} is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise Frozen(f"release {self.number} is never deleted")
