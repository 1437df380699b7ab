"""Which rows of every table go with a set of pledges."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from django.db.models import F, Max, Model, Prefetch, Q, QuerySet

from pledges.exports.tables import TABLE
from pledges.i18n import CodePoints
from pledges.models import (
    Bloc,
    BlocMember,
    Citation,
    Commitment,
    CommitmentType,
    Condition,
    Country,
    Meeting,
    Participation,
    Place,
    Requirement,
    Source,
    StatusChange,
    Unit,
)

CHUNK = 500


def by(*paths):
    """Ordering by texts, the same on every database."""
    return [CodePoints(F(path)).asc() for path in paths]


def by_key(rows: QuerySet) -> QuerySet:
    """The rows of a small table by their keys: other tables follow from it, and SQLite takes queries only so deep."""
    return rows.model.objects.filter(pk__in=set(rows.order_by().values_list("pk", flat=True)))


class Closure:
    """The rows that a set of public pledges (a queryset, in order) leads to, by table.

    `complete` says that these are all public pledges: then everything public goes with them. Always
    included is what a row in the package refers to, so that no reference leads nowhere: the original of
    a reprint, for one, without which independent sources could not be counted again.
    """

    def __init__(self, commitments: QuerySet[Commitment], complete: bool):
        self.commitments, self.complete = commitments, complete
        self.pledges = Commitment.objects.filter(pk__in=commitments.order_by().values("pk"))

    def selected(self, table: str) -> QuerySet:
        """The rows of a table (its name) as a queryset, in no order."""
        return getattr(self, table)

    def ordered(self, table: str) -> Iterator[Model]:
        """The rows of a table (its name), one by one, in the order of its file, with their references at hand."""
        if table in PARTS:
            return self.parts(table)
        order, related, prefetched = ORDER[table]
        # pledges only as far as they are here: no reference leads nowhere, or to what is not public
        prefetched = [Prefetch(name, self.pledges) if name == "answered_by" else name for name in prefetched]
        rows = self.selected(table).select_related(*related).prefetch_related(*prefetched)
        return rows.order_by(*order).iterator(chunk_size=CHUNK)

    def parts(self, table):
        """Citations, steps or conditions in the order of their pledges, and there as they were entered."""
        name, order = PARTS[table]
        rows = TABLE[table].model.objects.order_by(order).select_related("source")
        wholes = self.commitments.select_related(None).only("slug").prefetch_related(Prefetch(name, rows))
        for commitment in wholes.iterator(chunk_size=CHUNK):
            yield from getattr(commitment, name).all()

    @cached_property
    def citations(self):
        return Citation.objects.filter(commitment__in=self.pledges)

    @cached_property
    def status_changes(self):
        return StatusChange.objects.filter(commitment__in=self.pledges)

    @cached_property
    def conditions(self):
        return Condition.objects.filter(commitment__in=self.pledges)

    @cached_property
    def requirements(self):
        """In a part of the data those that its pledges answered."""
        public = Requirement.objects.public()
        return public if self.complete else by_key(public.filter(answered_by__in=self.pledges))

    @cached_property
    def types(self):
        return CommitmentType.objects.all() if self.complete else self.named(CommitmentType, "type")

    @cached_property
    def units(self):
        return Unit.objects.all() if self.complete else self.named(Unit, "unit")

    @cached_property
    def places(self):
        return Place.objects.public() if self.complete else self.named(Place, "places")

    @cached_property
    def meetings(self):
        return Meeting.objects.public() if self.complete else by_key(self.named(Meeting, "meeting"))

    @cached_property
    def participations(self):
        """Of the meetings here; in a part of the data only those of states that pledged."""
        found = Participation.objects.filter(meeting__in=self.meetings)
        return found if self.complete else found.filter(country__in=self.pledges.values("country"))

    @cached_property
    def blocs(self):
        """In a part of the data those that the states of its pledges were ever a member of."""
        found = Bloc.objects.filter(members__country__in=self.pledges.values("country"))
        return Bloc.objects.all() if self.complete else by_key(found)

    @cached_property
    def bloc_members(self):
        """In a part of the data only those of states that pledged."""
        found = BlocMember.objects.all()
        return found if self.complete else found.filter(country__in=self.pledges.values("country"))

    @cached_property
    def countries(self):
        reached = Q()
        for rows in (
            self.pledges,
            self.places,
            self.meetings,
            self.participations,
            self.requirements,
            self.bloc_members,
        ):
            reached |= Q(pk__in=rows.order_by().values("country"))
        if self.complete:
            reached |= Q(pk__in=Country.objects.public().values("pk"))
            reached |= Q(iso2__in=Source.objects.public().exclude(voice_iso2="").values("voice_iso2"))
        found = Country.objects.filter(reached)
        return found if self.complete else by_key(found)

    @cached_property
    def sources(self):
        reached = Q(pk__in=self.citations.values("source")) | Q(pk__in=self.status_changes.values("source"))
        reached |= Q(pk__in=self.countries.values("membership_source")) | Q(pk__in=self.meetings.values("sources"))
        reached |= Q(pk__in=self.conditions.values("source")) | Q(pk__in=self.requirements.order_by().values("sources"))
        if self.complete:
            reached |= Q(pk__in=Source.objects.public().values("pk"))
        return Source.objects.filter(reached | Q(pk__in=self.originals(Source.objects.filter(reached))))

    def originals(self, sources: QuerySet[Source]) -> set[int]:
        """The primary keys of what sources repeat, however long the chain."""
        parents = dict(Source.objects.filter(derived_from__isnull=False).values_list("pk", "derived_from"))
        found = set()
        for pk in sources.filter(derived_from__isnull=False).values_list("pk", flat=True):
            while (pk := parents.get(pk)) and pk not in found:
                found.add(pk)
        return found

    def named(self, model: type[Model], field: str) -> QuerySet:
        """The rows of a model that a field of the pledges, or of the requirements here, leads to."""
        found = Q(pk__in=self.pledges.values(field))
        if field in {"type", "unit", "meeting"}:
            found |= Q(pk__in=self.requirements.order_by().values(field))
        return model.objects.filter(found)

    @cached_property
    def changed_at(self) -> datetime | None:
        """When any of these rows last changed; None if there is no row."""
        times = []
        for table, of in TABLE.items():
            # what was taken away from a pledge changed it too
            rows = (
                {"commitment_id__in": self.pledges.values("pk")}
                if table in PARTS
                else {"id__in": self.selected(table).values("pk")}
            )
            times.append(of.model.history.filter(**rows).aggregate(last=Max("history_date"))["last"])
        return max(filter(None, times), default=None)

    @cached_property
    def counts(self) -> dict[str, int]:
        """{table: number of its rows}"""
        return {table: self.selected(table).count() for table in TABLE}


# table: the name of its rows at a pledge, and their order there
PARTS = {
    "citations": ("citations", "pk"),
    "status_changes": ("status_changes", "position"),
    "conditions": ("conditions", "kind"),
}
# table: order, references, lists of references
ORDER = {
    "sources": (by("slug"), ["derived_from"], []),
    "countries": (by("iso2"), ["membership_source"], []),
    "blocs": (by("slug"), [], []),
    "bloc_members": ([*by("bloc__slug", "country__iso2"), "position"], ["bloc", "country"], []),
    "types": (["position", *by("slug")], [], []),
    "units": (["position", *by("slug")], [], []),
    "places": (by("slug"), ["country"], []),
    "meetings": (["start_on", *by("slug")], ["country"], ["sources"]),
    "requirements": (by("slug"), ["country", "type", "unit", "meeting"], ["sources", "answered_by"]),
    "participations": (by("meeting__slug", "country__iso2", "role"), ["meeting", "country"], []),
}
