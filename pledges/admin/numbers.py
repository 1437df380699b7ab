"""Numbers as forms and addresses send them."""


def version_in(text):
    """The number of a version; None for what is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and not text.startswith("0") else None


def key_in(text):
    """A primary key; None for what is none that a database has."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else None
