"""What everyone who takes data away must know; the method page says the same at length."""

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

QUOTED = _(
    "What is quoted from sources, titles included, belongs to those who published it. Summaries are our own words."
)


def licence_in_words():
    words = gettext("The data are under the licence %(name)s: %(address)s") % settings.DATA_LICENCE
    return f"{words} {QUOTED}"


LICENCE = lazy(licence_in_words, str)()
CAVEATS = (
    _(
        "One row is one country and one type. A state that promised air strikes and trainers in one speech has two "
        "rows. Where the sources name no single state, the row stands for one named group of countries and counts "
        "for none of its members."
    ),
    _("The number of rows therefore counts promises as recorded. It does not measure how much a state gave."),
    _(
        "What was declined or denied is a row too (“now” is “declined”), and the “total” of JSON and of the "
        "programming interface counts rows. The pages never count it as a pledge, and “declined=no” leaves it out."
    ),
    _(
        "Add up quantities of pledges that are new or an increase only, never of unlike units, of units whose "
        "“summable” is false, of what was declined, denied or is closed, or of a pledge and the larger one that "
        "contains it (“part_of”). “Up to” begins at 0, and an open end leaves the sum open."
    ),
    _(
        "A quantity has a smallest and a largest number, a unit, and a word such as “about” or “up to”. An open end "
        "stays empty, and the words of the source are kept beside it. Where the source gives no number, the quantity "
        "is “not stated”, which is not zero."
    ),
    _(
        "Every date is as exact as its source: a day, a month or a year. A month or a year is a span, never its first "
        "day."
    ),
    _(
        "The grade is computed from the citations and never entered. Sources that contradict a pledge stay beside "
        "those that support it: read both."
    ),
    _(
        "The sources were read by hand, most of them as excerpts. What stands elsewhere in the same publication may "
        "be missing."
    ),
)
ENCODING = _(
    "The tables are UTF-8 text, separated by commas, with one row of column names. An empty cell means that nothing "
    "is stated."
)
GUARD = _(
    "Text that a spreadsheet would run as a formula begins with an apostrophe: when a cell, its leading apostrophes "
    "aside, begins with =, +, -, @ (of full width, too), a tab or a carriage return, one apostrophe is put before it. "
    "To get the text as recorded, take one apostrophe away from such a cell."
)
STABILITY = _(
    "Names of files, columns and codes are permanent, and so are the identifiers of records. New columns may come; "
    "none is renamed or gets another meaning without an announcement."
)
SAME_BYTES = _(
    "The package does not hold the time at which it was made: the same data and the same question give the same "
    "bytes. Note the day on which you downloaded it."
)
