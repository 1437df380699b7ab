"""The rows that are edited within a record: what was posted before is not entered again, what vanished is named."""

import re

from django.forms import BaseInlineFormSet
from django.utils.translation import gettext

from pledges.admin.conflicts import NOBODY, names_merged, said_by, shown_in
from pledges.admin.numbers import key_in
from pledges.editing.conflicts import compare_parts, edited
from pledges.record import wording


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
    it is left out. Rows that somebody else added appear, what somebody else changed in a row is merged into it. A row
    that the form holds and somebody has deleted is named; what was typed into it is kept as a new row. Needs the
    record locked, so that nothing happens between, and the conflict that its form found.
    """

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.conflict = getattr(self.instance, "conflict", None)
        # what to say of rows that are gone and whose text is kept, by their place in the form
        self.kept = {}
        # whether the form is all that is there, and nothing more
        self.is_as_stored = False
        if self.is_bound and self.conflict and self.management_form.is_valid():
            self.settle()

    def settle(self):
        rows, stored = self.posted(), {row.pk: row for row in self.get_queryset()}
        shown, new = rows[: self.initial_form_count()], rows[self.initial_form_count() :]
        new = [row for row in new if "DELETE" not in row]
        name = self.fk.remote_field.get_accessor_name()
        base, theirs = self.conflict.base(name), self.conflict.theirs(name)
        alike = {part["id"] for part in base or () if part in theirs}
        # what others left alone is as the form says
        known = {key: row for row in shown if (key := key_in(row.get("id", ""))) and key not in alike}
        gone = {key: self.deleted(key) for key in known if key not in stored}
        mine = [{"id": None, "fields": self.said(row)} for row in new]
        for key, row in known.items():
            if key in stored or gone[key]:
                is_deleted = "DELETE" in row
                mine.append({"id": key, "fields": None if is_deleted else self.said(row, stored.get(key))})
        found = compare_parts(self.model, base, theirs, mine)
        new = [row for place, row in enumerate(new) if place not in found.twins]
        self.is_as_stored = not new and not any(part.key in stored for part in found.differences)
        changed = {part.key: part for part in found.differences if part.key in stored and not part.is_added}
        before, kept = [], []
        for row in shown:
            key = key_in(row.get("id", ""))
            if not gone.get(key):
                before.append(self.merged(row, stored[key], changed[key].differences) if key in changed else row)
            elif lost := next((part for part in found.differences if part.key == key), None):
                self.lose(row, gone[key], lost.differences, kept)
        before += [self.sent(stored[key]) for key in found.twins.values()]
        before += [self.added(stored[part.key]) for part in found.differences if part.is_added]
        self.post([*before, *(row for row, *_told in kept), *new], len(before))
        self.tell(before, stored, changed)
        for place, (_row, said, name, differences) in enumerate(kept, len(before)):
            self.kept[place] = said
            self.conflict.tell(self.form(prefix=self.add_prefix(place)), differences, name)

    def added(self, row):
        """A row that others added, as a form would send it."""
        self.conflict.tell_added(row)
        return self.sent(row)

    def merged(self, posted, row, found):
        """A posted row with what others changed in it."""
        sent, names = self.sent(row), names_merged(found)
        kept = {name: value for name, value in posted.items() if name not in names}
        return kept | {name: value for name, value in sent.items() if name in names}

    def lose(self, posted, record, found, kept):
        """Names a deleted row, and puts what was typed into it among the new ones."""
        by = edited(record)
        words = {"row": str(record.instance), "who": by.who or NOBODY, "when": wording.moment(by.when)}
        if not found:
            said = gettext(
                "“\u2068%(row)s\u2069” was deleted meanwhile (by \u2068%(who)s\u2069, %(when)s) "
                "and is no longer in this form."
            )
            self.conflict.sentences.append(said % words)
        else:
            said = gettext(
                "“\u2068%(row)s\u2069” was deleted meanwhile (by \u2068%(who)s\u2069, %(when)s). "
                "What you typed is kept here: save again to enter it anew, or remove it."
            )
            kept.append((posted | {"id": ""}, said % words, self.conflict.name_of(record.instance), found))

    def tell(self, before, stored, changed):
        """Tells what others changed in rows, by the places that these now have in the form."""
        for place, posted in enumerate(before):
            if (key := key_in(posted.get("id", ""))) in changed:
                form = self.form(prefix=self.add_prefix(place))
                self.conflict.tell(form, changed[key].differences, self.conflict.name_of(stored[key]))

    def deleted(self, key):
        """The record of the deletion of a row of this very record, or None."""
        gone = self.model.history.filter(id=key, history_type="-", **{self.fk.attname: self.instance.pk})
        return gone.select_related("edit", "history_user").first()

    def said(self, posted, row=None):
        """What a posted row says, as plain values."""
        return said_by(self.form(self.named(posted, "x"), prefix="x", instance=row or self.model()))

    def sent(self, row):
        """A row of the database as a form would send it; what is not ticked is not sent."""
        shown = {name: values[0] for name, values in shown_in(self.form(instance=row)).items() if values}
        return shown | {"id": str(row.pk)}

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

    def get_unique_error_message(self, unique_check):
        """Of two rows of one form: the words of the constraint that the database would name."""
        for constraint in self.model._meta.total_unique_constraints:
            if set(constraint.fields) == {*unique_check, self.fk.name}:
                return constraint.get_violation_error_message()
        return super().get_unique_error_message(unique_check)

    def refuse_twin(self, form):
        """Django leaves a constraint that names the record to the database, which would refuse the whole form."""
        leaving = [form.instance.pk, *(gone.instance.pk for gone in self.deleted_forms)]
        others = self.get_queryset().exclude(pk__in=[pk for pk in leaving if pk])
        for constraint in self.model._meta.total_unique_constraints:
            names = [self.model._meta.get_field(name).attname for name in constraint.fields]
            key = {name: getattr(form.instance, name) for name in names}
            if None not in key.values() and others.filter(**key).exists():
                form.add_error(None, constraint.get_violation_error_message())
