"""The page on which a pledge is read and decided about: what changed, what it would do for readers, the buttons."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.admin.numbers import version_in
from pledges.editing.comparing import changes, told
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.rules import findings, refusing
from pledges.editing.shown import shown_with
from pledges.editing.snapshots import at, take
from pledges.editing.workflow import STEPS, Reasons, Why, contributors, decide, effect_of_step, steps_for
from pledges.models import Commitment
from pledges.models.publication import SHOWN_STATE
from pledges.models.vocab import State

TEXT = forms.Textarea(attrs={"rows": 2, "cols": 60, "dir": "auto"})


class WhyForm(forms.Form):
    """What is said of a decision, and the version that it is about."""

    read_version = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(
        label=_("comment for editors"), required=False, max_length=2000, widget=TEXT, help_text=_("Kept for ever.")
    )
    override = forms.BooleanField(
        label=_("decide alone"), required=False, help_text=_("As an administrator; the comment says why.")
    )

    def __init__(self, *args, may_override=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_override:
            del self.fields["override"]

    def reads(self, version):
        """From now on it is about that version, which the page shows; what was typed stays."""
        self.data = self.data.copy()
        self.data["read_version"] = str(version)

    @property
    def version(self):
        """The version that was read; None for none, or for what is no number."""
        return version_in(self.cleaned_data["read_version"])

    @property
    def why(self):
        return Why(self.cleaned_data["comment"], self.reasons, self.cleaned_data.get("override", False))

    @property
    def reasons(self):
        return Reasons(*(self.cleaned_data.get(f"reason_{language}", "") for language in ("en", "ar")))


class WithdrawalForm(WhyForm):
    """The same where readers are told a reason, in both languages."""

    reason_en = forms.CharField(
        label=_("reason for withdrawing, in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "lang": "en", "dir": "ltr"}),
        help_text=_("Shown at the old address of a published pledge that was withdrawn."),
    )
    reason_ar = forms.CharField(
        label=_("reason for withdrawing, in Arabic"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "lang": "ar", "dir": "rtl"}),
    )


class ReviewMixin:
    """Adds the page to the admin of pledges."""

    review_template = "admin/pledges/commitment/review.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        return [path("<path:object_id>/review/", view, name="pledges_commitment_review"), *super().get_urls()]

    def review_view(self, request, object_id):
        pledge = self.get_object(request, object_id)
        if pledge is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, pledge):
            raise PermissionDenied
        steps = steps_for(pledge, request.user)
        needs_reasons = any(step.needs_reasons for step in steps)
        kind = WithdrawalForm if needs_reasons else WhyForm
        form = kind(
            request.POST or None, initial={"read_version": pledge.version}, may_override=request.user.is_superuser
        )
        if request.method == "POST" and form.is_valid() and (answer := self.decided(request, pledge, form)):
            return answer
        return TemplateResponse(request, self.review_template, self.review_context(request, pledge, steps, form))

    def decided(self, request, pledge, form):
        """The answer to a decision that is taken; None where it is refused, which the form then says."""
        step = STEPS.get(request.POST.get("step"))
        try:
            if step is None:
                raise Refused(gettext("Choose what is to be done."))
            decision = decide(pledge, step, request.user, form.version, form.why)
        except Refused as refused:
            form.add_error(None, str(refused))
            if isinstance(refused, Outdated):
                # what is shown below is the present version; the comment stays as typed
                form.reads(pledge.version)
            return None
        said = gettext("\u2068%(slug)s\u2069: %(state)s.")
        self.message_user(
            request, said % {"slug": pledge.slug, "state": decision.get_to_state_display()}, messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:pledges_commitment_review", args=[pledge.pk]))

    def review_context(self, request, pledge, steps, form):
        now, found, step = take(pledge), findings(pledge, publishing=True), offered(pledge)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": pledge,
            "title": gettext("Review"),
            "subtitle": str(pledge),
            "pledge": pledge,
            "steps": steps,
            "form": form,
            "since": since(pledge, now),
            "told": told(Commitment, now),
            "shown_with": in_full(Commitment, now) if pledge.state != SHOWN_STATE else (),
            "findings": found,
            "is_refused": step == "publish" and bool(refusing(found, "a comment")),
            "effect": effect_of_step([pledge], STEPS[step]) if step else None,
            "decisions": pledge.decisions.select_related("edit"),
            "is_own": request.user.pk in contributors(pledge),
            "has_change_permission": self.has_change_permission(request, pledge),
            "media": self.media,
        }


def since(pledge, now):
    """What changed since the pledge was published last, or else was sent for review: (decision, changes); or None."""
    for state in (State.PUBLISHED, State.IN_REVIEW):
        decision = pledge.decisions.filter(to_state=state).select_related("edit").first()
        if decision and (before := at(pledge, decision.version + 1)):
            return decision, changes(Commitment, before, now)
    return None


def in_full(model, content):
    """What readers would see for the first time with a text: (kind, name, all that it says)."""
    rows = shown_with(model, content)
    return [(row._meta.verbose_name, str(row), told(type(row), take(row))) for row in rows]


def offered(pledge):
    """The step whose effect on readers is shown: publishing, or for what they see, withdrawing."""
    return {State.IN_REVIEW: "publish", State.PUBLISHED: "withdraw", State.WITHDRAWN: "restore"}.get(pledge.state)
