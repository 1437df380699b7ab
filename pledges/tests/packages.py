"""Packages in tests: fetched, taken apart, put together again."""

import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from importlib import import_module
from tempfile import NamedTemporaryFile

from pledges.exports.tables import TABLE
from pledges.loading.build import ORDER


def fetched(client, query="", language="en"):
    """The bytes of the package of a query."""
    response = client.get(f"/{language}/pledges.zip?{query}")
    assert response.status_code == 200, response.content
    return response.getvalue()


def opened(data):
    """{name: bytes} of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def all_text(data):
    """The text of any file; of one that is packed (a package, a spreadsheet) that of all its members."""
    if data.startswith(b"PK"):
        return "\n".join(content.decode() for content in opened(data).values())
    if data.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(data)
            return "\n".join(database.iterdump())
    if data.startswith(b"PAR1"):
        return "\n".join(json.dumps(row, default=str, ensure_ascii=False) for row in parquet_rows(data))
    return data.decode()


def parquet_rows(data, select="*"):
    """The rows of a Parquet file, with what is selected of its columns."""
    duckdb = import_module("duckdb")  # where it is not installed there are no such files
    with NamedTemporaryFile() as file, duckdb.connect() as connection:
        file.write(data)
        file.flush()
        return connection.execute(f"SELECT {select} FROM read_parquet('{file.name}')").fetchall()  # noqa: S608


def written(path, members):
    """The path of a ZIP file with these members: pairs of name (or ZipInfo) and bytes, or a dictionary of them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in getattr(members, "items", lambda: members)():
            archive.writestr(name, content)
    return path


def sealed(members):
    """The members with a description that has the digests of what they are now."""
    described = json.loads(members["datapackage.json"])
    for resource in described["resources"]:
        resource["hash"] = f"sha256:{hashlib.sha256(members[resource['path']]).hexdigest()}"
    return members | {"datapackage.json": json.dumps(described).encode()}


def empty_the_site():
    """Takes away all records, whatever protects them; their history stays."""
    for name in reversed(ORDER):
        model = TABLE[name].model
        for field in model._meta.many_to_many:
            field.remote_field.through.objects.all().delete()
        model.objects.all()._raw_delete("default")
