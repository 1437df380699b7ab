"""What sources give, drawn: each value at its place on one axis, with its words and its source."""

import re
from datetime import date
from html import unescape

import pytest
from django.http import QueryDict
from django.utils.translation import override

from pledges.charts.claims import DATE, MARGIN, NUMBER, drawn, shown_of
from pledges.models import Commitment
from pledges.models.vocab import Precision, QuantityQualifier, Stance
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.html import tight

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<h2><a class="pledge-link" href="/\w\w/pledges/([^/]+)/"')


def page(client, query, language="en"):
    response = client.get(f"/{language}/disagreements/?{query}")
    assert response.status_code == 200
    return tight(response.content.decode())


def words_of(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace(" ,", ",")


def bosnia():
    """500 tonnes in two sources, more than 550 in a third; the record holds 500 to 550."""
    return Commitment.objects.get(slug="ba-2015-03-ammo")


def of(pledge, kind=NUMBER):
    return drawn(pledge, pledge.citations.select_related("source"), kind)


# The page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_rows_are_those_of_the_list_the_widest_gap_first_on_light_pages(
    client, language, django_assert_max_num_queries
):
    client.get("/en/pledges/")  # makes the index
    with django_assert_max_num_queries(15):
        html = page(client, "about=number", language)
    expected = [row.slug for row in CommitmentFilter(QueryDict("number_claims=differ&sort=-gap")).results]
    assert LINK.findall(html) == expected[:10]
    assert len(html) < 120_000
    assert f'href="/{language}/pledges.csv?number_claims=differ&amp;sort=-gap"' in html


def test_each_pledge_says_how_far_its_sources_are_apart_and_who_gives_what(client):
    words = words_of(page(client, "about=number&country=BA"))
    assert "1 pledge with different numbers" in words
    assert "500 to 550 tonnes, 9% apart" in words
    assert "500 tonnes Al-Masry Al-Youm" in words
    assert "at least 550 tonnes Reuters" in words
    assert "The record holds: between 500 and 550 tonnes" in words
    assert "من 500 إلى 550 طنًا، بفارق 9%" in words_of(page(client, "about=number&country=BA", "ar"))


def test_the_switch_keeps_the_filter_and_the_filter_the_switch(client):
    html = page(client, "about=number&country=BA&country=CA")
    for about in ("number", "date"):
        assert f'href="?about={about}&amp;country=BA&amp;country=CA"' in html or (
            f'href="?country=BA&amp;country=CA&amp;about={about}"' in html
        )
    assert '<input type="hidden" name="about" value="number">' in html


def test_dates_days_apart_are_told_in_days(client):
    pledge = make.make_commitment("test-days", sources=0)
    for number, day in enumerate((9, 11)):
        make.make_citation(
            pledge,
            make.make_source(f"test-day-{number}"),
            claimed_on=date(2016, 3, day),
            claimed_precision=Precision.DAY,
        )
    words = words_of(page(client, "about=date"))
    assert "1 pledge with different dates" in words
    assert "9 March 2016 to 11 March 2016, 2 days apart" in words
    assert "بفارق يومين" in words_of(page(client, "about=date", "ar"))


def test_where_no_dates_differ_the_page_says_so(client):
    words = words_of(page(client, "about=date"))
    assert "No two sources give different dates for any of these pledges." in words


def test_a_filter_that_asks_for_agreement_alone_is_told_of(client):
    words = words_of(page(client, "about=number&number_claims=agree"))
    assert "leaves out the pledges whose sources differ" in words


def test_another_comparison_is_no_rows_and_a_message(client):
    html = page(client, "about=colour")
    assert "colour" in words_of(html)
    assert LINK.findall(html) == []


# The drawing


def test_the_lowest_and_the_highest_value_stand_at_the_ends_of_the_axis_and_the_others_in_proportion():
    pledge = make.make_commitment("test-axis", sources=0, quantity_min=100, quantity_max=100)
    for number, value in enumerate((100, 150, 300)):
        make.make_citation(pledge, make.make_source(f"test-{number}"), claimed_min=value, claimed_max=value)
    drawing = of(pledge)
    places = [claim.dots[0].x for claim in drawing.claims]
    assert places == [MARGIN, pytest.approx(MARGIN + (100 - 2 * MARGIN) / 4), 100 - MARGIN]
    assert [words for _x, words in drawing.ticks] == ["100", "300"]
    with override("ar"):
        assert [claim.dots[0].x for claim in of(pledge).claims] == [100 - place for place in places]


def test_what_is_open_is_an_open_dot_with_a_line_to_the_edge_and_the_record_a_band():
    drawing = of(bosnia())
    *exact, open_one = drawing.claims
    assert [(claim.bar, [dot.is_open for dot in claim.dots]) for claim in exact] == [(None, [False])] * 2
    assert [dot.is_open for dot in open_one.dots] == [True]
    assert (open_one.bar.start, open_one.bar.end) == (open_one.dots[0].x, 100)
    assert (drawing.own.start, drawing.own.end) == (MARGIN, 100 - MARGIN)
    with override("ar"):
        mirrored = of(bosnia()).claims[-1]
        assert (mirrored.bar.start, mirrored.bar.end) == (0, mirrored.dots[0].x)


def test_every_dot_leads_to_its_source_and_says_what_it_stands_for(client):
    html = page(client, "about=number&country=BA")
    lanes = re.findall(r'<svg class="lane" aria-hidden="true" focusable="false">.*?</svg>', html, flags=re.S)
    dots = [re.search(r'<a href="/en/sources/([^/]+)/" tabindex="-1"><title>(.*?)</title>', lane) for lane in lanes]
    found = {match.group(1): unescape(match.group(2)) for match in dots if match}
    assert found.keys() == {"reuters-2015-03-16-ba", "obc-2015-03-12-ba", "amay-2015-03-10-ba"}
    assert found["reuters-2015-03-16-ba"] == "at least 550 tonnes"
    assert "style=" not in "".join(lanes)


# The page of a pledge


def test_a_citation_tells_what_its_source_gives_and_the_pledge_how_far_they_are_apart(client):
    words = words_of(client.get("/en/pledges/ba-2015-03-ammo/").content.decode())
    assert "Number that the source gives at least 550 tonnes" in words
    assert "500 to 550 tonnes, 9% apart" in words
    dated = words_of(client.get("/en/pledges/us-2016-04-rockets/").content.decode())
    assert "Announced on, by this source 18 April 2016" in dated
    assert "What the sources give" not in dated


def test_a_single_value_is_drawn_only_where_the_record_holds_another():
    latvia = Commitment.objects.get(slug="lv-2016-01-trainers-6")
    (drawing,) = shown_of(latvia, latvia.citations.select_related("source"))
    assert ([claim.words for claim in drawing.claims], drawing.own_words) == (["10 personnel"], "6 personnel")
    pledge = make.make_commitment("test-inside", sources=0, quantity_max=9, quantity_qualifier=QuantityQualifier.UP_TO)
    make.make_citation(pledge, claimed_min=9, claimed_max=9)
    assert shown_of(pledge, pledge.citations.all()) == []


def test_a_pledge_without_a_unit_draws_no_numbers_and_breaks_no_page(client):
    pledge = make.make_commitment("test-no-unit", sources=0)
    make.make_citation(pledge, claimed_min=9)
    make.make_citation(pledge, make.make_source("test-2"), claimed_max=3, stance=Stance.CONTRADICTS)
    assert client.get("/en/pledges/test-no-unit/").status_code == 200
    assert "test-no-unit" in LINK.findall(page(client, "about=number"))
    assert of(pledge, DATE) is None
