"""What readers may see, asked of the database and of values at hand: one rule."""

from itertools import product

import pytest

from pledges.models import Commitment
from pledges.models.publication import NotPublic, is_public, why_not_public
from pledges.models.vocab import Stance, State
from pledges.tests import make

pytestmark = pytest.mark.django_db

CITED = [(), *product(Stance), (Stance.CONTRADICTS, Stance.CONTEXT), (Stance.SUPPORTS, Stance.CONTRADICTS)]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("stances", CITED, ids=lambda stances: "-".join(stances) or "none")
def test_the_database_and_python_show_the_same(state, stances):
    pledge = make.make_commitment("test-shown", sources=0, state=state)
    for number, stance in enumerate(stances):
        make.make_citation(pledge, make.make_source(f"test-shown-{number}"), stance=stance)
    seen = Commitment.objects.public().filter(pk=pledge.pk).exists()
    assert seen == (state == State.PUBLISHED and Stance.SUPPORTS in stances)
    assert seen == is_public(state, stances)
    assert seen == (pledge.why_not_public() == [])


def test_each_reason_is_told():
    assert why_not_public(State.DRAFT, ()) == [NotPublic.DRAFT, NotPublic.UNSUPPORTED]
    assert why_not_public(State.WITHDRAWN, {Stance.SUPPORTS}) == [NotPublic.WITHDRAWN]
    assert why_not_public(State.PUBLISHED, {Stance.CONTEXT}) == [NotPublic.UNSUPPORTED]
    assert {reason.value for reason in NotPublic} == {*set(State) - {State.PUBLISHED}, "unsupported"}
