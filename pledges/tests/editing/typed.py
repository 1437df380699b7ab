"""What random editors type: changes of the content of each kind of record, good and bad, and new records."""

from pledges.models import Commitment, CommitmentType, Country, Meeting, Place, Requirement, Source, Unit
from pledges.models.vocab import Credibility, SourceKind, Stance, Status


def text(name, *words):
    def change(content, n):
        content["fields"][name] = words[n % len(words)]

    return change


def row_of(name, model):
    """Another row, or none."""

    def change(content, n):
        keys = [None, *model.objects.order_by("pk").values_list("pk", flat=True)]
        content["fields"][name] = keys[n % len(keys)]

    return change


def rows_of(name, model):
    def change(content, n):
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        content["fields"][name] = sorted({*content["fields"].get(name, ())} ^ {keys[n % len(keys)]})

    return change


def together(**values):
    def change(content, n):
        content["fields"] |= {name: given[n % len(given)] for name, given in values.items()}

    return change


def added(name, **values):
    """A part more."""

    def change(content, n):
        sources = list(Source.objects.order_by("pk").values_list("pk", flat=True))
        fields = {key: given[n % len(given)] for key, given in values.items()} | {"source": sources[n % len(sources)]}
        content["parts"].setdefault(name, []).append({"id": None, "fields": fields})

    return change


def changed_part(name, field, *values):
    def change(content, n):
        parts = content["parts"].get(name, [])
        if parts:
            place = n % len(parts)
            fields = parts[place]["fields"] | {field: values[n % len(values)]}
            parts[place] = parts[place] | {"fields": fields}

    return change


def removed(name):
    def change(content, n):
        parts = content["parts"].get(name, [])
        if parts:
            del parts[n % len(parts)]

    return change


# {model: what changes its content}, each with a number that chooses
TYPED = {
    Commitment: (
        text("summary_en", "Test: a promise.", "Test: another promise.", ""),
        text("caveat_en", "Test: a caveat.", ""),
        together(
            quantity_qualifier=["exact", "exact", "not-stated"], quantity_min=[5, 100, None],
            quantity_max=[5, 150, None], unit=["unit", "unit", None],
        ),
        together(announced_on=["2016-03-10", "2099-01-01", "2015-01-05", None],
                 announced_precision=["day", "day", "day", "unknown"]),
        row_of("meeting", Meeting),
        row_of("country", Country),
        row_of("part_of", Commitment),
        rows_of("places", Place),
        added("citations", stance=["supports", "supports", "contradicts"], credibility=[6, 1, 2]),
        added("citations", stance=["supports"], credibility=[6]),
        changed_part("citations", "note", "Test: a note.", "Test: another note."),
        changed_part("citations", "credibility", Credibility.CONFIRMED, Credibility.CANNOT_BE_JUDGED),
        changed_part("citations", "stance", Stance.CONTRADICTS, Stance.SUPPORTS),
        removed("citations"),
        added("status_changes", status=[Status.ONGOING, Status.ENDED], position=[None], happened_on=["2016-04-01"]),
        removed("status_changes"),
    ),
    Source: (
        text("title", "Test: a title", "Test: another title"),
        together(kind=[SourceKind.GOVERNMENT, SourceKind.NEWSPAPER], voice_iso2=["ZZ", ""]),
        together(published_on=["2016-03-11", "2099-01-01"], published_precision=["day"]),
        row_of("derived_from", Source),
    ),
    Meeting: (
        text("name_en", "Test: a meeting", "Test: another meeting"),
        together(is_public=[True, False]),
        together(**dict.fromkeys(["start_on", "end_on"], ["2016-03-10", "2016-01-01", "2016-12-01"])),
        rows_of("sources", Source),
    ),
    Place: (text("name_en", "Test: a place", "Test: another place"), row_of("country", Country)),
    Requirement: (
        text("summary_en", "Test: asked.", "Test: asked again."),
        together(is_public=[True, False]),
        rows_of("sources", Source),
        rows_of("answered_by", Commitment),
        row_of("country", Country),
        row_of("meeting", Meeting),
    ),
    Country: (text("alt_names", "Test", "Tests"), row_of("membership_source", Source)),
    CommitmentType: (text("definition_en", "Test.", "Tests."),),
    Unit: (text("name_en", "Test kites", "Test balloons"),),
}  # fmt: skip


def new(model, n):
    """The content of a new record."""
    day, country = "2016-03-10", Country.objects.get(iso2="ZZ").pk
    type_ = CommitmentType.objects.get(slug="test_type").pk
    both = {"name_en": f"Test: new {n}", "name_ar": f"جديد {n}"}
    fields = {
        Commitment: {
            "slug": f"test-new-{n}", "country": country, "type": type_, "status": "pledged", "announced_on": day,
            "attribution": "self", "summary_en": "Test: new.", "summary_ar": "جديد.",
            "attributed_to_en": "Test", "attributed_to_ar": "اختبار",
        },
        Source: {
            "slug": f"test-new-{n}", "title": "Test: new", "publisher": "Test", "language": "en", "kind": "newspaper",
            "url": "https://gazette.example/new", "published_on": "2016-03-11", "published_precision": "day",
        },
        Meeting: {"slug": f"test-new-{n}", "start_on": day, "end_on": day, "is_public": n % 2 == 0, **both},
        Place: {"slug": f"test-new-{n}", **both},
        Requirement: {
            "slug": f"test-new-{n}", "asked_by_en": "Test", "asked_by_ar": "اختبار", "asked_of_en": "Test",
            "asked_of_ar": "اختبار", "type": type_, "asked_on": "2016-02-01",
            "summary_en": "Test.", "summary_ar": "اختبار.",
            "is_public": n % 2 == 0, "sources": [Source.objects.order_by("pk")[n % Source.objects.count()].pk],
        },
    }  # fmt: skip
    return {"fields": fields[model], "parts": {}}
