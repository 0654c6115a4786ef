"""Texts to the words that the search index holds, with the place of each in the text.

One function serves index and query, so that they agree: compatibility forms, case and accents are folded, Arabic
letters unified, digits made ASCII, words stemmed, and scripts that put no space between words cut into overlapping
pairs of characters. Every token consists of characters that FTS5's ``unicode61`` takes for letters or digits, so what
leaves here as one token is one token there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from scraper.archive.stems import primary, stem

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han. Hangul too: its particles hang on the words.
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u3005-\u3007\u3041-\u309a"
    "\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003ffff"
)  # fmt: skip
_MARKS = "".join(ch for ch in map(chr, range(0x300, 0x2000)) if unicodedata.category(ch)[0] == "M") + "\u20d0-\u20ff"
_JOINERS = "\u00ad\u200b-\u200d\u2060\ufeff"  # soft hyphen, zero-width characters: inside words, never seen

_WORD = re.compile(rf"[^\W_]+(?:[{_MARKS}{_JOINERS}]+[^\W_]*|['’ʼ][^\W_]+)*")
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_PART = re.compile(rf"[{UNSPACED}{_MARKS}]*[{UNSPACED}][{UNSPACED}{_MARKS}]*|[^{UNSPACED}]+")
_CHARACTER = re.compile(rf".[{_MARKS}]*", re.DOTALL)  # a character with the vowels and tones that stand on it

# Marks that folding takes off: Latin, Greek and Cyrillic accents, Hebrew and Arabic points. й is a letter, not an
# accented и. In other scripts marks are vowels: they stay, as private-use characters, which unicode61 takes for
# letters.
_ACCENTS = re.compile(
    "[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]|(?<!и)\u0306"
)
_PRIVATE_USE = {ord(ch): 0xE000 + ord(ch) - 0x900 for ch in _MARKS[:-3] if "\u0900" <= ch < "\u2000"}
_FOLDED_WORD = re.compile("(?:[^\\W_]|[\ue000-\uf8ff])+")
_LETTERS = str.maketrans(
    {"ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه", "ـ": None}
    | {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys(map(chr, (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)))
)
# l'aide, d'urgence, dell'uomo: the little word before the apostrophe says nothing; IOM's is IOM.
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|nell|all|sull|un)['’ʼ](?=\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’ʼ]s\Z", re.IGNORECASE)

MAX_REMEMBERED = 50_000  # words a language; about 15 MB, and more than an archive's working vocabulary


class Token(NamedTuple):
    """One token and where it stands in the text."""

    stem: str  # what the index holds
    form: str  # the word folded but not stemmed
    start: int  # character offsets into the text
    end: int
    tail: bool = False  # the last character of an unspaced run, once more, alone


_remembered: dict[str, dict[str, tuple[Token, ...]]] = {}


def tokens(text: str, language: str | None) -> Iterator[Token]:
    """The tokens of *text* in order; offsets are those of the original characters. *language* is BCP 47 or None."""
    code = primary(language)
    words = _remembered.setdefault(code, {})
    for match in _WORD.finditer(text):
        at = match.start()
        for token in _look_up(match[0], code, words):
            yield Token(token.stem, token.form, at + token.start, at + token.end, token.tail)


def fold(text: str, language: str | None) -> str:
    """*text* as the search index holds it: stems, separated by spaces.

    >>> fold("Les réfugiés déplacés, l'aide d'urgence", "fr")
    'le refug deplac aid urgenc'
    >>> fold("苏丹和海地", "zh")
    '苏丹 丹和 和海 海地 地'
    """
    code = primary(language)
    words = _remembered.setdefault(code, {})
    return " ".join([token.stem for raw in _WORD.findall(text) for token in _look_up(raw, code, words)])


def full_forms(texts: Iterable[str], language: str | None) -> str:
    """The words of *texts* that stemming changed, folded, once each.

    They stand behind the stems in the index, so that a prefix (nationalit*) and the exact form of a name find their
    text, and a text with the very form that was asked for ranks before one with a cousin of it.
    """
    code = primary(language)
    words = _remembered.setdefault(code, {})
    forms: dict[str, None] = {}
    for text in texts:
        for raw in set(_WORD.findall(text)):
            for token in _look_up(raw, code, words):
                if token.form != token.stem:
                    forms[token.form] = None
    return " ".join(sorted(forms))


def _look_up(raw: str, language: str, words: dict[str, tuple[Token, ...]]) -> tuple[Token, ...]:
    found = words.get(raw)
    if found is None:
        if _HAS_UNSPACED.search(raw):
            return tuple(_mixed(raw, language))  # runs as long as a clause hardly ever come again
        if len(words) >= MAX_REMEMBERED:
            words.clear()
        found = words[raw] = tuple(_spaced(raw, language))
    return found


def _spaced(raw: str, language: str) -> Iterator[Token]:
    """Tokens of a run of characters in a script with spaces; offsets from its start."""
    start, end = 0, len(raw)
    if possessive := _POSSESSIVE.search(raw):
        end = possessive.start()
    if (elided := _ELIDED.match(raw)) and elided.end() < end:
        start = elided.end()
    for part in re.finditer(r"[^'’ʼ]+", raw[start:end]):
        at = start + part.start()
        for form in _FOLDED_WORD.findall(_folded(part[0])):
            yield Token(stem(form, language), form, at, at + len(part[0]))


def _mixed(raw: str, language: str) -> Iterator[Token]:
    """Tokens of a run that has characters of an unspaced script in it: pairs of them, words between."""
    for part in _PART.finditer(raw):
        at = part.start()
        if not _HAS_UNSPACED.match(part[0]):
            for token in _spaced(part[0], language):
                yield Token(token.stem, token.form, at + token.start, at + token.end)
            continue
        characters = [(_folded(one[0]), at + one.start(), at + one.end()) for one in _CHARACTER.finditer(part[0])]
        for (one, start, _), (other, _, end) in pairwise(characters):
            yield Token(one + other, one + other, start, end)
        # The last character once more, alone: so that one-character queries find it, as a prefix finds all others.
        last, start, end = characters[-1]
        yield Token(last, last, start, end, tail=True)


def _folded(word: str) -> str:
    """Case, accents and letter variants folded; in composed form, so that Hangul stays whole and й a letter."""
    if word.isascii():
        return word.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    bare = unicodedata.normalize("NFKC", bare).translate(_LETTERS).translate(_PRIVATE_USE)
    return "".join(str(unicodedata.digit(ch)) if ch.isdigit() and not ch.isascii() else ch for ch in bare)
