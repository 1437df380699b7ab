"""What a query string finds, on rows made for the purpose beside the real data."""

from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.utils import translation

from pledges.models import Commitment
from pledges.models.vocab import Stance
from pledges.query.pledge_dimensions import SORTS
from pledges.query.pledges import CommitmentFilter
from pledges.tests import make
from pledges.tests.cast import make_cast

pytestmark = pytest.mark.django_db


def asked(query):
    return CommitmentFilter(QueryDict(quote(query, safe="=&%")))


def found(query):
    """The invented pledges that a query string finds, in order, without their `test-`."""
    return [c.slug.removeprefix("test-") for c in asked(query).results if c.slug.startswith("test-")]


@pytest.fixture(scope="module", autouse=True)
def cast(module_db):
    make_cast()


TYPES = "type=test_balloons&type=test_kites"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TYPES, "south-kites north-balloons north-kites group-balloons south-balloons undated"),
        # OR within a filter, AND between filters
        ("type=test_balloons", "north-balloons group-balloons south-balloons"),
        ("country=ZZ&type=test_balloons", "north-balloons"),
        ("country=ZZ&country=ZY&type=test_balloons", "north-balloons south-balloons"),
        # not stated
        ("country=none&type=test_balloons", "group-balloons"),
        ("country=none&country=ZY&type=test_balloons", "group-balloons south-balloons"),
        (TYPES + "&unit=none", "south-kites north-kites group-balloons undated"),
        (TYPES + "&place=none", "south-kites north-kites group-balloons south-balloons undated"),
        (TYPES + "&meeting=none", "south-kites north-kites group-balloons south-balloons undated"),
        (TYPES + "&change=none", "north-kites"),
        (TYPES + "&theatre=none", "north-kites"),
        (TYPES + "&theatre=unspecified", "north-kites"),
        # exclusion keeps what is not stated
        ("not_type=test_kites&type=test_balloons&not_country=ZZ", "group-balloons south-balloons"),
        (TYPES + "&not_unit=test_unit", "south-kites north-kites group-balloons undated"),
        (TYPES + "&not_unit=none", "north-balloons south-balloons"),
        (TYPES + "&not_country=none", "south-kites north-balloons north-kites south-balloons undated"),
        (TYPES + "&not_place=test-place", "south-kites north-kites group-balloons south-balloons undated"),
        # the other dimensions
        (TYPES + "&status=approved", "north-balloons"),
        (TYPES + "&stage=approved", "north-balloons"),
        (TYPES + "&stage=approved&stage=delivered", "north-balloons"),
        (TYPES + "&type_group=general&status=approved", "north-balloons"),
        (TYPES + "&type_group=air", ""),
        (TYPES + "&year=2016", "north-balloons north-kites group-balloons"),
        (TYPES + "&year=2015&year=none", "south-balloons undated"),
        (TYPES + "&place=test-place", "north-balloons"),
        (TYPES + "&meeting=test-meeting", "north-balloons"),
        (TYPES + "&source=test-source-2", "north-balloons"),
        (TYPES + "&only_source=test-source-2", ""),
        (TYPES + "&only_source=test-denial", ""),
        (TYPES + "&only_source=none", "north-balloons"),
        (TYPES + "&not_only_source=none", "south-kites north-kites group-balloons south-balloons undated"),
        (TYPES + "&attribution=third_party", "south-balloons"),
        (TYPES + "&grade=disputed", "south-kites"),
        (TYPES + "&disputed=yes", "south-kites"),
        (TYPES + "&disputed=no", "north-balloons north-kites group-balloons south-balloons undated"),
        (TYPES + "&min_sources=2", "north-balloons"),
        (TYPES + "&min_sources=3", "north-balloons"),
        (TYPES + "&min_sources=4", ""),
        (TYPES + "&unit=test_unit", "north-balloons south-balloons"),
        # dates: either end open; an imprecise date is a span; an undated pledge is in no span
        (TYPES + "&announced_after=2016-02-12", "south-kites north-kites group-balloons"),
        (TYPES + "&announced_after=2016-03-01", "south-kites group-balloons"),
        (TYPES + "&announced_before=2016-01-31", "group-balloons south-balloons"),
        (
            TYPES + "&announced_after=2016-02-11&announced_before=2016-02-11",
            "north-balloons north-kites group-balloons",
        ),
        (TYPES + "&announced_after=2016-02-29&announced_before=2016-02-29", "north-kites group-balloons"),
        # words: every one must occur, from its start, in either language, however it is spelled
        (TYPES + "&q=SOUTH balloons", "south-kites south-balloons"),
        (TYPES + "&q=balloons north", "north-balloons north-kites"),
        (TYPES + "&q=بلد الإختبار&country=ZY", "south-kites south-balloons"),
        (TYPES + "&q=بَلَد اختبار&country=ZY", "south-kites south-balloons"),
        (TYPES + "&q=alloons", ""),
        # empty parameters are as if absent, a repeated value counts once
        (
            TYPES + "&country=&q=%20&place=",
            "south-kites north-balloons north-kites group-balloons south-balloons undated",
        ),
        ("type=test_balloons&type=test_balloons&country=ZZ&country=ZZ", "north-balloons"),
        # order: not stated comes last both ways
        (TYPES + "&sort=announced", "south-balloons group-balloons north-kites north-balloons south-kites undated"),
        (TYPES + "&sort=quantity", "south-balloons north-balloons south-kites north-kites group-balloons undated"),
        (TYPES + "&sort=-quantity", "north-balloons south-balloons south-kites north-kites group-balloons undated"),
        (TYPES + "&sort=country", "group-balloons north-balloons north-kites undated south-kites south-balloons"),
    ],
)
def test_a_query_finds_exactly_these_in_this_order(query, expected):
    assert found(query) == expected.split()


