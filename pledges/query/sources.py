"""The filter of the list of sources: a query string in, the matching public sources out."""

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
from pledges.models.vocab import Reliability, SourceKind, SourceLanguage, Stance
from pledges.query.base import QueryFilter, isolated
from pledges.query.dimension import NONE, ClosedChoices, Dimension
from pledges.query.fields import FoundByWords, page_field, sort_field
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


def stance_of_citation():
    """Expression: the stance of a source on each public pledge that cites it; None where none does."""
    return Case(
        When(citations__commitment__in=Commitment.objects.public(), then=F("citations__stance")),
        When(cited(), then=Value("of a pledge that is not public")),
    )


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
            stored=stance_of_citation,
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


def number_cited(**conditions):
    """Expression: how many public pledges cite a source so."""
    citations = public_citations(source=OuterRef("pk"), **conditions).order_by().values("source")
    return Coalesce(Subquery(citations.annotate(n=Count("pk")).values("n"), IntegerField()), 0)


class SourceForm(forms.Form):
    sort = sort_field(SOURCE_SORTS)
    page = page_field()


class SourceFilter(QueryFilter):
    """The filter of a query string (a QueryDict) over the public sources.

    `.results` is the matching rows in order, none when there are `.problems`; each has the number of
    public pledges that cite it as `total`, of those that it contradicts as `contradicted`.
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
        rows = self.matching().annotate(total=number_cited(), contradicted=number_cited(stance=Stance.CONTRADICTS))
        return rows.order_by(*source_ordering(self.sort))

    def clause(self, name: str) -> str:
        if name == "archived":
            return str(ARCHIVED_PHRASES.get(tuple(self.parameters.getlist(name)), ""))
        return super().clause(name)

    def plain_clause(self, name: str, value: Any) -> str:
        if name == "q":
            return gettext("that contain “%(words)s”") % {"words": isolated(value)}
        return super().plain_clause(name, value)
