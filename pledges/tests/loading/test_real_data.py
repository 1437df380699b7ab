"""The real data as a package: loaded into an empty site they come out again byte for byte."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pledges.models import Citation, Commitment
from pledges.record.reasons import SiteReason
from pledges.tests.packages import empty_the_site, fetched, opened

pytestmark = pytest.mark.django_db


def load(path):
    out = StringIO()
    call_command("load_package", path, stdout=out)
    return out.getvalue()


def derived():
    return list(Commitment.objects.order_by("slug").values_list("slug", "grade", "reached", "search_text"))


def cited():
    """The pairs of pledge and source, in the order of the sources within each pledge."""
    return list(Citation.objects.order_by("commitment__slug", "pk").values_list("commitment__slug", "source__slug"))


def test_the_real_data_come_back_byte_for_byte(client, tmp_path):
    package, fields, citations = fetched(client), derived(), cited()
    path = tmp_path / "all.zip"
    path.write_bytes(package)
    empty_the_site()
    assert f"{len(fields)} of them pledges" in load(path)
    returned = fetched(client)
    files = opened(returned)
    assert [name for name, content in opened(package).items() if files[name] != content] == []
    assert returned == package
    assert derived() == fields
    assert cited() == citations
    call_command("check_data", stdout=StringIO())
    records = Commitment.history.filter(id__in=Commitment.objects.values("pk"))
    assert set(records.values_list("history_type", "history_change_reason")) == {("+", SiteReason.PACKAGE)}
    assert records.count() == len(fields)
    with pytest.raises(CommandError, match="must be empty"):
        load(path)
