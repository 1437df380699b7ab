"""The editors' site in Arabic: nothing on its pages is English but data, and every page changes its language."""

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.test import Client

from pledges.models import Commitment
from pledges.models.vocab import State
from pledges.tests import make
from pledges.tests.admin.every_page import Forms, list_of, pages_of
from pledges.tests.editing import people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_site")]
# the switch, and what is the same in every language
NOT_TRANSLATED = {"english", "iso", "json"}
SPOKEN = {"title", "placeholder", "aria-label", "aria-description", "alt"}
VOID = {"meta", "link", "input", "br", "img", "hr", "use", "path", "symbol"}
LATIN = re.compile(r"[A-Za-z]{2,}")


class Words(HTMLParser):
    """`found`: the Latin words of a page that are neither examples in quotation marks nor hidden."""

    def __init__(self, html):
        super().__init__()
        self.open, self.found = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            hidden = (
                tag in {"script", "style"} or attrs.get("lang") == "en" or "hidden" in attrs.get("class", "").split()
            )
            self.open.append((tag, hidden))
        button = attrs.get("type") in {"submit", "button", "reset"} and tag == "input"
        for name in SPOKEN | ({"value"} if button else set()):
            self.read(attrs.get(name, ""))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.read(data)

    def read(self, text):
        if not any(hidden for _tag, hidden in self.open):
            self.found |= set(LATIN.findall(re.sub("«.*?»", "", text)))


@pytest.fixture(scope="module")
def staff(module_db, empty_site):
    staff = people.everybody()
    people.publish_and_propose(staff)
    make.make_requirement()
    make.make_participation()
    make.make_bloc_member()
    pledge = make.make_commitment("test-last", state=State.DRAFT, places=[make.make_place()])
    make.make_status_change(pledge)
    return staff


def words_of_data():
    """The words of all text that somebody typed."""
    texts = []
    for model in apps.get_models():
        if model._meta.model_name in {"permission", "contenttype", "session", "migration"}:
            continue
        fields = [field.attname for field in model._meta.concrete_fields if is_typed(field)]
        texts += [value for row in model._default_manager.values_list(*fields) for value in row if value and fields]
    return {word.lower() for text in texts for word in LATIN.findall(text)}


def is_typed(field):
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def arabic(user):
    client = Client(headers={"Accept-Language": "ar"})
    client.force_login(user)
    return client


def english_on(page, known):
    return {word for word in Words(page).found if word.lower() not in known}


@pytest.mark.parametrize(("role", "every"), [("root", 1), ("editor", 3)])  # an editor is shown less of the same
def test_nothing_on_the_pages_is_english(staff, role, every):
    client, known = arabic(staff[role]), words_of_data() | NOT_TRANSLATED
    pages = {address: page for address, page in pages_of(client, every).items() if "<html" in page}
    assert {address: words for address, page in pages.items() if (words := english_on(page, known))} == {}
    assert len(pages) > 40 / every


def test_every_page_changes_its_language_and_stays(staff):
    client = arabic(staff["editor"])
    address = f"{list_of(Commitment)}?state__exact=draft"
    for language, other, words in (("ar", "en", "Select pledge"), ("en", "ar", "اختر")):
        page = client.get(address).content.decode()
        assert f'<html lang="{language}"' in page
        [(to, fields)] = [form for form in Forms(page).found if "language" in form[1]]
        assert fields["language"] == [other]
        answer = client.post(to, fields, follow=True)
        assert answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"] == address
        assert words in answer.content.decode()
        assert client.cookies["django_language"]["path"] == "/admin/"  # readers have none


def test_the_door_changes_its_language_too():
    client = Client()
    [(to, fields)] = [
        form for form in Forms(client.get("/admin/login/").content.decode()).found if "language" in form[1]
    ]
    assert '<html lang="ar"' in client.post(to, fields, follow=True).content.decode()


def test_permissions_are_told_in_arabic(staff):
    page = arabic(staff["root"]).get(f"{list_of(Group)}add/").content.decode()
    assert "تعهد: تغيير" in page
    assert "تعهد: يمكنه نشر التعهدات وسحبها" in page


def test_a_permission_that_is_ticked_is_given(staff):
    client = arabic(staff["root"])
    group = Group.objects.create(name="test")
    may = Permission.objects.get(codename="change_unit")
    client.post(f"{list_of(Group)}{group.pk}/change/", {"name": "test", "permissions": [may.pk]})
    assert list(group.permissions.all()) == [may]


def test_an_account_gets_a_password_and_a_short_one_is_refused_in_arabic(staff):
    client, address = arabic(staff["root"]), f"{list_of(User)}add/"
    short = {"username": "test-new", "password1": "qm4vzt9", "password2": "qm4vzt9"}
    assert "15 حرفًا" in client.post(address, short).content.decode()
    long = {"username": "test-new", "password1": "qm4vzt9hwp2ksbd", "password2": "qm4vzt9hwp2ksbd"}
    assert client.post(address, long).status_code == 302
    user = User.objects.get(username="test-new")
    assert user.check_password("qm4vzt9hwp2ksbd")
    address = f"{list_of(User)}{user.pk}/password/"
    assert client.post(address, {"password1": "zzm4vzt9hwp2ksbd", "password2": "zzm4vzt9hwp2ksbd"}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("zzm4vzt9hwp2ksbd")
