"""Atom: a list of edits as the bytes of a feed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pledges.history.differences import Difference
from pledges.history.versions import Edit

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
# the year from which the names of records hold, part of every identifier (RFC 4151)
SINCE = 2026
# a feed without entries must state a time all the same, and always the same one
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
PORT = re.compile(r":\d+\Z")
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One edit: its permanent name, heading, time, the address of the record, what changed as HTML."""

    identifier: str
    title: str
    updated: datetime
    address: str
    html: str
    # (what programs call it, words for readers) of the kind of entry, where it is of one
    category: tuple[str, str] | None = None


@dataclass(frozen=True)
class Feed:
    """The head of a feed; `address` is its own, `page` that of the page it goes with."""

    identifier: str
    title: str
    author: str
    language: str
    address: str
    page: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=NEVER)


def tag(site: str, path: str) -> str:
    """A permanent name (`tag:` URI) for what a site (`https://host`, perhaps with a port) names by a path."""
    host = PORT.sub("", urlsplit(site).netloc.lower()).removesuffix(".")
    return f"tag:{host},{SINCE}:{path}"


def difference_html(difference: Difference) -> SafeString:
    """One difference in a line: what it is of, then before and after, each in its own direction
    (by Unicode's isolates: readers of feeds drop the element for it)."""
    headings = [(words,) for words in (difference.about, difference.label) if words]
    words = format_html_join(": ", "\u2068{}\u2069", headings)
    if difference.old is None:
        return format_html("{}: + <ins>\u2068{}\u2069</ins>", words, difference.new)
    if difference.new is None:
        return format_html("{}: − <del>\u2068{}\u2069</del>", words, difference.old)
    return format_html(
        "{}: <del>\u2068{}\u2069</del> → <ins>\u2068{}\u2069</ins>", words, difference.old, difference.new
    )


def edit_html(edit: Edit, direction: str, summary: str = "") -> SafeString:
    """What an edit was, as HTML: the summary of the pledge, whether it is a correction, reasons, differences."""
    items = [(difference_html(difference),) for difference in edit.differences]
    correction = gettext("Correction") if edit.is_correction else ""
    return lines_html([summary, correction, *edit.reasons], direction, items)


def lines_html(lines: Iterable[str], direction: str, items: Iterable[tuple[str]] = ()) -> SafeString:
    """Paragraphs, those that are empty left out, then a list of items as HTML, each in a tuple."""
    return format_html(
        '<div dir="{}">{}{}</div>',
        direction,
        format_html_join("", '<p dir="auto">{}</p>', [(line,) for line in lines if line]),
        format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items)) if items else "",
    )


def text(parent: ElementTree.Element, name: str, value: str, **attributes: str) -> ElementTree.Element:
    """A child element with text; what XML cannot hold is left out."""
    child = ElementTree.SubElement(parent, name, attributes)
    child.text = NOT_XML.sub("", value)
    return child


def link(parent: ElementTree.Element, rel: str, address: str, media_type: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": rel, "href": NOT_XML.sub("", address), "type": media_type})


def atom(feed: Feed) -> bytes:
    """The feed as UTF-8 bytes."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    text(root, "id", feed.identifier)
    text(root, "title", feed.title)
    text(root, "updated", feed.updated.isoformat())
    text(ElementTree.SubElement(root, "author"), "name", feed.author)
    link(root, "self", feed.address, MEDIA_TYPE)
    link(root, "alternate", feed.page, "text/html")
    for entry in feed.entries:
        element = ElementTree.SubElement(root, "entry")
        text(element, "id", entry.identifier)
        text(element, "title", entry.title)
        text(element, "updated", entry.updated.isoformat())
        link(element, "alternate", entry.address, "text/html")
        if entry.category:
            term, label = entry.category
            ElementTree.SubElement(element, "category", {"term": term, "label": label})
        text(element, "content", entry.html, type="html")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
