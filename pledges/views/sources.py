"""The list of sources with its filter, and what one source is used for."""

from collections import Counter

from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404, render

from pledges.i18n import localized_order
from pledges.models import Citation, Commitment, Condition, Country, Meeting, Requirement, Source, StatusChange
from pledges.models.vocab import Stance
from pledges.query.pledges import CommitmentFilter
from pledges.query.sources import SOURCE_DIMENSIONS, SourceFilter, Uses
from pledges.record import folding
from pledges.views.browsing import kept, offered, sort_links
from pledges.views.explore import CountedPaginator
from pledges.views.readers import public_page, record_page

PER_PAGE = 100
CITATIONS_PER_PAGE = 60
IN_FORM = {*SOURCE_DIMENSIONS, "q"}
# what a first click on a sort gives: the latest and the most first
DESCENDING_FIRST = {"published", "pledges"}


@public_page
def source_list(request):
    """The sources that the query string asks for, a page at a time, with the filter."""
    sources = SourceFilter(request.GET)
    facets = sources.facets
    total = sources.matching().count()
    page = CountedPaginator(sources.results, PER_PAGE, total).get_page(sources.page)
    count_pledges(sources, page.object_list)
    context = {
        "filter": sources,
        "total": total,
        "here": "source-list",
        "boxes": [offered(sources, name, facets) for name in SOURCE_DIMENSIONS],
        "kept": kept(sources, IN_FORM),
        "sorts": sort_links(sources, DESCENDING_FIRST),
        "page": page,
    }
    return render(request, "pledges/source_list.html", context)


def count_pledges(query, sources):
    """Gives each source the number of public pledges that cite it, of those that it contradicts, and their `Tally`."""
    pledges = CommitmentFilter.of()
    for source in sources:
        uses = query.uses.get(source.pk, Uses())
        source.total, source.contradicted = uses.stances.total(), uses.stances[Stance.CONTRADICTS]
        source.tally = pledges.tallied(source.total, uses.refusals, source=source.slug)


@record_page
def source_detail(request, slug):
    """What a source says: the pledges taken from it, in its own order, and what else it is used for."""
    source = get_object_or_404(Source.objects.public(), slug=slug)
    public = Commitment.objects.public()
    citations = citations_of(source, public)
    numbers = Counter(citation.stance for citation in citations)
    steps = StatusChange.objects.filter(source=source, commitment__in=public)
    steps = steps.select_related("commitment__country", "commitment__type")
    page = Paginator(citations, CITATIONS_PER_PAGE).get_page(request.GET.get("page"))
    query = CommitmentFilter.of(source=source.slug)
    context = {
        "source": source,
        "read": {"page"} if request.GET.get("page") == str(page.number) else set(),
        "original": Source.objects.public().filter(pk=source.derived_from_id).first(),
        "reprints": Source.objects.public().filter(derived_from=source),
        "total": len(citations),
        "tally": query.tally,
        "query": query.conditions,
        "alone": CommitmentFilter.of(only_source=source.slug).tally,
        "stances": [(stance, numbers[stance]) for stance in Stance if numbers[stance]],
        "page": page,
        "steps": steps.order_by(F("happened_on").asc(nulls_last=True), "pk"),
        "conditions": Condition.objects.filter(source=source, commitment__in=public).select_related(
            "commitment__country", "commitment__type"
        ),
        "requirements": Requirement.objects.public().filter(sources=source).select_related("type"),
        "meetings": Meeting.objects.public().filter(sources=source),
        "members": Country.objects.filter(membership_source=source).order_by(localized_order("name")),
    }
    return render(request, "pledges/source_detail.html", context)


def citations_of(source, public):
    """The citations of a source in public pledges, by place in the source, each with its pledge at hand."""
    citations = Citation.objects.filter(source=source, commitment__in=public)
    citations = citations.select_related("commitment__country", "commitment__type", "commitment__unit")
    return sorted(
        citations.defer("commitment__search_text", "commitment__own_words"),
        key=lambda citation: (folding.natural(citation.locator), citation.commitment.slug),
    )
