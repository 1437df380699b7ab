"""README.md of a package: what a person must know, in both languages."""

from django.utils import translation
from django.utils.translation import gettext, ngettext

from pledges.exports.notes import CAVEATS, ENCODING, GUARD, LICENCE, SAME_BYTES
from pledges.i18n import LANGUAGES

DIVIDER = "\n---\n\n"


def readme(members, question, changed_at, complete):
    """The text; `members` is what was written ({table: Member})."""
    parts = []
    for language in LANGUAGES:
        with translation.override(language):
            parts.append(in_one_language(members, question, changed_at, complete, language))
    return DIVIDER.join(parts)


def in_one_language(members, question, changed_at, complete, language):
    sentence, address = question.sentence[language], question.address[language]
    if question.release:
        release = gettext("Release %(version)s.") % {"version": question.release}
        sentence = f"{sentence} {release}"
    words = {
        "sentence": sentence,
        "address": address,
        "time": changed_at.strftime("%Y-%m-%d %H:%M:%S UTC") if changed_at else gettext("not recorded"),
    }
    extent = gettext("It holds all public data of the site.") if complete else gettext("It holds a part of the data.")
    lines = [
        f"# {gettext('Coalition Pledges')}",
        sentence,
        gettext("Address: %(address)s") % words + "  ",
        gettext("Last change of these records: %(time)s") % words,
        f"{extent} {SAME_BYTES}",
        heading(gettext("Files")),
        "\n".join(files(members)),
        str(ENCODING),
        str(GUARD),
        heading(gettext("What to know")),
        "\n".join(f"- {caveat}" for caveat in CAVEATS),
        heading(gettext("Licence")),
        str(LICENCE),
        heading(gettext("How to cite")),
        gettext("Coalition Pledges. %(sentence)s %(address)s. State of the data: %(time)s. Downloaded on (day).")
        % words,
    ]
    return "\n\n".join(lines).replace("  \n\n", "  \n") + "\n"


def heading(text):
    return f"## {text}"


def files(members):
    """One line for each file."""
    for table, member in members.items():
        rows = ngettext("%(count)s row", "%(count)s rows", member.rows) % {"count": member.rows}
        yield f"- `{table.file}` ({rows}): {table.description}"
    yield "- `datapackage.json`: " + gettext("every column with its meaning, as a Frictionless data package")
    yield "- `pledges.csv-metadata.json`: " + gettext("the same as CSV on the Web, in both languages")
