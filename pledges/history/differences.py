"""What is told of a change in a part of a pledge or in a requirement, as `record.fields` says it of a pledge."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.i18n import alphabetical, current_language
from pledges.models import (
    Citation,
    CommitmentType,
    Condition,
    Country,
    Meeting,
    Place,
    Requirement,
    Source,
    StatusChange,
    Unit,
)
from pledges.models.vocab import Stance
from pledges.record import wording
from pledges.record.edit_words import Told, chosen, dated, linked, plain


@dataclass(frozen=True)
class Difference:
    """One value that changed: `old` is None for what was added, `new` for what was removed."""

    label: str
    old: str | None
    new: str | None
    about: str = ""  # the citation or step that it belongs to
    language: str = ""  # of the two values, where it is not the reader's
    code: str = ""  # what programs call it: `status`, `citation`, `citation.quote`
    corrects: bool = False  # whether what was told before was replaced or taken away, by who entered it


def difference(told, old, new, names, about="", part=""):
    """The `Difference` between two versions of a record in what is `told`; `part` is the code of its part."""
    before, after = (told.words(record, names) for record in (old, new))
    return Difference(
        told.label,
        str(before or gettext("Not stated")),
        str(after or gettext("Not stated")),
        about,
        told.language_of(new, names),
        f"{part}.{told.code}" if part else told.code,
        corrects=bool(before) and not told.is_derived,
    )


def credibility(record, names):
    label = dict(Citation._meta.get_field("credibility").flatchoices)[record["credibility"]]
    return f"{record['credibility']} – {label}"


def number_claimed(record, names):
    """Without the unit, which is the pledge's own."""
    low, high = record["claimed_min"], record["claimed_max"]
    if low is None and high is None:
        return ""
    if low is None or high is None:
        words = gettext("up to %(amount)s") if low is None else gettext("at least %(amount)s")
        return words % {"amount": wording.number(high if low is None else low)}
    if low == high:
        return wording.number(low)
    return gettext("between %(min)s and %(max)s") % {"min": wording.number(low), "max": wording.number(high)}


TOLD_OF_CITATION = (
    chosen(Citation, "stance"),
    plain(Citation, "locator", "en"),
    Told(Citation, ("credibility",), credibility),
    Told(
        Citation,
        ("quote",),
        lambda record, names: record["quote"],
        language=lambda record, names: names.language_of_source(record["source_id"]),
    ),
    plain(Citation, "note", "en"),
    Told(Citation, ("claimed_min", "claimed_max"), number_claimed, text=_("Number that the source gives")),
    dated(Citation, "claimed_on", "claimed_precision"),
)
TOLD_OF_STEP = (
    chosen(StatusChange, "status"),
    dated(StatusChange, "happened_on", "happened_precision"),
    linked(StatusChange, "source"),
    plain(StatusChange, "note", "en"),
)
TOLD_OF_CONDITION = (
    chosen(Condition, "kind"),
    plain(Condition, "text_en", "en"),
    plain(Condition, "text_ar", "ar"),
    linked(Condition, "source"),
)


def quantity_asked(record, names):
    return wording.quantity_asked(SimpleNamespace(**record, unit=names.units.get(record["unit_id"])))


def sources_of(record, names):
    return gettext(", ").join(sorted((names.of(Source, key) for key in record["sources"]), key=alphabetical))


TOLD_OF_REQUIREMENT = (
    plain(Requirement, "asked_by_en", "en"),
    plain(Requirement, "asked_by_ar", "ar"),
    plain(Requirement, "asked_of_en", "en"),
    plain(Requirement, "asked_of_ar", "ar"),
    linked(Requirement, "country"),
    linked(Requirement, "type"),
    chosen(Requirement, "theatre"),
    Told(Requirement, ("quantity_min", "quantity_max", "unit_id"), quantity_asked, text=_("Quantity")),
    plain(Requirement, "quantity_text"),
    dated(Requirement, "asked_on", "asked_precision"),
    linked(Requirement, "meeting"),
    plain(Requirement, "summary_en", "en"),
    plain(Requirement, "summary_ar", "ar"),
    Told(Requirement, ("sources",), sources_of, read=()),
    Told(
        Requirement,
        ("answered_by",),
        lambda record, names: gettext(", ").join(sorted(record["answered_by"])),
        text=_("Pledges that answered it"),
        read=(),
    ),
)


@dataclass(frozen=True)
class Part:
    """A kind of rows of a pledge: what they are called, what is told of each, its name, itself in one line."""

    code: str
    label: Any
    told: tuple[Told, ...]
    name: Callable[[dict, Any], str]
    words: Callable[[dict, Any], str]


def cited(record, names):
    return names.of(Source, record["source_id"])


def cited_with_stance(record, names):
    return f"{cited(record, names)} – {dict(Stance.choices)[record['stance']]}"


def status_and_date(record, names):
    status, date = (told.words(record, names) for told in TOLD_OF_STEP[:2])
    return gettext("%(status)s, %(date)s") % {"status": status, "date": date}


CITATION = Part("citation", _("Citation"), TOLD_OF_CITATION, cited, cited_with_stance)


def kind_of_condition(record, names):
    return TOLD_OF_CONDITION[0].words(record, names)


STEP = Part("step", _("Step of the status"), TOLD_OF_STEP, status_and_date, status_and_date)
CONDITION = Part("condition", _("Condition"), TOLD_OF_CONDITION, kind_of_condition, kind_of_condition)


class Names:
    """The names of the rows that versions link to, asked of the database once for all."""

    GONE = _("a record that is no longer there")

    def __init__(self, versions):
        wanted = defaultdict(set)
        for version in versions:
            wanted[Country].add(version.values["country_id"])
            wanted[CommitmentType].add(version.values["type_id"])
            wanted[Meeting].add(version.values["meeting_id"])
            wanted[Place].update(version.values.get("places", ()))
            wanted[Unit].add(version.values["unit_id"])
            wanted[Source].update(version.values.get("sources", ()))
            wanted[Source].update(record["source_id"] for parts in version.parts.values() for record in parts.values())
        self.units = Unit.objects.in_bulk(wanted.pop(Unit, set()) - {None})
        self.sources = Source.objects.only("title", "publisher", "language").in_bulk(wanted.pop(Source, set()) - {None})
        # isolated: a title in another script keeps its order
        self.names = {(Source, key): f"\u2068{source}\u2069" for key, source in self.sources.items()}
        language = current_language()
        parts = [
            model.objects.filter(pk__in=keys - {None})
            .order_by()
            .values_list(Value(model.__name__, CharField()), "pk", "name_en", "name_ar")
            for model, keys in wanted.items()
        ]
        models = {model.__name__: model for model in wanted}
        for model, key, english, arabic in parts[0].union(*parts[1:], all=True) if parts else ():
            self.names[models[model], key] = (language == "ar" and arabic) or english

    def of(self, model, key):
        """The name of a row; empty for none."""
        return "" if key is None else self.names.get((model, key), str(self.GONE))

    def language_of_source(self, key):
        return self.sources[key].language if key in self.sources else ""
