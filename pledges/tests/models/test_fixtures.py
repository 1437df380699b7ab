"""The first data set: complete, loadable again and again, with a history that begins with it."""

import re
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from pledges import models
from pledges.management.commands import build_fixtures, seed
from pledges.models import Citation, Commitment, Country, Meeting, Source
from pledges.models.dates import iso
from pledges.models.vocab import Grade, Precision
from pledges.record import integrity
from pledges.record.reasons import SiteReason

pytestmark = pytest.mark.django_db

COUNTS = {
    "Commitment": 387,
    "Citation": 906,
    "Source": 588,
    "StatusChange": 180,
    "Meeting": 24,
    "Participation": 147,
    "Country": 69,
    "CommitmentType": 31,
    "Place": 33,
    "Unit": 22,
    "Condition": 39,
    "Requirement": 34,
    "Bloc": 5,
    "BlocMember": 83,
}
TRACKED = models.HISTORIC


def history():
    """The number of history records of each model."""
    return {model.__name__: model.history.count() for model in TRACKED}


def contents():
    """All rows of all models, as fixtures."""
    return {name: build_fixtures.serialise(model) for name, model in build_fixtures.FILES.items()}


def rows():
    """All rows of all models and what links them, as the database has them."""
    links = [field.remote_field.through for model in TRACKED for field in model._meta.many_to_many]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in [*TRACKED, *links]}


def in_order(rows):
    """The same without their own keys: a row that was deleted comes back under another one."""
    return {name: sorted(str(row | {"id": None}) for row in found) for name, found in rows.items()}


# The data


def test_every_row_of_the_data_set_is_there():
    assert {model.__name__: model.objects.count() for model in TRACKED} == COUNTS


def test_all_pledges_and_meetings_are_public():
    assert Commitment.objects.public().count() == COUNTS["Commitment"]
    assert Meeting.objects.public().count() == COUNTS["Meeting"]


def test_ten_pledges_are_disputed():
    assert Commitment.objects.filter(grade=Grade.DISPUTED).count() == 10


def test_the_arabic_report_of_the_brussels_meeting_is_dated_by_month():
    report = Source.objects.get(slug="aawsat-2016-02-brussels")
    assert (report.published_on.isoformat(), report.published_precision) == ("2016-02-01", Precision.MONTH)
    assert {"PL", "RO", "DK"} <= set(
        Commitment.objects.filter(citations__source=report, type__slug="airstrikes").values_list(
            "country__iso2", flat=True
        )
    )


def test_a_country_has_the_identifier_that_is_certain_to_mean_it():
    """In Wikidata the ISO codes of two states belong to kingdoms of several countries: they are left open."""
    found = dict(Country.objects.values_list("iso2", "wikidata"))
    assert (found["FR"], found["IQ"], found["US"]) == ("Q142", "Q796", "Q30")
    assert {iso2 for iso2, wikidata in found.items() if not wikidata} == {"DK", "NL"}


def test_parts_of_the_canadian_package_point_at_it():
    parts = Commitment.objects.get(slug="ca-2016-02-c16bn").parts.values_list("slug", flat=True)
    assert {"ca-2016-02-humanitarian-840m", "ca-2016-02-capacity-270m"} <= set(parts)


@pytest.mark.sql
def test_the_real_data_loaded_as_documented_keeps_every_rule():
    """What all tests find in the database was loaded by `loaddata`, see `seed.load_data`."""
    out, err = StringIO(), StringIO()
    call_command("check_data", stdout=out, stderr=err)
    records = f"{sum(COUNTS.values())} records checked, {len(integrity.RULES)} rules hold.\n"
    assert (out.getvalue(), err.getvalue()) == (records, "")


# The files


def test_the_files_hold_exactly_what_they_load():
    """So an edit of a file by hand must keep to the form in which it is built, and no row is lost."""
    files = {path.stem: path.read_text(encoding="utf-8") for path in build_fixtures.BESIDE.glob("*.json")}
    assert files == contents()


MULTIPLES = {"million": 10**6, "billion": 10**9}
IN_WORDS = {
    **{"one": 1, "two": 2, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "thirty": 30, "sixty": 60},
    **{"double": 2, "doubling": 2, "plural": 2},
}


def numbers_in(words):
    """The numbers that words state: `15.5 million`, `1,500`, `thirty`."""
    found = {IN_WORDS[word] for word in re.findall(r"\w+", words.lower()) if word in IN_WORDS}
    for digits, multiple in re.findall(r"(\d[\d,]*(?:\.\d+)?)(?: (million|billion))?", words):
        found.add(int(Decimal(digits.strip(",").replace(",", "")) * MULTIPLES.get(multiple, 1)))
    return found


def test_what_a_source_is_said_to_give_stands_in_words_that_are_on_record():
    """In its own note; else in what is printed of the pledge that it alone can be the source of."""
    claims = build_fixtures.read(build_fixtures.CLAIMS)
    assert len(claims) > 90
    cited = Citation.objects.select_related("commitment", "source").prefetch_related("commitment__citations__source")
    cited = {citation.natural_key(): citation for citation in cited}
    for claim in claims:
        citation = cited[claim["commitment_slug"], claim["source_slug"]]
        others = [other.source.notes for other in citation.commitment.citations.all()]
        assert any(claim["words"] in text for text in (citation.note, citation.commitment.quantity_text, *others)), (
            claim
        )
        given = {number for number in (citation.claimed_min, citation.claimed_max) if number is not None}
        assert given == {int(claim[name]) for name in ("claimed_min", "claimed_max") if claim[name]}
        assert given <= numbers_in(claim["words"]), claim
        assert iso(citation.claimed_on, citation.claimed_precision) == claim["claimed_on"]
        if day := citation.claimed_on:
            in_words = f"{day:%B}" if citation.claimed_precision == Precision.MONTH else f"{day.day} {day:%B}"
            assert in_words in claim["words"], claim
            assert str(day.year) in claim["words"] or citation.source.published_on.year == day.year, claim
    said = [citation for citation in cited.values() if citation.claims_number or citation.claimed_on]
    assert len(claims) == len(said)


