"""The tables of the data package, each with its columns: what `record.fields` is for the pledges.

Package, descriptors, dictionary page and loading are all made from `TABLES`. Names of files and
columns are public interface. Columns that the tables of a site can be rebuilt from have the names of
the model's fields, or say which they are loaded into; all others are derived.
"""

import csv
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledges.exports.columns import COLUMNS
from pledges.models import (
    Bloc,
    BlocMember,
    Citation,
    Commitment,
    CommitmentType,
    Condition,
    Country,
    Meeting,
    Participation,
    Place,
    Requirement,
    Source,
    StatusChange,
    Unit,
)
from pledges.models.vocab import (
    MEETING_PRECISIONS,
    STATUSES_BY_STAGE,
    ConditionKind,
    Credibility,
    Region,
    Reliability,
    Role,
    SourceKind,
    SourceLanguage,
    Stage,
    Stance,
    Status,
    Theatre,
    TypeGroup,
    UnitKind,
)
from pledges.record.columns import (
    Column,
    at,
    coded_columns,
    dated,
    day,
    flag,
    precision_of,
    text,
    whole_number,
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

    @property
    def file(self):
        return f"{self.name}.csv"

    @cached_property
    def fields(self):
        """{column: the field of the model that it is loaded into}, without those that are derived."""
        known = {f.name: f for f in (*self.model._meta.fields, *self.model._meta.many_to_many) if f.editable}
        names = {column.name: column.loads or column.name for column in self.columns}
        return {column: known[name] for column, name in names.items() if name in known}

    @cached_property
    def optional(self) -> set[str]:
        """The columns that may be empty."""
        return {column.name for column in self.columns if column.optional}

    @cached_property
    def references(self) -> dict[str, str]:
        """{column: the table whose key it holds}"""
        return {column.name: column.refers_to for column in self.columns if column.refers_to and not column.several}

    @cached_property
    def lists(self) -> dict[str, str]:
        """{column of several keys: the table they are of}"""
        return {column.name: column.refers_to for column in self.columns if column.refers_to and column.several}

    @cached_property
    def worded(self) -> set[str]:
        """Columns that a site words itself, so that two sites may differ: labels of codes, its own addresses."""
        coded = [column.name for column in self.columns if column.vocabulary]
        addresses = {column.name for column in self.columns if column.is_own_address}
        return {f"{name}_{language}" for name in coded for language in ("en", "ar")} | addresses


NOTE = _("Note for readers, in English.")
POSITION = _("Place in lists: small numbers come first.")

PLEDGES = Table(
    "pledges",
    Commitment,
    _("Pledges"),
    _("One pledge: what one country, or one group of countries, promised of one type."),
    COLUMNS,
    ("slug",),
)

CITATIONS = Table(
    "citations",
    Citation,
    _("Citations"),
    _("What one source says about one pledge."),
    (
        text(
            "pledge",
            _("The pledge (slug)."),
            "bru16-pl-airstrikes",
            "commitment.slug",
            refers_to="pledges",
            loads="commitment",
        ),
        text("source", _("The source (slug)."), "aawsat-2016-02-brussels", "source.slug", refers_to="sources"),
        *coded_columns(
            "stance",
            Stance,
            _("Whether the source supports or contradicts the pledge, or only gives context."),
            "supports",
        ),
        text("locator", _("Where in the source."), "paragraph 4", optional=True),
        whole_number(
            "credibility",
            _("Admiralty code, 1 to 6: how likely this single statement is true, whoever prints it."),
            "2",
            vocabulary=Credibility,
        ),
        text("quote", _("Verbatim quotation, in the language printed."), "…", optional=True),
        text("note", NOTE, "…", optional=True),
        text("publisher", _("Publisher of the source."), "Asharq Al-Awsat", "source.publisher"),
        Column(
            "reliability",
            _("Admiralty code, A to F: how far this publisher can be trusted in general."),
            "string",
            "B",
            vocabulary=Reliability,
            **at("source.reliability"),
        ),
        text(
            "url",
            _("Address of the source; empty if it has none."),
            "https://www.example.org/article",
            "source.url",
            optional=True,
        ),
        text(
            "archive_url",
            _("Address of an archived copy; empty if there is none."),
            "https://web.archive.org/web/2016/https://www.example.org/article",
            "source.archive_url",
            optional=True,
        ),
        whole_number(
            "claimed_min",
            _("Smallest number that this source gives, in the unit of the pledge; empty when open or not stated."),
            "550",
            optional=True,
        ),
        whole_number(
            "claimed_max",
            _("Largest number that this source gives, in the unit of the pledge; empty when open or not stated."),
            "550",
            optional=True,
        ),
        dated(
            "claimed_on",
            "claimed_precision",
            _("Date of the announcement that this source gives, cut to its precision; empty if it gives none."),
            "2016-02-08",
            optional=True,
        ),
        precision_of("claimed_precision"),
    ),
    ("pledge", "source"),
)

STATUS_CHANGES = Table(
    "status_changes",
    StatusChange,
    _("Status changes"),
    _("One dated step of a pledge after it was made."),
    (
        text(
            "pledge",
            _("The pledge (slug)."),
            "dk-2016-03-sof-60",
            "commitment.slug",
            refers_to="pledges",
            loads="commitment",
        ),
        whole_number("position", _("Order in which the steps of the pledge were entered, from 1."), "1"),
        *coded_columns("status", Status, _("How far the pledge got with this step."), "approved"),
        *coded_columns("stage", Stage, _("Group of statuses."), "approved", groups=("status", STATUSES_BY_STAGE)),
        dated(
            "happened_on",
            "happened_precision",
            _("Date of the step, cut to its precision."),
            "2016-04-19",
            optional=True,
        ),
        precision_of("happened_precision"),
        text(
            "source",
            _("The source of the step (slug); empty if none is on record."),
            "reuters-2016-04-19",
            "source.slug",
            refers_to="sources",
            optional=True,
        ),
        text("note", NOTE, "…", optional=True),
    ),
    ("pledge", "position"),
)

CONDITIONS = Table(
    "conditions",
    Condition,
    _("Conditions"),
    _("One condition of one pledge: what it depends on, or is limited to."),
    (
        text(
            "pledge",
            _("The pledge (slug)."),
            "eu-2014-08-arms",
            "commitment.slug",
            refers_to="pledges",
            loads="commitment",
        ),
        *coded_columns("kind", ConditionKind, _("Kind of condition."), "host_consent"),
        text("text_en", _("The condition in our own words, in English."), "…"),
        text("text_ar", _("The condition in our own words, in Arabic."), "…"),
        text(
            "source",
            _("The source of the condition (slug)."),
            "krgau-2014-08-15-eu",
            "source.slug",
            refers_to="sources",
        ),
    ),
    ("pledge", "kind"),
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
        *coded_columns("language", SourceLanguage, _("Language of the source."), "ar"),
        *coded_columns("kind", SourceKind, _("Kind of source."), "newspaper"),
        text(
            "url", _("Address of the source; empty if it has none."), "https://www.example.org/article", optional=True
        ),
        text(
            "archive_url",
            _("Address of an archived copy; empty if there is none."),
            "https://web.archive.org/web/2016/https://www.example.org/article",
            optional=True,
        ),
        day("archived_on", _("Day on which that copy was made."), "2016-02-14", optional=True),
        dated(
            "published_on",
            "published_precision",
            _("Date of publication, cut to its precision."),
            "2016-02",
            optional=True,
        ),
        precision_of("published_precision"),
        *coded_columns(
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
            refers_to="sources",
            optional=True,
        ),
        text(
            "voice_iso2",
            _("The state that speaks in it (ISO code): its government, parliament, forces or embassy."),
            "NL",
            optional=True,
        ),
        text("notes", NOTE, "…", optional=True),
    ),
    ("slug",),
)

