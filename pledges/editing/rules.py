"""What the rules of the data say of one record, before it is saved for good."""

from dataclasses import dataclass

from django.db.models import Model

from pledges.models import Commitment
from pledges.models.publication import NotPublic, is_public
from pledges.models.vocab import State


@dataclass(frozen=True)
class Finding:
    """One breach of a rule: `error`, `warning` or `hint`, at a field of a record."""

    level: str
    field: str
    message: str
    record: str

    def __str__(self):
        return self.message


def findings(record: Model, publishing: bool = False) -> list[Finding]:
    """The breaches of a record as it is saved; those that only matter to readers if it is being published."""
    if not publishing or not isinstance(record, Commitment):
        return []
    if is_public(State.PUBLISHED, {citation.stance for citation in record.citations.all()}):
        return []
    return [Finding("error", "", str(NotPublic.UNSUPPORTED.label), record.slug)]
