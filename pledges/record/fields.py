"""What a pledge holds: one row for each field, or for several that are told as one.

A row says where the field is entered, which columns of files it gives, by what it can be filtered, how its
change is told and whether the page of one pledge shows it among the facts. Forms, files, filters, the
interface for programs, histories and pages are made from the rows; a new field is a row here.
"""

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges.i18n import alphabetical, current_language
from pledges.models import Commitment, CommitmentType, Country, Meeting, Place, Unit
from pledges.models.vocab import (
    STATUSES_BY_STAGE,
    Attribution,
    Change,
    Grade,
    InTotals,
    QuantityQualifier,
    Region,
    Stage,
    Status,
    Theatre,
    TypeGroup,
)
from pledges.record import edit_words, wording
from pledges.record.columns import (
    address_of_page,
    coded_columns,
    dated,
    iso_day,
    named_columns,
    precision_of,
    span_of,
    text,
    whole_number,
)
from pledges.record.edit_words import Told
from pledges.record.kinds import NOT_STATED, Field, Filter, Section, bilingual, coded, written
from pledges.record.totals import in_totals

PROMISE = Section(_("What was promised"))
AMOUNT = Section(_("How much"))
OCCASION = Section(_("When, and who said it"))
WORDS = Section(_("In words"))
PUBLICATION = Section(_("Publication"))
COMPUTED = Section(_("Computed, not entered"), is_folded=True)
SECTIONS = (PROMISE, AMOUNT, OCCASION, WORDS, PUBLICATION, COMPUTED)


# Words of what is told of several fields together


def party(record, names):
    if record["country_id"]:
        return names.of(Country, record["country_id"])
    return record[f"group_label_{current_language()}"] or record["group_label_en"]


def quantity(record, names):
    return wording.quantity(SimpleNamespace(**record, unit=names.units.get(record["unit_id"])))


def places(record, names):
    return gettext(", ").join(sorted((names.of(Place, place) for place in record["places"]), key=alphabetical))


