"""What the forms of the editors' site do with a record, without pages: save it, or propose what readers would see."""

from django.apps import apps
from django.db import models, transaction

from pledges.editing.proposals import Proposed, propose
from pledges.editing.refusals import Outdated, Refused
from pledges.editing.rules import findings, refusing
from pledges.editing.shown import is_shown
from pledges.editing.snapshots import apply, take
from pledges.models import Commitment, Proposal
from pledges.models.edits import Through, locked
from pledges.models.vocab import State
from pledges.record.edits import edit

NOTHING = {"fields": {}, "parts": {}}


class WouldBeSeen(Exception):
    """Takes back what was saved to be looked at; holds what that was."""

    def __init__(self, content):
        self.content = content


def fill_in(record, change, user, version, why):
    """Fills in the form of a record (a new one has no key) as `change(content)` says and sends it.

    Returns the record, or the proposal that it became; None where nothing was changed.
    """
    model, is_new = type(record), record.pk is None
    verb = "add" if is_new else "change"
    if not user.has_perm(f"pledges.{verb}_{model._meta.model_name}"):
        raise Refused("Not allowed.")
    base = NOTHING if is_new else take(record)
    content = change({"fields": dict(base["fields"]), "parts": {k: list(v) for k, v in base["parts"].items()}})
    if content == base:
        return None
    try:
        return saved(record, content, user, version, why)
    except WouldBeSeen as seen:
        known = {part["id"] for parts in base["parts"].values() for part in parts}
        for parts in seen.content["parts"].values():
            for part in parts:
                part["id"] = part["id"] if part["id"] in known else None
        return propose(model() if is_new else record, record.version, Proposed(base, seen.content), user, why)


@transaction.atomic
def saved(record, content, user, version, why):
    is_new = record.pk is None
    if not is_new:
        record = locked(type(record).objects).get(pk=record.pk)
        if record.version != version:
            raise Outdated("Changed since.")
    if isinstance(record, Commitment) and record.state == State.WITHDRAWN:
        raise Refused("Withdrawn.")
    was_shown = not is_new and is_shown(record)
    with edit(user, Through.FORM, why):
        apply(record, content)
    if refused := refusing(findings(record), why):
        raise Refused(" ".join(map(str, refused)))
    if was_shown or is_shown(record):
        raise WouldBeSeen(take(record))
    return record


def waiting():
    return Proposal.objects.filter(state__in=["open", "sent-back"]).order_by("pk")


LIVE = [model for model in apps.get_app_config("pledges").get_models(include_auto_created=True)
        if not model.__name__.startswith("Historical") and model.__name__ != "Release"]  # fmt: skip
HISTORIES = [model for model in apps.get_app_config("pledges").get_models() if model.__name__.startswith("Historical")]


def everything():
    """All rows, and how many records the histories have."""
    rows = {model: list(model._base_manager.order_by("pk").values_list()) for model in LIVE}
    return rows | {model: model._base_manager.aggregate(models.Count("pk"), models.Max("pk")) for model in HISTORIES}


def forget_history():
    """Of what was there before: counting it takes long."""
    for model in HISTORIES:
        model.objects.all()._raw_delete("default")
