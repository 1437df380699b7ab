"""What was asked for: the list with its filter and its file, one requirement, and what other records show of them."""

from dataclasses import replace
from datetime import date

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render

from pledges.exports.formats import FORMATS
from pledges.exports.package import plain_chunks
from pledges.exports.tables import REQUIREMENTS
from pledges.exports.wanted import Wanted, pledge_address
from pledges.models import Commitment, Requirement
from pledges.models.vocab import Stage
from pledges.query.facets import facet_counts
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import OFFERED, RequirementFilter
from pledges.views.about import report_link
from pledges.views.browsing import kept, loading_lines, offered, sort_links
from pledges.views.explore import CountedPaginator
from pledges.views.files import file_of
from pledges.views.readers import open_file, public_page, record_page, site_of
from pledges.views.references import requirement_reference, view_reference

PER_PAGE = 50
IN_FORM = {*OFFERED, "q", "asked_after", "asked_before", "as_of"}
# what a first click on a sort gives: the latest and the most first
DESCENDING_FIRST = {"asked", "answers"}
CHUNK = 500


@public_page
def requirement_list(request):
    """The requirements that the query string asks for, a page at a time, with the filter."""
    query = RequirementFilter(request.GET)
    facets = facet_counts(query, OFFERED)
    total = query.matching().count()
    context = {
        "filter": query,
        "total": total,
        "here": "requirement-list",
        "boxes": [offered(query, name, facets) for name in OFFERED],
        "kept": kept(query, IN_FORM),
        "sorts": sort_links(query, DESCENDING_FIRST),
        "asked": query.narrowed(sort=None),
        "use_in": loading_lines(request, query, "requirement-csv", REQUIREMENTS.name) if total else (),
        "cite": view_reference(request, query),
        "feed": "requirement-atom",
        "page": CountedPaginator(query.results, PER_PAGE, total).get_page(query.page),
    }
    return render(request, "pledges/requirement_list.html", context)


@record_page
def requirement_detail(request, slug):
    """One requirement, its sources, and the pledges that answered it with what became of them."""
    requirement = get_object_or_404(
        Requirement.objects.public().select_related("country", "type", "unit", "meeting"), slug=slug
    )
    pledges = CommitmentFilter.of(requirement=slug)
    answers = list(pledges.results)
    context = {
        "requirement": requirement,
        "answers": answers,
        "tally": pledges.tally,
        "delivered": sum(pledge.reached == Stage.DELIVERED and not pledge.is_declined for pledge in answers),
        "query": pledges.conditions,
        "delivered_query": pledges.pledged.narrowed(reached=Stage.DELIVERED),
        "sources": requirement.sources.order_by("published_on", "slug"),
        "report_link": report_link(request, requirement),
        "cite": requirement_reference(request, requirement),
    }
    return render(request, "pledges/requirement_detail.html", context)


@open_file
@public_page
def requirement_file(request, extension):
    """Exactly the requirements of the list, in its order; 400 where the list shows none for what cannot be read."""
    return file_of(request, FILES[extension], RequirementFilter, wanted)


def write_csv(wanted):
    rows = wanted.rows.iterator(chunk_size=CHUNK)
    return plain_chunks(REQUIREMENTS, rows, wanted.pledge_address, wanted.options["bom"])


# the formats that requirements come in
FILES = {
    "csv": replace(FORMATS["csv"], write=write_csv, takes_columns=False, may_stream=False),
    "atom": FORMATS["atom"],
}


def wanted(request, asked):
    """What a file of requirements gets, each row with its sources and the public pledges that answered it."""
    site = site_of(request)
    answers = Prefetch("answered_by", Commitment.objects.public().only("slug"))
    return Wanted(
        filter=asked.filter,
        rows=asked.filter.results.prefetch_related("sources", answers),
        columns=list(REQUIREMENTS.columns),
        options=asked.options,
        site=site,
        path=request.path,
        pledge_address=pledge_address(site),
        reference="",
        day=date.today(),
        table=REQUIREMENTS.name,
        list_page="requirement-list",
    )
