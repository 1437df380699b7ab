"""What the benchmarks share: starting programs and servers, asking them, taking turns, tables. No Django here."""

import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
TICKS = os.sysconf("SC_CLK_TCK")
RUN = [sys.executable, "-W", "ignore", "-m"]


# Programs


def run(*command, **environment):
    """What a program writes; where it fails, what it complained of."""
    done = subprocess.run(  # noqa: S603
        command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return done.stdout


def timed(command, **environment):
    started = time.perf_counter()
    subprocess.run(command, env=os.environ | environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.perf_counter() - started


# Servers


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def fetch(port, path):
    """Seconds to the first byte of the body and to the last, and the number of bytes received."""
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        buffer, head, size, first = bytearray(1 << 20), b"", 0, None
        while received := connection.recv_into(buffer):
            size += received
            if first is None:
                head += buffer[:received]
                if not head.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(f"{path}\n{head[:500].decode(errors='replace')}")
                _head, separator, body = head.partition(b"\r\n\r\n")
                if separator and body:
                    first = time.perf_counter() - started
    return first, time.perf_counter() - started, size


@contextmanager
def serving(command, port, path, **environment):
    """A server while it is needed; ready once it answers at `path`."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, **QUIET)  # noqa: S603
    try:
        for _ in range(600):
            try:
                fetch(port, path)
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def site(workers=1, **environment):
    """(port, process) of the site, and what else `wsgi` has, under its own configuration of gunicorn.

    But no worker is replaced by a fresh one, which at these rates would be every second.
    """
    port = free_port()
    command = [*RUN, "gunicorn", "--config", "pledges/gunicorn.py", "--max-requests", "0", "pledges.benchmarks.wsgi"]
    environment |= {"PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    with serving(command, port, "/healthz", **environment) as process:
        yield port, process


def children(pid):
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processor_seconds(server) -> float:
    """What a server (its process) and its workers have taken of the processors, those that ended included."""

    def times(pid, first, last):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[first:last]))

    # fields 14 to 17 of proc(5): its own, and those of children that it waited for
    return (times(server.pid, 11, 15) + sum(times(child, 11, 13) for child in children(server.pid))) / TICKS


def until_idle(server):
    """Waits for what a server does beside its answers, or for readers who have gone."""
    found = -1
    while processor_seconds(server) - found > 2 / TICKS:
        found = processor_seconds(server)
        time.sleep(0.5)


# Taking turns


def in_turn(contestants: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """{name: seconds of each round}: all are asked in each round, in random order; a first round warms up."""
    found = {name: [] for name in contestants}
    for number in range(rounds + 1):
        print(f"Round {number} of {rounds} ..." if number else "Warming up ...", file=sys.stderr, flush=True)
        for name in random.sample(list(contestants), len(contestants)):
            took = contestants[name]()
            if number:
                found[name].append(took)
    return found


def ratios(theirs: list[float], ours: list[float]) -> list[float]:
    """Their time divided by ours, round by round."""
    return [one / other for one, other in zip(theirs, ours, strict=True)]


# Tables


def table(heading: Iterable, rows: Iterable[Iterable]):
    """Prints a table as Markdown has it."""
    heading = list(heading)
    print(f"\n| {' | '.join(map(str, heading))} |\n|{'---|' * len(heading)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def seconds(times: list[float]) -> str:
    """The median, in the unit that is read best."""
    found = statistics.median(times)
    return f"{found:.1f} s" if found >= 1 else f"{1000 * found:.0f} ms"


def verdict(value: float, bar: float, at_most=False) -> str:
    """A number beside its bar, and whether it is met."""
    met = value <= bar if at_most else value >= bar
    return f"{value:.3g} ({'at most' if at_most else 'at least'} {bar:g}: {'met' if met else 'not met'})"
