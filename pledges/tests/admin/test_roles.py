"""Who may do what: each role tries each action on a record in each state, by its address and by a forged form.

The table in the README says the same in words.
"""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from pledges.editing.proposals import Proposed, propose
from pledges.editing.snapshots import take as snapshot
from pledges.editing.workflow import STEPS, Why, decide_many
from pledges.models import Commitment, Decision, Edit, Proposal, Source
from pledges.models.vocab import State
from pledges.tests import make
from pledges.tests.admin.test_admin import form_data, page
from pledges.tests.editing.desk import everything, forget_history
from pledges.tests.editing.people import WHY, person, take, written_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]

# may do nothing at the editors' site
OUTSIDE = ("anonymous", "deactivated", "staff without a group")
INSIDE = ("editor", "reviewer", "administrator")
SAID = {"comment": "Test.", "reason_en": "Test.", "reason_ar": "اختبار."}


class World:
    """One record in each state, written by somebody who is none of the roles; forms as a browser would send them."""

    def __init__(self):
        self.author, self.decider = person("author", "Editors"), person("decider", "Reviewers")
        for name, state in (("draft", State.DRAFT), ("in review", State.IN_REVIEW), ("published", State.PUBLISHED)):
            setattr(self, name, make.make_commitment(f"test-{state}", state=state))
        self.withdrawn = make.make_commitment("test-withdrawn")
        take(self.withdrawn, "withdraw", self.decider)
        self.unused = make.make_source("test-unused")
        self.brought = make.make_source("test-in-review")
        make.make_citation(getattr(self, "in review"), self.brought)
        self.used = Source.objects.get(slug="test-source")
        self.hidden, self.shown = make.make_meeting("test-hidden", is_public=False), make.make_meeting("test-shown")
        self.place = make.make_place()
        self.requirement = make.make_requirement()
        self.country, self.type, self.unit = make.make_country(), make.make_type(), make.make_unit()
        self.bloc = make.make_bloc_member().bloc
        self.proposal = self.proposed_by(self.author)
        extra = make.make_commitment("test-many")
        self.withdrawal = decide_many({extra.pk: extra.version}, STEPS["withdraw"], self.decider, Why("Test.", WHY))
        self.accounts = {role: person(role[:9], *GROUPS[role], is_superuser=role == "administrator") for role in GROUPS}
        # what each role wrote itself; who may write nothing tries it with what others wrote
        self.own = dict.fromkeys((*GROUPS, "anonymous"), getattr(self, "in review"))
        self.own_proposal = dict.fromkeys((*GROUPS, "anonymous"), self.proposal)
        for role in INSIDE:
            self.own[role] = written_by(self.accounts[role], f"test-own-{role}")
            Commitment.objects.filter(pk=self.own[role].pk).update(state=State.IN_REVIEW)
            self.own_proposal[role] = self.proposed_by(self.accounts[role])
        self.root = Client()
        self.root.force_login(self.accounts["administrator"])
        self.forms = {}
        self.before = rows()

    def proposed_by(self, user):
        base = snapshot(self.published)
        content = base | {"fields": base["fields"] | {"caveat_en": "Test.", "caveat_ar": "اختبار."}}
        return propose(self.published, self.published.version, Proposed(base, content), user, "Test.")

    def client(self, role):
        client = Client()
        client.role = role
        if role != "anonymous":
            account = self.accounts[role]
            client.force_login(account)
        if role == "deactivated":
            User.objects.filter(pk=account.pk).update(is_active=False)
        return client

    def form(self, address):
        """What the form at the address would send, opened by somebody who sees all of it."""
        if address not in self.forms:
            self.forms[address] = form_data(self.root.get(address))
        return dict(self.forms[address])


GROUPS = {
    "deactivated": ("Reviewers",),
    "staff without a group": (),
    "editor": ("Editors",),
    "reviewer": ("Reviewers",),
    "administrator": (),
}


