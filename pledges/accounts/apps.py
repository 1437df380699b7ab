"""The application of accounts: Django's own accounts, and what guards them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "pledges.accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from pledges.accounts import journal, sessions  # noqa: F401  accounts exist only now
