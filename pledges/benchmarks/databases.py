"""The databases that the benchmarks ask, kept in `var/bench` and made anew when what makes them has changed."""

import hashlib
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from pledges.benchmarks.running import ROOT, RUN, run
from pledges.tests.with_postgres import postgres

FOLDER = ROOT / "var" / "bench"
# the real data set without anything invented
REAL = 387
MAKERS = ("pledges/benchmarks/data.py", "pledges/migrations/*.py", "fixtures/*.json")


def edition(*more: str) -> str:
    """A short mark of all files that decide what is in them."""
    digest = hashlib.sha256()
    for pattern in (*MAKERS, *more):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def fill(rows: int, history: int, **environment):
    run(sys.executable, "manage.py", "migrate", "-v0", **environment)
    run(*RUN, "pledges.benchmarks.data", str(rows), "--history", str(history), **environment)


def kept(name: str, make, *made_by: str) -> Path:
    """The file of that name, made by `make(path)` if there is none of this edition; others of the name go."""
    path = FOLDER / f"{name}-{edition(*made_by)}.sqlite3"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob(f"{name}-????????.sqlite3*"):
            old.unlink()
        print(f"Making {path.relative_to(ROOT)} ...", file=sys.stderr, flush=True)
        unfinished = path.with_suffix(".unfinished")
        for old in FOLDER.glob(f"{unfinished.name}*"):
            old.unlink()
        make(unfinished)
        os.replace(unfinished, path)
    return path


def environment_of(path: Path) -> dict[str, str]:
    return {"SQLITE_PATH": str(path), "DATABASE_URL": ""}


def sqlite(rows: int, history: int = 0) -> dict[str, str]:
    """The environment of a site with so many pledges on SQLite."""
    name = f"{rows}-history-{history}" if history else str(rows)
    return environment_of(kept(name, lambda path: fill(rows, history, **environment_of(path))))


@contextmanager
def postgresql(rows: int, history: int = 0):
    """The same on a PostgreSQL that lives as long as it is needed."""
    with postgres() as url:
        fill(rows, history, DATABASE_URL=url)
        yield {"DATABASE_URL": url}


def peer(rows: int, *options: str) -> Path:
    """A database with the rows of `sqlite(rows)` as one table, as other programs show it."""
    source, program = sqlite(rows), "pledges.benchmarks.peer_data"
    return kept(
        "".join([f"{rows}-peer", *options]),
        lambda path: run(*RUN, program, str(path), *options, **source),
        f"{program.replace('.', '/')}.py",
    )
