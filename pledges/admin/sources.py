"""Sources."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import RecordAdmin
from pledges.models import Country, Source
from pledges.models.dates import iso


def states():
    """The (code, name) pairs of all states, after "none"."""
    return [("", "–"), *((country.iso2, country.name) for country in Country.objects.all())]


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    list_display = ("title", "publisher", "language", "kind", "reliability", "published")
    list_filter = ("kind", "reliability", "language", ("archive_url", admin.EmptyFieldListFilter))
    search_fields = ("title", "publisher", "slug", "url")
    autocomplete_fields = ("derived_from",)
    fieldsets = (
        (_("Publication"), {"fields": ("title", "publisher", "slug", "language", ("kind", "voice_iso2"))}),
        (_("When it was published"), {"fields": ("published_on", "published_precision")}),
        (_("Where it can be read"), {"fields": ("url", "archive_url", "archived_on")}),
        (_("How far it can be trusted"), {"fields": ("reliability", "derived_from", "notes")}),
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "voice_iso2":
            return forms.ChoiceField(
                label=field.label, help_text=field.help_text, required=False, choices=states, initial=""
            )
        return field

    @admin.display(description=_("published on"), ordering="published_on")
    def published(self, source):
        return iso(source.published_on, source.published_precision) or None
