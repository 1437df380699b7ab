"""The map and its table: the numbers of the list, each country drawn once, nothing as colour alone."""

import json
import re
from html import unescape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict

from pledges.charts import world
from pledges.management.commands import build_world
from pledges.models import Commitment
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.charts.conftest import SOME, found_by
from pledges.tests.html import stated, tight

pytestmark = pytest.mark.django_db

QUERIES = [
    "",
    "country=FR",
    "country=FR&country=NL&country=none",
    "country=none",
    "not_country=US",
    "not_country=none",
    "type=airstrikes",
    "not_type=airstrikes&sort=country&page=3",
    "place=mosul&place=raqqa",
    "source=aawsat-2016-02-brussels",
    "q=trainers+iraq",
    "meeting=brussels-2016-02-11&stage=promised",
    "announced_after=2016-02-01&announced_before=2016-02-29",
]
SHAPE = re.compile(
    r'<a class="shade-(\d)" href="/(?:en|ar)/pledges/\?([^"]*)"><title>([^<]+): ([^<]+)</title>(.*?)</a>'
)
ROW = re.compile(r'<tr><th scope="row">(.*?)</th><td class="n"><a href="/(?:en|ar)/pledges/([^"]*)">([^<]+)</a></td>')
# Arabic writes one and two in words
IN_WORDS = {"تعهد واحد": 1, "تعهدان": 2}


def get(client, query, language="en"):
    response = client.get(f"/{language}/map/?{query}")
    assert response.status_code == 200
    return tight(response.content.decode())


def table(html):
    """[(name, query string of the link, number)] of the table, and its total."""
    rows = [
        (re.sub("<[^>]+>", "", name), unescape(query).removeprefix("?"), int(number.replace(",", "")))
        for name, query, number in ROW.findall(html)
    ]
    return (rows[:-1], rows[-1][2]) if rows else ([], 0)


def shapes(html):
    """[(shade, query string, name, number, drawing)] of the links on the map that lead to pledges."""
    return [
        (
            int(shade),
            unescape(query),
            name,
            IN_WORDS.get(words.partition(" وحال")[0]) or int(re.search(r"\d+", words)[0]),
            drawing,
        )
        for shade, query, name, words, drawing in SHAPE.findall(html)
        if "declined=yes" not in query
    ]


def outlined(html):
    """The states whose borders are drawn once more, in the map of the region."""
    region = html.partition('id="map-region"')[2]
    return re.findall(r'<use class="outline" href="[^"#]+#(\w{3})"/>', region)


@pytest.mark.parametrize(
    ("query", "among", "missing"),
    [
        ("bloc=nato", {"ALB", "MNE", "ISL"}, {"FIN", "SWE", "AUT"}),  # with a pledge and without, joined and not yet
        ("region=mena", {"JOR", "SAU"}, {"FRA"}),
        ("region=mena&bloc=nato&bloc=gcc", {"SAU"}, {"JOR", "FRA"}),
        ("not_bloc=nato", set(), {"ALB"}),
        ("", set(), {"ALB"}),
    ],
)
def test_the_states_of_a_chosen_region_or_bloc_are_outlined(client, query, among, missing):
    html = get(client, query)
    assert among <= set(outlined(html))
    assert not missing & set(outlined(html))
    assert ("in a chosen region or bloc" in html) is bool(among)


def of_countries(rows):
    """The rows of a table without that of the groups of countries."""
    return [row for row in rows if QueryDict(row[1])["country"] != "none"]


@pytest.mark.parametrize(("language", "query"), [*(("en", query) for query in QUERIES), ("ar", QUERIES[0])])
def test_the_numbers_are_those_of_the_list_on_the_map_and_in_its_table(client, number_behind, language, query):
    html = get(client, query, language)
    rows, total = table(html)
    tally = CommitmentFilter(QueryDict(query)).tally
    assert sum(number for _name, _query, number in rows) == total == tally.pledges
    assert [number for *_row, number in rows] == [number_behind(link) for _name, link, _number in rows]
    some = rows[::SOME]
    assert [number for *_row, number in some] == [found_by(link) for _name, link, _number in some]
    countries = {link: (name, number) for name, link, number in of_countries(table(html)[0])}
    drawn = shapes(html)
    assert {link: (name, number) for _shade, link, name, number, _drawing in drawn} == countries
    assert len(drawn) == len(countries), "each country is a link once"


def test_a_link_of_the_map_opens_as_many_pledges_as_it_says(client):
    for _shade, link, _name, number, _drawing in shapes(get(client, "type=airstrikes&sort=country"))[::4]:
        html = client.get(f"/en/pledges/?{link}").content.decode()
        assert stated(html) == number
        assert "type=airstrikes" in link
        assert "sort=country" in link


def test_the_table_is_sorted_by_number_then_name(client):
    rows = [(-number, name) for name, _link, number in of_countries(table(get(client, ""))[0])]
    assert rows == sorted(rows)
    assert len(rows) == 50


