"""The list and the form of pledges on a site of a thousand: how much they ask the database."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledges.models import Citation, Commitment
from pledges.tests import make
from pledges.tests.admin.every_page import list_of
from pledges.tests.editing import people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thousand")]
# most of a form are the rules of the data, one each
LIST, FORM = 12, 46


@pytest.fixture(scope="module")
def thousand(module_db, empty_site):
    """A pledge copied a thousand times, each with a citation; the editor and the reviewer."""
    first = make.make_commitment("test-0")
    [citation] = first.citations.all()
    rows = Commitment.objects.filter(pk=first.pk).values()[0]
    copies = [Commitment(**rows | {"id": None, "slug": f"test-{number}"}) for number in range(1, 1000)]
    values = Citation.objects.filter(pk=citation.pk).values()[0]
    Citation.objects.bulk_create(
        Citation(**values | {"id": None, "commitment_id": copy.pk}) for copy in Commitment.objects.bulk_create(copies)
    )
    return people.everybody()


def queries(user, address):
    client = Client()
    client.force_login(user)
    client.get(address)  # what is looked up once for all pages
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("role", ["editor", "reviewer", "root"])
def test_the_list_of_a_thousand_asks_little(thousand, role):
    assert queries(thousand[role], list_of(Commitment)) <= LIST
    assert queries(thousand[role], f"{list_of(Commitment)}?q=balloons&state__exact=published&o=1") <= LIST


@pytest.mark.parametrize("role", ["editor", "reviewer", "root"])
def test_a_form_among_a_thousand_asks_little(thousand, role):
    pledge = Commitment.objects.last()
    assert queries(thousand[role], f"{list_of(Commitment)}{pledge.pk}/change/") <= FORM
    assert queries(thousand[role], f"{list_of(Commitment)}add/") <= FORM
