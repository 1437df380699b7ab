"""The evidence grade, rule by rule."""

import pytest

from pledges.models.vocab import Attribution, Grade, SourceKind, Stance
from pledges.record import evidence
from pledges.tests.make import make_citation, make_commitment, make_source

pytestmark = pytest.mark.django_db

OF_NO_STATE = {SourceKind.INTERNATIONAL_ORG, SourceKind.NEWSPAPER}


def assess(commitment):
    return evidence.assess(commitment, commitment.citations.all())


def test_one_source_is_a_single_source():
    found = assess(make_commitment(sources=1))
    assert (found.grade, found.independent, found.supporting) == (Grade.SINGLE_SOURCE, 1, 1)


def test_two_sources_corroborate_each_other():
    found = assess(make_commitment(sources=2))
    assert (found.grade, found.independent) == (Grade.CORROBORATED, 2)


def test_a_reprint_adds_no_independent_source():
    commitment = make_commitment(sources=1)
    make_citation(commitment, make_source("test-reprint", derived_from=make_source()))
    found = assess(commitment)
    assert (found.grade, found.independent, found.supporting) == (Grade.SINGLE_SOURCE, 1, 2)


def test_two_reprints_of_a_story_that_is_not_cited_count_once():
    wire = make_source("test-wire")
    relay = make_source("test-relay", derived_from=wire)
    commitment = make_commitment(sources=0)
    make_citation(commitment, make_source("test-copy-1", derived_from=wire))
    make_citation(commitment, make_source("test-copy-2", derived_from=relay))
    assert assess(commitment).independent == 1


def test_a_source_given_as_context_counts_for_nothing():
    commitment = make_commitment(sources=1)
    make_citation(commitment, make_source("test-background", kind=SourceKind.GOVERNMENT), stance=Stance.CONTEXT)
    found = assess(commitment)
    assert (found.grade, found.independent, found.supporting, found.official) == (Grade.SINGLE_SOURCE, 1, 1, 0)


@pytest.mark.parametrize(
    ("kind", "attribution", "grade"),
    [
        (SourceKind.GOVERNMENT, Attribution.SELF, Grade.OFFICIAL),
        (SourceKind.PARLIAMENT, Attribution.SELF, Grade.OFFICIAL),
        (SourceKind.GOVERNMENT, Attribution.JOINT_STATEMENT, Grade.OFFICIAL),
        (SourceKind.GOVERNMENT, Attribution.THIRD_PARTY, Grade.SINGLE_SOURCE),
        (SourceKind.INTERNATIONAL_ORG, Attribution.SELF, Grade.SINGLE_SOURCE),
        (SourceKind.NEWSPAPER, Attribution.SELF, Grade.SINGLE_SOURCE),
    ],
)
def test_a_state_is_official_when_it_speaks_for_itself_in_its_own_publication(kind, attribution, grade):
    commitment = make_commitment(sources=0, attribution=attribution)
    make_citation(commitment, make_source(kind=kind, voice_iso2="" if kind in OF_NO_STATE else "ZZ"))
    assert assess(commitment).grade == grade


def test_the_words_of_another_state_do_not_make_a_pledge_official():
    commitment = make_commitment(sources=0)
    make_citation(commitment, make_source(kind=SourceKind.GOVERNMENT, voice_iso2="YY"))
    assert assess(commitment).grade == Grade.SINGLE_SOURCE


def test_a_private_copy_of_the_words_of_a_state_is_official_and_said_to_be_a_copy():
    commitment = make_commitment(sources=0)
    make_citation(commitment, make_source(kind=SourceKind.AGGREGATOR, voice_iso2="ZZ"))
    found = assess(commitment)
    assert (found.grade, found.official, found.copies) == (Grade.OFFICIAL, 1, 1)


def test_any_party_may_publish_a_joint_statement():
    commitment = make_commitment(sources=0, attribution=Attribution.JOINT_STATEMENT)
    make_citation(commitment, make_source(kind=SourceKind.GOVERNMENT, voice_iso2="YY"))
    assert assess(commitment).grade == Grade.OFFICIAL


def test_an_organisation_speaks_officially_for_a_group():
    commitment = make_commitment(sources=0, group_label_en="Some test states")
    make_citation(commitment, make_source(kind=SourceKind.INTERNATIONAL_ORG))
    assert assess(commitment).grade == Grade.OFFICIAL


def test_one_denial_makes_even_an_official_pledge_disputed():
    commitment = make_commitment(sources=0)
    make_citation(commitment, make_source(kind=SourceKind.GOVERNMENT, voice_iso2="ZZ"))
    make_citation(commitment, make_source("test-denial"), stance=Stance.CONTRADICTS)
    found = assess(commitment)
    assert (found.grade, found.independent, found.contradicting) == (Grade.DISPUTED, 1, 1)


def test_a_denial_is_not_counted_as_a_source_of_the_pledge():
    commitment = make_commitment(sources=0)
    make_citation(commitment, stance=Stance.CONTRADICTS)
    found = assess(commitment)
    assert (found.grade, found.independent, found.supporting) == (Grade.DISPUTED, 0, 0)