BAD = [
    ("country=XX", "XX"),
    ("country=pla", "pla"),
    ("not_country=XX", "XX"),
    ("type=airstrikes&type=nonsense", "nonsense"),
    ("status=none", "none"),
    ("year=99999", "99999"),
    ("year=-1", "-1"),
    ("contry=PL", "contry"),
    ("place=%00", "not known"),
    ("country=%FF%FE", "not known"),
    ("source=no-such-source", "no-such-source"),
    ("announced_after=2016-13-01", "2016-13-01"),
    ("announced_after=yesterday", "yesterday"),
    ("announced_after=99999-01-01", "99999-01-01"),
    ("announced_before=0000-00-00", "0000-00-00"),
    ("announced_after=2016-03-01&announced_before=2016-02-01", "before"),
    ("announced_after=2016-03-01&announced_after=2016-04-01", "more than once"),
    ("on=2016-02-30", "2016-02-30"),
    ("on=then", "then"),
    ("on=2999-01-01", "still to come"),
    ("on=2016-03-01&on=2016-03-02", "more than once"),
    ("held=ongoing", "needs the day"),
    ("not_held=ongoing", "needs the day"),
    ("held=ongoing&on=%20", "needs the day"),
    ("on=2016-03-01&held=none", "none"),
    ("on=2016-03-01&held=delivered", "delivered"),
    ("down=held", "needs the day"),
    ("across=held", "needs the day"),
    ("later=over", "over"),
    ("later_after=2016-13-01", "2016-13-01"),
    ("later_after=2016-03-01&later_before=2016-02-01", "before"),
    ("q=one&q=two", "more than once"),
    ("q=" + "x" * 10_000, "too long"),
    ("q=" + "a " * 90, "too many words"),
    ("q=%00", "cannot be read"),
    ("q=%FF", "cannot be read"),
    ("q=!!!", "no letters"),
    ("min_sources=1.5", "whole number"),
    ("min_sources=-1", "greater"),
    ("min_sources=" + "9" * 5000, "whole number"),
    ("disputed=maybe", "maybe"),
    ("sort=slug;drop", "slug;drop"),
    ("sort=country&sort=type", "more than once"),
    ("page=0", "greater"),
    ("page=two", "whole number"),
    ("%00=1", "not known"),
    ("x" * 5000 + "=1", "not known"),
]


@pytest.mark.parametrize(("query", "message"), BAD)
def test_what_cannot_be_read_finds_nothing_and_says_why(query, message):
    commitments = asked(query)
    assert list(commitments.results) == []
    assert message in " ".join(map(str, commitments.problems))


@pytest.mark.parametrize(("query", "message"), BAD)
def test_the_reason_is_given_in_arabic_too(query, message):
    with translation.override("ar"):
        problems = asked(query).problems
        assert problems
        for problem in problems:
            assert any("\u0600" <= letter <= "\u06ff" for letter in problem.message), problem.message


def test_a_pledge_rests_on_one_story_however_often_it_is_printed():
    original = make.make_source("test-original")
    reprint = make.make_source("test-reprint", derived_from=original)
    pledge = make.make_commitment("test-one-story", sources=0)
    make.make_citation(pledge, original)
    make.make_citation(pledge, reprint)
    make.make_citation(pledge, make.make_source("test-background"), stance=Stance.CONTEXT)
    assert found("only_source=test-original") == found("only_source=test-reprint") == ["one-story"]
    assert found("only_source=test-background") == []
    make.make_citation(pledge, make.make_source("test-other-story"))
    assert found("only_source=test-original&only_source=test-other-story") == []


def test_latin_marks_do_not_matter():
    make.make_commitment("test-cote", country=make.make_country("ZX", iso3="ZXZ", name_en="Côte de Test"))
    assert found("q=cote") == ["cote"] == found("q=CÔTE")


def test_figures_match_as_a_whole():
    make.make_commitment("test-1500", summary_en="Testland promised 1,500 balloons.")
    assert found("q=1500") == found("q=1,500") == found("q=١٥٠٠") == ["1500"]
    assert found("q=150 balloons") == []


