"""What the database itself refuses, whoever writes: the rows below go past every form."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField
from django.db.models.deletion import ProtectedError

from pledges.models import Citation, Commitment, Country, Meeting, Participation, Source, StatusChange
from pledges.models.vocab import State
from pledges.tests import make

pytestmark = pytest.mark.django_db


def refuse(row, **values):
    """Asserts that the database refuses these values for a row that it has."""
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"country": None},
        {"group_label_en": "Both"},
        {"country": None, "group_label_en": "Only English"},
        {"quantity_min": 5, "quantity_max": 4},
        {"quantity_min": -1},
        {"quantity_max": 10**16},
        {"unit": None},
        {"quantity_qualifier": "not_stated"},
        {"announced_on": None},
        {"announced_precision": "unknown"},
        {"announced_precision": "window"},
        {"state": "nonsense"},
        {"status": "nonsense"},
        {"change": "nonsense"},
        {"theatre": "nonsense"},
        {"attribution": "nonsense"},
        {"grade": "nonsense"},
        {"slug": "bru16-pl-airstrikes"},
    ],
)
def test_a_commitment_that_breaks_a_rule_is_refused(values):
    refuse(make.make_commitment(quantity_min=1, quantity_max=2), **values)


def test_a_commitment_is_not_part_of_itself():
    commitment = make.make_commitment()
    refuse(commitment, part_of=commitment)


def test_other_records_that_break_a_rule_are_refused():
    commitment = make.make_commitment(sources=2)
    first, second = commitment.citations.all()
    refuse(first, stance="nonsense")
    refuse(first, credibility=7)
    refuse(first, source=second.source)
    refuse(first.source, reliability="Z")
    refuse(first.source, published_on=None)
    refuse(first.source, derived_from=first.source)
    refuse(make.make_meeting(), end_on=date(2001, 1, 1))
    refuse(make.make_status_change(commitment), status="nonsense")
    refuse(make.make_country(), joined_on=date(2016, 1, 1))
    for wikidata in ("Q", "Q0", "q1", "142", "Q1a", "Q142\n", Country.objects.get(iso2="FR").wikidata):
        refuse(make.make_country(), wikidata=wikidata)
    participation = make.make_participation()
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            meeting=participation.meeting, country=participation.country, role=participation.role
        )


def test_what_is_in_use_cannot_be_deleted():
    commitment = make.make_commitment(places=[make.make_place()], meeting=make.make_meeting(), quantity_min=1)
    for row in (commitment.country, commitment.type, commitment.meeting, commitment.unit, make.make_source()):
        with pytest.raises(ProtectedError):
            row.delete()


BEGINNING = "begins with http:// or https://"
USER = "user name or password"
INVISIBLE = "spaces or invisible characters"
SITE = "cannot exist"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("javascript:alert(1)", BEGINNING),
        ("data:text/html,x", BEGINNING),
        ("ftp://files.example/x", BEGINNING),
        ("//files.example/x", BEGINNING),
        ("https:files.example/x", BEGINNING),
        ("https:///x", BEGINNING),
        ("nonsense", BEGINNING),
        ("https://user:secret@files.example/", USER),
        ("https://user@files.example/", USER),
        ("https://@files.example/", USER),
        ("https://files.example\\@elsewhere.example/", USER),
        ("https://files.example/a b", INVISIBLE),
        ("https://files.example/a\u00a0b", INVISIBLE),
        ("https://files.example/\u202egnp", INVISIBLE),
        ("https://files.example/\u061cx", INVISIBLE),
        ("https://files.example/\u200bx", INVISIBLE),
        ("https://fi\u200dles.example/", INVISIBLE),
        ("https://files.example/\ufeff", INVISIBLE),
        ("https://files.example/\nx", INVISIBLE),
        ("http://[::1", SITE),
        ("http://[::1::2]/", SITE),
        ("http://::1/", SITE),
        ("http://files.example:99999/", SITE),
        ("http://files.example:0/", SITE),
        ("http://files.example:port/", SITE),
        ("http://files..example/", SITE),
        ("http://.example/", SITE),
        ("http://files.example\\x/", SITE),
        ("http://files.example%00/", SITE),
        ("http://files.ex\u2100mple/", SITE),
        ("http://256.1.1.1/", SITE),
        ("http://word/", SITE),
        ("https://files.example/" + "x" * 2000, "at most 2000 characters"),
    ],
)
def test_an_address_that_is_not_a_plain_web_address_is_refused(address, reason):
    source = Source(url=address)
    with pytest.raises(ValidationError) as refused:
        source.clean_fields()
    assert reason in " ".join(refused.value.message_dict["url"])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://files.example",
        "HTTPS://FILES.EXAMPLE/",
        "http://files.example:8081/a?b=c|d#!e",
        "https://files.example?a=%20&b=[1]",
        "https://files.example/أخبار/2016?q=تحالف",
        "https://web.archive.example/web/2016/http://user:secret@files.example:99999/",
        "http://192.0.2.7:65535/x",
        "http://[2001:db8::7]:80/x",
        "http://my_files.example/",
        "http://_files-.example/",
        "https://bücher.example/",
        "https://xn--bcher-kva.example/",
        "https://وزارة-الأتصالات.مصر/",
        "https://xn--4gbrim.xn--mgbaam7a8h/",
        "https://\U0001f4a9.example/",
        "https://files.international/",
        "https://files.example./",
    ],
)
def test_an_odd_but_real_address_is_taken(address):
    source = make.make_source()
    source.url = address
    source.clean_fields()


def test_only_published_and_supported_commitments_are_public():
    for state in State:
        make.make_commitment(f"test-{state.value.replace('_', '-')}", state=state)
    make.make_commitment("test-bare", sources=0)
    public = Commitment.objects.public().filter(slug__startswith="test-")
    assert [commitment.slug for commitment in public] == ["test-published"]


def test_what_only_a_draft_reaches_is_not_public():
    country = make.make_country("ZX", iso3="ZXZ")
    make.make_commitment(
        "test-draft",
        state=State.DRAFT,
        country=country,
        places=[make.make_place("test-hidden")],
        meeting=make.make_meeting("test-hidden", is_public=False),
    )
    assert not Country.objects.public().filter(pk=country.pk).exists()
    assert not Source.objects.public().filter(slug="test-source").exists()
    assert not Meeting.objects.public().filter(slug="test-hidden").exists()
    commitment = Commitment.objects.get(slug="test-draft")
    commitment.state = State.PUBLISHED
    commitment.save()
    assert Country.objects.public().filter(pk=country.pk).exists()
    assert Source.objects.public().filter(slug="test-source").exists()
    assert Meeting.objects.public().filter(slug="test-hidden").exists()


def test_an_imprecise_date_is_kept_as_the_first_day_of_its_span():
    commitment = make.make_commitment(announced_on=date(2016, 2, 17), announced_precision="month")
    assert commitment.announced_on == date(2016, 2, 1)


def test_every_change_is_kept_with_what_was_before():
    commitment = make.make_commitment()
    citation = commitment.citations.get()
    citation.locator = "paragraph 9"
    citation.save()
    assert [record.locator for record in citation.history.all()] == ["paragraph 9", "paragraph 2"]
    number = citation.pk
    citation.delete()
    assert Citation.history.filter(id=number).latest().history_type == "-"
    step = make.make_status_change(commitment)
    assert StatusChange.history.filter(id=step.pk).count() == 1


def test_what_a_migration_adds_old_code_may_leave_out():
    """During an upgrade the code before it still saves: a new column is empty or has a default of the database.

    From the first migration that was made so; the ones before are on every site.
    """
    loader = MigrationLoader(None, ignore_no_migrations=True)
    added = [
        (name, operation)
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app == "pledges" and name >= "0017"
        for operation in migration.operations
        if isinstance(operation, AddField)
    ]
    assert added
    for name, operation in added:
        field = operation.field
        may_be_left_out = field.null or field.many_to_many or field.has_db_default()
        assert may_be_left_out, f"{name}: {operation.model_name} {field.name}"
