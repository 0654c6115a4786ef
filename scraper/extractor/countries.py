"""Which countries a text speaks of, and how often: names, old and official names, adjectives, peoples.

One pass over the words, each looked up in the tables of the text's languages; of overlapping names the longest wins,
so that New Mexico, the Jordan River and Latin America are not countries. Doubt counts as no: "Congo" is counted only
where the text names one of the two in full, and Chad Johnson is a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from scraper.extractor.country_index import WORD, CountryIndex, Entry, country_index, plain
from scraper.extractor.dates import visible
from scraper.model import Mention

_ACRONYM = 2  # letters of US and UK
_SAME_NAME = 3  # characters between two words of one name: a space, a hyphen, an apostrophe, ". "

# Countries that are given names and surnames too: after or before another capitalised word they are people ...
_PERSONS = {"Chad", "Jordan", "Georgia", "Israel", "Maurice", "Dominique", "Kenya", "India"}
# ... unless that word belongs to the institutions that are named after countries, or is no given name.
_INSTITUTION_WORDS = """
Appeal Armed Border Compact Country Crescent Crisis Cross Government Humanitarian Ministry Mission National Office Plan
Police Program Programme Project Red Refugee Refugees Regional Relief Response Strategic Team Today
"""
_INSTITUTIONS = frozenset(_INSTITUTION_WORDS.split())
_GIVEN_NAMES = {"Michael", "Jim", "Jamie", "Barbara", "Robert", "David", "Thomas", "Neil", "Montell", "Mary", "Peter"}

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
_CONTEXT = 5  # words before and after

# Letters that Arabic writes to the word that follows: and, so, with, to, like, and the article.
_ARABIC_PREFIXES = ("وال", "فال", "بال", "كال", "وبال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك", "وب", "ول")


def count_countries(text: str, languages: Collection[str]) -> tuple[Mention, ...]:
    """Every country that *text* names, the most frequent first; *languages* (primary subtags) are those it is in.

    >>> count_countries("Chad Johnson left New Mexico for Chad, then for the DRC and Congolese towns.", ["en"])
    (Mention(country='CD', count=2), Mention(country='TD', count=1))
    """
    if not text:
        return ()
    text = plain(visible(text))
    index = country_index(tuple(dict.fromkeys(languages)))
    counts = Counter(_in_words(text, index)) if index.by_word else Counter()
    if index.by_character:
        counts.update(_in_characters(text, index))
    _settle_doubtful(counts)
    return tuple(Mention(code, count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _in_words(text: str, index: CountryIndex) -> list[str]:
    words = WORD.findall(text)
    by_word = index.by_word
    arabic = not text.isascii() and "\u0627" in text
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    past = 0  # index of the first word that no name has taken
    for at, word in enumerate(words):
        entries = by_word.get(word) or (_without_prefix(word, by_word) if arabic else None)
        if entries is None or at < past:
            continue
        if not spans and (entries[0][0] or word in _PERSONS or word in _LANGUAGE_NAMES or len(word) == _ACRONYM):
            spans = [match.span() for match in WORD.finditer(text)]
        for rest, code in entries:
            if not rest or _follows(rest, words, spans, text, at):
                if code != "-" and (rest or not spans or not _is_other(word, words, spans, text, at)):
                    found.append(code)
                past = at + 1 + len(rest)
                break
    return found


def _follows(rest: tuple[str, ...], words: list[str], spans: list[tuple[int, int]], text: str, at: int) -> bool:
    """Whether the words after *at* are *rest*, with nothing between them that ends a name."""
    if at + len(rest) >= len(words):
        return False
    for offset, wanted in enumerate(rest, at + 1):
        word = words[offset].casefold()
        if word != wanted and not (word.startswith("ال") and word[2:] == wanted):
            return False
        between = text[spans[offset - 1][1] : spans[offset][0]]
        if len(between) > _SAME_NAME or between.strip(" -'’‘./\n\u00a0\u2011"):
            return between == ", " and wanted in ("georgia", "usa", "united", "indiana", "montana", "texas")
    return True


def _is_other(word: str, words: list[str], spans: list[tuple[int, int]], text: str, at: int) -> bool:
    """Whether a name that stands alone is no country after all: a person's, or two letters of a shouted line."""
    after = words[at + 1] if at + 1 < len(words) and text[spans[at][1] : spans[at + 1][0]] == " " else ""
    before = words[at - 1] if at and text[spans[at - 1][1] : spans[at][0]] == " " else ""
    if word in _LANGUAGE_NAMES and not after[:1].isupper():
        around = words[max(0, at - _CONTEXT) : at] + words[at + 1 : at + 1 + _CONTEXT]
        return any(other.casefold() in _LANGUAGE_CONTEXT for other in around)
    if word in _PERSONS:
        surname = after[:1].isupper() and after[1:].islower() and after not in _INSTITUTIONS
        return surname or before in _GIVEN_NAMES
    return len(word) == _ACRONYM and word.isupper() and before.isupper() and len(before) > _ACRONYM


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
