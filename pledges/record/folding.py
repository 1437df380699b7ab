"""Words of texts and queries: what is asked and what is written meet in them, however they are spelled.

`letters` folds the letters and `synonyms` holds the data; here are the rules of words. A query finds a text
when all its pieces (`sought`) are in the `search_text` of it: the same in Python and in every database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from pledges.letters import LETTERS, ZEROS, fold, plain, small
from pledges.record.synonyms import NAMES, SHORT_WORDS, SPELLINGS, WHOLE_WORDS

WORD = re.compile(r"\w+(?:[-'.,/]\w+)*")
PUNCTUATION = re.compile(r"[-'.,/_]")
# a name may be a part of such a word: anti-IS, IS/Daesh
JOINS = re.compile(r"[-/,_]")
DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
FIGURE = re.compile(r"[0-9.]+")
NUMBER = re.compile(r"(\d+)")
NO_WORD = re.compile(r"\W")
SEPARATOR = " | "
# in place of the address of a source that has none: no spreadsheet takes it for a formula
NO_ADDRESS = "none"

# What Arabic writes onto a word, in this order: "and" or "so", then "with", "for" or "like", then the article.
CONJUNCTIONS, PREPOSITIONS, ARTICLE, FOR_THE = "وف", "بلك", "ال", "لل"
# letters that must be left of a word after the article, and after one of the others: short words keep theirs
AFTER_ARTICLE, AFTER_PARTICLE = 3, 4
# letters of an Arabic name that longer words are told by
LONG_ENOUGH = 4


def joined(texts: Iterable[str]) -> str:
    """Several values in one cell: separated by a vertical bar, which no slug or address holds."""
    return SEPARATOR.join(texts)


def natural(text: str) -> tuple[bool, list[int | str]]:
    """A key that sorts as readers count: `paragraph 2` before `paragraph 10`; nothing comes last."""
    folded = fold(text)
    return not folded, [int(part) if part.isdecimal() else part for part in NUMBER.split(folded)]


# Words


def spelled(word: str) -> str:
    """A folded word in the spelling that stands for all of its spellings."""
    if not word.isascii():
        for spelling, form in SPELLINGS.items():
            word = word.replace(spelling, form)
    return word


def without_particle(word: str, particles: str) -> str:
    """A folded word without the one letter written onto it, if it is such a word."""
    rest = word[1:]
    is_onto = word[:1] in particles and (len(rest) >= AFTER_PARTICLE or rest in SHORT_WORDS)
    return rest if is_onto and not word.startswith(WHOLE_WORDS) else word


def forms(word: str) -> list[str]:
    """A folded word, and what is left of it without each of the things that Arabic writes onto a word."""
    if word.isascii():
        return [word]
    found = [word]
    found.append(without_particle(found[-1], CONJUNCTIONS))
    for article in (FOR_THE, ARTICLE):
        if article == ARTICLE:
            found.append(without_particle(found[-1], PREPOSITIONS))
        if found[-1].startswith(article) and len(found[-1]) - len(article) >= AFTER_ARTICLE:
            found.append(found[-1][len(article) :])
            break
    return list(dict.fromkeys(found))


def stem(word: str) -> str:
    """The last of the forms of a folded word: what the others are found by."""
    return forms(word)[-1]


def compact(word: str) -> str:
    """A word of a text as one: `CF-18` is `cf18`; a decimal number keeps its point."""
    return word.replace(",", ".") if DECIMAL.fullmatch(word) else PUNCTUATION.sub("", word)


def parts(word: str) -> list[str]:
    """The longer parts of a word with a hyphen or the like: each is found too."""
    if DECIMAL.fullmatch(word):
        return []
    return [part for part in PUNCTUATION.split(word) if len(part) > 1]


# Names, of one word or several


@dataclass(frozen=True)
class Chunk:
    """What can be a word of a name: a word of a text, or a part of one."""

    place: int  # of the whole word in its text
    word: str  # the whole word
    written: str
    forms: frozenset[str]  # what it is found by

    def says(self, word: str) -> bool:
        """Whether it is the word; an Arabic one may go on: إماراتية tells of the Emirates."""
        if word.isascii() or len(word) < LONG_ENOUGH:
            return word in self.forms
        return any(form.startswith(word) for form in self.forms)


def chunks(text: str) -> list[Chunk]:
    """The words of a text, those with a hyphen in their parts: a name may be one of them."""
    return [
        Chunk(place, small(word), part.replace(".", ""), chunk_forms(small(part).replace(".", "")))
        for place, word in enumerate(WORD.findall(plain(text)))
        for part in JOINS.split(word)
        if part
    ]


def chunk_forms(part: str) -> frozenset[str]:
    """The forms of a part of a word, with an apostrophe also without what follows that: Turkey's, Da'esh."""
    texts = {part.replace("'", ""), part.partition("'")[0]}
    return frozenset(form for text in texts for form in forms(spelled(text)))


@dataclass(frozen=True)
class Name:
    """One name of a thing; the key is that of all its names, and stands in `search_text` for each of them."""

    key: str
    written: str
    words: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def is_capitals(self) -> bool:
        """Whether it is a name in capitals only: "is" and "us" are other words."""
        return len(self.written) == 2

    def is_at(self, here: list[Chunk], any_case: bool) -> bool:
        if self.is_capitals and not any_case and here[0].written != self.written:
            return False
        pairs = zip(self.words, here, strict=True)
        return len(here) == len(self.words) and all(chunk.says(word) for word, chunk in pairs)


def words_of(name: str) -> tuple[str, ...]:
    return tuple(stem(spelled(small(chunk.written))) for chunk in chunks(name))


def named(written: str, group: tuple[str, ...]) -> Name:
    # "Islamic State of Iraq and Syria" is told by "Islamic State"
    short = [other for other in group if not any(is_longer(other, than) for than in group)]
    others = tuple(other for other in short if other != written)
    # no word of a text begins with such a sign
    return Name(f"={re.sub(NO_WORD, '', fold(group[0]))}", written, words_of(written), others)


def is_longer(name: str, than: str) -> bool:
    """Whether a name is another one with words before or after it."""
    return name != than and f" {' '.join(words_of(than))} " in f" {' '.join(words_of(name))} "


# by the word that they begin with
BEGINNINGS: dict[str, list[Name]] = {}
for one in (named(written, group) for group in NAMES for written in group):
    BEGINNINGS.setdefault(one.words[0], []).append(one)


def beginnings(forms: Iterable[str]) -> set[str]:
    """The forms of a word, the Arabic ones also cut short."""
    cut = {form[:length] for form in forms if not form.isascii() for length in range(LONG_ENOUGH, len(form))}
    return cut.union(forms)


def names_at(found: list[Chunk], start: int, any_case: bool = False) -> list[Name]:
    """The names that begin at a place of a text, the longest first."""
    begun = [name for beginning in beginnings(found[start].forms) for name in BEGINNINGS.get(beginning, ())]
    here = [name for name in begun if name.is_at(found[start : start + len(name.words)], any_case)]
    return sorted(here, key=lambda name: (-len(name.words), name.written))


# Queries and texts


def asked(query: str) -> dict[str, Name | None]:
    """{what must occur in a `search_text` that the query finds: the name that it stands for, if any}, in order.

    A word is found from its start, a figure as a whole, a name by each name of its thing. Who asks for "us"
    alone means the country.
    """
    found = chunks(query)
    spans, start = [], 0
    while start < len(found):
        name = next(iter(names_at(found, start, any_case=len(found) == 1)), None)
        end = start + (len(name.words) if name else 1)
        spans.append((found[start:end], name))
        start = end
    # of a word with a hyphen that has a name in it the other parts are words
    with_name = {chunk.place for here, name in spans if name for chunk in here}
    pieces = {}
    for here, name in spans:
        if name:
            pieces[f" {name.key} "] = name
        else:
            pieces.setdefault(piece(here[0].written if here[0].place in with_name else here[0].word))
    return pieces


def piece(word: str) -> str:
    found = stem(spelled(compact(small(word))))
    return f" {found} " if FIGURE.fullmatch(found) else f" {found}"


def number_of_words(query: str) -> int:
    return len(WORD.findall(plain(query)))


def sought(query: str) -> list[str]:
    """What must occur in a `search_text` that the query finds."""
    return list(asked(query))


def holds(column: str, query: str) -> Q:
    """Condition: a column of words holds all that the query seeks."""
    return Q(*[Q(**{f"{column}__contains": piece}) for piece in sought(query)])


def finds(query: str, texts: Iterable[str]) -> bool:
    """Whether the query finds the texts."""
    written = search_text(texts)
    return all(piece in written for piece in sought(query))


# what a list of sources looks through, its titles, is asked again and again
@lru_cache(maxsize=2048)
def found_in(text: str) -> frozenset[str]:
    """The words of one text, and the keys of the names in it."""
    sequence, found = chunks(text), set()
    for word in {chunk.word for chunk in sequence}:
        for part in (compact(word), *parts(word)):
            found.update(forms(part), forms(spelled(part)))
    for start in range(len(sequence)):
        found.update(name.key for name in names_at(sequence, start))
    return frozenset(found)


def search_text(texts: Iterable[str]) -> str:
    """The words of all `texts`, each once, as ` one two three `: what `sought` is looked for in.

    Words with a hyphen or the like are kept whole and in parts, so that both `counter-isil`
    and `isil` find "Counter-ISIL"; Arabic words with and without what is written onto them.
    """
    found = set().union(*map(found_in, texts))
    return f" {' '.join(sorted(found))} "


# What the boxes that find a value of a list by its name are given: they fold and spell as is done here.
FOR_BOXES = {"letters": LETTERS, "zeros": ZEROS, "spellings": SPELLINGS}
