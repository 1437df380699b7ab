"""How often a password or a code may be tried: some forty lines on the site's own database, instead of django-axes.

Axes is at Jazzband, which closes early in 2027, and has no new home yet; it keeps addresses and user agents in plain
text, needs django-ipware behind a proxy, and with a limit by account locks out whom it guards.

Each try is written down *before* it is checked, so that tries at the same moment count each other, on all workers
and hosts. Refused tries do not count: the wait ends when the oldest failure is 15 minutes old, whatever is tried
in between. The limits by whom they are meant for:

- an account from one address, and an address whatever the account: who guesses gets no further, and only they wait
- an account from all addresses together, more loosely: guesses from very many addresses. A stranger could use it up
  to lock an editor out, so it does not hold where the account has signed in lately
- codes of an account, from wherever: a million of them are few, and only who knows the password gets so far
"""

from datetime import timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pledges.accounts import journal
from pledges.accounts.addresses import address_of, network_of
from pledges.accounts.models import Attempt

WINDOW = timedelta(minutes=15)
LATELY = timedelta(days=30)
OF_ACCOUNT_FROM_ADDRESS = 10
OF_ADDRESS = 30
OF_ACCOUNT = 100
CODES_OF_ACCOUNT = 10


class Throttled(Exception):
    """A try that was not even checked, and the seconds until one will be."""

    def __init__(self, seconds):
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


def begin(request, name, is_of_code=False):
    """Takes note of a try that is about to be checked, or refuses it."""
    forget()
    account, address = digest(name.casefold()), digest(network_of(address_of(request)))
    attempt = Attempt.objects.create(account=account, address=address, is_of_code=is_of_code)
    if until := refused_until(attempt):
        attempt.delete()
        journal.note_refusal(request, name, "too many failures")
        raise Throttled(max(1, round((until - timezone.now()).total_seconds())))
    return attempt


def succeed(attempt):
    """What was tried is right, and counts no longer."""
    attempt.has_failed = False
    attempt.save(update_fields=["has_failed"])


def refused_until(attempt):
    """When a try like this will be checked again; None if this one is."""
    account, address = Q(account=attempt.account), Q(address=attempt.address)
    limits = [(account & address, OF_ACCOUNT_FROM_ADDRESS), (address, OF_ADDRESS)]
    if attempt.is_of_code:
        limits.append((account & Q(is_of_code=True), CODES_OF_ACCOUNT))
    if not Attempt.objects.filter(account & address, has_failed=False, is_of_code=False).exists():
        limits.append((account, OF_ACCOUNT))
    failures = Attempt.objects.filter(has_failed=True, at__gt=timezone.now() - WINDOW)
    counted = [
        (failures.filter(tries).aggregate(number=Count("pk"), first=Min("at")), limit) for tries, limit in limits
    ]
    return max((found["first"] + WINDOW for found, limit in counted if found["number"] > limit), default=None)


def forget():
    """Removes what counts no longer."""
    now = timezone.now()
    Attempt.objects.filter(Q(at__lt=now - LATELY) | Q(at__lt=now - WINDOW, has_failed=True)).delete()


def digest(text):
    return salted_hmac("pledges.accounts.throttle", text).hexdigest()[:32]
