"""What the admin pages share."""

from datetime import date
from http import HTTPStatus

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, SuspiciousOperation
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import CharField, F, IntegerField, Q, TextField
from django.http import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from pledges.admin import typed
from pledges.admin.asking import AskingMixin
from pledges.admin.conflicts import Conflict
from pledges.admin.fields import PRECISIONS, DigitsField, RecordForm, WrittenDateField, WrittenForm
from pledges.admin.numbers import key_in, version_in
from pledges.admin.parts import PartFormSet, is_same
from pledges.admin.proposing import ProposingMixin
from pledges.editing.log import entries
from pledges.editing.shown import is_shown
from pledges.i18n import Alphabetical, LocalizedOrder
from pledges.models.edits import Through, locked
from pledges.models.texts import cleaned
from pledges.record import folding, reasons, wording
from pledges.record.edits import edit

DIRECTIONS = {"_en": {"lang": "en", "dir": "ltr"}, "_ar": {"lang": "ar", "dir": "rtl"}}
LEFT_TO_RIGHT = {"slug", "url", "archive_url", "iso2", "iso3", "wikidata"}
# what the calendar beside the field writes can be read in one way only
DATE = AdminDateWidget(attrs={"dir": "auto", "size": "18"}, format="%Y-%m-%d")
AS_EXACT = _("As exactly as it is known: 2016-02-11, 11 February 2016, February 2016 or 2016.")
# what a form says of itself
OF_THE_EDIT = ("why", "read_version", "read_proposal")
LONGEST_SEARCH = 200
LONGEST_CHANGE = 5000
NOTHING = "–"
YES_OR_NO = {True: _("yes"), False: _("no")}
HAPPENED = {
    "+": pgettext_lazy("history", "Entered"),
    "~": pgettext_lazy("history", "Changed"),
    "-": pgettext_lazy("history", "Deleted"),
}


class TextAsKept(forms.CharField):
    """Text as it will be saved: line breaks as browsers send them are no change of it."""

    def to_python(self, value):
        return super().to_python(cleaned(value) if isinstance(value, str) else value)


class DirectedFieldsMixin:
    """Gives each text field the language and direction of what is typed into it; reads numbers and dates as written."""

    form = WrittenForm

    formfield_overrides = {CharField: {"form_class": TextAsKept}, TextField: {"form_class": TextAsKept}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, IntegerField) and not db_field.choices:
            return db_field.formfield(form_class=DigitsField, widget=DigitsField.widget)
        if db_field.get_internal_type() == "DateField":
            is_exact = db_field.name not in PRECISIONS.get(db_field.model, {})
            help_text = db_field.help_text if is_exact or db_field.name == "end_on" else AS_EXACT
            return db_field.formfield(form_class=WrittenDateField, widget=DATE, is_exact=is_exact, help_text=help_text)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.get_internal_type() in {"CharField", "TextField"} and not db_field.choices:
            attrs = DIRECTIONS.get(db_field.name[-3:], {"dir": "ltr" if db_field.name in LEFT_TO_RIGHT else "auto"})
            field.widget.attrs |= attrs
            if db_field.get_internal_type() == "TextField":
                field.widget.attrs["rows"] = 3
        return field


class ChangesInWords(HistoricalRecordContextHelper):
    """The old and new values of a change, as an editor would read them in the form."""

    def prepare_delta_change_value(self, change, value):
        value = super().prepare_delta_change_value(change, value)
        if value in (None, "", []):
            return NOTHING
        if isinstance(value, list):
            return gettext(", ").join(str(row) for row in value)
        if isinstance(value, bool):
            return YES_OR_NO[value]
        if isinstance(value, date):
            return wording.day(value)
        labels = dict(self.model._meta.get_field(change.field).flatchoices or ())
        return labels.get(value, value)


class OfferedLookups(ChangeList):
    """A list that filters by what its own links ask for, and by nothing else: Django lets staff ask for a regular
    expression over any column, at any cost."""

    def get_filters(self, request):
        specs, has_filters, left_over, *rest = super().get_filters(request)
        if left_over:
            raise DisallowedModelAdminLookup(f"This list is not filtered by {', '.join(sorted(left_over))}.")
        return specs, has_filters, left_over, *rest

    def get_ordering_field(self, field_name):
        """Names by the alphabet: a column of one language by that of it, what names a linked row by the editor's."""
        term = super().get_ordering_field(field_name)
        if isinstance(term, str) and term[-3:] in DIRECTIONS:
            return Alphabetical(F(term), term[-2:])
        return by_name(self.model, term)