FIELDS = (
    Field(
        "slug",
        _("Identifier"),
        PUBLICATION,
        ("slug",),
        columns=(text("slug", _("Permanent identifier of the pledge."), "nl-2016-01-syria-strikes", width=28),),
    ),
    Field(
        "party",
        _("Country or group"),
        PROMISE,
        ("country", "group_label_en", "group_label_ar"),
        columns=(
            text(
                "country_iso2",
                _("ISO 3166-1 code of the country; empty for a group."),
                "NL",
                "country.iso2",
                label=_("Country (two letters)"),
                refers_to="countries",
                loads="country",
                optional=True,
            ),
            text(
                "country_iso3",
                _("ISO 3166-1 code, three letters."),
                "NLD",
                "country.iso3",
                label=_("Country (three letters)"),
                optional=True,
            ),
            text(
                "country_en",
                _("Country, in English."),
                "Netherlands",
                "country.name_en",
                label=_("Country"),
                optional=True,
            ),
            text(
                "country_ar", _("Country, in Arabic."), "هولندا", "country.name_ar", label=_("Country"), optional=True
            ),
            *coded_columns(
                "region",
                Region,
                _("Region of the world that the country is in; empty for a group."),
                "europe",
                path="country.region",
                label=_("Region"),
                optional=True,
            ),
            text(
                "group_en",
                _("Group of countries, if no country, in English."),
                "NATO",
                "group_label_en",
                label=_("Group of countries"),
                loads="group_label_en",
                optional=True,
            ),
            text(
                "group_ar",
                _("Group of countries, if no country, in Arabic."),
                "حلف شمال الأطلسي (الناتو)",
                "group_label_ar",
                label=_("Group of countries"),
                loads="group_label_ar",
                optional=True,
            ),
        ),
        filters=(
            Filter(
                "country",
                "country__iso2",
                _("of %(values)s"),
                lambda: Country.objects.public(),
                key="iso2",
                label=_("Country"),
                none_label=_("Groups of countries"),
                none_phrase=_("of groups of countries"),
            ),
            Filter(
                "region",
                "country__region",
                _("of countries in the region %(values)s"),
                Region,
                label=_("Region"),
                none_label=_("Groups of countries"),
                none_phrase=_("of groups of countries"),
            ),
        ),
        told=(Told(Commitment, ("country_id", "group_label_en", "group_label_ar"), party, text=_("Country or group")),),
    ),
    Field(
        "type",
        _("Type of pledge"),
        PROMISE,
        ("type",),
        columns=named_columns("type", _("Type of pledge."), ("airstrikes", "Airstrikes", "ضربات جوية"), "types"),
        filters=(
            Filter("type", "type__slug", _("of the type %(values)s"), CommitmentType.objects.all),
            Filter(
                "type_group", "type__group", _("of the group of types %(values)s"), TypeGroup, label=_("Group of types")
            ),
        ),
        told=(edit_words.linked(Commitment, "type"),),
    ),
    coded(
        "change",
        pgettext_lazy("field", "Change"),
        PROMISE,
        Change,
        _("Direction compared with before."),
        "new",
        _("with the change %(values)s"),
        _("whose change is not stated"),
    ),
    Field(
        "quantity",
        _("Quantity"),
        AMOUNT,
        ("quantity_qualifier", "quantity_min", "quantity_max", "unit"),
        lines=(("quantity_qualifier",), ("quantity_min", "quantity_max", "unit")),
        columns=(
            whole_number(
                "quantity_min",
                _("Smallest number; empty when open or not stated."),
                "100",
                label=_("Smallest number"),
                optional=True,
            ),
            whole_number(
                "quantity_max",
                _("Largest number; empty when open or not stated."),
                "150",
                label=_("Largest number"),
                optional=True,
            ),
            *coded_columns(
                "quantity_qualifier",
                QuantityQualifier,
                _("How the numbers are meant."),
                "up_to",
                label=_("How the numbers are meant"),
            ),
            *named_columns(
                "unit",
                _("What is counted. Never add up different units."),
                ("personnel", "Personnel", "أفراد"),
                "units",
                label=_("Unit"),
                optional=True,
            ),
        ),
        filters=(
            Filter(
                "unit",
                "unit__slug",
                _("counted in %(values)s"),
                Unit.objects.all,
                label=_("Unit"),
                none_label=NOT_STATED,
                none_phrase=_("whose quantity is not stated"),
            ),
        ),
        told=(
            Told(
                Commitment,
                ("quantity_qualifier", "quantity_min", "quantity_max", "unit_id"),
                quantity,
                text=_("Quantity"),
            ),
        ),
        fact="quantity",
    ),
    written(
        "quantity_text",
        _("Quantity as printed"),
        AMOUNT,
        _("Quantity as printed, in the language of the source."),
        "up to 150",
        fact="",
    ),
    coded(
        "status",
        _("Status"),
        PROMISE,
        Status,
        _("How far the pledge got when it was made."),
        "approved",
        _("with the status %(values)s"),
        fact="status",
        is_beside=True,
    ),
    Field(
        "stage",
        _("Stage"),
        columns=coded_columns(
            "stage", Stage, _("Group of statuses."), "approved", groups=("status", STATUSES_BY_STAGE)
        ),
    ),
    Field(
        "announced",
        _("Announced on"),
        OCCASION,
        ("announced_on", "announced_precision"),
        columns=(
            dated(
                "announced_on",
                "announced_precision",
                _("Date of the announcement, cut to its precision."),
                "2016-02",
                optional=True,
            ),
            precision_of("announced_precision", example="month", label=_("Precision of the date")),
        ),
        told=(edit_words.dated(Commitment, "announced_on", "announced_precision"),),
        fact="announced",
    ),
    coded(
        "theatre",
        _("Theatre"),
        PROMISE,
        Theatre,
        _("Where it is to take effect."),
        "iraq",
        _("for the theatre %(values)s"),
        _("whose theatre is not stated"),
    ),
    Field(
        "places",
        _("Places"),
        PROMISE,
        ("places",),
        is_beside=True,
        columns=(
            text(
                "places",
                _("Places of action (slugs), separated by vertical bars."),
                "raqqa | syria",
                "place_slugs",
                refers_to="places",
                several=True,
                optional=True,
            ),
        ),
        told=(Told(Commitment, ("places",), places, read=()),),
        fact="places",
    ),
    Field(
        "meeting",
        _("Meeting"),
        OCCASION,
        ("meeting",),
        columns=named_columns(
            "meeting",
            _("Meeting where it was promised (slug)."),
            (
                "brussels-2016-02-11",
                "Counter-ISIL defence ministerial, Brussels",
                "اجتماع وزراء دفاع التحالف ضد داعش، بروكسل",
            ),
            "meetings",
            optional=True,
        ),
        filters=(
            Filter(
                "meeting",
                "meeting__slug",
                _("tied to the meeting %(values)s"),
                lambda: Meeting.objects.public(),
                none_label=NOT_STATED,
                none_phrase=_("that no meeting is tied to"),
            ),
        ),
        told=(edit_words.linked(Commitment, "meeting"),),
        fact="meeting",
    ),
    coded(
        "attribution",
        _("Who said it"),
        OCCASION,
        Attribution,
        _("Who said it: the pledging party, another, or both together."),
        "self",
        _("who said it: %(values)s"),
        fact="attribution",
    ),
    bilingual(
        "attributed_to",
        _("Speaker"),
        OCCASION,
        (
            text("attributed_to_en", _("Speaker, in English."), "Dutch government"),
            text("attributed_to_ar", _("Speaker, in Arabic."), "الحكومة الهولندية"),
        ),
    ),
    bilingual(
        "summary",
        _("Summary"),
        WORDS,
        (
            text("summary_en", _("Summary in our own words, in English."), "…", width=60),
            text("summary_ar", _("Summary in our own words, in Arabic."), "…", width=60),
        ),
    ),
    bilingual(
        "caveat",
        _("Caveat"),
        WORDS,
        (
            text("caveat_en", _("What to know before using the record, in English."), "…", width=40, optional=True),
            text("caveat_ar", _("What to know before using the record, in Arabic."), "…", width=40, optional=True),
        ),
    ),
    Field(
        "part_of",
        _("Part of"),
        AMOUNT,
        ("part_of",),
        columns=(
            text(
                "part_of",
                _("Larger pledge that contains this one (slug): never add the two up."),
                "ca-2016-02-personnel-830",
                "whole_slug",
                refers_to="pledges",
                optional=True,
            ),
        ),
        told=(Told(Commitment, ("part_of",), lambda record, names: record["part_of"], read=("part_of_id",)),),
    ),
    Field("state", "", PUBLICATION, ("state",)),
    Field("withdrawal_reason", "", PUBLICATION, ("withdrawal_reason_en", "withdrawal_reason_ar")),
    # Kept by `record.derived`
    coded(
        "grade",
        _("Evidence grade"),
        COMPUTED,
        Grade,
        _("Evidence grade, computed from the citations."),
        "official",
        _("with the evidence grade %(values)s"),
        fact="",
    ),
    Field(
        "independent_sources",
        _("Independent sources"),
        COMPUTED,
        ("independent_sources",),
        columns=(
            whole_number(
                "independent_sources", _("Number of independent supporting sources; reprints count once."), "2"
            ),
        ),
        told=(edit_words.plain(Commitment, "independent_sources"),),
    ),
    coded(
        "reached",
        _("Stage reached"),
        COMPUTED,
        Stage,
        _("Furthest stage reached, later steps included."),
        "delivered",
        _("that reached the stage %(values)s"),
    ),
    coded(
        "now",
        _("What holds now"),
        COMPUTED,
        Status,
        _("What holds after the later steps: the furthest status, or how the pledge was closed since."),
        "ended",
        _("of which holds now: %(values)s"),
        fact="now",
    ),
    Field(
        "conditions",
        _("Conditions"),
        COMPUTED,
        ("condition_kinds", "condition_words_en", "condition_words_ar"),
        fact="conditions",
        columns=(
            text(
                "conditions",
                _("Kinds of conditions (codes), separated by vertical bars."),
                "parliament | area",
                "condition_kinds",
                several=True,
                optional=True,
            ),
            text(
                "conditions_en",
                _("The conditions in English, in the same order."),
                "…",
                "condition_words_en",
                several=True,
                optional=True,
            ),
            text(
                "conditions_ar",
                _("The conditions in Arabic, in the same order."),
                "…",
                "condition_words_ar",
                several=True,
                optional=True,
            ),
        ),
    ),
    Field(
        "sources",
        _("Cited sources"),
        COMPUTED,
        ("cited_sources",),
        columns=(whole_number("sources", _("Number of cited sources, whatever their stance."), "3", "cited_sources"),),
    ),
    Field(
        "sources_contradicting",
        _("Contradicting sources"),
        COMPUTED,
        ("contradicting_sources",),
        columns=(
            whole_number(
                "sources_contradicting",
                _("Number of sources that contradict the pledge."),
                "1",
                "contradicting_sources",
            ),
        ),
    ),
    # as they are written in files: joining them for a million rows takes too long
    Field("place_slugs", "", COMPUTED, ("place_slugs",)),
    Field(
        "blocs",
        _("Blocs"),
        COMPUTED,
        ("bloc_slugs", "bloc_names_en", "bloc_names_ar"),
        columns=(
            text(
                "blocs",
                _("Blocs that the country was a member of on the day of the pledge, separated by vertical bars."),
                "eu | nato",
                "bloc_slugs",
                refers_to="blocs",
                several=True,
                optional=True,
            ),
            text(
                "blocs_en",
                _("The blocs in English, in the same order."),
                "European Union members | NATO members",
                "bloc_names_en",
                several=True,
                optional=True,
            ),
            text(
                "blocs_ar",
                _("The blocs in Arabic, in the same order."),
                "أعضاء الاتحاد الأوروبي | أعضاء حلف شمال الأطلسي",
                "bloc_names_ar",
                several=True,
                optional=True,
            ),
        ),
    ),
    Field(
        "source_slugs",
        _("Sources (identifiers)"),
        COMPUTED,
        ("source_slugs",),
        columns=(
            text(
                "source_slugs",
                _("Cited sources (slugs), supporting ones first, separated by vertical bars."),
                "dod-2016-02-11-ministers",
                refers_to="sources",
                several=True,
            ),
        ),
    ),
    Field(
        "source_urls",
        _("Sources (addresses)"),
        COMPUTED,
        ("source_urls",),
        columns=(
            text(
                "source_urls",
                _("Addresses of the cited sources in the same order; “none” where a source has none."),
                "https://www.example.org/article",
                several=True,
                width=40,
            ),
        ),
    ),
    Field("is_public", "", COMPUTED, ("is_public",)),
    Field("search_text", "", COMPUTED, ("search_text",)),
    Field("own_words", "", COMPUTED, ("own_words",)),
    Field(
        "url",
        _("Permanent link"),
        columns=(
            address_of_page(
                "url",
                _("Permanent address of the pledge on this site."),
                "https://pledges.example/en/pledges/nl-2016-01-syria-strikes/",
                width=40,
            ),
        ),
    ),
    # after all others: what reads the files by the places of columns still finds those of before
    Field(
        "type_group",
        _("Group of types"),
        columns=coded_columns("type_group", TypeGroup, _("Group of the type of pledge."), "air", path="type.group"),
    ),
    Field(
        "announced_span",
        _("Announced on"),
        columns=span_of(
            "announced_on",
            "announced_precision",
            (
                _("First day that the date can mean; empty where none is stated."),
                _("Last day that the date can mean; empty where none is stated."),
            ),
            ("2016-02-01", "2016-02-29"),
            (_("Announced on, first day"), _("Announced on, last day")),
        ),
    ),
    Field(
        "in_totals",
        _("In totals"),
        columns=coded_columns(
            "in_totals",
            InTotals,
            _("Whether the quantity is part of sums; if not, the first reason against it."),
            "counted",
            case=in_totals,
        ),
    ),
    Field(
        "number_claims",
        _("Numbers that sources give"),
        COMPUTED,
        ("claimed_lowest", "claimed_highest", "number_gap"),
        columns=(
            whole_number(
                "claimed_lowest",
                _("Lowest number that a cited source gives, in the unit of the pledge; empty if none gives one."),
                "500",
                label=_("Lowest number of a source"),
                optional=True,
            ),
            whole_number(
                "claimed_highest",
                _("Highest number that a cited source gives; empty if none gives one."),
                "550",
                label=_("Highest number of a source"),
                optional=True,
            ),
            whole_number(
                "number_gap",
                _(
                    "What lies between the two numbers of sources that are furthest apart, in per cent of the higher "
                    "one; 0 where all overlap, empty where fewer than two sources give one."
                ),
                "9",
                label=_("Gap of numbers (per cent)"),
                optional=True,
            ),
        ),
    ),
    Field(
        "date_claims",
        _("Dates that sources give"),
        COMPUTED,
        ("claimed_earliest", "claimed_latest", "date_gap"),
        columns=(
            iso_day(
                "claimed_earliest",
                _("Earliest day that a cited source gives for the announcement; empty if none gives one."),
                "2016-02-11",
                label=_("Earliest day of a source"),
                optional=True,
            ),
            iso_day(
                "claimed_latest",
                _("Latest day that a cited source gives for the announcement; empty if none gives one."),
                "2016-02-13",
                label=_("Latest day of a source"),
                optional=True,
            ),
            whole_number(
                "date_gap",
                _(
                    "Days between the two dates of sources that are furthest apart; 0 where all overlap, "
                    "empty where fewer than two sources give one."
                ),
                "2",
                label=_("Gap of dates (days)"),
                optional=True,
            ),
        ),
    ),
)


