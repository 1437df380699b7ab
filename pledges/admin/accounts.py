"""Accounts and groups: Django's own, whose lists take no more lookups than ours, and which stay.

Histories, decisions and the log name accounts: one that is no longer needed is deactivated.
"""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pledges.admin.base import NamedAmongManyMixin, OfferedLookupsMixin

admin.site.unregister([User, Group])
# their keys are nobody's to read
admin.site.unregister([StaticDevice, TOTPDevice])

MAY = {
    "add": pgettext_lazy("permission", "add"),
    "change": pgettext_lazy("permission", "change"),
    "delete": pgettext_lazy("permission", "delete"),
    "view": pgettext_lazy("permission", "view"),
}


class PermissionsField(forms.ModelMultipleChoiceField):
    """What may be done on this site, in the language of who reads it; Django keeps the names in English."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, permission):
        action = MAY.get(permission.codename.removesuffix(f"_{permission.content_type.model}"))
        return f"{capfirst(permission.content_type.name)}: {action or gettext(permission.name)}"


class PermittingMixin:
    """Offers permissions and groups as boxes to tick."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)
        kinds = ContentType.objects.get_for_models(*self.admin_site._registry).values()
        offered = db_field.related_model.objects.filter(content_type__in=kinds).select_related("content_type")
        return db_field.formfield(form_class=PermissionsField, queryset=offered, help_text="")


class PasswordForm(AdminPasswordChangeForm):
    """A new password for an account. To have none is nothing that this site offers: it knows no other way in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class AccountAdmin(PermittingMixin, OfferedLookupsMixin, UserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")
    readonly_fields = ("last_login", "date_joined")
    add_form = UserCreationForm
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2")}),)
    change_password_form = PasswordForm

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Group)
class AccountGroupAdmin(PermittingMixin, NamedAmongManyMixin, OfferedLookupsMixin, GroupAdmin):
    pass
