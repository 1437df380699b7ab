"""The index of this process: made when it is first asked for, brought up to date when the data has a new version."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from contextvars import copy_context
from datetime import date
from threading import Lock, Thread
from time import monotonic, sleep

from django.db import connection, connections

from pledges.history.as_of import known_on
from pledges.limits import limited, put_off
from pledges.models import Commitment
from pledges.query.index.bitmaps import Index
from pledges.query.index.making import add_words, made, renewed
from pledges.record import data_version
from pledges.record.data_version import Version

logger = logging.getLogger(__name__)

# the index of so many pledges is made at once, of more beside the requests, which ask the database meanwhile
MADE_AT_ONCE = 20_000
# seconds that a request waits for it, less than a question to the database may take
PATIENCE, PAUSE = 10, 0.1
# as long as no more pledges than this (and a hundredth of all) are numbered at the end, those that changed are added
MOST_LATE = 200
# versions kept: the last, and those before it that a request may still be asking for
KEPT = 4
DAYS_KEPT = 4


class Keeper:
    """Keeps the indexes of the last versions."""

    def __init__(self):
        self.kept: OrderedDict[str, Index] = OrderedDict()
        # those of past days, by version and day
        self.days: OrderedDict[str, Index] = OrderedDict()
        self.lock = Lock()
        self.is_making = False
        self.making: Thread | None = None
        # whether an open transaction may ask: what it sees is seen by nobody else (the tests run in one)
        self.in_transactions = False

    def current(self) -> Index | None:
        """The index of the data as it is now; None where there is none yet."""
        if connection.in_atomic_block and not self.in_transactions:
            return None
        version = data_version.current()
        if day := known_on():
            return self.of_day(day, version)
        return self.kept.get(version.mark) or self.brought_up_to_date(version) or self.awaited(version)

    def of_day(self, day: date, version: Version) -> Index | None:
        """The index of what was known on a day; None where there is too much for it to be worth making."""
        version = Version(version.number, f"{version.mark} {day}")
        if version.mark not in self.days and is_made_at_once():
            keep(self.days, complete(version), DAYS_KEPT)
        return self.days.get(version.mark)

    def brought_up_to_date(self, version: Version) -> Index | None:
        with self.lock:
            if version.mark in self.kept:
                return self.kept[version.mark]
            if index := self.from_earlier(version) or self.anew(version):
                keep(self.kept, index, KEPT)
            return index

    def awaited(self, version: Version) -> Index | None:
        """The index that is being made, if that does not take too long: the database would need as long to answer."""
        if not self.making:
            return None
        self.wait_for(lambda: version.mark in self.kept)
        return self.kept.get(version.mark) or (None if self.is_making else self.brought_up_to_date(version))

    def with_words(self, index: Index) -> Index | None:
        """An index with the words, which come last and are waited for likewise; None where they are not there yet."""
        if not index.columns.words:
            self.wait_for(lambda: index.columns.words)
        return index if index.columns.words else None

    def wait_for(self, is_there: Callable[[], object]) -> None:
        """Waits while an index is being made, for what is there before all of it is."""
        began = monotonic()
        while self.is_making and not is_there() and monotonic() < began + PATIENCE:
            sleep(PAUSE)
        # else little of it would be left for what the database is asked in place of the index
        put_off(monotonic() - began)

    def from_earlier(self, version: Version) -> Index | None:
        """The index, from one of an earlier version that is not much older."""
        for index in reversed(self.kept.values()):
            if not index.columns.words:  # of changed pledges they would be lost
                continue
            changed = data_version.changes_since(index.version)
            most = MOST_LATE + len(index.public) // 100
            if changed is not None and len(changed) + len(index.late) <= most:
                return renewed(index, version, changed)
        return None

    def anew(self, version: Version) -> Index | None:
        """The index, from nothing; None where that takes long: then it is under way."""
        if self.is_making:
            return None
        if is_made_at_once():
            return complete(version)
        thread = Thread(target=copy_context().run, args=[self.make_beside, version], name="index", daemon=True)
        self.is_making = True
        try:
            thread.start()
        except RuntimeError:
            # as many threads as there may be
            self.is_making = False
            raise
        self.making = thread
        return None

    def make_beside(self, version: Version) -> None:
        try:
            with limited(0):
                index = made(version)
                with self.lock:
                    keep(self.kept, index, KEPT)
                add_words(index.columns)
        except Exception:
            logger.exception("The index of the pledges could not be made: the database is asked instead.")
        finally:
            self.is_making = False
            connections.close_all()


def is_made_at_once() -> bool:
    return not Commitment.objects.public()[MADE_AT_ONCE:].exists()


def keep(indexes: OrderedDict[str, Index], index: Index, most: int) -> None:
    """Keeps the index beside others, of which the oldest go."""
    indexes[index.version.mark] = index
    while len(indexes) > most:
        indexes.popitem(last=False)


def complete(version: Version) -> Index:
    """The index with the words."""
    index = made(version)
    add_words(index.columns)
    return index


KEEPER = Keeper()
current, with_words = KEEPER.current, KEEPER.with_words
