"""The admin site."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pledges.accounts.second_factor import is_proven
from pledges.accounts.throttle import Throttled
from pledges.accounts.views import RecoveryCodesView, SecondFactorView, too_many

# what the boxes of the forms ask for
AUTOCOMPLETE = {"term", "page", "app_label", "model_name", "field_name"}


class PledgesAdminSite(AdminSite):
    site_header = site_title = _("Coalition Pledges")

    def get_urls(self):
        return [
            path("second-factor/", SecondFactorView.as_view(site=self), name="second_factor"),
            path("second-factor/codes/", self.admin_view(RecoveryCodesView.as_view(site=self)), name="recovery_codes"),
            *super().get_urls(),
        ]

    def has_permission(self, request):
        return super().has_permission(request) and is_proven(request)

    def each_context(self, request):
        return super().each_context(request) | {"has_second_factor": settings.SECOND_FACTOR}

    def login(self, request, extra_context=None):
        """What the browser has kept for a reader is not what an editor has to see from now on."""
        if request.method == "GET" and super().has_permission(request) and not is_proven(request):
            query = urlencode({"next": request.GET.get("next", "")})
            return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{query}")
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
