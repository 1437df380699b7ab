"""The programming interface described as OpenAPI 3.1, made from the filter and the table of columns."""

from django import forms
from django.conf import settings

from pledges.api.reconciling import KINDS, LONGEST_QUERY, MOST_CANDIDATES, MOST_QUERIES, SUGGESTED
from pledges.api.vocabularies import VOCABULARIES
from pledges.exports.columns import COLUMNS
from pledges.exports.headings import heading
from pledges.exports.json import MOST_PER_PAGE, PER_PAGE
from pledges.exports.tables import REQUIREMENTS
from pledges.history.days import AS_OF
from pledges.models.vocab import Credibility, Reliability, SourceKind, SourceLanguage, Stance, Status
from pledges.query.base import EXCLUDE, WITHOUT
from pledges.query.dimension import NONE, ClosedChoices
from pledges.query.fields import DayField, SearchField, VocabularyField, WholeNumberField
from pledges.query.pledges import SHOWN_ONCE, ColumnsField, CommitmentFilter
from pledges.query.requirements import RequirementFilter

# how list, matrix, table and timeline look: accepted, and of no effect here
OF_PAGES = {*SHOWN_ONCE, WITHOUT} - {"sort", "page"}
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"

PROMISE = """\
What states promised the coalition against ISIS, with the sources that say so and those that deny it.
Reading needs no account and no key.

**Stability.** Within version 1 no address, parameter, column or field is renamed or removed, none changes its
type or meaning, and the identifier (slug) of a pledge never changes. New ones may be added, so ignore fields
that you do not know; vocabularies may gain values. A change that breaks this promise comes at `/api/v2`.

**Filters.** The parameters are those of the list on the site: repeat one for "or", different ones mean "and",
`none` means not stated, and the prefix `not_` excludes. What cannot be read is answered 400, never with more
rows than asked for.

**Vocabularies.** Countries, types, meetings, places and sources come whole, with the codes that filters take.

**Pages.** Follow `next` until it is null. Values are the same for every client; only messages of errors follow
`Accept-Language` (English or Arabic). Errors are `application/problem+json` (RFC 9457).
"""


