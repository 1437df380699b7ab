"""The method (words in the template, figures computed here), the dictionary of the files, where to report an error."""

import re
from itertools import groupby
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges.charts.figures import FIGURES
from pledges.exports.changes import COLUMNS as CHANGES
from pledges.exports.formats import FORMATS
from pledges.exports.notes import CAVEATS, ENCODING, GUARD, QUOTED, SAME_BYTES, STABILITY
from pledges.exports.tables import TABLES
from pledges.history.as_of import first_day
from pledges.i18n import localized_order
from pledges.models import Bloc, Commitment, CommitmentType, Requirement, Source, StatusChange, Unit
from pledges.models.vocab import (
    IN_FORCE,
    STATUSES_BY_STAGE,
    Attribution,
    Change,
    Credibility,
    Grade,
    Precision,
    Region,
    Reliability,
    SourceKind,
    SourceLanguage,
    Stage,
    Status,
)
from pledges.query.dimension import NONE
from pledges.query.facets import counts, facet_counts
from pledges.query.pledge_dimensions import DIMENSION
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import NO, RequirementFilter
from pledges.record.evidence import SPEAKS_FOR_ITSELF
from pledges.record.in_time import turns
from pledges.record.totals import SUMMED
from pledges.views.readers import record_page, timeless_page

# as `pledges.record.evidence.assess` asks: the first that holds decides
GRADES_AS_ASKED = (Grade.DISPUTED, Grade.OFFICIAL, Grade.CORROBORATED, Grade.SINGLE_SOURCE)
# so many closings are looked through for one that was not the end
EXAMPLES = 20
NEVER_NEW = (Change.MAINTAIN, Change.EXTEND)
TYPES = {
    "string": pgettext_lazy("type of a column", "text"),
    "integer": pgettext_lazy("type of a column", "whole number"),
    "boolean": pgettext_lazy("type of a column", "true or false"),
    "date": pgettext_lazy("type of a column", "date: day, month or year"),
    "day": pgettext_lazy("type of a column", "date: day"),
}
ARABIC = re.compile("[\u0600-\u06ff]")


@record_page
def about(request):
    """The rules of the record, with tables made from its vocabularies and figures from its rows."""
    query = CommitmentFilter.of()
    # a refusal is none of the pledges, but has a status
    totals = facet_counts(query.pledged, ["country", "region", "bloc", "change", "grade", "attribution", "year"])
    statuses = facet_counts(query, ["status"])
    requests = facet_counts(RequirementFilter.of(), ["answered"])["answered"]
    years = sorted(totals["year"].keys() - {NONE})
    context = {
        "tally": query.tally,
        "total": query.tally.pledges,
        "countries": len(totals["country"].keys() - {NONE}),
        "groups": totals["country"][NONE],
        "first_year": years[0] if years else "",
        "last_year": years[-1] if years else "",
        "first_day": first_day(),
        "example": example_of_two_days(),
        "extension": Change.EXTEND,
        "requirements": requests.total(),
        "unanswered": requests[NO],
        "type_groups": type_groups(),
        "regions": with_totals(query.pledged, "region", Region, totals),
        "blocs": [
            (bloc, query.pledged.narrowed(bloc=bloc.slug), totals["bloc"][bloc.slug])
            for bloc in Bloc.objects.order_by(localized_order("name"))
        ],
        "changes": with_totals(query.pledged, "change", Change, totals),
        "never_new": [change.label for change in NEVER_NEW],
        "never_summed": [change.label for change in Change if change not in SUMMED],
        "stages": [
            (stage, with_tallies(query, "status", found, statuses)) for stage, found in STATUSES_BY_STAGE.items()
        ],
        "closed": [status.label for status in STATUSES_BY_STAGE[Stage.CLOSED]],
        "not_summable": [unit.name for unit in Unit.objects.filter(summable=False)],
        "grades": with_totals(query.pledged, "grade", GRADES_AS_ASKED, totals),
        "speaks_for_itself": any_label(Attribution, SPEAKS_FOR_ITSELF),
        "attributions": with_totals(query.pledged, "attribution", Attribution, totals),
        "reliabilities": list(Reliability),
        "credibilities": list(Credibility),
        "sources": source_figures(),
        "languages": labelled(SourceLanguage, counts(Source.objects.public(), "language")),
        "kinds": labelled(SourceKind, counts(Source.objects.public(), "kind")),
        "quoted": QUOTED,
        "report_address": settings.REPORT_ADDRESS,
        "report_link": mail_link(settings.REPORT_ADDRESS),
        "site_address": request.build_absolute_uri(reverse("overview")),
    }
    return render(request, "pledges/about.html", context)


