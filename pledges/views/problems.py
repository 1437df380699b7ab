"""The one format of errors of the programming interface: RFC 9457, `application/problem+json`."""

from http import HTTPStatus

from django.http import JsonResponse
from django.utils.cache import patch_vary_headers

API = "/api/"


def is_api(request):
    """Whether a request asks the programming interface."""
    return request.path.startswith(API)


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


def open_to_all(response):
    """Lets the pages of any site read the answer: it is public, and the same for everyone."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
