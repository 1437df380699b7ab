"""Texts are kept with plain line ends and without what no reader sees, whoever writes them."""

import importlib
import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models.signals import pre_save

from pledges.models import Citation, Commitment, Source
from pledges.models.base import AddressField
from pledges.models.texts import cleaned, is_text
from pledges.tests import make

pytestmark = pytest.mark.django_db

TYPED = "\ufeffOne\r\ntwo\rthree\u2028four\t\u202efive\u202c\x00\x07\ufffe\U0001ffff\ufdd0"
KEPT = "One\ntwo\nthree\nfour five"
OURS = [model for model in apps.get_app_config("pledges").get_models() if any(map(is_text, model._meta.fields))]


def test_what_readers_see_stays():
    text = "«اليوم» 👩\u200d👧 \u2067عربي\u2069 co\u00adop e\u0301 \u200f\u061c |\n\n ’"
    assert cleaned(text) == text
    assert cleaned(TYPED) == KEPT


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_text_of_every_model_is_cleaned_before_it_is_saved(model):
    """Of the history too: the reason for a change is typed by people."""
    texts = [field.attname for field in model._meta.fields if is_text(field)]
    row = model(**dict.fromkeys(texts, TYPED))
    pre_save.send(model, instance=row, raw=True, using="default", update_fields=None)
    assert {getattr(row, name) for name in texts} == {KEPT}


def test_all_that_is_no_address_counts_as_text():
    kinds = {"CharField", "TextField"}
    fields = [field for model in OURS for field in model._meta.fields if field.get_internal_type() in kinds]
    assert {type(field) for field in fields if not is_text(field)} == {AddressField}
    assert len(fields) > 100


def test_a_text_is_clean_when_it_is_checked():
    source = make.make_source()
    source.title = "\ufeff\u202a"
    with pytest.raises(Exception, match="title"):
        source.full_clean()


def test_fixtures_and_their_history_are_cleaned(tmp_path):
    source = make.make_source(notes=TYPED)
    assert source.notes == source.history.first().notes == KEPT
    path = tmp_path / "source.json"
    fields = {"slug": "test-loaded", "title": TYPED, "publisher": "P", "language": "en", "kind": "newspaper"}
    path.write_text(json.dumps([{"model": "pledges.source", "fields": fields}]))
    call_command("loaddata", path, verbosity=0)
    assert Source.objects.get(slug="test-loaded").title == KEPT


def test_what_was_saved_before_is_cleaned_by_a_migration_in_rows_and_history():
    commitment = make.make_commitment("test-before")
    citation = make.make_citation(commitment, make.make_source("test-without", url=""), quote="plain")
    commitment.refresh_from_db()
    was = commitment.source_urls.replace("| none", "| -")
    before = TYPED.replace("\0", "")  # which PostgreSQL never kept
    for rows in (Commitment.objects, Commitment.history.model.objects):
        rows.filter(slug="test-before").update(source_urls=was, summary_en=before)
    Citation.objects.filter(pk=citation.pk).update(quote=before)
    importlib.import_module("pledges.migrations.0016_clean_texts").clean(apps, None)
    commitment.refresh_from_db()
    citation.refresh_from_db()
    assert (commitment.source_urls, commitment.summary_en, citation.quote) == (
        was.replace("| -", "| none"),
        KEPT,
        KEPT,
    )
    assert set(commitment.history.values_list("summary_en", flat=True)) == {KEPT}
    assert commitment.history.first().source_urls == commitment.source_urls