def document(server):
    """The whole description; `server` is the absolute address that its paths begin with."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Coalition Pledges",
            "version": "1.0.0",
            "summary": "Pledges to the coalition against ISIS, with their sources.",
            "description": PROMISE,
            "license": {"name": settings.DATA_LICENCE["name"], "url": settings.DATA_LICENCE["address"]},
        },
        "servers": [{"url": server}],
        "paths": {
            "/pledges": {"get": list_operation()},
            "/pledges/{slug}": {"get": record_operation()},
            "/requirements": {"get": requirements_operation()},
            **{f"/{found.name}": {"get": vocabulary_operation(found)} for found in VOCABULARIES},
            "/reconcile": reconcile_operations(),
            "/reconcile/suggest": {"get": suggest_operation()},
            "/reconcile/entity/{entity}": {"get": entity_operation()},
            "/openapi.json": {"get": description_operation()},
        },
        "components": {"schemas": schemas(), "responses": {"Problem": problem_response()}},
    }


def list_operation():
    return {
        "operationId": "listPledges",
        "summary": "A page of the pledges that match, in order.",
        "parameters": parameters(CommitmentFilter),
        "responses": {
            "200": answer("One page of pledges.", "PledgePage"),
            **refused("400", "405"),
        },
    }


def requirements_operation():
    return {
        "operationId": "listRequirements",
        "summary": "A page of what was asked for, with the pledges that answered it, in order.",
        "parameters": parameters(RequirementFilter),
        "responses": {
            "200": answer("One page of requirements.", "RequirementPage"),
            **refused("400", "405"),
        },
    }


def record_operation():
    slug = {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": "Permanent identifier of the pledge.",
        "schema": {"type": "string"},
    }
    return {
        "operationId": "readPledge",
        "summary": "One pledge with its citations and later steps.",
        "parameters": [slug, parameter(CommitmentFilter, AS_OF)],
        "responses": {"200": answer("The pledge.", "PledgeRecord"), **refused("400", "404", "405", "410")},
    }


def vocabulary_operation(vocabulary):
    name = schema_name(vocabulary)
    return {
        "operationId": f"list{name}",
        "summary": f"{vocabulary.table.title}: all rows, each with the number of its pledges.",
        "parameters": [parameter(CommitmentFilter, AS_OF)],
        "responses": {"200": answer("All rows, by code.", f"{name}List"), **refused("400", "405")},
    }


def schema_name(vocabulary):
    return vocabulary.name.capitalize()


def reconcile_operations():
    described = (
        "Reconciliation Service API 0.2: a JSON object of queries, each with `query` and if you like `type` "
        f"({', '.join(KINDS)}) and `limit` (at most {MOST_CANDIDATES}). `query` has up to {LONGEST_QUERY} characters; "
        f"at most {MOST_QUERIES} queries are answered at once. `properties` and `type_strict` have no effect."
    )
    queries = {"type": "string", "contentMediaType": "application/json", "description": described}
    batch = answer("The candidates for each query, the best first.", "ReconciliationResults")
    either = {"oneOf": [reference("ReconciliationResults"), reference("ReconciliationManifest")]}
    form = {"type": "object", "properties": {"queries": queries}, "required": ["queries"]}
    as_of = parameter(CommitmentFilter, AS_OF)
    return {
        "get": {
            "operationId": "reconcile",
            "summary": "Which countries, types, meetings and places texts mean; without `queries` the manifest.",
            "parameters": [{"name": "queries", "in": "query", "description": described, "schema": queries}, as_of],
            "responses": {
                "200": {
                    "description": "Candidates, or the manifest.",
                    "content": {"application/json": {"schema": either}},
                },
                **refused("400", "405", "413"),
            },
        },
        "post": {
            "operationId": "reconcileMany",
            "summary": "The same for batches too long for an address. Nothing is changed, no cookie is needed.",
            "parameters": [as_of],
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
            "responses": {"200": batch, **refused("400", "405", "413")},
        },
    }


def suggest_operation():
    prefix = {"type": "string", "maxLength": LONGEST_QUERY}
    cursor = {"type": "integer", "minimum": 0, "default": 0}
    return {
        "operationId": "suggestEntities",
        "summary": "Countries, types, meetings and places whose names begin so.",
        "parameters": [
            {"name": "prefix", "in": "query", "description": "What was typed", "schema": prefix},
            {"name": "cursor", "in": "query", "description": "Suggestions to skip", "schema": cursor},
            parameter(CommitmentFilter, AS_OF),
        ],
        "responses": {"200": answer(f"At most {SUGGESTED} of them.", "Suggestions"), **refused("400", "405")},
    }


def entity_operation():
    entity = {"type": "string", "examples": ["country:NL"]}
    return {
        "operationId": "showEntity",
        "summary": "Leads to the page of an entity.",
        "parameters": [
            {"name": "entity", "in": "path", "required": True, "description": "Its id.", "schema": entity},
            parameter(CommitmentFilter, AS_OF),
        ],
        "responses": {"302": {"description": "The address of the page."}, **refused("404", "405")},
    }


def reconciling_schemas():
    named = whole({"id": {"type": "string"}, "name": {"type": "string"}})
    value = {"type": ["boolean", "number"]}
    entity = {"id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"}}
    candidate = entity | {
        "type": {"type": "array", "items": named},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "features": {"type": "array", "items": whole({"id": {"type": "string"}, "value": value})},
        "match": {"type": "boolean", "description": "Whether a name or code fits, and no other entity's does."},
    }
    result = whole({"result": {"type": "array", "items": whole(candidate)}})
    service = whole({"service_url": {"type": "string"}, "service_path": {"type": "string"}})
    return {
        "ReconciliationResults": {"type": "object", "additionalProperties": result},
        "ReconciliationManifest": whole(
            {
                "versions": {"type": "array", "items": {"type": "string"}, "contains": {"const": "0.2"}},
                "name": {"type": "string"},
                "identifierSpace": {"type": "string", "format": "uri"},
                "schemaSpace": {"type": "string", "format": "uri"},
                "documentation": {"type": "string", "format": "uri"},
                "defaultTypes": {"type": "array", "items": named},
                "view": whole({"url": {"type": "string", "pattern": r"\{\{id\}\}"}}),
                "suggest": whole({"entity": service}),
                "batchSize": {"type": "integer"},
            }
        ),
        "Suggestions": whole(
            {"result": {"type": "array", "items": whole(entity | {"notable": {"type": "array", "items": named}})}}
        ),
    }


def description_operation():
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "describe",
        "summary": "This description.",
        "responses": {"200": {"description": "OpenAPI 3.1.", "content": content}, **refused("405")},
    }


def answer(description, schema):
    return {"description": description, "content": {"application/json": {"schema": reference(schema)}}}


def refused(*statuses):
    return {status: {"$ref": "#/components/responses/Problem"} for status in statuses}


def reference(schema):
    return {"$ref": f"#/components/schemas/{schema}"}


def problem_response():
    return {
        "description": "What is wrong, in words.",
        "content": {"application/problem+json": {"schema": reference("Problem")}},
    }


# Parameters: every dimension, its exclusion, and what else the filter's form reads


def parameters(list_filter):
    """The parameters of a list (the class of its filter), from the fields of the filter's form."""
    fields = list_filter.base_filters, list_filter.Meta.form.base_fields
    names = [name for group in fields for name in group if name not in OF_PAGES]
    return [*(parameter(list_filter, name) for name in names), per_page_parameter()]


