"""The filter of the changes: that of the pledges, and the days on which they changed."""

from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges.query.fields import DayField
from pledges.query.pledges import SHOWN_AS, SINGLE_VALUED, CommitmentFilter, CommitmentForm
from pledges.record import wording

CHANGED_DAYS = ("changed_after", "changed_before")


class ChangeForm(CommitmentForm):
    """The days, both included, in UTC."""

    changed_after = DayField(label=_("Changed since"), required=False)
    changed_before = DayField(label=_("Changed until"), required=False)

    def clean(self):
        cleaned = super().clean()
        after, before = map(cleaned.get, CHANGED_DAYS)
        if after and before and after > before:
            self.add_error("changed_before", _("This date is before the one in “changed since”."))
        return cleaned


class ChangeFilter(CommitmentFilter):
    """The days choose among the changes of the pledges that match: they are no condition on pledges."""

    shown_by = (*SHOWN_AS, *CHANGED_DAYS)
    single_valued = (*SINGLE_VALUED, *CHANGED_DAYS)

    class Meta:
        form = ChangeForm

    @property
    def changed_between(self) -> tuple[datetime | None, datetime | None]:
        if self.problems:
            return None, None
        after, before = map(self.form.cleaned_data.get, CHANGED_DAYS)
        return (
            after and datetime.combine(after, time.min, UTC),
            before and datetime.combine(before, time.max, UTC),
        )

    def plain_clause(self, name: str, value: Any) -> str:
        match name:
            case "changed_after":
                return gettext("changed since %(day)s") % {"day": wording.day(value)}
            case "changed_before":
                return gettext("changed until %(day)s") % {"day": wording.day(value)}
        return super().plain_clause(name, value)
