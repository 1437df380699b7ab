"""Tries to sign in, for as long as they count."""

from django.db import models
from django.utils import timezone


class Attempt(models.Model):
    """A password or code that was tried. Account and address are digests: a password in the wrong box is not kept."""

    account = models.CharField(max_length=32)
    address = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)
    is_of_code = models.BooleanField(default=False)
    # until it turns out right: one that is still being checked counts, too
    has_failed = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["account", "at"], name="attempt_account"),
            models.Index(fields=["address", "at"], name="attempt_address"),
            models.Index(fields=["at"], name="attempt_at"),
        )

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S} {'failed' if self.has_failed else 'succeeded'}"
