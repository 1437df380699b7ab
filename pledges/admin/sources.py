"""Sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import RecordAdmin
from pledges.models import Source
from pledges.models.dates import iso


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    list_display = ("title", "publisher", "language", "kind", "reliability", "published")
    list_filter = ("kind", "reliability", "language", ("archive_url", admin.EmptyFieldListFilter))
    search_fields = ("title", "publisher", "slug", "url")
    autocomplete_fields = ("derived_from",)
    fieldsets = (
        (_("Publication"), {"fields": ("title", "publisher", "slug", "language", "kind")}),
        (_("When it was published"), {"fields": ("published_on", "published_precision")}),
        (_("Where it can be read"), {"fields": ("url", "archive_url", "archived_on")}),
        (_("How far it can be trusted"), {"fields": ("reliability", "derived_from", "notes")}),
    )

    @admin.display(description=_("published on"), ordering="published_on")
    def published(self, source):
        return iso(source.published_on, source.published_precision) or None
