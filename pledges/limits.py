"""How long the questions of one reader may keep the database busy, and how many costly ones are answered at once.

So that neither takes the site from the others. Editors, commands and files that are on their way are not limited.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Condition, Lock
from time import monotonic
from typing import Any

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.pq import TransactionStatus

# costly answers at once in each process, how many more wait for their turn, and how long: fewer than gunicorn's threads
AT_ONCE = 2
WAITING = 1
PATIENCE_SECONDS = 2
# steps of SQLite between two looks at the clock: some milliseconds
STEPS = 100_000


class TooLong(OperationalError):
    """The time for the questions of a reader is over."""


class Busy(Exception):
    """There are as many costly questions under way as may be."""


# Time


class Limit:
    """The time that the questions of one request have: for each of them on PostgreSQL, for all on SQLite."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.end = monotonic() + seconds

    def is_over(self) -> bool:
        return monotonic() > self.end


LIMIT: ContextVar[Limit | None] = ContextVar("limit", default=None)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Within it what is asked of the database ends with an error when it takes longer; 0 for no limit."""
    token = LIMIT.set(Limit(seconds) if seconds else None)
    try:
        tell_all()
        yield
    finally:
        LIMIT.reset(token)
        tell_all()


def lift() -> None:
    """Takes the limit off what is still to come of this request: it is answered, or has begun to be.

    PostgreSQL goes on to limit each single question: it may be busy with one just now.
    """
    if limit := LIMIT.get():
        limit.end = math.inf


def put_off(seconds: float) -> None:
    """Gives this request so much more time, which it waited for something else than the database."""
    if limit := LIMIT.get():
        limit.end += seconds


def tell_all() -> None:
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            tell(connection)


@receiver(connection_created)
def begin(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if in_time not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, in_time)
    tell(connection)


def tell(connection: BaseDatabaseWrapper) -> None:
    """Tells the database what limit holds now. A connection of a pool remembers what it was told, by whomever."""
    raw = connection.connection
    if connection.vendor == "sqlite":
        # asked in the thread that waits for the answer, so of its limit
        raw.set_progress_handler(is_over, STEPS)
        return
    limit = LIMIT.get()
    seconds = limit.seconds if limit else 0
    if getattr(raw, "told_seconds", 0) == seconds:
        return
    if raw.info.transaction_status == TransactionStatus.ACTIVE:
        # what was not read to its end would have to be, first
        raw.told_seconds = None
        return
    try:
        # past Django: no question of the site
        raw.execute(f"SET statement_timeout = {int(seconds * 1000)}" if seconds else "RESET statement_timeout")
        # a transaction may yet take it back: then whoever comes next says it again
        raw.told_seconds = seconds if raw.info.transaction_status == TransactionStatus.IDLE else None
    except connection.Database.Error:
        raw.told_seconds = None


def is_over() -> bool:
    limit = LIMIT.get()
    return limit is not None and limit.is_over()


def in_time(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    if is_over():
        raise TooLong("The time for the questions of this request is over.")
    return execute(sql, params, many, context)


def is_too_long(exception: BaseException) -> bool:
    """Whether an error says that the limit was reached."""
    if isinstance(exception, TooLong) or getattr(exception, "sqlstate", None) == "57014":
        return True
    return isinstance(exception, OperationalError) and str(exception) == "interrupted"


# Turns


class Turns:
    """Lets so many in at once; some more wait for a while, all others are refused."""

    def __init__(self, at_once: int, waiting: int, patience: float):
        self.free, self.seats, self.patience = at_once, waiting, patience
        self.changed = Condition()

    def take(self) -> None:
        """Raises `Busy` where there is no turn."""
        with self.changed:
            if not self.free and self.seats:
                self.seats -= 1
                self.changed.wait_for(lambda: self.free, self.patience)
                self.seats += 1
            if not self.free:
                raise Busy
            self.free -= 1

    def give_back(self) -> None:
        with self.changed:
            self.free += 1
            self.changed.notify()


TURNS = Turns(AT_ONCE, WAITING, PATIENCE_SECONDS)


class Turn:
    """The turn of one request; it ends when all who hold it have left."""

    def __init__(self):
        TURNS.take()
        self.holders = 1
        self.change = Lock()

    def hold(self) -> None:
        with self.change:
            self.holders += 1

    def leave(self) -> None:
        with self.change:
            self.holders -= 1
            if self.holders:
                return
        TURNS.give_back()


TURN: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def in_turn(is_costly: bool = True) -> Iterator[None]:
    """What is costly is done in its turn, or `Busy` is raised; what is done within it has it already."""
    if not is_costly or TURN.get():
        yield
        return
    turn = Turn()
    token = TURN.set(turn)
    try:
        yield
    finally:
        TURN.reset(token)
        turn.leave()


def held_on() -> Callable[[], None]:
    """Keeps the turn of this request, if it has one, for what goes on after it; returns what ends that."""
    if turn := TURN.get():
        turn.hold()
        return turn.leave
    return lambda: None
