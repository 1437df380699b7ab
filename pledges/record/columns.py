"""A column of a file: name, meaning, example, value, and the kinds of columns that records have.

Each value is written twice, in Python and in SQL; tests hold the two together. Which columns there are is
said in `fields` for pledges and in `exports.tables` for what belongs to them. Names are public interface.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Case, CharField, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Concat, Left
from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from pledges.i18n import LANGUAGES
from pledges.models.dates import iso, span_end, span_start
from pledges.models.vocab import DATE_PRECISIONS, Precision


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `value` takes (row, address) and gives text, a number or None; `address` is the permanent address of
    a pledge's page, as a format with one `{slug}`. `sql` takes that address and gives the same value as
    an expression over pledges; only the columns of pledges need it, and the rows of `with_columns`.
    """

    name: str
    description: str | Promise
    type: str  # string, integer, boolean, date (cut to its precision), day
    example: str | Promise
    value: Callable[[Any, str], Any]
    sql: Callable[[str], Any] | None = None
    vocabulary: Any = None  # the closed vocabulary of its values: choices, or (value, label) pairs
    # the one field of the row that alone decides the value and can hold few different things; "" if none does
    key: str = ""
    label: str | Promise = ""  # its heading for readers, without its language; "" for that of its field
    width: int = 0  # in a spreadsheet, in characters; 0 for what its name and example need
    optional: bool = False  # may be empty
    several: bool = False  # holds several values, separated by `folding.SEPARATOR`
    refers_to: str = ""  # the table of the package whose key it holds
    loads: str = ""  # the field of the model that it is loaded into, where the names differ
    is_own_address: bool = False  # an address on the site that made the file
    is_new: bool = False  # packages of before lack it: nobody had entered it then

    @property
    def allowed(self) -> list[tuple[str, str]]:
        """The (value, label) pairs of its closed vocabulary; none for a free value."""
        return list(getattr(self.vocabulary, "choices", self.vocabulary) or ())


# Values


def at(path: str) -> dict[str, Any]:
    """Value, expression and key: what stands at the path (`country.iso2`), None where a part is missing."""

    def value(row, address):
        found = row
        for name in path.split("."):
            found = getattr(found, name, None)
        return found

    related, *others = path.split(".")
    return {"value": value, "sql": lambda address: F(path.replace(".", "__")), "key": related if others else ""}


class IsoDate(Func):
    """A date as `2016-02-11`, however the server is set up."""

    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM-DD')", **context)

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="(%(expressions)s)", **context)


def iso_sql(day, precision):
    """Expression: the date cut to its precision, as `pledges.models.dates.iso` cuts it."""
    length = Case(
        When(**{precision: Precision.MONTH}, then=Value(7)),
        When(**{precision: Precision.YEAR}, then=Value(4)),
        default=Value(10),
    )
    return Coalesce(Left(IsoDate(F(day)), length), Value(""))


class EndOfMonth(IsoDate):
    """The last day of the month of a date, as text."""

    def as_postgresql(self, compiler, connection, **context):
        last = "date_trunc('month', %(expressions)s) + interval '1 month - 1 day'"
        return self.as_sql(compiler, connection, template=f"to_char({last}, 'YYYY-MM-DD')", **context)

    def as_sqlite(self, compiler, connection, **context):
        last = "date(%(expressions)s, 'start of month', '+1 month', '-1 day')"
        return self.as_sql(compiler, connection, template=last, **context)


def of_span(day, precision, month, year):
    """Expression: the date itself, or what stands for its month or its year where it is no more exact."""
    return Case(
        When(**{precision: Precision.MONTH}, then=month),
        When(**{precision: Precision.YEAR}, then=Concat(Left(IsoDate(F(day)), 4), Value(year))),
        default=IsoDate(F(day)),
        output_field=CharField(),
    )


def first_day_sql(day, precision):
    """Expression: the first day of its span, as `pledges.models.dates.span_start` finds it."""
    return of_span(day, precision, Concat(Left(IsoDate(F(day)), 7), Value("-01")), "-01-01")


def last_day_sql(day, precision):
    """Expression: the last day of its span, as `pledges.models.dates.span_end` finds it."""
    return of_span(day, precision, EndOfMonth(F(day)), "-12-31")


@cache
def bilingual_labels(vocabulary):
    """{language: {slug: label}} of a closed vocabulary."""
    labels = {}
    for language in LANGUAGES:
        with translation.override(language):
            labels[language] = {value: str(label) for value, label in vocabulary.choices}
    return labels


