"""Text folded for search: Arabic and Latin spellings of one word become one form."""

import re
import unicodedata
from collections.abc import Iterable

# Letters that readers type for one another, and digits of the Arabic keyboard.
LETTERS = str.maketrans(
    "أإآٱىةؤئ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹",
    "اااايهوي01234567890123456789",
)
TATWEEL = "\u0640"
# One word, two spellings in the press: لوجيستي (ours) and لوجستي.
SPELLINGS = {"لوجيست": "لوجست"}
ARTICLES = ("وال", "فال", "بال", "كال", "لل", "ال")
WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*")
PUNCTUATION = re.compile(r"[-'’.,/_]")
NUMBER = re.compile(r"(\d+)")
SHORTEST_STEM = 3
SEPARATOR = " | "
# in place of the address of a source that has none: no spreadsheet takes it for a formula
NO_ADDRESS = "none"


def joined(texts: Iterable[str]) -> str:
    """Several values in one cell: separated by a vertical bar, which no slug or address holds."""
    return SEPARATOR.join(texts)


def fold(text: str) -> str:
    """The text without marks, tatweel and letter variants, in lower case, with Latin digits."""
    composed = unicodedata.normalize("NFC", text).translate(LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", composed) if not unicodedata.combining(c))
    # again: decomposition turns presentation forms into plain letters
    folded = bare.replace(TATWEEL, "").translate(LETTERS).casefold()
    for spelling, form in SPELLINGS.items():
        folded = folded.replace(spelling, form)
    return folded


def stem(word: str) -> str:
    """An Arabic word without its article (and what is written onto it); any other word as it is."""
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST_STEM:
            return word[len(article) :]
    return word


def words(text: str) -> list[str]:
    """The folded words of a query, in order: `CF-18` is one word, `cf18`."""
    compact = (PUNCTUATION.sub("", word) for word in WORD.findall(fold(text)))
    return [stem(word) for word in compact if word]


def natural(text: str) -> tuple[bool, list[int | str]]:
    """A key that sorts as readers count: `paragraph 2` before `paragraph 10`; nothing comes last."""
    folded = fold(text)
    return not folded, [int(part) if part.isdecimal() else part for part in NUMBER.split(folded)]


def sought(query: str) -> list[str]:
    """What must occur in a `search_text` that the query finds: words from their start, figures as a whole."""
    return [f" {word} " if word.isdigit() else f" {word}" for word in words(query)]


def search_text(texts: Iterable[str]) -> str:
    """The words of all `texts`, each once, as ` one two three `: what `find` searches.

    Words with a hyphen or the like are kept whole and in parts, so that both `counter-isil`
    and `isil` find "Counter-ISIL".
    """
    found = {}
    for text in texts:
        for word in WORD.findall(fold(text)):
            parts = [part for part in PUNCTUATION.split(word) if len(part) > 1]
            found.update(dict.fromkeys(stem(part) for part in (PUNCTUATION.sub("", word), *parts) if part))
    return f" {' '.join(sorted(found))} "
