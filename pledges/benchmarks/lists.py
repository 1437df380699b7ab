"""`make bench-list`: the list with all its counts against Datasette, its growth, and on demand other pages and days.

All servers run side by side; each request is one of all jobs in random order, round by round. A ratio is Datasette's
time divided by ours: above 1, we are faster. Nothing is taken from a cache: every answer is made anew.
"""

import argparse
import json
import sqlite3
import statistics
import sys
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from pledges.benchmarks import databases
from pledges.benchmarks.running import (
    RUN,
    fetch,
    free_port,
    in_turn,
    ratios,
    run,
    seconds,
    serving,
    site,
    table,
    until_idle,
    verdict,
)

SMALL, LARGE = databases.REAL, 100_000
SIZES = (SMALL, 10_000, LARGE)
PER_PAGE = 40
DATASETTE = databases.FOLDER / "datasette" / "bin" / "python"
SETTINGS = {
    "sql_time_limit_ms": 600_000,
    "facet_time_limit_ms": 600_000,
    "facet_suggest_time_limit_ms": 600_000,
    "suggest_facets": 0,
    "default_facet_size": 1000,
    "max_returned_rows": 10_000,
    "num_sql_threads": 4,
    "default_cache_ttl": 0,
}
UNCACHED = {"CACHE_URL": "none", "BENCH_COLUMNS": ""}
LIST = "/en/pledges/"
PAGES = {
    "matrix": "/en/matrix/",
    "timeline": "/en/timeline/",
    "map": "/en/map/",
    "overview": "/en/",
    "sources": "/en/sources/",
    "disagreements": "/en/disagreements/",
}
# words that begin no other: Datasette finds whole ones only
WORDS = {"a word that is nowhere": "xylophone", "a word of 1 %": "hospitals", "a word of 40 %": "military"}
# as many pledges and records as when the days past were measured first
PLEDGES_WITH_HISTORY, RECORDS = 2_000, 21


def queries(peer: Path) -> dict[str, tuple[dict, dict]]:
    """{name: the parameters of ours, those of Datasette} of what is asked of all sizes; the most frequent values."""
    database = sqlite3.connect(peer)
    country, type_ = most_frequent(database, "country, type")
    (status,) = most_frequent(database, "status")
    first, last = "2016-01-01", "2016-03-31"
    pair, days = {"country": country, "type": type_}, {"announced_on__gte": first, "announced_on__lte": last}
    return {
        "none": ({}, {}),
        "country + type": (pair, pair),
        "three months": ({"announced_after": first, "announced_before": last}, days),
        "one status": ({"status": status}, {"status": status}),
        **{name: ({"q": word}, {"_search": word}) for name, word in WORDS.items()},
    }


def most_frequent(database, columns):
    chosen = f"SELECT {columns} FROM pledges WHERE country IS NOT NULL"  # noqa: S608
    return database.execute(f"{chosen} GROUP BY {columns} ORDER BY count(*) DESC LIMIT 1").fetchone()


def columns(peer: Path) -> list[str]:
    return [name for _n, name, *_ in sqlite3.connect(peer).execute("PRAGMA table_info(pledges)")]


@contextmanager
def datasette(peers: dict[int, Path]):
    """The port of a Datasette with the databases of all sizes."""
    port, names = free_port(), [path.stem for path in peers.values()]
    metadata = {"databases": {name: {"tables": {"pledges": {"fts_table": "words", "fts_pk": "id"}}} for name in names}}
    described = databases.FOLDER / "datasette.json"
    described.write_text(json.dumps(metadata))
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, str(value))]
    command = [DATASETTE, "-m", "datasette", "serve", *peers.values(), "-p", str(port), "-m", described, *settings]
    with serving(list(map(str, command)), port, "/-/versions.json"):
        yield port


def of_datasette(peer: Path, parameters: dict, extension="") -> str:
    """The address of its table with all counts, in our order, as many rows a page as ours, without the long texts."""
    chosen = {"_sort_desc": "announced_on", "_size": PER_PAGE, **parameters}
    names = columns(peer)
    first, end = names.index("country"), names.index("summary_en")
    more = [("_facet", name) for name in names[first:end]] + [("_nocol", name) for name in names[end:]]
    return f"/{peer.stem}/pledges{extension}?{urlencode([*chosen.items(), *more], quote_via=quote)}"


