"""Which tests PostgreSQL is asked too: those whose answer depends on what a database does with SQL.

All are asked of SQLite. A module stands in one of the two tables, by itself or with its folder; of a module that
SQLite alone is asked, single tests may be asked of both with `@pytest.mark.sql`.
"""

BOTH = {
    "charts",  # counts and sums by group
    "discovery/test_feeds.py",  # changes out of the history
    "exports",  # rows made by the database, cursors of the server
    "history",  # days past
    "loading",  # rows written in bulk, constraints
    "models",  # constraints, loading and upgrading
    "query",  # filters, facets, the search
    "record/test_derived.py",
    "record/test_evidence.py",
    "record/test_integrity.py",  # rules across rows
    "releases",
    "views/test_every_page.py",  # every query of every page
    "views/test_health.py",  # a database that is away
    "views/test_sources.py",  # a filter of its own
}
SQLITE_ALONE = {
    "admin",  # forms and permissions; what garbage does to a database is marked
    "api",  # shows what `query` finds and `exports` writes
    "browser",  # what Chromium makes of pages
    "discovery/test_search_engines.py",
    "discovery/test_referencing.py",
    "house",
    "record/test_fields.py",
    "record/test_folding.py",
    "record/test_wording.py",
    "views/test_about.py",
    "views/test_basket.py",  # shows what `query` finds
    "views/test_headers.py",
    "views/test_meetings.py",
    "views/test_pages.py",
}


def stands_in(table, module):
    """The rows of a table that a module belongs to; `module` is its path from the folder of the tests."""
    return {row for row in table if module == row or module.startswith(f"{row}/")}
