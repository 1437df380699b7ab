"""What browsers make of line breaks, and what editors paste, reaches neither the record nor its files."""

import pytest
from django.urls import reverse

from pledges.models.vocab import State
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data
from pledges.tests.packages import all_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]


def saved(client, pledge, **changes):
    address = reverse("admin:pledges_commitment_change", args=[pledge.pk])
    data = form_data(client.get(address)) | changes
    # a browser sends CR LF for each line break
    data = {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in data.items()}
    assert client.post(address, data).status_code == 302
    pledge.refresh_from_db()
    return pledge


def test_a_text_of_several_lines_ends_them_with_line_feeds_in_the_record_and_in_every_file(admin_client):
    pledge = make.make_commitment(state=State.DRAFT)
    saved(admin_client, pledge, summary_en="\ufeffOne,\ntwo\u202e,\tthree.")
    pledge.state = State.PUBLISHED
    pledge.save()
    assert pledge.summary_en == pledge.history.first().summary_en == "One,\ntwo, three."
    for name in ("xlsx", "csv", "json", "zip"):
        text = all_text(admin_client.get(f"/en/pledges.{name}?country=ZZ").getvalue())
        assert "_x000D_" not in text, name
        assert "\r" not in text.replace("\r\n", "") if name == "xlsx" else "\r" not in text


def test_what_an_editor_leaves_as_it_is_counts_as_no_change(admin_client):
    pledge = make.make_commitment(state=State.DRAFT, summary_en="One,\ntwo.")
    citation = pledge.citations.get()
    citation.quote = "three,\nfour"
    citation.save()
    before = citation.history.count()
    saved(admin_client, pledge)
    assert citation.history.count() == before
    assert pledge.history.first().prev_record is None or pledge.history.first().summary_en == "One,\ntwo."
