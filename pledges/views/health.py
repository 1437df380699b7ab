"""Two questions of whatever watches the site: is the process alive, can it serve readers?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


def plain(text, status=200):
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)


@require_safe
@cache_control(no_store=True)
def healthz(request):
    """Alive; asks nothing of the database."""
    return plain("ok")


@require_safe
@cache_control(no_store=True)
def readyz(request):
    """Ready: the database answers and has every migration; otherwise 503 with the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return plain("the database does not answer", status=503)
    if missing:
        return plain(f"{len(missing)} migrations are not applied", status=503)
    return plain("ok")
