"""A query as known on a past day, and today: numbers of both, and what came, left and changed between them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from django.utils.translation import pgettext_lazy

from pledges.charts.sums import Amount, Sums, sums
from pledges.history.versions import CHANGED, PUBLISHED, RETURNED, WITHDRAWN, Edit, Transition, last_saved, net
from pledges.models import Commitment, Unit
from pledges.query.changed import changed_rows, kept_transitions
from pledges.query.pledges import CommitmentFilter, Tally

# of more pledges than these nobody would read what changed in each
MOST_COMPARED = 2_000

MATCHES, MATCHES_NO_MORE, GONE = "matches", "matches_no_more", "withdrawn"
# what became of a pledge, in the order of the page
GROUPS = {
    PUBLISHED: pgettext_lazy("then and now", "Came: published since"),
    MATCHES: pgettext_lazy("then and now", "Came: did not match then"),
    GONE: pgettext_lazy("then and now", "Left: no longer shown"),
    MATCHES_NO_MORE: pgettext_lazy("then and now", "Left: no longer matches"),
    CHANGED: pgettext_lazy("then and now", "Changed"),
}


@dataclass(frozen=True)
class Seen:
    """What a query matches on a day, all of it read on that day."""

    tally: Tally
    sums: Sums | None
    keys: frozenset[int]


def seen(query: CommitmentFilter) -> Seen:
    if query.problems:
        return Seen(Tally(), None, frozenset())
    return Seen(query.tally, sums(query) if query.tally.rows else None, frozenset(query.keys))


@dataclass(frozen=True)
class Became:
    """What became of a pledge: its group, the pledge, what changed; without an edit what it refers to changed."""

    group: str
    pledge: Commitment
    edit: Edit | None

    @property
    def label(self):
        return GROUPS[self.group]


@dataclass(frozen=True)
class Comparison:
    """What was seen at the end of a day and what is seen now. To be asked of today."""

    day: date
    then: Seen
    now: Seen

    @cached_property
    def saved(self) -> list[int]:
        """What was saved since among the pledges of both."""
        saved = last_saved(Commitment.objects.all(), since=self.moment)
        return sorted(saved.keys() & (self.then.keys | self.now.keys))

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.day + timedelta(days=1), time.min, UTC)

    @property
    def is_too_much(self) -> bool:
        return len(self.saved) > MOST_COMPARED

    @cached_property
    def nets(self) -> dict[int, Transition]:
        """{primary key: what changed from then to now} where anything did."""
        found = {key: net(edits, self.moment) for key, edits in kept_transitions(Commitment, self.saved).items()}
        return {key: change for key, change in found.items() if change}

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """{group: primary keys, the latest change first}, those that have any."""
        found = {group: [] for group in GROUPS}
        for key in (self.then.keys ^ self.now.keys) | (self.nets.keys() & self.then.keys):
            if group := self.group_of(key):
                found[group].append(key)
        return {group: sorted(keys, key=self.place_of) for group, keys in found.items() if keys}

    def group_of(self, key: int) -> str:
        kind = self.nets[key].kind if key in self.nets else ""
        if key not in self.then.keys:
            return PUBLISHED if kind in {PUBLISHED, RETURNED} else MATCHES
        if key not in self.now.keys:
            return GONE if kind == WITHDRAWN else MATCHES_NO_MORE
        return CHANGED if kind == CHANGED else ""

    def place_of(self, key: int) -> tuple[float, int]:
        return -(self.nets[key].when.timestamp() if key in self.nets else 0), key

    @property
    def numbers(self) -> list[tuple[str, int]]:
        """How many are in each group: (label, number)."""
        return [(GROUPS[group], len(keys)) for group, keys in self.groups.items()]

    @cached_property
    def all(self) -> list[tuple[str, int]]:
        """(group, primary key) in the order of the page."""
        return [(group, key) for group, keys in self.groups.items() for key in keys]

    def told(self, some: list[tuple[str, int]]) -> list[Became]:
        """Some of `all`, in words, in the current language."""
        changes = [self.nets[key] for _group, key in some if key in self.nets]
        edits = {edit.key: (edit, row) for edit, row in changed_rows(changes)}
        others = [key for _group, key in some if key not in edits]
        rows = Commitment.objects.public().with_names().in_bulk(others) if others else {}
        found = [(group, *edits.get(key, (None, rows.get(key)))) for group, key in some]
        return [Became(group, row, edit) for group, edit, row in found if row]

    @property
    def amounts(self) -> list[tuple[Unit, Amount | None, Amount | None]]:
        """The sums of both, unit by unit."""
        then, now = (
            {amount.unit.slug: amount for amount in (seen.sums.amounts if seen.sums else ())}
            for seen in (self.then, self.now)
        )
        units = {amount.unit.slug: amount.unit for amount in [*then.values(), *now.values()]}
        ordered = sorted(units.values(), key=lambda unit: (unit.position, unit.slug))
        return [(unit, then.get(unit.slug), now.get(unit.slug)) for unit in ordered]
