"""The data model; what each word means is in the glossary of the house plan."""

from pledges.models.blocs import Bloc, BlocMember
from pledges.models.commitments import Citation, Commitment, StatusChange
from pledges.models.conditions import Condition
from pledges.models.data_version import DataChange as DataChange  # neither has a history: triggers write them
from pledges.models.data_version import DataVersion as DataVersion
from pledges.models.edits import Edit as Edit  # the reason of histories: it has none itself
from pledges.models.meetings import Meeting, Participation
from pledges.models.reference import CommitmentType, Country, Place, Unit
from pledges.models.releases import Release as Release  # frozen: it has no history
from pledges.models.requirements import Requirement
from pledges.models.sources import Source
from pledges.models.workflow import Decision as Decision  # neither has a history: they are one
from pledges.models.workflow import Proposal as Proposal

# the models whose rows keep their history: what `history` reads of a past day, what fixtures and packages hold
HISTORIC = (
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
