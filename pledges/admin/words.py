"""Words of Django's own pages that it does not say in Arabic, for our catalogue; and its icons of yes and no."""

from django.contrib.admin.templatetags import admin_list
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

LACKING = [
    _("Constraint “%(name)s” is violated."),
    _("Enable password-based authentication for this user by setting a password."),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Reset password"),
    _("Set password"),
    _("Set password: %s"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy("Please submit at most %(num)d form.", "Please submit at most %(num)d forms."),
]
ICONS = {True: "yes", False: "no", None: "unknown"}


def icon(value):
    """In lists and forms that are only looked at: Django's picture, whose words are “True” and “False”."""
    said = {True: gettext("yes"), False: gettext("no"), None: pgettext("yes or no", "unknown")}[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{ICONS[value]}.svg"), said)


admin_list._boolean_icon = icon
