"""The search of the pledges: the same rows for each spelling and name, those that say it themselves first."""

import csv
import io
import json
import re

import pytest
from django.db.models import F
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pledges.i18n import Alphabetical, alphabetical
from pledges.models import Commitment, Source
from pledges.query.pledges import CommitmentFilter
from pledges.query.sources import SourceFilter
from pledges.record import folding
from pledges.tests import make

pytestmark = pytest.mark.django_db


def asked(words, **parameters):
    query = QueryDict(mutable=True)
    query.update({"q": words, **parameters})
    return CommitmentFilter(query)


def found(words):
    return set(asked(words).results.values_list("slug", flat=True))


# Each spelling


@pytest.mark.parametrize(
    "spellings",
    [
        ("مهام", "ومهام", "للمهام"),
        ("البشمركة", "البيشمركة", "بالبيشمركة", "Peshmerga"),
        ("ألمانیا", "ألمانيا", "المانيا", "وألمانیا"),
        ("الکویت", "الكويت"),
        ("السعودیة", "السعودية", "السعوديه"),
        ("ترکیا", "تركيا", "Turkey", "Türkiye"),
        ("US", "America", "أميركا", "United States"),
        ("١٬٠٠٠", "1,000", "1000", "1\u00a0000", "۱۰۰۰"),
        ("1\u00a0500", "1500", "1,500"),
        ("F‑16", "F-16", "f16", "F–16"),
        ("sol\u00addiers", "soldiers", "sol\u200cdiers"),
        ("ISIS", "ISIL", "Daesh", "Daʿesh", "IS", "Islamic State", "داعش", "تنظيم الدولة"),
    ],
)
def test_each_spelling_finds_the_same_pledges(spellings):
    first, *others = (found(spelling) for spelling in spellings)
    assert first
    assert all(other == first for other in others)


def test_sources_are_found_by_each_name_and_spelling():
    names = [set(SourceFilter(QueryDict(f"q={name}")).results) for name in ("ISIS", "Daesh", "داعش", "IS")]
    assert names[0]
    assert all(sources == names[0] for sources in names)


def test_words_of_notes_are_found():
    pledge = make.make_commitment(
        caveat_en="Perhaps in quuxes.", quantity_min=7, quantity_max=7, quantity_text="sju quaxar"
    )
    make.make_citation(pledge, make.make_source("test-other"), note="Counted in bazookax.", locator="box quex 3")
    make.make_status_change(
        pledge, note="Improbablex since then.", source=make.make_source("test-step", title="Quixes sent")
    )
    words = ["quuxes", "bazookax", "quex", "improbablex", "quaxar"]
    assert [
        word for word in words if not Commitment.objects.filter(folding.holds("own_words", word), pk=pledge.pk)
    ] == []
    assert found("quixes") == {"test-pledge"}
    assert not Commitment.objects.filter(folding.holds("own_words", "quixes"))


@pytest.mark.parametrize("word", ["bazookas", "improbable"])
def test_words_of_the_real_notes_are_found(word):
    assert found(word)


# What says it itself comes first


@pytest.fixture
def zeppelins():
    """Three pledges: the second says it, the others are only cited with a title that does."""
    source = make.make_source("test-title", title="Zeppelins and other promises")
    for number, words in enumerate(["kites", "zeppelins", "balloons"], 1):
        pledge = make.make_commitment(f"test-{number}", summary_en=f"Testland promised {words}.", sources=0)
        make.make_citation(pledge, source)
    return source


def test_pledges_that_say_it_come_first_and_the_others_stay(zeppelins):
    assert [pledge.slug for pledge in asked("zeppelins").results] == ["test-2", "test-1", "test-3"]
    assert [pledge.slug for pledge in asked("zeppelins", sort="-announced").results] == ["test-1", "test-2", "test-3"]
    assert asked("zeppelins").matching().count() == 3


def test_words_of_the_pledge_and_of_a_title_together_find_it_as_one_of_a_title(zeppelins):
    assert {pledge.slug for pledge in asked("kites zeppelins").results} == {"test-1"}
    assert not asked("kites zeppelins").matching().filter(asked("kites zeppelins").holds_itself)


@pytest.mark.parametrize(
    ("language", "numbers", "mark"),
    [
        (
            "en",
            "1 in the pledges themselves, which come first; 2 only in titles of their sources.",
            "Found in the title of a source",
        ),
        ("ar", "1 في التعهدات نفسها، وتأتي أولًا؛ و2 في عناوين مصادرها فقط.", "وُجد في عنوان مصدر"),
    ],
)
def test_the_list_says_where_it_found_the_words(client, zeppelins, language, numbers, mark):
    html = " ".join(client.get(f"/{language}/pledges/?q=zeppelins").content.decode().split())
    assert numbers in html
    rows = html.split('<tr role="row">')[-3:]
    assert [mark in row for row in rows] == [False, True, True]
    chosen = client.get(f"/{language}/pledges/?q=zeppelins&columns=slug").content.decode()
    assert chosen.count(mark) == 2


