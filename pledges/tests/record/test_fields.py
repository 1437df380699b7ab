"""Nothing a pledge holds is forgotten anywhere: every field has a row, every row is in every place it should be."""

import re
from datetime import date
from html import unescape

import pytest
from django.contrib.admin.sites import site
from django.contrib.admin.utils import flatten_fieldsets
from django.utils import translation

from pledges.api.openapi import document
from pledges.exports.columns import COLUMNS
from pledges.exports.tables import PLEDGES
from pledges.history.versions import edits_of
from pledges.models import Commitment
from pledges.models.commitments import NEEDED_TO_PUBLISH
from pledges.models.vocab import Precision, QuantityQualifier, Stance, Status
from pledges.query import pledge_dimensions
from pledges.query.pledge_dimensions import DIMENSION
from pledges.record.derived import derived_values
from pledges.record.fields import DERIVED, FACTS, FACTS_IN_BRIEF, FIELDS, FILTERS, SECTIONS, TOLD
from pledges.tests import make
from pledges.tests.html import tight
from pledges.views import browsing

pytestmark = pytest.mark.django_db

# of the row itself, nothing of the pledge
KEY = {"id", "version"}
ONLY_OF_GROUPS = {"group_label_en", "group_label_ar"}
NOT_STATED = {QuantityQualifier.NOT_STATED, Precision.UNKNOWN}
# the rows (or fields) that are deliberately not in a place; whoever adds to these says why in the review
NOT_EXPORTED = {"state", "withdrawal_reason", "place_slugs", "is_public", "search_text", "own_words"}
NOT_TOLD = {
    *("slug", "stage", "state", "withdrawal_reason", "url"),
    # what follows from citations and places, which are told themselves
    *("sources", "sources_contradicting", "conditions", "place_slugs", "blocs", "source_slugs", "source_urls"),
    *("is_public", "search_text", "own_words", "number_claims", "date_claims"),
    # other words for what is told
    *("type_group", "announced_span", "in_totals"),
}
NOT_IN_FORM = {"stage", "url", "type_group", "announced_span", "in_totals"}
# what the page has another place for: its heading, its text, the evidence, the quantity, the links at its end
NO_FACT = {
    *("slug", "url", "party", "type", "summary", "caveat", "attributed_to", "quantity_text", "part_of"),
    *("stage", "grade", "independent_sources", "sources", "sources_contradicting"),
    *("state", "withdrawal_reason", "is_public", "place_slugs", "blocs", "source_slugs", "source_urls"),
    *("search_text", "own_words", "type_group", "announced_span", "in_totals", "number_claims", "date_claims"),
}
NOT_FILTERED = {"state", "part_of", "quantity_qualifier", "announced_precision"}
NO_BOXES = {
    *("requirement", "source", "only_source", "quarter", "month", "step", "held", "timed", "in_totals", "id"),
    *("number_claims", "date_claims"),
}


def model_fields():
    return {field.name: field for field in (*Commitment._meta.fields, *Commitment._meta.many_to_many)}


def without(part):
    """The names of the rows that have nothing of a part (`columns`, `told` …)."""
    return {row.name for row in FIELDS if not getattr(row, part)}


def test_every_field_of_a_pledge_has_one_row():
    stored = [name for row in FIELDS for name in row.stored]
    assert model_fields().keys() - KEY - set(stored) == set(), "add a row to record/fields.py"
    assert set(stored) - model_fields().keys() == set(), "no such field"
    assert len(stored) == len(set(stored)), "a field has two rows"
    assert len({row.name for row in FIELDS}) == len(FIELDS)


def test_every_row_is_used():
    parts = ("columns", "filters", "told", "fact", "stored")
    assert [row.name for row in FIELDS if not any(getattr(row, part) for part in parts)] == []


@pytest.mark.parametrize(
    ("part", "left_out"),
    [("columns", NOT_EXPORTED), ("told", NOT_TOLD), ("section", NOT_IN_FORM), ("fact", NO_FACT)],
)
def test_no_row_leaves_out_a_part_by_oversight(part, left_out):
    assert without(part) - left_out == set(), f"no {part}"
    assert left_out - without(part) == set(), f"these have {part}: take them off the list"


def test_every_value_that_can_be_chosen_is_a_filter():
    chosen = {name for name, field in model_fields().items() if field.choices or field.is_relation}
    filtered = {dimension.path.partition("__")[0] for dimension in DIMENSION.values()}
    assert chosen - filtered == NOT_FILTERED


def test_what_is_computed_is_what_nobody_enters():
    assert {name for name, field in model_fields().items() if not field.editable} - KEY == set(DERIVED)
    assert derived_values(make.make_commitment("test-derived")).keys() == set(DERIVED)


# The places


def test_the_files_have_the_columns_of_every_row(client):
    named = [column.name for row in FIELDS for column in row.columns]
    assert sorted(named) == sorted(column.name for column in COLUMNS)
    file = b"".join(client.get("/en/pledges.csv?country=PL&bom=0").streaming_content)
    header = file.decode().partition("\n")[0]
    assert sorted(header.split(",")) == sorted(named)
    assert all(str(column.label) for column in COLUMNS)


