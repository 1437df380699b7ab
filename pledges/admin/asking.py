"""Forms ask the rules of the data: what they refuse is not saved, and told at its field beside what was typed."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.editing.rules import findings, refusing, resting_on
from pledges.record.integrity import Level

HINTS = {
    Level.ERROR: _("To be done before it can be published:"),
    Level.WARNING: _("Needs a reason where readers see it:"),
    Level.HINT: _("Hints:"),
}


@dataclass
class Told:
    """What is to be told of a form: [(field or None, message)] of it, and of its parts by (prefix, place)."""

    of_form: list = field(default_factory=list)
    of_parts: dict = field(default_factory=dict)


class Broken(Exception):
    """Ends the saving of a form that breaks a rule; holds what is to be told."""

    def __init__(self, told):
        self.told = told


class AskingMixin:
    """An admin whose forms are saved only as the rules of the data allow.

    The rules are asked of what was saved; if they refuse it, that is taken back, and the form is read once more to
    be shown with its errors.
    """

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Broken as broken:
            request.told = broken.told
            return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        found = findings(form.instance)
        told = Told()
        for finding in refusing(found, form.cleaned_data.get("why", "")):
            tell(told, finding, form, formsets)
        if told.of_form or told.of_parts:
            raise Broken(told)
        if "_continue" not in request.POST:  # the form itself shows them
            self.show_hints(request, found, form.instance)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and request.method == "GET" and self.may_save(request, obj):
            self.show_hints(request, findings(obj), obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def show_hints(self, request, found, record):
        """One message for each kind of finding: what is to be done, what needs a reason, what is a mere hint."""
        for level, said in HINTS.items():
            of_level = [words(finding, record) for finding in found if finding.when_seen == level]
            if of_level:
                tag = messages.INFO if level == Level.HINT else messages.WARNING
                # no list: Django draws its items as messages
                listed = format_html_join("", "<br>– {}", ((told,) for told in of_level))
                self.message_user(request, format_html("{}{}", said, listed), tag)

    # The form that is shown with its errors

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        told = getattr(request, "told", None)
        return type(form)(form.__name__, (ToldForm, form), {"told": told.of_form}) if told else form

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        for formset in formsets if getattr(request, "told", None) else ():
            formset.is_valid()
            for (prefix, place), told in request.told.of_parts.items():
                if prefix == formset.prefix:
                    add_errors(formset.forms[place], told)
        return formsets, inlines

    # Deleting

    def get_deleted_objects(self, objs, request):
        """What rests on a record by a rule alone, not by a reference, protects it, too."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        if not protected:
            protected = [f"{row._meta.verbose_name}: {row}" for record in objs for row in resting_on(record)]
        return deleted, counts, missing, protected


class ToldForm:
    """A form that is read once more, with what was found when it was saved."""

    told = ()

    def clean(self):
        cleaned = super().clean()
        add_errors(self, self.told)
        return cleaned


def add_errors(form, told):
    for name, message in told:
        form.add_error(name if name in form.fields else None, message)


def tell(told, finding, form, formsets):
    """Puts a finding at the form of its row, a missing reason at its field, all else at the form as a whole."""
    if finding.level == Level.WARNING:
        said = gettext("Give a reason, or mend it: %(message)s")
        told.of_form.append(("why", said % {"message": words(finding, form.instance)}))
        return
    for formset in formsets:
        for place, part in enumerate(formset.forms):
            if part.instance == finding.row:
                told.of_parts.setdefault((formset.prefix, place), []).append((finding.field, finding.message))
                return
    name = finding.field if finding.row == form.instance else None
    told.of_form.append((name, words(finding, form.instance)))


def words(finding, record):
    """What a finding says, named where it is of another row than the record."""
    return finding.message if finding.row == record else f"\u2068{finding.record}\u2069: {finding.message}"
