"""What has not changed is not made again: tags of public pages and files, and those kept of the current data.

A key stands for all that an answer is made from: the version of the data, the address, the day, the code. A tag is
`"<key>-<digest of the content>-<letters>"`. Who sends it back is told "not modified" as long as the key is the same,
without making or keeping anything; where only the key is another, the content decides.
"""

import gzip
import hashlib
import json
import logging
import re
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import django
from django.conf import settings
from django.core.cache import cache as shelf
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import has_vary_header, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_path, get_language_from_request, override

from pledges import faults
from pledges.models.dates import today_anywhere
from pledges.record import data_version
from pledges.views.downloads import release_connections
from pledges.views.errors import unavailable
from pledges.views.readers import open_to_all, told_to_caches

METHODS = {"GET", "HEAD"}
# of these nothing is ever kept, whatever they answer
NOT_PUBLIC = ("/admin/", settings.STATIC_URL)
# what a page says that comes from the environment
SETTINGS = ("DATA_LICENCE", "REPORT_ADDRESS")
# folders of our code that no page is made from
WITHOUT_PAGES = {"tests", "benchmarks", "migrations", "__pycache__"}

# the letters of a tag: what a 304 has to say again of an answer that it does not look at
OPEN = "o"  # scripts of any site may read it
TEXT = "t"  # it comes compressed to who takes it so
PACKED = "z"  # this one is: a tag of its own, for a cache could hand it to who cannot read it
TAG = re.compile(r'(?:W/)?"([0-9a-f]*)-([0-9a-f]+)-([a-z]*)"')
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
# quick: a tenth more bytes than the best for a third of its time
LEVEL = 3

