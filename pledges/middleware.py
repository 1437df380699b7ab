"""Headers on every answer, and garbage in requests answered 400 rather than 500."""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DataError

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    """Sends the content security policy of `SECURE_CSP` and its companions with every response."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class BadInputMiddleware:
    """Turns errors that only garbage in the request can cause into an answer 400.

    The admin passes some parameters to the database unchecked (`?id__in=99999999999999999999`,
    NUL bytes in an autocomplete term): each is a client's mistake, not a fault of the site.
    """

    ADMIN_PREFIX = "/admin/"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, DataError):
            raise SuspiciousOperation("The request holds a value the database cannot take.") from exception
        if request.path.startswith(self.ADMIN_PREFIX) and isinstance(exception, (ValueError, OverflowError)):
            raise SuspiciousOperation("The request holds a value that cannot be read.") from exception
