"""Pages of Chromium that report what goes wrong in them, and which of the site the tests look at."""

from contextlib import contextmanager

from pledges.tests.pages import NOT_FOUND
from pledges.tests.small_releases import SECOND

LIST, PLEDGE = "pledges/", "pledges/bru16-pl-airstrikes/"
CHANGES = f"releases/{SECOND}/changes/"
# 320 is 1280 at 400 %
WIDTHS = [320, 390, 1280]

# all but what lies over the page: of that, one is open at a time
OVER_THE_PAGE = [".menu", ".column-form", ".sort-menu"]
OPEN_ALL = f"""document.querySelectorAll("details:not({", ".join(OVER_THE_PAGE)})")
  .forEach(details => {{ details.open = true }})"""


def visit(page, language, path):
    """Opens a page and all that is folded on it."""
    response = page.goto(f"/{language}/{path}")
    assert response.status == (404 if path == NOT_FOUND else 200), path
    page.evaluate(OPEN_ALL)


@contextmanager
def watched_page(chromium, url):
    """A fresh page of the site at `url`; fails at the end on errors that the browser logs, and on cookies."""
    context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints = []

    def hear(message):
        # that the page itself answers 404 is no complaint
        missing = "the server responded with a status of 404" in message.text and message.location["url"] == page.url
        if message.type == "error" and not missing:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    cookies = context.cookies()
    context.close()
    assert complaints == []
    assert cookies == []
