"""One form for all spellings of a text: letters, digits and marks that stand for one another.

Searches, alphabetical orders and the "Find" boxes (`static/js/find.js`) share these tables; what makes
words of a text is in `record.folding`.
"""

import re
import sys
import unicodedata

# each letter, and those that are read as it: of Arabic, Persian and Urdu keyboards, of European languages
LETTERS = {
    "ا": "ٱٲٳ",
    "ه": "ةەہھۃ",
    "ي": "ىیۍېے",
    "ك": "کڪ",
    "AE": "Æ",
    "ae": "æ",
    "OE": "Œ",
    "oe": "œ",
    "SS": "ẞ",
    "ss": "ß",
    "TH": "Þ",
    "th": "þ",
    "D": "ÐĐ",
    "d": "ðđ",
    "H": "Ħ",
    "h": "ħ",
    "i": "ı",
    "L": "Ł",
    "l": "ł",
    "O": "Ø",
    "o": "ø",
    # apostrophes, and the ayn and hamza of transliterations: Da’esh, Daʿesh
    "'": "‘’‛ʹʻʼʽʾʿˈˊˋ´`′‵՚׳ꞌ＇",
    # hyphens within words; a dash between words stays one
    "-": "‐‑‒–−⁃֊־᠆﹣－",
    # separators of Arabic numbers
    ",": "٬",
    ".": "٫",
    # lengthens a word, and says nothing
    "": "ـ",
}
# the zeros of all scripts: nine digits follow each
ZEROS = "".join(chr(n) for n in range(0x80, sys.maxunicode + 1) if unicodedata.decimal(chr(n), None) == 0)

PLAIN = str.maketrans(
    {other: letter for letter, others in LETTERS.items() for other in others}
    | {chr(ord(zero) + n): str(n) for zero in ZEROS for n in range(10)}
)
# 1 500 with a space that does not break the line
SPACED_THOUSANDS = re.compile(r"(?<=[0-9])[\u00A0\u2007\u2009\u202F](?=[0-9]{3}(?![0-9]))")
THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[,.'][0-9]{3})+(?![0-9])")
SEPARATORS = re.compile(r"[,.']")


def is_written(character: str) -> bool:
    """Whether a character is more than a mark on another, or an invisible one."""
    category = unicodedata.category(character)
    return category[0] != "M" and category != "Cf"


def plain(text: str) -> str:
    """The text without marks, invisible characters and variants of letters, with Latin digits in whole numbers."""
    numbers = SPACED_THOUSANDS.sub(",", text.translate(PLAIN))
    bare = "".join(filter(is_written, unicodedata.normalize("NFKD", numbers)))
    # again: decomposition turns presentation forms into plain letters
    return THOUSANDS.sub(lambda number: SEPARATORS.sub("", number[0]), bare.translate(PLAIN))


def small(text: str) -> str:
    return text.lower().replace("ς", "σ")


def fold(text: str) -> str:
    """The same in small letters."""
    return small(plain(text))


# Alphabetical order: each letter by one that it is ordered with, or by none. All letters of our two languages
# and of the names and titles in them; a database is given the very same pairs.
ALPHABETS = {"en": [(0x41, 0x5A), (0xC0, 0x17F), (0x218, 0x21B)], "ar": [(0x41, 0x5A), (0x621, 0x6D5)]}
# what is no letter of a name: Côte d’Ivoire, Pointe-à-Pitre
NO_LETTERS = "'’‘ʼ"


def ordered_by(language: str) -> dict[str, str]:
    """{letter: what it is ordered by} of a language, those that stand for themselves left out."""
    letters = [chr(n) for first, last in ALPHABETS[language] for n in range(first, last + 1)]
    found = {letter: fold(letter)[:1] for letter in letters} | dict.fromkeys(NO_LETTERS, "")
    return {letter: plain for letter, plain in found.items() if plain != letter}
