"""What helps where nothing matches: the conditions that stand in the way, and words that may be misspelled."""

from dataclasses import dataclass
from difflib import get_close_matches

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pledges.history.days import AS_OF
from pledges.query.per_version import per_version
from pledges.query.pledges import CommitmentFilter, Tally
from pledges.record import folding

# each is a question to the database
MOST_CONDITIONS = 6
MOST_WORDS = 3
# filters whose values have names that readers search for
NAMED = ("country", "type", "place")
LIKENESS = 0.7


@dataclass(frozen=True)
class WayOut:
    """A query that matches something: what is dropped or written instead, how much matches, the query string."""

    words: str
    tally: Tally
    query: str


def without_one(query: CommitmentFilter) -> list[WayOut]:
    """Each condition without which something matches, that with most matches first."""
    # what was known on a day is no condition that could be dropped
    names = [name for name in query.parameters if name in query.asked and name != AS_OF][:MOST_CONDITIONS]
    if len(names) == 1:
        return []
    tallies = {name: query.asking(**{name: None}).counted() for name in names}
    found = [WayOut(told(query, name), tally, query.changed(**{name: None})) for name, tally in tallies.items()]
    return sorted((way for way in found if way.tally.rows), key=lambda way: -way.tally.rows)


def told(query: CommitmentFilter, name: str) -> str:
    """`Country: France, Italy`."""
    return f"{query.label(name)}: {_(', ').join(chip.value for chip in query.chips_of(name))}"


def unknown_words(query: CommitmentFilter) -> list[str]:
    """The words of the search that no pledge holds."""
    words = query.parameters.get("q", "").split()[:MOST_WORDS]
    return [word for word in words if folding.number_of_words(word) and not is_known(query, word)]


def is_known(query: CommitmentFilter, word: str) -> bool:
    """Whether any pledge holds the word."""
    if query.index:
        return bool(query.index.holding(word))
    return number(query, q=word, alone=True).rows > 0


def respelled(query: CommitmentFilter, unknown: list[str]) -> list[WayOut]:
    """The search with a name that is like the unknown word, where that matches something."""
    found = []
    names = per_version(("names", get_language()), lambda: names_of(query)) if unknown else {}
    for word in unknown:
        for like in get_close_matches(folding.fold(word), names, 1, LIKENESS):
            search = query.parameters["q"].replace(word, names[like])
            if (tally := number(query, q=search)).rows:
                found.append(WayOut(search, tally, query.changed(q=search)))
    return found


def names_of(query: CommitmentFilter) -> dict[str, str]:
    """{a word of a name as it is folded: as it is written} of what can be chosen."""
    return {
        folding.fold(word): word for name in NAMED for _value, label in query.choices(name) for word in label.split()
    }


def number(query: CommitmentFilter, q: str, alone: bool = False) -> Tally:
    """How much matches with another search, `alone`: without other conditions."""
    asked = QueryDict(mutable=True) if alone else QueryDict(query.changed(q=None), mutable=True)
    asked["q"] = q
    if alone and AS_OF in query.parameters:
        asked[AS_OF] = query.parameters[AS_OF]
    return CommitmentFilter(asked).counted()
