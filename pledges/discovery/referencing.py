"""How to cite what the site shows: plain text, BibTeX, RIS, CSL-JSON.

Pure functions over a `Work`. Titles may hold anything a source or a search holds: each format gets
them on one line, with what would end or start something in it escaped.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from pledges.record import wording

# marks that only steer the display of mixed directions, and what no text file should hold
INVISIBLE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
BIBTEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces even after a backslash: an unpaired one must not stay one
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}
INNER_QUOTES = str.maketrans("“”«»", "‘’‹›")
LONGEST_KEY = 110
NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")
NOT_IN_ADDRESSES = str.maketrans({character: f"%{ord(character):02X}" for character in '\\{}"<> '})


@dataclass(frozen=True)
class Work:
    """What is cited: a record (`webpage`), or a view or a release (`dataset`).

    `author` is the name of the site, `address` the permanent one, `accessed` the day of retrieval,
    `updated` the day of the last change (of a release the day it was made) and `version` the number
    of a release, where there are such; `licence` is that of the data. Of a view, `seen` says how much it
    showed, `known_on` is the day of which the address tells, `remark` says what else a reader must know.
    """

    title: str
    author: str
    address: str
    accessed: date
    language: str
    updated: date | None = None
    version: str = ""
    licence: str = ""
    kind: str = "webpage"
    seen: str = ""
    known_on: date | None = None
    remark: str = ""

    @property
    def heading(self) -> str:
        """The title on one line, without the full stop of a sentence."""
        return one_line(self.title).rstrip(".")

    @property
    def dated(self) -> date | None:
        """The day of what is cited, as lists of references have it."""
        return self.updated or self.known_on

    @property
    def note(self) -> str:
        """What a list of references has no field for, in sentences."""
        return " ".join(f"{one_line(words)}." for words in (self.seen, self.remark) if words)

    @property
    def link(self) -> str:
        """The address without what would end it early in a file."""
        return self.address.translate(NOT_IN_ADDRESSES)

    @property
    def key(self) -> str:
        """A name for the entry in a list of references: `coalition-pledges-en-pledges-2016`."""
        path = self.address.partition("://")[2].partition("/")[2]
        key = f"coalition-pledges-{NOT_IN_KEYS.sub('-', path.lower()).strip('-')}"
        if "?" not in path and len(key) <= LONGEST_KEY:
            return key
        # two queries may differ in nothing that a key can hold, or beyond its end
        return f"{key[:LONGEST_KEY].rstrip('-')}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def one_line(text: str) -> str:
    """The text without line breaks, control characters and marks of direction."""
    visible = (" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in text)
    return " ".join(INVISIBLE.sub("", "".join(visible)).split())


def plain(work: Work) -> str:
    """The citation as a reader would write it, in the current language, ending with the address."""
    return f"{words(work)} {work.link}"


def text_file(work: Work) -> str:
    return f"{plain(work)}\n"


def words(work: Work) -> str:
    """The same without the address."""
    title = work.heading.translate(INNER_QUOTES)
    parts = [gettext("%(author)s: “%(title)s”.") % {"author": work.author, "title": title}]
    if work.seen:
        parts.append(f"{work.seen}.")
    if work.version and work.updated:
        made = {"version": work.version, "day": wording.day(work.updated)}
        parts.append(gettext("Release %(version)s of %(day)s.") % made)
    elif work.version:
        parts.append(gettext("Release %(version)s.") % {"version": work.version})
    elif work.updated:
        parts.append(gettext("Last updated %(day)s.") % {"day": wording.day(work.updated)})
    if work.remark:
        parts.append(f"{work.remark}.")
    parts.append(gettext("Retrieved %(day)s.") % {"day": wording.day(work.accessed)})
    if work.licence:
        parts.append(gettext("Licence: %(licence)s.") % {"licence": work.licence})
    return " ".join(parts)


def bibtex_text(text: str) -> str:
    return "".join(BIBTEX_ESCAPES.get(character, character) for character in one_line(text))


def bibtex(work: Work) -> str:
    """One entry; BibTeX keeps what stands in two pairs of braces as it is."""
    fields = {
        "title": f"{{{bibtex_text(work.heading)}}}",
        "author": f"{{{bibtex_text(work.author)}}}",
        "year": str(work.dated.year) if work.dated else "",
        "date": work.dated.isoformat() if work.dated else "",
        "version": bibtex_text(work.version),
        "note": f"{{{bibtex_text(work.note)}}}" if work.note else "",
        "url": work.link,
        "copyright": bibtex_text(work.licence),
        "urldate": work.accessed.isoformat(),
        "langid": {"ar": "arabic", "en": "english"}[work.language],
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{work.key},", *lines, "}", ""])


def ris(work: Work) -> str:
    """One reference; a line each, so no value may hold a line break."""
    lines = [
        ("TY", "DATA" if work.kind == "dataset" else "ELEC"),
        ("ID", work.key),
        ("TI", work.heading),
        ("AU", f"{one_line(work.author)},"),  # the comma: one name, no first and last name
        ("PY", str(work.dated.year) if work.dated else ""),
        ("DA", f"{work.dated:%Y/%m/%d}/" if work.dated else ""),
        ("ET", one_line(work.version)),
        ("N1", work.note),
        ("LA", work.language),
        ("C1", f"Licence: {one_line(work.licence)}" if work.licence else ""),
        ("UR", work.link),
        ("Y2", f"{work.accessed:%Y/%m/%d}/"),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


def csl(work: Work) -> dict[str, Any]:
    """One item of CSL-JSON as data."""
    item = {
        "id": work.key,
        "type": work.kind,
        "title": work.heading,
        "author": [{"literal": one_line(work.author)}],
        "URL": work.link,
        "accessed": date_parts(work.accessed),
        "language": work.language,
    }
    if work.dated:
        item["issued"] = date_parts(work.dated)
    if work.note:
        item["note"] = work.note
    if work.version:
        item["version"] = one_line(work.version)
    if work.licence:
        item["license"] = one_line(work.licence)
    return item


def date_parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def csl_json(work: Work) -> str:
    return json.dumps([csl(work)], ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class Format:
    """A file to cite from: its name for readers, its media type, the function that writes it."""

    label: str
    media_type: str
    write: Callable[[Work], str]


# by extension
FORMATS = {
    "txt": Format("TXT", "text/plain", text_file),
    "bib": Format("BibTeX", "application/x-bibtex", bibtex),
    "ris": Format("RIS", "application/x-research-info-systems", ris),
    "json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
}
