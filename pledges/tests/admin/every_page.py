"""Every page of the editors' site that an account can open, and the forms on it."""

from html.parser import HTMLParser

from django.contrib import admin
from django.urls import reverse

from pledges.models import Commitment, Edit

OF_ACCOUNTS = [
    *(
        "/admin/",
        "/admin/pledges/",
        "/admin/login/",
        "/admin/logout/",
        "/admin/password_change/",
        "/admin/password_change/done/",
    ),
    *(
        "/admin/second-factor/",
        "/admin/second-factor/codes/",
        "/admin/autocomplete/",
        "/admin/jsi18n/",
        "/admin/r/1/1/",
    ),
]
OF_A_RECORD = ["change", "history", "delete"]


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def addresses():
    """Lists, new records, the last record of each kind and its oldest version, pages of accounts."""
    found = [*OF_ACCOUNTS]
    for model in admin.site._registry:
        start, rows = list_of(model), model._default_manager
        row = rows.exclude(decisions=None).last() if model is Edit else rows.last()
        found += [start, f"{start}add/"]
        found += [f"{start}{row.pk}/{page}/" for page in OF_A_RECORD] if row else []
        found += [f"{start}{row.pk}/review/"] if model is Commitment else []
        if row and hasattr(row, "history"):
            found.append(f"{start}{row.pk}/history/{row.history.last().pk}/")
        found += [f"{start}{row.pk}/password/"] if model._meta.model_name == "user" else []
    return found


def pages_of(client, every=1):
    """{address: page} of all that the client is given, or of one in so many."""
    asked = {address: client.get(address) for address in addresses()[::every]}
    return {address: page.content.decode() for address, page in asked.items()}


class Forms(HTMLParser):
    """`found`: of each form that is posted (address or "", {name: [values]}); the first button stands for all."""

    def __init__(self, html):
        super().__init__()
        self.found, self.fields, self.name = [], {}, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "form":
            self.fields = {}
            if attrs.get("method") == "post":
                self.found.append((attrs.get("action") or "", self.fields))
        elif tag == "option":
            if "selected" in attrs:
                self.fields.setdefault(self.name, []).append(value)
        elif not name:
            pass
        elif tag in {"select", "textarea"}:
            self.name = name
            if tag == "textarea":
                self.fields[name] = [""]
            else:
                self.fields.setdefault(name, [])
        elif tag == "button" or attrs.get("type") == "submit":
            self.fields.setdefault(name, [value])
        elif tag == "input" and (attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs):
            self.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.name = None

    def handle_data(self, data):
        if self.name and self.lasttag == "textarea":
            self.fields[self.name] = [data.removeprefix("\r\n").removeprefix("\n")]
