"""Countries side by side: types of pledge as rows, the pledges of each country."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext

from pledges.charts.sums import sums_by
from pledges.models import CommitmentType
from pledges.query.pledge_dimensions import DIMENSION
from pledges.query.pledges import CommitmentFilter

# countries that can be compared
FEWEST, MOST = 2, 5


def too_few_or_many(query: CommitmentFilter) -> str:
    """Why the countries that a query chooses are not compared, in words."""
    if FEWEST <= len(query.parameters.getlist("country")) <= MOST:
        return ""
    numbers = {"fewest": FEWEST, "most": MOST}
    return gettext("Choose %(fewest)s to %(most)s countries in the filter to compare them.") % numbers


def side_by_side(query: CommitmentFilter, chosen: list[str]) -> dict[str, Any]:
    """The `parties` (name, `Tally`) in the order asked for, their `sums`, `rows` of types with the pledges of each."""
    names = dict(query.choices("country"))
    cells = defaultdict(list)
    for pledge in query.results:
        cells[DIMENSION["country"].public_value(pledge.country and pledge.country.iso2), pledge.type_id].append(pledge)
    numbers, refusals = defaultdict(int), defaultdict(int)
    for (party, _type), pledges in cells.items():
        numbers[party] += len(pledges)
        refusals[party] += sum(pledge.is_declined for pledge in pledges)
    totals = sums_by(query, "country", chosen)
    types = [type_ for type_ in CommitmentType.objects.all() if any((party, type_.pk) in cells for party in chosen)]
    return {
        "sums": [totals[party] for party in chosen],
        "parties": [(names[party], query.tallied(numbers[party], refusals[party], country=party)) for party in chosen],
        "rows": [
            (
                type_,
                query.narrowed(type=type_.slug),
                [cells.get((party, type_.pk), []) for party in chosen],
            )
            for type_ in types
        ],
    }
