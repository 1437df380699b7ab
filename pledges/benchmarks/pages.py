"""How long each public page takes, as a ratio to the plain list of pledges in the same run.

    make bench-pages

Pages are asked for in turn, in process, on the database that the site uses (the real data, say);
each number is the median of the rounds, so that other work on the machine falls on all alike.
"""

import os
import statistics
import time
from datetime import UTC, datetime
from functools import partial

import django
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.benchmarks.running import in_turn
from pledges.settings import cache_from_url

ROUNDS = 15
PLAIN = "/en/pledges/"
PAGES = (
    "/en/",
    "/ar/pledges/",
    "/en/pledges/?country=FR&country=NL&type=airstrikes",
    "/en/matrix/",
    "/ar/matrix/",
    "/en/matrix/?by=type_group&order=total",
    "/en/timeline/",
    "/ar/timeline/",
    "/en/map/",
    "/en/compare/?country=CA&country=FR&country=NL&country=US&country=GB",
    "/en/table/",
    "/ar/table/?down=country&across=type",
    "/en/table/?down=country&across=nothing",
    "/en/table/?down=month&across=type",
    "/en/explain/",
    "/en/explain/?country=CA",
    "/en/disagreements/",
    "/en/brief/?country=CA&length=short",
    "/en/pledges/?on=2016-03-01",
    "/en/timeline/?show=cumulative&measure=personnel",
    "/en/timeline/?show=cumulative&split=country",
    "/en/timeline/?show=in_force",
    "/en/disagreements/?about=number",
    "/en/changes/",
    f"/en/since/?as_of={datetime.now(UTC).date()}",
    "/en/timeline.svg",
    "/ar/matrix.svg?by=type_group",
    "/en/map.svg",
    "/en/embed/timeline/",
    "/en/embed/matrix/",
    "/en/countries/",
    "/en/countries/CA/",
    "/en/countries/US/",
    "/en/types/",
    "/en/types/trainers_military/",
    "/en/places/",
    "/en/places/iraq/",
    "/en/meetings/",
    "/en/meetings/brussels-2016-02-11/",
    "/en/sources/",
    "/en/sources/aawsat-2016-02-brussels/",
    "/en/pledges/bru16-pl-airstrikes/",
    "/en/about/",
)


def seconds(client, page):
    start = time.perf_counter()
    response = client.get(page)
    took = time.perf_counter() - start
    if response.status_code != 200:
        raise SystemExit(f"{page} answered {response.status_code}")
    return took


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pledges.settings")
    django.setup()
    # what is kept of answers would be measured, not the pages
    settings.CACHES = {"default": cache_from_url("none")}
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    facts = {}
    for page in (PLAIN, *PAGES):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page)
        facts[page] = (len(queries), len(response.content))
    times = in_turn({page: partial(seconds, client, page) for page in facts}, ROUNDS)
    plain = statistics.median(times[PLAIN])
    print(f"{'page':72} {'ratio':>6} {'queries':>8} {'kB':>6}   ({PLAIN}: {1000 * plain:.0f} ms)")
    for page, (queries, size) in facts.items():
        print(f"{page:72} {statistics.median(times[page]) / plain:6.2f} {queries:8} {size / 1000:6.0f}")


if __name__ == "__main__":
    main()
