"""What the tests of charts share."""

from functools import cache, reduce
from html import unescape

import pytest
from django.http import QueryDict

from pledges.query.pledges import CommitmentFilter

# of the links of a page, every so many is asked of the filter as a whole
SOME = 12


@pytest.fixture(scope="module")
def number_behind():
    """A function: the number of pledges that the query string of a link finds, quick for very many links of a page.

    Parameters narrow each other, so a link finds what each of its parameters finds: that is asked once a module.
    Not for links that find rows which a test itself makes.
    """

    accepted = {}

    @cache
    def found(query):
        commitments = CommitmentFilter(QueryDict(query), accepted=accepted)
        assert not commitments.problems, query
        return frozenset(commitments.matching().order_by().values_list("pk", flat=True))

    def number(link):
        asked = QueryDict(mutable=True)
        parts = []
        for name, values in QueryDict(unescape(link)).lists():
            asked.clear()
            asked.setlist(name, values)
            parts.append(found(asked.urlencode()))
        return len(reduce(frozenset.intersection, parts, found("")))

    return number


def found_by(link):
    """The number of pledges that the filter as a whole finds for the query string of a link."""
    commitments = CommitmentFilter(QueryDict(unescape(link)))
    assert not commitments.problems
    return commitments.results.count()
