"""Recent changes: every edit, by whom, when, why, and what it changed; where it decided, the way back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from pledges.admin.base import OfferedLookupsMixin
from pledges.admin.review import WithdrawalForm
from pledges.editing.refusals import Refused
from pledges.editing.workflow import PUBLISH, undo
from pledges.models import Edit
from pledges.record import reasons


@admin.register(Edit)
class EditAdmin(OfferedLookupsMixin, admin.ModelAdmin):
    list_display = ("when", "who", "through", "why")
    list_filter = ("when", "through")
    list_per_page = 50
    edit_template = "admin/pledges/edit/edit.html"

    # edits are what forms, actions and commands made: nobody writes them

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

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
        decisions = edit.decisions.select_related("commitment__country", "commitment__type")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Edit"),
            "edit": edit,
            "why": reasons.in_words(edit.why),
            "decisions": decisions,
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
