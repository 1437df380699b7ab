"""The values that a dimension takes, with their labels: kept for each version of the data and language.

Not kept is what depends on the query itself (`id`).
"""

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import get_language

from pledges.models.vocab import UNSPECIFIED
from pledges.query.dimension import NONE, Dimension
from pledges.query.per_version import per_version


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


def kept(filters: type) -> dict[str, Choices]:
    """{dimension: its choices} as far as they are known, of a class of filters; who asks for others adds them."""
    return per_version((filters, get_language()), dict)
