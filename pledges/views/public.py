"""What every public page shares."""

from functools import wraps

from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from pledges.dimensions import SORTS

# the columns of the table of pledges where it cannot be sorted
TABLE_COLUMNS = [{"name": name, "label": label} for name, (label, _terms) in SORTS.items()]


def public_page(view):
    """A page for readers: GET and HEAD only, the same for everyone, so that any cache may keep it."""
    # exempt: a POST is refused as such (405), not as a forgery
    return wraps(view)(csrf_exempt(require_safe(cache_control(public=True, max_age=60)(view))))


def refused(problems):
    """Where a file was asked for that cannot be made: what is wrong, as text, with status 400."""
    lines = [str(problem) for problem in problems]
    return HttpResponse("\n".join([*lines, ""]), status=400, content_type="text/plain; charset=utf-8")