def test_the_shade_follows_the_number_as_the_legend_says(client):
    html = get(client, "")
    legend = dict(re.findall(r'<rect class="shade-(\d)"[^>]*/></svg>\s*([^<]+?)\s*</li>', html))
    assert legend == {"1": "1", "2": "2 to 4", "3": "5 to 9", "4": "10 to 19", "5": "20 or more"}
    limits = {shade: (least, largest) for shade, least, largest in world.shades()}
    for shade, _link, name, number, _drawing in shapes(html):
        least, largest = limits[shade]
        assert least <= number <= (largest or number), name


def test_groups_of_countries_are_said_in_words(client):
    assert "53 pledges of groups of countries</a>" in get(client, "")
    assert "of groups of countries</a>" not in get(client, "country=FR")


def test_one_country_alone(client):
    html = get(client, "country=FR")
    [(shade, link, name, number, drawing)] = shapes(html)
    assert (shade, link, name, number) == (4, "country=FR", "France", 11)
    assert 'world.svg#FRA"' in drawing


@pytest.mark.parametrize("query", ["country=XX", "unknown=1", "announced_after=nonsense", "q=%00", "country=fra"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_query_that_cannot_be_read_gives_a_message_and_no_numbers(client, language, query):
    html = get(client, query, language)
    assert 'id="problems"' in html
    assert shapes(html) == table(html)[0] == []
    assert "<use" not in html


def test_nothing_found_is_said(client):
    html = get(client, "q=no-such-word")
    assert "No pledges match." in html
    assert "<use" not in html


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_map_carries_its_caveat_and_its_credit(client, language):
    html = get(client, "", language)
    assert "Natural Earth" in html
    assert "Visionscarto" in html


def test_every_country_with_pledges_has_a_shape_or_a_circle(client):
    paths = set(re.findall(r'<path id="(\w+)"', build_world.SVG.read_text(encoding="utf-8")))
    iso3 = set(Commitment.objects.public().exclude(country=None).values_list("country__iso3", flat=True))
    drawn = {
        re.search(r"world\.svg#(\w+)", drawing)[1]: "<circle" in drawing for *_rest, drawing in shapes(get(client, ""))
    }
    assert drawn.keys() == iso3
    assert [code for code, circled in drawn.items() if code not in paths and not circled] == []
    assert {"BHR", "LUX", "SGP"} == {code for code in ("BHR", "LUX", "SGP", "FRA", "SAU") if drawn[code]}


def test_a_country_without_a_known_place_is_named(client):
    make.make_commitment("test-nowhere")
    html = get(client, "type=test_type")
    assert shapes(html) == []
    assert re.search(r"Without a place on the map:.*country=ZZ.*Testland", html)
    assert table(html) == ([("Testland", "type=test_type&country=ZZ", 1)], 1)


# The files of build_world


def test_the_shapes_are_one_per_country_and_light():
    text = build_world.SVG.read_text(encoding="utf-8")
    ids = re.findall(r'id="(\w+)"', text)
    assert len(ids) == len(set(ids)) > 200
    assert not {"ATA", "CYN", "SOL"} & set(ids)
    assert set(ids) - {"world"} <= world.boxes()["countries"].keys()
    assert len(text) < 400_000
    assert "Natural Earth" in text
    assert "BSD-3-Clause" in text


def test_nothing_smears_across_the_map():
    boxes = world.boxes()
    assert max(box.width for box in boxes["countries"].values()) < boxes["world"].width / 2
    # the north-east of Russia, on both sides of 180 degrees, and an island on both sides of the edge
    for ring in ([(170, 65), (180, 66), (-180, 66), (-172, 65), (170, 65)], [(-168, 63), (-170, 64), (-168, 63)]):
        assert build_world.box(build_world.drawn(ring))[2] < 400


def square(left, bottom):
    return [[left, bottom], [0, 5], [5, 0], [0, -5], [-5, 0]]


def test_shapes_are_built_from_topojson(tmp_path, monkeypatch):
    codes = {"ISL": 0, "NOR": 20, "ATA": 40, "CYN": 60}
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [square(left, 10) for left in codes.values()],
        "objects": {
            "countries": {"geometries": [{"properties": {"a3": code}, "arcs": [[[n]]]} for n, code in enumerate(codes)]}
        },
    }
    (tmp_path / "50m.json").write_text(json.dumps(topology), encoding="utf-8")
    monkeypatch.setattr(build_world, "SVG", tmp_path / "world.svg")
    monkeypatch.setattr(build_world, "BOXES", tmp_path / "world.json")
    monkeypatch.setattr(build_world, "REGION", ("ISL", "NOR"))
    call_command("build_world", str(tmp_path), stdout=StringIO())
    text = (tmp_path / "world.svg").read_text(encoding="utf-8")
    assert re.findall(r'<path id="(\w+)"', text) == ["ISL", "NOR"]
    assert text.count("<path") == 3, "ground without an ISO code is drawn, Antarctica is not"
    boxes = json.loads((tmp_path / "world.json").read_text(encoding="utf-8"))
    assert {"ISL", "NOR", "GIB"} <= boxes["countries"].keys()
    assert not {"ATA", "CYN"} & boxes["countries"].keys()


def test_a_folder_without_shapes_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"50m\.json is missing"):
        call_command("build_world", str(tmp_path))
