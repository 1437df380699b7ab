"""Requirements: what was asked, and which pledges answered it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import RecordAdmin
from pledges.i18n import LocalizedOrder
from pledges.models import Requirement
from pledges.models.dates import iso


@admin.register(Requirement)
class RequirementAdmin(RecordAdmin):
    list_display = ("asked_of", "type", "asked_by", "asked", "is_public", "slug")
    list_select_related = ("type",)
    list_filter = ("is_public", "theatre", "type__group", ("meeting", admin.RelatedOnlyFieldListFilter))
    search_fields = (
        *("slug", "asked_by_en", "asked_by_ar", "asked_of_en", "asked_of_ar"),
        *("type__name_en", "type__name_ar", "summary_en", "summary_ar"),
    )
    autocomplete_fields = ("country", "type", "unit", "meeting", "sources", "answered_by")
    fieldsets = (
        (_("Who asked whom"), {"fields": ("asked_by_en", "asked_by_ar", "asked_of_en", "asked_of_ar", "country")}),
        (
            _("What was asked"),
            {"fields": ("type", "theatre", ("quantity_min", "quantity_max", "unit"), "quantity_text")},
        ),
        (_("When"), {"fields": (("asked_on", "asked_precision"), "meeting")}),
        (_("In words"), {"fields": ("summary_en", "summary_ar")}),
        (_("Evidence and answers"), {"fields": ("sources", "answered_by")}),
        (_("Publication"), {"fields": ("slug", "is_public")}),
    )

    @admin.display(description=_("asked of"), ordering=LocalizedOrder("asked_of"))
    def asked_of(self, requirement):
        return requirement.asked_of

    @admin.display(description=_("asked by"), ordering=LocalizedOrder("asked_by"))
    def asked_by(self, requirement):
        return requirement.asked_by

    @admin.display(description=_("asked on"), ordering="asked_on")
    def asked(self, requirement):
        return iso(requirement.asked_on, requirement.asked_precision) or None
