"""Fields in two languages: `name_en` and `name_ar` read, ordered and listed by the current one."""

from django.db.backends.signals import connection_created
from django.db.models import Expression, F, Func, Value
from django.db.models.functions import Coalesce, NullIf
from django.dispatch import receiver
from django.utils.translation import get_language

from pledges.letters import ordered_by

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


# Alphabetical order


TABLES = {language: str.maketrans(ordered_by(language)) for language in LANGUAGES}


def translate(language):
    """The same table in PostgreSQL's SQL; letters without a counterpart come last, and are dropped."""
    pairs = sorted(ordered_by(language).items(), key=lambda pair: not pair[1])
    letters, others = ("".join(part).replace("'", "''") for part in zip(*pairs, strict=True))
    return f"(translate(%(expressions)s, '{letters}', '{others}') COLLATE \"C\")"


TRANSLATE = {language: translate(language) for language in LANGUAGES}


def alphabetical(text, language=None):
    """What a text is ordered by: hamza, accents, capitals and the like make no difference; an article is part of it."""
    return text and text.translate(TABLES[language or current_language()])


@receiver(connection_created)
def teach_sqlite(connection, **kwargs):
    if connection.vendor == "sqlite":
        connection.connection.create_function("alphabetical", 2, alphabetical, deterministic=True)


class Alphabetical(Func):
    """Orders text by the alphabet of the current language, or the one given, on every database alike."""

    function = "alphabetical"

    def __init__(self, text, language=None):
        super().__init__(text)
        self.language = language

    def as_sqlite(self, compiler, connection, **context):
        template = f"%(function)s(%(expressions)s, '{self.language or current_language()}')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template=TRANSLATE[self.language or current_language()], **context)


def localized_order(*paths):
    """Ordering expression for `localized_text`: of the first path that is stated."""
    texts = [localized_text(path) for path in paths]
    return Alphabetical(Coalesce(*texts) if len(texts) > 1 else texts[0])


class LocalizedOrder(Expression):
    """The same for what is said before the language is known: it is that of the moment of the query."""

    def __init__(self, *paths):
        super().__init__()
        self.paths = paths

    def resolve_expression(self, *args, **kwargs):
        return localized_order(*self.paths).resolve_expression(*args, **kwargs)
