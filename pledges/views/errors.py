"""The error pages: in the reader's language, and safe to render when the request or the database is not."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    """Rendered without the request: whatever failed must not fail again."""
    return HttpResponse(render_to_string("500.html"), status=500)