def ours(parameters: dict, **more) -> str:
    return f"{LIST}?{urlencode(parameters | more)}" if parameters or more else LIST


def number(port, path, *keys) -> int:
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:  # noqa: S310
        found = json.load(answer)
    return next(found[key] for key in keys if key in found)


class Jobs(dict):
    """{name: function that asks for a page and gives the seconds}."""

    def add(self, name, port, path):
        self[name] = lambda: fetch(port, path)[1]


class Comparison:
    """The servers of one run, what is asked of them, and what came of it."""

    def __init__(self, stack: ExitStack, sizes: tuple[int, ...], postgres: bool):
        self.stack, self.sizes, self.jobs = stack, sizes, Jobs()
        self.ours = {size: self.start(databases.postgresql if postgres else databases.sqlite, size) for size in sizes}
        self.database = databases.postgresql if postgres else databases.sqlite

    def start(self, database, *size) -> int:
        """The port of a site with so many pledges."""
        environment = database(*size)
        if not isinstance(environment, dict):
            environment = self.stack.enter_context(environment)
        port, process = self.stack.enter_context(site(**UNCACHED, **environment))
        with suppress(RuntimeError):
            fetch(port, LIST)  # begins what is made once: of a million pledges it takes longer than a reader waits
        until_idle(process)
        fetch(port, LIST)
        return port

    def add_lists(self, options: tuple[str, ...]):
        peers = {size: databases.peer(size, *options) for size in self.sizes}
        theirs, self.queries = self.stack.enter_context(datasette(peers)), queries(peers[self.sizes[-1]])
        for size in self.sizes:
            for name, (here, there) in self.queries.items():
                self.same_matches(size, name, ours(here), theirs, of_datasette(peers[size], there, ".json"))
                self.jobs.add(("ours", size, name), self.ours[size], ours(here))
                self.jobs.add(("Datasette", size, name), theirs, of_datasette(peers[size], there))
            # the last tenth of the pages
            deep = number(self.ours[size], "/en/pledges.json?per_page=1", "count", "total") * 9 // 10 // PER_PAGE
            self.jobs.add(("ours", size, "90 % depth"), self.ours[size], ours({}, page=deep))

    def same_matches(self, size, name, here, theirs, there):
        path = here.replace(LIST, "/en/pledges.json")
        found = number(self.ours[size], f"{path}{'&' if '?' in path else '?'}per_page=1", "count", "total")
        expected = number(theirs, there, "filtered_table_rows_count")
        if found != expected:
            sys.exit(f"{size}, {name}: {found} pledges here, {expected} in Datasette: nothing to compare")

    def add_pages(self):
        for size in (SMALL, LARGE):
            for name, path in PAGES.items():
                self.jobs.add(("page", size, name), self.ours[size], path)

    def add_day(self):
        port = self.start(self.database, PLEDGES_WITH_HISTORY, RECORDS)
        # the data was loaded on this day, or before it
        day = datetime.now(UTC).date()
        self.jobs.add(("day", "today"), port, LIST)
        self.jobs.add(("day", "as_of"), port, ours({"as_of": day}))

    def measure(self, rounds: int):
        self.times = in_turn(self.jobs, rounds)

    # What is printed

    def ratio(self, size, name) -> float:
        return statistics.median(ratios(self.times["Datasette", size, name], self.times["ours", size, name]))

    def print_lists(self):
        def cell(size, name):
            ours, theirs = self.times["ours", size, name], self.times["Datasette", size, name]
            return f"{self.ratio(size, name):.3g} ({seconds(theirs)} / {seconds(ours)})"

        means = {
            size: statistics.geometric_mean(self.ratio(size, name) for name in self.queries) for size in self.sizes
        }
        rows = [[name, *(cell(size, name) for size in self.sizes)] for name in self.queries]
        rows.append(["geometric mean", *(f"{mean:.2f}" for mean in means.values())])
        table(["Datasette's time / ours", *(f"{size:,}" for size in self.sizes)], rows)
        table(["bar", "least of all", "geometric mean"], [self.list_bar(size, means[size]) for size in self.sizes])

    def list_bar(self, size, mean):
        least, in_mean = (1, 1.5) if size == SMALL else (3, 10)
        lowest = min(self.ratio(size, name) for name in self.queries)
        if SMALL < size < LARGE:
            return f"{size:,}: no bar", f"{lowest:.2f}", f"{mean:.2f}"
        return f"{size:,}", verdict(lowest, least), verdict(mean, in_mean)

    def over(self, job, base) -> float:
        return statistics.median(ratios(self.times[job], self.times[base]))

    def print_growth(self):
        middle, largest = self.sizes[1], self.sizes[-1]
        rows = [
            [name, verdict(self.over(("ours", largest, name), ("ours", middle, name)), 3, at_most=True)]
            for name in self.queries
        ]
        table([f"time of the list at {largest:,} / at {middle:,}", "growth"], rows)
        rows = [
            [f"{size:,}", verdict(self.over(("ours", size, "90 % depth"), ("ours", size, "none")), 2, at_most=True)]
            for size in self.sizes
        ]
        table(["pledges", "page at 90 % depth / the first"], rows)

    def print_pages(self):
        rows = [
            [
                name,
                verdict(self.over(("page", LARGE, name), ("page", SMALL, name)), 4, at_most=True),
                f"{seconds(self.times['page', SMALL, name])} / {seconds(self.times['page', LARGE, name])}",
            ]
            for name in PAGES
        ]
        table(["page", f"time at {LARGE:,} / at {SMALL}", f"{SMALL} / {LARGE:,}"], rows)

    def print_day(self):
        day, today = ("day", "as_of"), ("day", "today")
        records = PLEDGES_WITH_HISTORY * RECORDS
        heading = f"list of a past day / of today, {PLEDGES_WITH_HISTORY:,} pledges with {records:,} records"
        times = f"{seconds(self.times[day])} / {seconds(self.times[today])}"
        table([heading, "times"], [[verdict(self.over(day, today), 3, at_most=True), times]])


