"""The stack of Python under a request: no loop, however deep it stands, asks the system for memory with each call."""

import resource

from pledges.middleware import UnbrokenStackMiddleware

TIMES = 2000


def nothing():
    pass


def looping(levels):
    """Calls something many times on each of so many levels: some of them stand at the end of a piece."""
    for _ in range(TIMES):
        nothing()
    if levels:
        looping(levels - 1)


def taken():
    """How often the system has given the process a page of memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def test_a_loop_at_any_depth_of_a_request_stays_on_one_piece_of_stack():
    before = taken()
    UnbrokenStackMiddleware(looping)(400)
    assert taken() - before < TIMES
