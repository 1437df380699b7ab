"""HTML in tests."""

import re


def tight(html):
    """The same without blanks beside tags and with single ones elsewhere: however the template is laid out."""
    single = re.sub(r"\s+", " ", html).replace(" >", ">")
    return re.sub(r" ?(<[^>]*>) ?", r"\1", single)
