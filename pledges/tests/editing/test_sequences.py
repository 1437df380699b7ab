"""Whatever editors and reviewers do one after another: what is public was read by somebody else, and keeps the rules.

Random steps of random people, accepted and refused. What readers may see is kept beside the site in a plain model:
the texts that somebody decided on who is none of their authors. By hand it looks longer and closer than the suite has
time for: SEQUENCES=500 STEPS=60 LOOK=everywhere (or nowhere but at the records), PHASES=generate.
"""

import json
import os
from collections import defaultdict
from contextlib import nullcontext

import hypothesis.strategies as st
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from pledges.editing import proposals, workflow
from pledges.editing.proposals import Proposed
from pledges.editing.refusals import Refused
from pledges.editing.snapshots import take
from pledges.editing.workflow import STEPS, Reasons, Why, decide, decide_many, undo
from pledges.models import Commitment, CommitmentType, Country, Meeting, Place, Proposal, Requirement, Source, Unit
from pledges.models.vocab import State
from pledges.record import integrity
from pledges.tests import make
from pledges.tests.editing.desk import everything, fill_in, forget_history, waiting
from pledges.tests.editing.people import everybody, person
from pledges.tests.editing.reading import EVERYWHERE, LOOKED_AT, Page, key_of, public_records, surface, written
from pledges.tests.editing.typed import TYPED, new

RECORDS = (Commitment, Source, Meeting, Place, Requirement, Country, CommitmentType, Unit)
SEQUENCES, STEPS_OF_EACH = int(os.environ.get("SEQUENCES", 2)), int(os.environ.get("STEPS", 16))
NUMBER = st.integers(0, 11)
PEOPLE = st.sampled_from([*["editor", "reviewer", "other"] * 2, "second", "root", "nobody"])
# the step that comes next, mostly
NEXT = {
    State.DRAFT: "send",
    State.IN_REVIEW: "publish",
    State.PUBLISHED: "withdraw",
    State.WITHDRAWN: "restore",
}
STEP = st.sampled_from([*["next"] * 4, *sorted(STEPS)])
OPENED_NOW = st.sampled_from([True, True, False])
MODELS = st.sampled_from([*[Commitment] * 4, *[Source] * 2, *RECORDS])
ANSWERS = st.sampled_from(["accept"] * 4 + ["send_back", "drop"])


