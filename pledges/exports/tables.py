"""The tables of the data package, each with its columns: what `columns.py` is for the list of pledges.

Package, descriptors, dictionary page and loading are all made from `TABLES`. Names of files and
columns are public interface. Columns that the tables of a site can be rebuilt from have the names of
the model's fields (`Table.field` knows the exceptions); all others are derived.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledges.exports.columns import COLUMNS, Column, vocabulary_columns
from pledges.exports.columns import field as at
from pledges.models import (
    Citation,
    Commitment,
    CommitmentType,
    Country,
    Meeting,
    Participation,
    Place,
    Source,
    StatusChange,
    Unit,
)
from pledges.models.dates import iso
from pledges.models.vocab import (
    DATE_PRECISIONS,
    MEETING_PRECISIONS,
    Credibility,
    Region,
    Reliability,
    Role,
    SourceKind,
    SourceLanguage,
    Stage,
    Stance,
    Status,
    TypeGroup,
    UnitKind,
)
from pledges.record.folding import joined

# more than an editor can enter at once, so that whatever is exported can be read again
LARGEST_CELL = 10 * 2**20


def allow_large_cells():
    """Lets `csv` read what a package may hold; the limit is one of the whole process, and others set it too."""
    csv.field_size_limit(LARGEST_CELL)


@dataclass(frozen=True, eq=False)
class Table:
    """One file of the package: a row is a record of `model`, known by the columns of its `key`."""

    name: str
    model: type[Model]
    title: str | Promise
    description: str | Promise  # what one row is
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, str] = field(default_factory=dict)  # column: the table whose key it holds
    optional: frozenset[str] = frozenset()  # columns that may be empty
    lists: Mapping[str, str] = field(default_factory=dict)  # columns of several keys: the table they are of
    renamed: Mapping[str, str] = field(default_factory=dict)  # column: field of the model, where the names differ
    addresses: frozenset[str] = frozenset()  # columns of addresses on the site that made the package

    @property
    def file(self):
        return f"{self.name}.csv"

    def field(self, column):
        """The field of the model that a column is loaded into; None for what is derived."""
        fields = {f.name: f for f in (*self.model._meta.fields, *self.model._meta.many_to_many) if f.editable}
        return fields.get(self.renamed.get(column, column))

    @property
    def worded(self):
        """Columns that a site words itself, so that two sites may differ: labels of codes, its own addresses."""
        coded = [column.name for column in self.columns if column.vocabulary]
        return {f"{name}_{language}" for name in coded for language in ("en", "ar")} | self.addresses


def text(name, description, example, path=None):
    return Column(name, description, "string", example, **at(path or name))


def whole_number(name, description, example, vocabulary=None):
    return Column(name, description, "integer", example, vocabulary=vocabulary, **at(name))


def dated(name, precision, description, example):
    """A date cut to its precision, as in the list of pledges."""
    return Column(name, description, "date", example, lambda row, address: iso(getattr(row, name), precision(row)))


def precision_of(name, vocabulary=DATE_PRECISIONS):
    return Column(
        name, _("How exact the date is: day, month, year, unknown."), "string", "day", vocabulary=vocabulary, **at(name)
    )


def day(name, description, example):
    """A date that is always exact."""
    return Column(name, description, "day", example, **at(name))


def flag(name, description, example):
    return Column(name, description, "boolean", example, lambda row, address: "true" if getattr(row, name) else "false")


NOTE = _("Note for readers, in English.")
POSITION = _("Place in lists: small numbers come first.")

PLEDGES = Table(
    "pledges",
    Commitment,
    _("Pledges"),
    _("One pledge: what one country, or one group of countries, promised of one type."),
    COLUMNS,
    ("slug",),
    {
        "country_iso2": "countries",
        "type": "types",
        "unit": "units",
        "meeting": "meetings",
        "part_of": "pledges",
    },
    frozenset(
        {
            *("country_iso2", "country_iso3", "country_en", "country_ar", "group_en", "group_ar", "places"),
            *("quantity_min", "quantity_max", "unit", "unit_en", "unit_ar", "quantity_text", "announced_on"),
            *("meeting", "meeting_en", "meeting_ar", "caveat_en", "caveat_ar", "part_of"),
        }
    ),
    {"places": "places", "source_slugs": "sources"},
    {"country_iso2": "country", "group_en": "group_label_en", "group_ar": "group_label_ar"},
    frozenset({"url"}),
)

CITATIONS = Table(
    "citations",
    Citation,
    _("Citations"),
    _("What one source says about one pledge."),
    (
        text("pledge", _("The pledge (slug)."), "bru16-pl-airstrikes", "commitment.slug"),
        text("source", _("The source (slug)."), "aawsat-2016-02-brussels", "source.slug"),
        *vocabulary_columns(
            "stance",
            Stance,
            _("Whether the source supports or contradicts the pledge, or only gives context."),
            "supports",
        ),
        text("locator", _("Where in the source."), "paragraph 4"),
        whole_number(
            "credibility",
            _("Admiralty code, 1 to 6: how likely this single statement is true, whoever prints it."),
            "2",
            Credibility,
        ),
        text("quote", _("Verbatim quotation, in the language printed."), "…"),
        text("note", NOTE, "…"),
        text("publisher", _("Publisher of the source."), "Asharq Al-Awsat", "source.publisher"),
        Column(
            "reliability",
            _("Admiralty code, A to F: how far this publisher can be trusted in general."),
            "string",
            "B",
            vocabulary=Reliability,
            **at("source.reliability"),
        ),
        text("url", _("Address of the source; empty if it has none."), "https://www.example.org/article", "source.url"),
        text(
            "archive_url",
            _("Address of an archived copy; empty if there is none."),
            "https://web.archive.org/web/2016/https://www.example.org/article",
            "source.archive_url",
        ),
    ),
    ("pledge", "source"),
    {"pledge": "pledges", "source": "sources"},
    frozenset({"locator", "quote", "note", "url", "archive_url"}),
    renamed={"pledge": "commitment"},
)

STATUS_CHANGES = Table(
    "status_changes",
    StatusChange,
    _("Status changes"),
    _("One dated step of a pledge after it was made."),
    (
        text("pledge", _("The pledge (slug)."), "dk-2016-03-sof-60", "commitment.slug"),
        whole_number("position", _("Order in which the steps of the pledge were entered, from 1."), "1"),
        *vocabulary_columns("status", Status, _("How far the pledge got with this step."), "approved"),
        *vocabulary_columns("stage", Stage, _("Group of statuses."), "approved"),
        dated(
            "happened_on",
            lambda step: step.happened_precision,
            _("Date of the step, cut to its precision."),
            "2016-04-19",
        ),
        precision_of("happened_precision"),
        text(
            "source",
            _("The source of the step (slug); empty if none is on record."),
            "reuters-2016-04-19",
            "source.slug",
        ),
        text("note", NOTE, "…"),
    ),
    ("pledge", "position"),
    {"pledge": "pledges", "source": "sources"},
    frozenset({"happened_on", "source", "note"}),
    renamed={"pledge": "commitment"},
)

SOURCES = Table(
    "sources",
    Source,
    _("Sources"),
    _("One publication that the pledges, their steps, or the other tables rest on."),
    (
        text("slug", _("Permanent identifier of the source."), "aawsat-2016-02-brussels"),
        text("title", _("Title as printed, in its own language."), "…"),
        text("publisher", _("Publisher of the source."), "Asharq Al-Awsat"),
        *vocabulary_columns("language", SourceLanguage, _("Language of the source."), "ar"),
        *vocabulary_columns("kind", SourceKind, _("Kind of source."), "newspaper"),
        text("url", _("Address of the source; empty if it has none."), "https://www.example.org/article"),
        text(
            "archive_url",
            _("Address of an archived copy; empty if there is none."),
            "https://web.archive.org/web/2016/https://www.example.org/article",
        ),
        day("archived_on", _("Day on which that copy was made."), "2016-02-14"),
        dated(
            "published_on",
            lambda source: source.published_precision,
            _("Date of publication, cut to its precision."),
            "2016-02",
        ),
        precision_of("published_precision"),
        *vocabulary_columns(
            "reliability",
            Reliability,
            _("Admiralty code, A to F: how far this publisher can be trusted in general."),
            "B",
        ),
        text(
            "derived_from",
            _("The source that this one repeats (slug): both count as one independent source."),
            "reuters-2016-02-12",
            "derived_from.slug",
        ),
        text("notes", NOTE, "…"),
    ),
    ("slug",),
    {"derived_from": "sources"},
    frozenset({"url", "archive_url", "archived_on", "published_on", "derived_from", "notes"}),
)

COUNTRIES = Table(
    "countries",
    Country,
    _("Countries"),
    _("One state that the other tables name."),
    (
        text("iso2", _("ISO 3166-1 code, two letters."), "NL"),
        text("iso3", _("ISO 3166-1 code, three letters."), "NLD"),
        text("name_en", _("Name in English."), "Netherlands"),
        text("name_ar", _("Name in Arabic."), "هولندا"),
        text("alt_names", _("Other spellings found in sources, separated by semicolons."), "Holland;مملكة هولندا"),
        *vocabulary_columns("region", Region, _("Region of the world."), "europe"),
        flag("coalition_member", _("Whether a source lists the state as a member of the coalition."), "true"),
        dated(
            "joined_on",
            lambda country: country.joined_precision,
            _("Date of joining the coalition, cut to its precision."),
            "2014-09",
        ),
        precision_of("joined_precision"),
        text("joined_note", _("What that date stands for, in English."), "agreed to join the coalition at Jeddah"),
        text(
            "membership_source",
            _("The source of the membership (slug)."),
            "crs-r44135-2016-08",
            "membership_source.slug",
        ),
        day(
            "searched_on",
            _(
                "When sources were last searched for pledges of this state; "
                "it tells “nothing found” from “not researched”."
            ),
            "2016-08-01",
        ),
    ),
    ("iso2",),
    {"membership_source": "sources"},
    frozenset({"alt_names", "joined_on", "joined_note", "membership_source", "searched_on"}),
)

TYPES = Table(
    "types",
    CommitmentType,
    _("Types of pledge"),
    _("One type of pledge with its definition."),
    (
        text("slug", _("Permanent identifier of the type."), "airstrikes"),
        text("name_en", _("Name in English."), "Airstrikes"),
        text("name_ar", _("Name in Arabic."), "ضربات جوية"),
        text("definition_en", _("Definition in English."), "…"),
        text("definition_ar", _("Definition in Arabic."), "…"),
        *vocabulary_columns("group", TypeGroup, _("Group of types."), "air"),
        whole_number("position", POSITION, "10"),
    ),
    ("slug",),
)

UNITS = Table(
    "units",
    Unit,
    _("Units"),
    _("One unit: what a quantity counts."),
    (
        text("slug", _("Permanent identifier of the unit."), "personnel"),
        text("name_en", _("Name in English."), "Personnel"),
        text("name_ar", _("Name in Arabic."), "أفراد"),
        *vocabulary_columns("kind", UnitKind, _("Kind of unit."), "people"),
        flag("summable", _("Whether quantities in this unit may be added up at all."), "true"),
        whole_number("position", POSITION, "10"),
    ),
    ("slug",),
)

PLACES = Table(
    "places",
    Place,
    _("Places"),
    _("One place of action."),
    (
        text("slug", _("Permanent identifier of the place."), "al-asad"),
        text("name_en", _("Name in English."), "Al Asad"),
        text("name_ar", _("Name in Arabic."), "قاعدة عين الأسد"),
        text(
            "country",
            _("Country of the place (ISO code); empty for a sea or an area of several states."),
            "IQ",
            "country.iso2",
        ),
    ),
    ("slug",),
    {"country": "countries"},
    frozenset({"country"}),
)

MEETINGS = Table(
    "meetings",
    Meeting,
    _("Meetings"),
    _("One conference."),
    (
        text("slug", _("Permanent identifier of the meeting."), "brussels-2016-02-11"),
        text("name_en", _("Name in English."), "Counter-ISIL defence ministerial, Brussels"),
        text("name_ar", _("Name in Arabic."), "اجتماع وزراء دفاع التحالف ضد داعش، بروكسل"),
        dated("start_on", lambda meeting: meeting.date_precision, _("First day, cut to its precision."), "2016-02-11"),
        dated("end_on", lambda meeting: meeting.date_precision, _("Last day, cut to its precision."), "2016-02-11"),
        Column(
            "date_precision",
            _("How exact the dates are; “window”: announced for that period, the real date is not known."),
            "string",
            "day",
            vocabulary=MEETING_PRECISIONS,
            **at("date_precision"),
        ),
        text("location_en", _("Location in English."), "Brussels"),
        text("location_ar", _("Location in Arabic."), "بروكسل"),
        text("country", _("Country where it took place (ISO code)."), "BE", "country.iso2"),
        Column(
            "sources",
            _("Sources on the meeting (slugs), separated by vertical bars."),
            "string",
            "dod-2016-02-11-ministers",
            lambda meeting, address: joined(sorted(source.slug for source in meeting.sources.all())),
        ),
        text("notes", NOTE, "…"),
        flag("is_public", _("Whether the meeting is shown even when no pledge names it."), "true"),
    ),
    ("slug",),
    {"country": "countries"},
    frozenset({"location_en", "location_ar", "country", "sources", "notes"}),
    {"sources": "sources"},
)

PARTICIPATIONS = Table(
    "participations",
    Participation,
    _("Participations"),
    _("One state at one meeting in one role; a host that also signed has two rows."),
    (
        text("meeting", _("The meeting (slug)."), "brussels-2016-02-11", "meeting.slug"),
        text("country", _("The state (ISO code)."), "BE", "country.iso2"),
        *vocabulary_columns("role", Role, _("Role of the state at the meeting."), "signatory"),
    ),
    ("meeting", "country", "role"),
    {"meeting": "meetings", "country": "countries"},
)

# the order in which readers meet them
TABLES = (
    PLEDGES,
    CITATIONS,
    STATUS_CHANGES,
    SOURCES,
    COUNTRIES,
    TYPES,
    UNITS,
    PLACES,
    MEETINGS,
    PARTICIPATIONS,
)
TABLE = {table.name: table for table in TABLES}
