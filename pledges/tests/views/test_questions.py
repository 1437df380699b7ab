"""Questions that analysts and journalists asked, each answered at one address: equal to a plain loop over the data set.

The loops read `fixtures/` as rows and know nothing of our code: not its filters, its sums nor what it derives.
"""

import csv
import io
import json
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from pledges.models import Commitment
from pledges.tests.html import stated

pytestmark = pytest.mark.django_db


# The data set, as rows


def plain(value):
    """A reference of a fixture as the code it holds."""
    return value[0] if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list) else value


def rows(name):
    [path] = Path(settings.BASE_DIR, "fixtures").glob(f"*_{name}.json")
    return [{field: plain(value) for field, value in row["fields"].items()} for row in json.loads(path.read_text())]


PLEDGES = rows("commitments")
BY_SLUG = {row["slug"]: row for row in PLEDGES}
COUNTRIES = {row["iso2"]: row for row in rows("countries")}
SOURCES = {row["slug"]: row for row in rows("sources")}
UNITS = {row["slug"]: row for row in rows("units")}
GROUPS = {row["slug"]: row["group"] for row in rows("types")}
MEMBERS = rows("bloc_members")
CITATIONS, STEPS = defaultdict(list), defaultdict(list)
for citation in rows("citations"):
    CITATIONS[citation["commitment"]].append(citation)
for later in rows("status_changes"):
    STEPS[later["commitment"]].append(later)

FURTHER = ["prospective", "promised", "approved", "delivered"]
STAGE = {
    **dict.fromkeys(["under_discussion", "expected", "offered"], "prospective"),
    **dict.fromkeys(["pledged", "agreed", "announced"], "promised"),
    "approved": "approved",
    **dict.fromkeys(["ongoing", "completed"], "delivered"),
    **dict.fromkeys(["ended", "suspended", "declined"], "closed"),
}
DECLINED = {"au-2016-01-declined", "bh-2016-02-ground", "de-2015-12-declined", "fi-2015-arms-declined"}
DECLINED |= {"ge-2014-09-training-centre"}


def span(day, precision):
    """The first and the last day that a date can mean."""
    first = date.fromisoformat(day)
    if precision == "year":
        return first.replace(month=1, day=1), first.replace(month=12, day=31)
    if precision == "month":
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first.replace(day=1), following - timedelta(days=1)
    return first, first


def announced(pledge):
    return span(pledge["announced_on"], pledge["announced_precision"]) if pledge["announced_on"] else None


def year(pledge):
    return pledge["announced_on"][:4] if pledge["announced_on"] else "none"


def reached(pledge):
    """The furthest stage that any source tells of."""
    statuses = [pledge["status"], *(step["status"] for step in STEPS[pledge["slug"]])]
    return max((STAGE[status] for status in statuses if STAGE[status] in FURTHER), key=FURTHER.index, default="closed")


def is_pledge(pledge):
    return pledge["slug"] not in DECLINED


def bounds(pledges, unit):
    """(lower, upper, is the upper open, number): the sum of what is new in a unit, by hand."""
    counted = [
        p
        for p in pledges
        if p["unit"] == unit
        and is_pledge(p)
        and not p["part_of"]
        and p["status"] not in {"suspended", "ended"}
        and p["change"] in {"new", "increase"}
    ]
    upper = sum(p["quantity_min"] if p["quantity_max"] is None else p["quantity_max"] for p in counted)
    return (
        sum(p["quantity_min"] or 0 for p in counted),
        upper,
        any(p["quantity_max"] is None for p in counted),
        len(counted),
    )


def of_bloc(bloc):
    """Whether its country was in the bloc on the day of a pledge, or all the time if the day is not known."""

    def found(pledge):
        day = pledge["announced_on"]
        return any(
            (not row["member_since"] or (day and row["member_since"] <= day))
            and (not row["member_until"] or (day and row["member_until"] >= day))
            for row in MEMBERS
            if row["bloc"] == bloc and row["country"] == pledge["country"]
        )

    return found


# The site


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    assert "cannot be read" not in html
    return html


