"""What was typed into a form that was not taken: given back on the page, to be sent again or copied.

It travels in the page, signed, and is never kept on the server: who sends it may be nobody we know.
"""

import re
from http import HTTPStatus

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core import signing
from django.http import QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from pledges.admin.conflicts import LANGUAGES, in_words
from pledges.admin.numbers import key_in
from pledges.editing.snapshots import part_models
from pledges.models.edits import VersionedModel

SALT = "pledges.typed"
NAME = re.compile(r"(?:(\w+)-(\d+)-)?(\w+)")
OURS = re.compile(r"pledges_(\w+?)_(?:add|change|delete|changelist|review)")
# texts of a form that are no fields of a record
OF_THE_FORM = {
    "why": gettext_lazy("reason for this edit"),
    "comment": gettext_lazy("comment for editors"),
    "reason_en": gettext_lazy("reason for withdrawing, in English"),
    "reason_ar": gettext_lazy("reason for withdrawing, in Arabic"),
}


def is_form(request):
    """Whether a request sends a form of a record of ours."""
    return request.method == "POST" and bool(OURS.fullmatch(request.resolver_match.url_name or ""))


class Typed:
    """A field of a form, and what was typed into it."""

    def __init__(self, label, text, name, is_chosen=False):
        self.label, self.text, self.is_chosen = capfirst(str(label)), text, is_chosen
        self.language, self.direction = LANGUAGES.get(name[-3:], (None, "auto"))


# There again after signing in


def signed(request):
    """A form as it was sent, for the page to carry along."""
    fields = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return signing.dumps({"to": request.get_full_path(), "fields": fields}, salt=SALT, compress=True)


def unsigned(text):
    """The address and the fields that a page carried along; None if it carried none of ours."""
    try:
        kept = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"]:
        fields.setlist(name, values)
    return kept["to"], fields


def again(request, text, context):
    """The page that offers to send again what was typed before the session was over; None if nothing was."""
    if not (kept := unsigned(text)):
        return None
    address, fields = kept
    context = context | {"to": address, "fields": dict(fields.lists()), "typed": told(address, fields, request)}
    return render(request, "admin/typed_again.html", context)


# To be copied


def gone(request):
    """The page that says that a record is no longer there and gives back what was typed."""
    return render(request, "admin/typed.html", {"typed": typed_into(request)}, status=HTTPStatus.NOT_FOUND)


def refused(request, template="403.html"):
    """The page that says no and gives back what was typed."""
    return render(request, template, {"typed": typed_into(request)}, status=HTTPStatus.FORBIDDEN)


def csrf_failure(request, reason=""):
    """A form whose token is not that of the session: of before somebody signed in elsewhere in this browser, say.

    What another site sends is not shown: it would look like our own words.
    """
    template = "403_csrf.html"
    is_ours = request.headers.get("Origin") in (None, f"{request.scheme}://{request.get_host()}")
    return refused(request, template) if is_ours else render(request, template, status=HTTPStatus.FORBIDDEN)


def typed_into(request):
    """What was typed into the form that a request sends, or into the one that it carries along."""
    if is_form(request):
        return told(request.path_info, request.POST, request)
    kept = unsigned(request.POST.get("typed", ""))
    return told(*kept, request) if kept else []


def told(address, fields, request):
    """The label and text of each field that holds any, what was typed before what was chosen."""
    model, found = model_at(address), []
    for name, values in fields.lists():
        texts = [value for value in values if value.strip()]
        of, number, field_name = place_of(name, model)
        if not texts:
            continue
        if label := OF_THE_FORM.get(name):
            found.append(Typed(label, texts[0], name))
        elif (field := entered(of, field_name)) and may_read(request, field):
            row = f"{of._meta.verbose_name} {int(number) + 1}: " if number else ""
            value = [key_in(text) or text for text in texts] if field.is_relation else texts[0]
            label, is_chosen = f"{row}{field.verbose_name}", bool(field.is_relation or field.choices)
            found.append(Typed(label, in_words(field, value), field_name, is_chosen))
    return sorted(found, key=lambda typed: typed.is_chosen)


def model_at(address):
    """The model of a record that a page of ours edits; None for any other address."""
    try:
        match = OURS.fullmatch(resolve(address.partition("?")[0]).url_name or "")
    except Resolver404:
        return None
    models = {model._meta.model_name: model for model in VersionedModel.__subclasses__()}
    return models.get(match[1]) if match else None


def may_read(request, field):
    """Whether what a field holds may be told: the names of rows, to whom the site shows these."""
    if not field.is_relation:
        return True
    view = f"pledges.{get_permission_codename('view', field.related_model._meta)}"
    return admin.site.has_permission(request) and request.user.has_perm(view)


def place_of(name, model):
    """The model, the number of the row within its form, and the field that a name in a form stands for."""
    parts, number, field_name = match.groups() if (match := NAME.fullmatch(name)) else (None, None, "")
    return part_models(model).get(parts) if parts and model else model, number, field_name


def entered(model, name):
    """The field of that name, if it is one that is entered."""
    if model is None:
        return None
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    skipped = getattr(model, "part_of_record", None)
    return next((f for f in fields if f.name == name and f.editable and not f.primary_key and name != skipped), None)