def example_of_two_days():
    """A pledge that was closed on a day and went on later, and when this record was told; None where there is none.

    Of that day it is not in force, whatever is known of it since.
    """
    closed = StatusChange.objects.filter(
        status__in=STATUSES_BY_STAGE[Stage.CLOSED],
        happened_precision=Precision.DAY,
        happened_on__gte=F("commitment__announced_on"),
        commitment__in=Commitment.objects.public().order_by().values("pk"),
    )
    closed = closed.order_by("happened_on", "pk").select_related("commitment__country", "commitment__type")
    for step in closed.prefetch_related("commitment__status_changes")[:EXAMPLES]:
        held = turns(step.commitment, step.commitment.status_changes.all())
        again = {day: status for day, status in held.items() if day > step.happened_on and status in IN_FORCE}
        if again and held[step.happened_on] == step.status:
            entered = StatusChange.history.filter(id=step.pk).order_by("history_date").first()
            return entered and {
                "pledge": step.commitment,
                "closed": Status(step.status),
                "day": step.happened_on,
                "again_on": min(again),
                "again": again[min(again)],
                "entered_on": entered.history_date,
                "query": f"on={step.happened_on}",
            }
    return None


def with_totals(query, name, values, totals):
    """[(value, the query for it, number of pledges)] of a vocabulary."""
    spelled = [(value, DIMENSION[name].public_value(value)) for value in values]
    return [(value, query.narrowed(**{name: spelling}), totals[name][spelling]) for value, spelling in spelled]


def with_tallies(query, name, values, totals):
    """[(value, the `Tally` of it)] of a vocabulary."""
    pledges, refusals = totals[name], totals[name].refusals
    return [
        (value, query.tallied(pledges[value] + refusals[value], refusals[value], **{name: value})) for value in values
    ]


def any_label(vocabulary, values):
    """`Government or Parliament`: the labels of the values, in the order of the vocabulary."""
    return get_text_list([value.label for value in vocabulary if value in values])


def labelled(vocabulary, numbers):
    """[(label, number)] from {value: number}, the largest first."""
    return sorted(
        ((str(vocabulary(value).label), n) for value, n in numbers.items()), key=lambda row: (-row[1], row[0])
    )


def type_groups():
    """[(name of the group, its types)], in their order."""
    return [
        (label, list(types))
        for label, types in groupby(CommitmentType.objects.all(), lambda row: row.get_group_display())
    ]


def source_figures():
    """How many public sources there are, and how many lack what."""
    return Source.objects.public().aggregate(
        total=Count("pk"),
        without_archive=Count("pk", filter=Q(archive_url="")),
        without_address=Count("pk", filter=Q(url="")),
        without_date=Count("pk", filter=Q(published_on=None)),
        roughly_dated=Count("pk", filter=Q(published_precision__in=[Precision.MONTH, Precision.YEAR])),
        reprints=Count("pk", filter=Q(derived_from__isnull=False)),
    )


@timeless_page
def notices(request):
    """What others made, with their licences: the notices of the repository."""
    words = (settings.BASE_DIR / "NOTICE.md").read_text(encoding="utf-8")
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


# The data dictionary


@record_page
def dictionary(request):
    """Every file and column of the data package, from the tables that it is made of."""
    context = {
        "tables": [(table, [described(table, column) for column in table.columns]) for table in TABLES],
        "formats": FORMATS.values(),
        "figures": FIGURES.values(),
        "change_columns": CHANGES,
        "caveats": CAVEATS,
        "encoding": ENCODING,
        "guard": GUARD,
        "quoted": QUOTED,
        "same_bytes": SAME_BYTES,
        "stability": STABILITY,
    }
    return render(request, "pledges/dictionary.html", context)


def described(table, column):
    """What the dictionary says about a column of a table."""
    return {
        "name": column.name,
        "type": TYPES[column.type],
        "description": column.description,
        "example": column.example,
        "example_language": "ar" if ARABIC.search(str(column.example)) else "en",
        "allowed": column.allowed,
        "refers_to": table.references.get(column.name) or table.lists.get(column.name),
    }


# Where a reader reports an error in a record

ERROR_IN = {
    Commitment: _("Error in the pledge %(slug)s"),
    Requirement: _("Error in the requirement %(slug)s"),
}


def report_link(request, record):
    """A message to REPORT_ADDRESS that names a record; without that, the page that says how to report."""
    if not settings.REPORT_ADDRESS:
        return f"{reverse('about')}#report"
    lines = [
        gettext("I found an error in this record:"),
        request.build_absolute_uri(record.get_absolute_url()),
        gettext("What is wrong:"),
        gettext("The source that shows it:"),
    ]
    subject = ERROR_IN[type(record)] % {"slug": record.slug}
    # spaces as %20 and line ends as CR LF: what mail programs read (RFC 6068)
    fields = urlencode({"subject": subject, "body": "\r\n\r\n".join(lines)}, quote_via=quote)
    return f"{mail_link(settings.REPORT_ADDRESS)}?{fields}"


def mail_link(address):
    """`mailto:` with an e-mail address, whatever characters it holds."""
    return f"mailto:{quote(address, safe='@')}"
