"""What changed in the pledges or requirements of a query, the newest first: what page, feed and file tell alike."""

from collections.abc import Iterator

from pledges.history.versions import Edit, Transition, all_in_words, newest_first, transitions
from pledges.models import Commitment, Requirement
from pledges.query.base import QueryFilter
from pledges.query.per_version import per_version
from pledges.record import wording

Row = Commitment | Requirement

# edits that are put into words together
CHUNK = 100
# rows of which the edits are kept
MOST_KEPT = 2_000
# the day by which a row is known, and its precision
DATED = {
    Commitment: ("announced_on", "announced_precision"),
    Requirement: ("asked_on", "asked_precision"),
}


def edits(query: QueryFilter, at_once: int | None = None) -> Iterator[Transition]:
    """All edits of what matches now, and the withdrawals of what would else; those of the days that are asked for.

    So many rows are looked at together.
    """
    return newest_first(query.matching(), query.withdrawn(), *query.changed_between, at_once or CHUNK, kept_transitions)


def kept_transitions(model: type[Row], keys: list[int]) -> dict[int, list[Transition]]:
    """`transitions`, read once for a version of the data, as far as there are not too many."""
    kept = per_version(("transitions", model), dict)
    found = {key: kept[key] for key in keys if key in kept}
    if missing := [key for key in keys if key not in found]:
        read = transitions(model, missing)
        if len(kept) + len(read) <= MOST_KEPT:
            kept.update(read)
        found |= read
    return found


def changed_rows(found: list[Transition]) -> list[tuple[Edit, Row]]:
    """Edits in words, each with its row, in the current language."""
    if not found:
        return []
    rows = found[0].new.subject.itself.model.objects.select_related("country", "type")
    by_key = rows.in_bulk({edit.key for edit in found})
    return [(edit, by_key[edit.key]) for edit in all_in_words(found)]


def date_of(row: Row) -> str:
    """The day of a pledge or a requirement in words."""
    return wording.date(*(getattr(row, name) for name in DATED[type(row)]))
