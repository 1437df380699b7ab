"""The admin site."""

from http import HTTPStatus

from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _

from pledges.accounts.throttle import Throttled
from pledges.accounts.views import too_many

# what the boxes of the forms ask for
AUTOCOMPLETE = {"term", "page", "app_label", "model_name", "field_name"}


class PledgesAdminSite(AdminSite):
    site_header = site_title = _("Coalition Pledges")

    def login(self, request, extra_context=None):
        """What the browser has kept for a reader is not what an editor has to see from now on."""
        try:
            response = super().login(request, extra_context)
        except Throttled as refused:
            return too_many(request, refused)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            response["Clear-Site-Data"] = '"cache"'
        return response

    def autocomplete_view(self, request):
        if unknown := set(request.GET) - AUTOCOMPLETE:
            raise SuspiciousOperation(f"Nothing is found by {', '.join(sorted(unknown))}.")
        return super().autocomplete_view(request)
