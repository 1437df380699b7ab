"""Makes the rows of an empty site from the tables of a package, each checked by its model."""

import re
from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Model

from pledges.exports.formulas import unguarded
from pledges.exports.tables import TABLE, Column, Table
from pledges.loading.unpack import Fault, Line
from pledges.models.vocab import State
from pledges.record import derived
from pledges.record.folding import SEPARATOR

# each after all that it refers to
ORDER = (
    *("sources", "types", "units", "countries", "blocs", "bloc_members", "places", "meetings", "participations"),
    *("pledges", "citations", "status_changes", "conditions", "requirements"),
)
# what every row of a table has, since only public rows are in a package
GIVEN = {"pledges": {"state": State.PUBLISHED}, "requirements": {"is_public": True}}
PARENT = {"sources": "derived_from", "pledges": "part_of"}
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
# saved rows by their key
Rows = dict[tuple[str, ...], Model]
FLAGS = {"true": True, "false": False}


def build(tables: dict[str, list[Line]]) -> None:
    """Saves all rows of the tables ({name: lines}) and what is derived from them; `Fault` names what cannot be."""
    made = {name: {} for name in ORDER}
    for name in ORDER:
        for line in parents_first(name, tables[name]):
            made[name][line.key(TABLE[name])] = build_row(TABLE[name], line, made)
    for commitment in made["pledges"].values():
        for field, value in derived.derived_values(commitment).items():
            setattr(commitment, field, value)
        save(commitment)


def parents_first(name: str, lines: list[Line]) -> list[Line]:
    """The lines in their order, save that a row comes after the one of its own table that it refers to."""
    if name not in PARENT:
        return lines
    table, column = TABLE[name], PARENT[name]
    by_key = {line.key(table)[0]: line for line in lines}
    placed = {}
    for line in lines:
        waiting = [line]
        while (parent := by_key.get(waiting[-1].cells[column])) and parent.number not in placed:
            if parent in waiting:
                raise Fault("These rows refer to each other in a circle.", table.file, line.number, column)
            waiting.append(parent)
        placed |= {ready.number: ready for ready in reversed(waiting) if ready.number not in placed}
    return list(placed.values())


def build_row(table: Table, line: Line, made: dict[str, Rows]) -> Model:
    """The saved row of a line."""
    values, lists = {}, {}
    for column in table.columns:
        field, cell = table.fields.get(column.name), line.cells.get(column.name)
        if field and cell is not None:
            try:
                if column.several:
                    keys = cell.split(SEPARATOR) if cell else []
                    lists[field.name] = [referred(made[column.refers_to], key) for key in keys]
                elif column.refers_to:
                    values[field.name] = referred(made[column.refers_to], cell) if cell else None
                else:
                    values[field.name] = parsed(column, cell)
            except ValueError as error:
                raise Fault(str(error), table.file, line.number, column.name) from error
    row = table.model(**values, **GIVEN.get(table.name, {}))
    try:
        save_checked(row)
    except ValidationError as error:
        raise fault(table, line, error) from error
    except DatabaseError as error:
        raise Fault(f"The database refuses this row: {error}", table.file, line.number) from error
    for name, rows in lists.items():
        getattr(row, name).set(rows)
    return row


def save_checked(row: Model) -> None:
    """ValidationError unless the row passes every check of its model.

    The database asks the constraints far more quickly than Django does, which is asked for the words only.
    """
    row.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            save(row)
    except IntegrityError:
        row.validate_constraints()
        raise


def save(row: Model) -> None:
    """As from a fixture: history and what is derived follow once everything is there."""
    row.save_base(raw=True)


def referred(rows: Rows, key: str) -> Model:
    if (key,) not in rows:
        raise ValueError(f"There is no row “{key}” that this could refer to.")
    return rows[key,]


def parsed(column: Column, cell: str) -> int | date | bool | str | None:
    """The value of a cell; ValueError with a message if it is none of the column's type."""
    match column.type:
        case "integer" if cell:
            return int(matched(WHOLE_NUMBER, cell, "a whole number"))
        case "date" | "day" if cell:
            return date.fromisoformat(f"{matched(DATE, cell, 'a date')}-01-01"[:10])
        case "integer" | "date" | "day":
            return None
        case "boolean":
            if cell not in FLAGS:
                raise ValueError(f"“{cell}” is neither true nor false.")
            return FLAGS[cell]
    return unguarded(cell)


def matched(pattern: re.Pattern[str], cell: str, kind: str) -> str:
    if not pattern.fullmatch(cell):
        raise ValueError(f"“{cell}” is not {kind}.")
    return cell


def fault(table: Table, line: Line, error: ValidationError) -> Fault:
    """The first message of a model's check, at the column that it is about."""
    name, messages = next(iter(error.message_dict.items()))
    columns = {field.name: column for column, field in table.fields.items()}
    return Fault(messages[0], table.file, line.number, "" if name == NON_FIELD_ERRORS else columns.get(name, ""))