# bytes of the largest body that is kept, compressed as it is
LARGEST = 4 * 1024 * 1024
# seconds that a store is left alone which failed
REST = 30

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A complete answer, but for what depends on who asks."""

    content: str  # digest
    letters: str
    headers: dict[str, str]
    body: bytes | None  # packed if it is text; None if it is not at hand


class CachingMiddleware:
    """Answers what has not changed before sessions, languages and views are asked; keeps and tags what they make.

    Only what a view for readers made for everyone gets such a tag, and only while the data stayed the same.
    """

    def __init__(self, get_response):
        if settings.DEBUG:  # templates may change while the process lives
            raise MiddlewareNotUsed
        self.get_response, self.store = get_response, Store()

    def __call__(self, request):
        if not may_be_public(request):
            return self.get_response(request)
        with data_version.held():
            return self.answered(request)

    def answered(self, request):
        try:
            key = key_of(request, data_version.current())
        except DisallowedHost:  # refused further in, in the reader's language
            key = None
        except (OperationalError, InterfaceError) as error:
            return away(request, error)
        if key is None:
            return self.get_response(request)
        if known := tag_of_now(request, key):
            return not_modified(request, known)
        kept = self.store.get(key)
        if kept and (kept.body is not None or request.method == "HEAD"):
            release_connections()
            return answer(request, key, kept)
        return self.made(request, key)

    def made(self, request, key):
        """What the views answer; tagged and kept if it is for everyone."""
        response = self.get_response(request)
        if not is_for_everyone(response):
            return response
        key = key if key == key_after(request) else ""
        release_connections()
        kept, plain = complete(request, response, self.store.is_on)
        if key:
            self.store.set(key, kept)
        if kept.body is None:
            response["ETag"] = tag(request, key, kept.content, kept.letters)
            return response
        answered = answer(request, key, kept, plain)
        answered._resource_closers += response._resource_closers
        return answered


def may_be_public(request):
    return request.method in METHODS and not request.path_info.startswith(NOT_PUBLIC) and not faults.OUTAGE.is_on


def is_for_everyone(response):
    return (
        response.status_code == 200
        and getattr(response, "is_for_everyone", False)
        and "Content-Length" in response
        and not response.cookies
        and not has_vary_header(response, "Cookie")
    )


def away(request, error):
    """503 if the database is away: further in it would be waited for once more."""
    if not faults.words_for(error):
        raise error
    faults.may_pass(request, error)
    with override(language_of(request)):
        response = unavailable(request, error)
    response["Content-Language"] = language_of(request)
    return response


# Keys


def key_of(request, version):
    """All that an answer to the request may depend on, as one word."""
    parts = (
        code(),
        *(getattr(settings, name) for name in SETTINGS),
        version.number,
        version.mark,
        str(datetime.now(UTC).date()),
        str(today_anywhere()),
        request.scheme,
        request.get_host(),
        request.path,
        request.META.get("QUERY_STRING", ""),
        language_of(request),
        # what is long has a length there
        request.META.get("SERVER_PROTOCOL") == "HTTP/1.0",
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def key_after(request):
    """The same once the answer is made: None if that cannot be told any more."""
    try:
        return key_of(request, data_version.read())
    except DatabaseError:
        return None


def language_of(request):
    return get_language_from_path(request.path_info) or get_language_from_request(request)


@cache
def code():
    """A digest of what pages are made from beside the data: our code, words and templates, the packages."""
    found = hashlib.blake2b(digest_size=12)
    ours = Path(settings.BASE_DIR, "pledges")
    files = [path for path in ours.rglob("*.*") if not WITHOUT_PAGES & set(path.relative_to(ours).parts)]
    files += [path for folder in settings.TEMPLATES[0]["DIRS"] for path in Path(folder).rglob("*.*")]
    # names of static files hold the digests of their content
    files += [settings.BASE_DIR / "NOTICE.md", settings.STATIC_ROOT / "staticfiles.json"]
    for path in sorted(path for path in files if path.is_file()):
        content = path.read_bytes()
        found.update(f"{path.relative_to(settings.BASE_DIR)} {len(content)}\n".encode() + content)
    packages = Path(django.__file__).parents[1].glob("*.dist-info")
    found.update(json.dumps([sys.version, *sorted(path.name for path in packages)]).encode())
    return found.hexdigest()


# Tags


def tags_of_client(request):
    """The tags of the answers that the client has."""
    return [
        found
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE")
        for found in parse_etags(request.META.get(name, ""))
        if found != "*"
    ]


def tag_of_now(request, key):
    """The tag that the client sends back and that holds now, in the coding that it would get; None if there is none."""
    for found in parse_etags(request.headers.get("if-none-match", "")):
        if (parts := TAG.fullmatch(found)) and parts[1] == key and parts[3] == in_coding(request, parts[3]):
            return found.removeprefix("W/")
    return None


def tag(request, key, content, letters):
    """The tag of a content: the one that the client has of it already, whatever data it was made from."""
    letters = in_coding(request, letters)
    for found in tags_of_client(request):
        if found == f'"{content}"' or (parts := TAG.fullmatch(found)) and parts.groups()[1:] == (content, letters):
            return found.removeprefix("W/")
    return f'"{key}-{content}-{letters}"'


def in_coding(request, letters):
    """The letters of the answer that the client gets: text is compressed for who takes it so."""
    plain = letters.removesuffix(PACKED)
    return plain + PACKED if TEXT in plain and takes_gzip(request) else plain


def takes_gzip(request):
    return bool(TAKES_GZIP.search(request.headers.get("accept-encoding", "")))


# Answers


def not_modified(request, tag):
    """304 with what the answer itself would say: a cache puts these headers in place of those that it has."""
    letters, headers = TAG.fullmatch(tag)[3], {"ETag": tag, "Cache-Control": told_to_caches(request)}
    varies = [] if get_language_from_path(request.path_info) else ["Accept-Language"]
    if TEXT in letters:
        varies.append("Accept-Encoding")
    if varies:
        headers["Vary"] = ", ".join(varies)
    response = HttpResponseNotModified(headers=headers)
    return open_to_all(response) if OPEN in letters else response


def complete(request, response, is_kept):
    """The answer as it can be `Kept`, and the bytes of its text; without a body if that is large or not at hand."""
    letters = OPEN if "Access-Control-Allow-Origin" in response else ""
    plain = None
    if "Content-Disposition" in response:
        body = file_body(response) if is_kept or not response.streaming else None
    else:
        letters += TEXT
        patch_vary_headers(response, ["Accept-Encoding"])
        plain = response.content
        body = gzip.compress(plain, LEVEL, mtime=0) if is_kept or takes_gzip(request) else b""
    content = response.get("ETag", "").strip('"') or hashlib.blake2b(plain or body, digest_size=16).hexdigest()
    headers = {name: value for name, value in response.items() if name not in {"ETag", "Cache-Control"}}
    return Kept(content, letters, headers, body), plain


def file_body(response):
    """The bytes of a file; None if there are too many, or none of them, in answer to HEAD."""
    size = int(response["Content-Length"])
    if size > LARGEST:
        return None
    body = b"".join(response)
    return body if len(body) == size else None


def answer(request, key, kept, plain=None):
    """The response to this request; `plain` is the text where that is at hand."""
    body, headers = kept.body, kept.headers | {"Cache-Control": told_to_caches(request)}
    if TEXT in kept.letters:
        if takes_gzip(request):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body) if plain is None else plain
        headers["Content-Length"] = str(len(body))
    headers["ETag"] = tag(request, key, kept.content, kept.letters)
    return HttpResponse(body or b"", headers=headers)


# Where they are kept


class Store:
    """The cache of the settings. One that fails is left alone for a while: no reader waits for it or notices."""

    def __init__(self):
        self.rests_until = 0

    @property
    def is_on(self):
        return settings.CACHES["default"]["BACKEND"] != NONE

    def get(self, key):
        return self.asked("get", key)

    def set(self, key, kept):
        if self.is_on and len(kept.body or b"") <= LARGEST:
            self.asked("set", key, kept)

    def asked(self, what, *arguments):
        if not self.is_on or monotonic() < self.rests_until:
            return None
        try:
            return getattr(shelf, what)(*arguments)
        except Exception as error:
            self.rests_until = monotonic() + REST
            log.warning("Pages are not kept for %s seconds: %s: %s", REST, type(error).__name__, error)
            return None


NONE = "django.core.cache.backends.dummy.DummyCache"


class Memory(LocMemCache):
    """Of this process: what was not asked for longest goes when there are more bytes than MAX_BYTES."""

    def __init__(self, name, params):
        super().__init__(name, params)
        self.most = params["OPTIONS"]["MAX_BYTES"]

    def _set(self, key, value, *arguments):
        super()._set(key, value, *arguments)
        while sum(map(len, self._cache.values())) > self.most:
            oldest, _value = self._cache.popitem()
            del self._expire_info[oldest]
