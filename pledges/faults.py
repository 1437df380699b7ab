"""Faults that may pass: a database that is away, a disk without room, too much asked at once. What the log and the
reader are told."""

import errno
import logging
import re
import traceback
from threading import Lock

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from pledges import limits

RETRY_AFTER_SECONDS = 30
# of what waits for others
BUSY_SECONDS = 5
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# how SQLite and PostgreSQL say it
FULL_DATABASE = ("disk is full", "No space left on device")
# of PostgreSQL: the values of the row that it refused, up to where a traceback goes on
ROW = re.compile(r"\nDETAIL:.*?(?=\n\n(?:The above|During)|\Z)", re.DOTALL)

AWAY = _("The database does not answer at the moment. Please try again in a minute.")
TOO_LONG = _("What you asked for takes too long and was stopped. Please ask for less at once.")
BUSY = _("Others look at past days or fetch large files at the moment, which takes long. Please try again in a moment.")
FULL = _("The disk of this site is full: what you asked for was not done. Please try again later.")

log = logging.getLogger(__name__)


class LineFormatter(logging.Formatter):
    """Log lines without the values of rows: drafts are nobody's to read in a log."""

    def formatException(self, ei):
        return ROW.sub("", super().formatException(ei))


class Outage:
    """Whether the database was away when it was last asked.

    While it is, one request at a time looks for it, and waits; the others are answered at once, so that threads
    stay free for what needs no database.
    """

    def __init__(self):
        self.is_on = False
        self.search = Lock()

    def lasts(self):
        if not self.is_on:
            return False
        if not self.search.acquire(blocking=False):
            return True
        try:
            renew_connections()
            connection.ensure_connection()
            self.is_on = False
        except (OperationalError, InterfaceError) as error:
            log.warning("The database is still away: %s", in_short(error))
        finally:
            self.search.release()
        return self.is_on


OUTAGE = Outage()


def renew_connections() -> bool:
    """Replaces connections to PostgreSQL that ended meanwhile, this thread's and those in the pool.

    False where there is nothing to renew: within a transaction, and of SQLite.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block or not connection.pool:
        return False
    connection.close()
    connection.pool.check()
    return True


def words_for(exception):
    """What to tell readers of a fault that is not theirs and may pass; None for any other."""
    causes = []
    while cause := (causes[-1].__cause__ or causes[-1].__context__) if causes else exception:
        causes.append(cause)
    if any(is_of_a_full_disk(cause) for cause in causes):
        return FULL
    if any(limits.is_too_long(cause) for cause in causes):
        return TOO_LONG
    if isinstance(exception, limits.Busy):
        return BUSY
    return AWAY if isinstance(exception, (OperationalError, InterfaceError)) else None


def is_of_a_full_disk(exception):
    if isinstance(exception, OSError):
        return exception.errno in NO_ROOM
    return isinstance(exception, OperationalError) and any(words in str(exception) for words in FULL_DATABASE)


def may_pass(request, exception):
    """Whether a fault is one that may pass; the log gets it, and an outage begins with it."""
    words = words_for(exception)
    if words:
        log.error("503 for %s: %s: %s", request.path, type(exception).__name__, in_short(exception))
        OUTAGE.is_on = OUTAGE.is_on or words is AWAY
    return bool(words)


def in_short(exception):
    """A message in one line, without the values of rows."""
    return " ".join(ROW.sub("", str(exception)).split())


def note_refused(request, exception):
    """Says in the log where an error was raised that is answered as garbage: it may be a fault of ours after all."""
    at = traceback.extract_tb(exception.__traceback__)[-1:]
    where = f"{at[0].name}, line {at[0].lineno}" if at else "an unknown place"
    log.warning("400 for %s: %s in %s", request.path, type(exception).__name__, where)
