"""Headers on every answer, entity tags and parts of files, what is dropped from addresses; garbage in requests
answered 400, a database that is away or busy 503; probes."""

import re
from urllib.parse import unquote_plus

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import HttpResponse
from django.middleware.http import ConditionalGetMiddleware
from django.urls import get_resolver, resolve

from pledges import faults, limits

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
ADMIN_PREFIX = "/admin/"
PROBES = {"/healthz", "/readyz"}
# what mail programs, advertisers and other sites append to links to count who follows them: no part of a question
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ttclid|twclid|li_fat_id|igshid|igsh|_gl|_ga"
    r"|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|srsltid"
)
# one part of a file; more at once are answered with all of it
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
# what the admin lets through of a value that it hands on as it came
CAUSED_IN_ADMIN = (ValueError, OverflowError, FieldDoesNotExist)
WITHOUT_CONTENT = {204, 304}
CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
OF_ANY_SITE = {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Cross-Origin-Resource-Policy"}
# what SQLite calls operational, but only a request can cause
TOO_MUCH_FOR_SQLITE = ("too complex", "too many", "too large", "stack overflow")


class UnbrokenStackMiddleware:
    """Answers each request on one piece of Python's stack.

    CPython has its stack in pieces of 16 KB, and before 3.13.13 asks the system for the next one, and gives it back,
    with every call that crosses an end: in a loop that happened to stand there, 5,000 times for one timeline, three
    quarters of its time (https://github.com/python/cpython/issues/142183). A call that needs a large piece gets one
    with room for all that it calls.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return answered(self.get_response, request)


def answered(get_response, request):
    return get_response(request)


# said to need 256 KB, in words of eight bytes: so it is given 512; memory is taken only as far as it is used
answered.__code__ = answered.__code__.replace(co_stacksize=2**15)


class SecurityHeadersMiddleware:
    """Sends the content security policy of `SECURE_CSP` and its companions with every response."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # with 304 a cache would take them for those of the answer which it has
        if response.status_code != 304:
            response.headers.setdefault("Content-Security-Policy", self.policy)
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class ProbeMiddleware:
    """Answers what watches the site before anything else is asked: under any name of the host, at any time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info in PROBES:
            return resolve(request.path_info).func(request)
        return self.get_response(request)


class WithoutTrackingMiddleware:
    """Takes the known tracking parameters off the query string, before anybody reads it or makes a link of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if query := request.META.get("QUERY_STRING"):
            pairs = [pair for pair in query.split("&") if not TRACKING.fullmatch(unquote_plus(pair.partition("=")[0]))]
            request.META["QUERY_STRING"] = "&".join(pairs)
        return self.get_response(request)


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Entity tags, 304 for who has this very answer, and the part of it that a reader still lacks.

    For HEAD as for GET, and for static files too: Django's own only knows GET, WhiteNoise only a single tag.
    """

    def __call__(self, request):
        # else WhiteNoise gives parts of files that have changed since: it knows no If-Range
        asked = request.META.pop("HTTP_RANGE", "")
        response = super().__call__(request)
        if response.status_code in WITHOUT_CONTENT:
            # a cache would take the length for that of the file
            del response["Content-Length"]
        if response.status_code == 200 and has_parts(response):
            response["Accept-Ranges"] = "bytes"
            if (
                asked
                and request.method == "GET"
                and request.headers.get("If-Range", response["ETag"]) == response["ETag"]
            ):
                return part(response, asked)
        return response

    def process_response(self, request, response):
        if "ETag" in response and not CONDITIONS & request.META.keys():
            return response
        method, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            answer = replaced(response, super().process_response(request, response))
        finally:
            request.method = method
        if answer.status_code == 304:
            # Django's has what RFC 9110 asks for, and scripts of other sites ask for more
            for name in OF_ANY_SITE & response.headers.keys():
                answer[name] = response[name]
        return answer

    def needs_etag(self, response):
        return response.status_code == 200 and super().needs_etag(response)


def replaced(response, answer):
    """The answer in place of a response, whose files are closed with it."""
    if answer is not response:
        answer._resource_closers += response._resource_closers
    return answer


def has_parts(response):
    """Whether the bytes of a response are known by a tag of their own: those of a compressed one are not."""
    tag = response.get("ETag", "")
    return tag.startswith('"') and "Content-Length" in response and "Content-Encoding" not in response


def part(response, asked):
    """The part of a response that a Range header asks for: 206, 416 if it has none such, all if it cannot be read."""
    found, size = ONE_RANGE.fullmatch(asked.strip()), int(response["Content-Length"])
    first, last = found.groups() if found else ("", "")
    if not first and not last or first and last and int(first) > int(last):
        return response
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return replaced(response, HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}))
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    if response.streaming:
        response.streaming_content = between(response.streaming_content, start, end + 1)
    else:
        response.content = response.content[start : end + 1]
    return response


def between(chunks, start, end):
    """The bytes of the chunks from `start` until before `end`."""
    position = 0
    for chunk in chunks:
        yield chunk[max(start - position, 0) : max(end - position, 0)]
        position += len(chunk)
        if position >= end:
            return


class LimitMiddleware:
    """Limits how long readers' questions may keep the database busy; what editors do may take its time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(ADMIN_PREFIX):
            return self.get_response(request)
        with limits.limited(settings.STATEMENT_SECONDS):
            return self.get_response(request)

    def process_exception(self, request, exception):
        # the page that says so may ask the database, too
        limits.lift()


class FaultMiddleware:
    """Tells errors that only garbage in the request can cause (400) from a database that is away (503).

    The admin passes some parameters to the database unchecked (`?id__in=99999999999999999999`,
    NUL bytes in an autocomplete term): each is a client's mistake, not a fault of the site.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if faults.OUTAGE.lasts():
            return answer_of_the_site(503, request, None)
        return self.get_response(request)

    def process_exception(self, request, exception):
        in_admin = request.path.startswith(ADMIN_PREFIX)
        if isinstance(exception, DataError) or (in_admin and isinstance(exception, CAUSED_IN_ADMIN)):
            faults.note_refused(request, exception)
            return refusal(request, SuspiciousOperation("The request holds a value that cannot be read."))
        if isinstance(exception, OperationalError) and any(word in str(exception) for word in TOO_MUCH_FOR_SQLITE):
            return refusal(request, SuspiciousOperation("The request asks for too much at once."))
        if isinstance(exception, SuspiciousOperation):
            return refusal(request, exception)
        if faults.may_pass(request, exception):
            return answer_of_the_site(503, request, exception)
        return None


def refusal(request, exception):
    """400, as to any other garbage; answered here, because Django logs what is raised with a traceback."""
    return answer_of_the_site(400, request, exception)


def answer_of_the_site(status, request, exception):
    """What the URL conf has for a status: `handler400` and the like."""
    return get_resolver().resolve_error_handler(status)(request, exception=exception)
