"""What of the records readers see, so that a change of it has to be read by somebody else first."""

from django.db.models import Model

from pledges.models import Commitment, CommitmentType, Country, Unit
from pledges.models.publication import SHOWN_STATE

# pages and files list them whether or not a pledge uses them
ALWAYS_SHOWN = (Country, CommitmentType, Unit)


def is_shown(record: Model) -> bool:
    """Whether readers see the record as it is stored, or what they see rests on it."""
    if isinstance(record, ALWAYS_SHOWN):
        return True
    if isinstance(record, Commitment):
        return record.state == SHOWN_STATE
    return type(record).objects.public().filter(pk=record.pk).exists()