BY_NAME = ("name_en",)


def by_name(model, term):
    """A term of an order; where it orders rows by their English names, by those in the editor's language."""
    if model._meta.ordering == BY_NAME == (term,):
        return LocalizedOrder("name")
    links = {field.name for field in model._meta.concrete_fields if named(field.related_model)}
    return LocalizedOrder(f"{term}__name") if term in links else term


def named(model):
    return model is not None and model._meta.ordering == BY_NAME


class OfferedLookupsMixin:
    def get_changelist(self, request, **kwargs):
        return OfferedLookups


class ToLookAtMixin:
    """Rows to look at and search only: other pages write them."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class HistoryAdmin(OfferedLookupsMixin, SimpleHistoryAdmin):
    """A list whose rows keep their history; nothing is written from an old version."""

    list_per_page = 50

    def get_ordering(self, request):
        return [by_name(self.model, term) for term in super().get_ordering(request) or self.opts.ordering]

    object_history_list_template = "admin/history_list.html"
    object_history_form_template = "admin/history_form.html"

    def get_historical_record_context_helper(self, request, historical_record):
        return ChangesInWords(self.model, historical_record, max_displayed_delta_change_chars=LONGEST_CHANGE)

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        for record in historical_records:
            record.what_happened = HAPPENED[record.history_type]
            record.history_change_reason = reasons.in_words(record.history_change_reason)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An old version, to look at only: the library saves what is posted here, whoever posts it."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        request.is_looking_back = True
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_readonly_fields(self, request, obj=None):
        if getattr(request, "is_looking_back", False):
            return flatten_fieldsets(self.get_fieldsets(request, obj))
        return super().get_readonly_fields(request, obj)

    def get_search_results(self, request, queryset, search_term):
        # SQLite gives up on a condition of a thousand words
        if len(search_term) > LONGEST_SEARCH:
            raise SuspiciousOperation("The search is too long.")
        as_written, may_repeat = super().get_search_results(request, queryset, search_term)
        if not folding.sought(search_term):
            return as_written, may_repeat
        as_written = Q(pk__in=as_written.order_by().values("pk"))
        return queryset.filter(as_written | self.found_by_words(queryset, search_term)), False

    def found_by_words(self, queryset, search_term):
        """Condition on rows that hold the words, however they are spelled, as in the readers' search."""
        columns = [path.lstrip("=") for path in self.search_fields]
        rows = queryset.order_by().values_list("pk", *columns)
        return Q(pk__in=[pk for pk, *texts in rows if folding.finds(search_term, filter(None, texts))])


def without_links(rows, names):
    """The nested list of what is deleted with a record without rows that begin with one of the names."""
    kept = [without_links(row, names) if isinstance(row, list) else row for row in rows]
    return [row for row in kept if row and not (isinstance(row, str) and row.startswith(names))]


class NamedAmongManyMixin:
    """What others name is not deleted."""

    def get_deleted_objects(self, objs, request):
        """The rows that name these in a many-to-many field protect them, too: the database would just drop the link.

        The links of the record itself have no names that could be told.
        """
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        links = [field.remote_field.through._meta for field in self.opts.many_to_many]
        deleted = without_links(deleted, tuple(f"{capfirst(link.verbose_name)}: " for link in links))
        counts = {name: n for name, n in counts.items() if name not in {link.verbose_name_plural for link in links}}
        for relation in self.opts.related_objects:
            if relation.many_to_many:
                name = relation.related_model._meta.verbose_name
                naming = relation.related_model.objects.filter(**{f"{relation.field.name}__in": objs}).distinct()
                protected = [*protected, *(f"{name}: {row}" for row in naming)]
        return deleted, counts, missing, protected


class NotDeleted(Exception):
    """A record is not what the page showed that asks to delete it."""


