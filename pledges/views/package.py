"""The data package of any query, and the dictionary of all its columns."""

from datetime import date

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from pledges.exports.csv import file_name
from pledges.exports.notes import CAVEATS, ENCODING, GUARD, LICENCE, SAME_BYTES, STABILITY
from pledges.exports.package import CSVW, DATAPACKAGE, README, Question, package
from pledges.exports.tables import TABLES
from pledges.filters import CommitmentFilter
from pledges.i18n import LANGUAGES
from pledges.views.browsing import pairs
from pledges.views.public import public_page

TYPES = {
    "string": pgettext_lazy("type of a column", "text"),
    "integer": pgettext_lazy("type of a column", "whole number"),
    "boolean": pgettext_lazy("type of a column", "true or false"),
    "date": pgettext_lazy("type of a column", "date: day, month or year"),
    "day": pgettext_lazy("type of a column", "date: day"),
}


@public_page
def pledge_zip(request):
    """The commitments of the list with all that goes with them, as a data package; 400 where the list shows none."""
    commitments = CommitmentFilter(request.GET)
    if commitments.problems:
        problems = [str(problem) for problem in commitments.problems]
        return HttpResponse("\n".join([*problems, ""]), status=400, content_type="text/plain; charset=utf-8")
    pledge = request.build_absolute_uri(reverse("pledge-detail", args=["SLUG"])).replace("SLUG", "{slug}")
    file = package(commitments.results, question(request), pledge, complete=not commitments.asked)
    name = file_name(pairs(commitments), date.today(), "zip")
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def question(request):
    """What the query string asks for, in words and as addresses of the list, in both languages."""
    sentences, addresses = {}, {}
    for language in LANGUAGES:
        with translation.override(language):
            commitments = CommitmentFilter(request.GET)
            query = commitments.changed()
            sentences[language] = commitments.sentence
            addresses[language] = request.build_absolute_uri(reverse("pledge-list")) + (f"?{query}" if query else "")
    return Question(sentences, addresses)


@public_page
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
        "allowed": column.allowed,
        "refers_to": table.references.get(column.name) or table.lists.get(column.name),
    }
