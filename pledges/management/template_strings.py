"""Reads the translatable strings of Django templates for Babel (`make messages`), without GNU gettext."""

import io

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract_template(fileobj, keywords, comment_tags, options):
    """A Babel extraction method: the template as Django's own makemessages reads it.

    `templatize` gives gettext calls between filler words; without indentation that is Python to
    the tokenizer, with line numbers as in the template.
    """
    calls = templatize(fileobj.read().decode("utf-8"), getattr(fileobj, "name", None))
    lines = "\n".join(line.strip() for line in calls.split("\n"))
    return extract_python(io.BytesIO(lines.encode("utf-8")), keywords, comment_tags, options)