# Kinds of columns; `more` are other attributes of the column


def text(name, description, example, path=None, **more):
    return Column(name, description, "string", example, **at(path or name), **more)


def whole_number(name, description, example, path=None, **more):
    return Column(name, description, "integer", example, **at(path or name), **more)


def dated(name, precision, description, example, **more):
    """A date cut to its precision, which is the field of that name."""

    def value(row, address):
        return iso(getattr(row, name), getattr(row, precision))

    return Column(name, description, "date", example, value, lambda address: iso_sql(name, precision), **more)


def span_of(name, precision, descriptions, example, labels):
    """Two columns, the first and the last day that a date at its precision can mean."""

    def column(ending, number, of_python, of_sql):
        def value(row, address):
            day = getattr(row, name)
            return day and of_python(day, getattr(row, precision)).isoformat()

        return Column(
            f"{name.removesuffix('_on')}_{ending}",
            descriptions[number],
            "day",
            example[number],
            value,
            lambda address: of_sql(name, precision),
            label=labels[number],
            optional=True,
        )

    return column("from", 0, span_start, first_day_sql), column("to", 1, span_end, last_day_sql)


def precision_of(name, vocabulary=DATE_PRECISIONS, example="day", **more):
    description = _("How exact the date is: day, month, year, unknown.")
    return Column(name, description, "string", example, vocabulary=vocabulary, **at(name), **more)


def day(name, description, example, path=None, **more):
    """A date that is always exact."""
    return Column(name, description, "day", example, **at(path or name), **more)


def iso_day(name, description, example, **more):
    """A date of a pledge that is always exact."""

    def value(row, address):
        found = getattr(row, name)
        return found and found.isoformat()

    return Column(name, description, "day", example, value, lambda address: IsoDate(F(name)), **more)


def flag(name, description, example, **more):
    def value(row, address):
        return "true" if getattr(row, name) else "false"

    return Column(name, description, "boolean", example, value, **more)


def address_of_page(name, description, example, **more):
    """The address of a pledge's page."""

    def sql(address):
        before, _slug, after = address.partition("{slug}")
        return Concat(Value(before), F("slug"), Value(after), output_field=CharField())

    def value(row, address):
        return address.format(slug=row.slug)

    return Column(name, description, "string", example, value, sql, is_own_address=True, **more)


def coded_columns(name, vocabulary, description, example, groups=None, path="", case=None, **more):
    """Three columns: the code of a closed vocabulary, its English and its Arabic label.

    For a code that is not stored in the row itself: `groups` is (field, {code: the values of the field that it stands
    for}), `path` leads to the row that has it (`type.group`), and `case` makes the expression of a text for each code,
    from {code: text}; its code is at hand as an annotation of that name.
    """
    stored = at(path or name)
    key = groups[0] if groups else stored["key"] or name

    def code(row):
        found = stored["value"](row, "")
        return None if found is None else str(found)

    def is_code(slug):
        if groups:
            return Q(**{f"{key}__in": groups[1][vocabulary(slug)]})
        return Q(**{(path or name).replace(".", "__"): slug})

    def chosen(texts):
        """Expression: the text that the dictionary has for the code."""
        if case:
            return case(texts)
        return Case(*[When(is_code(slug), then=Value(text)) for slug, text in texts.items()], output_field=CharField())

    def labels(language):
        # looked up when called: catalogues can be read only once the site runs
        return bilingual_labels(vocabulary)[language]

    def label(language, description):
        return Column(
            f"{name}_{language}",
            description,
            "string",
            lazy(lambda: labels(language)[example], str)(),
            lambda row, address: labels(language).get(code(row)),
            lambda address: chosen(labels(language)),
            key=key,
            **more,
        )

    codes = {value: value for value in vocabulary.values}
    return (
        Column(
            name,
            description,
            "string",
            example,
            lambda row, address: code(row),
            lambda address: chosen(codes) if groups else stored["sql"](address),
            vocabulary=vocabulary,
            key=key,
            **more,
        ),
        label("en", _("The same in English.")),
        label("ar", _("The same in Arabic.")),
    )


def named_columns(name, description, examples, refers_to, **more):
    """Three columns: the slug of a row that is referred to, its English and its Arabic name."""
    slug, english, arabic = examples
    return (
        text(name, description, slug, f"{name}.slug", refers_to=refers_to, **more),
        text(f"{name}_en", _("The same in English."), english, f"{name}.name_en", **more),
        text(f"{name}_ar", _("The same in Arabic."), arabic, f"{name}.name_ar", **more),
    )