def print_index(sizes, postgres):
    """What making the index of a worker takes, in a process of its own."""
    rows = []
    for size in sizes:
        if postgres:
            with databases.postgresql(size) as environment:
                made = json.loads(run(*RUN, "pledges.benchmarks.index", **environment))
        else:
            made = json.loads(run(*RUN, "pledges.benchmarks.index", **databases.sqlite(size)))
        rows.append([f"{size:,}", f"{made['seconds']:.2f} s", f"{made['kept']:.0f} MB", f"{made['peak']:.0f} MB"])
    table(["index of", "made in", "memory it keeps", "memory at the peak"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE, help="how many pledges the largest database has")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgres", action="store_true", help="ours on PostgreSQL, filled anew each time")
    parser.add_argument("--indexed", action="store_true", help="give Datasette an index for each facet")
    parser.add_argument("--pages", action="store_true", help="other pages at 100,000 against 387 pledges, too")
    parser.add_argument("--as-of", action="store_true", help="the list of a past day against that of today, too")
    parser.add_argument("--index", action="store_true", help="only what making the index takes, in time and memory")
    options = parser.parse_args()
    sizes = tuple(sorted({*SIZES, options.rows}))
    if options.index:
        return print_index(sizes[1:], options.postgres)
    with ExitStack() as stack:
        compared = Comparison(stack, sizes, options.postgres)
        compared.add_lists(("--indexed",) if options.indexed else ())
        if options.pages:
            compared.add_pages()
        if options.as_of:
            compared.add_day()
        compared.measure(options.rounds)
    print(f"### The list, {'PostgreSQL' if options.postgres else 'SQLite'}, {options.rounds} rounds")
    compared.print_lists()
    compared.print_growth()
    if options.pages:
        compared.print_pages()
    if options.as_of:
        compared.print_day()


if __name__ == "__main__":
    main()
