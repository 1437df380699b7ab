"""The triggers that keep the version of the data, as SQL for each database.

Whatever changes what readers see adds rows to the changes; a trigger on these makes the next version. SQLite asks after
each row. PostgreSQL asks after each statement, and makes the version once, at the end of the transaction: until then
the changes have no number, and nobody who changes something else waits for it.
"""

import hashlib
from collections.abc import Iterator
from functools import cache

from pledges.models.data_version import DataChange, DataVersion
from pledges.record.data_version.seen import Row, Watched, either, table_of, watched

# so many changes are kept: since how long ago can be told what changed
MOST_CHANGES = 10_000
# of more pledges than these, changed by one statement of PostgreSQL, is only told that anything may have changed
MOST_AT_ONCE = 1_000

PREFIX = "data_version_"
# in the names: stands for the digest of all statements, so that those of other code are known from these
DIGEST = "{digest}"
EVENTS = ("INSERT", "UPDATE", "DELETE")

VERSION, CHANGES = table_of(DataVersion), table_of(DataChange)
# the key of no pledge in particular
ANYTHING = "CAST(NULL AS bigint)"


def name(*parts: str) -> str:
    return PREFIX + "_".join((DIGEST, *parts)).lower()


def change_of_anything(vendor: str) -> str:
    """Makes a version of which is known only that it is another one."""
    return next_in_sqlite(ANYTHING) if vendor == "sqlite" else waiting(f"SELECT {ANYTHING}")


# SQLite

ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def in_sqlite() -> Iterator[tuple[str, str]]:
    """Pairs of a name and the statement that makes what is named so."""
    yield (
        name("raise"),
        f"""CREATE TRIGGER {name("raise")} AFTER INSERT ON {CHANGES} BEGIN
        UPDATE {VERSION} SET number = NEW.number, mark = NEW.mark WHERE id = 1;
        DELETE FROM {CHANGES} WHERE NEW.number % 1000 = 0 AND number <= NEW.number - {MOST_CHANGES};
        END""",
    )
    for of in watched():
        for event in EVENTS:
            yield name(of.short, event), after_row(of, event)


def after_row(of: Watched, event: str) -> str:
    row = Row(event, *ROWS[event])
    when = of.is_seen(row)
    if event == "UPDATE":
        differs = either(*(f'OLD."{column}" IS NOT NEW."{column}"' for column in of.columns))
        when = f"{differs} AND {when}"
    keys = row.values(of.pledge) if of.pledge else [ANYTHING]
    changes = [next_in_sqlite(keys[-1])]
    if of.pledge != "id" and len(keys) > 1:  # a part that went from one pledge to another
        changes.append(f"{next_in_sqlite(keys[0])} AND {' <> '.join(keys)}")
    return f"""CREATE TRIGGER {name(of.short, event)} AFTER {event} ON "{table_of(of.model)}" WHEN {when} BEGIN
        {"; ".join(changes)};
        END"""


def next_in_sqlite(key: str) -> str:
    version = f"number + 1, lower(hex(randomblob(8))), {key} FROM {VERSION} WHERE id = 1"
    return f"INSERT INTO {CHANGES} (number, mark, commitment_id) SELECT {version}"


# PostgreSQL

# the rows of a statement
REFERENCING = {
    "INSERT": "REFERENCING NEW TABLE AS changed",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS changed",
    "TRUNCATE": "",
}
TRANSACTION = "pg_current_xact_id()::text"
OWN = f"{CHANGES}.number IS NULL AND {CHANGES}.mark = {TRANSACTION}"


def waiting(keys: str) -> str:
    """Adds a change for each key that a SELECT finds."""
    return f"INSERT INTO {CHANGES} (mark, commitment_id) SELECT {TRANSACTION}, found.* FROM ({keys}) AS found"


def in_postgresql() -> Iterator[tuple[str, str]]:
    """The same: each statement makes a trigger with its function."""
    # the first change of a transaction makes one version for all, the others find nothing left to do
    body = f"""
        DECLARE made {VERSION}%ROWTYPE;
        BEGIN
        IF EXISTS (SELECT FROM {CHANGES} WHERE {OWN}) THEN
        INSERT INTO {VERSION} (id, number, mark) VALUES (1, 1, gen_random_uuid()::text)
        ON CONFLICT (id) DO UPDATE SET number = {VERSION}.number + 1, mark = excluded.mark RETURNING * INTO made;
        UPDATE {CHANGES} SET number = made.number, mark = made.mark WHERE {OWN};
        DELETE FROM {CHANGES} WHERE number <= made.number - {MOST_CHANGES};
        END IF;
        RETURN NULL;
        END"""
    when = f"AFTER INSERT ON {CHANGES} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.number IS NULL)"
    yield name("raise"), calling(name("raise"), f"CONSTRAINT TRIGGER {name('raise')} {when}", body)
    for of in watched():
        for event in REFERENCING:
            own = name(of.short, event)
            when = f'AFTER {event} ON "{table_of(of.model)}" {REFERENCING[event]} FOR EACH STATEMENT'
            yield own, calling(own, f"TRIGGER {own} {when}", after_statement(of, event))


def calling(function: str, trigger: str, body: str) -> str:
    # no plan that was made for thousands of rows reads a whole table for one
    return f"""
        CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off
        AS $body${body} $body$;
        CREATE {trigger} EXECUTE FUNCTION {function}()"""


def after_statement(of: Watched, event: str) -> str:
    key = f'changed."{of.pledge}"' if of.pledge else ANYTHING
    found = f"SELECT DISTINCT {key} FROM {changed(of, event)} WHERE {of.is_seen(Row(event, 'changed'))}"
    if event == "TRUNCATE":
        found = f"SELECT {ANYTHING}"
    new = f"""SELECT key FROM unnest(keys) AS key
        WHERE NOT EXISTS (SELECT FROM {CHANGES} WHERE {OWN} AND {CHANGES}.commitment_id = key)"""
    return f"""
        DECLARE keys bigint[];
        BEGIN
        IF EXISTS (SELECT FROM {CHANGES} WHERE {OWN} AND {CHANGES}.commitment_id IS NULL) THEN RETURN NULL; END IF;
        keys := ARRAY({found} LIMIT {MOST_AT_ONCE + 1});
        IF cardinality(keys) > {MOST_AT_ONCE} THEN keys := ARRAY[{ANYTHING}]; END IF;
        {waiting(new)};
        RETURN NULL;
        END"""


def changed(of: Watched, event: str) -> str:
    """The rows that a statement changed; of an UPDATE those that readers could tell from what they were."""
    if event != "UPDATE":
        return "changed"
    columns = ", ".join(f'"{column}"' for column in of.columns)
    old, new = (f"SELECT {columns} FROM {rows}" for rows in ("old_rows", "new_rows"))
    return f"(({old} EXCEPT {new}) UNION ALL ({new} EXCEPT {old})) AS changed"


@cache
def wanted(vendor: str) -> dict[str, str]:
    """{name: statement} of all that keeps the version, the trigger that makes the next one first."""
    # PostgreSQL cuts names at 63 characters
    made = list({"sqlite": in_sqlite, "postgresql": in_postgresql}[vendor]())
    digest = hashlib.sha256("".join(statement for _name, statement in made).encode()).hexdigest()[:6]
    return {name.replace(DIGEST, digest): statement.replace(DIGEST, digest) for name, statement in made}
