"""The admin site."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PledgesAdminSite(AdminSite):
    site_header = site_title = _("Coalition Pledges")