@pytest.fixture(scope="module")
def world(empty_site):
    forget_history()
    return World()


# What is tried: functions of the world and a signed-in client


def opens(name, *of, **kwargs):
    """The page of that name in the admin, of a record of the world."""

    def try_it(world, client):
        records = [getattr(world, record).pk for record in of]
        return client.get(reverse(f"admin:{name}", args=records))

    return try_it


def saves(record, **typed):
    """The form of a record, with something else typed into it, and with what no form has."""

    def try_it(world, client):
        row = getattr(world, record)
        address = page(type(row), "change", row.pk)
        forged = {"state": "published", "withdrawal_reason_en": "Forged.", "version": 99, "grade": "official"}
        # nobody has a form of what was withdrawn
        opened = world.form(address) if record != "withdrawn" else {"read_version": row.version}
        return client.post(address, opened | forged | {"why": "Test."} | typed)

    return try_it


def enters_a_draft(world, client):
    data = world.form(page(Commitment, "change", world.draft.pk)) | {"slug": "test-entered", "state": "published"}
    data |= {f"{name}-INITIAL_FORMS": 0 for name in ("citations", "status_changes", "conditions")}
    data |= {"citations-0-id": "", "citations-0-commitment": "", "country": world.country.pk}
    return client.post(page(Commitment, "add"), data)


def decides(record, step, **more):
    """A button of the page of review."""

    def try_it(world, client):
        pledge = world.own.get(client.role) if record == "own" else getattr(world, record)
        data = SAID | {"read_version": Commitment.objects.get(pk=pledge.pk).version, "step": step} | more
        return client.post(reverse("admin:pledges_commitment_review", args=[pledge.pk]), data)

    return try_it


def decides_in_the_list(record, step):
    """An action of the list, confirmed."""

    def try_it(world, client):
        pledge = getattr(world, record)
        version = Commitment.objects.get(pk=pledge.pk).version
        data = {"action": step, "_selected_action": [pledge.pk], "confirmed": "yes", f"version-{pledge.pk}": version}
        return client.post(page(Commitment, "changelist"), data | SAID)

    return try_it


def undoes(world, client):
    return client.post(page(Edit, "change", world.withdrawal.pk), SAID)


def answers(step, whose="author", **more):
    """A button of the page of a proposal."""

    def try_it(world, client):
        proposal = world.own_proposal[client.role] if whose == "own" else world.proposal
        data = {"read_version": 1, "step": step, "comment": "Test."} | more
        return client.post(page(Proposal, "change", proposal.pk), data)

    return try_it


def deletes(record):
    def try_it(world, client):
        row = getattr(world, record)
        data = {"post": "yes", "read_version": getattr(row, "version", 1)}
        app, model = row._meta.app_label, row._meta.model_name
        return client.post(reverse(f"admin:{app}_{model}_delete", args=[row.pk]), data)

    return try_it


def writes_into_history(world, client):
    """The form of an old version, which the library would save."""
    version = world.published.history.first()
    address = page(Commitment, "simple_history", world.published.pk, version.pk)
    return client.post(address, world.form(page(Commitment, "change", world.published.pk)))


def writes_an_edit(world, client):
    return client.post(page(Edit, "add"), {"who": "Forged", "why": "Forged.", "through": "form"})


def writes_a_proposal(world, client):
    return client.post(page(Proposal, "add"), {"model": "commitment", "state": "accepted", "who": "Forged"})


def makes_an_account(world, client):
    data = {"username": "zz-made", "password1": "a long test password", "password2": "a long test password"}
    return client.post(reverse("admin:auth_user_add"), data | {"usable_password": "true"})


