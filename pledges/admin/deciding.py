"""Deciding about several pledges at once: what it will do first, a reason, one edit, and the way back."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from pledges.admin.numbers import version_in
from pledges.admin.review import WhyForm, WithdrawalForm
from pledges.editing.refusals import Refused
from pledges.editing.workflow import (
    MOST_AT_ONCE,
    PUBLISHING,
    RESTORE,
    SEND,
    SEND_BACK,
    TAKE_BACK,
    WITHDRAW,
    decide_many,
    effect_of_step,
)

SHOWN_FIRST = 20


def action_of(step):
    """The action of the list that takes a step for the chosen pledges."""

    def act(model_admin, request, pledges):
        return model_admin.decide_about(request, pledges, step)

    act.__name__ = step.name
    act.short_description = step.label
    act.allowed_permissions = ["publish" if step.permission.endswith("publish_commitment") else "change"]
    return act


class DecidingMixin:
    """Adds the actions to the list of pledges."""

    actions = tuple(action_of(step) for step in (SEND, TAKE_BACK, SEND_BACK, PUBLISHING, WITHDRAW, RESTORE))
    deciding_template = "admin/pledges/commitment/decide_many.html"

    def has_publish_permission(self, request):
        return request.user.has_perm(PUBLISHING.permission)

    def decide_about(self, request, pledges, step):
        """The page that says what the step will do; the answer to it, once confirmed."""
        kind = WithdrawalForm if step.needs_reasons else WhyForm
        is_confirmed = "confirmed" in request.POST
        form = kind(request.POST if is_confirmed else None, may_override=request.user.is_superuser)
        if is_confirmed and form.is_valid():
            versions = {pledge.pk: version_in(request.POST.get(f"version-{pledge.pk}")) for pledge in pledges}
            try:
                done = decide_many(versions, step, request.user, form.why)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return self.done(request, done, step)
        return TemplateResponse(request, self.deciding_template, self.deciding_context(request, pledges, step, form))

    def done(self, request, done, step):
        number = done.decisions.count()
        said = ngettext("%(n)s pledge: %(step)s.", "%(n)s pledges: %(step)s.", number)
        said %= {"n": number, "step": step.label}
        address = reverse("admin:pledges_edit_change", args=[done.pk])
        undo = format_html(' <a href="{}">{}</a>', address, gettext("See or undo this edit"))
        self.message_user(request, format_html("{}{}", said, undo), messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def deciding_context(self, request, pledges, step, form):
        chosen = list(pledges.select_related("country", "type").order_by("slug"))
        is_too_many = len(chosen) > MOST_AT_ONCE
        fitting = [pledge for pledge in chosen if pledge.state in step.from_states]
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": step.label,
            "step": step,
            "form": form,
            "chosen": chosen,
            "first": chosen[:SHOWN_FIRST],
            "more": max(0, len(chosen) - SHOWN_FIRST),
            "not_fitting": len(chosen) - len(fitting),
            "most": MOST_AT_ONCE,
            "is_too_many": is_too_many,
            "effect": None if is_too_many else effect_of_step(fitting, step),
            "action_name": admin.helpers.ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
