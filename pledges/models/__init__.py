"""The data model; what each word means is in the glossary of the house plan."""

from pledges.models.commitments import Citation, Commitment, StatusChange
from pledges.models.meetings import Meeting, Participation
from pledges.models.reference import CommitmentType, Country, Place, Unit
from pledges.models.releases import Release as Release  # no history, no fixture: not among __all__
from pledges.models.sources import Source

__all__ = [
    "Citation",
    "Commitment",
    "CommitmentType",
    "Country",
    "Meeting",
    "Participation",
    "Place",
    "Source",
    "StatusChange",
    "Unit",
]
