"""Which tests PostgreSQL is asked too: those whose answer depends on what a database does with SQL.

All are asked of SQLite. A module stands in one of the two tables, by itself or with its folder; of a module that
SQLite alone is asked, single tests may be asked of both with `@pytest.mark.sql`.
"""

BOTH = {
    "accounts/test_throttle.py",  # tries at the same moment
    "charts/test_by_month.py",
    "charts/test_disagreements.py",  # citations beside each other
    "charts/test_explained.py",
    "charts/test_league.py",  # counts by group, latest dates
    "charts/test_matrix.py",  # counts by two groups
    "charts/test_standing.py",
    "charts/test_sums.py",
    "charts/test_table.py",  # values of dimensions, waits in days
    "exports/test_csv.py",  # rows made by the database
    "exports/test_downloads.py",  # cursors of the server
    "exports/test_long_files.py",
    "editing",  # locks, transactions
    "exports/test_transactions.py",
    "history",  # days past
    "loading",  # rows written in bulk, constraints
    "models/test_models.py",  # constraints
    "models/test_publication.py",
    "models/test_texts.py",  # rows changed in bulk
    "query",  # filters, facets, the search
    "record/test_data_version.py",  # triggers
    "record/test_data_version_committed.py",
    "record/test_derived.py",
    "record/test_edits.py",
    "record/test_evidence.py",
    "record/test_integrity.py",  # rules across rows
    "releases",
    "views/test_health.py",  # a database that is away
    "views/test_restart.py",  # connections that have ended
    "views/test_limits.py",  # how a database ends what takes too long
}
SQLITE_ALONE = {
    "accounts/test_accounts.py",
    "accounts/test_addresses.py",
    "accounts/test_journal.py",
    "accounts/test_second_factor.py",  # that codes are taken once is marked
    "accounts/test_sessions.py",
    "admin",  # forms and permissions; what garbage does to a database is marked
    "api",  # shows what `query` finds and `exports` writes
    "browser",  # what Chromium makes of pages
    "charts/test_claims.py",  # gaps are asked of both in `query/test_claims.py`
    "charts/test_comparison.py",  # the numbers of these are asked of both in `query/test_parity.py`
    "charts/test_figures.py",
    "charts/test_timeline.py",
    "charts/test_world.py",
    "discovery",
    "exports/test_every_format.py",
    "exports/test_formats.py",
    "exports/test_package.py",  # that it holds all there is is marked
    "exports/test_parquet.py",  # holds the lines of JSON
    "exports/test_programs.py",
    "exports/test_sqlite.py",  # that it holds the rows of the package is marked
    "house",
    "models/test_fixtures.py",  # loading again is marked
    "record/test_fields.py",
    "record/test_folding.py",
    "record/test_wording.py",
    "record/test_written.py",
    "views/test_about.py",
    "views/test_basket.py",  # shows what `query` finds
    "views/test_days.py",  # shows what `query` finds
    "views/test_embeds.py",
    "views/test_every_page.py",  # that each page opens is marked
    "views/test_headers.py",
    "views/test_meetings.py",
    "views/test_overview.py",
    "views/test_outage.py",  # of a database that is not there
    "views/test_pages.py",
    "views/test_pictures.py",
    "views/test_caches.py",  # headers
    "views/test_caching.py",  # that changes are seen is marked
    "views/test_addresses.py",  # what `query` finds
    "views/test_questions.py",  # shows what `query` and `charts` find
    "views/test_requirements.py",  # shows what `query` finds
    "views/test_refusals.py",  # counts are asked of both in `query/test_parity.py`
    "views/test_sources.py",  # its filter is marked
}


def stands_in(table, module):
    """The rows of a table that a module belongs to; `module` is its path from the folder of the tests."""
    return {row for row in table if module == row or module.startswith(f"{row}/")}
