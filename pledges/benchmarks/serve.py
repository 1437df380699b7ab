"""`make bench-serve`: the rate of what has not changed against a hello-world view, and what a mixed load costs.

The rate: pages and files of the real data, under the site's own configuration of gunicorn with two workers, by wrk
where it is installed. The load: requests as readers make them, of 2,400 pledges, in the same random order each time;
the time is that of the processors in all processes of the server, so other work on the machine hardly counts.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from multiprocessing import Pool
from urllib.parse import urlencode

from pledges.benchmarks import databases
from pledges.benchmarks.running import in_turn, processor_seconds, site, table, until_idle, verdict

WORKERS = 2
CONNECTIONS = 8
# bars: share of the rate of hello world
BARS = {"sqlite": 0.6, "postgresql": 0.45}
HELLO = "/hello"
# what is asked for, and whether with the tag of what the reader has
UNCHANGED = {
    "page, from the cache": ("/en/pledges/", False),
    "page, 304": ("/en/pledges/", True),
    "csv, 304": ("/en/pledges.csv", True),
    "zip, 304": ("/en/pledges.zip", True),
}
PLEDGES, REQUESTS = 2_400, 600
MOST_MILLISECONDS = 15


# The rate


def tag(port, path):
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers_of(""))
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200 or not answer.headers["ETag"]:
        sys.exit(f"{path} answers {answer.status}, with the tag {answer.headers['ETag']}")
    return answer.headers["ETag"]


def headers_of(entity_tag):
    """What a browser sends that has been here before, or has not."""
    headers = {"Host": "localhost", "Accept-Encoding": "gzip, br"}
    return headers | ({"If-None-Match": entity_tag} if entity_tag else {})


def rate(port, path, entity_tag, seconds):
    """Requests a second over a few connections that stay open."""
    if shutil.which("wrk"):
        headers = [f"{name}: {value}" for name, value in headers_of(entity_tag).items()]
        headers = [part for header in headers for part in ("-H", header)]
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", *headers, f"http://127.0.0.1:{port}{path}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
        return next(float(line.split()[1]) for line in said.splitlines() if line.startswith("Requests/sec"))
    with Pool(CONNECTIONS) as pool:
        return sum(pool.starmap(rate_of_one, [(port, path, entity_tag, seconds)] * CONNECTIONS))


def rate_of_one(port, path, entity_tag, seconds):
    """The same over one connection, without wrk."""
    headers = headers_of(entity_tag)
    connection, number, end = HTTPConnection("127.0.0.1", port), 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
        number += 1
    connection.close()
    return number / seconds


def each(process, port, path, entity_tag, seconds):
    """Seconds for a request; where none was answered in time, at least so many."""
    found = rate(port, path, entity_tag, seconds)
    # what nobody waits for any more would take from whoever comes next
    until_idle(process)
    return 1 / max(found, 1 / seconds)


def print_rates(name, environment, rounds, length):
    with site(WORKERS, **environment) as (port, process):
        tags = {what: tag(port, path) if tagged else "" for what, (path, tagged) in UNCHANGED.items()}
        contestants = {HELLO: partial(each, process, port, HELLO, "", length)}
        for what, (path, _tagged) in UNCHANGED.items():
            contestants[what] = partial(each, process, port, path, tags[what], length)
        times = in_turn(contestants, rounds)
    rates = {what: statistics.median(1 / took for took in found) for what, found in times.items()}
    shares = {
        what: statistics.median(hello / took for hello, took in zip(times[HELLO], times[what], strict=True))
        for what in UNCHANGED
    }
    print(f"\n### Unchanged, {name}, {WORKERS} workers, {CONNECTIONS} connections, {rounds} rounds of {length} s")
    rows = [[what, verdict(shares[what], BARS[name]), f"{rates[what]:.0f}"] for what in UNCHANGED]
    table(["rate / that of hello world", "ratio", f"a second (hello world: {rates[HELLO]:.0f})"], rows)


# The mixed load


class Readers:
    """What readers ask for: each address drawn anew, so that one comes again as seldom as in life.

    Of a hundred requests 40 are lists (a fifth of them without any filter, as the site is entered, the others by
    country, type, status, word, page), 35 pages of single pledges, 8 other pages, 10 files (half of them all pledges),
    7 feeds (half of them the main one). Nobody sends a tag, nothing is edited.
    """

    SHARES = {"list": 40, "pledge": 35, "page": 8, "file": 10, "feed": 7}
    PAGES = ("", "matrix/", "timeline/", "map/", "sources/", "countries/", "disagreements/", "about/")
    FILES = ("csv", "csv", "csv", "xlsx", "json", "jsonl", "zip")
    WORDS = ("trainers", "hospitals", "Mosul", "aircraft", "مدربين", "humanitarian", "F-16", "Kurdish")

    def __init__(self, pledges: list[dict]):
        self.chance, self.pledges = random.Random(2016), pledges  # noqa: S311

    def requests(self, number: int) -> list[tuple[str, str]]:
        """[(kind, path)]"""
        kinds = self.chance.choices(list(self.SHARES), list(self.SHARES.values()), k=number)
        return [(kind, self.language() + getattr(self, kind)()) for kind in kinds]

    def language(self):
        return self.chance.choice(("/en/", "/en/", "/ar/"))

    def conditions(self):
        """One or two conditions, as a pledge has them, so that something is found."""
        pledge, chance = self.chance.choice(self.pledges), self.chance
        every = {
            "country": pledge["country_iso2"] or "none",
            "type": pledge["type"],
            "status": pledge["status"],
            "year": (pledge["announced_on"] or "2016")[:4],
            "q": chance.choice(self.WORDS),
        }
        return {name: every[name] for name in chance.sample(list(every), chance.choice((1, 1, 2)))}

    def list(self):
        if self.chance.random() < 0.2:
            return "pledges/"
        page = {"page": self.chance.randint(2, 5)} if self.chance.random() < 0.2 else {}
        return f"pledges/?{urlencode(self.conditions() | page)}"

    def pledge(self):
        return f"pledges/{self.chance.choice(self.pledges)['slug']}/"

    def page(self):
        return self.chance.choice(self.PAGES)

    def some(self, extension):
        chosen = "" if self.chance.random() < 0.5 else f"?{urlencode(self.conditions())}"
        return f"pledges.{extension}{chosen}"

    def file(self):
        return self.some(self.chance.choice(self.FILES))

    def feed(self):
        return self.some("atom")


def ask(port, path) -> int:
    """The status of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    # as browsers do, and programs that fetch feeds
    connection.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    while answer.read(1 << 20):
        pass
    connection.close()
    return answer.status


