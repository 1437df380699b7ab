"""The error pages, in the reader's language and safe to render when the request or the database is not; and
the one format of errors of the programming interface: RFC 9457, `application/problem+json`."""

import sys
from http import HTTPStatus

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from pledges import faults
from pledges.charts.figures import FIGURES
from pledges.history.days import AS_OF
from pledges.limits import Busy
from pledges.models import Commitment
from pledges.models.publication import SHOWN_STATE
from pledges.models.vocab import State
from pledges.views.readers import in_its_day, open_to_all, refused

API = "/api/"
NOWHERE = "api-nowhere"
# pages of pledges, whose rows alone cost less
SHOWN_PLEDGES = {"pledge-list", "disagreements", *FIGURES}
# how the public names of records are written, by the part of an address that holds them
WRITTEN = {"slug": str.lower, "iso2": str.upper}


def is_api(request):
    """Whether a request asks the programming interface."""
    return request.path.startswith(API)


def is_file(request):
    """Whether a request asks for a file: `pledges.csv`."""
    return "." in request.path.rpartition("/")[2]


def problem(request, status, detail, errors=()):
    """The answer that says what is wrong; each error is a `Problem` of the query string."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        document["errors"] = [
            {"parameter": error.name, "label": error.label, "message": error.message} for error in errors
        ]
    response = JsonResponse(
        document, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    # the language of a message follows a cookie of Django's, too, where a client has one
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return open_to_all(response)


def bad_request(request, exception):
    words = gettext("Part of the address or of the form is not valid. Nothing was shown or changed.")
    if is_api(request):
        return problem(request, 400, words)
    if is_file(request):
        return open_to_all(refused([words]))
    return render(request, "400.html", status=400)


def moved(request):
    """A redirect to the address that was meant, if only its letters or a slash at its end were wrong; else None."""
    for asked in (request.path_info, request.path_info.rstrip("/")):
        try:
            found = resolve(asked)
        except Resolver404:
            continue
        if found.url_name in {None, NOWHERE}:
            continue
        names = {name: WRITTEN[name](value) if name in WRITTEN else value for name, value in found.kwargs.items()}
        if (address := reverse(found.view_name, args=found.args, kwargs=names)) != request.path:
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    return None


def not_found(request, exception):
    if elsewhere := moved(request):
        return elsewhere
    if is_api(request):
        return problem(request, 404, gettext("There is nothing at this address."))
    try:
        return in_its_day(lambda request: render(request, "404.html", status=404))(request)
    except Busy as error:
        return unavailable(request, error)
    except TooManyFieldsSent as error:  # the query string is read here for the first time
        return bad_request(request, error)


def unavailable(request, exception):
    words = faults.words_for(exception) or faults.AWAY
    if is_api(request):
        response = problem(request, 503, str(words))
    else:
        # of what a database that is there refuses, something smaller may do
        ways = ways_to_less(request) if words in {faults.TOO_LONG, faults.BUSY} else []
        response = render(request, "503.html", {"words": words, "ways": ways}, status=503)
    response["Retry-After"] = str(faults.BUSY_SECONDS if words is faults.BUSY else faults.RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def ways_to_less(request):
    """Links to what costs the database less, and their labels: the same of today, the rows alone."""
    ways, query = [], request.GET.copy()
    if query.pop(AS_OF, None):
        ways.append((gettext("Show what is known today"), f"{request.path}?{query.urlencode()}".rstrip("?")))
    if request.resolver_match and request.resolver_match.url_name in SHOWN_PLEDGES:
        asked = request.META["QUERY_STRING"]
        ways.append((gettext("Download the pledges as CSV"), f"{reverse('pledge-csv')}?{asked}".rstrip("?")))
    return ways


def server_error(request):
    """Rendered without the request: whatever failed must not fail again. What failed outside of any view may pass."""
    if faults.may_pass(request, sys.exception()):
        return unavailable(request, sys.exception())
    if is_api(request):
        return problem(
            request, 500, gettext("This is our fault, not yours. Nothing was changed; please try again in a minute.")
        )
    return HttpResponse(render_to_string("500.html"), status=500)


# What was withdrawn


def once_public(slug):
    """The withdrawn pledge that readers once saw under this slug, or None."""
    pledge = Commitment.objects.filter(slug=slug, state=State.WITHDRAWN).first()
    return pledge if pledge and pledge.history.filter(state=SHOWN_STATE).exists() else None


def withdrawn_pledge(request, slug):
    """410 if readers once saw the pledge; 404 otherwise, as for a slug that never was."""
    pledge = once_public(slug)
    if pledge is None:
        raise Http404
    return render(request, "pledges/pledge_withdrawn.html", {"pledge": pledge}, status=410)
