"""Accounts are deactivated and never deleted, whoever asks; groups with accounts in them stay."""

import pytest
from django.contrib.auth.models import Group, User

from pledges.tests.accounts.doors import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("test-root"))
    return client


@pytest.fixture
def editor():
    editor = make_account()
    editor.groups.set([Group.objects.create(name="test-group")])
    return editor


def test_a_superuser_deletes_no_account(root, editor):
    assert root.post(f"/admin/auth/user/{editor.pk}/delete/", {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [editor.pk], "post": "yes"}
    root.post("/admin/auth/user/", data)
    assert User.objects.filter(pk=editor.pk).exists()
    assert "deletelink" not in root.get(f"/admin/auth/user/{editor.pk}/change/").content.decode()


@pytest.mark.parametrize("way", ["page", "action"])
def test_a_group_in_use_is_not_deleted_and_the_page_says_by_whom(root, editor, way):
    group = editor.groups.get()
    if way == "page":
        response = root.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
        response = root.post("/admin/auth/group/", data)
    assert "test-editor" in response.content.decode()
    assert Group.objects.filter(pk=group.pk).exists()


def test_a_group_of_nobody_may_be_deleted(root):
    group = Group.objects.create(name="test-group")
    root.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert not Group.objects.filter(pk=group.pk).exists()
