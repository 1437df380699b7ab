"""The data package of any query, and the dictionary of all its columns."""

from django.utils import translation

from pledges.exports.package import Question, package_chunks
from pledges.i18n import LANGUAGES
from pledges.views.downloads import download
from pledges.views.files import in_both_languages, list_address, read_query, record_address
from pledges.views.readers import public_page, refused


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
