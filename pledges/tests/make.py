"""Rows for tests, in one call each; the invented keys (ZZ, test-...) never meet those of the real data.

Each function returns the row of that key if there is one already, as it is, else makes it.
Every row passes `full_clean`, so a test cannot start from a row that an editor could not enter.
"""

from datetime import UTC, date, datetime, time

from pledges.history.versions import SUBJECTS
from pledges.models import (
    Bloc,
    BlocMember,
    Citation,
    Commitment,
    CommitmentType,
    Country,
    Meeting,
    Participation,
    Place,
    Requirement,
    Source,
    StatusChange,
    Unit,
)
from pledges.models.vocab import (
    Attribution,
    Change,
    Credibility,
    Precision,
    QuantityQualifier,
    Region,
    Reliability,
    Role,
    SourceKind,
    SourceLanguage,
    Stance,
    State,
    Status,
    Theatre,
    TypeGroup,
    UnitKind,
)


def get_or_make(model, key, values):
    """The row of `model` with that key, made with `values` if it is missing."""
    found = model.objects.filter(**key).first()
    if found:
        return found
    row = model(**key, **values)
    row.full_clean(validate_constraints=False)  # the database holds them itself
    row.save()
    return row


def make_country(iso2="ZZ", **kwargs):
    values = {
        "iso3": f"{iso2}Z",
        "name_en": "Testland" if iso2 == "ZZ" else f"Testland {iso2}",
        "name_ar": "بلد الاختبار" if iso2 == "ZZ" else f"بلد الاختبار {iso2}",
        "region": Region.EUROPE,
    }
    return get_or_make(Country, {"iso2": iso2}, values | kwargs)


def make_bloc(slug="test_bloc", **kwargs):
    values = {
        "name_en": f"Test club ({slug})",
        "name_ar": f"نادي الاختبار ({slug})",
        "definition_en": "States that lend for a test.",
        "definition_ar": "دول تعير لاختبار.",
    }
    return get_or_make(Bloc, {"slug": slug}, values | kwargs)


def make_bloc_member(bloc=None, country=None, since=None, until=None):
    """One membership more, always a new row."""
    row = BlocMember(bloc=bloc or make_bloc(), country=country or make_country(), member_since=since)
    row.member_until = until
    row.full_clean()
    row.save()
    return row


def make_type(slug="test_type", **kwargs):
    values = {
        "name_en": f"Test contribution ({slug})",
        "name_ar": f"مساهمة للاختبار ({slug})",
        "definition_en": "Something lent for a test.",
        "definition_ar": "شيء معار لاختبار.",
        "group": TypeGroup.GENERAL,
        "position": 990,
    }
    return get_or_make(CommitmentType, {"slug": slug}, values | kwargs)


def make_unit(slug="test_unit", **kwargs):
    values = {
        "name_en": "Test balloons",
        "name_ar": "مناطيد للاختبار",
        "kind": UnitKind.MATERIEL,
        "summable": True,
        "position": 990,
    }
    return get_or_make(Unit, {"slug": slug}, values | kwargs)


def make_place(slug="test-place", **kwargs):
    values = {"name_en": "Testville", "name_ar": "مدينة الاختبار"}
    return get_or_make(Place, {"slug": slug}, values | kwargs)


def make_meeting(slug="test-meeting", **kwargs):
    start = kwargs.setdefault("start_on", date(2016, 3, 10))
    values = {
        "name_en": "Test conference",
        "name_ar": "مؤتمر الاختبار",
        "end_on": start,
        "date_precision": Precision.DAY,
        "is_public": True,
    }
    return get_or_make(Meeting, {"slug": slug}, values | kwargs)


def make_participation(meeting=None, country=None, role=Role.PARTICIPANT):
    key = {"meeting": meeting or make_meeting(), "country": country or make_country(), "role": role}
    return get_or_make(Participation, key, {})