def parameter(list_filter, name):
    dimension = list_filter.dimensions.get(name.removeprefix(EXCLUDE))
    if dimension:
        return dimension_parameter(name, dimension)
    declared = list_filter.base_filters.get(name)
    field = declared.field if declared else list_filter.Meta.form.base_fields[name]
    found = {"name": name, "in": "query", "description": str(field.label), "schema": schema_of(field)}
    return found | {"style": "form", "explode": False} if isinstance(field, ColumnsField) else found


def dimension_parameter(name, dimension):
    excluding = name.startswith(EXCLUDE)
    label = f"Excluding: {dimension.label}" if excluding else str(dimension.label)
    label += f"; only with {dimension.asks}" if dimension.asks else ""
    known = {"type": "string"}
    if isinstance(dimension.choices, ClosedChoices):
        known["enum"] = enum(dimension.choices.vocabulary) + ([NONE] if dimension.none_label else [])
    return {
        "name": name,
        "in": "query",
        "description": f"{label}; {NONE}: {dimension.none_label}" if dimension.none_label else label,
        "style": "form",
        "explode": True,
        "schema": {"type": "array", "items": known},
    }


def schema_of(field):
    """The JSON schema of what a form field reads."""
    match field:
        case ColumnsField():
            names = [column.name for column in COLUMNS]
            return {"type": "array", "items": {"type": "string", "enum": names}, "uniqueItems": True}
        case DayField():
            return {"type": "string", "format": "date"}
        case WholeNumberField():
            bounds = {"minimum": field.min_value, "maximum": field.max_value}
            return {"type": "integer"} | {name: value for name, value in bounds.items() if value is not None}
        case SearchField():
            return {"type": "string", "maxLength": field.max_length}
        case VocabularyField() | forms.ChoiceField():
            return {"type": "string", "enum": [value for value, _label in field.choices if value]}
    return {"type": "string"}


def per_page_parameter():
    return {
        "name": "per_page",
        "in": "query",
        "description": "Rows on a page",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
    }


# Schemas of the answers


