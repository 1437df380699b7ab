"""The closed vocabularies, as choices: slugs are public interface, labels are translated.

English labels and definitions of the words: the house glossary. Reliability and credibility are
the two scales of the Admiralty code (NATO STANAG 2511).
"""

from functools import reduce

from django.db import models
from django.utils.translation import pgettext_lazy

UNSPECIFIED = "unspecified"


class Region(models.TextChoices):
    EUROPE = "europe", pgettext_lazy("region", "Europe")
    MENA = "mena", pgettext_lazy("region", "Middle East and North Africa")
    ASIA_PACIFIC = "asia_pacific", pgettext_lazy("region", "Asia and Pacific")
    SSA = "ssa", pgettext_lazy("region", "Sub-Saharan Africa")
    NORTH_AMERICA = "north_america", pgettext_lazy("region", "North America")
    LATIN_AMERICA = "latin_america", pgettext_lazy("region", "Latin America")


class TypeGroup(models.TextChoices):
    AIR = "air", pgettext_lazy("type group", "Air")
    LAND = "land", pgettext_lazy("type group", "Land")
    ENABLER = "enabler", pgettext_lazy("type group", "Enablers")
    CIVIL = "civil", pgettext_lazy("type group", "Civil")
    GENERAL = "general", pgettext_lazy("type group", "General")


class UnitKind(models.TextChoices):
    PEOPLE = "people", pgettext_lazy("unit kind", "People")
    PLATFORMS = "platforms", pgettext_lazy("unit kind", "Platforms")
    MATERIEL = "materiel", pgettext_lazy("unit kind", "Materiel")
    ACTIONS = "actions", pgettext_lazy("unit kind", "Actions")
    MONEY = "money", pgettext_lazy("unit kind", "Money")
    RATIO = "ratio", pgettext_lazy("unit kind", "Ratio")


