"""The day of a request: which can be asked for, and how links carry it on.

It travels as the language does: whoever makes the address of a page with `path_to` need not think of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language

from pledges.history.as_of import first_day, known_on
from pledges.models.dates import today_anywhere

# the parameter that names the day
AS_OF = "as_of"
# stands in an address for the slug or code that is put in later
MARK = "slug-of-a-row"


class Limits:
    """The first and the last day that can be asked for, each looked up once; the first is None without a history.

    The last is today anywhere on earth. Days end at midnight UTC: of one that is not over, what is known so far
    is shown.
    """

    @cached_property
    def first(self) -> date | None:
        return first_day()

    @cached_property
    def last(self) -> date:
        return today_anywhere()


LIMITS: ContextVar[Limits | None] = ContextVar("limits", default=None)


@contextmanager
def fixed_limits() -> Iterator[None]:
    """Within it a day that can be asked for stays so, and one that cannot, too: at midnight the answer would change."""
    token = LIMITS.set(Limits())
    try:
        yield
    finally:
        LIMITS.reset(token)


def limits() -> Limits:
    return LIMITS.get() or Limits()


def is_over(day: date) -> bool:
    """Whether nothing more can become known on a day."""
    return day < datetime.now(UTC).date()


def path_to(page: str, *arguments: str | int, query: str = "") -> str:
    """The path of a page (a name in the URL conf) with a query string, in the current language, on the day shown."""
    path = path_in(get_language(), get_script_prefix(), page, arguments)
    return on_the_day(f"{path}?{query}" if query else path)


@lru_cache(maxsize=4096)
def path_in(language: str, prefix: str, page: str, arguments: tuple[str | int, ...]) -> str:
    """The path of a page: looking it up takes longer than all else about a link, and a page has hundreds."""
    return reverse(page, args=arguments)


def paths_to(page: str) -> Callable[[str], str]:
    """A function that gives the path of a page for its argument, a slug or a code: for many of them at once."""
    before, after = path_to(page, MARK).split(MARK)
    return lambda argument: f"{before}{argument}{after}"


def on_the_day(address: str) -> str:
    """An address of this site, on the day that is shown; as it is where it names one already, or none is shown."""
    if not known_on():
        return address
    path, _mark, query = address.partition("?")
    if any(pair.partition("=")[0] == AS_OF for pair in query.split("&")):
        return address
    return f"{path}?{query}&{AS_OF}={known_on()}" if query else f"{path}?{AS_OF}={known_on()}"
