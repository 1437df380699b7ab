"""Releases: made here once, then only looked at."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect

from pledges.admin.base import DirectedFieldsMixin, OfferedLookupsMixin
from pledges.exports.package import one_moment
from pledges.models import Release
from pledges.releases.make import make_release


@admin.register(Release)
class ReleaseAdmin(DirectedFieldsMixin, OfferedLookupsMixin, admin.ModelAdmin):
    list_display = ("number", "made_at", "pledges", "size", "sha256")
    fields = ("number", "note_en", "note_ar")
    readonly_fields = ("made_at", "pledges", "size", "sha256")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("package")

    def get_fields(self, request, obj=None):
        return (*self.fields, *self.readonly_fields) if obj else self.fields

    def add_view(self, request, *args, **kwargs):
        try:
            with one_moment():
                return super().add_view(request, *args, **kwargs)
        except ValidationError as error:
            # the form was right, but the number was taken meanwhile
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        made = make_release(request.build_absolute_uri("/").rstrip("/"), **form.cleaned_data)
        obj.__dict__.update(made.__dict__)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