def test_loading_again_undoes_an_edit_records_what_came_back_and_changes_nothing_else():
    before = rows()
    _all, gone = Citation.objects.filter(commitment__slug="bru16-pl-airstrikes").delete()
    Commitment.objects.get(slug="bru16-pl-airstrikes").places.clear()
    recorded = history()
    call_command("loaddata", *seed.fixture_files(), verbosity=0)
    assert in_order(rows()) == in_order(before)
    assert history() == recorded | {"Citation": recorded["Citation"] + gone["pledges.Citation"]}


def test_fixtures_are_built_only_in_an_empty_database(tmp_path):
    with pytest.raises(CommandError, match="must be empty"):
        call_command("build_fixtures", tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-02-11", ("2016-02-11", Precision.DAY)),
        ("2016-02", ("2016-02-01", Precision.MONTH)),
        ("2016", ("2016-01-01", Precision.YEAR)),
        ("", ("None", Precision.UNKNOWN)),
    ],
)
def test_a_date_in_the_tables_says_how_exact_it_is(text, expected):
    day, precision = build_fixtures.span(text)
    assert (str(day), precision) == expected


def test_a_date_that_is_not_cut_to_its_stated_precision_is_refused():
    with pytest.raises(CommandError, match="2016-02-11"):
        build_fixtures.span("2016-02-11", "month")


def test_a_pledge_comes_after_the_one_it_is_part_of():
    table = [{"slug": "part", "part_of": "whole"}, {"slug": "other", "part_of": ""}, {"slug": "whole", "part_of": ""}]
    assert [row["slug"] for row in build_fixtures.parents_first(table, lambda row: row["part_of"])] == [
        "other",
        "whole",
        "part",
    ]


def test_pledges_in_a_circle_are_refused():
    with pytest.raises(CommandError, match="circle"):
        build_fixtures.parents_first(
            [{"slug": "a", "part_of": "b"}, {"slug": "b", "part_of": "a"}], lambda row: row["part_of"]
        )


# Seeding


def run_seed():
    out = StringIO()
    call_command("seed", stdout=out)
    return out.getvalue()


@pytest.fixture
def editor_groups():
    return [Group.objects.get_or_create(name=name)[0] for name in ("Editors", "Reviewers")]


@pytest.mark.sql
def test_the_history_of_every_row_begins_with_the_data_set():
    assert history() == COUNTS
    for model in TRACKED:
        assert set(model.history.values_list("history_type", "history_change_reason")) == {("+", SiteReason.SEEDED)}


def test_the_first_record_of_a_pledge_knows_its_places():
    for commitment in Commitment.objects.exclude(places=None):
        recorded = commitment.history.get().places.values_list("place", flat=True)
        assert set(recorded) == set(commitment.places.values_list("pk", flat=True))


def test_the_first_record_of_a_meeting_knows_its_sources():
    meeting = Meeting.objects.get(slug="jeddah-2014-09-11")
    recorded = meeting.history.get().sources.values_list("source__slug", flat=True)
    assert set(recorded) == set(meeting.sources.values_list("slug", flat=True))
    assert len(recorded) == 4


def test_an_edit_after_the_data_set_shows_what_changed():
    commitment = Commitment.objects.get(slug="bru16-pl-airstrikes")
    commitment.summary_en = "Something else."
    commitment.save()
    latest, first = commitment.history.all()
    assert latest.diff_against(first).changed_fields == ["summary_en"]


def test_seed_makes_an_editor_and_a_reviewer_who_sign_in_with_the_printed_passwords(editor_groups):
    printed = run_seed()
    passwords = dict(re.findall(r"user (\w+), password (\S+)", printed))
    assert passwords.keys() == {"editor", "reviewer"}
    for name, group in (("editor", "Editors"), ("reviewer", "Reviewers")):
        account = authenticate(username=name, password=passwords[name])
        assert account.is_staff
        assert not account.is_superuser
        assert [found.name for found in account.groups.all()] == [group]
        validate_password(passwords[name], account)
    assert "manage.py createsuperuser" in printed


def test_seed_changes_nothing_the_second_time(editor_groups):
    run_seed()
    Commitment.objects.get(slug="bru16-pl-airstrikes").citations.all().delete()
    before = rows(), history(), list(get_user_model().objects.values())
    assert "password" not in run_seed()
    assert (rows(), history(), list(get_user_model().objects.values())) == before


def test_seed_makes_no_account_where_there_is_one(editor_groups):
    get_user_model().objects.create_user("someone")
    assert "password" not in run_seed()
    assert [user.username for user in get_user_model().objects.all()] == ["someone"]


def test_seed_refuses_to_make_an_editor_without_rights():
    Group.objects.filter(name="Reviewers").delete()
    with pytest.raises(CommandError, match="Reviewers"):
        run_seed()
    assert not get_user_model().objects.exists()
