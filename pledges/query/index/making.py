"""Makes an index from the database in one pass, or brings one up to date from the pledges that changed.

Which sets there are follows from the table of dimensions: each says by an expression which value a pledge has.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from pyroaring import BitMap

from pledges.models import Commitment
from pledges.models.dates import span_end, span_start
from pledges.query.dimension import Dimension
from pledges.query.index.bitmaps import Columns, Index, Late
from pledges.query.index.words import Words
from pledges.query.pledge_dimensions import DEFAULT_SORT, DIMENSIONS, ordering
from pledges.record.data_version import Version
from pledges.record.in_time import Pledge, Step, turns

AT_ONCE = 10_000
# the days of a step without a date: after none of them and before none
UNDATED = (date.max.toordinal() + 1, -1)
# what is read of each pledge, besides its values in dimensions
READ = (
    *("pk", "slug", "announced_on", "announced_precision", "independent_sources"),
    Coalesce("quantity_min", 0),
    Coalesce(F("quantity_max"), F("quantity_min"), 0),
    "quantity_max",
)


def has_many(path: str) -> bool:
    """Whether a pledge can have several values at a path."""
    model = Commitment
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:  # of an expression alone
            return False
        if field.one_to_many or field.many_to_many:
            return True
        model = field.related_model
    return False


INDEXED = tuple(dimension for dimension in DIMENSIONS if not dimension.keys and not dimension.asks)
SINGLE = tuple(dimension for dimension in INDEXED if not has_many(dimension.path))
SEVERAL = tuple(dimension for dimension in INDEXED if has_many(dimension.path))


# the words of each pledge: by far the most of what there is to read, and only a search needs them
WORDS = ("pk", "search_text", "own_words")


def made(version: Version) -> Index:
    """The index of all public pledges, but for their words."""
    columns = Columns(values={dimension.name: {} for dimension in INDEXED})
    rows = Commitment.objects.public()
    for batch in batches(rows.order_by(*ordering(DEFAULT_SORT)).values_list(*READ, *values(SINGLE))):
        add(columns, batch)
    columns.in_order = len(columns.keys)
    columns.by_key = array("I", sorted(range(columns.in_order), key=columns.keys.__getitem__))
    numbers = dict(zip(columns.keys, range(columns.in_order), strict=True))
    add_several(columns, rows, numbers)
    add_steps(columns, rows, numbers)
    return Index(version, columns, BitMap(range(columns.in_order)))


def add_words(columns: Columns) -> None:
    """Adds the words of all pledges that are numbered, which are there only when all of them are."""
    words = Words()
    for batch in batches(Commitment.objects.public().order_by().values_list(*WORDS)):
        words.add(numbered(columns.main_number, batch))
    columns.words = words


def numbered(number_of: Callable[[int], int | None], batch: list[tuple]) -> Iterator[tuple]:
    """The rows with their numbers in place of their primary keys; those that came in meanwhile are left out."""
    for key, *texts in batch:
        if (number := number_of(key)) is not None:
            yield number, *texts


def renewed(index: Index, version: Version, changed: set[int]) -> Index:
    """The index of a later version, of which these pledges (primary keys) changed; it shares its sets with this one."""
    columns, first = index.columns, len(index.columns.keys)
    affected = changed | parts(changed)
    rows = Commitment.objects.public().filter(pk__in=affected)
    public = index.public - index.with_keys(affected)
    slugs = {late.number: late.slug for late in index.late if late.number in public}
    for batch in batches(rows.order_by().values_list(*READ, *values(SINGLE))):
        slugs |= {number: row[1] for number, row in enumerate(batch, add(columns, batch))}
    new = range(first, len(columns.keys))
    numbers = {columns.keys[number]: number for number in new}
    add_several(columns, rows, numbers)
    add_steps(columns, rows, numbers)
    for batch in batches(rows.order_by().values_list(*WORDS)):
        columns.words.add(numbered(numbers.get, batch))
    days = {columns.days[number] for number in new}
    late = [late for late in index.late if late.number in public and columns.days[late.number] not in days]
    for day in days:
        of_day = {number: slug for number, slug in slugs.items() if columns.days[number] == day}
        late += placed(columns, public, day, of_day)
    return Index(version, columns, public | BitMap(new), tuple(sorted(late)))


def parts(changed: set[int]) -> set[int]:
    """What is part of pledges, or of a part of them: whether it is counted depends on these."""
    within = Q(part_of__in=changed) | Q(part_of__part_of__in=changed)
    return set(Commitment.objects.filter(within).values_list("pk", flat=True))


def values(dimensions: Iterable[Dimension]) -> list:
    return [dimension.value() for dimension in dimensions]


def batches(rows: QuerySet) -> Iterator[list[tuple]]:
    """The rows as the database gives them: what Django would make of each value takes longer than all else."""
    sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while batch := cursor.fetchmany(AT_ONCE):
            yield batch


def add(columns: Columns, batch: list[tuple]) -> int:
    """Numbers some rows; returns the first of the numbers."""
    first = len(columns.keys)
    keys, _slugs, days, precisions, sources, least, most, maximum, *stored = zip(*batch, strict=True)
    columns.keys.extend(keys)
    columns.days.extend(map(day_code, days))
    columns.least.extend(least)
    columns.most.extend(most)
    columns.is_open.extend(number is None for number in maximum)
    numbers = range(first, len(columns.keys))
    add_values(columns.precisions, zip(numbers, precisions, strict=True), str)
    add_values(columns.sources, zip(numbers, sources, strict=True), int)
    for dimension, column in zip(SINGLE, stored, strict=True):
        add_values(columns.values[dimension.name], zip(numbers, column, strict=True), dimension.public_value)
    return first


def add_several(columns: Columns, rows: QuerySet, numbers: dict[int, int]) -> None:
    """Adds the values of dimensions of which a pledge can have several."""
    for dimension in SEVERAL:
        for batch in batches(rows.order_by().values_list("pk", dimension.value())):
            add_values(columns.values[dimension.name], numbered(numbers.get, batch), dimension.public_value)


# what is read of later steps, with their pledge
STEPS = (
    *("pk", "announced_on", "status"),
    *(f"status_changes__{name}" for name in ("position", "status", "happened_on", "happened_precision")),
)


def add_steps(columns: Columns, rows: QuerySet, numbers: dict[int, int]) -> None:
    """Adds when which later steps happened, and what holds from which day on."""
    turned, stepped = defaultdict(list), defaultdict(list)
    read = rows.filter(status_changes__isnull=False).order_by("pk", "status_changes__position").values_list(*STEPS)
    of_pledges = groupby(chain.from_iterable(batches(read)), key=itemgetter(0))
    for key, found in of_pledges:
        if (number := numbers.get(key)) is None:
            continue
        found = list(found)
        pledge = Pledge(as_date(found[0][1]), found[0][2])
        steps = [
            Step(position, status, as_date(day), precision) for *_pledge, position, status, day, precision in found
        ]
        for step in steps:
            stepped[step.status, span_of(step)].append(number)
        before = pledge.status
        for day, status in turns(pledge, steps).items():
            if status != before:
                turned[before, day.toordinal()].append(number)
                turned[status, day.toordinal()].append(number)
                before = status
    for sets, of_numbers in ((columns.turns, turned), (columns.steps, stepped)):
        for (status, when), found in of_numbers.items():
            sets.setdefault(str(status), {}).setdefault(when, BitMap()).update(found)


def as_date(day: date | str | None) -> date | None:
    return read_date(day) if isinstance(day, str) else day


read_date = lru_cache(maxsize=16_384)(date.fromisoformat)


def span_of(step: Step) -> tuple[int, int]:
    """The first and the last day of a step, as ordinals; without a date it is on no day."""
    if not step.happened_on:
        return UNDATED
    span = span_start(step.happened_on, step.happened_precision), span_end(step.happened_on, step.happened_precision)
    return span[0].toordinal(), span[1].toordinal()


def add_values(sets: dict, pairs: Iterable[tuple[int, Any]], public: Callable[[Any], Any]) -> None:
    found = defaultdict(list)
    for number, value in pairs:
        found[value].append(number)
    for value, numbers in found.items():
        sets.setdefault(public(value), BitMap()).update(numbers)


def day_code(day: date | str | None) -> int:
    """How `Columns.days` counts a day."""
    if day is None:
        return 0
    return -as_date(day).toordinal()


def placed(columns: Columns, public: BitMap, code: int, late: dict[int, str]) -> Iterator[Late]:
    """The places of the pledges of a day that are numbered at the end: {number: slug}.

    All of the day at once, by those that still are as they were numbered: what is renamed or deleted tells no place.
    """
    end = columns.in_order
    first, last = bisect_left(columns.days, code, 0, end), bisect_right(columns.days, code, 0, end)
    numbers = {columns.keys[number]: number for number in BitMap(range(first, last)) & public}
    rows = Commitment.objects.filter(announced_on=date.fromordinal(-code) if code else None)
    others = sorted((numbers[key], slug) for key, slug in rows.values_list("pk", "slug") if key in numbers)
    for number, slug in late.items():
        # Python orders by code point, as the usual order does
        place = bisect_left(others, slug, key=itemgetter(1))
        yield Late(others[place][0] if place < len(others) else last, code, slug, number)
