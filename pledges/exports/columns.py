"""The one table of export columns: name, meaning, example, value. Names are public interface.

Each value is written twice, in Python and in SQL; tests hold the two together.
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
from pledges.models.dates import iso
from pledges.models.vocab import (
    DATE_PRECISIONS,
    STATUSES_BY_STAGE,
    Attribution,
    Change,
    Grade,
    Precision,
    QuantityQualifier,
    Stage,
    Status,
    Theatre,
)


@dataclass(frozen=True)
class Column:
    """One column of the list of commitments.

    `value` takes (commitment, address) and gives text, a number or None; `address` is the
    permanent address of a commitment's page, as a format with one `{slug}`. `sql` takes that
    address and gives the same value as an expression over commitments. Both need the rows
    of `with_columns`.
    """

    name: str
    description: str | Promise
    type: str  # string, integer, date
    example: str | Promise
    value: Callable[[Any, str], Any]
    sql: Callable[[str], Any] | None = None  # every column of pledges has one
    vocabulary: Any = None  # the closed vocabulary of its values: choices, or (value, label) pairs
    # the one field of the row that alone decides the value and can hold few different things; "" if none does
    key: str = ""

    @property
    def allowed(self):
        """The (value, label) pairs of its closed vocabulary; none for a free value."""
        return list(getattr(self.vocabulary, "choices", self.vocabulary) or ())


def with_columns(commitments):
    """The queryset with all that columns are made of at hand, in one query."""
    named = commitments.select_related("country", "type", "unit", "meeting").with_whole_slug()
    return named.defer(None).defer("search_text")


@cache
def bilingual_labels(vocabulary):
    """{language: {slug: label}} of a closed vocabulary."""
    labels = {}
    for language in LANGUAGES:
        with translation.override(language):
            labels[language] = {value: str(label) for value, label in vocabulary.choices}
    return labels


def vocabulary_columns(name, vocabulary, description, example):
    """Three columns: the code, its English and its Arabic label."""

    def example_label(language):
        return lazy(lambda: bilingual_labels(vocabulary)[language][example], str)()

    def label(language):
        # looked up when called: catalogues can be read only once the site runs
        return {
            "value": lambda commitment, address: bilingual_labels(vocabulary)[language][code(commitment, name)],
            "sql": lambda address: chosen(name, bilingual_labels(vocabulary)[language]),
            "key": key,
        }

    key = "status" if name == "stage" else name
    codes = {value: value for value in vocabulary.values}
    code_column = {
        "value": lambda commitment, address: code(commitment, name),
        "sql": lambda address: chosen(name, codes) if name == "stage" else F(name),
        "key": key,
    }
    return [
        Column(name, description, "string", example, vocabulary=vocabulary, **code_column),
        Column(f"{name}_en", _("The same in English."), "string", example_label("en"), **label("en")),
        Column(f"{name}_ar", _("The same in Arabic."), "string", example_label("ar"), **label("ar")),
    ]


def code(commitment, name):
    """The slug in a vocabulary; that of `stage` follows from the status."""
    return commitment.stage.value if name == "stage" else getattr(commitment, name)


def chosen(name, texts):
    """Expression: the text of the dictionary that stands at the slug in a vocabulary."""

    def at(slug):
        return Q(status__in=STATUSES_BY_STAGE[Stage(slug)]) if name == "stage" else Q(**{name: slug})

    return Case(*[When(at(slug), then=Value(text)) for slug, text in texts.items()], output_field=CharField())


def field(path):
    """Value, expression and key: what stands at the path (`country.iso2`), None where a part is missing."""

    def value(commitment, address):
        found = commitment
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


def address_sql(address):
    """Expression: the address of a commitment's page."""
    before, _slug, after = address.partition("{slug}")
    return Concat(Value(before), F("slug"), Value(after), output_field=CharField())