def schemas():
    columns = {column.name: {"title": heading(column.name)} | column_schema(column) for column in COLUMNS}
    return {
        "PledgePage": page_schema("pledges", "Pledge"),
        "Pledge": {
            "description": "The columns asked for with `columns`, all of them otherwise.",
            "type": "object",
            "properties": columns,
        },
        "PledgeRecord": whole(
            columns
            | {
                "citations": {"type": "array", "items": reference("Citation")},
                "status_changes": {"type": "array", "items": reference("StatusChange")},
            }
        ),
        "Citation": citation_schema(),
        "StatusChange": whole(
            {
                "status": {"type": "string", "enum": enum(Status)},
                "happened_on": nullable(pattern=DATE),
                "source": nullable(),
                "note": nullable(),
            }
        ),
        "RequirementPage": page_schema("requirements", "Requirement"),
        "Requirement": whole({column.name: column_schema(column) for column in REQUIREMENTS.columns}),
        **{name: schema for found in VOCABULARIES for name, schema in vocabulary_schemas(found).items()},
        **reconciling_schemas(),
        "Problem": problem_schema(),
    }


def vocabulary_schemas(vocabulary):
    name, number = schema_name(vocabulary), {"type": "integer", "minimum": 0}
    counted = {
        "pledges": number | {"description": "Public pledges, without refusals."},
        "refusals": number | {"description": "What was declined or denied."},
        "page": {"type": "string", "format": "uri", "description": "Its page on this site."},
    }
    if vocabulary.parts:
        parts = {column.name: column_schema(column) for column in vocabulary.part_columns}
        counted[vocabulary.parts] = {"type": "array", "items": whole(parts)}
    rows = {"type": "array", "items": reference(name)}
    return {
        f"{name}List": whole({"total": number, vocabulary.name: rows}),
        name: whole({column.name: column_schema(column) for column in vocabulary.table.columns} | counted),
    }


def whole(properties):
    """An object that has all of these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def nullable(kind="string", **more):
    return {"type": [kind, "null"], **more}


def enum(vocabulary):
    return list(vocabulary.values)


def column_schema(column):
    """The schema of a column: its type, `enum` where its values are closed, null for empty."""
    words = {"description": str(column.description)}
    if column.several:
        return words | {"type": "array", "items": nullable()}
    if column.allowed:
        values = [value for value, _label in column.allowed]
        return words | (nullable(enum=[*values, None]) if column.optional else {"type": "string", "enum": values})
    if column.type == "boolean":
        return words | {"type": "boolean"}
    if column.type == "integer":
        return words | nullable("integer")
    more = {"date": {"pattern": DATE}, "day": {"format": "date"}}.get(column.type, {})
    return words | nullable(**more)


def page_schema(name, schema):
    number = {"type": "integer", "minimum": 0}
    return whole(
        {
            "query": whole({"en": {"type": "string"}, "ar": {"type": "string"}}),
            "address": {"type": "string", "format": "uri"},
            "total": number | {"description": "Rows, what was declined or denied among them."},
            "page": number,
            "pages": number,
            "per_page": number,
            "next": nullable(format="uri"),
            "previous": nullable(format="uri"),
            "columns": {"type": "array", "items": {"type": "string"}},
            name: {"type": "array", "items": reference(schema)},
        }
    )


def citation_schema():
    source = {
        "slug": {"type": "string"},
        "title": {"type": "string"},
        "publisher": {"type": "string"},
        "language": {"type": "string", "enum": enum(SourceLanguage)},
        "kind": {"type": "string", "enum": enum(SourceKind)},
        "url": nullable(),
        "archive_url": nullable(),
        "published_on": nullable(pattern=DATE),
        "reliability": {"type": "string", "enum": enum(Reliability)},
    }
    return whole(
        {
            "stance": {"type": "string", "enum": enum(Stance)},
            "locator": nullable(),
            "credibility": {"type": "integer", "enum": enum(Credibility)},
            "quote": nullable(),
            "note": nullable(),
            "claimed_min": nullable("integer"),
            "claimed_max": nullable("integer"),
            "claimed_on": nullable(pattern=DATE),
            "source": whole(source),
        }
    )


def problem_schema():
    error = whole({name: {"type": "string"} for name in ("parameter", "label", "message")})
    required = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": required | {"errors": {"type": "array", "items": error}},
        "required": list(required),
    }
