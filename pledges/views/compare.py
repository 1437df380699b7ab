"""Countries side by side: types of pledge as rows, each pledge with its quantity, stage and evidence."""

from collections import defaultdict

from django.shortcuts import render

from pledges.models import CommitmentType
from pledges.query.pledge_dimensions import DIMENSION
from pledges.views.browsing import browsing
from pledges.views.readers import public_page

FEWEST, MOST = 2, 5


@public_page
def compare_page(request):
    context = browsing(request, "compare")
    commitments = context["filter"]
    chosen = commitments.query.getlist("country")
    context |= {"chosen": len(chosen), "fewest": FEWEST, "most": MOST}
    if not commitments.problems and FEWEST <= len(chosen) <= MOST:
        context |= side_by_side(commitments, chosen)
    else:
        context["filters_open"] = True
    return render(request, "pledges/compare.html", context)


def side_by_side(commitments, chosen):
    """The `parties` (name, number, query) in the order asked for, and `rows` of types with the pledges of each."""
    names = dict(commitments.choices("country"))
    cells = defaultdict(list)
    for pledge in commitments.results:
        cells[DIMENSION["country"].public_value(pledge.country and pledge.country.iso2), pledge.type_id].append(pledge)
    numbers = defaultdict(int)
    for (party, _type), pledges in cells.items():
        numbers[party] += len(pledges)
    types = [type_ for type_ in CommitmentType.objects.all() if any((party, type_.pk) in cells for party in chosen)]
    return {
        "parties": [(names[party], numbers[party], commitments.narrowed(country=party)) for party in chosen],
        "rows": [
            (
                type_,
                commitments.narrowed(type=type_.slug),
                [cells.get((party, type_.pk), []) for party in chosen],
            )
            for type_ in types
        ],
    }
