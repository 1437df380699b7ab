"""Short headings of the export columns for readers; the descriptions are in `columns.py`."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pledges.exports.columns import COLUMNS

NAMES = frozenset(column.name for column in COLUMNS)

# a column, or several in two languages, by the name without its language
LABELS = {
    "slug": _("Identifier"),
    "country_iso2": _("Country (two letters)"),
    "country_iso3": _("Country (three letters)"),
    "country": _("Country"),
    "group": _("Group of countries"),
    "type": _("Type of pledge"),
    "change": pgettext_lazy("field", "Change"),
    "status": _("Status"),
    "stage": _("Stage"),
    "reached": _("Stage reached"),
    "theatre": _("Theatre"),
    "places": _("Places"),
    "quantity_min": _("Smallest number"),
    "quantity_max": _("Largest number"),
    "quantity_qualifier": _("How the numbers are meant"),
    "unit": _("Unit"),
    "quantity_text": _("Quantity as printed"),
    "announced_on": _("Announced on"),
    "announced_precision": _("Precision of the date"),
    "meeting": _("Meeting"),
    "attribution": _("Who said it"),
    "attributed_to": _("Speaker"),
    "summary": _("Summary"),
    "caveat": _("Caveat"),
    "part_of": _("Part of"),
    "grade": _("Evidence grade"),
    "independent_sources": _("Independent sources"),
    "sources": _("Cited sources"),
    "sources_contradicting": _("Contradicting sources"),
    "source_slugs": _("Sources (identifiers)"),
    "source_urls": _("Sources (addresses)"),
    "url": _("Permanent link"),
}


def language_of(name):
    """`en` or `ar` for a column in one language, else empty."""
    language = name.rpartition("_")[2]
    return language if language in {"en", "ar"} else ""


def heading(name):
    """The heading of a column in the current language: `Status (English)`."""
    language = language_of(name)
    if language == "en":
        return gettext("%(label)s (English)") % {"label": LABELS[name.removesuffix("_en")]}
    if language == "ar":
        return gettext("%(label)s (Arabic)") % {"label": LABELS[name.removesuffix("_ar")]}
    if f"{name}_en" in NAMES:
        return gettext("%(label)s (code)") % {"label": LABELS[name]}
    return str(LABELS[name])
