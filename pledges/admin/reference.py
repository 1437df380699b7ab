"""Countries, blocs, types, places, units."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import PartAdmin, PartInline, RecordAdmin
from pledges.models import Bloc, BlocMember, CommitmentType, Country, Place, Unit


@admin.register(Country)
class CountryAdmin(RecordAdmin):
    fixed_once_saved = ("iso2",)
    list_display = ("name_en", "name_ar", "iso2", "region", "coalition_member", "joined_on")
    list_filter = ("coalition_member", "region")
    search_fields = ("name_en", "name_ar", "alt_names", "=iso2", "=iso3", "=wikidata")
    autocomplete_fields = ("membership_source",)
    fieldsets = (
        (_("Names"), {"fields": ("name_en", "name_ar", "alt_names", "iso2", "iso3", "wikidata", "region")}),
        (
            _("Membership of the coalition"),
            {
                "fields": (
                    "coalition_member",
                    "joined_on",
                    "joined_precision",
                    "joined_note",
                    "membership_source",
                    "searched_on",
                )
            },
        ),
    )


class BlocMemberInline(PartInline):
    model = BlocMember
    template = admin.TabularInline.template
    named_by = ("country",)
    fields = ("country", "member_since", "member_until")
    autocomplete_fields = ("country",)


@admin.register(Bloc)
class BlocAdmin(RecordAdmin):
    list_display = ("name_en", "name_ar", "slug")
    search_fields = ("name_en", "name_ar", "slug")
    inlines = (BlocMemberInline,)
    fieldsets = (
        (_("Names"), {"fields": ("name_en", "name_ar", "slug")}),
        (_("Meaning"), {"fields": ("definition_en", "definition_ar")}),
    )


@admin.register(BlocMember)
class BlocMemberAdmin(PartAdmin):
    list_display = ("bloc", "country", "member_since", "member_until")
    list_select_related = ("bloc", "country")
    list_filter = ("bloc",)
    search_fields = ("bloc__name_en", "bloc__name_ar", "country__name_en", "country__name_ar")
    fieldsets = ((_("Bloc membership"), {"fields": ("bloc", "country", "position", "member_since", "member_until")}),)


@admin.register(CommitmentType)
class CommitmentTypeAdmin(RecordAdmin):
    list_display = ("name_en", "name_ar", "slug", "group", "position")
    list_filter = ("group",)
    search_fields = ("name_en", "name_ar", "definition_en", "definition_ar", "slug")
    fieldsets = (
        (_("Names"), {"fields": ("name_en", "name_ar", "slug")}),
        (_("Meaning"), {"fields": ("definition_en", "definition_ar", "group", "position")}),
    )


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    list_display = ("name_en", "name_ar", "slug", "country")
    list_select_related = ("country",)
    list_filter = (("country", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name_en", "name_ar", "slug", "country__name_en", "country__name_ar")
    autocomplete_fields = ("country",)
    fieldsets = ((_("Place"), {"fields": ("name_en", "name_ar", "slug", "country")}),)


@admin.register(Unit)
class UnitAdmin(RecordAdmin):
    list_display = ("name_en", "name_ar", "slug", "kind", "summable", "position")
    list_filter = ("kind", "summable")
    search_fields = ("name_en", "name_ar", "slug")
    fieldsets = (
        (_("Names"), {"fields": ("name_en", "name_ar", "slug")}),
        (_("Use"), {"fields": ("kind", "summable", "position")}),
    )
