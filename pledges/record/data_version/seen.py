"""Which rows readers see, or saw: as conditions of SQL on a row that changed, for each model.

The version must not rest while something changes that a page, file or feed tells of; so the conditions are wider
here than `objects.public()`, never narrower.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db.models import Model

from pledges import models

# what makes no version: counters of edits, and what follows from the next record of a history, which makes one itself
UNSEEN = {"version", "record_version", "until"}


class Row:
    """The row that an event changed, by the names that SQL has for it: as it was, as it is, or both."""

    def __init__(self, event: str, *names: str):
        self.is_new, self.names = event == "INSERT", names

    def values(self, column: str) -> list[str]:
        return [f'{name}."{column}"' for name in self.names]

    def among(self, column: str) -> str:
        return f"IN ({', '.join(self.values(column))})"

    def flagged(self, column: str = "is_public") -> str:
        return either(*self.values(column))


def either(*conditions: str) -> str:
    return f"({' OR '.join(conditions)})"


def table_of(model: type[Model]) -> str:
    return model._meta.db_table


def there_is(model: type[Model], column: str, keys: str, where: Callable[[str], str] | None = None) -> str:
    """SQL: a row has one of the keys in a column, and is flagged public, or is as `where` says of its table."""
    table = table_of(model)
    # IS TRUE: so SQLite looks for the key, not through all that is public
    condition = where(table) if where else f'"{table}"."is_public" IS TRUE'
    return f'EXISTS (SELECT 1 FROM "{table}" WHERE "{table}"."{column}" {keys} AND {condition})'


def of_public(owner: type[Model], column: str = "id") -> Callable[[str], str]:
    """Of a table: the row of the owner that this column of it names is public."""
    return lambda table: there_is(owner, "id", f'= "{table}"."{column}"')


def is_or_was_public(model: type[Model], keys: str) -> str:
    """SQL: past days, feeds and what stands at the address of what was withdrawn tell of it, even if no list does."""
    return either(there_is(model, "id", keys), there_is(model.history.model, "id", keys))


def is_or_was_named(owner: type[Model], column: str, keys: str) -> str:
    """SQL: a column of what is public now has one of the keys, or had: the page of its history gives the name."""
    return either(there_is(owner, column, keys), there_is(owner.history.model, column, keys, of_public(owner)))


def is_or_was_linked(rows: type[Model], column: str, keys: str, owner: type[Model], owned: str) -> str:
    """The same of rows beside what is public: its parts, or its links to many."""
    both = (rows, history_of(rows))
    return either(*(there_is(linking, column, keys, of_public(owner, owned)) for linking in both))


def history_of(rows: type[Model]) -> type[Model]:
    """The model of the history of a model, or of links to many."""
    if not rows._meta.auto_created:
        return rows.history.model
    owner = rows._meta.auto_created
    name = next(field.name for field in owner._meta.many_to_many if field.remote_field.through is rows)
    return getattr(owner.history.model, name).model


def pledge(keys: str) -> str:
    return is_or_was_public(models.Commitment, keys)


def requirement(keys: str) -> str:
    return is_or_was_public(models.Requirement, keys)


def meeting(keys: str) -> str:
    reached = (is_or_was_named(owner, "meeting_id", keys) for owner in (models.Commitment, models.Requirement))
    return either(there_is(models.Meeting, "id", keys), *reached)


def place(keys: str) -> str:
    return is_or_was_linked(models.Commitment.places.through, "place_id", keys, models.Commitment, "commitment_id")


def source(keys: list[str]) -> str:
    """Named by something that readers see, or repeated by one that is: evidence is counted by the originals."""
    one, table = "= family.id", table_of(models.Source)
    parts = (models.Citation, models.StatusChange, models.Condition)
    named = either(
        *(is_or_was_linked(part, "source_id", one, models.Commitment, "commitment_id") for part in parts),
        is_or_was_linked(models.Requirement.sources.through, "source_id", one, models.Requirement, "requirement_id"),
        there_is(models.Meeting.sources.through, "source_id", one, lambda link: meeting(f'= "{link}"."meeting_id"')),
        there_is(models.Country, "membership_source_id", one, lambda country: "TRUE"),
    )
    itself = " UNION ".join(f"SELECT {key}" for key in keys)
    reprints = f'SELECT "{table}"."id" FROM "{table}" JOIN family ON "{table}"."derived_from_id" = family.id'
    family = f"WITH RECURSIVE family(id) AS ({itself} UNION {reprints}) SELECT id FROM family"
    return f"EXISTS (SELECT 1 FROM ({family}) AS family WHERE {named})"


@dataclass(frozen=True)
class Watched:
    """A model, the condition under which a row that changed is one that readers see, and whose pledge it tells of."""

    model: type[Model]
    is_seen: Callable[[Row], str]
    pledge: str | None = None  # a column

    @property
    def short(self) -> str:
        return table_of(self.model).removeprefix("pledges_")

    @property
    def columns(self) -> list[str]:
        return [field.column for field in self.model._meta.concrete_fields if field.column not in UNSEEN]


def before(is_seen: Callable[[Row], str]) -> Callable[[Row], str]:
    """Of a history: what is seen as the rows themselves; any other change may be one of what was seen on a past day."""
    return lambda row: is_seen(row) if row.is_new else "TRUE"


def everything(row: Row) -> str:
    return "TRUE"


@cache
def watched() -> tuple[Watched, ...]:
    """Whatever pages and files are made from. Not here: accounts, edits, decisions, proposals."""
    found = []
    whole = ((models.Commitment, pledge, "id"), (models.Requirement, requirement, None))
    for model, is_public, own in whole:
        # flagged: of what is deleted no row is left to ask
        is_seen = lambda row, is_public=is_public: either(row.flagged(), is_public(row.among("id")))  # noqa: E731
        found += [Watched(model, is_seen, own), Watched(model.history.model, is_seen, own)]
    for model in (models.Citation, models.StatusChange, models.Condition, models.Commitment.places.through):
        is_seen = lambda row: pledge(row.among("commitment_id"))  # noqa: E731
        found += [Watched(model, is_seen, "commitment_id"), Watched(history_of(model), is_seen, "commitment_id")]
    asked_from = models.Requirement.sources.through
    found += [Watched(rows, asked) for rows in (asked_from, history_of(asked_from))]
    answers = models.Requirement.answered_by.through
    found += [Watched(rows, answered, "commitment_id") for rows in (answers, history_of(answers))]
    reached = (
        (models.Meeting, lambda row: either(row.flagged(), meeting(row.among("id")))),
        (models.Meeting.sources.through, lambda row: meeting(row.among("meeting_id"))),
        (models.Participation, lambda row: meeting(row.among("meeting_id"))),
        (models.Place, lambda row: place(row.among("id"))),
        (models.Source, lambda row: source(row.values("id"))),
    )
    for model, is_seen in reached:
        found += [Watched(model, is_seen), Watched(history_of(model), before(is_seen))]
    # in lists and files whether or not something names them, as `editing.shown` has it
    for model in (models.Country, models.CommitmentType, models.Unit, models.Bloc, models.BlocMember):
        found += [Watched(model, everything), Watched(model.history.model, everything)]
    return (*found, Watched(models.Release, everything))


def asked(row: Row) -> str:
    return requirement(row.among("requirement_id"))


def answered(row: Row) -> str:
    return f"({asked(row)} AND {pledge(row.among('commitment_id'))})"
