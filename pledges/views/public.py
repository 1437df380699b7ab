"""What every public page shares."""

from functools import wraps

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from pledges.as_of import as_of, known_on
from pledges.dimensions import SORTS
from pledges.filters import AsOfField

# the columns of the table of pledges where it cannot be sorted
TABLE_COLUMNS = [{"name": name, "label": label} for name, (label, _terms) in SORTS.items()]


def public_page(view):
    """A page for readers, as it was on the day that they ask for."""
    return timeless_page(in_its_day(view))


def timeless_page(view):
    """A page for readers: GET and HEAD only, the same for everyone, so that any cache may keep it."""
    # exempt: a POST is refused as such (405), not as a forgery
    return wraps(view)(csrf_exempt(require_safe(cache_control(public=True, max_age=60)(view))))


def in_its_day(view):
    """The view, answering from what was known on the day that `as_of` names, if that can be read."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        with as_of(day_asked(request.GET)):
            return view(request, *args, **kwargs)

    return answer


def day_asked(query):
    """The day that a query string names as `as_of`; None without one, or if no such day can be shown."""
    try:
        return AsOfField(required=False).clean(query.get("as_of", "").strip())
    except ValidationError:
        return None


def shown_day(request):
    """For templates: `known_on`, the day whose record is shown, and the query of links that keep it; else empty."""
    day = known_on()
    return {"known_on": day, "as_of_query": f"?as_of={day}" if day else ""}


def refused(problems):
    """Where a file was asked for that cannot be made: what is wrong, as text, with status 400."""
    lines = [str(problem) for problem in problems]
    return HttpResponse("\n".join([*lines, ""]), status=400, content_type="text/plain; charset=utf-8")
