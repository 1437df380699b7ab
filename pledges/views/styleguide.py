"""The style guide for developers: the real partials with real values, on one page."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pledges.models import Source
from pledges.models.vocab import STATUSES_BY_STAGE, Grade
from pledges.query.pledges import CommitmentFilter
from pledges.record import evidence
from pledges.views.browsing import offered, pairs
from pledges.views.explore import sort_choices, sortable_columns

ASKED = "country=PL&type=airstrikes&sort=-announced"
UNREADABLE = "country=XX&announced_after=yesterday&colour=red"
COLOURS = [
    "paper",
    "raised",
    "sunken",
    "ink",
    "ink-soft",
    "line",
    "line-strong",
    "accent",
    "accent-ink",
    "accent-soft",
    "warn",
    "warn-soft",
    "note-soft",
    "good",
    "shade-1",
    "shade-2",
    "shade-3",
    "shade-4",
    "shade-ink",
    "shade-ink-4",
    "series-air",
    "series-land",
    "series-enabler",
    "series-civil",
    "series-general",
]
SPACES = range(1, 7)


@require_safe
def styleguide(request):
    """Only with DEBUG: asked here and not in urls.py, so that no test of ours depends on when the URLs were read."""
    if not settings.DEBUG:
        raise Http404
    everything, asked = CommitmentFilter(QueryDict()), CommitmentFilter(QueryDict(ASKED))
    pledges = everything.results
    disputed = pledges.filter(grade=Grade.DISPUTED).exclude(caveat_en="").first()
    context = {
        "colours": COLOURS,
        "spaces": SPACES,
        "everything": everything,
        "filter": asked,
        "here": "pledge-list",
        "unreadable": CommitmentFilter(QueryDict(UNREADABLE)),
        "boxes": [offered(asked, name, None) for name in ("country", "type", "stage")],
        "kept": [(name, value) for name, value in pairs(asked) if name == "sort"],
        "columns": sortable_columns(sort_choices(asked)),
        "page": Paginator(pledges, 3).get_page(2),
        "by_stage": [pledges.filter(status__in=statuses).first() for statuses in STATUSES_BY_STAGE.values()],
        "by_grade": [pledges.filter(grade=grade).first() for grade in Grade],
        "disputed": disputed,
        "evidence": evidence.assess(disputed, disputed.citations.select_related("source")) if disputed else None,
        "group": pledges.filter(country=None).first(),
        "sources": Source.objects.public().order_by("-language", "slug")[:1],
        "arabic_sources": Source.objects.public().filter(language="ar")[:1],
    }
    return render(request, "pledges/styleguide.html", context)
