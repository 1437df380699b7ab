"""The data set described for search engines, as schema.org describes one: JSON-LD."""

from django.conf import settings
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext

from pledges.exports.formats import FORMATS
from pledges.models import Commitment, CommitmentType
from pledges.models.vocab import Theatre
from pledges.record import wording

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def dataset(request, coverage):
    """The schema.org `Dataset` of all public pledges, as data; `coverage` is their `temporal_coverage`."""
    home = request.build_absolute_uri(reverse("overview"))
    found = about_dataset(request, home) | {
        "name": gettext("Pledges to the coalition against ISIS"),
        "description": gettext(
            "What states promised the coalition against ISIS from 2014 to 2017, who says so, and whether it came true: "
            "every pledge with its sources, those that contradict it included."
        ),
        "temporalCoverage": coverage,
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
        "license": settings.DATA_LICENCE["address"],
        "creator": publisher,
        "publisher": publisher,
    }


def release_dataset(request, release):
    """The schema.org `Dataset` of a release, as data: its number, its day, its one file with the digest."""
    package = FORMATS["zip"]
    file = {
        "@type": "DataDownload",
        "name": package.label,
        "encodingFormat": package.media_type,
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


def temporal_coverage() -> str:
    """`2014-06-01/2017-12-31`: from the first announcement to the last; empty without any."""
    dates = Commitment.objects.public().aggregate(first=Min("announced_on"), last=Max("announced_on"))
    return f"{dates['first']}/{dates['last']}" if dates["first"] else ""


def downloads(request):
    """The files that hold everything, one of each format."""
    for form in FORMATS.values():
        address = request.build_absolute_uri(reverse(form.url_name))
        yield {"@type": "DataDownload", "name": form.label, "encodingFormat": form.media_type, "contentUrl": address}
