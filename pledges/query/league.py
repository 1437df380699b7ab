"""The order that a query string asks for of a league table, and what its columns of numbers ask of the pledges."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pledges.models import Commitment
from pledges.models.vocab import Grade, Stage, Status
from pledges.query.base import QueryFilter
from pledges.query.fields import sort_field

# a refusal is no pledge
IS_PLEDGE = {"declined": "no"}
# the columns of numbers: label, conditions of a query string
NUMBERS = {
    "pledges": (_("Pledges"), IS_PLEDGE),
    "delivered": (Stage.DELIVERED.label, {**IS_PLEDGE, "reached": Stage.DELIVERED.value}),
    "official": (Grade.OFFICIAL.label, {**IS_PLEDGE, "grade": Grade.OFFICIAL.value}),
    "disputed": (Grade.DISPUTED.label, {**IS_PLEDGE, "grade": Grade.DISPUTED.value}),
    "declined": (Status.DECLINED.label, {"declined": "yes"}),
}
# each name is a column, which knows its order by itself; the label of `group` is that of the table
SORTS = {
    "name": (_("Name"), list),
    "group": (_("Group"), list),
    **{name: (label, list) for name, (label, _conditions) in NUMBERS.items()},
    "latest": (pgettext_lazy("latest date", "Last change"), list),
}


class LeagueForm(forms.Form):
    sort = sort_field(SORTS)


class LeagueSort(QueryFilter):
    """What a query string asks of a league table: its order, and the day."""

    shown_by = ("sort",)
    single_valued = ("as_of", "sort")
    default_sort = "-pledges"

    class Meta:
        form = LeagueForm

    def __init__(self, data: QueryDict):
        super().__init__(data, Commitment.objects.none())