def words(html):
    text = re.sub(r"<svg.*?</svg>", " ", html[html.index("<main") : html.index("</main>")], flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u2068", "").replace("\u2069", "").split())


def file(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def table(client, query):
    """The rows of the free table, without that of the totals."""
    return [row for row in file(client, f"/en/table.csv?{query}") if row["row"] != "total"]


def slugs(client, query):
    """The pledges of a query, as the file has them; the page of the same query says as many."""
    found = [row["slug"] for row in file(client, f"/en/pledges.csv?{query}")]
    assert stated(page(client, f"/en/pledges/?{query}")) == len(found)
    return set(found)


def chosen(condition):
    return {pledge["slug"] for pledge in PLEDGES if condition(pledge)}


def test_the_refusals_are_those_that_the_data_calls_declined():
    """By what holds last; Latvia and others declined nothing."""
    declined = {p["slug"] for p in PLEDGES if p["status"] == "declined"}
    declined |= {slug for slug, steps in STEPS.items() if steps[-1]["status"] == "declined"}
    assert declined == DECLINED


# The questions


def test_european_trainers_between_november_2015_and_june_2016_and_their_number(client):
    query = "region=europe&type=trainers_military&type=trainers_police"
    query += "&announced_after=2015-11-01&announced_before=2016-06-30"

    def asked(pledge):
        days = announced(pledge)
        return (
            pledge["country"]
            and COUNTRIES[pledge["country"]]["region"] == "europe"
            and pledge["type"] in {"trainers_military", "trainers_police"}
            and days
            and days[1] >= date(2015, 11, 1)
            and days[0] <= date(2016, 6, 30)
        )

    found = chosen(asked)
    assert slugs(client, query) == found
    lower, upper, is_open, _number = bounds([BY_SLUG[slug] for slug in found], "personnel")
    assert (lower, upper, is_open) == (196, 286, True)
    assert "196 to 286 personnel or more" in words(page(client, f"/en/pledges/?{query}"))


def test_cumulative_trainers_by_month(client):
    query = "type=trainers_military&type=trainers_police&show=cumulative&measure=personnel"
    trainers = [p for p in PLEDGES if p["type"] in {"trainers_military", "trainers_police"}]
    found = [row for row in file(client, f"/en/timeline.csv?{query}") if row["month"]]
    assert len(found) > 15
    for row in found:
        end = row["month"] if len(row["month"]) == 7 else f"{row['month']}-12"
        until = [p for p in trainers if announced(p) and f"{announced(p)[1]:%Y-%m}" <= end]
        lower, upper, is_open, number = bounds(until, "personnel")
        shown = [row[f"{name}_so_far"] for name in ("lower", "upper", "or_more", "pledges")]
        assert shown == [str(lower), str(upper), "yes" if is_open else "no", str(number)]
    lower, upper, _is_open, number = bounds(trainers, "personnel")
    told = words(page(client, f"/en/timeline/?{query}"))
    assert f"{lower:,} to {upper:,} personnel or more ({number} pledges)" in told


@pytest.mark.parametrize("country", ["IT", "DE"])
def test_italy_and_germany_by_type_over_time(client, country):
    counts = Counter((p["type"], year(p)) for p in PLEDGES if p["country"] == country and is_pledge(p))
    found = table(client, f"country={country}&down=type&across=year")
    years = {year for _type, year in counts}
    shown = {(row["row"], year): int(row[year]) for row in found for year in years if row[year] != "0"}
    assert shown == counts


def test_the_share_without_official_confirmation_of_each_country(client):
    def is_official(pledge):
        citations = CITATIONS[pledge["slug"]]
        if any(row["stance"] == "contradicts" for row in citations):
            return False
        sources = [SOURCES[row["source"]] for row in citations if row["stance"] == "supports"]
        if pledge["attribution"] == "self" and pledge["country"]:
            return any(source["voice_iso2"] == pledge["country"] for source in sources)
        return pledge["attribution"] in {"self", "joint_statement"} and any(
            source["voice_iso2"] or source["kind"] == "international_org" for source in sources
        )

    numbers, official = Counter(), Counter()
    for pledge in filter(is_pledge, PLEDGES):
        numbers[pledge["country"] or "none"] += 1
        official[pledge["country"] or "none"] += is_official(pledge)
    found = {row["row"]: row for row in table(client, "declined=no&down=country&across=nothing")}
    assert {key: int(row["official_of"]) for key, row in found.items()} == numbers
    for country, number in numbers.items():
        assert abs(float(found[country]["official"]) - 100 * official[country] / number) <= 0.5
    for country in ("CA", "DE"):
        without = slugs(client, f"declined=no&not_grade=official&country={country}")
        assert len(without) == numbers[country] - official[country]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_chart_as_a_picture(client, language):
    response = client.get(f"/{language}/timeline.svg?type=airstrikes")
    assert response["Content-Type"].startswith("image/svg+xml")
    svg = ET.fromstring(response.getvalue())  # noqa: S314
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert "type=airstrikes" in "".join(svg.itertext())


def test_an_embed(client):
    address = "http://testserver/en/timeline/?type=airstrikes"
    answer = client.get("/oembed", {"url": address}).json()
    frame = re.search(r'src="http://testserver([^"]+)"', answer["html"])[1].replace("&amp;", "&")
    response = client.get(frame)
    assert response.status_code == 200
    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]


def test_arabic_sources_on_ground_forces_of_the_gulf(client):
    in_gulf = of_bloc("gcc")

    def asked(pledge):
        languages = {SOURCES[row["source"]]["language"] for row in CITATIONS[pledge["slug"]]}
        return pledge["type"] == "ground_forces" and in_gulf(pledge) and "ar" in languages

    assert slugs(client, "source_language=ar&type=ground_forces&bloc=gcc") == chosen(asked) != set()


def test_loading_in_one_line(client):
    html = page(client, "/en/pledges/?country=CA&type=airstrikes")
    [address] = re.findall(r'pandas\.read_csv\(&quot;http://testserver([^"]+?)&quot;', html)
    loaded = file(client, address.replace("&amp;", "&").replace("&amp;", "&"))
    assert {row["slug"] for row in loaded} == chosen(lambda p: p["country"] == "CA" and p["type"] == "airstrikes")


MONEY = [slug for slug, unit in UNITS.items() if unit["kind"] == "money" and unit["summable"]]


@pytest.mark.parametrize("value", ["lower", "upper"])
def test_money_by_country_and_currency(client, value):
    expected = {}
    for country in {p["country"] for p in PLEDGES}:
        for unit in MONEY:
            lower, upper, _is_open, number = bounds([p for p in PLEDGES if p["country"] == country], unit)
            if number:
                expected[country or "none", unit] = (lower if value == "lower" else upper, number)
    query = "&".join(f"unit={unit}" for unit in MONEY)
    shown = {
        (row["row"], unit): (int(row[unit]), int(row[f"{unit}_of"]))
        for row in table(client, f"down=country&across=unit&value={value}&{query}")
        for unit in MONEY
        if row.get(f"{unit}_of", "0") != "0"
    }
    assert shown == expected


def test_pledges_known_only_by_the_word_of_another_party(client):
    assert slugs(client, "attribution=third_party&not_grade=official") == chosen(
        lambda p: p["attribution"] == "third_party"
    )


def test_the_median_time_from_pledge_to_delivery(client):
    before = {"under_discussion", "expected", "offered", "pledged", "agreed", "announced", "approved"}

    def days(pledge):
        """Until the first dated step that tells of delivery, where both days are known."""
        if not is_pledge(pledge) or pledge["status"] not in before or pledge["announced_precision"] != "day":
            return None
        waits = [
            (date.fromisoformat(step["happened_on"]) - date.fromisoformat(pledge["announced_on"])).days
            for step in STEPS[pledge["slug"]]
            if STAGE[step["status"]] == "delivered" and step["happened_on"] and step["happened_precision"] == "day"
        ]
        return min((wait for wait in waits if wait >= 0), default=None)

    by_country = defaultdict(list)
    for pledge in PLEDGES:
        if (wait := days(pledge)) is not None:
            by_country[pledge["country"] or "none"].append(wait)
    shown = {
        row["row"]: (float(row["delivery_days"]), int(row["delivery_days_of"]))
        for row in table(client, "down=country&across=nothing")
        if row["delivery_days"]
    }
    assert shown == {country: (median(found), len(found)) for country, found in by_country.items()}


def test_members_with_nothing_military(client):
    """The matrix without what is civil, political or not said to be military: who has an empty row."""
    without = {"political", "general_increase"}
    military = {
        p["country"] for p in PLEDGES if GROUPS[p["type"]] != "civil" and p["type"] not in without and is_pledge(p)
    }
    researched = {p["country"] for p in PLEDGES if p["country"]}
    html = page(client, "/en/matrix/?by=type_group&not_type_group=civil&not_type=political&not_type=general_increase")
    found = re.findall(r'<th scope="row">\s*<a href="/en/countries/(\w\w)/">(.*?)</tr>', html, re.S)
    found = {iso2 for iso2, rest in found if '<td class="sum">0</td>' in rest}
    declined_only = {BY_SLUG[slug]["country"] for slug in DECLINED} - military
    assert found | declined_only == researched - military
    assert {"JP", "KR", "AT"} <= found


def test_what_falls_without_the_largest_source(client):
    uses = Counter(row["source"] for rows_ in CITATIONS.values() for row in rows_ if row["stance"] == "supports")
    [(largest, number)] = uses.most_common(1)
    assert (largest, number) == ("aawsat-2016-02-brussels", 58)
    alone = chosen(
        lambda p: {row["source"] for row in CITATIONS[p["slug"]] if row["stance"] == "supports"} == {largest}
    )
    assert slugs(client, f"only_source={largest}") == alone
    assert f"Known only from it, or from copies of its story: {len(alone)} pledges" in words(
        page(client, f"/en/sources/{largest}/")
    )


def test_syria_against_iraq(client):
    counts = Counter((p["type"], p["theatre"]) for p in PLEDGES if p["theatre"] in {"iraq", "syria"} and is_pledge(p))
    found = table(client, "theatre=iraq&theatre=syria&down=type&across=theatre")
    shown = {(row["row"], name): int(row[name]) for row in found for name in ("iraq", "syria") if row[name] != "0"}
    assert shown == counts


def test_who_gave_what_at_each_meeting(client):
    counts = Counter((p["country"] or "none", p["meeting"]) for p in PLEDGES if p["meeting"] and is_pledge(p))
    found = table(client, "not_meeting=none&down=country&across=meeting")
    meetings = {meeting for _country, meeting in counts}
    shown = {(row["row"], name): int(row[name]) for row in found for name in meetings if row[name] != "0"}
    assert shown == counts
    brussels = "brussels-2016-02-11"
    given = chosen(lambda p: p["meeting"] == brussels and p["country"] == "CA")
    assert slugs(client, f"meeting={brussels}&country=CA") == given


def test_an_arabic_brief_on_the_netherlands(client):
    """It takes two sheets of paper: `browser/test_reading.py`."""
    html = page(client, "/ar/brief/?country=NL&length=short")
    found = chosen(lambda p: p["country"] == "NL")
    assert set(re.findall(r'<article class="brief-lines" id="([^"]+)"', html)) == found
    for slug in found:
        assert BY_SLUG[slug]["summary_ar"] in html


def test_nato_the_european_union_and_the_gulf_compared(client):
    blocs = {bloc: of_bloc(bloc) for bloc in ("nato", "eu", "gcc")}
    counts = Counter(
        (bloc, GROUPS[p["type"]]) for p in PLEDGES for bloc, found in blocs.items() if is_pledge(p) and found(p)
    )
    found = table(client, "bloc=nato&bloc=eu&bloc=gcc&down=bloc&across=type_group")
    shown = {
        (row["row"], group): int(row[group]) for row in found for group in set(GROUPS.values()) if row["row"] in blocs
    }
    assert shown == {key: counts[key] for key in shown}
    assert {bloc for bloc, _group in shown} == set(blocs)


def test_where_sources_disagree_and_by_how_much(client):
    """By the numbers that they give: of any two, what lies between them, in per cent of the higher one."""
    gaps = {}
    for pledge, citations in CITATIONS.items():
        given = [(row["claimed_min"], row["claimed_max"]) for row in citations]
        ends = [(low or 0, 10**16 if high is None else high) for low, high in given if (low, high) != (None, None)]
        apart = [(begun - ended) / begun for _low, ended in ends for begun, _high in ends if ended < begun]
        if apart:
            gaps[pledge] = round(100 * max(apart))
    assert len(gaps) == 9
    found = file(client, "/en/pledges.csv?number_claims=differ&sort=-gap")
    assert {row["slug"]: int(row["number_gap"]) for row in found} == gaps
    shown = words(page(client, "/en/disagreements/?about=number"))
    assert [f"{gap}%" for gap in sorted(gaps.values(), reverse=True)] == re.findall(r"(\d+%) apart", shown)
    assert "60 to 400 personnel, 85% apart" in shown


ORDER = ["prospective", "promised", "approved", "delivered", "closed"]


def held(pledge, day):
    """The status on a day: no step back but from what was closed; None before it was made, or without a date."""
    if not pledge["announced_on"]:
        return None
    found = [(announced(pledge)[0], 0, pledge["status"])]
    for step in sorted(STEPS[pledge["slug"]], key=lambda step: step["position"]):
        known = step["happened_on"] and span(step["happened_on"], step["happened_precision"])[1]
        found.append((known or found[-1][0], step["position"], step["status"]))
    status = None
    for when, _position, then in sorted(found):
        if when > day:
            break
        before, after = STAGE.get(status), STAGE[then]
        if status is None or before == "closed" or ORDER.index(after) >= ORDER.index(before):
            status = then
    return status


def in_force(pledge, day):
    return held(pledge, day) not in {None, "ended", "suspended", "declined"}


def test_pledges_of_brussels_without_delivery_a_year_later(client):
    day = date(2017, 2, 11)

    def asked(pledge):
        here = pledge["meeting"] == "brussels-2016-02-11" and in_force(pledge, day)
        return here and held(pledge, day) not in {"ongoing", "completed"}

    query = "meeting=brussels-2016-02-11&on=2017-02-11&not_held=ongoing&not_held=completed"
    assert slugs(client, query) == chosen(asked) != set()


def test_canada_on_the_first_of_march_2016(client):
    day = date(2016, 3, 1)
    canadian = [p for p in PLEDGES if p["country"] == "CA" and in_force(p, day)]
    assert slugs(client, "country=CA&on=2016-03-01") == {p["slug"] for p in canadian}
    counts = Counter(held(p, day) for p in canadian)
    found = table(client, "country=CA&on=2016-03-01&down=held&across=type_group")
    assert {row["row"]: int(row["total"]) for row in found} == counts


def test_combat_aircraft_promised_and_left_at_the_end_of_2016(client):
    day = date(2016, 12, 31)
    combat = [p for p in PLEDGES if p["type"] == "airstrikes" and p["unit"] == "aircraft"]
    promised = [p for p in combat if announced(p) and announced(p)[0] <= day]
    left = [p for p in combat if in_force(p, day)]
    asked = "type=airstrikes&unit=aircraft&"
    assert slugs(client, asked + "announced_before=2016-12-31") == {p["slug"] for p in promised}
    assert slugs(client, asked + "on=2016-12-31") == {p["slug"] for p in left}
    for query, pledges in (("announced_before=2016-12-31", promised), ("on=2016-12-31", left)):
        lower, upper, is_open, _number = bounds(pledges, "aircraft")
        assert not is_open
        assert f"{lower} to {upper} aircraft" in words(page(client, f"/en/pledges/?{asked}{query}"))


def test_who_ended_or_suspended_and_when(client):
    closing = {"ended", "suspended"}
    found = {slug: [step for step in steps if step["status"] in closing] for slug, steps in STEPS.items()}
    found = {slug: steps for slug, steps in found.items() if steps}
    assert slugs(client, "later=ended&later=suspended") == set(found)
    since = {
        slug
        for slug, steps in found.items()
        for step in steps
        if step["happened_on"] and span(step["happened_on"], step["happened_precision"])[1] >= date(2016, 1, 1)
    }
    assert slugs(client, "later=ended&later=suspended&later_after=2016-01-01") == since


def test_who_promised_less(client):
    assert slugs(client, "change=reduce&change=end") == chosen(lambda p: p["change"] in {"reduce", "end"}) != set()


def test_changes_since_last_month(client):
    pledge = Commitment.objects.get(slug="ca-2016-02-trainers-210")
    pledge.caveat_en = "Counted anew."
    pledge.save()
    since = datetime.now(UTC).date() - timedelta(days=30)
    rows_ = file(client, f"/en/changes.csv?changed_after={since}")
    assert ("ca-2016-02-trainers-210", "Counted anew.") in {(row["pledge"], row["after"]) for row in rows_}
    assert "Counted anew." in page(client, f"/en/changes/?changed_after={since}&country=CA")
    assert "Counted anew." not in page(client, f"/en/changes/?changed_after={since}&country=FR")


def test_a_footnote_that_can_be_verified(client):
    """What is cited names how much was seen, at an address that shows the same later."""
    cited = words(page(client, "/en/pledges/?country=CA&type=airstrikes"))
    number = len(chosen(lambda p: p["country"] == "CA" and p["type"] == "airstrikes"))
    today = datetime.now(UTC).date()
    address = f"/en/pledges/?country=CA&type=airstrikes&as_of={today}"
    assert f"{number} pledge" in cited
    assert f"http://testserver{address}".replace("&", "&amp;") in cited
    assert stated(page(client, address)) == number
