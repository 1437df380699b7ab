"""Rules of the data that span rows or days, which no database check can hold: a table of them, asked of all or of one.

`manage.py check_data` asks them of all records, `editing.rules` of the one that is edited.
"""

from collections.abc import Iterator

from pledges.record.integrity import dates, history, links, pledges
from pledges.record.integrity.dates import DATES as DATES
from pledges.record.integrity.history import going_back as going_back
from pledges.record.integrity.history import unlike_its_record as unlike_its_record
from pledges.record.integrity.history import unrecorded as unrecorded
from pledges.record.integrity.rule import Breach, Level, Rule
from pledges.record.integrity.rule import has_reason as has_reason
from pledges.record.integrity.rule import is_seen as is_seen
from pledges.record.integrity.rule import name as name

RULES: tuple[Rule, ...] = (*pledges.RULES, *dates.RULES, *links.RULES, *history.RULES)


def breaches(level: Level = Level.ERROR) -> Iterator[Breach]:
    """All breaches of the rules of a level, in the order of the rules; a warning with a reason that is kept is none."""
    for rule in RULES:
        if rule.level == level:
            for breach in rule.of_all():
                if level != Level.WARNING or not has_reason(breach.record):
                    yield breach


def breaches_of(record) -> Iterator[Breach]:
    """The breaches that concern a record as the database has it now, and what follows from it, of all levels."""
    for rule in RULES:
        if not rule.by_site:
            yield from rule.of_record(record)
