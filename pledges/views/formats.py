"""The list of pledges as a spreadsheet and as JSON: the rows of the page, in its order."""

import re
from datetime import date

from django.http import JsonResponse
from django.utils.translation import gettext

from pledges.discovery.referencing import plain
from pledges.exports.csv import csv_chunks
from pledges.exports.json import MOST_PER_PAGE, PER_PAGE, json_lines, page_of_records
from pledges.exports.xlsx import MOST_ROWS, Query, spreadsheet
from pledges.views.downloads import download, is_long
from pledges.views.files import in_both_languages, list_address, read_query, record_address
from pledges.views.readers import public_page, refused
from pledges.views.references import cited_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON_LINES = "application/jsonl; charset=utf-8"
WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}").fullmatch


@public_page
def pledge_csv(request):
    """Exactly the commitments of the list, all of them, in its order; 400 where the list shows none."""
    wanted = read_query(request, bom=bom)
    if wanted.problems:
        return refused(wanted.problems)
    address, mark = record_address(request), wanted.options["bom"]
    # here and now, in the reader's language: its order may depend on that
    rows = wanted.filter.results
    return download(
        request,
        lambda: csv_chunks(rows, address, mark, wanted.columns),
        wanted.file_name("csv"),
        "text/csv; charset=utf-8",
        long=is_long(wanted.filter),
    )


def bom(values):
    """Whether the file begins with a byte-order mark, from the values of the parameter; ValueError if unreadable."""
    if values not in ([], ["0"], ["1"]):
        raise ValueError(gettext("Write 0 or 1, once."))
    return values != ["0"]


@public_page
def pledge_xlsx(request):
    """All matching pledges as a spreadsheet with a sheet of notes; 400 where the list shows none."""
    wanted = read_query(request)
    if wanted.problems:
        return refused(wanted.problems)
    if wanted.filter.matching().count() >= MOST_ROWS:
        return refused([gettext("These are more pledges than a spreadsheet holds: take the CSV.")])
    sentences, citation = in_both_languages(wanted.filter), plain(cited_view(request, wanted.filter))
    query = Query(sentences, list_address(request, wanted.filter), date.today(), citation)
    rows, address = wanted.filter.results, record_address(request)
    return download(request, lambda: spreadsheet(rows, wanted.columns, address, query), wanted.file_name("xlsx"), XLSX)


@public_page
def pledge_jsonl(request):
    """All matching pledges as JSON, one a line."""
    wanted = read_query(request)
    if wanted.problems:
        return refused(wanted.problems)
    # here and now, in the reader's language: its order may depend on that
    rows, address = wanted.filter.results, record_address(request)
    return download(
        request,
        lambda: json_lines(rows, wanted.columns, address),
        wanted.file_name("jsonl"),
        JSON_LINES,
        long=is_long(wanted.filter),
    )


@public_page
def pledge_json(request):
    """One page of the matching pledges as JSON, with the way to the next."""
    wanted = read_query(request, per_page=per_page)
    if wanted.problems:
        return refused(wanted.problems)
    return as_json(page_document(request, wanted))


def per_page(values):
    """How many records a page holds, from the values of the parameter; ValueError if that cannot be read."""
    if not values:
        return PER_PAGE
    if len(values) > 1:
        raise ValueError(gettext("This was given more than once, so no results are shown."))
    text = values[0].strip()
    if not WHOLE_NUMBER(text) or int(text) > MOST_PER_PAGE:
        raise ValueError(gettext("Write a whole number from 1 to %(most)s.") % {"most": MOST_PER_PAGE})
    return int(text)


def page_document(request, wanted):
    """One page of records, how many there are in all, and the addresses of the pages beside it."""
    commitments, size = wanted.filter, wanted.options["per_page"]
    total, page = commitments.matching().count(), commitments.page
    pages = max(1, -(-total // size))
    return {
        "query": in_both_languages(commitments),
        "address": list_address(request, commitments),
        "total": total,
        "page": page,
        "pages": pages,
        "per_page": size,
        "next": page_address(request, wanted, page + 1) if page < pages else None,
        "previous": page_address(request, wanted, min(page - 1, pages)) if page > 1 else None,
        "columns": [column.name for column in wanted.columns],
        "pledges": page_of_records(commitments.results, wanted.columns, record_address(request), page, size, total),
    }


def page_address(request, wanted, page):
    """The absolute address of another page of the same document."""
    query = wanted.filter.query.copy()
    query["page"] = page
    if wanted.options["per_page"] != PER_PAGE:
        query["per_page"] = wanted.options["per_page"]
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def as_json(document, status=200, content_type="application/json"):
    """A document as readable JSON: letters of any script as they are."""
    return JsonResponse(document, status=status, content_type=content_type, json_dumps_params={"ensure_ascii": False})
