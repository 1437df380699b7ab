"""What the models share: closed vocabularies in the database, natural keys, checked addresses."""

import re
from urllib.parse import urlsplit

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

ADDRESS_LENGTH = 2000
CONTROLS = re.compile("[\x00-\x20\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

slug_validator = RegexValidator(
    r"^[a-z0-9]+(?:[-_][a-z0-9]+)*\Z", _("Use small Latin letters, digits and hyphens, for example “nl-2016-01-syria”.")
)


def slug_field(help_text, max_length=60):
    """The permanent public name of a record, unique in its table."""
    return models.CharField(
        _("slug"), max_length=max_length, unique=True, validators=[slug_validator], help_text=help_text
    )


def closed(field, choices):
    """Database check: the field holds a value of its vocabulary."""
    values = [value for value, label in getattr(choices, "choices", choices)]
    return models.CheckConstraint(name=f"%(class)s_{field}_is_known", condition=models.Q(**{f"{field}__in": values}))


def validate_address(value):
    """ValidationError unless the value is an http(s) address without user name or control characters."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError(_("Enter a web address that begins with http:// or https://."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("The address must not hold a user name or password."))
    if CONTROLS.search(value):
        raise ValidationError(_("The address must not hold spaces or invisible characters."))


class AddressField(models.CharField):
    """A web address as printed by its publisher; empty when there is none."""

    default_validators = [validate_address]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", ADDRESS_LENGTH)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class NullsLastIndex(models.Index):
    """An index in the order of a list; SQLite orders so without being told, and takes no such words in an index."""

    def create_sql(self, model, schema_editor, using="", **kwargs):
        statement = super().create_sql(model, schema_editor, using, **kwargs)
        if schema_editor.connection.vendor == "sqlite":
            statement.parts["columns"] = str(statement.parts["columns"]).replace(" NULLS LAST", "")
        return statement


class NaturalKeyQuerySet(models.QuerySet):
    """Rows found by the fields that `natural_key_fields` of their model names."""

    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.model.natural_key_fields, key, strict=True)))


class NaturalKeyModel(models.Model):
    """A row known by its public key in fixtures and packages, not by its number."""

    natural_key_fields = ("slug",)
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        key = []
        for path in self.natural_key_fields:
            value = self
            for name in path.split("__"):
                value = getattr(value, name)
            key.append(value)
        return tuple(key)


def public_commitments():
    """`Commitment.objects.public()`, for the models that a commitment points at."""
    return apps.get_model("pledges", "Commitment").objects.public()


def public_meetings():
    """`Meeting.objects.public()`, for the models that a meeting points at."""
    return apps.get_model("pledges", "Meeting").objects.public()
