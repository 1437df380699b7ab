"""The words of the pledges, each with the pledges that hold it: what `folding.holds` asks of the database."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap


class Words:
    """{word: numbers of the pledges that hold it}, the words in order too, so that all with one beginning are at hand.

    A word of which only the title of a source tells is in `of_titles` as well.
    """

    def __init__(self):
        self.holding: dict[str, BitMap] = {}
        self.of_titles: dict[str, BitMap] = {}
        self.in_order: list[str] = []

    def add(self, texts: Iterable[tuple[int, str, str]]) -> None:
        """Adds pledges: number, `search_text`, `own_words`."""
        held, of_titles = defaultdict(list), defaultdict(list)
        for number, search_text, own_words in texts:
            words = search_text.split()
            for word in words:
                held[word].append(number)
            if len(own_words) != len(search_text):
                for word in set(words).difference(own_words.split()):
                    of_titles[word].append(number)
        new = [word for word in held if word not in self.holding]
        for kept, found in ((self.holding, held), (self.of_titles, of_titles)):
            for word, numbers in found.items():
                kept.setdefault(word, BitMap()).update(numbers)
        if new:
            # a list of its own: another thread may be looking through the one before
            self.in_order = sorted([*self.in_order, *new])

    def holders(self, piece: str, own: bool = False) -> BitMap:
        """The pledges that hold a piece of `folding.sought`; `own`: themselves, not only in titles of their sources."""
        word = piece.strip()
        words = [word] if piece.endswith(" ") else self.beginning_with(word)
        held = [(self.holding[word], self.of_titles.get(word)) for word in words if word in self.holding]
        if own:
            return BitMap.union(BitMap(), *(all_ - titles if titles else all_ for all_, titles in held))
        return BitMap.union(BitMap(), *(all_ for all_, _titles in held))

    def beginning_with(self, start: str) -> list[str]:
        words = self.in_order
        first = last = bisect_left(words, start)
        while last < len(words) and words[last].startswith(start):
            last += 1
        return words[first:last]
