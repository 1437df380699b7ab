"""Every kind of public page with an example: the one table that the tests of "all pages" walk.

A page whose address needs no argument comes from the URL conf by itself. One that needs an argument
needs an example here, else `test_every_page_has_an_example` fails.
"""

from datetime import UTC, datetime

from django.urls import get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils.translation import override

from pledges.tests.small_releases import FIRST, SECOND

LANGUAGES = ("en", "ar")

# the name in the URL conf: the arguments of each example
EXAMPLES = {
    "pledge-detail": [
        ["bru16-pl-airstrikes"],  # disputed, with a caveat
        ["dk-2016-03-sof-60"],  # with later steps
        ["ca-2016-02-trainers-210"],  # part of a larger one
    ],
    "pledge-history": [["bru16-pl-airstrikes"]],
    "requirement-history": [["us-2016-01-sof"]],
    "country-detail": [["JO"], ["AF"]],  # AF pledged nothing
    "type-detail": [["airstrikes"]],
    "place-detail": [["ramadi"]],
    "meeting-detail": [["brussels-2016-02-11"], ["coalition-chod-2016"]],
    "requirement-detail": [["us-2016-01-sof"], ["it-2016-02-ca-police"]],  # nobody answered the second
    "source-detail": [["aawsat-2016-02-brussels"]],
    # who walks these has to call `make_two_releases`: the real data has none
    "release-detail": [[SECOND]],
    "release-changes": [[FIRST], [SECOND]],  # nothing is before the first
}

FIVE_LARGEST = "country=none&country=CA&country=US&country=GB&country=SA"

# the name in the URL conf: query strings that show the page in another state
QUERIES = {
    "pledge-list": [
        "country=PL&type=airstrikes",
        "status=nonsense",
        "q=no-such-word",
        "country=PL&columns=country_en,status_ar,places,source_urls",
        "id=bru16-pl-airstrikes",
        f"country=PL&as_of={datetime.now(UTC).date()}",
    ],
    "brief": ["country=PL&type=airstrikes", "country=PL&length=short", "id=dk-2016-03-sof-60", "status=nonsense"],
    "explain": ["country=CA&type=airstrikes", "status=nonsense"],
    "matrix": ["by=type_group&order=total", "cell=reached&country=CA&country=CY", "type=nonsense"],
    "table": [
        "country=FR&across=nothing",
        "type=airstrikes&down=place&across=quarter&value=upper&ranked=-total",
        "down=nonsense",
    ],
    "timeline": [
        "country=CA&country=US",
        "type=trainers_military&show=cumulative&measure=personnel",
        "declined=no&show=cumulative&split=country",
        "type=stabilization&measure=usd&split=bloc",
        "country=CA&show=in_force&on=2016-03-01",
        "split=nonsense",
    ],
    "changes": [
        "country=FR&type=airstrikes&changed_after=2026-01-01",
        "changed_before=2014-01-01",
        "changed_after=nonsense",
    ],
    "since": [
        f"country=FR&type=airstrikes&as_of={datetime.now(UTC).date()}",
        "country=FR&as_of=nonsense",
        "type=nonsense",
    ],
    "disagreements": ["country=PL&disputed=no", "country=PL", "about=number", "about=date"],
    "requirement-list": ["meeting=paris-2016-01-20&answered=yes", "answered=no&sort=type", "type=nonsense"],
    "source-list": ["language=ar&kind=newspaper&stance=contradicts", "language=xx"],
    "compare": [
        "country=FR&country=NL&country=CA",
        "country=FR",
        "country=CY&country=AF&type=airstrikes",
        FIVE_LARGEST,
    ],
    "map": ["country=FR&type=airstrikes"],
}

# not there without DEBUG
FOR_DEVELOPERS = {"styleguide"}
# parts of pages for other sites, walked by `views/test_embeds.py`
FOR_FRAMES = {f"{page}-embed" for page in ("matrix", "timeline", "map", "table", "compare")}

NOT_FOUND = "no-such-page/"


def is_file(pattern):
    """A rendering that is no page: `pledges.csv`."""
    return "." in str(pattern.pattern).rpartition("/")[2]


def page_patterns():
    """The URL patterns of the pages in both languages, by name."""
    under_language = [entry for entry in get_resolver().url_patterns if isinstance(entry.pattern, LocalePrefixPattern)]
    patterns = [pattern for entry in under_language for pattern in entry.url_patterns]
    left_out = FOR_DEVELOPERS | FOR_FRAMES
    return {pattern.name: pattern for pattern in patterns if not is_file(pattern) and pattern.name not in left_out}


def without_example():
    """The names of the pages whose address needs an argument that the table does not give."""
    return {name for name, pattern in page_patterns().items() if pattern.pattern.converters} - EXAMPLES.keys()


def every_page():
    """The path of every example, without its language: `pledges/?q=no-such-word`."""
    paths = []
    with override("en"):
        for name in page_patterns().keys() - without_example():
            examples = [reverse(name, args=arguments) for arguments in EXAMPLES.get(name, [[]])]
            paths += examples + [f"{example}?{query}" for example in examples for query in QUERIES.get(name, [])]
    return sorted(path.removeprefix("/en/") for path in paths)
