"""What programs read about a package: a Frictionless data package and CSV on the Web, from the same tables."""

import re

from django.conf import settings
from django.utils import translation

from pledges.exports.notes import LICENCE
from pledges.exports.tables import TABLE, TABLES
from pledges.i18n import LANGUAGES
from pledges.record.folding import SEPARATOR

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
CSVW_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
NAME = "coalition-pledges"
PARTIAL_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
TYPES = {"string": "string", "integer": "integer", "boolean": "boolean", "date": "string", "day": "date"}


def in_languages(text):
    """{language: text} of a translatable text."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(text)
    return found


def described(text):
    """The text in English, and beside it in Arabic."""
    texts = in_languages(text)
    return {"description": texts["en"], "description_ar": texts["ar"]}


def followed(table, complete):
    """[(column, name of the table it refers to)] of the references that lead to a row of the package.

    The larger pledge that contains another is there for certain only if all pledges are.
    """
    return [(column, other) for column, other in table.references.items() if complete or column != "part_of"]


# Frictionless


def datapackage(members, question, changed_at, complete):
    """The content of datapackage.json: `members` is what was written ({table: Member})."""
    licence = settings.DATA_LICENCE
    return {
        "$schema": PROFILE,
        "name": NAME,
        "title": question.sentence["en"],
        "title_ar": question.sentence["ar"],
        "description": in_languages(LICENCE)["en"],
        "licenses": [{"name": licence["name"].replace(" ", "-"), "title": licence["name"], "path": licence["address"]}],
        "homepage": question.address["en"],
        **({"version": question.release} if question.release else {}),
        "complete": complete,
        "changed_at": changed_at and changed_at.isoformat(),
        "resources": [resource(table, member, complete) for table, member in members.items()],
    }


def resource(table, member, complete):
    return {
        "name": table.name,
        "path": table.file,
        "title": in_languages(table.title)["en"],
        "title_ar": in_languages(table.title)["ar"],
        **described(table.description),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": member.size,
        "hash": f"sha256:{member.sha256}",
        "rows": member.rows,
        "schema": {
            "fields": [field(table, column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": [column],
                    "reference": {"resource": "" if other == table.name else other, "fields": list(TABLE[other].key)},
                }
                for column, other in followed(table, complete)
            ],
            "missingValues": [""],
        },
    }


def field(table, column):
    return {
        "name": column.name,
        "type": TYPES[column.type],
        **described(column.description),
        "example": in_languages(column.example)["en"],
        "constraints": constraints(table, column),
    }


def constraints(table, column):
    found = {"required": column.name not in table.optional}
    if table.key == (column.name,):
        found["unique"] = True
    if column.vocabulary:
        found["enum"] = [value for value, _label in column.allowed]
    elif column.type == "integer":
        found["minimum"] = 0
    elif column.type == "date":
        found["pattern"] = f"^{PARTIAL_DATE}$"
    return found


# CSV on the Web


def csvw(question):
    """The content of pledges.csv-metadata.json, which describes all tables, in both languages."""
    return {
        "@context": CSVW_CONTEXT,
        "dc:title": by_language(question.sentence),
        "dc:source": question.address["en"],
        "dc:license": {"@id": settings.DATA_LICENCE["address"]},
        "dc:rights": by_language(in_languages(LICENCE)),
        "tables": [
            {
                "url": table.file,
                "dc:title": by_language(in_languages(table.title)),
                "dc:description": by_language(in_languages(table.description)),
                "tableSchema": {
                    "columns": [csvw_column(table, column) for column in table.columns],
                    "primaryKey": list(table.key),
                    "foreignKeys": [
                        {
                            "columnReference": [column],
                            "reference": {"resource": TABLE[other].file, "columnReference": list(TABLE[other].key)},
                        }
                        # validators differ on whether an empty cell may refer: these are never empty
                        for column, other in table.references.items()
                        if column not in table.optional
                    ],
                },
            }
            for table in TABLES
        ],
    }


def by_language(texts):
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def csvw_column(table, column):
    found = {
        "name": column.name,
        "titles": column.name,
        "dc:description": by_language(in_languages(column.description)),
        "datatype": datatype(column),
        "required": column.name not in table.optional,
    }
    if column.name in table.lists:
        found["separator"] = SEPARATOR
    return found


def datatype(column):
    if column.vocabulary:
        values = "|".join(re.escape(str(value)) for value, _label in column.allowed)
        return {"base": "string", "format": f"({values})"}
    if column.type == "date":
        return {"base": "string", "format": PARTIAL_DATE}
    if column.type == "integer":
        return {"base": "integer", "minimum": 0}
    if column.type == "boolean":
        return {"base": "boolean", "format": "true|false"}
    return {"string": "string", "day": "date"}[column.type]
