"""Signing in as a browser does, for the tests of this folder."""

from django.contrib.auth import get_user_model
from django.test import Client

LOGIN = "/admin/login/"
PASSWORD = "a long test password"  # noqa: S105


def make_account(name="test-editor", **values):
    return get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True, **values)


def sign_in(name="test-editor", password=PASSWORD, address="192.0.2.1", client=None, **headers):
    """The answer to the form of the door, sent from an address."""
    fields = {"username": name, "password": password, "next": "/admin/"}
    client = client or Client()
    return client.post(LOGIN, fields, REMOTE_ADDR=address, headers=headers)


def fail(times, **values):
    """The statuses of so many wrong passwords."""
    return [sign_in(**{"password": "wrong"} | values).status_code for _ in range(times)]


def let_pass(model, field, **duration):
    """Makes all rows older."""
    for row in model.objects.all():
        model.objects.filter(pk=row.pk).update(**{field: getattr(row, field) - duration["by"]})
