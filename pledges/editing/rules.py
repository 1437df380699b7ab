"""What the rules of the data say of a record that is edited: what refuses it, what needs a reason, what is a hint."""

from dataclasses import dataclass

from django.db.models import Model

from pledges.models.edits import VersionedModel
from pledges.models.texts import says_nothing
from pledges.record import integrity
from pledges.record.integrity import Level


@dataclass(frozen=True)
class Finding:
    """What one rule says of a record, of one of its parts, or of a record that rests on it."""

    level: Level
    field: str  # of `row`; "" for none
    message: str  # in the current language
    record: str  # the public name of `row`
    row: Model
    when_seen: Level  # the level it has where readers see the record

    def __str__(self):
        return self.message


def findings(record: VersionedModel, publishing: bool = False) -> list[Finding]:
    """What the rules find in a record and its parts as saved by now, and in what rests on it; the worst first.

    Errors refuse to save what readers see, and to publish; warnings need a reason. Of a pledge that readers do not
    see all are hints, unless it is asked for publishing.
    """
    found = []
    for breach in integrity.breaches_of(record):
        is_bound = breach.rule.of_drafts or integrity.is_seen(breach.record)
        is_bound |= publishing and breach.record == record
        level = breach.rule.level if is_bound else Level.HINT
        name = integrity.name(breach.row)
        found.append(Finding(level, breach.rule.field, breach.message, name, breach.row, breach.rule.level))
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def refusing(found: list[Finding], why: str = "") -> list[Finding]:
    """Those that refuse to save or to publish: the errors, and without a reason what needs one."""
    levels = {Level.ERROR, Level.WARNING} if says_nothing(why) else {Level.ERROR}
    return [finding for finding in found if finding.level in levels]


def resting_on(record: VersionedModel) -> list[Model]:
    """The rows of other records that would break a rule without this one."""
    found = []
    for rule in integrity.RULES:
        if follows := rule.follows.get(type(record)):
            found += rule.model.objects.filter(follows(record))
    return found
