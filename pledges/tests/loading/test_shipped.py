"""A site with the data of an earlier edition is brought up to this one, but for what editors have changed."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from pledges.loading import shipped
from pledges.management.commands.seed import fixture_files
from pledges.models import BlocMember, Citation, Commitment, Country, Requirement, Source
from pledges.record import integrity
from pledges.record.reasons import SiteReason

pytestmark = pytest.mark.django_db

PLEDGE = "bru16-pl-airstrikes"
CLAIMED = "ba-2015-03-ammo"
ABOUT = {PLEDGE, CLAIMED, "rbs0-brussels-statement-2016", "krg-2014-08-arms"}


@pytest.fixture
def few(tmp_path, settings):
    """The rows that these tests are about and every twentieth, shipped alone: to look at all takes seconds."""

    def is_one_of_them(values):
        return values.get("slug") in ABOUT or values.get("commitment") in ([PLEDGE], [CLAIMED])

    for path in map(Path, fixture_files()):
        rows = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for number, row in enumerate(rows) if number % 20 == 0 or is_one_of_them(row["fields"])]
        (tmp_path / path.name).write_text(json.dumps(rows), encoding="utf-8")
    settings.FIXTURE_DIRS = [tmp_path]


def update():
    return {outcome.row: (outcome.what, outcome.fields) for outcome in shipped.update(map(Path, fixture_files()))}


def test_a_site_with_the_data_of_this_edition_lacks_nothing(few):
    assert update() == {}


def test_a_membership_that_an_earlier_edition_lacked_reaches_the_pledges_of_its_state(few):
    member = BlocMember.objects.get(bloc__slug="nato", country__iso2="AL")
    pledges = Commitment.objects.filter(country=member.country)
    member.history.all().delete()
    BlocMember.objects.filter(pk=member.pk).delete()
    BlocMember.history.filter(country_id=member.country.pk).delete()
    pledges.update(bloc_slugs="", bloc_names_en="", bloc_names_ar="")
    assert list(update().values()) == [(shipped.ADDED, ())]
    assert set(pledges.values_list("bloc_slugs", "bloc_names_ar")) == {("nato", "أعضاء حلف شمال الأطلسي")}


def as_shipped_before(row, **values):
    """Gives the row, and what the site itself recorded of it, the values of an earlier edition."""
    type(row).objects.filter(pk=row.pk).update(**values)
    row.history.update(**values)


def test_what_an_earlier_edition_said_is_changed_and_what_it_lacked_is_added(few):
    as_shipped_before(Source.objects.get(slug="rbs0-brussels-statement-2016"), voice_iso2="")
    citation = Citation.objects.filter(commitment__slug=PLEDGE).first()
    key = citation.natural_key()
    citation.history.all().delete()
    Citation.objects.filter(pk=citation.pk).delete()
    Citation.history.filter(id=citation.pk).delete()
    Requirement.objects.filter(slug="krg-2014-08-arms").delete()
    Requirement.history.filter(slug="krg-2014-08-arms").delete()
    found = update()
    assert found == {
        "source rbs0-brussels-statement-2016": (shipped.CHANGED, ("voice_iso2",)),
        f"citation {'/'.join(key)}": (shipped.ADDED, ()),
        "requirement krg-2014-08-arms": (shipped.ADDED, ()),
    }
    source = Source.objects.get(slug="rbs0-brussels-statement-2016")
    assert (source.voice_iso2, source.history.first().history_change_reason) == ("US", SiteReason.UPDATED.value)
    assert Requirement.objects.get(slug="krg-2014-08-arms").answered_by.count() == 5
    assert list(integrity.breaches()) == []
    assert update() == {}


def test_an_identifier_of_a_country_that_an_earlier_edition_lacked_is_filled_in(few):
    as_shipped_before(Country.objects.get(iso2="AE"), wikidata="")
    assert update() == {"country AE": (shipped.CHANGED, ("wikidata",))}
    assert Country.objects.get(iso2="AE").wikidata == "Q878"


def test_a_site_from_before_sources_gave_values_of_their_own_gets_them(few):
    pledge = Commitment.objects.get(slug=CLAIMED)
    names = ("claimed_lowest", "claimed_highest", "number_gap")
    assert [getattr(pledge, name) for name in names] == [500, 550, 9]
    for citation in pledge.citations.all():
        as_shipped_before(citation, claimed_min=None, claimed_max=None)
    as_shipped_before(pledge, **dict.fromkeys(names))
    edited = pledge.citations.get(claimed_min=None, source__slug="amay-2015-03-10-ba")
    edited.note = "An editor knows better."
    edited.save()
    assert sorted(what for what, _fields in update().values()) == [shipped.CHANGED, shipped.CHANGED, shipped.EDITED]
    edited.refresh_from_db()
    assert (edited.note, edited.claimed_min) == ("An editor knows better.", None)
    pledge.refresh_from_db()
    assert [getattr(pledge, name) for name in names] == [500, 550, 9]
    assert list(integrity.breaches()) == []


def test_what_an_editor_changed_or_removed_is_left_and_named(few):
    pledge = Commitment.objects.get(slug=PLEDGE)
    pledge.summary_en = "An editor knows better."
    pledge.save()
    citation = pledge.citations.first()
    key = citation.natural_key()
    citation.delete()
    assert update() == {
        f"pledge {PLEDGE}": (shipped.EDITED, ("summary_en",)),
        f"citation {'/'.join(key)}": (shipped.REMOVED, ()),
    }
    pledge.refresh_from_db()
    assert (pledge.summary_en, pledge.citations.count()) == ("An editor knows better.", pledge.cited_sources)


def test_the_command_says_row_by_row_what_it_did_and_that_nothing_is_left_to_do(few):
    as_shipped_before(Source.objects.get(slug="rbs0-brussels-statement-2016"), voice_iso2="")
    out = StringIO()
    call_command("seed", "--update", stdout=out)
    call_command("seed", "--update", stdout=out)
    lines = out.getvalue().splitlines()
    assert "source rbs0-brussels-statement-2016: changed (voice_iso2)" in lines
    assert "1 changed." in lines
    assert "The data is that of this edition." in lines
