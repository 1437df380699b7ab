"""Where a reader reports an error in a record."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext


def report_link(request, pledge):
    """A message to REPORT_ADDRESS that names the pledge; without that, the page that says how to report."""
    if not settings.REPORT_ADDRESS:
        return f"{reverse('about')}#report"
    lines = [
        gettext("I found an error in this record:"),
        request.build_absolute_uri(pledge.get_absolute_url()),
        gettext("What is wrong:"),
        gettext("The source that shows it:"),
    ]
    subject = gettext("Error in the pledge %(slug)s") % {"slug": pledge.slug}
    # spaces as %20 and line ends as CR LF: what mail programs read (RFC 6068)
    fields = urlencode({"subject": subject, "body": "\r\n\r\n".join(lines)}, quote_via=quote)
    return f"{mail_link(settings.REPORT_ADDRESS)}?{fields}"


def mail_link(address):
    """`mailto:` with an e-mail address, whatever characters it holds."""
    return f"mailto:{quote(address, safe='@')}"
