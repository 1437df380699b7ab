"""What changed in the public pledges and requirements, and when: their history as readers saw it.

The records that one edit wrote (of a pledge, its citations, what followed from them) are one here;
of those from before there were edits, the ones that follow each other closely. They are told from one
public version to the next, so that nothing shows of what was written in a draft, and a saving that
changed nothing is none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import CharField, Max, Model, Q, QuerySet, Value
from django.utils.translation import pgettext_lazy

from pledges.history.differences import (
    CITATION,
    CONDITION,
    STEP,
    TOLD_OF_REQUIREMENT,
    Difference,
    Names,
    Part,
    difference,
)
from pledges.i18n import current_language
from pledges.models import HISTORIC, Citation, Commitment, Condition, Requirement, StatusChange
from pledges.models.publication import is_public
from pledges.models.vocab import State
from pledges.record import reasons
from pledges.record.edit_words import Told
from pledges.record.fields import TOLD

# the values of one row of a history, and what `records_of` adds to them
Record = dict[str, Any]

# records that belong to one saving and name no edit follow each other within this time
SAVING = timedelta(seconds=10)
# the same for new rows that a command loads, all for one stated reason
LOADING = timedelta(hours=1)
# rows whose records are read together when edits are looked for, the newest first
AT_ONCE = 100

PUBLISHED, CHANGED, WITHDRAWN, RETURNED = "published", "changed", "withdrawn", "returned"
KINDS = {
    PUBLISHED: pgettext_lazy("history", "Published"),
    CHANGED: pgettext_lazy("history", "Changed"),
    WITHDRAWN: pgettext_lazy("history", "No longer shown"),
    RETURNED: pgettext_lazy("history", "Published again"),
}


@dataclass(frozen=True)
class Edit:
    """What one saving changed in one pledge or requirement, as readers saw it, in words."""

    key: int  # primary key
    # never changes: `p12` for the record 12 of the pledge, `c7` of a citation, `s3` of a step, `n4` of a condition,
    # `r5` of a requirement
    identifier: str
    when: datetime
    kind: str
    reasons: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def label(self):
        return KINDS[self.kind]

    @property
    def is_correction(self) -> bool:
        """Whether it replaced or took away what readers were told before, and did not only add to it."""
        return self.kind == CHANGED and any(difference.corrects for difference in self.differences)


# Versions of a row, from its records


@dataclass(frozen=True)
class Version:
    """A pledge or a requirement as it was: its values, and of a pledge citations, steps and conditions by letter."""

    subject: "Subject"
    values: Record
    parts: dict[str, dict[int, Record]]

    @property
    def is_public(self):
        return bool(self.values) and self.subject.is_public(self)

    def differs(self, other: Self) -> bool:
        if any(told.differs(self.values, other.values) for told in self.subject.told):
            return True
        return any(
            differ(kept.part.told, self.parts[kept.letter], other.parts[kept.letter]) for kept in self.subject.parts
        )


def differ(told: Iterable[Told], old: dict[int, Record], new: dict[int, Record]) -> bool:
    """Whether parts (by key) differ in what is told of them."""
    return old.keys() != new.keys() or any(one.differs(old[key], new[key]) for key in old for one in told)


@dataclass(frozen=True)
class Transition:
    """One edit before it is put into words: from one version to the next, and the records between them."""

    key: int
    kind: str
    old: Version | None
    new: Version
    records: list[Record]

    @property
    def when(self):
        return self.records[-1]["history_date"]

    @property
    def identifier(self):
        return f"{self.records[0]['letter']}{self.records[0]['history_id']}"


@dataclass(frozen=True)
class Kept:
    """A model whose history is read: the letter of its identifiers, the name of the subject's key, what is read.

    Of a part of a subject also what it is, and the value by which one is known from another.
    """

    model: type
    letter: str
    key: str
    told: tuple[Told, ...]
    also: tuple[str, ...] = ()
    part: Part | None = None
    known_by: str = "id"

    def records(self) -> QuerySet:
        return self.model.history.order_by()

    def names(self) -> Iterable[str]:
        values = [name for told in self.told for name in (told.names if told.read is None else told.read)]
        about = (
            "id",
            "history_id",
            "history_date",
            "history_type",
            "history_user_id",
            "history_change_reason",
            "edit_id",
        )
        return dict.fromkeys((*values, *about, self.key, *self.also))


@dataclass(frozen=True)
class Subject:
    """What has a history for readers: the model itself, its parts, and what of it they could see.

    `links` are its links to many rows, which its records get by primary key; `complete` adds to the records what
    is in none of their columns.
    """

    itself: Kept
    parts: tuple[Kept, ...]
    links: tuple[str, ...]
    complete: Callable[[list[Record]], None]
    is_public: Callable[[Version], bool]
    is_told_why: Callable[[Record], bool]  # whether readers learn why a record was written

    @property
    def told(self) -> tuple[Told, ...]:
        return self.itself.told

    @property
    def kept(self) -> tuple[Kept, ...]:
        return (self.itself, *self.parts)

    def records_of(self, keys: list[int]) -> dict[int, list[Record]]:
        """{primary key: its records and those of its parts, in order}."""
        found = defaultdict(list)
        for rank, kept in enumerate(self.kept):
            for record in kept.records().filter(**{f"{kept.key}__in": keys}).values(*kept.names()):
                found[record[kept.key]].append(record | {"letter": kept.letter, "rank": rank})
        own = [record for records in found.values() for record in records if record["letter"] == self.itself.letter]
        for name in self.links:
            self.add_links(own, name, keys)
        self.complete(own)
        for records in found.values():
            records.sort(key=lambda record: (record["history_date"], record["rank"], record["history_id"]))
        return found

    def add_links(self, records: list[Record], name: str, keys: list[int]) -> None:
        """The rows that each record links to by one of the `links`."""
        model = self.itself.model
        links = getattr(model.history.model, name).model.objects.filter(history__id__in=keys)
        target = model._meta.get_field(name).m2m_reverse_field_name()
        at = defaultdict(set)
        for record, row in links.values_list("history_id", f"{target}_id"):
            at[record].add(row)
        for record in records:
            record[name] = frozenset(at[record["history_id"]])


def public_slugs(keys: Iterable[int | None]) -> dict[int, str]:
    """{primary key: slug} of the public pledges among these."""
    keys = set(keys) - {None}
    return dict(Commitment.objects.public().filter(pk__in=keys).values_list("pk", "slug")) if keys else {}


def add_wholes(records: list[Record]) -> None:
    """`part_of` of each record of a pledge: the slug of a public pledge, empty for any other."""
    slugs = public_slugs(record["part_of_id"] for record in records)
    for record in records:
        record["part_of"] = slugs.get(record["part_of_id"], "")


def name_answers(records: list[Record]) -> None:
    """`answered_by` of each record of a requirement: the slugs of the public pledges."""
    slugs = public_slugs(key for record in records for key in record["answered_by"])
    for record in records:
        record["answered_by"] = frozenset(slugs[key] for key in record["answered_by"] if key in slugs)


PLEDGES = Subject(
    Kept(Commitment, "p", "id", TOLD, ("state", "withdrawal_reason_en", "withdrawal_reason_ar")),
    (
        Kept(Citation, "c", "commitment_id", CITATION.told, ("source_id",), CITATION, "source_id"),
        Kept(StatusChange, "s", "commitment_id", STEP.told, part=STEP),
        Kept(Condition, "n", "commitment_id", CONDITION.told, part=CONDITION),
    ),
    ("places",),
    add_wholes,
    lambda version: is_public(version.values["state"], {record["stance"] for record in version.parts["c"].values()}),
    lambda record: record.get("state", State.PUBLISHED) == State.PUBLISHED,
)
REQUIREMENTS = Subject(
    Kept(Requirement, "r", "id", TOLD_OF_REQUIREMENT, ("is_public",)),
    (),
    ("sources", "answered_by"),
    name_answers,
    lambda version: version.values["is_public"] and bool(version.values["sources"]),
    lambda record: record["is_public"],
)
SUBJECTS = {subject.itself.model: subject for subject in (PLEDGES, REQUIREMENTS)}


def savings(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in groups: those that one saving wrote."""
    group = []
    for record in records:
        if group and not is_same_saving(group[-1], record):
            yield group
            group = []
        group.append(record)
    if group:
        yield group


