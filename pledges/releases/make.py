"""Making a release: the data package of all public pledges, numbered and frozen."""

import hashlib
import io
import json
import re
import zipfile
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from pledges.exports.package import DATAPACKAGE, Question, package_chunks
from pledges.exports.tables import PLEDGES, Table
from pledges.exports.wanted import pledge_address
from pledges.i18n import LANGUAGES
from pledges.models import Commitment, Release
from pledges.query.pledge_dimensions import DEFAULT_SORT, ordering

# the address of a site: scheme, host, perhaps a port
ADDRESS = re.compile(r"https?://(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?\Z")


def make_release(site: str, **values: Any) -> Release:
    """Saves and returns a `Release` of all public pledges; `values` are its fields, `site` as `https://host`.

    ValidationError where the number is taken or is none, or the address cannot be one.
    """
    if not ADDRESS.match(site):
        raise ValidationError(gettext("Write the address of the site like https://pledges.example."))
    release = Release(**values, pledges=0, size=0, sha256="-", package=b"-")
    release.full_clean()
    commitments = Commitment.objects.public().order_by(*ordering(DEFAULT_SORT)).with_names()
    with override("en"):
        address = pledge_address(site)
    question = everything(site, release.number)
    release.package = b"".join(package_chunks(commitments, question, address, complete=True))
    release.size, release.sha256 = len(release.package), hashlib.sha256(release.package).hexdigest()
    release.pledges = rows_written(release, PLEDGES)
    try:
        with transaction.atomic():
            release.save()
    except IntegrityError:
        release.full_clean()  # says that somebody else took the number meanwhile
        raise
    return release


def everything(site: str, number: str) -> Question:
    """What a release answers: all published pledges, in both languages, at its own address."""
    sentences, addresses = {}, {}
    for language in LANGUAGES:
        with override(language):
            sentences[language] = gettext("All published pledges.")
            addresses[language] = site + reverse("release-detail", args=[number])
    return Question(sentences, addresses, number)


def rows_written(release: Release, table: Table) -> int:
    """How many rows of a table the package of a release says that it holds."""
    with zipfile.ZipFile(io.BytesIO(release.package)) as archive:
        described = json.loads(archive.read(DATAPACKAGE))
    return next(resource["rows"] for resource in described["resources"] if resource["name"] == table.name)
