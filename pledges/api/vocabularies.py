"""The vocabularies of the interface: what pledges name by a code, each with the number of its pledges and its page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Prefetch, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from pledges.exports.rows import record
from pledges.exports.tables import TABLE, Table
from pledges.i18n import CodePoints
from pledges.models import Bloc, BlocMember, CommitmentType, Country, Meeting, Place, Source
from pledges.query.facets import numbers_by
from pledges.query.pledges import CommitmentFilter
from pledges.record.columns import Column


@dataclass(frozen=True)
class Vocabulary:
    """One vocabulary: `/api/v1/<name>`, with the columns of the table of that name in the data package."""

    name: str
    dimension: str  # the filter by its codes; the page of each is `<dimension>-detail`
    public: Callable[[], QuerySet]  # with all that the columns are made of
    has_pages: bool = True  # else the page of each is the list of its pledges
    parts: str = ""  # what comes with each row, by the name of its rows there
    parts_table: str = ""  # the table of the data package that these are rows of

    @property
    def table(self) -> Table:
        return TABLE[self.name]

    @property
    def key(self) -> str:
        """The field that holds the code."""
        return self.table.key[0]

    def rows(self) -> QuerySet:
        """What readers may see, by code."""
        return self.public().order_by(CodePoints(F(self.key)).asc())

    @property
    def part_columns(self) -> list[Column]:
        """The columns of what comes with a row, but for the one that says with which."""
        return [column for column in TABLE[self.parts_table].columns if column.refers_to != self.name]

    def address_of(self, row: Model) -> str:
        """The path of its page."""
        code = getattr(row, self.key)
        if self.has_pages:
            return reverse(f"{self.dimension}-detail", args=[code])
        return f"{reverse('pledge-list')}?{urlencode({self.dimension: code})}"

    def parts_of(self, row: Model) -> dict[str, list[dict[str, Any]]]:
        """What comes with a row."""
        if not self.parts:
            return {}
        return {self.parts: [record(part, self.part_columns, "") for part in getattr(row, self.parts).all()]}


def members() -> QuerySet[BlocMember]:
    return BlocMember.objects.select_related("country").order_by(CodePoints(F("country__iso2")).asc(), "position")


VOCABULARIES = (
    Vocabulary("countries", "country", lambda: Country.objects.public().select_related("membership_source")),
    Vocabulary("types", "type", CommitmentType.objects.all),
    Vocabulary(
        "meetings",
        "meeting",
        lambda: Meeting.objects.public().select_related("country").prefetch_related("sources"),
    ),
    Vocabulary("places", "place", lambda: Place.objects.public().select_related("country")),
    Vocabulary("sources", "source", lambda: Source.objects.public().select_related("derived_from")),
    Vocabulary(
        "blocs",
        "bloc",
        lambda: Bloc.objects.prefetch_related(Prefetch("members", members())),
        has_pages=False,
        parts="members",
        parts_table="bloc_members",
    ),
)
VOCABULARY = {vocabulary.name: vocabulary for vocabulary in VOCABULARIES}


def document(vocabulary: Vocabulary, site: str) -> dict[str, Any]:
    """All its rows; `site` is how absolute addresses begin."""
    numbers = numbers_by(CommitmentFilter.of(), vocabulary.dimension)
    rows = []
    for row in vocabulary.rows():
        number, refusals = numbers.get((getattr(row, vocabulary.key),), (0, 0))
        counted = {"pledges": number - refusals, "refusals": refusals, "page": site + vocabulary.address_of(row)}
        rows.append(record(row, vocabulary.table.columns, "") | vocabulary.parts_of(row) | counted)
    return {"total": len(rows), vocabulary.name: rows}
