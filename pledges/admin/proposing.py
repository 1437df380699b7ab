"""Saving a record that readers see: kept as a proposal, not saved."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from pledges.admin.fields import SHOWN_AGAIN
from pledges.admin.numbers import key_in, version_in
from pledges.editing import proposals
from pledges.editing.refusals import Refused
from pledges.editing.shown import is_shown
from pledges.editing.snapshots import take
from pledges.models import Proposal
from pledges.models.workflow import WAITING

# names of a form that are not typed
NOT_TYPED = {"csrfmiddlewaretoken", "_save", "_continue", "_addanother", "read_proposal", SHOWN_AGAIN}


class WouldBeSeen(Exception):
    """Ends the saving of a form that would change what readers see; holds the record as it was and would be."""

    def __init__(self, record, base, content):
        self.record, self.base, self.content = record, base, content


class ProposingMixin:
    """An admin whose forms propose what they would change for readers."""

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record and request.method == "POST":
            request.before, request.was_shown = take(record), is_shown(record)
            request.version_before = record.version
        return record

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        before = getattr(request, "before", None)
        if getattr(request, "was_shown", False) or is_shown(form.instance):
            raise WouldBeSeen(form.instance, before, unsaved(take(form.instance), before))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form of a proposal of one's own is opened with what was typed into it."""
        if request.method == "GET" and "proposal" in request.GET:
            if not (own := own_proposal(request, self.model, object_id)):
                raise PermissionDenied
            typed_then = QueryDict(mutable=True)
            for name, values in own.typed.items():
                typed_then.setlist(name, values)
            return self.shown_again(request, typed_then, object_id, form_url, extra_context)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def shown_again(self, request, data, object_id, form_url, extra_context):
        """The form with what was typed, not saved."""
        _none = request.FILES  # asked for later, they would take what was put into POST with them
        request.method = "POST"
        request.POST = data.copy()
        request.POST[SHOWN_AGAIN] = "yes"
        if own := own_proposal(request, self.model, object_id):
            request.POST["read_proposal"] = str(own.version)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def answer_of_form(self, request, object_id, form_url, extra_context):
        """The answer to a form; where readers would see the change, it is proposed instead."""
        try:
            return super().answer_of_form(request, object_id, form_url, extra_context)
        except WouldBeSeen as seen:
            try:
                return self.proposed(request, seen, object_id is not None)
            except Refused as refused:
                self.message_user(request, str(refused), messages.ERROR)
                return self.shown_again(request, request.POST, object_id, form_url, extra_context)

    def proposed(self, request, seen, is_change):
        if seen.content == seen.base:
            self.message_user(request, gettext("Nothing was changed."), messages.INFO)
            return HttpResponseRedirect(request.path)
        record = seen.record if is_change else type(seen.record)()
        content = proposals.Proposed(seen.base or {}, seen.content, typed(request))
        why, version = request.POST.get("why", ""), getattr(request, "version_before", 0)
        with transaction.atomic():
            proposal = self.kept(request, record, version, content, why)
        said = gettext("Kept as a proposal: readers see it after somebody else has accepted it.")
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:pledges_proposal_change", args=[proposal.pk]))

    def kept(self, request, record, version, content, why):
        """A new proposal, or the next version of the one that the form was opened for."""
        own = own_proposal(request, type(record), record.pk)
        if own is None:
            return proposals.propose(record, version, content, request.user, why)
        return proposals.change(own, request.user, version_in(request.POST.get("read_proposal")), content, why)


def own_proposal(request, model, object_id):
    """The waiting proposal about this record that the address names, if it is the user's own; else None."""
    key = key_in(request.GET.get("proposal"))
    own = Proposal.objects.filter(pk=key, user=request.user, model=model._meta.model_name, state__in=WAITING)
    return own.filter(record=object_id).first()


def unsaved(content, before):
    """A snapshot of what was saved only to be looked at: its new parts have no number yet."""
    known = {part["id"] for parts in (before or {"parts": {}})["parts"].values() for part in parts}
    parts = {
        name: [part if part["id"] in known else part | {"id": None} for part in parts]
        for name, parts in content["parts"].items()
    }
    return content | {"parts": parts}


def typed(request):
    """What was typed, by field."""
    return {name: request.POST.getlist(name) for name in request.POST if name not in NOT_TYPED}
