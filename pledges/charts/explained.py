"""How the numbers of a query come about: what is in each, what is out and why, and what each pledge adds to a sum."""

from dataclasses import dataclass, field
from typing import Any

from pledges.charts.sums import Amount, sums
from pledges.charts.table import LAGS, Cell, Table
from pledges.models import Commitment
from pledges.models.vocab import Lag
from pledges.query.league import NUMBERS
from pledges.query.pledges import CommitmentFilter, rows_with_names

# of a sum, so many pledges are shown with what they add, those that add most
MOST_ADDED = 20
# so many days are shown one by one
MOST_DAYS = 100


@dataclass
class Added:
    """What a pledge adds to the sum of its unit: from its smallest to its largest figure."""

    pledge: Commitment
    least: int
    most: int
    is_open: bool


@dataclass
class Sum:
    """A sum with what its pledges add to it; `others` are those not shown."""

    amount: Amount
    added: list[Added] = field(default_factory=list)

    @property
    def others(self) -> int:
        return self.amount.number - len(self.added)

    @property
    def others_least(self) -> int:
        return self.amount.least - sum(added.least for added in self.added)

    @property
    def others_most(self) -> int:
        return self.amount.most - sum(added.most for added in self.added)


@dataclass
class Wait:
    """A median of days: the days of each pledge in order, as far as they are shown."""

    lag: Lag
    cell: Cell
    days: list[int]

    @property
    def is_cut(self) -> bool:
        return len(self.days) < self.cell.rests_on


def explained(query: CommitmentFilter) -> dict[str, Any]:
    """What `explain.html` shows of a query that can be read; four queries of the database."""
    table, found = Table(query), sums(query)
    waits = [Wait(lag, table.cell(name, table.matches.found, {}), days_of(table, lag)) for name, lag in LAGS.items()]
    return {
        "tally": query.tally,
        "shares": [share(table, name) for name in ("delivered", "official", "disputed")],
        "waits": waits,
        "sums": with_added(table, found.amounts),
        "left_out": found.left_out,
        "left_out_number": found.left_out_number,
    }


def share(table: Table, name: str) -> dict[str, Any]:
    """A share of the pledges: its label, how many they are, the `Cell`."""
    matches = table.matches
    pledges = matches.found - matches.refused
    cell = table.cell(name, matches.found, {})
    number = pledges.intersection_cardinality(matches.parts[name])
    return {"name": name, "label": NUMBERS[name][0], "number": number, "cell": cell}


def days_of(table: Table, lag: Lag) -> list[int]:
    return sorted(table.days(lag, table.matches.found - table.matches.refused))[:MOST_DAYS]


def with_added(table: Table, amounts: list[Amount]) -> list[Sum]:
    """The sums with the pledges that add most to them; one query."""
    matches, shown = table.matches, {}
    for amount in amounts:
        rows = matches.units[amount.unit.slug]
        most_first = sorted(rows, key=lambda number: (-matches.most[number], -matches.least[number], number))
        shown[amount.unit.slug] = most_first[:MOST_ADDED]
    keys = {number: matches.keys[number] for rows in shown.values() for number in rows}
    pledges = rows_with_names([*keys.values()])
    return [
        Sum(
            amount,
            [
                Added(pledges[keys[n]], matches.least[n], matches.most[n], bool(matches.is_open[n]))
                for n in shown[amount.unit.slug]
                if keys[n] in pledges
            ],
        )
        for amount in amounts
    ]
