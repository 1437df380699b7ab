"""What the rows of a list say of the day, or of the later steps, that the query asks for."""

from collections import defaultdict

from django.utils.translation import gettext

from pledges.models import StatusChange
from pledges.models.dates import span_end
from pledges.record import wording
from pledges.record.in_time import held_on

ASKING = {"on", "later", "later_after", "later_before"}


def then(query, pledges):
    """{slug of a pledge: its status on the day, and its later steps that are asked for with their dates, in words}."""
    if query.problems or not ASKING & query.asked:
        return {}
    asked, steps = query.form.cleaned_data, defaultdict(list)
    for step in StatusChange.objects.filter(commitment__in=[pledge.pk for pledge in pledges]):
        steps[step.commitment_id].append(step)
    said = {pledge.slug: [] for pledge in pledges}
    for pledge in pledges:
        if asked["on"] and (held := held_on(pledge, steps[pledge.pk], asked["on"])):
            is_same, words = held == pledge.status, {"status": held.label}
            said[pledge.slug].append(
                gettext("The same on the day") if is_same else gettext("On the day: %(status)s") % words
            )
        said[pledge.slug] += [dated(step) for step in steps[pledge.pk] if is_asked(step, asked)]
    return said


def is_asked(step, asked):
    """Whether a step is one that the query names, by its status or its date."""
    after, before = asked["later_after"], asked["later_before"]
    if asked["later"] and step.status not in asked["later"] or not (asked["later"] or after or before):
        return False
    if not (after or before):
        return True
    day, precision = step.happened_on, step.happened_precision
    return bool(day and (not after or span_end(day, precision) >= after) and (not before or day <= before))


def dated(step):
    when = wording.date(step.happened_on, step.happened_precision)
    return gettext("%(status)s: %(day)s") % {"status": step.get_status_display(), "day": when}