COUNTRIES = Table(
    "countries",
    Country,
    _("Countries"),
    _("One state that the other tables name."),
    (
        text("iso2", _("ISO 3166-1 code, two letters."), "NL"),
        text("iso3", _("ISO 3166-1 code, three letters."), "NLD"),
        text(
            "wikidata",
            _("Identifier of the state in Wikidata; empty where none is certain."),
            "Q142",
            optional=True,
            is_new=True,
        ),
        text("name_en", _("Name in English."), "Netherlands"),
        text("name_ar", _("Name in Arabic."), "هولندا"),
        text(
            "alt_names",
            _("Other spellings found in sources, separated by semicolons."),
            "Holland;مملكة هولندا",
            optional=True,
        ),
        *coded_columns("region", Region, _("Region of the world."), "europe"),
        flag("coalition_member", _("Whether a source lists the state as a member of the coalition."), "true"),
        dated(
            "joined_on",
            "joined_precision",
            _("Date of joining the coalition, cut to its precision."),
            "2014-09",
            optional=True,
        ),
        precision_of("joined_precision"),
        text(
            "joined_note",
            _("What that date stands for, in English."),
            "agreed to join the coalition at Jeddah",
            optional=True,
        ),
        text(
            "membership_source",
            _("The source of the membership (slug)."),
            "crs-r44135-2016-08",
            "membership_source.slug",
            refers_to="sources",
            optional=True,
        ),
        day(
            "searched_on",
            _(
                "When sources were last searched for pledges of this state; "
                "it tells “nothing found” from “not researched”."
            ),
            "2016-08-01",
            optional=True,
        ),
    ),
    ("iso2",),
)