class EditingAdmin(NamedAmongManyMixin, AskingMixin, DirectedFieldsMixin, HistoryAdmin):
    """A record with history; its public name is fixed once it is saved. What one form changes is one edit."""

    class Media:
        js = ("js/boxes.js",)

    form = RecordForm
    fixed_once_saved = ("slug",)
    save_on_top = True
    object_history_list_template = "admin/record_history.html"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The answer to a form; the form of a new record that is sent twice gets the same answer twice."""
        try:
            answer = self.answer_of_form(request, object_id, form_url, extra_context)
        except IntegrityError:
            # somebody else was quicker by less than the form could see; it sees it now, and says so
            answer = self.answer_of_form(request, object_id, form_url, extra_context)
        if request.method == "POST" and object_id is None and answer.status_code == HTTPStatus.OK:
            saved = self.saved_of_this_form(request)
            return self.response_add(request, saved) if saved else answer
        return answer

    def answer_of_form(self, request, object_id, form_url, extra_context):
        with edit(request.user, Through.FORM, request.POST.get("why", "").strip()):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            with edit(request.user, Through.FORM, request.POST.get("why", "").strip()):
                return super().delete_view(request, object_id, extra_context)
        except NotDeleted as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def has_delete_permission(self, request, obj=None):
        """What readers see is not deleted: it is changed by proposals, so that they do not see it any more."""
        return super().has_delete_permission(request, obj) and not (obj and is_shown(obj))

    def delete_model(self, request, obj):
        read = version_in(request.POST.get("read_version"))
        if not read:
            raise NotDeleted(gettext("The form does not say which version of the record it was made from."))
        if read != obj.version:
            raise NotDeleted(
                gettext("Nothing is deleted: somebody else changed this record since you opened the page.")
            )
        super().delete_model(request, obj)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What was typed into the form of a record that is no longer there is given back."""
        if not typed.is_form(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        return typed.gone(request)

    def history_view(self, request, object_id, extra_context=None):
        """The edits of a record, its parts included."""
        key = key_in(object_id)
        found = entries(self.model, key) if key else []
        paginator = Paginator(found, self.history_list_per_page)
        page = paginator.get_page(request.GET.get(PAGE_VAR))
        of_edits = {
            "page_obj": page,
            "page_range": paginator.get_elided_page_range(page.number),
            "pagination_required": paginator.num_pages > 1,
        }
        return super().history_view(request, object_id, (extra_context or {}) | of_edits)

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        """Edits say themselves what they changed."""

    def get_actions(self, request):
        """No record is deleted from a list, where nobody reads what rests on it."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request, obj, form, change):
        """What changes nothing is no edit: the same form sent twice, say."""
        if not change or set(form.changed_data) - set(OF_THE_EDIT):
            super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, **kwargs):
        """Above the form, what others saved meanwhile; "correct the error" only where there is one."""
        form = context["adminform"].form
        if conflict := getattr(form.instance, "conflict", None):
            context["conflict"] = conflict
            of_the_whole = [error.code for error in form.errors.as_data().get(NON_FIELD_ERRORS, ())]
            if len(context["errors"]) == 1 and of_the_whole == ["conflict"]:
                context["errors"] = []
        return super().render_change_form(request, context, **kwargs)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, (_("This edit"), {"fields": OF_THE_EDIT})] if self.may_save(request, obj) else fieldsets

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **({} if self.may_save(request, obj) else {"form": WrittenForm}) | kwargs)

    def may_save(self, request, obj):
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return may and not getattr(request, "is_looking_back", False)

    def saved_of_this_form(self, request):
        """The record that is what the form of a new one says, with all its parts; else None."""
        key = self.fixed_once_saved[0]
        saved = self.get_queryset(request).filter(**{key: request.POST.get(key, "").strip()}).first()
        if saved:
            form = self.get_form(request)(request.POST, request.FILES)
            form.full_clean()
            names = form.fields.keys() - {key, *OF_THE_EDIT}  # the key is taken, so not clean
            saved.conflict = Conflict.of_a_new(saved)
            formsets, _inlines = self._create_formsets(request, saved, change=True)
            if is_same(form.cleaned_data, saved, names) and all(parts.is_as_stored for parts in formsets):
                return saved
        return None

    def get_object(self, request, object_id, from_field=None):
        """A record that is to be changed is locked until that is done: what is sent twice comes one by one."""
        if request.method != "POST":
            return super().get_object(request, object_id, from_field)
        request.is_locking = True
        try:
            return super().get_object(request, object_id, from_field)
        finally:
            request.is_locking = False

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        return locked(queryset) if getattr(request, "is_locking", False) else queryset

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, *self.fixed_once_saved) if obj else readonly


class RecordAdmin(ProposingMixin, EditingAdmin):
    """A record that is edited as a whole; what readers see of it changes by proposals."""


class PartAdmin(ToLookAtMixin, HistoryAdmin):
    """A list of rows that are edited within the record they belong to."""


# far more than any record has; a form that claims more is refused and not drawn
MOST_PARTS = 300


class PartInline(DirectedFieldsMixin, admin.StackedInline):
    """Rows of a record, edited with it."""

    formset = PartFormSet
    extra = 0
    max_num = MOST_PARTS
    show_change_link = False
    # what the name of a row is made of
    named_by = ()

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, absolute_max=MOST_PARTS, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.named_by)
