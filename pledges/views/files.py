"""What all files of pledges share: what their query string asks for, and what it says in words."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import override

from pledges.exports.csv import file_name
from pledges.exports.rows import chosen_columns
from pledges.i18n import LANGUAGES
from pledges.query.base import Problem
from pledges.query.pledges import CommitmentFilter
from pledges.views.browsing import pairs


@dataclass
class Wanted:
    """What a file is to hold: the filter, the columns, the options of its kind, and what cannot be read."""

    filter: CommitmentFilter
    columns: list
    options: dict
    problems: list

    def file_name(self, extension):
        """A name that says what was asked, and when; which columns is left out."""
        named = [(name, value) for name, value in pairs(self.filter) if name != "columns"]
        return file_name(named, date.today(), extension)


def read_query(request, **options):
    """The `Wanted` of a request; each option is a function of its values (a list, empty if absent).

    An option's function gives the value to use, or raises ValueError with a message for the reader.
    """
    query, values, problems = request.GET.copy(), {}, []
    for name, read in options.items():
        try:
            values[name] = read([value for value in query.pop(name, []) if value.strip()])
        except ValueError as error:
            problems.append(Problem(name, name, str(error)))
    commitments = CommitmentFilter(query)
    return Wanted(commitments, chosen_columns(commitments.columns), values, [*commitments.problems, *problems])


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