BLOCS = Table(
    "blocs",
    Bloc,
    _("Blocs"),
    _("One bloc of states with its definition."),
    (
        text("slug", _("Permanent identifier of the bloc."), "eu"),
        text("name_en", _("Name in English."), "European Union members"),
        text("name_ar", _("Name in Arabic."), "أعضاء الاتحاد الأوروبي"),
        text("definition_en", _("Definition in English."), "…"),
        text("definition_ar", _("Definition in Arabic."), "…"),
    ),
    ("slug",),
)

BLOC_MEMBERS = Table(
    "bloc_members",
    BlocMember,
    _("Bloc memberships"),
    _("One state in one bloc, from one day to another; a state that left and came back has two rows."),
    (
        text("bloc", _("The bloc (slug)."), "nato", "bloc.slug", refers_to="blocs"),
        text("country", _("The state (ISO code)."), "ME", "country.iso2", refers_to="countries"),
        whole_number("position", _("Which membership of the state in the bloc, in order of entry, from 1."), "1"),
        day(
            "since",
            _("First day of the membership; empty if it was a member since before all pledges."),
            "2017-06-05",
            path="member_since",
            loads="member_since",
            optional=True,
        ),
        day(
            "until",
            _("Last day of the membership; empty if it goes on."),
            "2020-01-31",
            path="member_until",
            loads="member_until",
            optional=True,
        ),
    ),
    ("bloc", "country", "position"),
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
        *coded_columns("group", TypeGroup, _("Group of types."), "air"),
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
        *coded_columns("kind", UnitKind, _("Kind of unit."), "people"),
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
            refers_to="countries",
            optional=True,
        ),
    ),
    ("slug",),
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
        dated("start_on", "date_precision", _("First day, cut to its precision."), "2016-02-11"),
        dated("end_on", "date_precision", _("Last day, cut to its precision."), "2016-02-11"),
        Column(
            "date_precision",
            _("How exact the dates are; “window”: announced for that period, the real date is not known."),
            "string",
            "day",
            vocabulary=MEETING_PRECISIONS,
            **at("date_precision"),
        ),
        text("location_en", _("Location in English."), "Brussels", optional=True),
        text("location_ar", _("Location in Arabic."), "بروكسل", optional=True),
        text(
            "country",
            _("Country where it took place (ISO code)."),
            "BE",
            "country.iso2",
            refers_to="countries",
            optional=True,
        ),
        Column(
            "sources",
            _("Sources on the meeting (slugs), separated by vertical bars."),
            "string",
            "dod-2016-02-11-ministers",
            lambda meeting, address: joined(sorted(source.slug for source in meeting.sources.all())),
            refers_to="sources",
            several=True,
            optional=True,
        ),
        text("notes", NOTE, "…", optional=True),
        flag("is_public", _("Whether the meeting is shown even when no pledge names it."), "true"),
    ),
    ("slug",),
)