class Newsroom(RuleBasedStateMachine):
    """People at work; after each step all promises are asked."""

    people = {}

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        # who changed a text since somebody else decided on it, and the texts that were decided on
        self.authors, self.decided_on = defaultdict(set), defaultdict(set)
        for record in public_records():
            self.decided_on[key_of(record)].add(written(take(record)))
        # whether a step was taken since the pages of readers were looked at
        self.has_changed = False
        self.pages, self.made, self.number = [], [], 0
        self.versions = self.present_versions()
        self.look()

    def teardown(self):
        try:
            self.readers_see_the_same()
            self.no_rule_is_broken()
        finally:
            self.leave()

    def leave(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def look(self):
        self.seen, self.has_changed = surface(), False

    # Promises

    def readers_see_the_same(self):
        if not self.has_changed:
            return
        now, self.has_changed = surface(), False
        assert [path for path in LOOKED_AT if now[path] != self.seen[path]] == []

    def no_rule_is_broken(self):
        assert [breach.line for breach in integrity.breaches()] == []

    def present_versions(self):
        return {key_of(row): (row.version, written(take(row))) for model in RECORDS for row in model.objects.all()}

    def attempt(self, do, *, seen_by_readers=False):
        """Takes a step; None if it is refused."""
        before = everything()
        if seen_by_readers:
            self.readers_see_the_same()
        try:
            done = do()
        except (Refused, ValidationError) as refused:
            done = refused
        if isinstance(done, Exception):
            assert everything() == before, f"changed by what was refused: {done}"
            return None
        self.has_changed = True
        if seen_by_readers or LOOKED_AT == EVERYWHERE:
            self.no_rule_is_broken()
        now = self.present_versions()
        for key, (version, words) in now.items():
            version_before, words_before = self.versions.get(key, (0, ""))
            assert version > version_before or (version, words) == (version_before, words_before), key
        self.versions = now
        return done

    def check_what_is_public(self, step):
        for record in public_records():
            words = written(take(record))
            assert words in self.decided_on[key_of(record)], f"public unread after {step}: {record!r}: {words}"

    def decided(self, page, user, alone, step):
        """What follows from a decision about what stands on a page."""
        for key, (words, authors) in page.texts.items():
            if user.pk not in authors or alone:
                self.decided_on[key].add(words)
                if key[1] and self.versions.get(key, (0, ""))[1] == words:
                    self.authors[key] = set()
        self.check_what_is_public(step)
        self.look()

    # Steps

    def record(self, model, which):
        rows = list(model.objects.order_by("pk"))
        return rows[which % len(rows)]

    @rule(who=PEOPLE, model=MODELS, which=NUMBER, change=NUMBER, n=NUMBER,
          stale=st.sampled_from([False] * 6 + [True]), why=st.sampled_from(["Test.", "Test.", ""]))  # fmt: skip
    def fills_in_a_form(self, who, model, which, change, n, stale, why):
        user, record = self.people[who], self.record(model, which)
        changes = TYPED[model]

        def typed(content):
            changes[change % len(changes)](content, n)
            if content["fields"].get("unit") == "unit":
                content["fields"]["unit"] = Unit.objects.order_by("pk").first().pk
            return content

        saved = self.attempt(lambda: fill_in(record, typed, user, record.version - stale, why))
        if isinstance(saved, model):
            self.authors[key_of(record)].add(user.pk)
        self.check_what_is_public("form")

    @rule(who=PEOPLE, model=st.sampled_from([Commitment, Commitment, Source, Source, Meeting, Place, Requirement]))
    def fills_in_a_form_of_a_new_record(self, who, model):
        self.number += 1
        user, content = self.people[who], new(model, self.number)
        saved = self.attempt(lambda: fill_in(model(), lambda _nothing: content, user, 0, "Test."))
        if isinstance(saved, model):
            self.authors[key_of(saved)].add(user.pk)
        self.check_what_is_public("new")

    def opens_a_pledge(self, which):
        pledge = self.record(Commitment, which)
        self.pages.append(Page(Commitment, pledge.pk, pledge.version, take(pledge), self.authors, pledge))

    def opens_a_proposal(self, which):
        proposal = list(waiting())[which % waiting().count()]
        self.pages.append(self.page_of(proposal))

    def page_of(self, proposal):
        model = proposal.about
        page = Page(model, proposal.record, proposal.version, proposal.content, self.authors, proposal)
        page.texts[model, proposal.record][1].add(proposal.user_id)
        return page

    def pages_about(self, kind):
        return [page for page in self.pages if isinstance(page.subject, kind)]

    @rule(
        who=PEOPLE,
        which=NUMBER,
        step=STEP,
        now=OPENED_NOW,
        comment=st.sampled_from(["Test.", "Test.", ""]),
        override=st.booleans(),
    )
    def decides(self, who, which, step, now, comment, override):
        """About a pledge as it is or as it was opened some time ago."""
        if now or not self.pages_about(Commitment):
            self.opens_a_pledge(which)
        page = self.pages_about(Commitment)[-1 if now else which % len(self.pages_about(Commitment))]
        pledge, user = Commitment.objects.get(pk=page.subject.pk), self.people[who]
        step = NEXT[pledge.state] if step == "next" else step
        why = Why(comment, Reasons("Test.", "اختبار."), override)
        for_readers = step in {"publish", "withdraw", "restore"}
        done = self.attempt(lambda: decide(pledge, STEPS[step], user, page.version, why), seen_by_readers=for_readers)
        if done and for_readers:
            self.made.append(done.edit)
            if done.to_state == State.PUBLISHED:
                self.decided(page, user, done.alone, step)
            self.look()
        self.check_what_is_public(step)

    @rule(who=PEOPLE, which=NUMBER, number=st.integers(1, 3), step=st.sampled_from(sorted(STEPS)))
    def decides_about_several(self, who, which, number, step):
        chosen = list(Commitment.objects.order_by("pk"))[which % 5 :][:number]
        pages = [Page(Commitment, pledge.pk, pledge.version, take(pledge), self.authors, pledge) for pledge in chosen]
        why, user = Why("Test.", Reasons("Test.", "اختبار.")), self.people[who]
        versions = {page.subject.pk: page.version for page in pages}
        done = self.attempt(lambda: decide_many(versions, STEPS[step], user, why), seen_by_readers=True)
        if done:
            self.made.append(done)
            published = set(done.decisions.filter(to_state=State.PUBLISHED).values_list("commitment", flat=True))
            for page in pages:
                for key, (words, authors) in page.texts.items():
                    if page.subject.pk in published and user.pk not in authors:
                        self.decided_on[key].add(words)
            self.look()
        self.check_what_is_public(step)

    @precondition(lambda self: self.made)
    @rule(who=PEOPLE, which=NUMBER)
    def undoes(self, who, which):
        done = self.made[which % len(self.made)]
        why = Why("Test.", Reasons("Test.", "اختبار."))
        # it reads nothing: only what was decided on before may become public by it
        if undone := self.attempt(lambda: undo(done, self.people[who], why), seen_by_readers=True):
            self.made.append(undone)
            self.look()
        self.check_what_is_public("undo")

    @precondition(lambda self: waiting().exists())
    @rule(who=PEOPLE, which=NUMBER, n=NUMBER)
    def changes_a_proposal(self, who, which, n):
        proposal = list(waiting())[which % waiting().count()]
        if proposal.record is None:
            return
        content = json.loads(json.dumps(proposal.content))
        changes = TYPED[proposal.about]
        changes[0](content, n)
        proposed = Proposed(proposal.base, content)
        self.attempt(lambda: proposals.change(proposal, self.people[who], proposal.version, proposed, "Test."))
        self.check_what_is_public("change")

    @precondition(lambda self: waiting().exists())
    @rule(who=PEOPLE, which=NUMBER, step=ANSWERS, now=OPENED_NOW, override=st.booleans())
    def answers_a_proposal(self, who, which, step, now, override):
        if now or not self.pages_about(Proposal):
            self.opens_a_proposal(which)
        page, user = (
            self.pages_about(Proposal)[-1 if now else which % len(self.pages_about(Proposal))],
            self.people[who],
        )
        why = Why("Test.", override=override)
        done = self.attempt(
            lambda: getattr(proposals, step)(page.subject, user, page.version, why), seen_by_readers=step == "accept"
        )
        if done and step == "accept":
            if page.subject.record is None:
                model = page.subject.about
                record = model.objects.order_by("pk").last()
                page.texts[model, record.pk] = page.texts.pop((model, None))
            self.decided(page, user, done.alone, step)
        self.check_what_is_public(step)


@pytest.fixture(scope="module")
def world(empty_site):
    forget_history()
    make.make_country("ZY")
    make.make_unit()
    make.make_commitment("test-public", meeting=make.make_meeting(), places=[make.make_place()])
    make.make_commitment("test-draft", state=State.DRAFT, sources=2, meeting=make.make_meeting())
    make.make_meeting("test-hidden", is_public=False)
    make.make_place("test-unused")
    make.make_requirement()
    make.make_source("test-unused")


def all_people():
    return everybody() | {"second": person("second", "Editors"), "nobody": person("nobody")}


@pytest.mark.django_db
def test_nothing_public_changes_unread_whatever_people_do(world):
    Newsroom.people = all_people()
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS_OF_EACH,
            phases=[Phase[name] for name in os.environ.get("PHASES", "generate shrink").split()],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("is_asked", [True, False])
def test_the_plain_model_notices_where_nobody_asks_who_wrote_a_source(world, monkeypatch, is_asked):
    """A reviewer writes the source, an editor sends the pledge, the same reviewer publishes it."""
    if not is_asked:
        monkeypatch.setattr(workflow, "writers_below", lambda *args, **kwargs: set())
    Newsroom.people = all_people()
    newsroom = Newsroom()
    draft = list(Commitment.objects.order_by("pk").values_list("slug", flat=True)).index("test-draft")
    source = list(Source.objects.order_by("pk").values_list("slug", flat=True)).index("test-source-2")
    try:
        newsroom.fills_in_a_form("reviewer", Source, source, change=0, n=0, stale=False, why="Test.")
        newsroom.decides("editor", draft, "send", now=True, comment="Test.", override=False)
        with nullcontext() if is_asked else pytest.raises(AssertionError, match="public unread"):
            newsroom.decides("reviewer", draft, "publish", now=True, comment="Test.", override=False)
    finally:
        newsroom.leave()