def make_source(slug="test-source", **kwargs):
    values = {
        "title": f"Balloons for the fair ({slug})",
        "publisher": "Testland Gazette",
        "language": SourceLanguage.ENGLISH,
        "kind": SourceKind.NEWSPAPER,
        "url": f"https://gazette.example/{slug}",
        "published_on": date(2016, 3, 11),
        "published_precision": Precision.DAY,
        "reliability": Reliability.C,
    }
    return get_or_make(Source, {"slug": slug}, values | kwargs)


def make_commitment(slug="test-pledge", *, sources=1, state=State.PUBLISHED, places=(), **kwargs):
    """A pledge of Testland with that many supporting citations, each of a source of its own.

    The sources are `test-source`, `test-source-2`, `test-source-3`, ...: pledges share them.
    """
    values = {
        "change": Change.NEW,
        "status": Status.PLEDGED,
        "theatre": Theatre.IRAQ,
        "announced_on": date(2016, 3, 10),
        "announced_precision": Precision.DAY,
        "attribution": Attribution.SELF,
        "attributed_to_en": "Minister of Balloons",
        "attributed_to_ar": "وزير المناطيد",
        "summary_en": f"Testland promised balloons ({slug}).",
        "summary_ar": f"وعد بلد الاختبار بمناطيد ({slug}).",
        "state": state,
    }
    if "country" not in kwargs and "group_label_en" not in kwargs:
        values["country"] = make_country()
    if "group_label_en" in kwargs:
        values["group_label_ar"] = "دول الاختبار"
    if "type" not in kwargs:
        values["type"] = make_type()
    if "quantity_min" in kwargs or "quantity_max" in kwargs:
        values["quantity_qualifier"] = QuantityQualifier.EXACT
        if "unit" not in kwargs:
            values["unit"] = make_unit()
    commitment = get_or_make(Commitment, {"slug": slug}, values | kwargs)
    if places:
        commitment.places.set(places)
    for number in range(1, sources + 1):
        make_citation(commitment, make_source("test-source" if number == 1 else f"test-source-{number}"))
    commitment.refresh_from_db()
    return commitment


def make_citation(commitment, source=None, **kwargs):
    """A citation of `commitment`, of `test-source` unless told; the grade in the database follows."""
    values = {"stance": Stance.SUPPORTS, "locator": "paragraph 2", "credibility": Credibility.PROBABLY_TRUE}
    return get_or_make(Citation, {"commitment": commitment, "source": source or make_source()}, values | kwargs)


def make_status_change(commitment, **kwargs):
    """One more step of `commitment`, always a new row."""
    values = {
        "status": Status.ONGOING,
        "happened_on": date(2016, 4, 1),
        "happened_precision": Precision.DAY,
        "source": None,
    }
    change = StatusChange(commitment=commitment, **(values | kwargs))
    change.full_clean()
    change.save()
    return change


def make_requirement(slug="test-requirement", *, sources=1, answered_by=(), **kwargs):
    """A public requirement with that many sources."""
    values = {
        "asked_by_en": "A test minister",
        "asked_by_ar": "وزير للاختبار",
        "asked_of_en": "Test states",
        "asked_of_ar": "دول للاختبار",
        "type": kwargs.pop("type", None) or make_type(),
        "asked_on": date(2016, 2, 1),
        "summary_en": "More balloons were asked for.",
        "summary_ar": "طُلب المزيد من المناطيد.",
        "is_public": True,
    }
    row = Requirement(slug=slug, **(values | kwargs))
    row.clean_fields(exclude={"sources"})
    row.clean()
    row.save()
    row.sources.set(make_source(f"test-request-{n}") for n in range(sources))
    row.answered_by.set(answered_by)
    return row


def settle(row, day):
    """Dates what was saved of a pledge or requirement since the last call to `day`: to the history it is one saving."""
    unsettled = datetime(2020, 1, 1, tzinfo=UTC)
    for kept in SUBJECTS[type(row)].kept:
        records = kept.records().filter(**{kept.key: row.pk}, history_date__gt=unsettled)
        records.update(history_date=datetime.combine(day, time(12), tzinfo=UTC))
