"""CSV of a queryset of commitments: all its rows, in its order."""

import csv
import io
import re

from pledges.exports.columns import COLUMNS
from pledges.exports.guard import neutral

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
CHUNK = 500
NOT_IN_NAMES = re.compile(r"\W+")
LONGEST_NAME = 80


def csv_chunks(commitments, address, bom=True):
    """The file as UTF-8 bytes, piece by piece: header, then every row of the queryset.

    `address` is the address of a commitment's page as a format with one `{slug}`. An error
    while reading breaks off: what was sent is then no complete answer.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in COLUMNS])
    rows = commitments.select_related("country", "type", "unit", "meeting").with_whole_slug()
    rows = rows.prefetch_related("places", "citations__source")
    sent = BOM if bom else ""
    for n, commitment in enumerate(rows.iterator(chunk_size=CHUNK), 1):
        writer.writerow([neutral(column.value(commitment, address)) for column in COLUMNS])
        if n % CHUNK == 0:
            yield (sent + take(buffer)).encode()
            sent = ""
    yield (sent + take(buffer)).encode()


def take(buffer):
    """The text in the buffer, which is empty afterwards."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def file_name(query, day):
    """`pledges-PL-RO-airstrikes-2016-02-11.csv`: what was asked (name, value pairs), and when."""
    values = [value if name != "q" and not name.startswith("not_") else f"{name}-{value}" for name, value in query]
    asked = "-".join(filter(None, (NOT_IN_NAMES.sub("-", value).strip("-") for value in values)))
    if len(asked) > LONGEST_NAME:
        asked = f"{asked[:LONGEST_NAME].rstrip('-')}-etc"
    return "-".join(filter(None, ("pledges", asked, day.isoformat()))) + ".csv"