def is_same_saving(last: Record, record: Record) -> bool:
    if record["edit_id"] or last["edit_id"]:
        return record["edit_id"] == last["edit_id"]
    gap = record["history_date"] - last["history_date"]
    if record["history_user_id"] != last["history_user_id"]:
        return False
    reason = record["history_change_reason"]
    is_loaded = reason and record["history_type"] == "+" and reason == last["history_change_reason"]
    return gap <= (LOADING if is_loaded and record["history_user_id"] is None else SAVING)


def transitions_of(subject: Subject, key: int, records: list[Record]) -> Iterator[Transition]:
    """The edits of one row as readers saw them, the first first."""
    values, parts = {}, {kept.letter: {} for kept in subject.parts}
    seen = None  # the last public version
    is_shown = False
    for group in savings(records):
        for record in group:
            if record["letter"] == subject.itself.letter:
                values = record if record["history_type"] != "-" else {}
            elif record["history_type"] == "-":
                parts[record["letter"]].pop(record["id"], None)
            else:
                parts[record["letter"]][record["id"]] = record
        known = {
            kept.letter: {record[kept.known_by]: record for record in parts[kept.letter].values()}
            for kept in subject.parts
        }
        version = Version(subject, values, known)
        if version.is_public:
            if not is_shown:
                yield Transition(key, RETURNED if seen else PUBLISHED, seen, version, group)
            elif version.differs(seen):
                yield Transition(key, CHANGED, seen, version, group)
            seen, is_shown = version, True
        elif is_shown:
            yield Transition(key, WITHDRAWN, None, version, group)
            is_shown = False


