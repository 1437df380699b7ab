"""The filter of the list of sources: a query string in, the matching public sources out."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges.i18n import Alphabetical
from pledges.models import Citation, Commitment, Source
from pledges.models.vocab import Reliability, SourceKind, SourceLanguage, Stance, Status
from pledges.query.base import QueryFilter, isolated
from pledges.query.dimension import NONE, ClosedChoices, Dimension
from pledges.query.facets import Numbers, facet_counts
from pledges.query.fields import FoundByWords, page_field, sort_field
from pledges.query.per_version import per_version
from pledges.record import folding

ARCHIVED = [
    ("yes", pgettext_lazy("archived", "With an archived copy")),
    ("no", pgettext_lazy("archived", "Without an archived copy")),
]
ARCHIVED_PHRASES = {
    ("yes",): _("with an archived copy"),
    ("no",): _("without an archived copy"),
}


def public_citations(**conditions: Any) -> QuerySet[Citation]:
    return Citation.objects.filter(commitment__in=Commitment.objects.public(), **conditions)


def cited(**conditions):
    """Condition on a source: a public pledge cites it so."""
    return Exists(public_citations(source=OuterRef("pk"), **conditions))


def stance_matches(values: list[str]) -> Q:
    found = Q(cited(stance__in=values))
    return found | ~cited() if NONE in values else found


def archived_matches(values: list[str]) -> Q:
    if len(values) > 1:
        return Q(pk__isnull=False)
    return Q(archive_url="") if values == ["no"] else ~Q(archive_url="")


def reliability_choices() -> list[tuple[str, str]]:
    return [(value, f"{value} – {label}") for value, label in Reliability.choices]


SOURCE_DIMENSIONS = {
    dimension.name: dimension
    for dimension in (
        Dimension("language", _("Language"), "language", ClosedChoices(SourceLanguage), _("in %(values)s")),
        Dimension("kind", _("Kind of source"), "kind", ClosedChoices(SourceKind), _("of the kind %(values)s")),
        Dimension(
            "reliability",
            _("Reliability of the source"),
            "reliability",
            reliability_choices,
            _("with the reliability %(values)s"),
        ),
        Dimension(
            "stance",
            _("Stance on a pledge"),
            "citations__stance",
            ClosedChoices(Stance),
            _("with the stance on a pledge: %(values)s"),
            _("Not cited for a pledge"),
            _("that are not cited for a pledge"),
            special=stance_matches,
        ),
        Dimension(
            "archived",
            _("Archived copy"),
            "archive_url",
            lambda: ARCHIVED,
            "%(values)s",
            special=archived_matches,
            stored=lambda: Case(When(archive_url="", then=Value("no")), default=Value("yes")),
        ),
    )
}


# Sorting: each name gives expressions, as for pledges.
SOURCE_SORTS = {
    "publisher": (_("Publisher"), lambda: [Alphabetical(F("publisher"))]),
    "published": (_("Published on"), lambda: [F("published_on")]),
    "pledges": (_("Number of pledges"), lambda: [F("total")]),
}


def source_ordering(sort: str) -> list:
    """The order of `sort` (a name of SOURCE_SORTS, with `-` for descending), down to a unique tie-break."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    order = [
        term.desc(nulls_last=True) if descending else term.asc(nulls_last=True) for term in SOURCE_SORTS[name][1]()
    ]
    return [*order, Alphabetical(F("publisher")).asc(), F("published_on").asc(nulls_last=True), "slug"]


def number_cited():
    """Expression: how many public pledges cite a source."""
    citations = public_citations(source=OuterRef("pk")).order_by().values("source")
    return Coalesce(Subquery(citations.annotate(n=Count("pk")).values("n"), IntegerField()), 0)


@dataclass
class Uses:
    """How many public pledges cite a source: by its stance on them, and those of them that are refusals."""

    stances: Counter[str] = field(default_factory=Counter)
    refusals: int = 0


def uses_of_sources() -> dict[int, Uses]:
    """{source: its `Uses`}; none of a source that no public pledge cites."""
    found = defaultdict(Uses)
    rows = public_citations().order_by().values_list("source", "stance")
    refused = Count("pk", filter=Q(commitment__now=Status.DECLINED))
    for source, stance, number, refusals in rows.annotate(n=Count("pk"), refusals=refused):
        found[source].stances[stance] += number
        found[source].refusals += refusals
    return dict(found)


class SourceForm(forms.Form):
    sort = sort_field(SOURCE_SORTS)
    page = page_field()


class SourceFilter(QueryFilter):
    """The filter of a query string (a QueryDict) over the public sources.

    `.results` is the matching rows in order, none when there are `.problems`; `.uses` says who cites them.
    """

    dimensions = SOURCE_DIMENSIONS
    single_valued = ("q", *QueryFilter.single_valued)
    sorts = SOURCE_SORTS
    default_sort = "publisher"
    unreadable = _("No sources are shown, because part of the address cannot be read.")
    everything = _("All sources used.")
    everything_but = _("All sources used, %(clauses)s.")
    chosen = _("Sources %(clauses)s.")

    q = FoundByWords(label=_("Search"))

    class Meta:
        form = SourceForm

    def __init__(self, data: QueryDict):
        super().__init__(data, Source.objects.public())

    @cached_property
    def found_by_words(self):
        """The keys of the sources that hold the words asked for."""
        rows = Source.objects.values_list("pk", "title", "publisher")
        return [pk for pk, *texts in rows if folding.finds(self.form.cleaned_data["q"], texts)]

    @cached_property
    def results(self) -> QuerySet[Source]:
        """The matching sources, in order; none if there are problems."""
        rows = self.matching()
        if self.sort.removeprefix("-") == "pledges":
            rows = rows.annotate(total=number_cited())
        return rows.order_by(*source_ordering(self.sort))

    @cached_property
    def uses(self) -> dict[int, Uses]:
        """{source: its `Uses`}, of all that public pledges cite."""
        return per_version("uses of sources", uses_of_sources)

    @property
    def facets(self) -> dict[str, Numbers] | None:
        """The `facet_counts` of all dimensions, the stances by what is known of the uses."""
        found = facet_counts(self, [name for name in self.dimensions if name != "stance"])
        return found and {**found, "stance": self.stances}

    @property
    def stances(self) -> Numbers:
        found = Numbers()
        for source in self.matching(ignoring="stance").order_by().values_list("pk", flat=True):
            found.update(self.uses[source].stances.keys() if source in self.uses else [NONE])
        return found

    def clause(self, name: str) -> str:
        if name == "archived":
            return str(ARCHIVED_PHRASES.get(tuple(self.parameters.getlist(name)), ""))
        return super().clause(name)

    def plain_clause(self, name: str, value: Any) -> str:
        if name == "q":
            return gettext("that contain “%(words)s”") % {"words": isolated(value)}
        return super().plain_clause(name, value)
