"""Until when each record of a history held: the date of the next record of the same row, kept by the database.

By triggers, because records are also written and dated in bulk and by plain SQL. They are made after `migrate` where
they are missing, and what was written without them is mended then.
"""

from collections.abc import Callable, Iterator

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from pledges.models.edits import FOR_EVER
from pledges.record.data_version.installed import make_another
from pledges.record.installed_triggers import installed_triggers

# what changes which record is the next one, and the name that a trigger has for the rows it changed
EVENTS = {"INSERT": "NEW", "DELETE": "OLD", "UPDATE": "NEW"}
# in the names of the triggers
MARK = "_until_"
# SQLite compares the texts that Django writes
FOR_EVER_IN_SQL = {"sqlite": f"'{FOR_EVER:%Y-%m-%d %H:%M:%S}'", "postgresql": f"timestamptz '{FOR_EVER}'"}


def mending(table: str, vendor: str, rows: str = "") -> str:
    """The statement that mends how long the records of a history held, of all or of the `rows` of a condition."""
    # of two records of one moment the later written is the next one
    until = (
        f'coalesce((SELECT later."history_date" FROM "{table}" AS later WHERE later."id" = "{table}"."id" '  # noqa: S608
        f'AND (later."history_date", later."history_id") > ("{table}"."history_date", "{table}"."history_id") '
        f'ORDER BY later."history_date", later."history_id" LIMIT 1), {FOR_EVER_IN_SQL[vendor]})'
    )
    return f'UPDATE "{table}" SET "until" = {until} WHERE {rows}"until" <> {until}'  # noqa: S608


def on_sqlite(table: str) -> Iterator[str]:
    """Triggers of each row; what they change themselves calls none of them again."""
    for event, changed in EVENTS.items():
        of = ' OF "history_date", "until"' if event == "UPDATE" else ""
        body = mending(table, "sqlite", f'"id" = {changed}."id" AND ')
        yield f'CREATE TRIGGER "{trigger(table, event)}" AFTER {event}{of} ON "{table}" BEGIN {body}; END'


def on_postgresql(table: str) -> Iterator[str]:
    """Triggers of each statement, however many rows it changes."""
    # an array is looked up before anything else is asked of a row
    body = mending(table, "postgresql", '"id" = ANY (ARRAY(SELECT "id" FROM changed)) AND ')
    yield (
        f'CREATE OR REPLACE FUNCTION "{table}_until"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN {body}; RETURN NULL; END $$"
    )
    for event, changed in EVENTS.items():
        yield (
            f'CREATE TRIGGER "{trigger(table, event)}" AFTER {event} ON "{table}" '
            f"REFERENCING {changed} TABLE AS changed FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) "
            f'EXECUTE FUNCTION "{table}_until"()'
        )


def trigger(table: str, event: str) -> str:
    return f"{table}{MARK}{event.lower()}"


# what makes the triggers of a table
MAKES: dict[str, Callable[[str], Iterator[str]]] = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def tables(apps: Apps = installed) -> list[str]:
    """The tables of the histories whose records say until when they held."""
    return [
        model._meta.db_table
        for model in apps.get_models()
        if {"history_id", "until"} <= {field.name for field in model._meta.fields}
    ]


def mend(model: type[Model]) -> None:
    """Says of the records of a history how long they held, where something wrote past the triggers."""
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        cursor.execute(mending(model.history.model._meta.db_table, connection.vendor))
        if cursor.rowcount:
            # past days are told otherwise
            make_another(connection.alias)


def forget(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away, before the column goes."""
    ours = {name: table for name, table in installed_triggers(connection.alias).items() if MARK in name}
    with connection.cursor() as cursor:
        for name, table in ours.items():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{on}')


@receiver(post_migrate)
def keep(sender, using, apps=installed, **kwargs):
    """Makes the triggers that are missing, and mends what was written without them."""
    if sender.label != "pledges":
        return
    connection = connections[using]
    present = installed_triggers(using).keys()
    for table in tables(apps):
        if not {trigger(table, event) for event in EVENTS} <= present:
            with transaction.atomic(using), connection.cursor() as cursor:
                cursor.execute(mending(table, connection.vendor))
                for statement in MAKES[connection.vendor](table):
                    cursor.execute(statement)
