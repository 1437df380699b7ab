"""Names of one thing, and spellings of one word, which find the same rows: data for `folding`, no rules.

Add a line where the press has more than one name for a thing; the pages say where another name was found.
What a single country is called stands with the country ("other names").
"""

# Each line: names of one thing, in any language. A name of two letters is one only in capitals: IS, US, UK.
NAMES = (
    (
        *("ISIS", "ISIL", "Daesh", "IS", "Islamic State", "داعش", "تنظيم الدولة", "الدولة الإسلامية"),
        *("تنظيم الدولة الإسلامية", "الدولة الإسلامية في العراق والشام"),
        *("Islamic State of Iraq and Syria", "Islamic State of Iraq and the Levant"),
        *("Daech", "État islamique", "Islamischer Staat", "Islamitische Staat", "Islamiske Stat", "Estado Islámico"),
    ),
    ("Türkiye", "Turkey", "تركيا", "Turquie", "Türkei", "Turkije"),
    (
        *("United States", "US", "USA", "United States of America", "الولايات المتحدة"),
        *("الولايات المتحدة الأميركية", "États-Unis", "America", "أميركا"),
    ),
    ("United Kingdom", "UK", "Britain", "Great Britain", "المملكة المتحدة", "بريطانيا"),
    ("United Arab Emirates", "UAE", "Emirates", "الإمارات", "الإمارات العربية المتحدة"),
    ("Saudi Arabia", "KSA", "السعودية", "المملكة العربية السعودية"),
    ("Czechia", "Czech Republic", "التشيك", "جمهورية التشيك", "تشيكيا"),
    ("Netherlands", "Holland", "هولندا"),
    ("NATO", "OTAN", "الناتو", "حلف شمال الأطلسي", "حلف الأطلسي"),
    ("Peshmerga", "Peshmergas", "Pesh merga", "Peschmerga", "البيشمركة"),
    ("Erbil", "Irbil", "Arbil", "أربيل"),
    ("Raqqa", "Raqqah", "Rakka", "الرقة"),
    ("Syrian Democratic Forces", "SDF", "قوات سوريا الديمقراطية", "قسد"),
)

# Spellings of one word in the press (as folded), and the one that they become, wherever in a word they stand.
SPELLINGS = {
    "لوجيست": "لوجست",
    "بيشمرك": "بشمرك",
    "اميرك": "امريك",
    "سوريه": "سوريا",
    "كوردستان": "كردستان",
    "انجيرليك": "انجرليك",
    "دانمارك": "دنمارك",
    "نرويج": "نروج",
    "ديموقراط": "ديمقراط",
    "ميليشي": "مليشي",
}

# Words (as folded) of three letters that conjunctions and prepositions are written onto: ومصر, لدعم.
# Of other short words the first letter is as likely their own: فرقة (troop) is not "then Raqqa".
SHORT_WORDS = frozenset({"مصر", "قطر", "دعم", "حلف"})
# How longer words (as folded) begin whose first letter is their own, though the rest would be a word too:
# واحدة (one), واسع (wide), فعالية (effect), بحرية (navy), كتائب and كتيبة (battalions). Five letters at most.
WHOLE_WORDS = ("واحد", "واسع", "فعالي", "بحري", "كتاي", "كتيب", "وزار", "وزير", "وكال", "وحدات", "ولاي", "فصاي", "بعث")
