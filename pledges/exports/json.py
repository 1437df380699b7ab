"""Commitments as JSON: a page of them as one document, all of them as lines, or one with what it rests on."""

import json
from itertools import islice

from pledges.exports.columns import COLUMNS, with_columns
from pledges.exports.rows import CHUNK, each, record
from pledges.models.dates import iso

# records on a page, if a client does not say; and at most
PER_PAGE, MOST_PER_PAGE = 100, 1000


def page_of_records(commitments, columns, address, page, per_page, total):
    """The records of one page, in order; none beyond the last page."""
    start = (page - 1) * per_page
    if start >= total:
        return []
    return [record(found, columns, address) for found in with_columns(commitments)[start : start + per_page]]


def json_lines(commitments, columns, address):
    """All records as UTF-8 bytes, piece by piece, one a line; an error while reading breaks off."""
    lines = (as_line(record(commitment, columns, address)) for commitment in each(commitments))
    while batch := list(islice(lines, CHUNK)):
        yield b"".join(batch)


def as_line(found):
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def full_record(commitment, address):
    """All columns of one commitment (from `with_columns`), its citations and its later steps."""
    citations = commitment.citations.select_related("source").order_by("source__slug")
    steps = commitment.status_changes.select_related("source")
    return record(commitment, COLUMNS, address) | {
        "citations": [citation_record(citation) for citation in citations],
        "status_changes": [step_record(step) for step in steps],
    }


def citation_record(citation):
    source = citation.source
    return {
        "stance": citation.stance,
        "locator": citation.locator or None,
        "credibility": citation.credibility,
        "quote": citation.quote or None,
        "note": citation.note or None,
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


def step_record(step):
    return {
        "status": step.status,
        "happened_on": iso(step.happened_on, step.happened_precision) or None,
        "source": step.source.slug if step.source else None,
        "note": step.note or None,
    }
