"""What is kept in this process as long as readers see the same: made once for each version of the data."""

from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache
from typing import TypeVar

from django.db import connection

from pledges.history.as_of import known_on
from pledges.record import data_version
from pledges.record.data_version import Version

Made = TypeVar("Made")

# days of which something is kept, today among them: those that were lately asked for
DAYS = 5


def per_version(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, or gave before of the same version and the same day; of each thing the last version is kept.

    Always made anew within a transaction: an editor sees there what nobody else does.
    """
    if connection.in_atomic_block:
        return make()
    kept = kept_of(known_on())
    version, made = kept.get(key, (None, None))
    if version != (current := data_version.current()):
        version, made = kept[key] = current, make()
    return made


@lru_cache(maxsize=DAYS)
def kept_of(day: date | None) -> dict[Hashable, tuple[Version, object]]:
    """What is kept of a day, None for today: filled by who asks."""
    return {}