# In words


def in_words(transition: Transition, names: Names) -> Edit:
    told, why = tuple(differences(transition, names)), tuple(reasons_of(transition))
    return Edit(transition.key, transition.identifier, transition.when, transition.kind, why, told)


def reasons_of(transition: Transition) -> list[str]:
    """Why, as the editors wrote it; what readers are told where a pledge was withdrawn."""
    if transition.kind == WITHDRAWN:
        values = transition.new.values
        reason = values.get(f"withdrawal_reason_{current_language()}") or values.get("withdrawal_reason_en")
        return [reason] if reason and values["state"] == State.WITHDRAWN else []
    given = dict.fromkeys(
        reasons.keyed(record["history_change_reason"]) or ""
        for record in transition.records
        if transition.new.subject.is_told_why(record)
    )
    if len(given) > 1:  # what follows from another part of the same saving has that as its reason
        given.pop(reasons.SiteReason.DERIVED, None)
    return [reasons.in_words(reason) for reason in given if reason]


def differences(transition: Transition, names: Names) -> Iterator[Difference]:
    if transition.old is None:
        return
    old, new = transition.old, transition.new
    for told in new.subject.told:
        if told.differs(old.values, new.values):
            yield difference(told, old.values, new.values, names)
    for kept in new.subject.parts:
        yield from part_differences(kept.part, old.parts[kept.letter], new.parts[kept.letter], names)


def part_differences(part: Part, old: dict[int, Record], new: dict[int, Record], names: Names) -> Iterator[Difference]:
    """The differences of citations or steps, by key: those added, values of others, those removed."""
    for key in new:
        if key not in old:
            yield Difference(str(part.label), None, part.words(new[key], names), code=part.code)
            continue
        for told in part.told:
            if told.differs(old[key], new[key]):
                about = f"{part.label}: {part.name(old[key], names)}"
                yield difference(told, old[key], new[key], names, about, part.code)
    for key in old:
        if key not in new:
            yield Difference(str(part.label), part.words(old[key], names), None, code=part.code, corrects=True)


# What pages and feeds ask for


def edits_of(row: Model) -> list[Edit]:
    """The edits of a pledge or a requirement, latest first, in the current language."""
    edits = transitions(type(row), [row.pk]).values()
    return all_in_words(sorted((edit for found in edits for edit in found), key=order_of, reverse=True))


