"""The same form sent several times at once: each row is entered once. These tests really commit."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from pledges.models import Commitment, Source
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data, make_world, new_citation, new_step, page

pytestmark = [pytest.mark.sql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("contexts")]


@pytest.fixture
def cast(transactional_db):
    return make_world()


def post_at_once(client, address, data, times=3):
    """The answers to the same form sent several times at once, as by clicking on Save again and again."""
    ready = Barrier(times)

    def post(_n):
        again = Client(raise_request_exception=False)
        again.cookies = client.cookies
        ready.wait()
        try:
            return again.post(address, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as clicks:
        return list(clicks.map(post, range(times)))


def test_a_form_that_is_sent_several_times_at_once_adds_each_row_once(sign_in, cast):
    cast.status_changes.all().delete()
    client = sign_in("Editors")
    address = page(Commitment, "change", cast.pk)
    data = form_data(client.get(address)) | new_step() | new_citation(1, make.make_source("test-new"))
    assert {answer.status_code for answer in post_at_once(client, address, data)} == {302}
    assert client.post(address, data).status_code == 302
    assert cast.status_changes.count() == 1
    assert cast.citations.count() == 2


@pytest.mark.parametrize("model", [Source, Commitment], ids=lambda model: model.__name__)
def test_a_new_record_that_is_sent_several_times_at_once_is_entered_once_and_said_to_be(sign_in, cast, model):
    client = sign_in("Editors")
    address = page(model, "add")
    if model is Source:
        data = form_data(client.get(address)) | {"slug": "test-twice", "title": "Balloons", "publisher": "Gazette"}
        data |= {"language": "en", "kind": "newspaper", "published_on": "2016", "notes": "One.\r\nTwo."}
    else:
        shown = form_data(client.get(page(model, "change", cast.pk)))
        data = {key: value for key, value in shown.items() if not re.match(r"\w+-(\d|INITIAL)", key)}
        data |= {f"{parts}-INITIAL_FORMS": 0 for parts in ("citations", "status_changes", "conditions")}
        data |= {"slug": "test-twice", "announced_on": "March 2016", "announced_precision": "day"}
        data |= {"conditions-TOTAL_FORMS": 0} | new_step() | new_citation(0, make.make_source())
    answers = post_at_once(client, address, data)
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, page(model, "changelist"))}
    assert model.objects.filter(slug="test-twice").count() == 1
    if model is Commitment:
        entered = model.objects.get(slug="test-twice")
        assert (entered.citations.count(), entered.status_changes.count(), entered.places.count()) == (1, 1, 1)
    other = client.post(address, data | {"publisher": "Another", "summary_en": "Another."})
    assert "slug" in other.context["adminform"].form.errors


def test_two_citations_of_a_source_at_once_are_one_and_a_message(sign_in, cast):
    client, source = sign_in("Editors"), make.make_source("test-new")
    address = page(Commitment, "change", cast.pk)
    shown = form_data(client.get(address))
    first = client.post(address, shown | new_citation(1, source, note="One."))
    second = client.post(address, shown | new_citation(1, source, note="Another."))
    assert (first.status_code, second.status_code) == (302, 200)
    assert "This source is cited for this pledge already" in second.content.decode()
    assert "Another." in second.content.decode()
    assert cast.citations.count() == 2
