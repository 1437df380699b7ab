"""What the admin pages share."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

DIRECTIONS = {"_en": {"lang": "en", "dir": "ltr"}, "_ar": {"lang": "ar", "dir": "rtl"}}
LEFT_TO_RIGHT = {"slug", "url", "archive_url", "iso2", "iso3"}


class DirectedFieldsMixin:
    """Gives each text field the language and direction of what is typed into it."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.get_internal_type() in {"CharField", "TextField"} and not db_field.choices:
            attrs = DIRECTIONS.get(db_field.name[-3:], {"dir": "ltr" if db_field.name in LEFT_TO_RIGHT else "auto"})
            field.widget.attrs |= attrs
            if db_field.get_internal_type() == "TextField":
                field.widget.attrs["rows"] = 3
        return field


class RecordAdmin(DirectedFieldsMixin, SimpleHistoryAdmin):
    """A record with history; its public name is fixed once it is saved."""

    fixed_once_saved = ("slug",)
    list_per_page = 50
    save_on_top = True

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, *self.fixed_once_saved) if obj else readonly


class PartAdmin(SimpleHistoryAdmin):
    """A list of rows that are edited within the record they belong to: to look at and search only."""

    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PartInline(DirectedFieldsMixin, admin.StackedInline):
    extra = 0
    show_change_link = False
