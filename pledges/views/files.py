"""What all files of pledges share: what cannot be read is refused in words, the rest is sent whole."""

from dataclasses import dataclass
from datetime import date

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, override

from pledges.exports.csv import file_name
from pledges.exports.rows import chosen_columns
from pledges.filters import CommitmentFilter
from pledges.i18n import LANGUAGES
from pledges.querystrings import Problem
from pledges.views.browsing import pairs


@dataclass
class Asked:
    """What a file is to hold: the filter, the columns, the options of this kind of file, what cannot be read."""

    filter: CommitmentFilter
    columns: list
    options: dict
    problems: list


def asked(request, **options):
    """The `Asked` of a request; each option is a function of its values (a list, empty if absent).

    An option's function gives the value to use, or raises ValueError with a message for the reader.
    """
    query, values, problems = request.GET.copy(), {}, []
    for name, read in options.items():
        try:
            values[name] = read([value for value in query.pop(name, []) if value.strip()])
        except ValueError as error:
            problems.append(Problem(name, name, str(error)))
    commitments = CommitmentFilter(query)
    problems = [*commitments.problems, *problems]
    return Asked(commitments, chosen_columns(commitments.columns), values, problems)


def refusal(problems):
    """400 with a line for each problem."""
    text = "\n".join([*map(str, problems), ""])
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")


def record_address(request):
    """The absolute address of a pledge's page in the current language, as a format with one `{slug}`."""
    return request.build_absolute_uri(reverse("pledge-detail", args=["SLUG"])).replace("SLUG", "{slug}")


def list_address(request, commitments):
    """The absolute address of the list of the same rows, in the current language."""
    query = commitments.changed()
    return request.build_absolute_uri(reverse("pledge-list") + (f"?{query}" if query else ""))


def in_both_languages(commitments):
    """{language: the query in words}."""
    sentences = {}
    for language in LANGUAGES:
        with override(language):
            sentences[language] = CommitmentFilter(commitments.query).sentence
    return sentences


def citation_of(sentence, address, day):
    """How to cite the rows of a query, in one line."""
    return gettext("Coalition Pledges: %(sentence)s Retrieved on %(day)s from %(address)s") % {
        "sentence": sentence,
        "day": day.isoformat(),
        "address": address,
    }


def sent(file, commitments, extension, content_type):
    """An open file as a download whose length is known; its name says what was asked, and when."""
    named = [(name, value) for name, value in pairs(commitments) if name == "sort" or name in commitments.asked]
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, file_name(named, date.today(), extension))
    return response
