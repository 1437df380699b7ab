"""The data package of any query, and the dictionary of all its columns."""

from datetime import date

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from pledges.exports.csv import file_name
from pledges.exports.notes import CAVEATS, ENCODING, GUARD, LICENCE, SAME_BYTES, STABILITY
from pledges.exports.package import CSVW, DATAPACKAGE, README, Question, package
from pledges.exports.tables import TABLES
from pledges.filters import CommitmentFilter
from pledges.i18n import LANGUAGES
from pledges.views.browsing import pairs
from pledges.views.public import public_page


@public_page
def pledge_zip(request):
    """The commitments of the list with all that goes with them, as a data package; 400 where the list shows none."""
    commitments = CommitmentFilter(request.GET)
    if commitments.problems:
        problems = [str(problem) for problem in commitments.problems]
        return HttpResponse("\n".join([*problems, ""]), status=400, content_type="text/plain; charset=utf-8")
    pledge = request.build_absolute_uri(reverse("pledge-detail", args=["SLUG"])).replace("SLUG", "{slug}")
    file = package(commitments.results, question(request), pledge, complete=not commitments.asked)
    name = file_name(pairs(commitments), date.today()).removesuffix(".csv") + ".zip"
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
        "tables": TABLES,
        "descriptors": [README, DATAPACKAGE, CSVW],
        "caveats": CAVEATS,
        "encoding": ENCODING,
        "guard": GUARD,
        "licence": LICENCE,
        "same_bytes": SAME_BYTES,
        "stability": STABILITY,
    }
    return render(request, "pledges/dictionary.html", context)