def test_files_hold_the_same_rows_in_the_same_order(client, zeppelins):
    slugs = ["test-2", "test-1", "test-3"]
    rows = csv.DictReader(io.StringIO(client.get("/en/pledges.csv?q=zeppelins").getvalue().decode("utf-8-sig")))
    assert [row["slug"] for row in rows] == slugs
    assert [row["slug"] for row in json.loads(client.get("/api/v1/pledges?q=zeppelins").content)["pledges"]] == slugs


def test_the_emirates_say_it_themselves_before_a_title_that_names_them(client):
    results = list(asked("الإمارات").results)
    theirs = [pledge for pledge in results if pledge.country and pledge.country.iso2 == "AE"]
    own = asked("الإمارات").matching().filter(asked("الإمارات").holds_itself).count()
    assert set(theirs) <= set(results[:own])
    assert own < len(results)


def test_a_list_of_what_the_pledges_say_alone_says_nothing_of_titles(client):
    make.make_commitment(summary_en="Testland promised zeppelins.")
    html = client.get("/en/pledges/?q=zeppelins").content.decode()
    assert "only in titles" not in html
    assert "Found in the title" not in html


# Other names


@pytest.mark.parametrize(("language", "words"), [("en", "Also found for “Turkey”:"), ("ar", "وُجد أيضًا عن «Turkey»:")])
@pytest.mark.parametrize("path", ["pledges", "matrix", "sources"])
def test_pages_say_which_other_names_were_found(client, language, words, path):
    html = " ".join(client.get(f"/{language}/{path}/?q=turkey").content.decode().split())
    assert words in html
    names = re.findall(r"<bdi>([^<]+)</bdi>", html.partition(words)[2].partition("</p>")[0])
    assert {"Türkiye", "تركيا"} <= set(names)
    assert "Turkey" not in names
    assert words not in client.get(f"/{language}/{path}/?q=iraq").content.decode()


# The database finds what Python finds


WORDS = st.sampled_from(
    [
        "ISIS",
        "Daesh",
        "IS",
        "is",
        "Islamic State",
        "داعش",
        "وداعش",
        "العراق",
        "للعراق",
        "ومهام",
        "مهام",
        "فرقة",
        "الرقة",
    ]
    + [
        "F-16",
        "F‑16",
        "f 16",
        "1,000",
        "١٬٠٠٠",
        "1\u00a0000",
        "1.5",
        "100%",
        "a_b",
        "_",
        "\\",
        "Côte d’Ivoire",
        "İncirlik",
        "'",
    ]
)
TEXTS = st.lists(WORDS | st.text(max_size=6), max_size=5).map(" ".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=3, max_size=3), query=TEXTS)
def test_the_database_finds_what_the_folded_words_say(texts, query):
    pledges = {f"test-{number}": text for number, text in enumerate(texts)}
    for slug, text in pledges.items():
        pledge = make.make_commitment(slug, sources=0)
        Commitment.objects.filter(pk=pledge.pk).update(search_text=folding.search_text([text]))
    rows = Commitment.objects.filter(folding.holds("search_text", query), slug__in=pledges)
    assert {row.slug for row in rows} == {slug for slug, text in pledges.items() if folding.finds(query, [text])}


# Alphabetical order


def in_order(values, language):
    """The texts as the database puts them in order."""
    rows = [Source(slug=f"test-{n}", publisher=text, kind="newspaper", language="en") for n, text in enumerate(values)]
    Source.objects.bulk_create(rows)

    with translation.override(language):
        ordered = Source.objects.filter(slug__startswith="test-").order_by(Alphabetical(F("publisher")), "pk")
        return [row.publisher for row in ordered]


ARABIC = (
    *("إثيوبيا", "إسبانيا", "أستراليا", "إستونيا", "أفغانستان", "الأردن", "الإمارات", "ألبانيا", "ألمانيا"),
    *("أوكرانيا", "آيسلندا", "إيطاليا", "بلجيكا", "تركيا"),
)
ENGLISH = [
    "Åland",
    "Australia",
    "Côte d’Ivoire",
    "Croatia",
    "Czechia",
    "eastern Syria",
    "Egypt",
    "Türkiye",
    "Turkmenistan",
    "Ukraine",
]


@pytest.mark.parametrize(("language", "names"), [("ar", ARABIC), ("en", ENGLISH)])
def test_names_stand_in_alphabetical_order(language, names):
    assert in_order(names[::-1], language) == list(names)


def test_the_countries_of_the_filter_stand_in_alphabetical_order():
    with translation.override("ar"):
        names = [label for _value, label in asked("").choices("country") if _value != "none"]
        assert names == sorted(names, key=alphabetical)
        assert [name for name in names if name in ARABIC] == [name for name in ARABIC if name in names]
    assert names.index("إسبانيا") < names.index("أستراليا") < names.index("الأردن") < names.index("إيطاليا")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.sampled_from("اأإآبةهىيئؤوٱکكَّـ AaÄäÉéZzßİıøØ’'-09٣"), max_size=6), max_size=12),
    st.sampled_from(["en", "ar"]),
)
def test_both_databases_order_as_python_does(texts, language):
    with translation.override(language):
        expected = sorted(texts, key=alphabetical)
        assert in_order(texts, language) == expected
    Source.objects.filter(slug__startswith="test-").delete()
