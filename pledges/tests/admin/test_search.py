"""The editors' searches, in lists and where a record is chosen, find each spelling as readers' searches do."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group

from pledges.i18n import alphabetical

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


def column(client, model, name, query=""):
    html = client.get(f"/admin/pledges/{model}/{query}").content.decode()
    return [
        re.sub(r"<[^>]+>", "", cell)
        for cell in re.findall(rf'<t[hd] class="field-{name}[^"]*">(.*?)</t[hd]>', html, re.DOTALL)
    ]


def sorted_column(client, model, name, direction=""):
    html = client.get(f"/admin/pledges/{model}/").content.decode()
    number = re.findall(r'class="[^"]*column-(\w+)', html).index(name) + ("action-checkbox-column" in html)
    return column(client, model, name, f"?o={direction}{number}")


def in_alphabetical_order(names, language):
    return names == sorted(names, key=lambda name: alphabetical(name, language))


@pytest.mark.sql
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("model", ["country", "place"])
def test_lists_of_names_stand_in_the_alphabetical_order_of_the_editor(editor, model, language):
    editor.cookies.load({settings.LANGUAGE_COOKIE_NAME: language})
    names = column(editor, model, f"name_{language}")
    assert len(names) > 20
    assert in_alphabetical_order(names, language)


@pytest.mark.parametrize(
    ("model", "name"), [("commitment", "party"), ("place", "country"), ("requirement", "asked_of")]
)
def test_columns_of_names_are_sorted_in_the_alphabetical_order_of_the_editor(editor, model, name):
    editor.cookies.load({settings.LANGUAGE_COOKIE_NAME: "ar"})
    for direction in ("", "-"):
        names = [text for text in sorted_column(editor, model, name, direction) if text != "-"]
        assert len(set(names)) > 5
        assert in_alphabetical_order(names[::-1] if direction else names, "ar")


def test_a_column_of_one_language_is_sorted_by_its_alphabet_whoever_looks(editor):
    editor.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    assert in_alphabetical_order(sorted_column(editor, "country", "name_ar"), "ar")


def test_records_to_choose_stand_in_the_alphabetical_order_of_the_editor(editor):
    editor.cookies.load({settings.LANGUAGE_COOKIE_NAME: "ar"})
    query = {"app_label": "pledges", "model_name": "commitment", "field_name": "country", "term": ""}
    names = [row["text"] for row in editor.get("/admin/autocomplete/", query).json()["results"]]
    assert len(names) > 10
    assert in_alphabetical_order(names, "ar")
