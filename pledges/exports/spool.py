"""Files that are made at the speed of the database and read at the speed of the reader.

A spool is a file without a name: it is gone when it is closed, or when the process ends.
"""

import os
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from contextvars import copy_context
from functools import partial
from hashlib import blake2b
from threading import Condition, Thread
from typing import Self

from django.conf import settings
from django.db import connections
from django.utils.translation import get_language, override

from pledges import limits

PIECE = 256 * 1024


def in_spool_folder(make, **kwargs):
    """What a function of `tempfile` makes, in the folder for files under way."""
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    return make(dir=settings.SPOOL_DIR, prefix=settings.SPOOL_PREFIX, **kwargs)


temporary_file = partial(in_spool_folder, tempfile.TemporaryFile)
temporary_folder = partial(in_spool_folder, tempfile.TemporaryDirectory)


class Spool:
    """Iterates over the pieces of the file that `fill` writes, waiting where the writing is slower.

    A failure of the writer is raised where the reader would go on: it never looks like the end.
    Both sides close it; the file goes with the last of them.
    """

    def __init__(self):
        self.file = temporary_file(buffering=0)
        self.size = self.position = 0
        self.is_complete = self.is_abandoned = False
        self.failure = None
        self.changed = Condition()

    def fill(self, chunks: Generator[bytes, None, None]) -> None:
        """Writes all chunks, or as many as there are before the reader leaves; closes them. Never raises."""
        try:
            with closing(chunks):
                for number, chunk in enumerate(chunks):
                    if number:
                        # what has begun to come is let through
                        limits.lift()
                    if self.is_abandoned:
                        break
                    self.write(chunk)
        except BaseException as failure:
            self.failure = failure
        finally:
            with self.changed:
                self.is_complete = True
                self.close_if_done()
                self.changed.notify_all()

    def write(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[self.file.write(rest) :]
        with self.changed:
            self.size += len(chunk)
            self.changed.notify_all()

    def wait(self):
        """Waits until there is something to read or the writing ended; raises what broke it off."""
        with self.changed:
            self.changed.wait_for(lambda: self.position < self.size or self.is_complete)
        if self.position >= self.size and self.failure:
            raise self.failure

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        self.wait()
        piece = os.pread(self.file.fileno(), min(PIECE, self.size - self.position), self.position)
        if not piece:
            raise StopIteration
        self.position += len(piece)
        return piece

    def close(self):
        """Called when the reader has all or has left."""
        with self.changed:
            self.is_abandoned = True
            self.close_if_done()

    def close_if_done(self):
        if self.is_complete and self.is_abandoned:
            self.file.close()


def spooled(make_chunks: Callable[[], Generator[bytes, None, None]]) -> tuple[Spool, str]:
    """The complete file that the function's chunks make, and its entity tag; raises what they raise."""
    spool, digest = Spool(), blake2b(digest_size=16)

    def digested():
        with closing(make_chunks()) as chunks:
            for chunk in chunks:
                digest.update(chunk)
                yield chunk

    spool.fill(digested())
    if spool.failure:
        spool.close()
        raise spool.failure
    return spool, f'"{digest.hexdigest()}"'


def spooling(make_chunks: Callable[[], Iterable[bytes]]) -> Spool:
    """The file while it grows: begun when this returns; raises what happens before that."""
    spool = Spool()

    def started():
        # here, so that a failure to begin reaches the reader, too
        yield from make_chunks()

    leave, language = limits.held_on(), get_language()

    def work():
        # this thread has connections of its own, and nobody else to close them
        try:
            with limits.limited(0), override(language):
                spool.fill(started())
        finally:
            connections.close_all()
            leave()

    # in the context of this thread: which day is asked for is part of it
    Thread(target=copy_context().run, args=[work], name="spooling", daemon=True).start()
    try:
        spool.wait()
    except BaseException:
        spool.close()
        raise
    return spool
