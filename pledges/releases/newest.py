"""The newest release, and whether readers still see what it holds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from pledges.history.as_of import known_on
from pledges.history.versions import has_changed
from pledges.models import Release
from pledges.query.per_version import per_version


@dataclass(frozen=True)
class Newest:
    """A release; `is_same` says that nothing which readers see was changed since."""

    number: str
    day: date
    is_same: bool


def newest() -> Newest | None:
    """The newest release, of a past day the newest one then; None where there was none yet."""
    return per_version("newest release", found)


def found() -> Newest | None:
    end = datetime.combine(known_on() or date.max, time.max, UTC)
    release = Release.objects.listed().filter(made_at__lte=end).only("number", "made_at").first()
    if release is None:
        return None
    return Newest(release.number, release.made_at.astimezone(UTC).date(), not has_changed(release.made_at))
