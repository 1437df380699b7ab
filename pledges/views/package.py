"""The data package of any query, and the dictionary of all its columns."""

import re

from django.shortcuts import render
from django.utils import translation
from django.utils.translation import pgettext_lazy

from pledges.exports.notes import CAVEATS, ENCODING, GUARD, LICENCE, SAME_BYTES, STABILITY
from pledges.exports.package import CSVW, DATAPACKAGE, README, Question, package_chunks
from pledges.exports.tables import TABLES
from pledges.i18n import LANGUAGES
from pledges.views.downloads import download
from pledges.views.files import in_both_languages, list_address, read_query, record_address
from pledges.views.readers import public_page, record_page, refused

TYPES = {
    "string": pgettext_lazy("type of a column", "text"),
    "integer": pgettext_lazy("type of a column", "whole number"),
    "boolean": pgettext_lazy("type of a column", "true or false"),
    "date": pgettext_lazy("type of a column", "date: day, month or year"),
    "day": pgettext_lazy("type of a column", "date: day"),
}
ARABIC = re.compile("[\u0600-\u06ff]")


@public_page
def pledge_zip(request):
    """The commitments of the list with all that goes with them, as a data package; 400 where the list shows none.

    Every table keeps all its columns, whichever the list shows.
    """
    wanted = read_query(request)
    if wanted.problems:
        return refused(wanted.problems)
    rows, asked, address = wanted.filter.results, question(request, wanted.filter), record_address(request)
    complete = not wanted.filter.asked
    return download(
        request,
        lambda: package_chunks(rows, asked, address, complete),
        wanted.file_name("zip"),
        "application/zip",
    )


def question(request, commitments):
    """What the filter asks for, in words and as addresses of the list, in both languages."""
    addresses = {}
    for language in LANGUAGES:
        with translation.override(language):
            addresses[language] = list_address(request, commitments)
    return Question(in_both_languages(commitments), addresses)


@record_page
def dictionary(request):
    """Every file and column of the data package, from the tables that it is made of."""
    context = {
        "tables": [(table, [described(table, column) for column in table.columns]) for table in TABLES],
        "descriptors": [README, DATAPACKAGE, CSVW],
        "caveats": CAVEATS,
        "encoding": ENCODING,
        "guard": GUARD,
        "licence": LICENCE,
        "same_bytes": SAME_BYTES,
        "stability": STABILITY,
    }
    return render(request, "pledges/dictionary.html", context)


def described(table, column):
    """What the dictionary says about a column of a table."""
    return {
        "name": column.name,
        "type": TYPES[column.type],
        "description": column.description,
        "example": column.example,
        "example_language": "ar" if ARABIC.search(str(column.example)) else "en",
        "allowed": column.allowed,
        "refers_to": table.references.get(column.name) or table.lists.get(column.name),
    }