def newest_first(
    rows: QuerySet,
    withdrawn: QuerySet,
    since: datetime | None = None,
    until: datetime | None = None,
    at_once: int = AT_ONCE,
    read: Callable[[type[Model], list[int]], dict[int, list[Transition]]] | None = None,
) -> Iterator[Transition]:
    """The edits of public rows and the withdrawals of others, two querysets of one model, not yet in words.

    Of a span of time, with both ends, if one is given. So many rows are looked at together; `read` is `transitions`,
    or a function that keeps what it gives.
    """
    read = read or transitions
    gone = set(withdrawn.order_by().values_list("pk", flat=True))
    keys = rows.order_by().values("pk")
    saved = last_saved(rows.model.objects.filter(Q(pk__in=keys) | Q(pk__in=gone)), since, until)
    # both with the newest at the end
    waiting, found = sorted((when, key) for key, when in saved.items()), []
    while waiting or found:
        # the last saving of a row may have changed nothing that is told
        if waiting and (not found or order_of(found[-1]) < waiting[-1]):
            waiting, looked_at = waiting[:-at_once], waiting[-at_once:]
            for key, edits in read(rows.model, [key for _when, key in looked_at]).items():
                told = withdrawal(edits) if key in gone else edits
                found += [edit for edit in told if (since or edit.when) <= edit.when <= (until or edit.when)]
            found.sort(key=order_of)
        else:
            yield found.pop()


def transitions(model: type[Model], keys: list[int]) -> dict[int, list[Transition]]:
    """{primary key: the edits of that row, the first first}, not yet in words."""
    subject = SUBJECTS[model]
    return {key: list(transitions_of(subject, key, records)) for key, records in subject.records_of(keys).items()}


def withdrawal(edits: list[Transition]) -> list[Transition]:
    """The last edit alone if it was the withdrawal of what readers saw: all else is withdrawn with the row."""
    return [edit for edit in edits[-1:] if edit.kind == WITHDRAWN]


def net(edits: list[Transition], moment: datetime) -> Transition | None:
    """What the edits of a row that readers saw since come to, as one; None if they see what they saw then."""
    before, since = ([edit for edit in edits if (edit.when < moment) is is_before] for is_before in (True, False))
    if not since:
        return None
    old, last = before[-1].new if before and before[-1].kind != WITHDRAWN else None, since[-1]
    if last.kind == WITHDRAWN:
        return last if old else None
    shown = [record for edit in since if edit.kind != WITHDRAWN for record in edit.records]
    if old is None:
        return Transition(last.key, RETURNED if before else PUBLISHED, None, last.new, shown)
    return Transition(last.key, CHANGED, old, last.new, shown) if last.new.differs(old) else None


def order_of(edit: Transition) -> tuple[datetime, int]:
    return edit.when, edit.key


def all_in_words(edits: list[Transition]) -> list[Edit]:
    """The same in words, in the current language."""
    names = Names([version for edit in edits if edit.old for version in (edit.old, edit.new)])
    return [in_words(edit, names) for edit in edits]


def last_saved(rows: QuerySet, since: datetime | None = None, until: datetime | None = None) -> dict[int, datetime]:
    """{primary key: when it was last saved, or a part of it} for a queryset of pledges or requirements.

    Only of what was saved in a span of time, with both ends, if one is given.
    """
    keys = rows.order_by().values("pk")
    span = {"history_date__gte": since, "history_date__lte": until}
    span = {condition: moment for condition, moment in span.items() if moment}
    first, *others = (
        kept.records()
        .filter(**{f"{kept.key}__in": keys}, **span)
        .values(kept.key)
        .annotate(last=Max("history_date"))
        .values_list(kept.key, "last")
        for kept in SUBJECTS[rows.model].kept
    )
    saved = {}
    for key, when in first.union(*others, all=True) if others else first:
        saved[key] = max(saved.get(key, when), when)
    return saved


def has_changed(moment: datetime) -> bool:
    """Whether anything that readers see was changed since: a pledge, a requirement, or what these refer to."""
    kinds = {kept.model: subject.itself.model for subject in SUBJECTS.values() for kept in subject.kept}
    first, *others = (records_since(model, kinds.get(model), moment) for model in HISTORIC)
    saved = set(first.union(*others).values_list("told_of", flat=True))
    # not every saving is told to readers
    edits = (newest_first(model.objects.all(), model.objects.none(), since=moment) for model in SUBJECTS)
    return "" in saved or any(
        next(found, None) for model, found in zip(SUBJECTS, edits, strict=True) if model.__name__ in saved
    )


def records_since(model: type[Model], kind: type[Model] | None, moment: datetime) -> QuerySet:
    """Records of a model that readers may see, each with the name of what it is told as a change of, if any."""
    records = model.history.filter(history_date__gte=moment).order_by()
    if kind is None and hasattr(model.objects, "public"):
        records = records.filter(id__in=model.objects.public().order_by().values("pk"))
    return records.annotate(told_of=Value(kind.__name__ if kind else "", CharField())).values("told_of")
