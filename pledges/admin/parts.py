"""The rows that are edited within a record: what was posted before is not entered again, what vanished is named."""

import re

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext

from pledges.record import wording

NOBODY = "–"


def is_same(values, row, names):
    """Whether the values of a form are those of a row; line ends and spaces do not count."""
    return all(name in values and told(values[name]) == told(getattr(row, name)) for name in names)


def told(value):
    if isinstance(value, str):
        return value.split()
    return set(value.all()) if hasattr(value, "all") else value


class PartFormSet(BaseInlineFormSet):
    """Settles what happened to the rows since the form was opened, before it is read.

    A row that the form adds and that is there already, unknown to the form, comes of the same form sent twice:
    it is left out. A row that the form holds and somebody has deleted is named; what was typed into it is kept as
    a new row. Needs the record locked, so that nothing happens between.
    """

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        # what to say of rows that are gone, and of those whose text is kept, by their place in the form
        self.gone, self.kept = [], {}
        if self.is_bound and self.instance.pk and self.management_form.is_valid():
            self.settle()

    def settle(self):
        rows = self.posted()
        at_hand = {str(row.pk): row for row in self.get_queryset()}
        shown = [row.get("id", "") for row in rows[: self.initial_form_count()]]
        unknown = [row for pk, row in at_hand.items() if pk not in shown]
        before, new = [], []
        for posted, pk in zip(rows, shown, strict=False):
            vanished = None if pk in at_hand else self.deleted(pk)
            if not vanished:
                before.append(posted)
            elif "DELETE" not in posted:
                self.keep(posted | {"id": ""}, vanished, new)
        for posted in rows[len(shown) :]:
            if not any(self.is_equal(posted, row) for row in unknown):
                new.append((posted, None))
        self.post([*before, *(posted for posted, _said in new)], len(before))
        self.kept = {n: said for n, (_posted, said) in enumerate(new, len(before)) if said}

    def keep(self, posted, record, new):
        """Names a deleted row, and puts what was typed into it among the new ones."""
        words = {
            "row": str(record.instance),
            "who": str(record.history_user or NOBODY),
            "when": wording.moment(record.history_date),
        }
        if self.is_equal(posted, record.instance):
            said = gettext(
                "“\u2068%(row)s\u2069” was deleted meanwhile (by \u2068%(who)s\u2069, %(when)s) "
                "and is no longer in this form."
            )
            self.gone.append(said % words)
        else:
            said = gettext(
                "“\u2068%(row)s\u2069” was deleted meanwhile (by \u2068%(who)s\u2069, %(when)s). "
                "What you typed is kept here: save again to enter it anew, or remove it."
            )
            new.append((posted, said % words))

    def deleted(self, pk):
        """The record of the deletion of a row of this very record, or None."""
        if not pk.isascii() or not pk.isdigit() or len(pk) > len(str(2**63)):
            return None
        gone = self.model.history.filter(id=pk, history_type="-", **{self.fk.attname: self.instance.pk})
        return gone.select_related("history_user").first()

    def is_equal(self, posted, row):
        """Whether a posted row says what a row of the database does."""
        form = self.form(self.named(posted, "x"), prefix="x")
        form.full_clean()
        return is_same(form.cleaned_data, row, form.fields)

    # The rows as they are posted

    def posted(self):
        """What was posted for each row: {name: value}."""
        rows = [{} for _n in range(self.total_form_count())]
        pattern = re.compile(rf"{re.escape(self.prefix)}-(\d{{1,4}})-(\w+)")
        for key in self.data:
            if (match := pattern.fullmatch(key)) and int(match[1]) < len(rows):
                rows[int(match[1])][match[2]] = self.data[key]
        return rows

    def named(self, posted, prefix):
        return {f"{prefix}-{name}": value for name, value in posted.items()}

    def post(self, rows, initial):
        """Puts rows in the place of those that were posted."""
        kept = {key: self.data[key] for key in self.data if not re.match(rf"{re.escape(self.prefix)}-\d", key)}
        for n, row in enumerate(rows):
            kept |= self.named(row, f"{self.prefix}-{n}")
        kept |= {f"{self.prefix}-INITIAL_FORMS": str(initial), f"{self.prefix}-TOTAL_FORMS": str(len(rows))}
        self.data = kept
        self.__dict__.pop("management_form", None)

    def clean(self):
        super().clean()
        for n, said in self.kept.items():
            self.forms[n].add_error(None, said)
        for form in self.forms:
            if form.is_valid() and form.has_changed() and form not in self.deleted_forms:
                self.refuse_twin(form)
        if self.gone:
            raise ValidationError(self.gone)

    def refuse_twin(self, form):
        """Django leaves a constraint that names the record to the database, which would refuse the whole form."""
        leaving = [form.instance.pk, *(gone.instance.pk for gone in self.deleted_forms)]
        others = self.get_queryset().exclude(pk__in=[pk for pk in leaving if pk])
        for constraint in self.model._meta.total_unique_constraints:
            names = [self.model._meta.get_field(name).attname for name in constraint.fields]
            key = {name: getattr(form.instance, name) for name in names}
            if None not in key.values() and others.filter(**key).exists():
                form.add_error(None, constraint.get_violation_error_message())
