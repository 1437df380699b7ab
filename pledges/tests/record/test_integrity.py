"""`check_data` names what breaks each rule; that the real data keeps them all, `test_fixtures` asks."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from pledges.editing.rules import findings
from pledges.models import Commitment, Source
from pledges.models.commitments import NEEDED_TO_PUBLISH
from pledges.models.dates import today_anywhere
from pledges.models.edits import FOR_EVER
from pledges.models.vocab import Grade, Precision, QuantityQualifier, Stance, State, Status
from pledges.record import integrity, until
from pledges.record.data_version import current
from pledges.record.edits import edit
from pledges.record.integrity import Level
from pledges.record.integrity.rule import record_model
from pledges.tests.make import (
    make_bloc_member,
    make_citation,
    make_commitment,
    make_country,
    make_meeting,
    make_place,
    make_requirement,
    make_source,
    make_status_change,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_site")]


def check_data(*options):
    """The exit code, and what the command writes to its two streams."""
    out, err = StringIO(), StringIO()
    try:
        call_command("check_data", *options, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def force(row, **values):
    """Writes past the checks and hooks of the models, as a slip with SQL would, and into the history, too."""
    type(row).objects.filter(pk=row.pk).update(**values)
    type(row).history.filter(id=row.pk).update(**values)
    return row


# Breaches: how to break each rule, and what the message names


def lose_support():
    make_citation(make_commitment(sources=0), stance=Stance.CONTEXT)
    return "test-pledge"


def stale_grade():
    force(make_commitment(), grade=Grade.OFFICIAL)
    return "test-pledge: grade"


def stale_number_of_sources():
    force(make_commitment(), independent_sources=9)
    return "test-pledge: independent_sources"


def stale_list_of_sources():
    force(make_commitment(), source_urls="https://gazette.example/moved")
    return "test-pledge: source_urls"


def loaded_without_history():
    make_source().history.all().delete()
    return "source test-source: It has no record"


def told_otherwise_by_its_history():
    source = make_source()
    Source.objects.filter(pk=source.pk).update(title="Renamed in SQL")
    return "source test-source: The newest record"


def edited_while_the_clock_was_behind():
    source = make_source()
    source.title = "Renamed yesterday"
    source.save()
    newest = source.history.order_by("-history_id")[0]
    source.history.filter(pk=newest.pk).update(history_date=newest.history_date - timedelta(days=1))
    return "source test-source: Its history goes back"


def dated_past_the_triggers():
    source = make_source()
    until.forget(connection)
    source.history.update(until=source.history.get().history_date)
    return "source test-source: Its history says wrongly"


def stale_search_text():
    force(make_country(), name_en="Renamed Testland")
    make_commitment(country=make_country())
    force(make_country(), name_en="Testland")
    return "test-pledge: search_text"


def day_kept_in_a_month():
    force(make_commitment(), announced_precision=Precision.MONTH)
    return "test-pledge: “Announced on”"


def day_kept_in_the_year_of_a_source():
    force(make_source(), published_precision=Precision.YEAR)
    return "test-source: “Published on”"


def day_kept_in_the_month_of_a_step():
    step = make_status_change(make_commitment(), source=make_source(), happened_on=date(2016, 4, 9))
    force(step, happened_precision=Precision.MONTH)
    return "test-pledge/1: “Date”"


def to_come():
    # the day after tomorrow: midnight may pass meanwhile
    return today_anywhere() + timedelta(days=2)


def announced_too_early():
    make_commitment(announced_on=to_come())
    return "test-pledge: “Announced on”"


def archived_too_early():
    make_source(archive_url="https://archive.example/1", archived_on=to_come())
    return "test-source: “Archived on”"


def promised_before_the_meeting():
    meeting = make_meeting(start_on=date(2016, 4, 1))
    make_commitment(meeting=meeting, announced_on=date(2016, 3, 1), announced_precision=Precision.MONTH)
    return "test-pledge"


def delivered_before_the_pledge():
    step = {"happened_on": date(2016, 2, 1), "happened_precision": Precision.MONTH}
    make_status_change(make_commitment(), source=make_source(), **step)
    return "test-pledge/1"


def archived_before_it_was_published():
    make_source(archive_url="https://archive.example/1", archived_on=date(2016, 3, 10))
    return "test-source"


def part_of_the_pledge_of_another_country():
    whole = make_commitment("test-whole", country=make_country("QZ"))
    make_commitment(part_of=whole)
    return "test-pledge: It is part of test-whole"


def pledges_in_a_circle():
    first = make_commitment("test-first")
    second = make_commitment("test-second", part_of=first)
    force(first, part_of=make_commitment("test-third", part_of=second))
    return "test-first"


def sources_in_a_circle():
    first = make_source("test-first")
    second = make_source("test-second", derived_from=first)
    force(first, derived_from=make_source("test-third", derived_from=second))
    return "test-third"


def member_without_a_source():
    make_country(coalition_member=True)
    return "ZZ"


def joined_but_not_a_member():
    make_country(joined_on=date(2015, 1, 1), joined_precision=Precision.DAY)
    return "ZZ"


def member_twice_on_one_day():
    make_bloc_member(until=date(2016, 3, 9))
    make_bloc_member(since=date(2016, 3, 9))
    return "bloc membership test_bloc/ZZ/1: ZZ is a member twice at the same time."


def exactly_one_or_two():
    make_commitment(quantity_min=1, quantity_max=2)
    return "test-pledge: The numbers 1 and 2"


def up_to_nothing():
    make_commitment(quantity_min=1, quantity_qualifier=QuantityQualifier.UP_TO)
    return "test-pledge: The numbers 1 and –"


def between_one_number():
    make_commitment(quantity_min=100, quantity_qualifier=QuantityQualifier.RANGE)
    return "test-pledge: The numbers 100 and –"


def meeting_that_never_ends():
    make_meeting(end_on=date(2099, 1, 1))
    return "test-meeting: “Last day”"


def asked_long_ago():
    make_requirement(asked_on=date(1989, 12, 31))
    return "test-requirement: “Asked on”"


def voice_of_no_state():
    make_source(voice_iso2="YY")
    return "test-source"


def request_without_a_source():
    make_requirement(sources=0)
    return "test-requirement"


def answered_by_another_state():
    make_requirement(country=make_country("YY"), answered_by=[make_commitment()])
    return "test-pledge, a pledge of another country"


def confirmed_by_nobody():
    make_citation(make_commitment(sources=0), credibility=1)
    return "test-pledge/test-source"


def number_of_what_is_not_counted():
    make_commitment(sources=0)
    make_citation(Commitment.objects.get(slug="test-pledge"), claimed_max=100)
    return "citation test-pledge/test-source: It gives a number"


BREACHES = [
    ("numbers_of_sources_have_a_unit", number_of_what_is_not_counted),
    ("published_pledges_have_support", lose_support),
    ("derived_fields_are_up_to_date", stale_grade),
    ("derived_fields_are_up_to_date", stale_number_of_sources),
    ("derived_fields_are_up_to_date", stale_search_text),
    ("derived_fields_are_up_to_date", stale_list_of_sources),
    ("recorded_source", loaded_without_history),
    ("as_recorded_source", told_otherwise_by_its_history),
    ("history_until_source", dated_past_the_triggers),
    ("first_day_of_span_commitment_announced_on", day_kept_in_a_month),
    ("first_day_of_span_source_published_on", day_kept_in_the_year_of_a_source),
    ("first_day_of_span_statuschange_happened_on", day_kept_in_the_month_of_a_step),
    ("not_in_the_future_commitment_announced_on", announced_too_early),
    ("not_in_the_future_source_archived_on", archived_too_early),
    ("not_in_the_future_meeting_end_on", meeting_that_never_ends),
    ("not_before_our_time_requirement_asked_on", asked_long_ago),
    ("pledges_are_not_made_before_their_meeting", promised_before_the_meeting),
    ("steps_do_not_come_before_their_pledge", delivered_before_the_pledge),
    ("copies_are_not_older_than_their_original", archived_before_it_was_published),
    ("parts_belong_to_the_country_of_their_whole", part_of_the_pledge_of_another_country),
    ("nothing_is_part_of_itself", pledges_in_a_circle),
    ("nothing_is_a_reprint_of_itself", sources_in_a_circle),
    ("memberships_have_a_source", member_without_a_source),
    ("only_members_have_joined", joined_but_not_a_member),
    ("memberships_of_a_bloc_do_not_overlap", member_twice_on_one_day),
    ("quantities_fit_their_word", exactly_one_or_two),
    ("quantities_fit_their_word", up_to_nothing),
    ("quantities_fit_their_word", between_one_number),
    ("voices_are_of_known_states", voice_of_no_state),
    ("public_requirements_have_a_source", request_without_a_source),
    ("answers_are_of_the_state_that_was_asked", answered_by_another_state),
    ("confirmed_needs_another_source", confirmed_by_nobody),
]
BY_NAME = {rule.name: rule for rule in integrity.RULES}
each_breach = pytest.mark.parametrize(("rule", "break_it"), BREACHES, ids=[make.__name__ for rule, make in BREACHES])


@each_breach
def test_a_breach_ends_with_exit_code_1_and_names_the_record(rule, break_it):
    expected = break_it()
    code, out, err = check_data()
    assert (code, out) == (1, "")
    assert expected in err
    assert err.splitlines() == [breach.line for breach in BY_NAME[rule].of_all()]  # and no other rule speaks


@each_breach
def test_one_record_is_told_what_all_are(rule, break_it):
    break_it()
    asked = BY_NAME[rule]
    records = record_model(asked.model).objects.all()
    of_each = {breach.line for record in records for breach in asked.of_record(record)}
    assert of_each == {breach.line for breach in asked.of_all()}


def test_a_history_that_goes_back_is_named_and_mended():
    expected = edited_while_the_clock_was_behind()
    code, _out, err = check_data()
    assert code == 1
    assert expected in err
    assert check_data("--fix")[0] == 0
    assert [record.title for record in make_source().history.all()][0] == "Renamed yesterday"


def test_fix_records_what_was_changed_past_the_history():
    told_otherwise_by_its_history()
    assert check_data("--fix")[0] == 0
    assert make_source().history.first().title == "Renamed in SQL"


def test_fix_mends_until_when_a_record_held():
    dated_past_the_triggers()
    before = current()
    assert check_data("--fix")[0] == 0
    assert make_source().history.get().until == FOR_EVER
    assert current() != before


def other_links_than_recorded():
    pledge = make_commitment(places=[make_place()])
    pledge.places.through.objects.all().delete()
    return pledge


def test_the_links_of_a_row_are_those_of_its_newest_record():
    pledge = other_links_than_recorded()
    assert integrity.unlike_its_record(Commitment) == [pledge]


# Warnings and hints


def caveat_in_english():
    return make_commitment(caveat_en="Never confirmed.")


def step_without_a_source():
    make_status_change(make_commitment())
    return make_commitment()


def told_months_after_the_meeting():
    return make_commitment(meeting=make_meeting(start_on=date(2016, 1, 10)))


def asked_after_it_was_answered():
    return make_requirement(asked_on=date(2016, 3, 11), answered_by=[make_commitment()])


WARNINGS = [
    ("caveats_are_in_both_languages", caveat_in_english),
    ("steps_have_a_source", step_without_a_source),
    ("pledges_are_not_made_long_after_their_meeting", told_months_after_the_meeting),
    ("answers_come_after_what_was_asked", asked_after_it_was_answered),
]


@pytest.mark.parametrize(("rule", "make"), WARNINGS, ids=[make.__name__ for rule, make in WARNINGS])
def test_a_warning_is_printed_until_a_reason_is_kept(rule, make):
    record = make()
    line = next(BY_NAME[rule].of_record(record)).line
    code, out, err = check_data()
    assert (code, err) == (0, "")
    assert f"Needs a reason: {line}\n" in out
    with edit(why="The report says so itself."):
        record.save()
    assert "Needs a reason" not in check_data()[1]


def undated():
    return make_commitment(announced_on=None, announced_precision=Precision.UNKNOWN)


def promised_after_the_report():
    return make_commitment(announced_on=date(2016, 4, 10))


def supported_by_another_number():
    pledge = make_commitment(sources=0, quantity_min=100, quantity_max=100)
    make_citation(pledge, claimed_min=101)
    return pledge


def supported_by_another_date():
    pledge = make_commitment(sources=0, announced_on=date(2016, 3, 10))
    make_citation(pledge, claimed_on=date(2016, 2, 1), claimed_precision=Precision.MONTH)
    return pledge


HINTS = [
    ("pledges_have_a_date", undated),
    ("sources_are_not_older_than_what_they_support", promised_after_the_report),
    ("supporting_numbers_lie_within_the_pledge", supported_by_another_number),
    ("supporting_dates_lie_within_the_pledge", supported_by_another_date),
]


@pytest.mark.parametrize(("rule", "make"), HINTS, ids=[make.__name__ for rule, make in HINTS])
def test_a_hint_is_told_of_the_record_alone(rule, make):
    record = make()
    assert next(BY_NAME[rule].of_record(record)).record == record
    assert [finding.level for finding in findings(record)] == [Level.HINT]
    assert check_data()[0] == 0


# Drafts


@pytest.mark.parametrize("field", NEEDED_TO_PUBLISH)
def test_a_draft_may_lack_what_publishing_asks_for(field):
    draft = make_commitment(state=State.DRAFT, **{field: ""})
    assert check_data()[0] == 0
    assert [(found.level, found.field) for found in findings(draft)] == [(Level.HINT, field)]
    assert [(found.level, found.field) for found in findings(draft, publishing=True)] == [(Level.ERROR, field)]
    with pytest.raises(IntegrityError):
        force(draft, state=State.PUBLISHED)


def test_every_rule_has_been_seen_broken():
    """Of the rules that are the same for several dates or models, one."""
    broken = [*BREACHES, *WARNINGS, *HINTS, ("needed_summary_ar", None), ("history_forward_source", None)]
    kinds = {BY_NAME[rule].broken.__qualname__ for rule, break_it in broken}
    assert kinds == {rule.broken.__qualname__ for rule in integrity.RULES}


# What looks like a breach and is none


def unsupported_draft():
    make_commitment(sources=0, state=State.DRAFT)


def announced_elsewhere_before_the_meeting():
    make_status_change(make_commitment(), status=Status.ANNOUNCED, happened_on=date(2016, 1, 1))


def delivered_in_the_month_of_the_pledge():
    make_status_change(make_commitment(), happened_on=date(2016, 3, 1), happened_precision=Precision.MONTH)


def promised_in_the_month_of_the_meeting():
    commitment = make_commitment(meeting=make_meeting(), announced_on=date(2016, 3, 1))
    force(commitment, announced_precision=Precision.MONTH)


def meeting_to_come():
    make_meeting(start_on=to_come())


def part_of_the_pledge_of_a_group():
    make_commitment(part_of=make_commitment("test-whole", group_label_en="Some test states"))


def at_least_without_a_largest_number():
    make_commitment(quantity_min=5, quantity_qualifier=QuantityQualifier.AT_LEAST)


def member_again_the_day_after_it_left():
    make_bloc_member(until=date(2016, 3, 9))
    make_bloc_member(since=date(2016, 3, 10))


def supported_by_what_the_pledge_leaves_open():
    pledge = make_commitment(sources=0, quantity_min=100, quantity_qualifier=QuantityQualifier.AT_LEAST)
    make_citation(pledge, claimed_max=100, claimed_on=date(2016, 1, 1), claimed_precision=Precision.YEAR)
    # who contradicts gives another number
    make_citation(pledge, make_source("test-other"), stance=Stance.CONTRADICTS, claimed_max=5)


NO_BREACHES = [
    supported_by_what_the_pledge_leaves_open,
    member_again_the_day_after_it_left,
    unsupported_draft,
    announced_elsewhere_before_the_meeting,
    delivered_in_the_month_of_the_pledge,
    promised_in_the_month_of_the_meeting,
    meeting_to_come,
    part_of_the_pledge_of_a_group,
    at_least_without_a_largest_number,
]


@pytest.mark.parametrize("make", NO_BREACHES, ids=[make.__name__ for make in NO_BREACHES])
def test_what_only_looks_like_a_breach_passes(make):
    make()
    assert list(integrity.breaches()) == []


def test_fix_mends_derived_fields():
    commitment = force(make_commitment(sources=2), grade=Grade.OFFICIAL, independent_sources=9, search_text="stale")
    code, out, err = check_data("--fix")
    assert (code, err) == (0, "")
    commitment.refresh_from_db()
    assert (commitment.grade, commitment.independent_sources) == (Grade.CORROBORATED, 2)
    assert " testland " in commitment.search_text


def test_fix_does_not_hide_other_breaches():
    lose_support()
    assert check_data("--fix")[0] == 1
