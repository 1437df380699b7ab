"""The pledges of a query string as a file in any of the formats of `exports/formats.py`; the numbers of its pages."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils.functional import lazy
from django.utils.translation import gettext

from pledges.charts.figures import FIGURES
from pledges.discovery.referencing import plain
from pledges.exports import xlsx
from pledges.exports.csv import table_csv
from pledges.exports.formats import FORMATS, Format
from pledges.exports.rows import chosen_columns
from pledges.exports.wanted import Wanted, file_name, pledge_address, told
from pledges.history.days import path_to
from pledges.query.base import Problem, QueryFilter
from pledges.query.pledges import CommitmentFilter
from pledges.views.downloads import download, is_large, is_long
from pledges.views.readers import open_file, public_page, refused, site_of, timeless_page
from pledges.views.references import view_work


@open_file
@public_page
def pledge_file(request, extension):
    """Exactly the pledges of the list, in its order; 400 where the list shows none or the format cannot hold them."""
    return file_of(request, FORMATS[extension], CommitmentFilter, wanted)


def file_of(request, form, filter_class, wanted):
    """The file of a format with what the query string asks of a filter; `wanted` is the function below, or its like."""
    asked = read_query(request, form, filter_class)
    if asked.problems:
        return refused(asked.problems)
    held = wanted(request, asked)
    if refusal := form.refusal(held):
        return refused([refusal])
    if not form.is_attachment:
        # no Last-Modified: an entry of a feed that is gone leaves no date behind, the tag of the content covers it
        return HttpResponse(b"".join(form.write(held)), content_type=form.content_type)
    return download(
        request,
        lambda: form.write(held),
        held.file_name(form.extension),
        form.content_type,
        large=is_large(held.filter),
        long=form.may_stream and is_long(held.filter),
    )


@open_file
@timeless_page
def not_installed(request, form):
    """What makes a format is an optional package that this site does not have: 404, with where the same rows are."""
    words = {"format": form.label, "address": site_of(request) + path_to("pledge-csv", query=request.GET.urlencode())}
    message = gettext("This site makes no %(format)s files. The same rows as CSV: %(address)s") % words
    return HttpResponse(f"{message}\n", status=404, content_type="text/plain; charset=utf-8")


@open_file
@public_page
def figures_file(request, page, extension):
    """The numbers that a page shows for the same query string; 400 where it shows none but a message."""
    figures, form = FIGURES[page], FORMATS[extension]
    asked = read_query(request, form)
    if asked.problems:
        return refused(asked.problems)
    if refusal := figures.refusal(asked.filter):
        return refused([refusal])
    held, columns, rows = wanted(request, asked), figures.columns_of(asked.filter), figures.rows(asked.filter)
    return download(
        request,
        lambda: (
            table_csv(columns, rows, asked.options["bom"])
            if extension == "csv"
            else xlsx.table(columns, rows, held, page)
        ),
        file_name(told(asked.filter), date.today(), form.extension, table=page),
        form.content_type,
    )


@dataclass
class Asked:
    """A query string read for a format: the filter, the options of the format, and what cannot be read."""

    form: Format
    filter: QueryFilter
    options: dict
    problems: list


def read_query(request, form, filter_class=CommitmentFilter):
    """What a request asks of a format: its `Asked`."""
    parameters, values, problems = request.GET.copy(), {}, []
    for name, read in form.options.items():
        try:
            values[name] = read([value for value in parameters.pop(name, []) if value.strip()])
        except ValueError as error:
            problems.append(Problem(name, name, str(error)))
    query = filter_class(parameters)
    return Asked(form, query, values, [*query.problems, *problems])


def wanted(request, asked):
    """What a writer gets, in the current language: the order of the rows may depend on that."""
    query, site = asked.filter, site_of(request)
    return Wanted(
        filter=query,
        rows=query.results,
        columns=chosen_columns(query.columns if asked.form.takes_columns else ()),
        options=asked.options,
        site=site,
        path=request.path,
        pledge_address=pledge_address(site),
        reference=lazy(lambda: plain(view_work(request, query)), str)(),
        day=date.today(),
    )
