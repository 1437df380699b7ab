"""The programming interface: pledges and requirements as JSON at addresses that keep their meaning.

Data is the same whatever language a client prefers (order, addresses); only messages follow it.
"""

from functools import wraps

from django.http import JsonResponse
from django.utils.translation import gettext, override
from django.views.decorators.csrf import csrf_exempt

from pledges.api import openapi, vocabularies
from pledges.exports.columns import with_columns
from pledges.exports.formats import FORMATS
from pledges.exports.json import document_of_page, full_record, page_document
from pledges.exports.wanted import pledge_address
from pledges.history.days import AS_OF
from pledges.models import Commitment
from pledges.query.base import Problem, clipped
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import RequirementFilter
from pledges.views.errors import moved, once_public, problem
from pledges.views.files import read_query, wanted
from pledges.views.readers import METHODS, day_problems, for_any_cache, in_its_day, open_to_all, preflight, site_of
from pledges.views.requirements import wanted as wanted_requirements


def public_data(view):
    """An address for programs: reading only, from any site, errors in one format."""

    @csrf_exempt
    @for_any_cache
    @wraps(view)
    def answer(request, **kwargs):
        if request.method == "OPTIONS":
            return preflight()
        if request.method not in {"GET", "HEAD"}:
            response = problem(request, 405, gettext("This address can only be read."))
            response["Allow"] = METHODS
            return response
        return open_to_all(in_its_day(view)(request, **kwargs))

    return answer


def as_json(document):
    """A document as readable JSON: letters of any script as they are."""
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def unreadable(request, problems, detail=CommitmentFilter.unreadable):
    return problem(request, 400, str(detail), problems)


def record_problems(request):
    """What an address without filters does not take: any parameter but a day that can be shown."""
    message = gettext("This parameter is not known, so no results are shown.")
    unknown = [Problem(name, clipped(name), message) for name in request.GET if name != AS_OF]
    return unknown + day_problems(request.GET)


@public_data
def pledges(request):
    """A page of the pledges that the query string asks for."""
    asked = read_query(request, FORMATS["json"])
    if asked.problems:
        return unreadable(request, asked.problems)
    with override("en"):
        return as_json(page_document(wanted(request, asked)))


@public_data
def requirements(request):
    """A page of the requirements that the query string asks for."""
    asked = read_query(request, FORMATS["json"], RequirementFilter)
    if asked.problems:
        return unreadable(request, asked.problems, RequirementFilter.unreadable)
    with override("en"):
        held = wanted_requirements(request, asked)
        return as_json(document_of_page(held, held.rows, held.filter.matching().count()))


@public_data
def pledge(request, slug):
    """One pledge with its citations and later steps; 410 for one that was published and withdrawn."""
    if problems := record_problems(request):
        return unreadable(request, problems)
    found = with_columns(Commitment.objects.public()).filter(slug=slug).first()
    if found:
        with override("en"):
            return as_json(full_record(found, pledge_address(site_of(request))))
    if once_public(slug):
        return problem(request, 410, gettext("This pledge was published and has been withdrawn."))
    return nothing_here(request)


@public_data
def vocabulary(request, name):
    """All rows of a vocabulary, each with the number of its pledges."""
    if problems := record_problems(request):
        return unreadable(request, problems, gettext("Nothing is shown, because the request cannot be read."))
    with override("en"):
        return as_json(vocabularies.document(vocabularies.VOCABULARY[name], site_of(request)))


@public_data
def description(request):
    """This interface described for programs: OpenAPI 3.1."""
    with override("en"):
        return as_json(openapi.document(request.build_absolute_uri("/api/v1")))


@public_data
def nowhere(request, path):
    """Any other address of the interface."""
    return nothing_here(request)


def nothing_here(request):
    return moved(request) or problem(request, 404, gettext("There is nothing at this address."))
