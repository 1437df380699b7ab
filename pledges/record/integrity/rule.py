"""What a rule of the data is: a row of a table, which can be asked of all records or of one; no rule is here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pledges.models import HISTORIC, Commitment
from pledges.models.base import NaturalKeyModel
from pledges.models.edits import PartModel
from pledges.models.publication import SHOWN_STATE
from pledges.record.reasons import SiteReason

ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
# what a rule finds: the rows that break it, with what its message names of each
Broken = Iterable[tuple[Model, dict[str, Any]]]


class Level(TextChoices):
    """What a breach of a rule means where readers see the record. In a draft each is a hint."""

    ERROR = "error", _("Error")
    WARNING = "warning", _("Needs a reason")
    HINT = "hint", _("Hint")


@dataclass(frozen=True)
class Rule:
    """One rule of the data."""

    name: str
    model: type[NaturalKeyModel]
    field: str  # that an editor would mend; "" for none
    level: Level
    message: str | Promise  # of one breach; what it names stands in it as `%(name)s`
    broken: Callable[[QuerySet], Broken]  # those of the given rows that break it
    # holds for drafts, too: what breaks it would break the site
    of_drafts: bool = False
    # of what the site itself keeps: no editor can break or mend it
    by_site: bool = False
    # {another model: the condition on the rows that the change of a record of it can make break this rule}
    follows: dict[type[Model], Callable[[Model], Q]] = field(default_factory=dict)

    def of_all(self) -> Iterator["Breach"]:
        """The breaches in what must keep the rule: all but pledges that readers do not see."""
        rows = self.model.objects.all()
        if not (self.of_drafts or self.by_site) and record_model(self.model) is Commitment:
            state = "state" if self.model is Commitment else f"{self.model.part_of_record}__state"
            rows = rows.filter(**{state: SHOWN_STATE})
        return self.of(rows)

    def of_record(self, record: Model) -> Iterator["Breach"]:
        """The breaches in a record, in its parts, and in what follows from it, seen by readers or not."""
        touched = self.touched_by(record)
        return self.of(self.model.objects.filter(touched)) if touched else iter(())

    def of(self, rows: QuerySet) -> Iterator["Breach"]:
        for row, named in self.broken(rows):
            yield Breach(self, row, named)

    def touched_by(self, record: Model) -> Q:
        """The condition on the rows that the change of a record can make break the rule; empty for none."""
        touched = Q()
        if isinstance(record, self.model):
            touched |= Q(pk=record.pk)
        elif record_model(self.model) is type(record):
            touched |= Q(**{self.model.part_of_record: record.pk})
        if type(record) in self.follows:
            touched |= self.follows[type(record)](record)
        return touched


@dataclass(frozen=True)
class Breach:
    """A row that breaks a rule."""

    rule: Rule
    row: NaturalKeyModel
    named: dict[str, Any]

    @property
    def message(self) -> str:
        """What is wrong, in the current language; the row is not named."""
        return str(self.rule.message) % self.named

    @property
    def line(self) -> str:
        """The row by its public key, and what is wrong with it."""
        return f"{name(self.row)}: {self.message}".translate(ISOLATES)

    @property
    def record(self) -> Model:
        """The record that the row is, or is part of."""
        return getattr(self.row, self.row.part_of_record) if isinstance(self.row, PartModel) else self.row


def rule(model, field="", level=Level.ERROR, *, message, **more) -> Callable[[Callable[[QuerySet], Broken]], Rule]:
    """Makes a function that yields the broken rows of a queryset, and what the message names, the rule of its name."""

    def made(broken):
        return Rule(broken.__name__, model, field, level, message, broken, **more)

    return made


def record_model(model: type[Model]) -> type[Model]:
    """The model of the record that a row of this one is part of; itself for a record."""
    return model._meta.get_field(model.part_of_record).related_model if issubclass(model, PartModel) else model


def name(row: NaturalKeyModel) -> str:
    """The public key of a row in one word: `country NL`, `citation nl-2016-01-syria/kuna-2016-02`."""
    return f"{row._meta.verbose_name} {'/'.join(str(part) for part in row.natural_key())}"


def label(model: type[Model], field: str) -> str:
    """The name of a field, as forms show it."""
    return capfirst(model._meta.get_field(field).verbose_name)


def is_seen(record: Model) -> bool:
    """Whether the errors of a record refuse it: readers see it or may at any time. Only pledges can be drafts."""
    return not isinstance(record, Commitment) or record.state == SHOWN_STATE


def has_reason(record: Model) -> bool:
    """Whether an editor gave a reason for the present version of a record, its parts included."""
    for model in HISTORIC:
        if record_model(model) is type(record):
            key = "id" if model is type(record) else f"{model.part_of_record}_id"
            rows = model.history.filter(**{key: record.pk}, record_version=record.version)
            if rows.exclude(edit=None).exclude(edit__why__in=["", *SiteReason.values]).exists():
                return True
    return False