# What the rows give together. They stand in the order in which a reader of one pledge meets them; where a
# rendering has another, it names what comes first.


def in_order(rows: Iterable, first: Iterable[str]) -> tuple:
    """The rows (or what else has a name) in an order of names; those that it does not name come last, as they are."""
    place = {name: n for n, name in enumerate(first)}
    return tuple(sorted(rows, key=lambda row: place.get(row.name, len(place))))


FIRST_COLUMNS = ("slug", "party", "blocs", "type", "change", "status", "stage", "reached", "theatre", "places")
COLUMNS = tuple(
    replace(column, label=column.label or row.label)
    for row in in_order(FIELDS, FIRST_COLUMNS)
    for column in row.columns
)
FILTERS = tuple(replace(found, label=found.label or row.label) for row in FIELDS for found in row.filters)
TOLD = tuple(told for row in FIELDS for told in row.told)
FACTS = tuple(row for row in FIELDS if row.fact)
FACTS_IN_BRIEF = in_order(FACTS, ("quantity", "change", "status", "reached", "now", "announced", "attribution"))
DERIVED = tuple(name for row in FIELDS if row.section is COMPUTED for name in row.stored)


def form_lines(section: Section) -> list[tuple[str, ...]]:
    """The lines of a section of the form, each with the names of its fields."""
    found = []
    for row in FIELDS:
        if row.section is section:
            first, *others = row.form_lines
            if row.is_beside:
                found[-1] += first
            else:
                found.append(first)
            found += others
    return found
