"""What every public page shares."""

from contextlib import contextmanager
from functools import wraps

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from pledges.history.as_of import as_of, known_on
from pledges.history.days import AS_OF, fixed_limits, is_over, limits
from pledges.limits import in_turn
from pledges.query.base import LONGEST_MESSAGE, Problem, clipped
from pledges.query.fields import AsOfField
from pledges.query.pledge_dimensions import SORTED_COLUMNS, SORTS
from pledges.record import data_version

# what is open to all: how it can be asked for, under which conditions, and what scripts may read of the answer
METHODS = "GET, HEAD, OPTIONS"
CONDITIONS = "If-Modified-Since, If-None-Match, If-Range, Range"
TOLD = "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link"
FOR_READERS = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
FOR_EDITORS = "private, no-cache"
# the columns of the table of pledges where it cannot be sorted
TABLE_COLUMNS = [{"name": name, "label": SORTS[name][0]} for name in SORTED_COLUMNS]


def for_any_cache(view):
    """Any cache may keep what readers are shown: it is the same for everyone."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = told_to_caches(request)
        response.is_for_everyone = True
        return response

    return answer


def told_to_caches(request):
    """How long an answer for everyone may be kept, in the words of HTTP.

    The browser of an editor asks each time whether it still holds, else it would show what was there before
    saving. That needs no `Vary: Cookie`: a cache between that knows no difference is late, never wrong.
    """
    return FOR_EDITORS if settings.SESSION_COOKIE_NAME in request.COOKIES else FOR_READERS


def public_page(view):
    """A page for readers whose filter reads the query string: as it was on the day that they ask for.

    Where no such day can be shown, its filter says so and shows nothing.
    """
    return timeless_page(in_its_day(view))


def record_page(view):
    """A page for readers that takes no filter: as it was on the day that they ask for, else status 400."""
    return timeless_page(in_its_day(view, unless=no_such_day))


def timeless_page(view):
    """A page for readers: GET and HEAD only, the same for everyone, so that any cache may keep it."""
    # exempt: a POST is refused as such (405), not as a forgery
    return wraps(view)(csrf_exempt(require_safe(for_any_cache(view))))


def open_file(view):
    """A view that answers with a file: scripts on the pages of any site may read it, as the API."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "OPTIONS":
            return preflight()
        response = open_to_all(view(request, *args, **kwargs))
        if response.status_code == 405:
            response["Allow"] = METHODS
        return response

    return answer


def preflight(methods=METHODS):
    """What a browser wants to know before a script of another site asks for a part, or whether anything is new."""
    headers = {"Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": CONDITIONS}
    return open_to_all(HttpResponse(status=204, headers={"Allow": methods, **headers}))


def open_to_all(response):
    """Lets the pages of any site read the answer: it is public, and the same for everyone. Data names its licence."""
    if response.status_code == 200:
        response["Link"] = f'<{settings.DATA_LICENCE["address"]}>; rel="license"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = TOLD
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def in_its_day(view, unless=None):
    """The view, answering from what was known on the day that `as_of` names.

    Where no such day can be shown, `unless` answers, a function of the request and the problems; without
    one the view does, of today. A past day is costly: it is shown in its turn.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        with day_of(request.GET) as problems:
            if problems and unless:
                return unless(request, problems)
            return view(request, *args, **kwargs)

    return answer


@contextmanager
def day_of(query):
    """Within it the day is that of a query string; it gives the reasons why that cannot be shown: then it is today."""
    with fixed_limits(), data_version.held():
        problems = day_problems(query)
        day = None if problems else day_asked(query)
        with in_turn(bool(day)), as_of(day):
            yield problems


def day_asked(query):
    """The day that a query string names as `as_of`; None without one, ValidationError if it cannot be shown."""
    days = {day for value in query.getlist(AS_OF) if (day := value.strip())}
    if len(days) > 1:
        raise ValidationError(gettext("This was given more than once, so no results are shown."))
    return AsOfField(required=False).clean("".join(days))


def day_problems(query):
    """Why the day that a query string names cannot be shown: a list of `Problem`, empty if it can."""
    try:
        day_asked(query)
    except ValidationError as error:
        return [Problem(AS_OF, gettext("As known on"), clipped(text, LONGEST_MESSAGE)) for text in error.messages]
    return []


def no_such_day(request, problems):
    return render(request, "400.html", {"problems": problems}, status=400)


def shown_day(request):
    """For templates: `known_on`, the day whose record is shown, None for today's; the `last_day` that can be."""
    day = known_on()
    return {"known_on": day, "known_so_far": day and not is_over(day), "last_day": limits().last}


def data_licence(request):
    """For templates: the licence of the data, its name and its address."""
    return {"data_licence": settings.DATA_LICENCE}


def site_of(request):
    """`https://host`: how absolute addresses begin."""
    return f"{request.scheme}://{request.get_host()}"


def refused(problems):
    """Where a file was asked for that cannot be made: what is wrong, as text, with status 400."""
    lines = [str(problem) for problem in problems]
    return HttpResponse("\n".join([*lines, ""]), status=400, content_type="text/plain; charset=utf-8")
