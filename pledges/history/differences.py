"""What is told of a change in a pledge, a citation or a step of the status: each value with its words."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, Value
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.i18n import current_language
from pledges.models import Citation, Commitment, CommitmentType, Country, Meeting, Place, Source, StatusChange, Unit
from pledges.models.vocab import Stance
from pledges.record import wording


@dataclass(frozen=True)
class Difference:
    """One value that changed: `old` is None for what was added, `new` for what was removed."""

    label: str
    old: str | None
    new: str | None
    about: str = ""  # the citation or step that it belongs to
    language: str = ""  # of the two values, where it is not the reader's


@dataclass(frozen=True)
class Told:
    """One or more values of a record that are told as one; `words` takes (record, `Names`) and gives text."""

    model: type
    names: tuple[str, ...]
    words: Callable[[dict, Any], Any]
    label_text: str = ""
    language: Callable[[dict, Any], str] = field(default=lambda record, names: "")

    @property
    def label(self):
        return str(self.label_text or capfirst(self.model._meta.get_field(self.names[0]).verbose_name))

    def differs(self, old, new):
        return any(old[name] != new[name] for name in self.names)

    def difference(self, old, new, names, about=""):
        before, after = (str(self.words(record, names) or gettext("Not stated")) for record in (old, new))
        return Difference(self.label, before, after, about, self.language(new, names))


def chosen(model, name):
    """A value of a closed vocabulary, by its label."""

    def words(record, names):
        return dict(model._meta.get_field(name).flatchoices).get(record[name], record[name])

    return Told(model, (name,), words)


def plain(model, name, language=None):
    """A text or a number as it is; `language` of the text if it is always the same."""
    return Told(
        model,
        (name,),
        lambda record, names: wording.number(record[name]) if isinstance(record[name], int) else record[name],
        language=lambda record, names: language or "",
    )


def linked(model, name):
    """A linked row by its name."""
    target = model._meta.get_field(name).related_model
    return Told(model, (f"{name}_id",), lambda record, names: names.of(target, record[f"{name}_id"]))


def dated(model, day, precision):
    return Told(model, (day, precision), lambda record, names: wording.date(record[day], record[precision]))


def party(record, names):
    if record["country_id"]:
        return names.of(Country, record["country_id"])
    return record[f"group_label_{current_language()}"] or record["group_label_en"]


def quantity(record, names):
    return wording.quantity(SimpleNamespace(**record, unit=names.units.get(record["unit_id"])))


def places(record, names):
    return gettext(", ").join(sorted(names.of(Place, place) for place in record["places"]))


def credibility(record, names):
    label = dict(Citation._meta.get_field("credibility").flatchoices)[record["credibility"]]
    return f"{record['credibility']} – {label}"


TOLD = (
    Told(Commitment, ("country_id", "group_label_en", "group_label_ar"), party, _("Country or group")),
    linked(Commitment, "type"),
    chosen(Commitment, "change"),
    Told(Commitment, ("quantity_qualifier", "quantity_min", "quantity_max", "unit_id"), quantity, _("Quantity")),
    plain(Commitment, "quantity_text"),
    chosen(Commitment, "status"),
    dated(Commitment, "announced_on", "announced_precision"),
    chosen(Commitment, "theatre"),
    Told(Commitment, ("places",), places, _("Places")),
    linked(Commitment, "meeting"),
    chosen(Commitment, "attribution"),
    plain(Commitment, "attributed_to_en", "en"),
    plain(Commitment, "attributed_to_ar", "ar"),
    plain(Commitment, "summary_en", "en"),
    plain(Commitment, "summary_ar", "ar"),
    plain(Commitment, "caveat_en", "en"),
    plain(Commitment, "caveat_ar", "ar"),
    Told(Commitment, ("part_of",), lambda record, names: record["part_of"], _("Part of")),
    chosen(Commitment, "grade"),
    plain(Commitment, "independent_sources"),
    chosen(Commitment, "reached"),
)
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
)
TOLD_OF_STEP = (
    chosen(StatusChange, "status"),
    dated(StatusChange, "happened_on", "happened_precision"),
    linked(StatusChange, "source"),
    plain(StatusChange, "note", "en"),
)


@dataclass(frozen=True)
class Part:
    """A kind of rows of a pledge: what they are called, what is told of each, its name, itself in one line."""

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


CITATION = Part(_("Citation"), TOLD_OF_CITATION, cited, cited_with_stance)
STEP = Part(_("Step of the status"), TOLD_OF_STEP, status_and_date, status_and_date)


class Names:
    """The names of the rows that versions of pledges link to, asked of the database once for all."""

    GONE = _("a record that is no longer there")

    def __init__(self, versions):
        wanted = defaultdict(set)
        for version in versions:
            wanted[Country].add(version.values["country_id"])
            wanted[CommitmentType].add(version.values["type_id"])
            wanted[Meeting].add(version.values["meeting_id"])
            wanted[Place].update(version.values["places"])
            wanted[Unit].add(version.values["unit_id"])
            wanted[Source].update(
                record["source_id"] for record in [*version.citations.values(), *version.steps.values()]
            )
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
