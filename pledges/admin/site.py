"""The admin site."""

from functools import wraps
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language
from django_otp.middleware import OTPMiddleware

from pledges.accounts.second_factor import is_proven
from pledges.accounts.throttle import Throttled
from pledges.accounts.views import RecoveryCodesView, SecondFactorView, too_many
from pledges.admin import typed
from pledges.editing import waiting

# what the boxes of the forms ask for
AUTOCOMPLETE = {"term", "page", "app_label", "model_name", "field_name"}


class PledgesAdminSite(AdminSite):
    site_header = site_title = _("Coalition Pledges")

    def get_urls(self):
        return [
            path("language/", set_language, name="set_language"),
            path("second-factor/", self.second_factor, name="second_factor"),
            path("second-factor/codes/", self.admin_view(RecoveryCodesView.as_view(site=self)), name="recovery_codes"),
            *super().get_urls(),
        ]

    def has_permission(self, request):
        return super().has_permission(request) and is_proven(request)

    def each_context(self, request):
        return super().each_context(request) | {"has_second_factor": settings.SECOND_FACTOR}

    def admin_view(self, view, cacheable=False):
        """A page of the site; what was typed into a form that it does not take is given back."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def asked(request, *args, **kwargs):
            if "_saveasnew" in request.POST:  # Django obeys, whether or not a form offers it
                raise SuspiciousOperation("A record is not saved as another one.")
            if not typed.is_form(request):
                return inner(request, *args, **kwargs)
            if not self.has_permission(request):
                return self.sign_in_again(request)
            try:
                return inner(request, *args, **kwargs)
            except PermissionDenied:
                return typed.refused(request)

        return asked

    # Signing in: each page carries along what was sent after the session was over

    def sign_in_again(self, request):
        """The page to sign in, for a form that was sent after the session was over."""
        kept = typed.signed(request)
        request.method = "GET"  # it is no attempt to sign in
        if super().has_permission(request):
            response = self.second_factor(request, kept)
        else:
            context = {"app_path": reverse("admin:login"), REDIRECT_FIELD_NAME: request.get_full_path(), "kept": kept}
            response = self.login(request, context)
        response.status_code = HTTPStatus.FORBIDDEN
        return response

    def login(self, request, extra_context=None):
        """What the browser has kept for a reader is not what an editor has to see from now on."""
        if request.method == "GET" and super().has_permission(request) and not is_proven(request):
            query = urlencode({"next": request.GET.get("next", "")})
            return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{query}")
        kept = request.POST.get("typed", "") if request.method == "POST" else ""
        try:
            response = super().login(request, {"kept": kept} | (extra_context or {}))
        except Throttled as refused:
            return too_many(request, refused, typed=typed.typed_into(request))
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            # the rest of the request knows of no second factor of who signed in just now
            response = OTPMiddleware(lambda request: self.onward(request, kept))(request) or response
            response["Clear-Site-Data"] = '"cache"'
        return response

    def second_factor(self, request, kept=""):
        kept = kept or request.POST.get("typed", "")
        response = SecondFactorView.as_view(site=self, extra_context={"kept": kept})(request)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND and self.has_permission(request):
            return self.onward(request, kept) or response
        return response

    def onward(self, request, kept):
        """After a step of signing in: the next, or what was typed before; None where nothing was carried along."""
        if not typed.unsigned(kept):
            return None
        if not self.has_permission(request):
            request.method = "GET"
            return self.second_factor(request, kept)
        return typed.again(request, kept, self.each_context(request))

    def index(self, request, extra_context=None):
        """The first page: what waits, above what there is."""
        return super().index(request, (extra_context or {}) | {"waiting": waiting_for(request.user)})

    def autocomplete_view(self, request):
        if unknown := set(request.GET) - AUTOCOMPLETE:
            raise SuspiciousOperation(f"Nothing is found by {', '.join(sorted(unknown))}.")
        return super().autocomplete_view(request)


def waiting_for(user):
    """What waits: (words, number, address of the list)."""
    pledges, proposals = (reverse(f"admin:pledges_{name}_changelist") for name in ("commitment", "proposal"))
    found = []
    if user.has_perm("pledges.view_commitment"):
        found += [
            (_("Pledges in review"), waiting.in_review(), f"{pledges}?state__exact=in_review"),
            (_("Drafts that were sent back"), waiting.drafts_sent_back(), f"{pledges}?state__exact=draft"),
        ]
    if user.has_perm("pledges.view_proposal"):
        found += [
            (_("Proposals"), waiting.open_proposals(), f"{proposals}?state__exact=open"),
            (_("Your proposals that were sent back"), waiting.sent_back(user), f"{proposals}?state__exact=sent-back"),
        ]
    return found
