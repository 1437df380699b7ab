"""The meetings, and for each what those who met had pledged before, pledged there, and pledged after it."""

from dataclasses import dataclass
from datetime import timedelta

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from pledges.charts.asked import asked_with_answers
from pledges.charts.league import MEETINGS
from pledges.i18n import localized_order
from pledges.models import Meeting
from pledges.models.vocab import Role, Stage
from pledges.query.dimension import NONE
from pledges.query.facets import tallies
from pledges.query.pledges import CommitmentFilter
from pledges.views.readers import record_page
from pledges.views.records import FIRST_ROWS, league_page, pledges_of

# how long after a meeting a pledge counts as "just after it"
DAYS_AFTER = 90


@record_page
def meeting_list(request):
    return league_page(request, MEETINGS)


@record_page
def meeting_detail(request, slug):
    meeting = get_object_or_404(Meeting.objects.public().select_related("country"), slug=slug)
    participations = list(meeting.participations.select_related("country").order_by(localized_order("country__name")))
    roles = [
        (role.label, countries)
        for role in Role
        if (countries := [row.country for row in participations if row.role == role])
    ]
    context = pledges_of(meeting=slug)
    tied = list(context["commitments"].results)
    context |= {
        "meeting": meeting,
        "asked": asked_with_answers(context["pledged"], context["facets"], meeting=slug),
        "roles": roles,
        "sources": meeting.sources.all(),
        "pledges": tied[:FIRST_ROWS],
        "parties": before_and_after(meeting, participations, tied),
        "days_after": DAYS_AFTER,
    }
    return render(request, "pledges/meeting_detail.html", context)


@dataclass
class Party:
    """A state at a meeting, or the groups of countries: numbers with the queries of their rows, and pledges there."""

    name: str
    key: str
    roles: list
    numbers_before: list  # announced before, and those of them that were delivered
    pledges: list
    after: tuple


def before_and_after(meeting, participations, tied):
    """A `Party` for all that took part or promised there, those with most pledges there first, groups last."""
    names = {row.country.iso2: row.country.name for row in participations}
    names |= {pledge.country.iso2: pledge.country.name for pledge in tied if pledge.country}
    roles, there = {}, {}
    for row in participations:
        roles.setdefault(row.country.iso2, []).append(row.get_role_display())
    for pledge in tied:
        there.setdefault(pledge.country.iso2 if pledge.country else NONE, []).append(pledge)
    if NONE in there:
        names[NONE] = _("Groups of countries")
    earlier = CommitmentFilter.of(announced_before=str(meeting.start_on - timedelta(days=1)), not_meeting=meeting.slug)
    before, delivered = numbers_by_party(earlier), numbers_by_party(earlier, reached=Stage.DELIVERED.value)
    later = CommitmentFilter.of(
        announced_after=str(meeting.start_on),
        announced_before=str(meeting.end_on + timedelta(days=DAYS_AFTER)),
        not_meeting=meeting.slug,
    )
    after = numbers_by_party(later)
    parties = [
        Party(name, key, roles.get(key, []), [before(key), delivered(key)], there.get(key, []), after(key))
        for key, name in names.items()
    ]
    return sorted(parties, key=lambda party: (party.key == NONE, -len(party.pledges)))


def numbers_by_party(query, **more):
    """A function: ISO code or `none` to the number of pledges of the filter, and their query.

    `more` are values of other dimensions that they have, too.
    """
    tally = tallies(query, "country", **more)

    def number(key):
        found = tally(key)
        return found.pledges, found.query

    return number
