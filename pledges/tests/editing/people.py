"""The people of the editors' side, and what they do, in one call each."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from pledges.editing import proposals, snapshots
from pledges.editing.workflow import STEPS, Reasons, Why, decide
from pledges.models.edits import Through
from pledges.models.vocab import State
from pledges.record.edits import edit
from pledges.tests import make

WHY = Reasons("Test: counted twice.", "اختبار: حُسب مرتين.")


def person(name, *groups, **kwargs):
    """An account of the staff in these groups."""
    user = get_user_model().objects.create_user(f"zz-{name}", is_staff=True, **kwargs)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def everybody():
    """{role: an account}: an editor, two reviewers, an administrator."""
    return {
        "editor": person("editor", "Editors"),
        "reviewer": person("reviewer", "Reviewers"),
        "other": person("other", "Reviewers"),
        "root": person("root", is_superuser=True),
    }


def written_by(user, slug="test-workflow"):
    """A draft with a source, of that person."""
    with edit(user, Through.FORM):
        pledge = make.make_commitment(slug, state=State.DRAFT)
    pledge.refresh_from_db()
    return pledge


def take(pledge, step, user, version="present", **more):
    """Takes a step with the present version, with all that any step needs unless `more` says otherwise."""
    pledge.refresh_from_db()
    why = Why(**{"comment": "Test reason.", "reasons": WHY} | more)
    decision = decide(pledge, STEPS[step], user, pledge.version if version == "present" else version, why)
    pledge.refresh_from_db()
    return decision


def publish_and_propose(staff):
    """A pledge that was sent and published, another that waits, and a proposal about a source of the first."""
    pledge, waiting = written_by(staff["editor"]), written_by(staff["editor"], "test-waiting")
    for step, role in (("send", "editor"), ("publish", "reviewer")):
        take(pledge, step, staff[role])
    take(waiting, "send", staff["editor"])
    source = pledge.citations.get().source
    before = snapshots.take(source)
    after = before | {"fields": before["fields"] | {"title": "Test: another title"}}
    return proposals.propose(source, source.version, proposals.Proposed(before, after, {}), staff["editor"], "Test.")
