"""The log of who came in, who left and who was refused, and from where. Never what was typed as a password."""

import logging

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from pledges.accounts.addresses import address_of

log = logging.getLogger("pledges.accounts")


def source_of(request):
    return address_of(request) or "this machine" if request else "this machine"


def name_of(name):
    """A name as it is logged: one that no account has may be a password in the wrong box."""
    return repr(name) if get_user_model().objects.filter(username=name).exists() else "a name without an account"


@receiver(user_logged_in)
def note_sign_in(request, user, **kwargs):
    log.info("Signed in: %r from %s", user.get_username(), source_of(request))


@receiver(user_logged_out)
def note_sign_out(request, user, **kwargs):
    if user:
        log.info("Signed out: %r from %s", user.get_username(), source_of(request))


@receiver(user_login_failed)
def note_failure(credentials, request=None, **kwargs):
    note_refusal(request, credentials.get("username") or "", "wrong name or password")


def note_refusal(request, name, reason):
    log.warning("Refused: %s from %s: %s", name_of(name), source_of(request), reason)


def note(request, user, event):
    """Anything else that an account did with its own doors."""
    log.info("%s: %r from %s", event, user.get_username(), source_of(request))
