"""What a dimension is: a filter by the values of a vocabulary, one row of a table such as `pledge_dimensions`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Choices, F, Q, QuerySet, Value, When
from django.utils.functional import Promise

from pledges.i18n import localized_order
from pledges.models.vocab import UNSPECIFIED

# the value for "not stated" in a query string
NONE = "none"


@dataclass(frozen=True)
class Dimension:
    """A filter by values of a vocabulary: OR within, AND between, `none` for not stated."""

    name: str
    label: str | Promise
    path: str  # the column that holds the value
    choices: Callable[[], list[tuple[str, str]]]  # (value, label)
    phrase: str | Promise  # completes "Pledges …", with %(values)s
    none_label: str | Promise = ""  # empty: always stated
    none_phrase: str | Promise = ""  # the phrase for `none` alone
    special: Callable[[list[str]], Q] | None = None  # where the column alone does not tell
    stored: Callable[[], Any] | None = None  # expression of the stored value, where it is not the column
    shown: Callable[[Any], str] = str  # stored value -> value of the filter
    has_boxes: bool = False  # offered beside the list, with a box for each value
    keys: Callable[[list[str]], Iterable[int]] | None = None  # what has the values, where no set is kept of each
    asks: str = ""  # the parameter without which nothing has a value

    def matches(self, values: list[str]) -> Q:
        """Q: the commitments with one of the values."""
        return self.special(values) if self.special else column_matches(self.path, values)

    def among(self, index, values: Iterable[str]):
        """The same in an index of them: numbers."""
        if self.keys:
            return index.with_keys(self.keys(values))
        return index.having(self.name, [NONE if value == UNSPECIFIED else value for value in values])

    def value(self):
        """Expression of the stored value."""
        return self.stored() if self.stored else F(self.path)

    def public_value(self, stored: Any) -> str:
        """The value of the filter that finds a stored value."""
        return NONE if stored in {None, UNSPECIFIED} else self.shown(stored)


# The vocabularies of a query string: choices are (value, label) pairs in the current language.


def named_choices(queryset: Callable[[], QuerySet], key: str = "slug") -> Callable[[], list[tuple[str, str]]]:
    """A function giving the public rows of a vocabulary, by name."""
    return lambda: [(getattr(row, key), row.name) for row in queryset().order_by(localized_order("name"), "pk")]


@dataclass(frozen=True)
class ClosedChoices:
    """Gives a closed vocabulary; its "not stated" is spelled `none`, or as it is stored."""

    vocabulary: type

    def __call__(self):
        return list(self.vocabulary.choices)


def column_matches(path: str, values: list[str]) -> Q:
    """Q: the column holds one of the values; `none` means empty or the vocabulary's "not stated"."""
    condition = Q(**{f"{path}__in": values})
    return condition | Q(**{f"{path}__isnull": True}) | Q(**{path: UNSPECIFIED}) if NONE in values else condition


def rank(field: str, vocabulary: type[Choices]) -> Case:
    """Expression: the place of a value in its vocabulary; null for not stated."""
    stated = [value for value in vocabulary.values if value != UNSPECIFIED]
    return Case(*[When(**{field: value}, then=Value(n)) for n, value in enumerate(stated)])