def test_an_alias_of_a_country_is_searched():
    country = make.make_country("ZX", iso3="ZXZ", alt_names="Balloonia;بالونيا")
    make.make_commitment("test-alias", country=country)
    assert found("q=balloonia") == found("q=بالونيا") == ["alias"]


def test_real_pledges_of_jordan_are_found_however_the_name_is_spelled():
    jordan = set(Commitment.objects.public().filter(country__iso2="JO"))
    plain, marked = (set(asked(query).results) for query in ("q=الاردن", "q=الأُرْدُن"))
    assert plain == marked
    assert jordan <= plain
    assert jordan <= set(asked("q=jordan").results)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
def test_every_sort_keeps_every_row_in_a_fixed_order(sort, language):
    with translation.override(language):
        rows = asked(f"sort={sort}").results.values_list("slug", flat=True)
        slugs = list(rows)
        again = [slug for start in range(0, len(slugs), 100) for slug in rows[start : start + 100]]
    assert slugs == again
    assert len(slugs) == len(set(slugs)) == Commitment.objects.public().count()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "All published pledges."),
        ("sort=country&page=2", "All published pledges."),
        ("country=PL&country=RO&type=airstrikes", "Pledges of Poland or Romania, of the type Airstrikes."),
        ("country=none&disputed=yes", "Pledges of groups of countries, that a source contradicts."),
        ("not_type=airstrikes", "All published pledges, except Type of pledge: Airstrikes."),
        (
            "announced_after=2015-01-01&unit=none",
            "Pledges whose quantity is not stated, announced since 1 January 2015.",
        ),
        ("country=CA&on=2016-03-01", "Pledges of Canada, in force on 1 March 2016."),
        (
            "country=CA&on=2016-03-01&held=ongoing&held=ended&not_held=ended",
            "Pledges of Canada, except Status on the day: Ended or withdrawn, "
            "whose status on 1 March 2016 was Ongoing or Ended or withdrawn.",
        ),
        (
            "later=ended&later_after=2016-01-01",
            "Pledges with the later status Ended or withdrawn, with a later step since 1 January 2016.",
        ),
        ("min_sources=1", "Pledges supported by at least 1 independent source."),
        ("country=XX", "No pledges are shown, because part of the address cannot be read."),
    ],
)
def test_one_sentence_says_what_is_shown(query, sentence):
    assert asked(query).sentence == sentence


def test_each_chip_removes_only_itself():
    commitments = asked("country=PL&country=RO&not_type=airstrikes&q=f-16&sort=country&page=2")
    links = {chip.value: chip.query for chip in commitments.chips}
    assert links == {
        "Poland": "country=RO&not_type=airstrikes&q=f-16&sort=country",
        "Romania": "country=PL&not_type=airstrikes&q=f-16&sort=country",
        "Airstrikes": "country=PL&country=RO&q=f-16&sort=country",
        "f-16": "country=PL&country=RO&not_type=airstrikes&sort=country",
    }


@pytest.mark.parametrize("name", ["x%d", "country"])
def test_very_many_conditions_have_chips_by_parameter(client, name):
    query = "type=airstrikes&" + "&".join(f"{name.replace('%d', str(n))}=F{n}" for n in range(900))
    chips = asked(query).chips
    words = "Unknown parameters" if name == "x%d" else "Country"
    assert [(chip.label, chip.value) for chip in chips] == [("Type of pledge", "Airstrikes"), (words, "900 values")]
    assert chips[1].query == "type=airstrikes"
    assert chips[0].query == query.removeprefix("type=airstrikes&")
    # it grows with the number of values, not with its square
    assert len(client.get(f"/en/pledges/?{query}").content) < 1_000_000


def test_the_chip_of_a_day_takes_with_it_what_is_asked_of_the_day():
    links = {chip.label: chip.query for chip in asked("on=2016-03-01&held=ongoing&down=held&country=CA").chips}
    assert links["In force on"] == "country=CA"
    assert links["Status on the day"] == "on=2016-03-01&down=held&country=CA"


def test_a_value_that_is_not_known_has_a_chip_too():
    (chip,) = asked("country=XX").chips
    assert (chip.value, chip.query) == ("XX", "")


def test_a_draft_alone_does_not_make_its_place_meeting_or_source_known():
    draft = make.make_commitment(
        "test-secret", sources=0, state="draft", places=[make.make_place("test-hidden")],
        meeting=make.make_meeting("test-hidden", is_public=False),
    )  # fmt: skip
    make.make_citation(draft, make.make_source("test-hidden"))
    for name in ("place", "meeting", "source"):
        assert asked(f"{name}=test-hidden").problems, name
    Commitment.objects.filter(pk=draft.pk).update(state="published", is_public=True)
    for name in ("place", "meeting", "source"):
        assert not asked(f"{name}=test-hidden").problems, name
