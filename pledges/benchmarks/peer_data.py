"""`python -m pledges.benchmarks.peer_data TARGET`: the public pledges as one table, for a program that shows tables.

A column for each filter that the site offers as a list of boxes and that has one value a pledge, with the very values;
their texts; a table of FTS5 with the words of the search. `--indexed` gives each of those columns an index, as
Datasette's documentation advises for facets; without it there are those of the site's own table.
"""

import sqlite3
import sys

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from pledges.models import Commitment
from pledges.query.dimension import NONE
from pledges.query.index.making import SINGLE
from pledges.query.pledge_dimensions import DIMENSION
from pledges.views.browsing import OFFERED

# those of which a pledge has one value
FACETS = [DIMENSION[name] for name in OFFERED if DIMENSION[name] in SINGLE]
SHOWN = ("slug", "announced_on", "quantity_text", "attributed_to_en", "independent_sources")
LONG = ("summary_en", "summary_ar", "caveat_en", "caveat_ar", "source_urls", "search_text")
AS_THE_SITE = ("announced_on, slug", "country, type", "type", "meeting", "unit")


def rows():
    """(number, what is shown, value of each facet, long texts) of each public pledge."""
    found = Commitment.objects.public().order_by("pk")
    found = found.annotate(**{f"facet_{facet.name}": facet.value() for facet in FACETS})
    facets, start, end = [f"facet_{facet.name}" for facet in FACETS], 1 + len(SHOWN), 1 + len(SHOWN) + len(FACETS)
    for row in found.values_list("pk", *SHOWN, *facets, *LONG).iterator(chunk_size=10_000):
        shown = [value.isoformat() if hasattr(value, "isoformat") else value for value in row[:start]]
        values = [facet.public_value(value) for facet, value in zip(FACETS, row[start:end], strict=True)]
        yield [*shown, *(None if value == NONE else value for value in values), *row[end:]]


def main(target, *options):
    columns = [*SHOWN, *(facet.name for facet in FACETS), *LONG]
    database = sqlite3.connect(target)
    database.execute("PRAGMA synchronous = OFF")
    database.execute(f"CREATE TABLE pledges (id INTEGER PRIMARY KEY, {', '.join(columns)})")
    marks = ", ".join(["?"] * (1 + len(columns)))
    database.executemany(f"INSERT INTO pledges VALUES ({marks})", rows())  # noqa: S608
    database.execute("CREATE VIRTUAL TABLE words USING fts5(search_text, content='pledges', content_rowid='id')")
    database.execute("INSERT INTO words (words) VALUES ('rebuild')")
    indexed = [facet.name for facet in FACETS] if "--indexed" in options else []
    for number, of_columns in enumerate([*AS_THE_SITE, *indexed]):
        database.execute(f"CREATE INDEX pledges_{number} ON pledges ({of_columns})")
    database.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
