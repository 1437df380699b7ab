"""The map: how many of the given commitments each country has, and where it is drawn.

Countries of Europe and the Middle East have their link in the larger map of that region, the others
in the map of the world; each country has exactly one home.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple, Self

from django.db.models import Max, Min

from pledges.i18n import localized_order
from pledges.models import BlocMember, Commitment, Country
from pledges.query.dimension import NONE
from pledges.query.facets import tallies
from pledges.query.pledges import CommitmentFilter, Tally

# the least number of commitments of each shade: the same for every query, so that maps can be compared
SHADES = (1, 2, 5, 10, 20)
# a country smaller than this part of its map is drawn with a circle, of this radius
SMALL = 1 / 80
RADIUS = 1 / 130


@dataclass(frozen=True)
class CountryCount:
    """A country and the `Tally` of its commitments, with the shade for its pledges: 1 to 5, 0 for none."""

    iso2: str
    iso3: str
    name: str
    tally: Tally

    @property
    def shade(self):
        return sum(least <= self.tally.pledges for least in SHADES)


@dataclass(frozen=True)
class WorldCounts:
    """Countries with commitments, the most first, then by name; the `Tally` of groups of countries."""

    countries: list[CountryCount]
    groups: Tally


class Box(NamedTuple):
    """A rectangle in units of the drawing; y grows downwards."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self):
        return self.left + self.width

    @property
    def bottom(self):
        return self.top + self.height

    def is_inside(self, other: Self) -> bool:
        return (
            other.left <= self.left
            and other.top <= self.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )

    def meets(self, other: Self) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Circle:
    """Where a country is too small to be seen: the circle around its middle, in units of the drawing."""

    x: float
    y: float
    r: float


@dataclass(frozen=True)
class Drawing:
    """One of the two maps: its part of the world, and the countries in it.

    `at_home` are (country, circle or None); `guests` have their home in the other map.
    """

    name: str
    box: Box
    at_home: list[tuple[CountryCount, Circle | None]]
    guests: list[CountryCount]
    outlined: list[str]  # iso3 of the states of the chosen regions and blocs in this part of the world

    @property
    def view_box(self):
        return " ".join(map(str, self.box))


def count_countries(query: CommitmentFilter) -> WorldCounts:
    """`WorldCounts` of the matches of a `CommitmentFilter`."""
    tally = tallies(query, "country")
    named = Country.objects.public().order_by(localized_order("name"), "pk")
    counted = [CountryCount(row.iso2, row.iso3, row.name, found) for row in named if (found := tally(row.iso2)).rows]
    return WorldCounts(sorted(counted, key=lambda country: -country.tally.pledges), tally(NONE))


def shades() -> list[tuple[int, int, int | None]]:
    """The legend: (shade, least number, largest number or None) of each shade."""
    largest = [least - 1 for least in SHADES[1:]] + [None]
    return [(n, *limits) for n, limits in enumerate(zip(SHADES, largest, strict=True), start=1)]


def outlined(query: CommitmentFilter) -> list[str]:
    """The states (iso3) in the chosen regions that were in the chosen blocs while pledges were made; none of none."""
    regions, blocs = (query.parameters.getlist(name) for name in ("region", "bloc"))
    if not (regions or blocs):
        return []
    found = Country.objects.filter(region__in=regions) if regions else Country.objects.all()
    if blocs:
        pledged = Commitment.objects.public().aggregate(first=Min("announced_on"), last=Max("announced_on"))
        members = BlocMember.objects.during(pledged["first"] or date.min, pledged["last"] or date.max)
        found = found.filter(pk__in=members.filter(bloc__slug__in=blocs).values("country"))
    return [iso3 for iso3 in found.order_by("iso3").values_list("iso3", flat=True) if iso3 in boxes()["countries"]]


def drawing(name: str, countries: list[CountryCount], outlined: Iterable[str] = ()) -> Drawing:
    """The `Drawing` of `CountryCount`s called `name`: world or region."""
    shapes = boxes()
    frame = shapes[name]
    drawn = [(country, shapes["countries"][country.iso3]) for country in countries if is_drawn(country)]
    at_home = [(country, circle(box, frame)) for country, box in drawn if home(box) == name]
    guests = [country for country, box in drawn if home(box) != name and box.meets(frame)]
    lined = [iso3 for iso3 in outlined if shapes["countries"][iso3].meets(frame)]
    # circles last, so that no neighbour is drawn over them
    return Drawing(name, frame, sorted(at_home, key=lambda pair: pair[1] is not None), guests, lined)


def is_drawn(country: CountryCount) -> bool:
    """Whether it is known where a `CountryCount` lies."""
    return country.iso3 in boxes()["countries"]


@cache
def boxes() -> dict[str, Any]:
    """The `Box` of the whole `world`, of the `region`, and of `countries` by iso3: of their largest part.

    Made by `manage.py build_world`.
    """
    read = json.loads(Path(__file__).with_name("world.json").read_text(encoding="utf-8"))
    return {
        "world": Box(*read["world"]),
        "region": Box(*read["region"]),
        "countries": {iso3: Box(*box) for iso3, box in read["countries"].items()},
    }


def home(box: Box) -> str:
    """The map in which a country has its link."""
    return "region" if box.is_inside(boxes()["region"]) else "world"


def circle(box: Box, frame: Box) -> Circle | None:
    """The circle for a country that is small in a map, else None."""
    if sqrt(box.width * box.height) >= frame.width * SMALL:
        return None
    return Circle(box.left + box.width / 2, box.top + box.height / 2, round(frame.width * RADIUS))


def drawn(query: CommitmentFilter) -> dict[str, Any]:
    """What the page shows of the matches of a `CommitmentFilter`: both maps, and what is on none."""
    counted, lined = count_countries(query), outlined(query)
    return {
        "countries": counted.countries,
        "groups": counted.groups,
        "world": drawing("world", counted.countries, lined),
        "region": drawing("region", counted.countries, lined),
        "is_outlined": bool(lined),
        "undrawn": [country for country in counted.countries if not is_drawn(country)],
        "shades": shades(),
    }
