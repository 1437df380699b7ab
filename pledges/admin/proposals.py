"""Proposals: the list of what waits, and the page on which one is read with its effect and decided about."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges.admin.base import OfferedLookupsMixin, ToLookAtMixin
from pledges.admin.review import WhyForm, in_full
from pledges.editing import proposals
from pledges.editing.comparing import changes
from pledges.editing.proposals import record_of
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.workflow import PUBLISH
from pledges.models import Proposal
from pledges.models.workflow import WAITING

NOTHING = {"fields": {}, "parts": {}}
# {name: (words of the button, what it does)}
STEPS = {
    "accept": (pgettext_lazy("decision", "Accept"), proposals.accept),
    "send_back": (pgettext_lazy("decision", "Send back"), proposals.send_back),
    "drop": (pgettext_lazy("decision", "Drop"), proposals.drop),
}


@admin.register(Proposal)
class ProposalAdmin(ToLookAtMixin, OfferedLookupsMixin, admin.ModelAdmin):
    list_display = ("about", "kind", "who", "when", "state", "why")
    list_filter = ("state", "model")
    list_per_page = 50
    deciding_template = "admin/pledges/proposal/decide.html"

    @admin.display(description=_("record"))
    def about(self, proposal):
        return name_of(proposal)

    @admin.display(description=_("kind of record"), ordering="model")
    def kind(self, proposal):
        return proposal.about._meta.verbose_name

    def change_view(self, request, object_id, form_url="", extra_context=None):
        proposal = self.get_object(request, object_id)
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        form = WhyForm(
            request.POST or None, initial={"read_version": proposal.version}, may_override=request.user.is_superuser
        )
        if request.method == "POST" and form.is_valid() and (answer := self.decided(request, proposal, form)):
            return answer
        proposal.refresh_from_db()
        return TemplateResponse(request, self.deciding_template, self.deciding_context(request, proposal, form))

    def decided(self, request, proposal, form):
        """The answer to a decision that is taken; None where it is refused, which the form then says."""
        _label, step = STEPS.get(request.POST.get("step"), ("", None))
        try:
            if step is None:
                raise Refused(gettext("Choose what is to be done."))
            decided = step(proposal, request.user, form.version, form.why)
        except Refused as refused:
            form.add_error(None, str(refused))
            if isinstance(refused, Outdated):
                form.reads(Proposal.objects.get(pk=proposal.pk).version)
            return None
        self.message_user(request, f"{name_of(decided)}: {decided.get_state_display()}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:pledges_proposal_change", args=[proposal.pk]))

    def deciding_context(self, request, proposal, form):
        is_waiting = proposal.state in WAITING
        effect, refusal = effect_of(proposal) if is_waiting else (None, "")
        is_own = proposal.user_id == request.user.pk
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Proposal"),
            "subtitle": name_of(proposal),
            "proposal": proposal,
            "name": name_of(proposal),
            "address": address_of(proposal),
            "form": form,
            "steps": steps_for(request.user, proposal) if is_waiting else (),
            "is_own": is_own,
            "is_waiting": is_waiting,
            "changes": changes(proposal.about, proposal.base or NOTHING, proposal.content),
            "shown_with": in_full(proposal.about, proposal.content) if is_waiting else (),
            "effect": effect,
            "refusal": refusal,
            "media": self.media,
        }


def steps_for(user, proposal):
    """The (name, words) of what the user may do with a waiting proposal, four eyes apart."""
    names = ("accept", "send_back", "drop") if user.has_perm(PUBLISH) else ("drop",)
    return [(name, STEPS[name][0]) for name in names if name != "drop" or user.pk == proposal.user_id]


def effect_of(proposal):
    """What it would change for readers, and why it could not be accepted as it is (empty if it could)."""
    try:
        return proposals.effect(proposal), ""
    except Refused as refused:
        return None, str(refused)
    except ValidationError as error:
        return None, " ".join(error.messages)


def name_of(proposal):
    """The name of the record it is about, in the current language."""
    if not proposal.record:
        return gettext("a new record")
    try:
        return str(record_of(proposal))
    except Refused:
        return gettext("a record that was deleted")


def address_of(proposal):
    """The address of the form of the record."""
    name = f"admin:pledges_{proposal.model}_{'change' if proposal.record else 'add'}"
    return reverse(name, args=[proposal.record] if proposal.record else [])
