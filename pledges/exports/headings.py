"""Short headings of the export columns for readers, in the current language."""

from functools import lru_cache

from django.utils.translation import get_language, gettext

from pledges.exports.columns import COLUMN


def language_of(name):
    """`en` or `ar` for a column in one language, else empty."""
    language = name.rpartition("_")[2]
    return language if language in {"en", "ar"} else ""


def heading(name):
    """The heading of a column in the current language: `Status (English)`."""
    return heading_in(get_language(), name)


@lru_cache(maxsize=512)
def heading_in(current, name):
    label = COLUMN[name].label
    language = language_of(name)
    if language == "en":
        return gettext("%(label)s (English)") % {"label": label}
    if language == "ar":
        return gettext("%(label)s (Arabic)") % {"label": label}
    if f"{name}_en" in COLUMN:
        return gettext("%(label)s (code)") % {"label": label}
    return str(label)
