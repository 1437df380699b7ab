"""The editors' searches, in lists and where a record is chosen, find each spelling as readers' searches do."""

import re

import pytest
from django.contrib.auth.models import Group

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_user("test-editor", password="x", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=["Editors", "Reviewers"]))
    client.force_login(user)
    return client


def listed(client, model, words):
    html = client.get(f"/admin/pledges/{model}/", {"q": words}).content.decode()
    return re.findall(rf'href="/admin/pledges/{model}/(\d+)/change/', html)


@pytest.mark.parametrize(
    ("model", "words", "plain"),
    [
        ("country", "المانيا", "ألمانيا"),
        ("country", "الاردن", "الأردن"),
        ("country", "ترکیا", "تركيا"),
        ("country", "turkiye", "Türkiye"),
        ("place", "اربيل", "أربيل"),
        ("place", "سوريه", "سوريا"),
        ("commitmenttype", "ضربات جويه", "ضربات جوية"),
        ("meeting", "اجتماع بروكسل", "بروكسل اجتماع"),
        ("source", "Daesh", "ISIL"),
        ("commitment", "ومهام", "مهام"),
        ("commitment", "المانيا", "ألمانيا"),
        ("citation", "F‑16", "F-16"),
        ("statuschange", "الدانمارك", "الدنمارك"),
        ("participation", "المانيا", "ألمانيا"),
    ],
)
def test_lists_find_each_spelling(editor, model, words, plain):
    found = listed(editor, model, words)
    assert found
    assert found == listed(editor, model, plain)


@pytest.mark.parametrize(
    ("model", "field", "term", "found"),
    [
        ("commitment", "country", "المانيا", "Germany"),
        ("commitment", "places", "اربيل", "Erbil"),
        ("commitment", "country", "ISO", None),
        ("commitment", "part_of", "ومهام", "–"),
        ("citation", "source", "داعش", "ISIL"),
    ],
)
def test_records_to_choose_are_found_in_each_spelling(editor, model, field, term, found):
    query = {"app_label": "pledges", "model_name": model, "field_name": field, "term": term}
    names = [row["text"] for row in editor.get("/admin/autocomplete/", query).json()["results"]]
    assert any(found in name for name in names) if found else names == []


@pytest.mark.parametrize("words", ["bru16-pl-airstrikes", "pl-airstr"])
def test_what_was_found_as_it_is_written_still_is(editor, words):
    assert listed(editor, "commitment", words)


def test_words_of_a_speaker_find_a_pledge(editor):
    assert listed(editor, "commitment", "Obama")
