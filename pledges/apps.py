"""The application and its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = _("Coalition Pledges")

    def ready(self):
        from pledges import checks  # noqa: F401  models exist only now
        from pledges.history import as_of  # noqa: F401  models exist only now
        from pledges.record import data_version, derived, edits, until  # noqa: F401  models exist only now


class PledgesAdminConfig(AdminConfig):
    default_site = "pledges.admin.site.PledgesAdminSite"

    def ready(self):
        super().ready()
        from pledges.admin import (  # noqa: F401  register the models
            accounts,
            commitments,
            edits,
            meetings,
            proposals,
            reference,
            releases,
            requirements,
            sources,
            words,
        )
