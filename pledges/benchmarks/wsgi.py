"""The site, and beside it under the same server what it is measured against.

/hello is Django with one view and no middleware. What Django's documentation recommends for large files is there in
two strengths: /recipe.csv takes the values as the database computes them, /instances.csv from instances of the models.
"""

import csv

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.http import HttpResponse

from pledges.wsgi import application as site

# ruff: isort: split
from pledges.benchmarks.peers import ADDRESS, WANTED, default_rows


class Hello(WSGIHandler):
    """The least that Django can do for a request."""

    def load_middleware(self, is_async=False):
        self._middleware_chain = convert_exception_to_response(lambda request: HttpResponse("Hello, world"))


hello = Hello()


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value):
        return value


def recipe():
    return default_rows().values_list(*(column.sql(ADDRESS) for column in WANTED)).iterator()


def instances():
    for commitment in default_rows().iterator():
        yield [column.value(commitment, ADDRESS) for column in WANTED]


ROWS = {"/recipe.csv": recipe, "/instances.csv": instances}


def lines(rows):
    writer = csv.writer(Echo())
    yield writer.writerow([column.name for column in WANTED]).encode()
    for row in rows:
        yield writer.writerow(row).encode()


def application(environ, start_response):
    if environ["PATH_INFO"] == "/hello":
        return hello(environ, start_response)
    if environ["PATH_INFO"] not in ROWS:
        return site(environ, start_response)
    request_started.send(sender=None, environ=environ)
    start_response("200 OK", [("Content-Type", "text/csv")])

    def body():
        yield from lines(ROWS[environ["PATH_INFO"]]())
        request_finished.send(sender=None)

    return body()
