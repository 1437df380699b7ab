"""Rows as JSON: a page of them as one document; commitments all as lines, or one with what it rests on."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext

from pledges.exports.columns import COLUMNS, with_columns
from pledges.exports.rows import CHUNK, each, record
from pledges.exports.wanted import Wanted
from pledges.models import Citation, Commitment, StatusChange
from pledges.models.dates import iso
from pledges.query.pledges import Pages
from pledges.record.columns import Column

# records on a page, if a client does not say; and at most
PER_PAGE, MOST_PER_PAGE = 100, 1000
WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}").fullmatch


def read_per_page(values: list[str]) -> int:
    """How many records a page holds, from the values of the parameter; ValueError if that cannot be read."""
    if not values:
        return PER_PAGE
    if len(values) > 1:
        raise ValueError(gettext("This was given more than once, so no results are shown."))
    text = values[0].strip()
    if not WHOLE_NUMBER(text) or int(text) > MOST_PER_PAGE:
        raise ValueError(gettext("Write a whole number from 1 to %(most)s.") % {"most": MOST_PER_PAGE})
    return int(text)


def one_page(wanted: Wanted) -> Iterator[bytes]:
    """The document of one page as bytes, in one piece: letters of any script as they are."""
    yield json.dumps(page_document(wanted), ensure_ascii=False).encode()


def page_document(wanted: Wanted) -> dict[str, Any]:
    """One page of pledges, how many there are in all, and the addresses of the pages beside it."""
    return document_of_page(wanted, Pages(wanted.filter, with_columns), wanted.filter.tally.rows)


def document_of_page(wanted: Wanted, rows: QuerySet | Pages, total: int) -> dict[str, Any]:
    """The same for any so many rows that have what their columns are made of."""
    page, size = wanted.filter.page, wanted.options["per_page"]
    pages = max(1, -(-total // size))
    return {
        "query": wanted.sentences,
        "address": wanted.list_address,
        "total": total,
        "page": page,
        "pages": pages,
        "per_page": size,
        "next": page_address(wanted, page + 1) if page < pages else None,
        "previous": page_address(wanted, min(page - 1, pages)) if page > 1 else None,
        "columns": [column.name for column in wanted.columns],
        wanted.table: page_of_records(rows, wanted.columns, wanted.pledge_address, page, size, total),
    }


def page_address(wanted: Wanted, page: int) -> str:
    """The absolute address of another page of the same document."""
    query = wanted.filter.parameters.copy()
    query["page"] = page
    if wanted.options["per_page"] != PER_PAGE:
        query["per_page"] = wanted.options["per_page"]
    return f"{wanted.site}{wanted.path}?{query.urlencode()}"


def page_of_records(
    rows: QuerySet[Model] | Pages, columns: Sequence[Column], address: str, page: int, per_page: int, total: int
) -> list[dict[str, Any]]:
    """The records of one page, in order; none beyond the last page."""
    start = (page - 1) * per_page
    if start >= total:
        return []
    return [record(found, columns, address) for found in rows[start : start + per_page]]


def json_lines(wanted: Wanted) -> Iterator[bytes]:
    """All records as UTF-8 bytes, piece by piece, one a line; an error while reading breaks off."""
    rows = each(wanted.rows)
    lines = (as_line(record(commitment, wanted.columns, wanted.pledge_address)) for commitment in rows)
    while batch := list(islice(lines, CHUNK)):
        yield b"".join(batch)


def as_line(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def full_record(commitment: Commitment, address: str) -> dict[str, Any]:
    """All columns of one commitment (from `with_columns`), its citations and its later steps."""
    citations = commitment.citations.select_related("source").order_by("source__slug")
    steps = commitment.status_changes.select_related("source")
    return record(commitment, COLUMNS, address) | {
        "citations": [citation_record(citation) for citation in citations],
        "status_changes": [step_record(step) for step in steps],
    }


def citation_record(citation: Citation) -> dict[str, Any]:
    source = citation.source
    return {
        "stance": citation.stance,
        "locator": citation.locator or None,
        "credibility": citation.credibility,
        "quote": citation.quote or None,
        "note": citation.note or None,
        "claimed_min": citation.claimed_min,
        "claimed_max": citation.claimed_max,
        "claimed_on": iso(citation.claimed_on, citation.claimed_precision) or None,
        "source": {
            "slug": source.slug,
            "title": source.title,
            "publisher": source.publisher,
            "language": source.language,
            "kind": source.kind,
            "url": source.url or None,
            "archive_url": source.archive_url or None,
            "published_on": iso(source.published_on, source.published_precision) or None,
            "reliability": source.reliability,
        },
    }


def step_record(step: StatusChange) -> dict[str, Any]:
    return {
        "status": step.status,
        "happened_on": iso(step.happened_on, step.happened_precision) or None,
        "source": step.source.slug if step.source else None,
        "note": step.note or None,
    }
