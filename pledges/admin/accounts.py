"""Accounts and groups: Django's own, whose lists take no more lookups than ours, and which stay.

Histories, decisions and the log name accounts: one that is no longer needed is deactivated.
"""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pledges.admin.base import NamedAmongManyMixin, OfferedLookupsMixin

admin.site.unregister([User, Group])
# their keys are nobody's to read
admin.site.unregister([StaticDevice, TOTPDevice])


@admin.register(User)
class AccountAdmin(OfferedLookupsMixin, UserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Group)
class AccountGroupAdmin(NamedAmongManyMixin, OfferedLookupsMixin, GroupAdmin):
    pass
