"""The matrix: parties x types of pledge, as plain data.

A party is the ISO code of a country, or None for all groups of countries together.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max

from pledges.models.vocab import Precision, Stage
from pledges.query.pledge_dimensions import declined

# how far a stage is; closed is what never got anywhere
RANK = {stage: number for number, stage in enumerate([Stage.CLOSED, *(s for s in Stage if s != Stage.CLOSED)])}


@dataclass
class Cell:
    """What a set of commitments amounts to: number, refusals among them, furthest stage, latest date."""

    number: int = 0
    declined: int = 0
    reached: Stage = Stage.CLOSED
    latest: date | None = None
    precision: Precision = Precision.UNKNOWN

    def add(self, number, declined, reached, latest, precision):
        self.number += number
        self.declined += declined
        self.reached = max(self.reached, Stage(reached), key=RANK.get)
        if latest and (self.latest is None or latest > self.latest):
            self.latest, self.precision = latest, Precision(precision)

    @property
    def is_declined(self):
        """Whether all there is, is a refusal."""
        return 0 < self.number == self.declined


@dataclass
class Matrix:
    """Cells by (party, column), and what each row, each column and the whole amounts to."""

    cells: dict = field(default_factory=lambda: defaultdict(Cell))
    rows: dict = field(default_factory=lambda: defaultdict(Cell))
    columns: dict = field(default_factory=lambda: defaultdict(Cell))
    total: Cell = field(default_factory=Cell)


def matrix(commitments, by="type__slug"):
    """The `Matrix` of a queryset of commitments, its columns the values at `by`; one query."""
    found = Matrix()
    rows = commitments.order_by().values_list("country__iso2", by, "reached", "announced_precision")
    rows = rows.annotate(n=Count("pk"), refused=Count("pk", filter=declined()), latest=Max("announced_on"))
    for party, column, reached, precision, number, refused, latest in rows:
        for cell in (found.cells[party, column], found.rows[party], found.columns[column], found.total):
            cell.add(number, refused, reached, latest, precision)
    return found