PARTICIPATIONS = Table(
    "participations",
    Participation,
    _("Participations"),
    _("One state at one meeting in one role; a host that also signed has two rows."),
    (
        text("meeting", _("The meeting (slug)."), "brussels-2016-02-11", "meeting.slug", refers_to="meetings"),
        text("country", _("The state (ISO code)."), "BE", "country.iso2", refers_to="countries"),
        *coded_columns("role", Role, _("Role of the state at the meeting."), "signatory"),
    ),
    ("meeting", "country", "role"),
)

REQUIREMENTS = Table(
    "requirements",
    Requirement,
    _("Requirements"),
    _("What somebody asked of one state, or of a group, of one type, and the pledges that answered it."),
    (
        text("slug", _("Permanent identifier of the requirement."), "krg-2014-08-arms"),
        text("asked_by_en", _("Who asked, in English."), "Kurdish regional authorities"),
        text("asked_by_ar", _("Who asked, in Arabic."), "سلطات إقليم كردستان"),
        text("asked_of_en", _("Of whom, in English."), "European Union members"),
        text("asked_of_ar", _("Of whom, in Arabic."), "دول الاتحاد الأوروبي"),
        text(
            "country",
            _("The state that was asked (ISO code); empty for a group."),
            "DE",
            "country.iso2",
            refers_to="countries",
            optional=True,
        ),
        text("type", _("Type of pledge that was asked for."), "equipment", "type.slug", refers_to="types"),
        *coded_columns("theatre", Theatre, _("Where it is to take effect."), "iraq"),
        whole_number("quantity_min", _("Smallest number; empty when open or not stated."), "100", optional=True),
        whole_number("quantity_max", _("Largest number; empty when open or not stated."), "150", optional=True),
        text("unit", _("What is counted."), "usd", "unit.slug", refers_to="units", optional=True),
        text(
            "quantity_text",
            _("Quantity as printed, in the language of the source."),
            "police trainers",
            optional=True,
        ),
        dated("asked_on", "asked_precision", _("Date of the request, cut to its precision."), "2014-08", optional=True),
        precision_of("asked_precision"),
        text(
            "meeting",
            _("Meeting where it was asked (slug)."),
            "brussels-2016-02-11",
            "meeting.slug",
            refers_to="meetings",
            optional=True,
        ),
        text("summary_en", _("Summary in our own words, in English."), "…"),
        text("summary_ar", _("Summary in our own words, in Arabic."), "…"),
        Column(
            "sources",
            _("Sources of the request (slugs), separated by vertical bars."),
            "string",
            "krgau-2014-08-15-eu",
            lambda requirement, address: joined(sorted(source.slug for source in requirement.sources.all())),
            refers_to="sources",
            several=True,
        ),
        Column(
            "answered_by",
            _("Pledges that answered it (slugs), separated by vertical bars; empty if no answer was found."),
            "string",
            "eu-2014-08-arms | fr-2014-08-arms",
            lambda requirement, address: joined(sorted(pledge.slug for pledge in requirement.answered_by.all())),
            refers_to="pledges",
            several=True,
            optional=True,
        ),
    ),
    ("slug",),
)

# the order in which readers meet them
TABLES = (
    PLEDGES,
    CITATIONS,
    STATUS_CHANGES,
    CONDITIONS,
    REQUIREMENTS,
    SOURCES,
    COUNTRIES,
    BLOCS,
    BLOC_MEMBERS,
    TYPES,
    UNITS,
    PLACES,
    MEETINGS,
    PARTICIPATIONS,
)
TABLE = {table.name: table for table in TABLES}
