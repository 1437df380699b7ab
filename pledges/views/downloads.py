"""Files for readers to save; of long ones their speed holds no connection to the database."""

from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from pledges.exports.spool import spooled, spooling
from pledges.limits import in_turn

# more rows than this begin to arrive before the file is complete, so without its length and tag
LONG = 50_000
# files of more rows than this are made a few at a time
LARGE = 5_000


def is_long(query):
    """Whether a filter of commitments finds too many for a file that is complete before it is sent."""
    return query.is_longer_than(LONG)


def is_large(query):
    """Whether a filter finds so many that its file is costly to make."""
    return query.is_longer_than(LARGE)


def attachment(content, name, content_type):
    """Bytes that are at hand as a file to save under that name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = saved_as(name)
    return response


def saved_as(name):
    return content_disposition_header(True, name)


def download(request, make_chunks, name, content_type, large=False, long=False):
    """The file that the chunks of the function `make_chunks` make, under that name.

    Made in its turn if it is `large`. Complete before it is sent, with length and tag, unless it is `long`;
    from these the middleware knows who has the file already, or a part of it. HEAD gets the headers. The
    database does its part before this returns, or in a thread of its own.
    """
    # HTTP/1.0 cannot tell a stream that broke off from a whole one: only a length can
    streamed = long and request.META.get("SERVER_PROTOCOL") != "HTTP/1.0"
    headers = {"Content-Disposition": saved_as(name)}
    if streamed:
        release_connections()
        with in_turn():
            chunks = spooling(make_chunks) if request.method == "GET" else []
        return StreamingHttpResponse(chunks, headers=headers, content_type=content_type)
    with in_turn(large):
        spool, headers["ETag"] = spooled(make_chunks)
    release_connections()
    headers["Content-Length"] = str(spool.size)
    if request.method == "HEAD":
        spool.close()
        return HttpResponse(headers=headers, content_type=content_type)
    return StreamingHttpResponse(spool, headers=headers, content_type=content_type)


def release_connections():
    """Gives this request's connections back before a byte is sent; inside a transaction (a test) they stay.

    One to SQLite is a file that lies open: this thread may use it again.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