def test_every_field_that_is_entered_is_loaded_from_a_package():
    loaded = {field.name for field in PLEDGES.fields.values()}
    entered = {name for name, field in model_fields().items() if field.editable}
    assert entered - KEY - loaded == {"state", "withdrawal_reason_en", "withdrawal_reason_ar"}


def test_a_column_that_may_be_empty_says_so():
    """The database knows which fields may be empty where readers see the pledge."""
    fields = PLEDGES.fields
    optional = {name for name, field in fields.items() if field.null or field.blank or field.many_to_many}
    optional -= set(NEEDED_TO_PUBLISH)
    assert {name for name in fields if name in PLEDGES.optional} == optional


def test_the_description_of_the_interface_names_the_codes():
    described = document("https://pledges.example")
    columns = described["components"]["schemas"]["Pledge"]["properties"]
    parameters = {found["name"]: found for found in described["paths"]["/pledges"]["get"]["parameters"]}
    for name, field in model_fields().items():
        if field.choices and name not in {"state"}:
            codes = [value for value, _label in field.flatchoices]
            assert columns[name]["enum"] == codes, name
            if name not in NOT_FILTERED:
                assert parameters[name]["schema"]["items"]["enum"][: len(codes)] == codes, name
    assert [column.name for column in COLUMNS if column.allowed and "enum" not in columns[column.name]] == []


def test_every_filter_of_the_table_is_one_of_the_query_and_has_its_boxes(client):
    names = {found.name for found in FILTERS}
    assert names - DIMENSION.keys() == set()
    assert names - set(browsing.OFFERED) == set()
    assert DIMENSION.keys() - set(browsing.OFFERED) == NO_BOXES
    html = tight(client.get("/en/pledges/").content.decode())
    boxes = set(re.findall(r'<input type="checkbox" name="(\w+)"', html))
    assert names - boxes == set()


@pytest.mark.parametrize(
    ("order", "known"), [(pledge_dimensions.ORDER, DIMENSION), (browsing.FIRST_BOXES, browsing.OFFERED)]
)
def test_an_order_names_only_what_there_is(order, known):
    assert set(order) - set(known) == set()


def test_the_form_of_editors_has_every_field_once():
    form = site.get_model_admin(Commitment)
    titles = [title for title, _options in form.fieldsets]
    assert titles == [section.title for section in SECTIONS]
    shown = [name for name in flatten_fieldsets(form.fieldsets) if name in model_fields()]
    assert sorted(shown) == sorted(model_fields().keys() - KEY)
    decided = {"state", "withdrawal_reason_en", "withdrawal_reason_ar"}
    assert set(form.readonly_fields) & model_fields().keys() == {*DERIVED, *decided}


@pytest.mark.parametrize(("page", "rows"), [("pledges/{}/", FACTS), ("brief/?id={}", FACTS_IN_BRIEF)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_a_pledge_show_every_fact(client, page, rows, language):
    make.make_commitment("test-facts", quantity_min=7, quantity_max=7, places=[make.make_place()])
    html = tight(client.get(f"/{language}/{page.format('test-facts')}").content.decode())
    facts = re.search(r'<dl class="(?:brief-)?facts">.*?</dl>', html, re.DOTALL).group()
    shown = [(unescape(label), value) for label, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", facts, re.DOTALL)]
    with translation.override(language):
        expected = [str(row.label) for row in rows]
    assert [label for label, _value in shown if label in expected] == expected
    assert all(value.strip() for _label, value in shown)
    assert {row.name for row in FACTS} == {row.name for row in FACTS_IN_BRIEF}


def another(field, value):
    """A value of the field that differs."""
    if field.choices:
        return next(code for code, _label in field.flatchoices if code not in {value, *NOT_STATED})
    if field.is_relation:
        return field.related_model.objects.exclude(pk=value and value.pk).earliest("pk")
    return {"DateField": date(2016, 1, 5), "BigIntegerField": 3}.get(field.get_internal_type(), "Another")


def test_a_change_of_every_value_that_is_told_is_in_the_history():
    pledge = make.make_commitment("test-told", quantity_min=7, quantity_max=7)
    make.settle(pledge, date(2016, 4, 1))
    for name, field in model_fields().items():
        if field.editable and not field.many_to_many and name not in {*KEY, "slug", "state", *ONLY_OF_GROUPS}:
            setattr(pledge, name, another(field, getattr(pledge, name)))
    pledge.save()
    pledge.places.set([make.make_place()])
    make.make_citation(pledge, make.make_source("test-second"))
    make.make_citation(pledge, make.make_source("test-denial"), stance=Stance.CONTRADICTS)
    make.make_status_change(pledge, status=Status.COMPLETED)
    make.settle(pledge, date(2016, 4, 2))
    latest = edits_of(pledge)[0]
    labels = {difference.label for difference in latest.differences if not difference.about}
    assert {told.label for told in TOLD} - labels == set()
