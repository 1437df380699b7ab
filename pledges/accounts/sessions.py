"""How long a session lasts: so long without a request, and so long at most."""

from time import time as now

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.utils.functional import SimpleLazyObject

from pledges.accounts import journal

BEGAN, SEEN = "session_began", "session_seen"
# how exactly it is known when a session was last used; else each request would write
EXACTNESS = 60


@receiver(user_logged_in)
def begin(request, **kwargs):
    if BEGAN in request.session:  # of who is signed in already: Django would keep its name
        request.session.cycle_key()
    request.session[BEGAN] = request.session[SEEN] = int(now())
    request.session.clear_expired()


def end_all_of(user):
    """Signs an account out everywhere."""
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def is_over(session):
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    return now() - began > settings.SESSION_COOKIE_AGE or now() - seen > settings.SESSION_IDLE_SECONDS


class SessionLimitsMiddleware:
    """Ends sessions that are over, where somebody asks whose they are: pages for readers do not, and stay cacheable."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        request.user = SimpleLazyObject(lambda: user_within_limits(request, user))
        return self.get_response(request)


def user_within_limits(request, user):
    if not user.is_authenticated:
        return user
    if is_over(request.session):
        journal.note(request, user, "Session over")
        request.session.flush()
        return AnonymousUser()
    if now() - request.session[SEEN] > EXACTNESS:
        request.session[SEEN] = int(now())
    return user
