"""The one table of export columns: name, meaning, example, value. Names are public interface."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from pledges.i18n import LANGUAGES
from pledges.models.dates import iso
from pledges.models.vocab import (
    DATE_PRECISIONS,
    Attribution,
    Change,
    Grade,
    QuantityQualifier,
    Stage,
    Stance,
    Status,
    Theatre,
)

SEPARATOR = " | "


@dataclass(frozen=True)
class Column:
    """One column of the list of commitments.

    `value` takes (commitment, address) and gives text, a number or None; `address` is the
    permanent address of a commitment's page, as a format with one `{slug}`.
    """

    name: str
    description: str | Promise
    type: str  # string, integer, date
    example: str | Promise
    value: Callable[[Any, str], Any]
    vocabulary: Any = None  # the closed vocabulary of its values: choices, or (value, label) pairs

    @property
    def allowed(self):
        """The (value, label) pairs of its closed vocabulary; none for a free value."""
        return list(getattr(self.vocabulary, "choices", self.vocabulary) or ())


@cache
def bilingual_labels(vocabulary):
    """{language: {slug: label}} of a closed vocabulary."""
    labels = {}
    for language in LANGUAGES:
        with translation.override(language):
            labels[language] = {value: str(label) for value, label in vocabulary.choices}
    return labels


def vocabulary_columns(name, vocabulary, description, example, value=None):
    """Three columns: the code, its English and its Arabic label."""
    code = value or (lambda commitment: getattr(commitment, name))

    def label(language):
        # looked up when called: catalogues can be read only once the site runs
        return lambda commitment, address: bilingual_labels(vocabulary)[language][code(commitment)]

    def example_label(language):
        return lazy(lambda: bilingual_labels(vocabulary)[language][example], str)()

    return [
        Column(name, description, "string", example, lambda commitment, address: code(commitment), vocabulary),
        Column(f"{name}_en", _("The same in English."), "string", example_label("en"), label("en")),
        Column(f"{name}_ar", _("The same in Arabic."), "string", example_label("ar"), label("ar")),
    ]


def plain(path):
    """A value function: follows attributes, None where one is missing."""

    def value(commitment, address):
        found = commitment
        for name in path.split("."):
            found = getattr(found, name, None)
        return found

    return value


def joined(texts):
    """Several values in one cell: separated by a vertical bar, which no slug or address holds."""
    return SEPARATOR.join(texts)


def cited(commitment, stance=None):
    """The sources of a commitment, supporting ones first, each once."""
    order = list(Stance)
    citations = sorted(commitment.citations.all(), key=lambda c: (order.index(c.stance), c.source.slug))
    return [citation.source for citation in citations if stance in {None, citation.stance}]


COLUMNS = (
    Column("slug", _("Permanent identifier of the pledge."), "string", "nl-2016-01-syria-strikes", plain("slug")),
    Column(
        "country_iso2", _("ISO 3166-1 code of the country; empty for a group."), "string", "NL", plain("country.iso2")
    ),
    Column("country_iso3", _("ISO 3166-1 code, three letters."), "string", "NLD", plain("country.iso3")),
    Column("country_en", _("Country, in English."), "string", "Netherlands", plain("country.name_en")),
    Column("country_ar", _("Country, in Arabic."), "string", "هولندا", plain("country.name_ar")),
    Column("group_en", _("Group of countries, if no country, in English."), "string", "NATO", plain("group_label_en")),
    Column(
        "group_ar",
        _("Group of countries, if no country, in Arabic."),
        "string",
        "حلف شمال الأطلسي (الناتو)",
        plain("group_label_ar"),
    ),
    Column("type", _("Type of pledge."), "string", "airstrikes", plain("type.slug")),
    Column("type_en", _("The same in English."), "string", "Airstrikes", plain("type.name_en")),
    Column("type_ar", _("The same in Arabic."), "string", "ضربات جوية", plain("type.name_ar")),
    *vocabulary_columns("change", Change, _("Direction compared with before."), "new"),
    *vocabulary_columns("status", Status, _("How far the pledge got when it was made."), "approved"),
    *vocabulary_columns(
        "stage", Stage, _("Group of statuses."), "approved", value=lambda commitment: commitment.stage.value
    ),
    *vocabulary_columns("reached", Stage, _("Furthest stage reached, later steps included."), "delivered"),
    *vocabulary_columns("theatre", Theatre, _("Where it is to take effect."), "iraq"),
    Column(
        "places",
        _("Places of action (slugs), separated by vertical bars."),
        "string",
        "raqqa | syria",
        lambda commitment, address: joined(sorted(place.slug for place in commitment.places.all())),
    ),
    Column(
        "quantity_min", _("Smallest number; empty when open or not stated."), "integer", "100", plain("quantity_min")
    ),
    Column(
        "quantity_max", _("Largest number; empty when open or not stated."), "integer", "150", plain("quantity_max")
    ),
    *vocabulary_columns("quantity_qualifier", QuantityQualifier, _("How the numbers are meant."), "up_to"),
    Column("unit", _("What is counted. Never add up different units."), "string", "personnel", plain("unit.slug")),
    Column("unit_en", _("The same in English."), "string", "Personnel", plain("unit.name_en")),
    Column("unit_ar", _("The same in Arabic."), "string", "أفراد", plain("unit.name_ar")),
    Column(
        "quantity_text",
        _("Quantity as printed, in the language of the source."),
        "string",
        "up to 150",
        plain("quantity_text"),
    ),
    Column(
        "announced_on",
        _("Date of the announcement, cut to its precision."),
        "date",
        "2016-02",
        lambda commitment, address: iso(commitment.announced_on, commitment.announced_precision),
    ),
    Column(
        "announced_precision",
        _("How exact the date is: day, month, year, unknown."),
        "string",
        "month",
        plain("announced_precision"),
        DATE_PRECISIONS,
    ),
    Column(
        "meeting", _("Meeting where it was promised (slug)."), "string", "brussels-2016-02-11", plain("meeting.slug")
    ),
    Column(
        "meeting_en",
        _("The same in English."),
        "string",
        "Counter-ISIL defence ministerial, Brussels",
        plain("meeting.name_en"),
    ),
    Column(
        "meeting_ar",
        _("The same in Arabic."),
        "string",
        "اجتماع وزراء دفاع التحالف ضد داعش، بروكسل",
        plain("meeting.name_ar"),
    ),
    *vocabulary_columns(
        "attribution", Attribution, _("Who said it: the pledging party, another, or both together."), "self"
    ),
    Column("attributed_to_en", _("Speaker, in English."), "string", "Dutch government", plain("attributed_to_en")),
    Column("attributed_to_ar", _("Speaker, in Arabic."), "string", "الحكومة الهولندية", plain("attributed_to_ar")),
    Column("summary_en", _("Summary in our own words, in English."), "string", "…", plain("summary_en")),
    Column("summary_ar", _("Summary in our own words, in Arabic."), "string", "…", plain("summary_ar")),
    Column("caveat_en", _("What to know before using the record, in English."), "string", "…", plain("caveat_en")),
    Column("caveat_ar", _("What to know before using the record, in Arabic."), "string", "…", plain("caveat_ar")),
    Column(
        "part_of",
        _("Larger pledge that contains this one (slug): never add the two up."),
        "string",
        "ca-2016-02-personnel-830",
        plain("whole_slug"),
    ),
    *vocabulary_columns("grade", Grade, _("Evidence grade, computed from the citations."), "official"),
    Column(
        "independent_sources",
        _("Number of independent supporting sources; reprints count once."),
        "integer",
        "2",
        plain("independent_sources"),
    ),
    Column(
        "sources",
        _("Number of cited sources, whatever their stance."),
        "integer",
        "3",
        lambda commitment, address: len(cited(commitment)),
    ),
    Column(
        "sources_contradicting",
        _("Number of sources that contradict the pledge."),
        "integer",
        "1",
        lambda commitment, address: len(cited(commitment, Stance.CONTRADICTS)),
    ),
    Column(
        "source_slugs",
        _("Cited sources (slugs), supporting ones first, separated by vertical bars."),
        "string",
        "dod-2016-02-11-ministers",
        lambda commitment, address: joined(source.slug for source in cited(commitment)),
    ),
    Column(
        "source_urls",
        _("Addresses of the cited sources in the same order; a dash where a source has none."),
        "string",
        "https://www.example.org/article",
        lambda commitment, address: joined(source.url or "-" for source in cited(commitment)),
    ),
    Column(
        "url",
        _("Permanent address of the pledge on this site."),
        "string",
        "https://pledges.example/en/pledges/nl-2016-01-syria-strikes/",
        lambda commitment, address: address.format(slug=commitment.slug),
    ),
)
