"""A page of Chromium that reports what goes wrong in it."""

from contextlib import contextmanager


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
