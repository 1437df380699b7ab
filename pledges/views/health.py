"""Two questions of whatever watches the site: is the process alive, can it serve readers?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from pledges import faults

# seconds to wait for a connection; fewer while it is known that there is none
PATIENCE, LITTLE_PATIENCE = 1, 0.1


def plain(text, status=200):
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)


@require_safe
@cache_control(no_store=True)
def healthz(request):
    """Alive; asks nothing of the database."""
    return plain("ok")


def find_the_database():
    """Raises what keeps the database from answering, sooner than a reader is told so."""
    if connection.connection is None and getattr(connection, "pool", None):
        connection.pool.open()
        with connection.pool.connection(timeout=LITTLE_PATIENCE if faults.OUTAGE.is_on else PATIENCE):
            return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@require_safe
@cache_control(no_store=True)
def readyz(request):
    """Ready: the database answers and has every migration; otherwise 503 with the reason."""
    try:
        find_the_database()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, PoolTimeout):
        return plain("the database does not answer", status=503)
    if missing:
        return plain(f"{len(missing)} migrations are not applied", status=503)
    return plain("ok")
