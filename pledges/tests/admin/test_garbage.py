"""Garbage in any address or form of the editors' site is refused, found nowhere or shown again: no fault of ours.

What a run asks is a sample, the same each time; for more, `HYPOTHESIS_EXAMPLES=2000`.
"""

import logging
import os
import re
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.editing.workflow import STEPS
from pledges.tests.admin.every_page import Forms, list_of, pages_of
from pledges.tests.editing import people

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "20"))
# fmt: off
HOSTILE = [
    "", "\0", "x\0", "-1", "0", "9" * 30, "9" * 5000, str(2**63), str(-(2**63) - 1), "1e999999999", "NaN",
    "1_0", "٣", "１０", "1,2", f"1,{'9' * 30}", "None", "on", "0000-00-00", "0001-01-01", "9999-12-31", "99999",
    "[", "(.*)*" * 50, "%", "%(x)s", "{{ 7 }}", "\\", "'; --", "\r\nX: y", "\u202e", "\ufffe", "//evil.example",
    "http://[::1", "javascript:alert(1)", "..", "/", "?", "x" * 4000,
    "id", "id__in", "commitment", "country", "pledges", "_save", "[]", "{}",
]
LOOKUPS = ["", "__in", "__range", "__regex", "__isnull", "__exact", "__gte", "__year", "__isempty", "__x", "__id"]
OF_PAGES = [
    "q", "p", "o", "ot", "all", "e", "_facets", "_popup", "_to_field", "_changelist_filters", "proposal", "next",
    "page", "term", "app_label", "model_name", "field_name", "_save", "action", "_selected_action", "select_across",
    "index", "confirmed", "read_version", "step", "post", "typed", "_shown_again", "code", "language", "\0", "x" * 300,
]
# fmt: on
ACTIONS = [*STEPS, "delete_selected"]
VALUES = st.sampled_from(HOSTILE) | st.text(max_size=12)
NAMES = sorted({field.name for model in admin.site._registry for field in model._meta.get_fields()})
PARAMETERS = st.one_of(
    st.sampled_from(OF_PAGES),
    st.builds(str.__add__, st.sampled_from(NAMES), st.sampled_from(LOOKUPS)),
    st.builds("{}__{}".format, st.sampled_from(NAMES), st.sampled_from(NAMES)),
)
QUERIES = st.lists(st.tuples(PARAMETERS, VALUES), max_size=3)


@pytest.fixture(scope="module")
def site(module_db):
    """Of an editor and an administrator: a client, and all pages with their forms."""
    staff = people.everybody()
    people.publish_and_propose(staff)
    clients = {role: Client(raise_request_exception=False) for role in ("editor", "root")}
    for role, client in clients.items():
        client.force_login(staff[role])
    # what an administrator is shown, an editor may send as well
    pages = {address: Forms(page).found for address, page in pages_of(clients["root"]).items()}
    return {role: (client, pages) for role, client in clients.items()}


class Tracebacks(logging.Handler):
    """What was logged as an error with a traceback."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.found = []

    def emit(self, record):
        if record.exc_info:
            self.found.append(record.getMessage())


@pytest.fixture(scope="module")
def answer(site):
    """Asks, and takes back what that did: the statuses by role, and what went wrong."""
    tracebacks = Tracebacks()
    logging.getLogger().addHandler(tracebacks)

    def answer(role, address, fields=None):
        tracebacks.found.clear()
        client, _pages = site.get(role) or (Client(raise_request_exception=False), None)
        session = client.cookies.copy()
        with transaction.atomic():
            response = client.get(address) if fields is None else client.post(address, fields)
            transaction.set_rollback(True)
        client.cookies = session
        assert tracebacks.found == []
        assert response.status_code < 500
        return response

    yield answer
    logging.getLogger().removeHandler(tracebacks)


settled = settings(max_examples=EXAMPLES, derandomize="HYPOTHESIS_EXAMPLES" not in os.environ)
ROLES = st.sampled_from(["editor", "root"])


@settled
@given(data=st.data(), role=ROLES, query=QUERIES, garbage=VALUES)
def test_garbage_in_an_address_is_no_fault_of_ours(site, answer, data, role, query, garbage):
    _client, pages = site[role]
    address = data.draw(st.sampled_from(list(pages)))
    if data.draw(st.booleans()):
        address = re.sub(r"\d+", lambda _number: quote(garbage, safe=""), address, count=1)
    answer(role, f"{address}?{urlencode(query)}")


@settled
@given(data=st.data(), role=ROLES, query=QUERIES, more=st.dictionaries(PARAMETERS, VALUES, max_size=2))
def test_garbage_in_a_form_is_no_fault_of_ours(site, answer, data, role, query, more):
    _client, pages = site[role]
    forms = [(address, form) for address, forms in pages.items() for form in forms]
    address, (action, fields) = data.draw(st.sampled_from(forms))
    garbage = st.dictionaries(st.sampled_from(list(fields) or ["x"]), st.lists(VALUES, max_size=2), max_size=3)
    answer(role, f"{action or address}?{urlencode(query)}", fields | more | data.draw(garbage))


@settled
@given(
    data=st.data(),
    role=ROLES,
    keys=st.lists(VALUES, max_size=3),
    version=VALUES,
    more=st.dictionaries(PARAMETERS, VALUES),
)
def test_garbage_in_an_action_is_no_fault_of_ours(site, answer, data, role, keys, version, more):
    model = data.draw(st.sampled_from(list(admin.site._registry)))
    known = [str(key) for key in model._default_manager.values_list("pk", flat=True)[:2]]
    keys += data.draw(st.lists(st.sampled_from(known or ["1"])))
    versions = {f"version-{key}": version for key in keys}
    action = data.draw(st.sampled_from(ACTIONS) | VALUES)
    fields = {"action": action, "_selected_action": keys} | data.draw(
        st.sampled_from([{}, {"confirmed": "yes", "post": "yes"}])
    )
    answer(role, list_of(model), fields | versions | more)


@pytest.mark.parametrize(
    "address", ["", "admin/", "admin", "admin/x", "admin/x/", "admin/pledges/place/add/", "en/pledges"]
)
@pytest.mark.parametrize("role", ["nobody", "editor"])
def test_more_parameters_than_can_be_read_are_no_fault_of_ours(answer, role, address):
    """Some answers would repeat them all, in an address too long for Django."""
    many = urlencode({f"a-longer-name-{number}": number for number in range(1001)})
    assert answer(role, f"/{address}?{many}").status_code in {200, 302, 400}  # 200, 302: where nothing reads them
