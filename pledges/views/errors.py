"""The error pages: in the reader's language, and safe to render when the request or the database is not."""

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from pledges.views.problems import is_api, problem
from pledges.views.public import in_its_day


def bad_request(request, exception):
    if is_api(request):
        return problem(
            request, 400, gettext("Part of the address or of the form is not valid. Nothing was shown or changed.")
        )
    return render(request, "400.html", status=400)


def not_found(request, exception):
    if is_api(request):
        return problem(request, 404, gettext("There is nothing at this address."))
    try:
        return in_its_day(lambda request: render(request, "404.html", status=404))(request)
    except TooManyFieldsSent as error:  # the query string is read here for the first time
        return bad_request(request, error)


def server_error(request):
    """Rendered without the request: whatever failed must not fail again."""
    return HttpResponse(render_to_string("500.html"), status=500)
