"""What a file of pledges or requirements is to hold: all that a writer gets, and nothing of the request."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import override

from pledges.history.days import AS_OF, path_to
from pledges.i18n import LANGUAGES
from pledges.query.base import QueryFilter
from pledges.record.columns import Column

NOT_IN_NAMES = re.compile(r"\W+")
LONGEST_NAME = 80
# parameters that are told in the name of a file, too: their values alone would mislead
NAMED = ("q", AS_OF)
# how a file looks, not what it holds
NOT_TOLD = ("page", "rows", "columns")


@dataclass
class Wanted:
    """What a readable query string asks of a format, in the language of the reader."""

    filter: QueryFilter
    rows: QuerySet[Model]  # of the filter, in its order
    columns: list[Column]
    options: dict[str, Any]  # those of the format
    site: str  # https://pledges.example
    path: str  # of the file itself
    pledge_address: str  # of a pledge's page, as a format with one `{slug}`
    reference: str  # may be lazy
    day: date
    table: str = "pledges"  # what the rows are, as the data package names them
    list_page: str = "pledge-list"  # the list of the same rows, by its name in the URL conf

    @cached_property
    def sentences(self) -> dict[str, str]:
        """{language: the query in words}."""
        return {language: self.sentence_in(language) for language in LANGUAGES}

    def sentence_in(self, language: str) -> str:
        with override(language):
            return type(self.filter)(self.filter.parameters).sentence

    @property
    def list_address(self) -> str:
        """The absolute address of the list of the same rows, in the current language."""
        return self.site + path_to(self.list_page, query=self.filter.changed())

    @property
    def list_addresses(self) -> dict[str, str]:
        """{language: the same}."""
        addresses = {}
        for language in LANGUAGES:
            with override(language):
                addresses[language] = self.list_address
        return addresses

    def file_name(self, extension: str) -> str:
        """A name that says what was asked, and when."""
        return file_name(told(self.filter), self.day, extension, self.table)


def told(query: QueryFilter) -> list[tuple[str, str]]:
    """What the name of a file tells of a query: (name, value) pairs."""
    return [(name, value) for name, values in query.parameters.lists() for value in values if name not in NOT_TOLD]


def pledge_address(site: str) -> str:
    """The absolute address of a pledge's page in the current language, as a format with one `{slug}`."""
    return site + reverse("pledge-detail", args=["SLUG"]).replace("SLUG", "{slug}")


def file_name(query: Iterable[tuple[str, str]], day: date, extension: str, table: str = "pledges") -> str:
    """`pledges-PL-RO-airstrikes-2016-02-11.csv`: what was asked (name, value pairs), and when."""
    values = [f"{name}-{value}" if name in NAMED or name.startswith("not_") else value for name, value in query]
    asked = "-".join(filter(None, (NOT_IN_NAMES.sub("-", value).strip("-") for value in values)))
    if len(asked) > LONGEST_NAME:
        asked = f"{asked[:LONGEST_NAME].rstrip('-')}-etc"
    return "-".join(filter(None, (table, asked, day.isoformat()))) + f".{extension}"
