"""What the models share: closed vocabularies in the database, natural keys, checked addresses."""

import re
import unicodedata
from functools import cache
from urllib.parse import urlsplit, urlunsplit

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.texts import CleanTextModel

ADDRESS_LENGTH = 2000
# Unicode categories: spaces, separators, controls, zero-width characters and marks of direction
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
# in names of sites that exist though Django knows none such: underscores, hyphens at an edge, emoji
ODD_BUT_REAL = re.compile(r"[_\U00010000-\U0010ffff]|(?<![^.])-|-(?=\.)")
NO_SUCH_SITE = _("The site named in the address cannot exist: check how it is written.")

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


valid_url = URLValidator(schemes=["http", "https"], message=NO_SUCH_SITE)


def validate_address(value):
    """ValidationError unless the value is an http(s) address without user name or invisible characters."""
    if any(unicodedata.category(character) in INVISIBLE for character in value):
        raise ValidationError(_("The address must not hold spaces or invisible characters."))
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValidationError(NO_SUCH_SITE) from None
    if parts.scheme not in valid_url.schemes or not parts.netloc:
        raise ValidationError(_("Enter a web address that begins with http:// or https://."))
    if "@" in parts.netloc:
        raise ValidationError(_("The address must not hold a user name or password."))
    if port == 0:
        raise ValidationError(NO_SUCH_SITE)
    valid_url(urlunsplit(parts._replace(netloc=ODD_BUT_REAL.sub("x", parts.netloc))))


class AddressField(models.CharField):
    """A web address as printed by its publisher; empty when there is none."""

    default_validators = [validate_address]
    keeps_what_is_typed = True  # what cannot be in an address is refused, not taken out

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


class NaturalKeyModel(CleanTextModel):
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

    def _get_FIELD_display(self, field):  # noqa: N802
        """As Django's own, which makes its dictionary of the choices anew for each cell of a page."""
        value = getattr(self, field.attname)
        return value if value is None else str(labels(field).get(value, value))


@cache
def labels(field):
    """{value: label in whatever language is spoken} of a closed vocabulary."""
    return dict(field.flatchoices)


def public_commitments():
    """`Commitment.objects.public()`, for the models that a commitment points at."""
    return apps.get_model("pledges", "Commitment").objects.public()


def public_requirements():
    """`Requirement.objects.public()`, for the models that a requirement points at."""
    return apps.get_model("pledges", "Requirement").objects.public()


def public_meetings():
    """`Meeting.objects.public()`, for the models that a meeting points at."""
    return apps.get_model("pledges", "Meeting").objects.public()
