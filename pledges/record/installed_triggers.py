"""Which triggers a database has. Not here: what they keep (`data_version`, `until`)."""

from django.db import connections

LISTED = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


def installed_triggers(using: str) -> dict[str, str]:
    """{name: its table}."""
    with connections[using].cursor() as cursor:
        cursor.execute(LISTED[connections[using].vendor])
        return {name: table.strip('"') for name, table in cursor.fetchall()}