def raises_itself(world, client):
    """To an administrator, through the form of its own account."""
    user = world.accounts.get(client.role, world.author)
    data = {"username": user.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    data |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return client.post(reverse("admin:auth_user_change", args=[user.pk]), data | {"last_name": "Raised"})


NO = "no"
# {what is tried: (how, what comes of it for an editor, a reviewer, an administrator)}; nobody else may do anything
TABLE = {
    # reading
    "open the list of pledges": (opens("pledges_commitment_changelist"), "opens", "opens", "opens"),
    "open a draft": (opens("pledges_commitment_change", "draft"), "opens", "opens", "opens"),
    "open a withdrawn pledge": (opens("pledges_commitment_change", "withdrawn"), "opens", "opens", "opens"),
    "open the page of review": (opens("pledges_commitment_review", "draft"), "opens", "opens", "opens"),
    "open the history of a draft": (opens("pledges_commitment_history", "draft"), "opens", "opens", "opens"),
    "open the edits": (opens("pledges_edit_changelist"), "opens", "opens", "opens"),
    "open the proposals": (opens("pledges_proposal_changelist"), "opens", "opens", "opens"),
    "open a proposal": (opens("pledges_proposal_change", "proposal"), "opens", "opens", "opens"),
    "open the accounts": (opens("auth_user_changelist"), NO, NO, "opens"),
    "open the groups": (opens("auth_group_changelist"), NO, NO, "opens"),
    "open the form of a release": (opens("pledges_release_add"), NO, "opens", "opens"),
    # entering and changing a pledge
    "enter a draft": (enters_a_draft, "saved", "saved", "saved"),
    "change a draft": (saves("draft", summary_en="Test: changed."), "saved", "saved", "saved"),
    "change what is in review": (saves("in review", summary_en="Test: changed."), "saved", "saved", "saved"),
    "change what is published": (saves("published", summary_en="Test: changed."), *["proposed"] * 3),
    "change what was withdrawn": (saves("withdrawn", summary_en="Test: changed."), NO, NO, NO),
    # deciding
    "send for review": (decides("draft", "send"), "in_review", "in_review", "in_review"),
    "take back": (decides("in review", "take_back"), "draft", "draft", "draft"),
    "send back": (decides("in review", "send_back"), NO, "draft", "draft"),
    "publish": (decides("in review", "publish"), NO, "published", "published"),
    "publish a draft that nobody sent": (decides("draft", "publish"), NO, NO, NO),
    "publish one's own": (decides("own", "publish"), NO, NO, NO),
    "publish one's own, overriding": (decides("own", "publish", override="on"), NO, NO, "published"),
    "publish without the version": (decides("in review", "publish", read_version=""), NO, NO, NO),
    "withdraw": (decides("published", "withdraw"), NO, "withdrawn", "withdrawn"),
    "withdraw with a reason in one language": (decides("published", "withdraw", reason_ar=" "), NO, NO, NO),
    "restore": (decides("withdrawn", "restore"), NO, "published", "published"),
    "publish several": (decides_in_the_list("in review", "publish"), NO, "published", "published"),
    "send back several": (decides_in_the_list("in review", "send_back"), NO, "draft", "draft"),
    "withdraw several": (decides_in_the_list("published", "withdraw"), NO, "withdrawn", "withdrawn"),
    "restore several": (decides_in_the_list("withdrawn", "restore"), NO, "published", "published"),
    "send several": (decides_in_the_list("draft", "send"), "in_review", "in_review", "in_review"),
    "undo what somebody decided": (undoes, NO, "published", "published"),
    # proposals
    "accept a proposal": (answers("accept"), NO, "accepted", "accepted"),
    "accept one's own": (answers("accept", "own"), NO, NO, NO),
    "accept one's own, overriding": (answers("accept", "own", override="on"), NO, NO, "accepted"),
    "send a proposal back": (answers("send_back"), NO, "sent-back", "sent-back"),
    "drop one's own": (answers("drop", "own"), "dropped", "dropped", "dropped"),
    "drop that of somebody else": (answers("drop"), NO, "dropped", "dropped"),
    # what pledges rest on
    "change a source that readers do not see": (saves("unused", title="Test: changed"), *["saved"] * 3),
    "change a source of a pledge in review": (saves("brought", title="Test: changed"), *["proposed"] * 3),
    "change a source that readers see": (saves("used", title="Test: changed"), *["proposed"] * 3),
    "change a meeting that readers do not see": (saves("hidden", name_en="Test: changed"), *["saved"] * 3),
    "show a meeting to readers": (saves("hidden", is_public="on"), *["proposed"] * 3),
    "change a meeting that readers see": (saves("shown", name_en="Test: changed"), *["proposed"] * 3),
    "change a place that readers do not see": (saves("place", name_en="Test: changed"), *["saved"] * 3),
    "change a requirement that readers see": (saves("requirement", summary_en="Test: changed."), *["proposed"] * 3),
    "change a country": (saves("country", alt_names="Test"), NO, "proposed", "proposed"),
    "change a bloc": (saves("bloc", definition_en="Test."), NO, "proposed", "proposed"),
    "change a membership of a bloc": (
        saves("bloc", **{"members-0-member_since": "2016-01-01"}),
        NO,
        "proposed",
        "proposed",
    ),
    "change a type": (saves("type", definition_en="Test."), NO, "proposed", "proposed"),
    "change a unit": (saves("unit", name_en="Test kites"), NO, "proposed", "proposed"),
    # what is never written, and what is deleted
    "write into the history": (writes_into_history, NO, NO, NO),
    "write an edit": (writes_an_edit, NO, NO, NO),
    "write a proposal by hand": (writes_a_proposal, NO, NO, NO),
    "delete an edit": (deletes("withdrawal"), NO, NO, NO),
    "delete a proposal": (deletes("proposal"), NO, NO, NO),
    "delete a draft": (deletes("draft"), NO, NO, NO),
    "delete a published pledge": (deletes("published"), NO, NO, NO),
    "delete a source that readers see": (deletes("used"), NO, NO, NO),
    "delete a source that nothing names": (deletes("unused"), NO, NO, "saved"),
    "delete a bloc": (deletes("bloc"), NO, NO, NO),
    "delete a meeting that readers see": (deletes("shown"), NO, NO, NO),
    "delete a requirement that readers see": (deletes("requirement"), NO, NO, NO),
    "delete an account": (deletes("author"), NO, NO, NO),
    # accounts
    "make an account": (makes_an_account, NO, NO, "saved"),
    "make oneself an administrator": (raises_itself, NO, NO, "saved"),
}


def rows():
    accounts = list(User.objects.order_by("pk").values_list("username", "is_active", "is_superuser", "last_name"))
    return everything() | {
        User: accounts,
        Group: list(Group.objects.values_list("name")),
    }


def outcome(try_it, world, client):
    """What came of it, in a word: for a decision the state that it leads to."""
    before, decided = world.before, Decision.objects.count()
    waiting = dict(Proposal.objects.values_list("pk", "state"))
    response = try_it(world, client)
    after = rows()
    if response.request["REQUEST_METHOD"] == "GET":
        assert after == before
        return "opens" if response.status_code == 200 else NO
    if after == before:
        return NO
    if Decision.objects.count() > decided:
        return Decision.objects.first().to_state
    answered = [state for key, state in Proposal.objects.values_list("pk", "state") if waiting.get(key, state) != state]
    if answered:
        return answered[0]
    return "proposed" if Proposal.objects.count() > len(waiting) else "saved"


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", INSIDE)
def test_each_role_does_what_the_table_says_and_nothing_else(world, role, action):
    try_it, *expected = TABLE[action]
    assert outcome(try_it, world, world.client(role)) == expected[INSIDE.index(role)]


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_else_does_anything(world, role):
    client = world.client(role)
    before = rows()
    answers = {action: try_it(world, client) for action, (try_it, *_expected) in TABLE.items()}
    assert [action for action, answer in answers.items() if answer.status_code not in {302, 403}] == []
    assert rows() == before
