"""Recent changes: every edit, by whom, when, why, and what it changed; where it decided, the way back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges import models
from pledges.admin.base import OfferedLookupsMixin, ToLookAtMixin
from pledges.admin.review import WithdrawalForm
from pledges.editing.log import touched
from pledges.editing.refusals import Refused
from pledges.editing.workflow import PUBLISH, undo
from pledges.models import Edit
from pledges.record import reasons


class OfKind(admin.SimpleListFilter):
    """Filters edits by the kind of records that they touched."""

    title = _("kind of record")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(model._meta.model_name, model._meta.verbose_name_plural) for model in models.HISTORIC]

    def queryset(self, request, queryset):
        found = [model for model in models.HISTORIC if model._meta.model_name == self.value()]
        if not found:
            return queryset
        return queryset.filter(Exists(found[0].history.filter(edit=OuterRef("pk"))))


@admin.register(Edit)
class EditAdmin(ToLookAtMixin, OfferedLookupsMixin, admin.ModelAdmin):
    list_display = ("when", "who", "through", "reason")
    list_filter = ("when", "through", OfKind)
    search_fields = ("who", "why")
    list_per_page = 50
    edit_template = "admin/pledges/edit/edit.html"

    @admin.display(description=_("reason"), ordering="why")
    def reason(self, edit):
        return reasons.in_words(edit.why) or None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What the edit changed; posted to, it takes the decisions of the edit back."""
        edit = self.get_object(request, object_id)
        if edit is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, edit):
            raise PermissionDenied
        form = WithdrawalForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and (answer := self.undone(request, edit, form)):
            return answer
        first, number = touched(edit)
        decisions = edit.decisions.select_related("commitment__country", "commitment__type")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Edit"),
            "edit": edit,
            "why": reasons.in_words(edit.why),
            "touched": [shown(record) for record in first],
            "more": number - len(first),
            "decisions": decisions,
            "proposals": edit.proposals.all(),
            "form": form if decisions and request.user.has_perm(PUBLISH) else None,
            "media": self.media,
        }
        return TemplateResponse(request, self.edit_template, context)

    def undone(self, request, edit, form):
        """The answer where the decisions were taken back; None where that is refused, which the form then says."""
        try:
            done = undo(edit, request.user, form.why)
        except Refused as refused:
            form.add_error(None, str(refused))
            return None
        self.message_user(request, gettext("The decisions of that edit are undone."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:pledges_edit_change", args=[done.pk]))


def shown(record):
    """A record that an edit touched, as its page shows it."""
    name = f"admin:pledges_{record.model._meta.model_name}_change"
    return {
        "label": record.model._meta.verbose_name,
        "name": record.name,
        "entry": record.entry,
        "address": reverse(name, args=[record.key]) if record.key else "",
    }
