"""What people read: texts with all that they rest on, what of them is public, and the pages that readers have.

It asks nothing of `pledges.editing` but snapshots, so that it can tell what that does wrong.
"""

import json
import os

from django.test import Client

from pledges.editing.snapshots import entered_fields, part_models, take
from pledges.models import Commitment, CommitmentType, Country, Meeting, Place, Requirement, Source, Unit
from pledges.models.edits import VersionedModel

QUICK = ("pledges.jsonl", "meetings/", "pledges.atom", "requirements.atom")
EVERYWHERE = (*QUICK, "pledges/", "sources/", "requirements/", "matrix/", "timeline/", "pledges.zip", "pledges.csv", "")
LOOKED_AT = {"": QUICK, "everywhere": EVERYWHERE, "nowhere": ()}[os.environ.get("LOOK", "")]


def written(content):
    """A snapshot as comparable text, whatever the numbers of its parts."""
    parts = {name: sorted(json.dumps(part["fields"], sort_keys=True) for part in rows) for name, rows in
             content["parts"].items()}  # fmt: skip
    return json.dumps([content["fields"], parts], sort_keys=True, default=str)


def key_of(record):
    return type(record), record.pk


def referred(model, fields):
    """What a row refers to, pledges apart: they are decided about by themselves."""
    for field in entered_fields(model):
        if field.is_relation and issubclass(field.related_model, VersionedModel) and field.related_model != Commitment:
            given = fields.get(field.name)
            for key in given if isinstance(given, list) else [given]:
                if key is not None:
                    yield field.related_model, key


def rests_on(model, content):
    """The keys of all that a text rests on, and what that rests on, and so on."""
    found, fresh = set(), set(referred(model, content["fields"]))
    for name, part in part_models(model).items():
        for row in content["parts"].get(name, ()):
            fresh |= set(referred(part, row["fields"]))
    while fresh:
        found |= fresh
        fresh = {
            further for kind, key in fresh for row in kind.objects.filter(pk=key) for further in rests_on_directly(row)
        } - found
    return found


def rests_on_directly(record):
    content = take(record)
    yield from referred(type(record), content["fields"])
    for name, part in part_models(type(record)).items():
        for row in content["parts"][name]:
            yield from referred(part, row["fields"])


def public_records():
    """All records that readers see in some way."""
    for model in (Commitment, Meeting, Place, Requirement):
        yield from model.objects.public()
    for model in (Country, CommitmentType, Unit):
        yield from model.objects.all()
    seen = set(Source.objects.public())
    while seen:  # and the originals of reprints: evidence is counted by them
        yield from seen
        seen = {source.derived_from for source in seen if source.derived_from}


def surface():
    client, seen = Client(), {}
    for path in LOOKED_AT:
        response = client.get(f"/en/{path}")
        assert response.status_code == 200, path
        seen[path] = response.getvalue(), response.headers.get("ETag")
    return seen


class Page:
    """What somebody read: the texts of a pledge or proposal and of what it rests on, and who had written them."""

    def __init__(self, model, record, version, content, authors, subject):
        self.version, self.subject = version, subject
        self.texts = {(model, record): (written(content), set(authors[model, record]))}
        for kind, key in rests_on(model, content):
            row = kind.objects.filter(pk=key).first()
            if row:
                self.texts[kind, key] = (written(take(row)), set(authors[kind, key]))
