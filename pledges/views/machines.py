"""What is read by machines that look for pages and data: site map, robots.txt, description of the data set."""

from xml.etree import ElementTree

from django.conf import settings
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, override

from pledges.history.versions import last_saved
from pledges.models import Commitment, CommitmentType, Country, Meeting, Place, Release, Source
from pledges.models.vocab import Theatre
from pledges.record import wording
from pledges.views.browsing import PAGES
from pledges.views.public import timeless_page

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


# The data set, as schema.org describes one

DOWNLOADS = (
    ("pledge-csv", "CSV", "text/csv"),
    ("pledge-xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pledge-json", "JSON", "application/json"),
    ("pledge-jsonl", "JSON Lines", "application/jsonl"),
    ("pledge-zip", "ZIP", "application/zip"),
    ("pledge-atom", "Atom", "application/atom+xml"),
)


def dataset(request):
    """The schema.org `Dataset` of all public pledges, as data."""
    home = request.build_absolute_uri(reverse("overview"))
    found = about_dataset(request, home) | {
        "name": gettext("Pledges to the coalition against ISIS"),
        "description": gettext(
            "What states promised the coalition against ISIS from 2014 to 2017, who says so, and whether it came true: "
            "every pledge with its sources, those that contradict it included."
        ),
        "temporalCoverage": temporal_coverage(Commitment.objects.public()),
        "spatialCoverage": [{"@type": "Place", "name": str(place.label)} for place in (Theatre.IRAQ, Theatre.SYRIA)],
        "keywords": [str(type_) for type_ in CommitmentType.objects.all()],
        "distribution": list(downloads(request)),
    }
    return {key: value for key, value in found.items() if value}


def about_dataset(request, address):
    """What every schema.org `Dataset` of this site says; `address` is that of its page."""
    home = request.build_absolute_uri(reverse("overview"))
    publisher = {"@type": "Organization", "name": gettext("Coalition Pledges"), "url": home}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{address}#dataset",
        "url": address,
        "inLanguage": LANGUAGES,
        "isAccessibleForFree": True,
        "creator": publisher,
        "publisher": publisher,
    }


def release_dataset(request, release):
    """The schema.org `Dataset` of a release, as data: its number, its day, its one file with the digest."""
    file = {
        "@type": "DataDownload",
        "name": "ZIP",
        "encodingFormat": "application/zip",
        "contentUrl": request.build_absolute_uri(reverse("release-zip", args=[release.number])),
        "contentSize": f"{release.size} B",
        "sha256": release.sha256,
    }
    day = {"number": release.number, "day": wording.day(release.made_at.date())}
    return about_dataset(request, request.build_absolute_uri(reverse("release-detail", args=[release.number]))) | {
        "name": gettext("Pledges to the coalition against ISIS"),
        "description": gettext("Release %(number)s of %(day)s: all pledges as they were then, frozen.") % day,
        "version": release.number,
        "datePublished": release.made_at.date().isoformat(),
        "distribution": [file],
    }


def temporal_coverage(commitments):
    """`2014-06-01/2017-12-31`: from the first announcement to the last; empty without any."""
    dates = commitments.aggregate(first=Min("announced_on"), last=Max("announced_on"))
    return f"{dates['first']}/{dates['last']}" if dates["first"] else ""


def downloads(request):
    """The files that hold everything, in the formats that this site has."""
    for name, label, media_type in DOWNLOADS:
        try:
            address = request.build_absolute_uri(reverse(name))
        except NoReverseMatch:
            continue
        yield {"@type": "DataDownload", "name": label, "encodingFormat": media_type, "contentUrl": address}
