"""What helps where nothing matches: the conditions that stand in the way, and words that may be misspelled."""

from dataclasses import dataclass
from difflib import get_close_matches

from django.http import QueryDict
from django.utils.translation import gettext as _

from pledges.history.days import AS_OF
from pledges.query.base import QueryFilter
from pledges.query.pledges import CommitmentFilter
from pledges.record import folding

# each is a question to the database
MOST_CONDITIONS = 6
MOST_WORDS = 3
# filters whose values have names that readers search for
NAMED = ("country", "type", "place")
LIKENESS = 0.7


@dataclass(frozen=True)
class WayOut:
    """A query that matches something: what is dropped or written instead, how many match, the query string."""

    words: str
    total: int
    query: str


def without_one(query: QueryFilter) -> list[WayOut]:
    """Each condition without which something matches, that with most matches first."""
    # what was known on a day is no condition that could be dropped
    names = [name for name in query.parameters if name in query.asked and name != AS_OF][:MOST_CONDITIONS]
    totals = {name: query.matching(ignoring=name).count() for name in names} if len(names) > 1 else {}
    found = [WayOut(told(query, name), total, query.changed(**{name: None})) for name, total in totals.items() if total]
    return sorted(found, key=lambda way: -way.total)


def told(query: QueryFilter, name: str) -> str:
    """`Country: France, Italy`."""
    return f"{query.label(name)}: {_(', ').join(chip.value for chip in query.chips_of(name))}"


def unknown_words(query: CommitmentFilter) -> list[str]:
    """The words of the search that no pledge holds."""
    words = query.parameters.get("q", "").split()[:MOST_WORDS]
    return [word for word in words if folding.number_of_words(word) and not number(query, q=word, alone=True)]


def respelled(query: CommitmentFilter, unknown: list[str]) -> list[WayOut]:
    """The search with a name that is like the unknown word, where that matches something."""
    names = {
        folding.fold(word): word for name in NAMED for _value, label in query.choices(name) for word in label.split()
    }
    found = []
    for word in unknown:
        for like in get_close_matches(folding.fold(word), names, 1, LIKENESS):
            search = query.parameters["q"].replace(word, names[like])
            if total := number(query, q=search):
                found.append(WayOut(search, total, query.changed(q=search)))
    return found


def number(query: CommitmentFilter, q: str, alone: bool = False) -> int:
    """How many match with another search, `alone`: without other conditions."""
    asked = QueryDict(mutable=True) if alone else QueryDict(query.changed(q=None), mutable=True)
    asked["q"] = q
    if alone and AS_OF in query.parameters:
        asked[AS_OF] = query.parameters[AS_OF]
    return CommitmentFilter(asked).matching().count()
