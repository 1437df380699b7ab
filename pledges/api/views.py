"""The programming interface: pledges and requirements as JSON at addresses that keep their meaning.

Data is the same whatever language a client prefers (order, addresses); only messages follow it.
"""

import re
from functools import wraps

from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, override
from django.views.decorators.csrf import csrf_exempt

from pledges.api import openapi, reconciling, vocabularies
from pledges.exports.columns import with_columns
from pledges.exports.formats import FORMATS
from pledges.exports.json import document_of_page, full_record, page_document
from pledges.exports.wanted import pledge_address
from pledges.history.days import AS_OF, on_the_day
from pledges.models import Commitment
from pledges.query.base import Problem, clipped
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import RequirementFilter
from pledges.views.errors import moved, once_public, problem
from pledges.views.files import read_query, wanted
from pledges.views.readers import METHODS, day_problems, for_any_cache, in_its_day, open_to_all, preflight, site_of
from pledges.views.requirements import wanted as wanted_requirements

UNREADABLE = gettext_lazy("Nothing is shown, because the request cannot be read.")
IS_CURSOR = re.compile(r"[0-9]{1,6}").fullmatch


def public_data(view, methods=METHODS):
    """An address for programs: reading only, from any site, errors in one format.

    One that takes POST, too, reads there what is too long for an address: nothing is changed, and no cookie is asked.
    """

    @csrf_exempt
    @for_any_cache
    @wraps(view)
    def answer(request, **kwargs):
        if request.method == "OPTIONS":
            return preflight(methods)
        if request.method not in methods.split(", "):
            response = problem(request, 405, gettext("This address can only be read."))
            response["Allow"] = methods
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
    return unknown_parameters(request) + day_problems(request.GET)


def unknown_parameters(request, *known):
    message = gettext("This parameter is not known, so no results are shown.")
    return [Problem(name, clipped(name), message) for name in request.GET if name not in {AS_OF, *known}]


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
        return unreadable(request, problems, UNREADABLE)
    with override("en"):
        return as_json(vocabularies.document(vocabularies.VOCABULARY[name], site_of(request)))


def reconcile(request):
    """The candidates for a batch of texts, or without one what the service is."""
    given = request.POST if request.method == "POST" else request.GET
    if problems := unknown_parameters(request, "queries") + day_problems(request.GET):
        return unreadable(request, problems, UNREADABLE)
    if request.method != "POST" and "queries" not in given:
        site = site_of(request)
        with override("en"):
            return as_json(reconciling.manifest(site + reverse("api-reconcile"), site))
    try:
        batch = reconciling.read_batch(given.get("queries", ""))
    except ValueError as error:
        status = 413 if isinstance(error, reconciling.TooMany) else 400
        return problem(request, status, str(UNREADABLE), [Problem("queries", "queries", str(error))])
    with override("en"):
        return as_json(reconciling.answers(batch))


reconcile = public_data(reconcile, f"{METHODS}, POST")


@public_data
def reconcile_suggest(request):
    """The entities whose names begin as a client types."""
    prefix, cursor = request.GET.get("prefix", ""), request.GET.get("cursor", "0")
    problems = unknown_parameters(request, "prefix", "cursor") + day_problems(request.GET)
    if len(prefix) > reconciling.LONGEST_QUERY:
        message = gettext("This is too long: at most %(most)d characters.") % {"most": reconciling.LONGEST_QUERY}
        problems.append(Problem("prefix", "prefix", message))
    if not IS_CURSOR(cursor):
        problems.append(Problem("cursor", "cursor", gettext("Write a whole number from 0.")))
    if problems:
        return unreadable(request, problems, UNREADABLE)
    with override("en"):
        return as_json(reconciling.suggested(prefix, int(cursor)))


@public_data
def reconcile_entity(request, entity):
    """The way to the page of an entity."""
    with override("en"):
        found = reconciling.entities().get(entity)
    return HttpResponseRedirect(on_the_day(found.path)) if found else nothing_here(request)


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
