"""Puts the triggers in place after each migration, and takes them away before."""

from django.apps import apps as today
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate, pre_migrate
from django.db.transaction import atomic
from django.dispatch import receiver

from pledges.models.data_version import DataChange, DataVersion
from pledges.record.data_version.seen import watched
from pledges.record.data_version.triggers import PREFIX, change_of_anything, wanted
from pledges.record.installed_triggers import installed_triggers


def is_kept(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the triggers of this code, and no others, keep the version."""
    return installed(using) == wanted(connections[using].vendor).keys()


def installed(using: str) -> set[str]:
    """The names of the triggers of this kind that the database has."""
    return {name for name in installed_triggers(using) if name.startswith(PREFIX)}


def uninstall(using: str) -> None:
    # in PostgreSQL each trigger has a function of its name
    drop = {"sqlite": "DROP TRIGGER {}", "postgresql": "DROP FUNCTION {} CASCADE"}[connections[using].vendor]
    with connections[using].cursor() as cursor:
        for name in installed(using):
            cursor.execute(drop.format(name))


def install(using: str) -> None:
    """Makes the triggers, in place of any others, and a new version: what was changed without them nobody knows."""
    with atomic(using), connections[using].cursor() as cursor:
        uninstall(using)
        for statement in wanted(connections[using].vendor).values():
            cursor.execute(statement)
        DataVersion.objects.using(using).get_or_create(pk=1, defaults={"number": 0, "mark": ""})
        make_another(using)


def make_another(using: str = DEFAULT_DB_ALIAS) -> None:
    """Makes a version, where something was changed that no trigger looks at."""
    with connections[using].cursor() as cursor:
        cursor.execute(change_of_anything(connections[using].vendor))


@receiver(pre_migrate)
def migrating(sender, using, plan=(), **kwargs):
    """SQLite makes tables anew for many a change, which loses their triggers and trips over those that name them."""
    if sender.label == "pledges" and plan:
        uninstall(using)


@receiver(post_migrate)
def migrated(sender, using, plan=(), apps=today, **kwargs):
    """After `flush` too, which leaves no version."""
    if sender.label != "pledges" or not fits(apps):
        return
    if plan or not is_kept(using) or not DataVersion.objects.using(using).exists():
        install(using)


def fits(apps) -> bool:
    """Whether the tables are those of this code: a migration to an earlier state leaves others, and no triggers."""

    def columns(model):
        return {field.column for field in model._meta.concrete_fields}

    try:
        found = {of.model: apps.get_model("pledges", of.model.__name__) for of in watched()}
        apps.get_model("pledges", DataChange.__name__)
    except LookupError:
        return False
    return all(columns(model) == columns(then) for model, then in found.items())
