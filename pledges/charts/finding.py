"""The finding of a set of pledges: how many of them are evidenced as delivered, and how far the others got.

Refusals are no pledges: they are told apart.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pledges.models.vocab import Stage
from pledges.query.league import NUMBERS
from pledges.query.pledges import CommitmentFilter

# what counts most comes first
STAGES = (Stage.DELIVERED, Stage.APPROVED, Stage.PROMISED, Stage.PROSPECTIVE, Stage.CLOSED)
# how wide the bar is, in units of its own
WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """A stage: number, query of its rows, share in per cent, and where the bar shows it."""

    stage: Stage
    number: int
    query: str
    share: int
    x: float
    width: float


def finding(query: CommitmentFilter, reached: Counter) -> dict[str, Any]:
    """What `_finding.html` shows: `parts` by stage, the `whole`, `delivered`, and `refused`; one query of the database.

    `query` is that of all pledges without the refusals, `reached` their numbers by stage.
    """
    refused = NUMBERS["declined"][1]
    total, parts, x = reached.total(), [], 0
    for stage in STAGES:
        if number := reached[stage]:
            width = WIDTH * number / total
            parts.append(Part(stage, number, query.narrowed(reached=stage), round(100 * number / total), x, width))
            x += width
    return {
        "whole": (total, query.conditions),
        "delivered": (reached[Stage.DELIVERED], query.narrowed(**NUMBERS["delivered"][1])),
        "refused": (CommitmentFilter.of(**refused).tally.refusals, query.narrowed(**refused)),
        "parts": parts,
        "width": WIDTH,
    }
