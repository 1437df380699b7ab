"""`python -m pledges.benchmarks.data ROWS`: the real data, and invented pledges beside it until there are so many.

What is invented is put together from the real rows, each aspect (country, status, wording, citations, …) from another
one, so that values and words are as frequent as in life; speakers have names of their own. It is the same every time.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from types import SimpleNamespace

import pledges.wsgi  # noqa: F401 (sets Django up)

# ruff: isort: split
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from pledges import models
from pledges.management.commands.seed import load_data
from pledges.models import publication, vocab
from pledges.record import claims, derived, evidence
from pledges.record.data_version import installed
from pledges.record.folding import NO_ADDRESS, found_in, joined

BATCH = 5000
FIRST_DAY = date(2014, 6, 1)
DAYS = 1400
# fields that are taken together from one real pledge
ASPECTS = (
    ("country_id", "group_label_en", "group_label_ar"),
    ("type_id",),
    ("change",),
    ("status",),
    ("theatre",),
    ("quantity_qualifier", "quantity_min", "quantity_max", "quantity_text", "unit_id"),
    ("meeting_id",),
    ("attribution",),
    ("summary_en", "summary_ar"),
    ("caveat_en", "caveat_ar"),
)
TEXTS = ("quantity_text", "group_label_en", "group_label_ar", "summary_en", "summary_ar", "caveat_en", "caveat_ar")
SYLLABLES = (
    *(("ka", "كا"), ("ro", "رو"), ("mi", "مي"), ("ten", "تن"), ("sal", "سل"), ("vi", "في"), ("dor", "در")),
    *(("ne", "ني"), ("lu", "لو"), ("bar", "بر"), ("zan", "زن"), ("ti", "تي"), ("gor", "غر"), ("ha", "ها")),
    *(("pel", "بل"), ("so", "سو"), ("rin", "رن"), ("mak", "مك"), ("ul", "ول"), ("dan", "دن"), ("fe", "فه")),
)
OFFICES = (
    ("minister of defence", "وزير الدفاع"),
    ("foreign minister", "وزير الخارجية"),
    ("spokesman of the army", "متحدث باسم الجيش"),
    ("prime minister", "رئيس الوزراء"),
)
HIDDEN = (vocab.State.DRAFT, vocab.State.IN_REVIEW, vocab.State.WITHDRAWN)


class Words(dict):
    """{text: its words for the search}, looked for once in each text."""

    def __missing__(self, text):
        found = self[text] = found_in(text)
        return found

    def of(self, texts: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*map(self.__getitem__, texts))

    def of_names(self, row) -> frozenset[str]:
        return self.of([row.name_en, row.name_ar, getattr(row, "alt_names", "")])


def stored(words: Iterable[str]) -> str:
    """Words as `folding.search_text` writes them."""
    return f" {' '.join(sorted(words))} "


def columns(model, leave_out=("id",)) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in leave_out]


def values(row, names):
    return [getattr(row, name) for name in names]


class Invented:
    """Makes pledges with all that hangs on them, number by number, and what is derived of them."""

    def __init__(self):
        self.chance = random.Random(2016)  # noqa: S311
        self.words = Words()
        self.pledges = list(models.Commitment.objects.filter(pk__lte=self.last()).values())
        sources = models.Source.objects.in_bulk()
        for source in sources.values():
            source.derived_from = sources.get(source.derived_from_id)
        self.parts = {}
        for model in (models.Citation, models.StatusChange, models.Condition):
            self.parts[model] = list(model.objects.order_by("pk"))
            for part in self.parts[model]:
                part.source = sources.get(part.source_id)
        self.carrying = [part for part in self.parts[models.Citation] if part.stance == publication.CARRIES]
        self.places = list(models.Place.objects.order_by("pk"))
        self.members = defaultdict(list)
        for member in models.BlocMember.objects.select_related("bloc"):
            self.members[member.country_id].append(member)
        self.named = {
            f"{name}_id": model.objects.in_bulk()
            for name, model in (
                ("country", models.Country),
                ("type", models.CommitmentType),
                ("meeting", models.Meeting),
            )
        }
        self.names = {row: self.words.of_names(row) for rows in self.named.values() for row in rows.values()}
        self.names |= {place: self.words.of_names(place) for place in self.places}

    @staticmethod
    def last() -> int:
        return models.Commitment.objects.order_by("-pk").values_list("pk", flat=True).first()

    def person(self) -> tuple[str, str]:
        """A name in both scripts, some of them often."""
        number = int(len(SYLLABLES) ** 3 * self.chance.random() ** 2)
        syllables = []
        for _ in range(3):
            number, index = divmod(number, len(SYLLABLES))
            syllables.append(SYLLABLES[index])
        latin, arabic = ("".join(parts) for parts in zip(*syllables, strict=True))
        return latin.capitalize(), arabic

    def some(self, model, least: int, most: int, key: str) -> list:
        """A few real parts of pledges, no two of the same `key`."""
        drawn = self.chance.choices(self.parts[model], k=self.chance.randint(least, most))
        return list({getattr(part, key): part for part in drawn}.values())

    def citations(self) -> list[models.Citation]:
        # now and then what carries no pledge alone
        first = self.chance.choice(self.carrying if self.chance.random() < 0.99 else self.parts[models.Citation])
        others = self.some(models.Citation, 0, 2, "source_id")
        return [first, *(part for part in others if part.source_id != first.source_id)]

    def steps(self, announced: date) -> list[models.StatusChange]:
        if self.chance.random() > 0.2:
            return []
        drawn = self.chance.choices(self.parts[models.StatusChange], k=self.chance.randint(1, 2))
        return [
            SimpleNamespace(
                position=position,
                status=step.status,
                source_id=step.source_id,
                source=step.source,
                note=step.note,
                happened_on=announced + timedelta(self.chance.randrange(1, 400)),
                happened_precision=vocab.Precision.DAY.value,
            )
            for position, step in enumerate(drawn, 1)
        ]

    def pledge(self, number: int) -> SimpleNamespace:
        """The pledge of that number, with `citations`, `steps`, `conditions` and `places` beside its columns."""
        chance, row = self.chance, SimpleNamespace(id=number, slug=f"invented-{number:07}", version=1, part_of_id=None)
        for aspect in ASPECTS:
            real = chance.choice(self.pledges)
            vars(row).update({name: real[name] for name in aspect})
        row.state = (vocab.State.PUBLISHED if chance.random() < 0.99 else chance.choice(HIDDEN)).value
        row.withdrawal_reason_en = row.withdrawal_reason_ar = ""
        row.announced_on, row.announced_precision = FIRST_DAY + timedelta(chance.randrange(DAYS)), "day"
        speaker, office = self.person(), chance.choice(OFFICES)
        row.attributed_to_en, row.attributed_to_ar = f"{speaker[0]}, {office[0]}", f"{speaker[1]}، {office[1]}"
        row.citations, row.steps = self.citations(), self.steps(row.announced_on)
        row.conditions = self.some(models.Condition, 1, 2, "kind") if chance.random() < 0.1 else []
        row.places = chance.sample(self.places, chance.choice((0, 1, 1, 2)))
        row.country, row.type, row.meeting = (
            self.named[name].get(getattr(row, name)) for name in ("country_id", "type_id", "meeting_id")
        )
        self.derive(row, [*speaker, *office])
        return row

    def derive(self, row: SimpleNamespace, speaker: list[str]):
        """What `record.derived` would give, without asking the database; a test compares them."""
        citations, conditions = derived.in_order(row.citations), derived.in_order_of_kind(row.conditions)
        found = evidence.assess(row, citations)
        row.grade, row.independent_sources = found.grade.value, found.independent
        row.cited_sources, row.contradicting_sources = len(citations), found.contradicting
        vars(row).update(claims.derived(citations))
        row.is_public = publication.is_public(row.state, {citation.stance for citation in citations})
        row.reached = vocab.furthest([row.status, *(step.status for step in row.steps)]).value
        row.now = vocab.holding(derived.statuses_in_time(row, row.steps)).value
        row.condition_kinds = joined(condition.kind for condition in conditions)
        row.condition_words_en = joined(condition.text_en for condition in conditions)
        row.condition_words_ar = joined(condition.text_ar for condition in conditions)
        row.place_slugs = joined(sorted(place.slug for place in row.places))
        blocs = derived.blocs_on(row.announced_on, self.members[row.country_id])
        row.bloc_slugs = joined(bloc.slug for bloc in blocs)
        row.bloc_names_en = joined(bloc.name_en for bloc in blocs)
        row.bloc_names_ar = joined(bloc.name_ar for bloc in blocs)
        row.source_slugs = joined(citation.source.slug for citation in citations)
        row.source_urls = joined(citation.source.url or NO_ADDRESS for citation in citations)
        self.find_words(row, citations, conditions, speaker)

    def find_words(self, row, citations, conditions, speaker):
        texts = [*values(row, TEXTS), *speaker, *(step.note for step in row.steps)]
        for citation in citations:
            texts += [citation.quote, citation.note, citation.locator]
        for condition in conditions:
            texts += [condition.text_en, condition.text_ar]
        named = [one for one in (row.country, row.type, row.meeting, *row.places) if one]
        own = self.words.of(texts).union(*(self.names[one] for one in named))
        row.own_words = stored(own)
        row.search_text = stored(own | self.words.of(derived.titles([*citations, *row.steps, *conditions])))


def insert(model, names: list[str], rows: list[list]):
    """Many rows into the table of a model, past all that a save does."""
    if not rows:
        return
    table, named = model._meta.db_table, ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["?"] * len(names))
            statement = f"INSERT INTO {table} ({named}) VALUES ({marks})"  # noqa: S608
            plain = [[value.isoformat() if isinstance(value, date) else value for value in row] for row in rows]
            cursor.cursor.connection.executemany(statement, plain)


def insert_parts(model, made: list[SimpleNamespace], parts: str):
    names = columns(model, ("id", "commitment_id"))
    rows = [[row.id, *values(part, names)] for row in made for part in getattr(row, parts)]
    insert(model, ["commitment_id", *names], rows)


def invent(number: int):
    """So many more pledges, beside those that there are."""
    invented, through = Invented(), models.Commitment.places.through
    start, end, names = invented.last() + 1, invented.last() + 1 + number, columns(models.Commitment, ())
    for first in range(start, end, BATCH):
        made = [invented.pledge(number) for number in range(first, min(first + BATCH, end))]
        at = [[row.id, place.pk] for row in made for place in row.places]
        with transaction.atomic():
            insert(models.Commitment, names, [values(row, names) for row in made])
            insert_parts(models.Citation, made, "citations")
            insert_parts(models.StatusChange, made, "steps")
            insert_parts(models.Condition, made, "conditions")
            insert(through, ["commitment_id", "place_id"], at)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [models.Commitment]):
            cursor.execute(statement)


def remember(number: int):
    """A history of so many records for each pledge, one a day until today; of its parts one record each."""
    today, links = timezone.now(), models.Commitment.places.through
    old = models.Commitment.history.model.places.model
    old.objects.all().delete()
    for model in (models.Commitment, models.Citation, models.StatusChange, models.Condition):
        history, names = model.history.model, columns(model, ())
        history.objects.all().delete()
        for ago in reversed(range(number if model is models.Commitment else 1)):
            told = {"history_date": today - timedelta(ago), "history_type": "+" if ago == number - 1 else "~"}
            copy_rows(model, history, names, told)
    names = columns(links, ())
    into, of = ", ".join(["history_id", *names]), ", ".join(["record.history_id", *(f"link.{name}" for name in names)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {old._meta.db_table} ({into}) SELECT {of} FROM {links._meta.db_table} AS link "  # noqa: S608
            f"JOIN {models.Commitment.history.model._meta.db_table} AS record ON record.id = link.commitment_id"
        )


def copy_rows(model, into, names: list[str], more: dict):
    """All rows of a model into the table of another, with more values that are the same for all."""
    named = ", ".join(f'"{name}"' for name in names)
    of_all, marks = ", ".join(f'"{name}"' for name in more), ", ".join(["%s"] * len(more))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {into._meta.db_table} ({named}, {of_all}) SELECT {named}, {marks} "  # noqa: S608
            f"FROM {model._meta.db_table}",
            list(more.values()),
        )


def fill(total: int, records: int = 0):
    if not models.Commitment.objects.exists():
        load_data()
    # row by row they would take longer than all else
    installed.uninstall(DEFAULT_DB_ALIAS)
    invent(total - models.Commitment.objects.count())
    if records:
        remember(records)
    installed.install(DEFAULT_DB_ALIAS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("--history", type=int, default=0, help="how many records each pledge has in its history")
    options = parser.parse_args()
    fill(options.rows, options.history)


if __name__ == "__main__":
    main()
