"""The pages at the door: the second factor, its recovery codes, what says to wait. The password's is the admin's."""

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.views import RedirectURLMixin
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView
from django_otp import login as prove
from django_otp.plugins.otp_static.models import StaticDevice

from pledges.accounts import journal, second_factor, throttle


def too_many(request, refused, **context):
    """429: tried too often, with the time until another try is checked."""
    minutes = -(-refused.seconds // 60)
    response = render(request, "429.html", {"minutes": minutes} | context, status=429)
    response["Retry-After"] = str(refused.seconds)
    response["Cache-Control"] = "no-store"
    return response


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "dir": "ltr"}),
    )


@method_decorator(never_cache, name="dispatch")
class SecondFactorView(RedirectURLMixin, FormView):
    """After the password: enters a phone, or asks for its code."""

    site = None
    form_class = CodeForm
    template_name = "admin/second_factor.html"
    next_page = "admin:index"

    def dispatch(self, request, *args, **kwargs):
        if "sign_out" in request.POST:
            auth.logout(request)
        if not request.user.is_authenticated:
            return redirect("admin:login")
        is_proven, user = second_factor.is_proven(request), request.user
        if not settings.SECOND_FACTOR or (is_proven and second_factor.has_phone(user)):
            return redirect(self.get_success_url())
        self.asks = not is_proven and second_factor.has_any(user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | self.site.each_context(self.request)
        context |= {"title": gettext("Second factor"), "next": self.get_redirect_url(), "asks": self.asks}
        if not self.asks:
            key = second_factor.key_for(self.request.session)
            address = second_factor.address_of_key(self.request.user, key)
            context |= {
                "key": second_factor.written_key(key),
                "address": address,
                "picture": second_factor.picture(address),
            }
        return context

    def form_valid(self, form):
        request, user = self.request, self.request.user
        try:
            attempt = throttle.begin(request, user.get_username(), is_of_code=True)
        except throttle.Throttled as refused:
            return too_many(request, refused)
        device = self.device_for(second_factor.code_of(form.cleaned_data["code"]))
        if device is None:
            journal.note_refusal(request, user.get_username(), "wrong code")
            form.add_error("code", gettext("This code is not right, or it was used already. The next one may be."))
            return self.form_invalid(form)
        throttle.succeed(attempt)
        prove(request, device)
        request.session.cycle_key()
        return self.let_in(device) if self.asks else self.welcome()

    def device_for(self, code):
        if self.asks:
            return second_factor.verify(self.request.user, code)
        return second_factor.enrol(self.request.user, second_factor.key_for(self.request.session), code)

    def let_in(self, device):
        if isinstance(device, StaticDevice):
            left = second_factor.recovery_codes_left(self.request.user)
            journal.note(self.request, self.request.user, f"Second factor shown, {left} recovery codes left")
            words = ngettext("%(n)s recovery code is left.", "%(n)s recovery codes are left.", left)
            messages.warning(self.request, words % {"n": left})
            if not second_factor.has_phone(self.request.user):
                return redirect(self.request.get_full_path())  # which enters one now
        else:
            journal.note(self.request, self.request.user, "Second factor shown")
        return redirect(self.get_success_url())

    def welcome(self):
        """The first recovery codes, for who has just entered a phone."""
        self.request.session.pop(second_factor.KEY, None)
        journal.note(self.request, self.request.user, "Phone entered as second factor")
        return shown_once(self.site, self.request, self.get_success_url())


class RecoveryCodesView(TemplateView):
    """How many recovery codes are left, and new ones for who asks."""

    site = None
    template_name = "admin/recovery_codes.html"

    def dispatch(self, request, *args, **kwargs):
        if not settings.SECOND_FACTOR:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        left = second_factor.recovery_codes_left(self.request.user)
        return self.site.each_context(self.request) | {"title": gettext("Recovery codes"), "left": left}

    def post(self, request):
        journal.note(request, request.user, "New recovery codes")
        return shown_once(self.site, request, reverse("admin:index"))


def shown_once(site, request, onward):
    """New recovery codes, in the answer itself: they are kept nowhere to be shown again."""
    codes = second_factor.make_recovery_codes(request.user)
    context = site.each_context(request) | {"title": gettext("Recovery codes"), "codes": codes, "onward": onward}
    return render(request, "admin/recovery_codes.html", context)
