"""What the tests of the editors' site share."""

import pytest
from django.contrib.auth.models import Group


@pytest.fixture
def sign_in(client, django_user_model):
    """A client of a user in the given groups, or of a superuser."""

    def sign_in(*groups, superuser=False):
        user = django_user_model.objects.create_user(
            "test-" + "-".join(groups or ["root"]), password="x", is_staff=True, is_superuser=superuser
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        client.force_login(user)
        return client

    return sign_in
