"""Fields in two languages: `name_en` and `name_ar` read, ordered and listed by the current one."""

from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

LANGUAGES = ("en", "ar")


def current_language():
    """`ar` or `en`: the active language, English for any other."""
    return "ar" if (get_language() or "").startswith("ar") else "en"


class localized:
    """Descriptor: `name = localized("name")` reads `name_ar` under Arabic, else `name_en`."""

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, f"{self.field}_{current_language()}") or getattr(instance, f"{self.field}_en")


class CodePoints(Func):
    """Orders text by code point on every database, whatever PostgreSQL's collation is."""

    function = None
    template = "(%(expressions)s)"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


def localized_text(path):
    """Expression: the text at `path` (`country__name`) in the current language, else in English."""
    english = F(f"{path}_en")
    if current_language() == "en":
        return english
    return Coalesce(NullIf(F(f"{path}_ar"), Value("")), english)


def localized_order(path):
    """Ordering expression for `localized_text`."""
    return CodePoints(localized_text(path))
