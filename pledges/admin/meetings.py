"""Meetings, with who took part."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import PartAdmin, PartInline, RecordAdmin
from pledges.models import Meeting, Participation


class ParticipationInline(PartInline):
    model = Participation
    template = admin.TabularInline.template
    named_by = ("country",)
    fields = ("country", "role")
    autocomplete_fields = ("country",)


@admin.register(Meeting)
class MeetingAdmin(RecordAdmin):
    list_display = ("name_en", "name_ar", "start_on", "end_on", "date_precision", "is_public")
    list_filter = ("is_public", "date_precision")
    search_fields = ("name_en", "name_ar", "location_en", "location_ar", "slug")
    autocomplete_fields = ("country", "sources")
    inlines = (ParticipationInline,)
    fieldsets = (
        (_("Names"), {"fields": ("name_en", "name_ar", "slug")}),
        (
            _("When and where"),
            {"fields": ("start_on", "end_on", "date_precision", "location_en", "location_ar", "country")},
        ),
        (_("Sources and notes"), {"fields": ("sources", "notes")}),
        (_("Publication"), {"fields": ("is_public",)}),
    )


@admin.register(Participation)
class ParticipationAdmin(PartAdmin):
    list_display = ("meeting", "country", "role")
    list_select_related = ("meeting", "country")
    list_filter = ("role",)
    search_fields = ("meeting__name_en", "meeting__name_ar", "country__name_en", "country__name_ar")
    fieldsets = ((_("Participation"), {"fields": ("meeting", "country", "role")}),)
