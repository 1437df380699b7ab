"""Headers on every answer, entity tags; garbage in requests answered 400, a database that is away 503."""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import render

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
RETRY_AFTER_SECONDS = 30
# what SQLite calls operational, but only a request can cause
TOO_MUCH_FOR_SQLITE = ("too complex", "too many", "too large")


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


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Entity tags and 304 for HEAD as for GET: Django's own only knows GET."""

    def process_response(self, request, response):
        method, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            return super().process_response(request, response)
        finally:
            request.method = method


class FaultMiddleware:
    """Tells errors that only garbage in the request can cause (400) from a database that is away (503).

    The admin passes some parameters to the database unchecked (`?id__in=99999999999999999999`,
    NUL bytes in an autocomplete term): each is a client's mistake, not a fault of the site.
    """

    ADMIN_PREFIX = "/admin/"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        in_admin = request.path.startswith(self.ADMIN_PREFIX)
        if isinstance(exception, DataError) or (in_admin and isinstance(exception, (ValueError, OverflowError))):
            raise SuspiciousOperation("The request holds a value that cannot be read.") from exception
        if isinstance(exception, OperationalError) and any(word in str(exception) for word in TOO_MUCH_FOR_SQLITE):
            raise SuspiciousOperation("The request asks for too much at once.") from exception
        if isinstance(exception, (OperationalError, InterfaceError)):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
            response["Cache-Control"] = "no-store"
            return response
        return None