def all_pledges(port) -> list[dict]:
    lines = []
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/en/pledges.jsonl", headers={"Host": "localhost"})
    lines = connection.getresponse().read().decode().splitlines()
    return [json.loads(line) for line in lines]


def print_load(name, environment, number):
    with site(WORKERS, **environment) as (port, process):
        requests = Readers(all_pledges(port)).requests(number)
        for path in ("/en/", "/ar/"):  # whatever is made once
            ask(port, path)
        until_idle(process)
        before, took = processor_seconds(process), Counter()
        with ThreadPoolExecutor(WORKERS) as pool:
            statuses = Counter(pool.map(lambda request: ask(port, request[1]), requests))
        cost = 1000 * (processor_seconds(process) - before) / number
        # one after the other: what each kind costs
        for kind in Readers.SHARES:
            of_kind = [path for found, path in requests if found == kind]
            before = processor_seconds(process)
            for path in of_kind:
                ask(port, path)
            took[kind] = 1000 * (processor_seconds(process) - before) / len(of_kind)
    distinct = len({path for _kind, path in requests}) / number
    print(f"\n### Mixed load, {name}, {PLEDGES:,} pledges, {number} requests, {distinct:.0%} of the addresses distinct")
    if set(statuses) != {200}:
        print(f"Not all were answered: {dict(statuses)}")
    rows = [["all", f"{verdict(cost, MOST_MILLISECONDS, at_most=True)}"]]
    rows += [[f"{kind}, asked again", f"{milliseconds:.0f}"] for kind, milliseconds in took.items()]
    table(["requests", "ms of the processors for each"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="how long each is asked in a round")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of the mixed load")
    parser.add_argument("--only", choices=BARS)
    parser.add_argument("--skip", choices=["rate", "load"])
    options = parser.parse_args()
    for name in BARS:
        if options.only not in {None, name}:
            continue
        with ExitStack() as stack:
            if options.skip != "rate":
                print_rates(name, database(stack, name, databases.REAL), options.rounds, options.seconds)
            if options.skip != "load":
                print_load(name, database(stack, name, PLEDGES), options.requests)


def database(stack, name, size):
    """The environment of a site with so many pledges and one record each in its history."""
    made = (databases.sqlite if name == "sqlite" else databases.postgresql)(size, 0 if size == databases.REAL else 1)
    return {"BENCH_COLUMNS": ""} | (made if isinstance(made, dict) else stack.enter_context(made))


if __name__ == "__main__":
    main()
