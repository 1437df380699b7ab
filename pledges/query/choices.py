"""The values that a dimension takes, with their labels: kept in this process for each version of the data and language.

Not kept: what is asked of a past day or within a transaction, and what depends on the query itself (`id`).
"""

from collections.abc import Iterable
from functools import cached_property

from django.db import connection
from django.utils.translation import get_language

from pledges.history.as_of import known_on
from pledges.models.vocab import UNSPECIFIED
from pledges.query.dimension import NONE, Dimension
from pledges.record import data_version


class Choices(list):
    """(value, label) pairs in their order, to look up too; nothing is added to them later."""

    @cached_property
    def labels(self) -> dict[str, str]:
        return dict(self)

    @cached_property
    def codes(self) -> dict[str, str]:
        """{value with its letters in one case: value}."""
        return {value.casefold(): value for value, _label in self}

    @cached_property
    def offered(self) -> "Choices":
        """Those to choose from: "not stated" once, not also as it is stored."""
        return Choices(pair for pair in self if pair[0] != UNSPECIFIED)

    def code(self, value: str) -> str:
        """A value as it is written, whatever the case of its letters; itself if it is not known."""
        return value if value in self.labels else self.codes.get(value.casefold(), value)


def pairs(found: Iterable) -> Choices:
    return Choices((value, str(label)) for value, label in found)


def choices_of(dimension: Dimension) -> Choices:
    """The choices of a dimension, asked of the database."""
    not_stated = [(NONE, dimension.none_label)] if dimension.none_label else []
    return pairs([*dimension.choices(), *not_stated])


# (set of dimensions, language): the version of the data, {dimension: its choices}; of the last version alone
KEPT: dict[tuple, tuple] = {}


def kept(owner: type) -> dict[str, Choices]:
    """{dimension: its choices} as far as they are known, of the filters of a class; to be filled up by who asks."""
    if known_on() or connection.in_atomic_block:
        return {}
    key, version = (owner, get_language()), data_version.current()
    if key not in KEPT or KEPT[key][0] != version:
        KEPT[key] = version, {}
    return KEPT[key][1]
