"""Accounts and groups: Django's own, whose lists take no more lookups than ours."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from pledges.admin.base import OfferedLookupsMixin

admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(OfferedLookupsMixin, UserAdmin):
    pass


@admin.register(Group)
class AccountGroupAdmin(OfferedLookupsMixin, GroupAdmin):
    pass
