"""Where words and drawings stand on a picture that leaves the site: an SVG breaks no lines by itself.

Widths of words are estimated, on the wide side: whoever opens the file has letters of their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from unicodedata import category, east_asian_width

MARGIN = 24
# between what stands below each other
GAP = 12
SWATCH = 14


@dataclass(frozen=True)
class Letters:
    """How large a kind of text is, and the height of its lines."""

    size: int
    leading: int


LETTERS = {
    "kicker": Letters(13, 20),
    "title": Letters(24, 34),
    "sentence": Letters(16, 24),
    "heading": Letters(16, 26),
    "entry": Letters(13, 19),
    "fact": Letters(12, 17),
    "key": Letters(13, 22),
    "note": Letters(13, 20),
    "address": Letters(12, 18),
}


@dataclass(frozen=True)
class Line:
    """A line of text; `kind` is one of `LETTERS`."""

    kind: str
    x: float
    y: float
    words: str

    @property
    def size(self):
        return LETTERS[self.kind].size


@dataclass(frozen=True)
class Key:
    """An entry of a legend: its swatch, of a class of the sheet, with its words as a `Line`."""

    kind: str
    x: float
    y: float
    line: Line


@dataclass
class Paper:
    """A picture that grows downwards; `inner` is the width between its margins, `mirrored` it begins at the right."""

    inner: float
    mirrored: bool = False
    bottom: float = MARGIN
    lines: list[Line] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    @property
    def width(self):
        return self.inner + 2 * MARGIN

    @property
    def height(self):
        return self.bottom + MARGIN

    @property
    def middle(self):
        return self.width / 2

    def x(self, start: float, width: float = 0) -> float:
        """Where something begins that is `start` away from where lines begin."""
        return self.width - MARGIN - start - width if self.mirrored else MARGIN + start

    def write(self, kind: str, *texts: str) -> None:
        """Texts below what is there, each in as many lines as it needs."""
        letters = LETTERS[kind]
        for words in texts:
            for line in broken(words, self.inner, letters.size):
                self.lines.append(Line(kind, self.x(0), self.bottom + letters.size, line))
                self.bottom += letters.leading

    def place(self, height: float) -> float:
        """Room for a drawing of that height: where its top is."""
        top = self.bottom + GAP
        self.bottom = top + height + GAP
        return top

    def legend(self, entries: Iterable[tuple[str, str]]) -> None:
        """(class of the swatch, words) beside each other, in as many rows as they need."""
        letters, start, rows = LETTERS["key"], 0.0, 0
        for kind, words in entries:
            width = SWATCH + 8 + width_of(words, letters.size)
            if start and start + width > self.inner:
                start, rows = 0.0, rows + 1
            top = self.bottom + rows * letters.leading
            line = Line("key", self.x(start + SWATCH + 8), top + letters.size - 1, words)
            self.keys.append(Key(kind, self.x(start, SWATCH), top, line))
            start += width + 20
        self.bottom += (rows + 1) * letters.leading + GAP / 2


def width_of(words: str, size: float) -> float:
    """About how wide words are in letters of that size."""
    return size * sum(share_of(letter) for letter in words)


def share_of(letter: str) -> float:
    """Of the size of letters, what one takes of a line."""
    match category(letter):
        case "Mn" | "Cf":
            return 0
        case "Lu":
            return 0.7
        case "Zs" | "Po":
            return 0.32
    return 1 if east_asian_width(letter) in "WF" else 0.56


def shortened(words: str, width: float, size: float) -> str:
    """Words on one line, cut with a mark where they are too wide."""
    if width_of(words, size) <= width:
        return words
    return next(cut(words, width - size, size)).rstrip() + "…"


def broken(words: str, width: float, size: float) -> Iterator[str]:
    """The lines of a text, broken between words, and within one that fills a line alone."""
    line = ""
    for word in words.split():
        for part in cut(word, width, size):
            longer = f"{line} {part}" if line else part
            if line and width_of(longer, size) > width:
                yield line
                longer = part
            line = longer
    if line:
        yield line


def cut(word: str, width: float, size: float) -> Iterator[str]:
    """A word in parts that each fit on a line."""
    part = ""
    for letter in word:
        if part and width_of(part + letter, size) > width:
            yield part
            part = ""
        part += letter
    yield part
