"""What is kept in this process as long as readers see the same: made once for each version of the data."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from django.db import connection

from pledges.history.as_of import known_on
from pledges.record import data_version

Made = TypeVar("Made")

# of each thing that of the last version alone, for each of the days lately asked for
KEPT: OrderedDict[Hashable, tuple[data_version.Version, object]] = OrderedDict()
MOST_KEPT = 500


def per_version(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, or gave before of the same version and the same day.

    Always made anew within a transaction: an editor sees there what nobody else does.
    """
    if connection.in_atomic_block:
        return make()
    key = (key, known_on())
    version, made = KEPT.get(key, (None, None))
    if version != (current := data_version.current()):
        version, made = KEPT[key] = current, make()
        while len(KEPT) > MOST_KEPT:
            KEPT.popitem(last=False)
    return made
