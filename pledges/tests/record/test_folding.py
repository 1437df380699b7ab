"""The search finds a word however readers and editors spell it."""

import pytest

from pledges.record import folding


def finds(query, written):
    """Whether every word of the query begins a word of the text, as the filter asks the database."""
    searchable = folding.search_text([written])
    words = folding.words(query)
    return bool(words) and all(f" {word}" in searchable for word in words)


SPELLINGS = {
    "hamza above": ("المانيا", "ألمانيا"),
    "hamza below": ("ايطاليا", "إيطاليا"),
    "madda": ("اليات", "آليات"),
    "hamza on waw": ("مسوول", "مسؤول"),
    "hamza on ya": ("طايرات", "طائرات"),
    "ta marbuta": ("ضربات جويه", "ضربات جوية"),
    "alif maqsura": ("مستشفي ميداني", "مستشفى ميداني"),
    "shadda": ("تعهد", "تعهّد"),
    "vowels": ("مُدَرِّبون", "مدربون"),
    "tatweel": ("العراق", "العـــراق"),
    "article": ("عراق", "العراق"),
    "article written on": ("العراق", "بالعراق"),
    "logistics, without ya": ("دعم لوجستي", "دعم لوجيستي"),
    "logistics, with ya": ("دعم لوجيستي", "دعم لوجستي"),
    "Arabic digits": ("٢٠٠", "200 جندي"),
    "Persian digits": ("۲۰۰", "200 جندي"),
    "Latin digits": ("200", "٢٠٠ جندي"),
    "presentation forms": ("سلاح", "\ufeb3\ufefc\ufea1"),
    "capitals": ("nato", "NATO"),
    "accent": ("cote", "Côte d’Ivoire"),
    "accent apart from its letter": ("Cote", "Co\u0302te d’Ivoire"),
    "straight apostrophe": ("Côte d'Ivoire", "Côte d’Ivoire"),
    "no apostrophe": ("cote divoire", "Côte d’Ivoire"),
    "hyphen": ("CF-18", "six CF-18 fighters"),
    "no hyphen": ("cf18", "six CF-18 fighters"),
    "space for hyphen": ("cf 18", "six CF-18 fighters"),
    "second half": ("isil", "the counter-ISIL campaign"),
    "beginning of a word": ("refuel", "refuelling"),
    "order": ("tanker french", "a French tanker"),
}


@pytest.mark.parametrize(("query", "written"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_word_is_found_in_every_spelling(query, written):
    assert finds(query, written)


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("Iran", "Iraq"),
        ("French tanker", "a German tanker"),
        ("raq", "Iraq"),
        ("سوريا", "العراق"),
        ("لوجستي", "استطلاع"),
        ("200", "120 soldiers"),
    ],
)
def test_a_word_that_is_not_there_is_not_found(query, written):
    assert not finds(query, written)


@pytest.mark.parametrize("query", ["", "   ", "؟!", "ـــ"])
def test_a_query_of_signs_alone_has_no_words(query):
    assert folding.words(query) == []


def test_each_word_is_kept_once():
    assert folding.search_text(["Air strikes", "air raids, AIR support"]) == " air raids strikes support "
