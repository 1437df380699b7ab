"""The search finds a word however readers and editors spell it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.letters import fold
from pledges.record import folding, synonyms


def finds(query, written):
    """Whether a query that has words finds a text, as the filter asks the database."""
    return bool(folding.sought(query)) and folding.finds(query, [written])


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
    "Persian ya": ("ألمانیا", "ألمانيا"),
    "Persian kaf": ("الکویت", "دولة الكويت"),
    "Urdu ha": ("السعودیہ", "السعودية"),
    "Persian letters written": ("تركيا", "ترکیا"),
    "thousands, Arabic": ("1000", "١٬٠٠٠ جندي"),
    "thousands asked in Arabic": ("١٬٠٠٠", "1,000 soldiers"),
    "thousands, no-break space": ("1\u00a0500", "1,500 soldiers"),
    "thousands written with a narrow space": ("1500", "1\u202f500 Soldaten"),
    "thousands, Swiss": ("1500", "1’500 Soldaten"),
    "thousands in a range": ("1500", "1,000-1,500 soldiers"),
    "millions": ("2,500,000", "2500000 euros"),
    "decimals": ("1,5", "1.5 billion"),
    "soft hyphen": ("soldiers", "sol\u00addiers"),
    "soft hyphen asked": ("sol\u00addiers", "soldiers"),
    "joiner": ("مقاتلات", "مقا\u200cتلات"),
    "marks of direction": ("\u200fالأردن\u200e", "الأردن"),
    "ayn": ("Baʿqubah", "Ba'qubah"),
    "apostrophe of a typewriter": ("Baqubah", "Ba`qubah"),
    "hyphen that does not break": ("F\u201116", "an F-16"),
    "en dash": ("F–16", "an F-16"),
    "hyphen asked plainly": ("F-16", "an F‑16"),
    "capital with a dot": ("incirlik", "İncirlik"),
    "letters of two": ("strasse", "Straße"),
    "and": ("مهام", "استطلاع ومهام"),
    "and, asked": ("ومهام", "مهام استطلاع"),
    "with": ("بمقاتلات", "ست مقاتلات"),
    "for, of a short word": ("دعم", "لدعم القوات"),
    "and with the": ("عراق", "وبالعراق"),
    "and for the": ("وللعراق", "العراق"),
    "and, of a short name": ("مصر", "الأردن ومصر"),
    "the article alone, while it is typed": ("الا", "الأردن"),
    "first letter, while it is typed": ("بلج", "بلجيكا"),
    "first letter behind and": ("بلج", "وبلجيكا"),
    "Peshmerga": ("البشمركة", "قوات البيشمركة"),
    "Syria": ("سورية", "سوريا"),
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
        ("15", "1.5 billion"),
        ("500", "1,500 soldiers"),
        ("2015500", "2015\u00a0500 Soldaten"),
        # letters of the words themselves
        ("الرقة", "فرقة كوماندوز"),
        ("حرية", "قوات بحرية"),
        ("هبة", "لهبة"),
        ("أحد", "واحد"),
        ("ندا", "كندا"),
    ],
)
def test_a_word_that_is_not_there_is_not_found(query, written):
    assert not finds(query, written)


@pytest.mark.parametrize("query", ["", "   ", "؟!", "ـــ", "___", "\u200f\u00ad"])
def test_a_query_of_signs_alone_has_no_words(query):
    assert folding.sought(query) == []


def test_each_word_is_kept_once():
    assert folding.search_text(["Air strikes", "air raids, AIR support"]) == " air raids strikes support "


@pytest.mark.parametrize(
    "prefix", ["و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "كال", "فال", "لل", "ول", "وب", "وبال"]
)
@pytest.mark.parametrize("word", ["عراقيين", "مقاتلات", "ضربات", "تدريب"])
def test_what_is_written_onto_a_word_asks_for_the_same_as_the_word(prefix, word):
    assert folding.sought(prefix + word) == folding.sought(word)


# Names of one thing

ISIS = [
    "ISIS",
    "isil",
    "Daesh",
    "Da’esh",
    "Daʿesh",
    "IS",
    "Islamic State",
    "داعش",
    "لداعش",
    "تنظيم الدولة",
    "État islamique",
]


@pytest.mark.parametrize(
    "written", ["strikes on ISIL", "the anti-IS front", "Islamic State group", "بداعش", "ISIS's men"]
)
@pytest.mark.parametrize("query", ISIS)
def test_each_name_of_a_thing_finds_all_its_names(query, written):
    assert finds(query, written)


@pytest.mark.parametrize(
    "names",
    [
        *(
            ("Turkey", "Türkiye", "TURKIYE", "تركيا", "وترکیا"),
            ("UK", "Britain", "uk", "بريطانيا"),
            ("البشمركة", "Pesh Merga"),
        ),
        *(("US", "U.S.", "United States", "الولايات المتحدة"), ("الناتو", "NATO", "حلف شمال الأطلسي")),
    ],
)
def test_all_names_of_a_thing_ask_for_the_same(names):
    assert len({tuple(folding.sought(name)) for name in names}) == 1


def test_a_name_may_stand_among_other_words():
    assert finds("Islamic State Mosul", "Mosul, taken by Daesh")
    assert finds("anti-ISIS coalition", "the coalition, counter-Daesh or anti-Daesh")
    assert finds("f-16 turkey", "an F-16 in Türkiye")


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("ISIS", "this is no name"),
        ("US", "it tells us nothing"),
        ("Islamic State", "the State Department and the Islamic Republic"),
        ("Islamic State", "Islamic states"),
        ("UAE", "Emirate of Kuwait"),
    ],
)
def test_words_that_are_no_name_are_not_taken_for_one(query, written):
    assert not finds(query, written)


def test_the_names_that_are_found_too_are_told():
    (name,) = folding.asked("داعش").values()
    assert name.written == "داعش"
    assert {"ISIS", "ISIL", "Daesh"} <= set(name.others)
    # told by “Islamic State”
    assert "Islamic State of Iraq and Syria" not in name.others


def test_names_and_spellings_are_written_as_they_are_looked_up():
    assert all(fold(part) == part for pair in synonyms.SPELLINGS.items() for part in pair)
    assert all(fold(word) == word for word in (*synonyms.SHORT_WORDS, *synonyms.WHOLE_WORDS))
    # longer beginnings would protect a word, and not what a reader has typed of it so far
    assert max(map(len, synonyms.WHOLE_WORDS)) <= folding.AFTER_PARTICLE + 1
    names = [tuple(folding.sought(name)) for group in synonyms.NAMES for name in group]
    assert len(set(names)) == len(synonyms.NAMES)


# What holds for all texts

TEXTS = st.text(st.characters() | st.sampled_from("والبفكلمنه ISd-'’.,\u00a0٠١٢0123456789"), max_size=40)


@given(TEXTS)
def test_a_text_finds_itself_and_a_folded_text_stays_as_it_is(text):
    assert folding.finds(text, [text])
    assert fold(fold(text)) == fold(text)


@given(TEXTS, TEXTS, TEXTS)
def test_more_text_never_finds_less(query, one, other):
    assert folding.finds(query, [one]) <= folding.finds(query, [one, other])


@given(st.text("وفبلكامنهيرق", min_size=1, max_size=9), st.text("وفبلكامنهيرق", max_size=4))
def test_a_word_is_found_while_it_is_typed(begun, rest):
    assert folding.finds(begun, [begun + rest])
