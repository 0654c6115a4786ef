"""Which countries a text speaks of, and how often: names, old and official names, adjectives, peoples.

One pass over the words, each looked up in the tables of the text's languages; of overlapping names the longest wins,
so that New Mexico, the Jordan River and Latin America are not countries. Doubt counts as no: "Congo" is counted only
where the text names one of the two in full, and Chad Johnson is a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from scraper.extractor.country_index import CAPITALISED, WORD, CountryIndex, Entry, country_index, plain
from scraper.extractor.dates import visible
from scraper.model import Mention

_ACRONYM = 2  # letters of US and UK
# A next word of the same name: after a space, a hyphen, an apostrophe, ". " or, in "Atlanta, Georgia", a comma.
_NEXT = re.compile(r"([ \-'’‘./,\n\u00a0\u2011–—]{1,3})([^\W_]+)")
_AFTER = re.compile(r" ([^\W_]+)")
_BEFORE = re.compile(r"([^\W_]+) $")
_IN_LANGUAGES = re.compile(r"\b(?:in|into) ((?:[A-Z]\w+,? (?:and |or )?)*)$")  # "in French, Spanish and "
_AFTER_COMMA = frozenset({"georgia", "usa", "united", "indiana", "montana", "texas"})
_LOOK_BACK = 80  # characters around a doubtful name

# Countries that are given names and surnames too: after or before another capitalised word they are people ...
_PERSONS = {"Chad", "Jordan", "Georgia", "Israel", "Maurice", "Dominique", "Kenya", "India"}
# ... unless that word belongs to the institutions that are named after countries, or is no given name.
_INSTITUTION_WORDS = """
Appeal Armed Border Compact Country Crescent Crisis Cross Government Humanitarian Ministry Mission National Office Plan
Police Program Programme Project Red Refugee Refugees Regional Relief Response Strategic Team Today
"""
_INSTITUTIONS = frozenset(_INSTITUTION_WORDS.split())
_GIVEN_NAMES = {"Michael", "Jim", "Jamie", "Barbara", "Robert", "David", "Thomas", "Neil", "Montell", "Mary", "Peter"}

# Georgia, and towns called Lebanon or Peru: what stands near a name of the United States.
_STATES = """
Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois Indiana Iowa Kansas
Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada Ohio
Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Wisconsin Wyoming
"""
_TOWNS = frozenset(
    ["Angola", "Bolivia", "Brazil", "Cuba", "Denmark", "Georgia", "Holland", "Jordan", "Lebanon", "Morocco", "Norway", "Panama",
     "Peru", "Poland", "Sweden"]
)  # fmt: skip
_IN_STATE = re.compile(
    rf", (?:{'|'.join(_STATES.split())}|New (?:York|Jersey|Hampshire)|(?:North|South) (?:Carolina|Dakota))\b"
)
_NEAR_STATE = re.compile(rf"\b(?:{'|'.join(_STATES.split())}|Carolina|Atlanta|Savannah|Macon|Peachtree)\b")
# Peoples whose language has their name. Near one of the other words they are languages: "in French and Swahili".
_LANGUAGE_NAMES = frozenset(
    ("Chinese", "Dutch", "English", "French", "German", "Greek", "Italian", "Japanese", "Korean", "Nepali", "Polish",
     "Portuguese", "Romanian", "Russian", "Somali", "Spanish", "Thai", "Turkish", "Ukrainian", "Vietnamese")
)  # fmt: skip
_LANGUAGE_CONTEXT = frozenset(
    ("language", "languages", "translated", "translation", "translations", "speak", "speaks", "speaking", "spoken",
     "speakers", "version", "versions", "subtitles", "interpreters", "interpretation", "bilingual", "arabic", "swahili",
     "kiswahili", "hindi", "urdu", "dari", "pashto", "farsi", "tigrinya", "amharic", "creole", "kreyol", "shona",
     "sesotho", "tagalog", "hausa", "wolof", "lingala", "bengali", "rohingya", "kurdish", "kurmanji")
)  # fmt: skip
_MAX_CHARS = 1_500_000  # of a text; the longest statement that we know of has 300,000
_CONTEXT = 5  # words before and after
_DOUBTFUL = _PERSONS | _LANGUAGE_NAMES

# Letters that Arabic writes to the word that follows: and, so, with, to, like, and the article.
_ARABIC_PREFIXES = ("وال", "فال", "بال", "كال", "وبال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك", "وب", "ول")


def count_countries(text: str, languages: Collection[str]) -> tuple[Mention, ...]:
    """Every country that *text* names, the most frequent first; *languages* (primary subtags) are those it is in.

    >>> count_countries("Chad Johnson left New Mexico for Chad, then for the DRC and Congolese towns.", ["en"])
    (Mention(country='CD', count=2), Mention(country='TD', count=1))
    """
    if not text:
        return ()
    text = plain(visible(text[:_MAX_CHARS]))
    index = country_index(tuple(dict.fromkeys(languages)))
    counts = Counter(_in_words(text, index)) if index.by_word else Counter()
    if index.by_character:
        counts.update(_in_characters(text, index))
    _settle_doubtful(counts)
    return tuple(Mention(code, count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _in_words(text: str, index: CountryIndex) -> list[str]:
    by_word = index.by_word
    arabic = not text.isascii() and "\u0627" in text
    found: list[str] = []
    past = 0  # where the last name ends
    words = (WORD if index.has_small or arabic else CAPITALISED).finditer(text)
    for match in words if arabic else [match for match in words if match[0] in by_word]:
        word = match[0]
        entries = by_word.get(word) or _without_prefix(word, by_word)
        if entries is None or match.start() < past:
            continue
        for rest, code in entries:
            end = _end_of_name(rest, text, match.end())
            if end is not None:
                if code != "-" and (rest or not _is_other(word, text, match.start(), end)):
                    found.append(code)
                past = end
                break
    return found


def _end_of_name(rest: tuple[str, ...], text: str, end: int) -> int | None:
    """Where a name ends whose first word ends at *end* and is followed by *rest*; None if it is not."""
    for wanted in rest:
        following = _NEXT.match(text, end)
        if following is None:
            return None
        word = following[2].casefold()
        if word != wanted and not (word.startswith("ال") and word[2:] == wanted):
            return None
        if "," in following[1] and wanted not in _AFTER_COMMA:
            return None
        end = following.end()
    return end


def _is_other(word: str, text: str, start: int, end: int) -> bool:
    """Whether a name that stands alone is no country after all: a person, a language, two letters of a shouted line."""
    if text.startswith(", ", end) and _IN_STATE.match(text, end):
        return word in _TOWNS
    if word not in _DOUBTFUL and len(word) != _ACRONYM:
        return False
    found = _AFTER.match(text, end)
    after = found[1] if found else ""
    before = text[max(0, start - _LOOK_BACK) : start]
    found = _BEFORE.search(before)
    preceding = found[1] if found else ""
    if word in _LANGUAGE_NAMES and not after[:1].isupper():
        around = WORD.findall(before)[-_CONTEXT:] + WORD.findall(text[end : end + _LOOK_BACK])[:_CONTEXT]
        listed = _IN_LANGUAGES.search(before)
        named = listed is not None and _LANGUAGE_NAMES.issuperset(set(WORD.findall(listed[1])) - {"and", "or"})
        return named or any(other.casefold() in _LANGUAGE_CONTEXT for other in around)
    if word == "Georgia" and _NEAR_STATE.search(before + text[end : end + _LOOK_BACK]):
        return True
    if word in _PERSONS:
        surname = after[:1].isupper() and after[1:].islower() and after not in _INSTITUTIONS
        return surname or preceding in _GIVEN_NAMES
    if text.startswith("$", end):
        return True  # dollars
    return len(word) == _ACRONYM and word.isupper() and preceding.isupper() and len(preceding) > _ACRONYM


def _without_prefix(word: str, by_word: dict[str, list[Entry]]) -> list[Entry] | None:
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) > len(prefix) + 1:
            stem = word[len(prefix) :]
            for spelling in (stem, "ال" + stem) if prefix.endswith("ل") and prefix != "ل" else (stem,):
                if entries := by_word.get(spelling):
                    return entries
    return None


def _in_characters(text: str, index: CountryIndex) -> list[str]:
    """Names in scripts that put no spaces between words."""
    found: list[str] = []
    past = 0
    for at, character in enumerate(text):
        if at < past:
            continue
        for name, code in index.by_character.get(character, ()):
            if text.startswith(name, at):
                past = at + len(name)
                if code != "-":
                    found.append(code)
                break
    return found


def _settle_doubtful(counts: Counter[str]) -> None:
    """Give the mentions of a name that two countries share to the one that the text names otherwise, or to none."""
    for code in [code for code in counts if code.startswith("~")]:
        doubtful = counts.pop(code)
        named = [country for country in code[1:].split(",") if country in counts]
        if len(named) == 1:
            counts[named[0]] += doubtful
