"""The names of countries in the languages of a text, arranged for looking up word by word.

The tables are made by ``training/countries/build.py``; each language is read when a text first needs it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from scraper.extractor.months import ARABIC_ONE_SOUND

LANGUAGES = frozenset({"en", "fr", "es", "ru", "ar", "zh", "de", "pt", "it", "fa"})
_CAPITALS_ONLY = frozenset({"en", "de", "zh"})  # their adjectives are capitalised too, or have no tables of their own
DEFAULT_LANGUAGE = "en"  # of a text in none of these: proper names are often spelt alike
WORD = re.compile(r"[^\W_]+")
# Enough where no name is written small. The capital comes first, so that the search can jump to it.
CAPITALISED = re.compile(r"[A-Z\u00c0-\u00de\u0410-\u042f](?<![^\W_].)[^\W_]*")
_ARABIC = re.compile("[\u0620-\u06ff]")
_ACRONYM = 4  # names in capitals of at most so many letters are never read in small ones

Entry = tuple[tuple[str, ...], str]  # the words that follow the first, folded to small letters; the code


@dataclass(frozen=True, slots=True)
class CountryIndex:
    """Names by their first word (spelt as in a text), longest first; of unspaced scripts, by their first character."""

    by_word: dict[str, list[Entry]] = field(default_factory=dict)
    by_character: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    has_small: bool = False  # whether some names begin with a small letter, or with one that has no case


@cache
def _names(language: str) -> tuple[tuple[str, str], ...]:
    table = files("scraper.extractor").joinpath("country_names", f"{language}.txt").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines())
    return tuple((name, code) for code, names in rows for name in names.split("|"))


@cache
def country_codes() -> frozenset[str]:
    """The ISO 3166-1 alpha-2 codes of all countries that a text can be found to speak of; XK among them."""
    return frozenset(code for _, code in _names(DEFAULT_LANGUAGE) if code.isalpha())


@lru_cache(maxsize=16)
def country_index(languages: tuple[str, ...]) -> CountryIndex:
    """The index for texts in *languages* (primary subtags)."""
    known = [language for language in languages if language in LANGUAGES] or [DEFAULT_LANGUAGE]
    index = CountryIndex(has_small=any(language not in _CAPITALS_ONLY for language in known))
    for language in known:
        for name, code in _names(language):
            if language == "zh":
                index.by_character.setdefault(name[0], []).append((name, code))
            else:
                _add(index.by_word, name, code)
    for entries in index.by_word.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    for characters in index.by_character.values():
        characters.sort(key=lambda pair: -len(pair[0]))
    return index


def _add(by_word: dict[str, list[Entry]], name: str, code: str) -> None:
    words = WORD.findall(plain(name))
    entry = (tuple(word.casefold() for word in words[1:]), code)
    for first in _cases(words[0], alone=len(words) == 1):
        entries = by_word.setdefault(first, [])
        if entry not in entries:
            entries.append(entry)


def _cases(word: str, *, alone: bool) -> set[str]:
    """The spellings under which a first word is found: capitals are part of a name, small letters are not."""
    if word.isupper() and len(word) <= _ACRONYM and word.isascii():
        return {word}
    found = {word, word.upper()} if word[0].isupper() or not alone else {word, word.capitalize(), word.upper()}
    return found | {word.capitalize()} | {unaccented(spelling) for spelling in found}


def plain(text: str) -> str:
    """*text* with one letter for each sound of Arabic script, as the index spells."""
    return text.translate(ARABIC_ONE_SOUND) if not text.isascii() and _ARABIC.search(text) else text


def unaccented(word: str) -> str:
    """*word* without its accents: capitals are often printed so.

    >>> unaccented("PÉROU")
    'PEROU'
    """
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not "\u0300" <= char <= "\u0305"))