COLUMNS = (
    Column("slug", _("Permanent identifier of the pledge."), "string", "nl-2016-01-syria-strikes", **field("slug")),
    Column(
        "country_iso2", _("ISO 3166-1 code of the country; empty for a group."), "string", "NL", **field("country.iso2")
    ),
    Column("country_iso3", _("ISO 3166-1 code, three letters."), "string", "NLD", **field("country.iso3")),
    Column("country_en", _("Country, in English."), "string", "Netherlands", **field("country.name_en")),
    Column("country_ar", _("Country, in Arabic."), "string", "هولندا", **field("country.name_ar")),
    Column(
        "group_en", _("Group of countries, if no country, in English."), "string", "NATO", **field("group_label_en")
    ),
    Column(
        "group_ar",
        _("Group of countries, if no country, in Arabic."),
        "string",
        "حلف شمال الأطلسي (الناتو)",
        **field("group_label_ar"),
    ),
    Column("type", _("Type of pledge."), "string", "airstrikes", **field("type.slug")),
    Column("type_en", _("The same in English."), "string", "Airstrikes", **field("type.name_en")),
    Column("type_ar", _("The same in Arabic."), "string", "ضربات جوية", **field("type.name_ar")),
    *vocabulary_columns("change", Change, _("Direction compared with before."), "new"),
    *vocabulary_columns("status", Status, _("How far the pledge got when it was made."), "approved"),
    *vocabulary_columns("stage", Stage, _("Group of statuses."), "approved"),
    *vocabulary_columns("reached", Stage, _("Furthest stage reached, later steps included."), "delivered"),
    *vocabulary_columns("theatre", Theatre, _("Where it is to take effect."), "iraq"),
    Column(
        "places",
        _("Places of action (slugs), separated by vertical bars."),
        "string",
        "raqqa | syria",
        **field("place_slugs"),
    ),
    Column(
        "quantity_min", _("Smallest number; empty when open or not stated."), "integer", "100", **field("quantity_min")
    ),
    Column(
        "quantity_max", _("Largest number; empty when open or not stated."), "integer", "150", **field("quantity_max")
    ),
    *vocabulary_columns("quantity_qualifier", QuantityQualifier, _("How the numbers are meant."), "up_to"),
    Column("unit", _("What is counted. Never add up different units."), "string", "personnel", **field("unit.slug")),
    Column("unit_en", _("The same in English."), "string", "Personnel", **field("unit.name_en")),
    Column("unit_ar", _("The same in Arabic."), "string", "أفراد", **field("unit.name_ar")),
    Column(
        "quantity_text",
        _("Quantity as printed, in the language of the source."),
        "string",
        "up to 150",
        **field("quantity_text"),
    ),
    Column(
        "announced_on",
        _("Date of the announcement, cut to its precision."),
        "date",
        "2016-02",
        lambda commitment, address: iso(commitment.announced_on, commitment.announced_precision),
        lambda address: iso_sql("announced_on", "announced_precision"),
    ),
    Column(
        "announced_precision",
        _("How exact the date is: day, month, year, unknown."),
        "string",
        "month",
        vocabulary=DATE_PRECISIONS,
        **field("announced_precision"),
    ),
    Column(
        "meeting", _("Meeting where it was promised (slug)."), "string", "brussels-2016-02-11", **field("meeting.slug")
    ),
    Column(
        "meeting_en",
        _("The same in English."),
        "string",
        "Counter-ISIL defence ministerial, Brussels",
        **field("meeting.name_en"),
    ),
    Column(
        "meeting_ar",
        _("The same in Arabic."),
        "string",
        "اجتماع وزراء دفاع التحالف ضد داعش، بروكسل",
        **field("meeting.name_ar"),
    ),
    *vocabulary_columns(
        "attribution", Attribution, _("Who said it: the pledging party, another, or both together."), "self"
    ),
    Column("attributed_to_en", _("Speaker, in English."), "string", "Dutch government", **field("attributed_to_en")),
    Column("attributed_to_ar", _("Speaker, in Arabic."), "string", "الحكومة الهولندية", **field("attributed_to_ar")),
    Column("summary_en", _("Summary in our own words, in English."), "string", "…", **field("summary_en")),
    Column("summary_ar", _("Summary in our own words, in Arabic."), "string", "…", **field("summary_ar")),
    Column("caveat_en", _("What to know before using the record, in English."), "string", "…", **field("caveat_en")),
    Column("caveat_ar", _("What to know before using the record, in Arabic."), "string", "…", **field("caveat_ar")),
    Column(
        "part_of",
        _("Larger pledge that contains this one (slug): never add the two up."),
        "string",
        "ca-2016-02-personnel-830",
        **field("whole_slug"),
    ),
    *vocabulary_columns("grade", Grade, _("Evidence grade, computed from the citations."), "official"),
    Column(
        "independent_sources",
        _("Number of independent supporting sources; reprints count once."),
        "integer",
        "2",
        **field("independent_sources"),
    ),
    Column(
        "sources",
        _("Number of cited sources, whatever their stance."),
        "integer",
        "3",
        **field("cited_sources"),
    ),
    Column(
        "sources_contradicting",
        _("Number of sources that contradict the pledge."),
        "integer",
        "1",
        **field("contradicting_sources"),
    ),
    Column(
        "source_slugs",
        _("Cited sources (slugs), supporting ones first, separated by vertical bars."),
        "string",
        "dod-2016-02-11-ministers",
        **field("source_slugs"),
    ),
    Column(
        "source_urls",
        _("Addresses of the cited sources in the same order; a dash where a source has none."),
        "string",
        "https://www.example.org/article",
        **field("source_urls"),
    ),
    Column(
        "url",
        _("Permanent address of the pledge on this site."),
        "string",
        "https://pledges.example/en/pledges/nl-2016-01-syria-strikes/",
        lambda commitment, address: address.format(slug=commitment.slug),
        address_sql,
    ),
)
