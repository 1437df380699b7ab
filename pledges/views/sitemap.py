"""What crawlers read first: robots.txt and the site map."""

from xml.etree import ElementTree

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import override

from pledges.history.versions import last_saved
from pledges.models import Commitment, CommitmentType, Country, Meeting, Place, Release, Requirement, Source
from pledges.views.browsing import PAGES
from pledges.views.readers import timeless_page

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# a site map may hold 50,000 addresses: each pledge has one in each language
PLEDGES_PER_PART = 20_000
MAIN_PAGES = (
    "overview",
    *(name for name, _label, _heading in PAGES),
    "country-list",
    "type-list",
    "place-list",
    "meeting-list",
    "requirement-list",
    "source-list",
    "release-list",
    "about",
    "data-dictionary",
)
# the page of a record, its public rows, the name of its key
RECORDS = (
    ("country-detail", Country.objects.public, "iso2"),
    ("type-detail", CommitmentType.objects.all, "slug"),
    ("place-detail", Place.objects.public, "slug"),
    ("meeting-detail", Meeting.objects.public, "slug"),
    ("requirement-detail", Requirement.objects.public, "slug"),
    ("source-detail", Source.objects.public, "slug"),
    ("release-detail", Release.objects.listed, "number"),
)

# Previews of shared addresses may ask for anything. Others need not walk every combination of
# filters: each record, and each single condition, has an address without a second parameter.
ROBOTS = """\
User-agent: facebookexternalhit
User-agent: LinkedInBot
User-agent: Slackbot-LinkExpanding
User-agent: TelegramBot
User-agent: Twitterbot
User-agent: WhatsApp
Disallow: /admin/

User-agent: *
Disallow: /admin/
Disallow: /*&

Sitemap: {sitemap}
"""


@timeless_page
def robots(request):
    """What crawlers may ask for, and where the site map is."""
    text = ROBOTS.format(sitemap=request.build_absolute_uri(reverse("sitemap")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@timeless_page
def sitemap(request):
    """All public pages in both languages; of a very large site the list of the parts."""
    last = parts()
    if last == 1:
        return urlset(request, 1)
    root = ElementTree.Element("sitemapindex", {"xmlns": SITEMAP})
    for part in range(1, last + 1):
        address = request.build_absolute_uri(reverse("sitemap-part", args=[part]))
        child(child(root, "sitemap"), "loc", address)
    return xml(root)


@timeless_page
def sitemap_part(request, part):
    """One part of the site map of a very large site; the first has all that are no pledges."""
    if not 1 <= part <= parts():
        raise Http404
    return urlset(request, part)


def parts():
    """The number of parts of the site map, one at the least."""
    return max(1, -(-Commitment.objects.public().count() // PLEDGES_PER_PART))


def urlset(request, part):
    first = (part - 1) * PLEDGES_PER_PART
    pledges = Commitment.objects.public().order_by("pk")[first : first + PLEDGES_PER_PART]
    rows = list(pledges.values_list("pk", "slug"))
    root = ElementTree.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    saved = last_saved(Commitment.objects.filter(pk__in=pledges.values("pk")))
    if part == 1:
        add_others(root, request)
    for key, slug in rows:
        add(root, request, "pledge-detail", [slug], saved.get(key))
    return xml(root)


def add_others(root, request):
    for name in MAIN_PAGES:
        add(root, request, name)
    for name, rows, key in RECORDS:
        for value in rows().order_by("pk").values_list(key, flat=True):
            add(root, request, name, [value])


def add(root, request, name, arguments=(), saved=None):
    """A page in each language, each with all of them as alternates."""
    addresses = {}
    for language in LANGUAGES:
        with override(language):
            addresses[language] = request.build_absolute_uri(reverse(name, args=arguments))
    alternates = {**addresses, "x-default": addresses["en"]}
    for address in addresses.values():
        url = child(root, "url")
        child(url, "loc", address)
        if saved:
            child(url, "lastmod", saved.isoformat(timespec="seconds"))
        for language, alternate in alternates.items():
            ElementTree.SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": alternate})


def child(parent, name, text=None):
    element = ElementTree.SubElement(parent, name)
    element.text = text
    return element


def xml(root):
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Language"] = ", ".join(LANGUAGES)
    return response
