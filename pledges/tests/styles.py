"""The style sheets of a page, read for the tests."""

import re

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "css"

# in the order of the links
SHEETS = {
    name: (FOLDER / name).read_text(encoding="utf-8")
    for name in ("base.css", "components.css", "tables.css", "drawings.css", "pages.css", "print.css")
}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)