class State(models.TextChoices):
    """State of publication of a record; only `published` ones can be public."""

    DRAFT = "draft", pgettext_lazy("state", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("state", "In review")
    PUBLISHED = "published", pgettext_lazy("state", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "Withdrawn")


class Change(models.TextChoices):
    """Direction compared with before; `maintain` and `extend` are never new capability."""

    NEW = "new", pgettext_lazy("change", "New")
    INCREASE = "increase", pgettext_lazy("change", "Increase")
    EXTEND = "extend", pgettext_lazy("change", "Extension in time")
    EXPAND = "expand", pgettext_lazy("change", "Expansion of area or mandate")
    RESUME = "resume", pgettext_lazy("change", "Resumption")
    MAINTAIN = "maintain", pgettext_lazy("change", "Maintained")
    REDUCE = "reduce", pgettext_lazy("change", "Reduction")
    END = "end", pgettext_lazy("change", "Ending")
    UNSPECIFIED = UNSPECIFIED, pgettext_lazy("change", "Not stated")


class Stage(models.TextChoices):
    """Groups of statuses, in the order a pledge goes through them."""

    PROSPECTIVE = "prospective", pgettext_lazy("stage", "Not yet promised")
    PROMISED = "promised", pgettext_lazy("stage", "Promised")
    APPROVED = "approved", pgettext_lazy("stage", "Approved")
    DELIVERED = "delivered", pgettext_lazy("stage", "Delivered")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")


class Status(models.TextChoices):
    """How far the pledge got, from least to furthest, then the ways it closed."""

    UNDER_DISCUSSION = "under_discussion", pgettext_lazy("status", "Under discussion")
    EXPECTED = "expected", pgettext_lazy("status", "Expected or hoped for by another party")
    OFFERED = "offered", pgettext_lazy("status", "Offered")
    PLEDGED = "pledged", pgettext_lazy("status", "Pledged")
    AGREED = "agreed", pgettext_lazy("status", "Agreed")
    ANNOUNCED = "announced", pgettext_lazy("status", "Announced by the government")
    APPROVED = "approved", pgettext_lazy("status", "Approved by parliament or head of state")
    ONGOING = "ongoing", pgettext_lazy("status", "Ongoing")
    COMPLETED = "completed", pgettext_lazy("status", "Completed")
    ENDED = "ended", pgettext_lazy("status", "Ended or withdrawn")
    SUSPENDED = "suspended", pgettext_lazy("status", "Suspended")
    DECLINED = "declined", pgettext_lazy("status", "Declined")


STATUSES_BY_STAGE = {
    Stage.PROSPECTIVE: (Status.UNDER_DISCUSSION, Status.EXPECTED, Status.OFFERED),
    Stage.PROMISED: (Status.PLEDGED, Status.AGREED, Status.ANNOUNCED),
    Stage.APPROVED: (Status.APPROVED,),
    Stage.DELIVERED: (Status.ONGOING, Status.COMPLETED),
    Stage.CLOSED: (Status.ENDED, Status.SUSPENDED, Status.DECLINED),
}
STAGE_BY_STATUS = {status: stage for stage, statuses in STATUSES_BY_STAGE.items() for status in statuses}
# what is neither declined nor ended nor suspended
IN_FORCE = [status for status, stage in STAGE_BY_STATUS.items() if stage != Stage.CLOSED]


def held_after(before, status):
    """What holds once a status follows the one that held.

    A step back is none (a pledge that is announced again stays approved), but what was closed and goes on is resumed.
    """
    order, stage_before, stage = list(Stage), STAGE_BY_STATUS[before], STAGE_BY_STATUS[Status(status)]
    goes_on = stage_before == Stage.CLOSED or order.index(stage) >= order.index(stage_before)
    return Status(status) if goes_on else before


def holding(statuses):
    """The `Status` that holds after all of them, given in the order of time."""
    first, *later = statuses
    return reduce(held_after, later, Status(first))


def furthest(statuses):
    """The furthest `Stage` among statuses; closed only where there is no other (declined at once, say)."""
    stages = {STAGE_BY_STATUS[Status(status)] for status in statuses}
    return max(stages - {Stage.CLOSED}, key=list(Stage).index, default=Stage.CLOSED)


class InTotals(models.TextChoices):
    """Whether the quantity of a pledge is part of a total, or why not; the first reason that holds."""

    COUNTED = "counted", pgettext_lazy("in totals", "Counted")
    REFUSED = "refused", pgettext_lazy("in totals", "Declined or denied")
    NO_QUANTITY = "no_quantity", pgettext_lazy("in totals", "Quantity not stated")
    NOT_SUMMABLE = "not_summable", pgettext_lazy("in totals", "Unit that cannot be added up")
    PART = "part", pgettext_lazy("in totals", "Contained in another pledge")
    CLOSED = "closed", pgettext_lazy("in totals", "Suspended or ended")
    REDUCED = "reduced", pgettext_lazy("in totals", "Reduction or ending")
    REPEATED = "repeated", pgettext_lazy("in totals", "Maintained or extended, so nothing new")
    RESUMED = "resumed", pgettext_lazy("in totals", "Expanded or resumed, so the same units again")
    CHANGE_NOT_STATED = "change_not_stated", pgettext_lazy("in totals", "Not stated whether it is new")


class ConditionKind(models.TextChoices):
    """What a pledge depends on, or is limited to."""

    PARLIAMENT = "parliament", pgettext_lazy("condition", "Approval of parliament")
    HEAD_OF_STATE = "head_of_state", pgettext_lazy("condition", "Consent of the head of state")
    LAW = "law", pgettext_lazy("condition", "A change of law")
    HOST_CONSENT = "host_consent", pgettext_lazy("condition", "Consent of the host country")
    COALITION_DECISION = "coalition_decision", pgettext_lazy("condition", "A decision of the coalition")
    LEAD_NATION = "lead_nation", pgettext_lazy("condition", "Leadership of another state")
    PARTNER = "partner", pgettext_lazy("condition", "A partner takes part")
    AREA = "area", pgettext_lazy("condition", "Limited to an area")
    TASK = "task", pgettext_lazy("condition", "Limited to a task")
    TIME = "time", pgettext_lazy("condition", "Limited in time")


class Lag(models.TextChoices):
    """A wait that is measured in days, from the pledge on."""

    APPROVAL = "approval", pgettext_lazy("lag", "Approval")
    DELIVERY = "delivery", pgettext_lazy("lag", "Delivery")


class Claims(models.TextChoices):
    """What the values that several sources of a pledge give amount to."""

    DIFFER = "differ", pgettext_lazy("claims", "Differ")
    AGREE = "agree", pgettext_lazy("claims", "Agree")


class Theatre(models.TextChoices):
    IRAQ = "iraq", pgettext_lazy("theatre", "Iraq")
    SYRIA = "syria", pgettext_lazy("theatre", "Syria")
    IRAQ_SYRIA = "iraq_syria", pgettext_lazy("theatre", "Iraq and Syria")
    REGION = "region", pgettext_lazy("theatre", "Wider region")
    GLOBAL = "global", pgettext_lazy("theatre", "Worldwide")
    UNSPECIFIED = UNSPECIFIED, pgettext_lazy("theatre", "Not stated")


class Attribution(models.TextChoices):
    """Who said it: for itself, about another, or together."""

    SELF = "self", pgettext_lazy("attribution", "The pledging party itself")
    THIRD_PARTY = "third_party", pgettext_lazy("attribution", "Another party")
    JOINT_STATEMENT = "joint_statement", pgettext_lazy("attribution", "Joint statement")


class QuantityQualifier(models.TextChoices):
    EXACT = "exact", pgettext_lazy("quantity", "Exactly")
    ABOUT = "about", pgettext_lazy("quantity", "About")
    AT_LEAST = "at_least", pgettext_lazy("quantity", "At least")
    UP_TO = "up_to", pgettext_lazy("quantity", "Up to")
    RANGE = "range", pgettext_lazy("quantity", "Between")
    NOT_STATED = "not_stated", pgettext_lazy("quantity", "Not stated")


class Precision(models.TextChoices):
    """How exact a date is; an imprecise date is a span. `window` is for meetings only."""

    DAY = "day", pgettext_lazy("precision", "Day")
    MONTH = "month", pgettext_lazy("precision", "Month")
    YEAR = "year", pgettext_lazy("precision", "Year")
    WINDOW = "window", pgettext_lazy("precision", "Period in which it falls")
    UNKNOWN = "unknown", pgettext_lazy("precision", "Unknown")


DATE_PRECISIONS = [choice for choice in Precision.choices if choice[0] != Precision.WINDOW]
MEETING_PRECISIONS = [choice for choice in Precision.choices if choice[0] != Precision.UNKNOWN]


class Stance(models.TextChoices):
    SUPPORTS = "supports", pgettext_lazy("stance", "Supports")
    CONTRADICTS = "contradicts", pgettext_lazy("stance", "Contradicts")
    CONTEXT = "context", pgettext_lazy("stance", "Context")


class Role(models.TextChoices):
    """In which role a state took part in a meeting."""

    HOST = "host", pgettext_lazy("role", "Host or co-host")
    SIGNATORY = "signatory", pgettext_lazy("role", "Minister among the statement's issuers")
    REPRESENTED = "represented", pgettext_lazy("role", "Represented below minister")
    PARTICIPANT = "participant", pgettext_lazy("role", "Participant")
    VENUE = "venue", pgettext_lazy("role", "Venue country only")


class Grade(models.TextChoices):
    """The evidence grade, strongest first; computed by `pledges.record.evidence`, never entered."""

    OFFICIAL = "official", pgettext_lazy("grade", "Official")
    CORROBORATED = "corroborated", pgettext_lazy("grade", "Corroborated")
    SINGLE_SOURCE = "single_source", pgettext_lazy("grade", "Single source")
    DISPUTED = "disputed", pgettext_lazy("grade", "Disputed")


class Reliability(models.TextChoices):
    """Admiralty code, first scale: the source."""

    A = "A", pgettext_lazy("reliability", "Completely reliable")
    B = "B", pgettext_lazy("reliability", "Usually reliable")
    C = "C", pgettext_lazy("reliability", "Fairly reliable")
    D = "D", pgettext_lazy("reliability", "Not usually reliable")
    E = "E", pgettext_lazy("reliability", "Unreliable")
    F = "F", pgettext_lazy("reliability", "Reliability cannot be judged")


class Credibility(models.IntegerChoices):
    """Admiralty code, second scale: the single piece of information."""

    CONFIRMED = 1, pgettext_lazy("credibility", "Confirmed by other sources")
    PROBABLY_TRUE = 2, pgettext_lazy("credibility", "Probably true")
    POSSIBLY_TRUE = 3, pgettext_lazy("credibility", "Possibly true")
    DOUBTFUL = 4, pgettext_lazy("credibility", "Doubtful")
    IMPROBABLE = 5, pgettext_lazy("credibility", "Improbable")
    CANNOT_BE_JUDGED = 6, pgettext_lazy("credibility", "Truth cannot be judged")


class SourceKind(models.TextChoices):
    NEWSPAPER = "newspaper", pgettext_lazy("source kind", "Newspaper")
    NEWS_AGENCY = "news_agency", pgettext_lazy("source kind", "News agency")
    GOVERNMENT = "government", pgettext_lazy("source kind", "Government")
    TRADE_PRESS = "trade_press", pgettext_lazy("source kind", "Trade press")
    BROADCASTER = "broadcaster", pgettext_lazy("source kind", "Broadcaster")
    AGGREGATOR = "aggregator", pgettext_lazy("source kind", "Aggregator")
    INTERNATIONAL_ORG = "international_org", pgettext_lazy("source kind", "International organisation")
    BLOG = "blog", pgettext_lazy("source kind", "Blog")
    ENCYCLOPEDIA = "encyclopedia", pgettext_lazy("source kind", "Encyclopedia")
    THINK_TANK = "think_tank", pgettext_lazy("source kind", "Think tank")
    FORUM = "forum", pgettext_lazy("source kind", "Forum")
    PARLIAMENT = "parliament", pgettext_lazy("source kind", "Parliament")
    RESEARCH_REPORT = "research_report", pgettext_lazy("source kind", "Research report")
    MAGAZINE = "magazine", pgettext_lazy("source kind", "Magazine")


class SourceLanguage(models.TextChoices):
    ENGLISH = "en", pgettext_lazy("language", "English")
    ARABIC = "ar", pgettext_lazy("language", "Arabic")
    ITALIAN = "it", pgettext_lazy("language", "Italian")
    FRENCH = "fr", pgettext_lazy("language", "French")
    GERMAN = "de", pgettext_lazy("language", "German")
    PORTUGUESE = "pt", pgettext_lazy("language", "Portuguese")
    DUTCH = "nl", pgettext_lazy("language", "Dutch")
    SERBIAN = "sr", pgettext_lazy("language", "Serbian")
    POLISH = "pl", pgettext_lazy("language", "Polish")
    INDONESIAN = "id", pgettext_lazy("language", "Indonesian")
    RUSSIAN = "ru", pgettext_lazy("language", "Russian")
    LITHUANIAN = "lt", pgettext_lazy("language", "Lithuanian")
    SPANISH = "es", pgettext_lazy("language", "Spanish")
    SWEDISH = "sv", pgettext_lazy("language", "Swedish")
    ROMANIAN = "ro", pgettext_lazy("language", "Romanian")
    NORWEGIAN = "no", pgettext_lazy("language", "Norwegian")
    GREEK = "el", pgettext_lazy("language", "Greek")
    JAPANESE = "ja", pgettext_lazy("language", "Japanese")
    DANISH = "da", pgettext_lazy("language", "Danish")
    CZECH = "cs", pgettext_lazy("language", "Czech")
    KOREAN = "ko", pgettext_lazy("language", "Korean")
    HUNGARIAN = "hu", pgettext_lazy("language", "Hungarian")
    FINNISH = "fi", pgettext_lazy("language", "Finnish")
    SLOVAK = "sk", pgettext_lazy("language", "Slovak")
    SLOVENIAN = "sl", pgettext_lazy("language", "Slovenian")


RIGHT_TO_LEFT = {SourceLanguage.ARABIC}
