"""The comparison as a drawing, for the file that leaves the site: what `comparison` finds, in columns of text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from pledges.charts.grid import SIGNS
from pledges.charts.paper import LETTERS, Line, broken
from pledges.charts.sums import Sums
from pledges.history.days import path_to
from pledges.models import Commitment
from pledges.query.pledges import CommitmentFilter, Tally
from pledges.record import wording

# in units of the drawing, which are those of the picture
NAMES = 150
COLUMN = 190
LEAST = 960
# how much wider than estimated words of a kind are: entries are bold
WIDER = {"entry": 1.1, "fact": 1}
# left free beside words, and above and below what stands in a cell
BESIDE, AROUND = 14, 6
# a picture shows no more pledges than that
MOST = 200


def too_large(query: CommitmentFilter) -> str:
    """Why there is no drawing of a comparison, in words."""
    number = query.tally.rows
    if number <= MOST:
        return ""
    words = gettext("This comparison has %(number)s pledges; a picture shows at most %(most)s.")
    return words % {"number": wording.number(number), "most": wording.number(MOST)}


def width_for(query: CommitmentFilter) -> float:
    """The width of the drawing of a query."""
    return max(LEAST, NAMES + COLUMN * len(query.parameters.getlist("country")))


@dataclass(frozen=True)
class Block:
    """Lines of text that lead to a page: its path, None for none; what they are called."""

    path: str | None
    name: str
    lines: list[Line]


class Drawing:
    """What `comparison.side_by_side` gives, as `blocks` of text in a view box of `width` x `height`."""

    def __init__(self, found: dict[str, Any], width: float, mirrored: bool = False):
        self.width, self.mirrored = width, mirrored
        self.column = (width - NAMES) / len(found["parties"])
        self.blocks: list[Block] = []
        self.height, self.rules, self.heavy = 0.0, [], []
        self.row(gettext("Type of pledge"), None, [head(*party) for party in found["parties"]])
        self.heavy.append(self.height)
        for type_, query, cells in found["rows"]:
            self.row(type_.name, to_list(query), [[of_pledge(pledge) for pledge in cell] for cell in cells])
        if found["rows"]:
            self.heavy.append(self.rules.pop())
            self.row(gettext("Newly promised"), None, [of_sums(sums) for sums in found["sums"]])

    def row(self, name: str, path: str | None, cells: Iterable[list[tuple]]) -> None:
        """One more row: its name, and in each cell what leads somewhere, below each other."""
        top = self.height + AROUND
        bottoms = [self.put(0, top, NAMES, path, name, [("entry", name)])]
        for n, cell in enumerate(cells):
            bottom = top
            for path_, called, texts in cell or [(None, "", [("fact", pgettext("pledges", "None"))])]:
                bottom = self.put(NAMES + self.column * n, bottom, self.column, path_, called, texts) + AROUND
            bottoms.append(bottom - AROUND)
        self.height = max(bottoms) + AROUND
        self.rules.append(self.height)

    def put(self, start: float, top: float, width: float, path: str | None, name: str, texts: list) -> float:
        """Texts (kind, words) below each other; returns where the last line ends."""
        lines = []
        x = self.width - start if self.mirrored else start
        for kind, words in texts:
            letters = LETTERS[kind]
            for line in broken(words, (width - BESIDE) / WIDER[kind], letters.size):
                lines.append(Line(kind, x, top + letters.size, line))
                top += letters.leading
        self.blocks.append(Block(path, name, lines))
        return top


# What stands in a cell: (path, name, [(kind, words)])


def to_list(query: str | None) -> str | None:
    return None if query is None else path_to("pledge-list", query=query)


def head(name: str, tally: Tally) -> list[tuple]:
    found = [(None, "", [("entry", name)])]
    for number, words, query in (
        (tally.pledges, wording.pledges, tally.query),
        (tally.refusals, wording.refusals, tally.refusals_query),
    ):
        if number:
            found.append((to_list(query), f"{name}: {words(number)}", [("fact", words(number))]))
    return found if tally.rows else [*found, (None, "", [("fact", gettext("No pledges match."))])]


def of_pledge(pledge: Commitment) -> tuple:
    """A pledge in a few lines, as the table of the page has it."""
    quantity = wording.quantity(pledge) or gettext("Quantity not stated")
    day = wording.date(pledge.announced_on, pledge.announced_precision)
    stage, words = pledge.reached, pledge.get_reached_display()
    if pledge.is_declined:
        stage, words = pledge.stage_now, pledge.get_now_display()
    facts = [
        f"{pledge.get_change_display()} · {day}",
        f"{SIGNS[stage]} {words} · {pledge.get_grade_display()}",
    ]
    return (
        path_to("pledge-detail", pledge.slug),
        pledge.summary,
        [("entry", quantity), *(("fact", fact) for fact in facts)],
    )


def of_sums(sums: Sums) -> list[tuple]:
    found = []
    for amount in sums.amounts:
        words = wording.sum_of(amount)
        called = f"{words} ({wording.pledges(amount.number)})"
        found.append((to_list(amount.query), called, [("entry", words), ("fact", in_pledges(amount.number))]))
    if number := sums.left_out_number:
        words = ngettext("%(number)s in no sum", "%(number)s in no sum", number) % {"number": wording.number(number)}
        path = None if sums.query is None else f"{path_to('explain', query=sums.query)}#left-out"
        found.append((path, words, [("fact", words)]))
    return found


def in_pledges(number: int) -> str:
    words = ngettext("in %(number)s pledge", "in %(number)s pledges", number)
    return words % {"number": wording.number(number)}
