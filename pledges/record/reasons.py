"""The reasons that the site itself writes into histories: kept by key, told in the reader's language."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SiteReason(TextChoices):
    """Why a record of a history was written, where no editor says it. The key is stored."""

    SEEDED = "site:seeded", _("Loaded from the first data set")
    UPDATED = "site:updated", _("Brought up to a later edition of the data set")
    PACKAGE = "site:package", _("Loaded from a data package")
    DERIVED = "site:derived", _("Evidence, steps or wording of a linked record changed")
    STATE_OF_MANY = "site:state-of-many", _("State changed for several pledges at once")
    FOUND = "site:found", _("Found without a record")
    WHOLE = "site:whole", _("Recorded whole, for what was known on a day")


# what stands in histories of before there were keys: the words, in the language of the moment
WORDS_BEFORE_KEYS = {
    "Loaded from the first data set": SiteReason.SEEDED,
    "Loaded from a data package": SiteReason.PACKAGE,
    "Evidence, steps or wording of a linked record changed": SiteReason.DERIVED,
    "State changed for several pledges at once": SiteReason.STATE_OF_MANY,
    "تغيّرت حالة النشر لعدة تعهدات معًا": SiteReason.STATE_OF_MANY,
    "Found without a record": SiteReason.FOUND,
    "Recorded whole, for what was known on a day": SiteReason.WHOLE,
}


def keyed(reason):
    """A stored reason, by its key where the site gave it; an editor's own words as they are."""
    return WORDS_BEFORE_KEYS.get(reason, reason)


def in_words(reason):
    """A stored reason in the current language; an editor's own words as they are, None for none."""
    key = keyed(reason)
    return str(SiteReason(key).label) if key in SiteReason.values else reason
