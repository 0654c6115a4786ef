"""Texts to the words that the search index holds, with the place of each in the text.

One function serves index and query, so that they agree: compatibility forms, case and accents are folded, Arabic
letters unified, digits made ASCII, words stemmed, and scripts that put no space between words cut into overlapping
pairs of characters. Every token consists of characters that FTS5's ``unicode61`` takes for letters or digits, so what
leaves here as one token is one token there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
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

RUN = re.compile(rf"[^\W_]+(?:[{_MARKS}{_JOINERS}]+[^\W_]*|['’ʼ][^\W_]+)*")
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_HAS_MARK = re.compile(f"[{_MARKS}]")
_PART = re.compile(rf"[{UNSPACED}{_MARKS}]*[{UNSPACED}][{UNSPACED}{_MARKS}]*|[^{UNSPACED}]+")
# Two characters that no passage is cut between: of one word, or a mark and what it stands on.
IN_ONE_PIECE = re.compile(
    f"[^\\W{UNSPACED}][^\\W{UNSPACED}]|[^\\W{UNSPACED}]['’-]|['’-][^\\W{UNSPACED}]|.[{_MARKS}{_JOINERS}]", re.DOTALL
)
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
_APOSTROPHE = re.compile("['’ʼ]")
_BETWEEN_APOSTROPHES = re.compile("[^'’ʼ]+")
_POSSESSIVE = re.compile(r"['’ʼ]s\Z", re.IGNORECASE)

REMEMBERED = 12_000  # words a language, twice: at most 10 MB, and 97 % of the words of a text


class Token(NamedTuple):
    """One token and where it stands in the text."""

    stem: str  # what the index holds
    form: str  # the word folded but not stemmed
    start: int  # character offsets into the text
    end: int
    tail: bool = False  # the last character of an unspaced run, once more, alone


class Entry(NamedTuple):
    """What a run of letters folds to; remembered, because most of a text was seen before."""

    stems: str  # separated by spaces
    forms: tuple[str, ...]  # those that stemming changed
    tokens: tuple[Token, ...]  # offsets from the start of the run


class Folder:
    """Folds the texts of one language, given as a primary subtag ("" when it is not known)."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words: dict[str, Entry] = {}
        self._older: dict[str, Entry] = {}  # when the new ones are too many they take this place

    def entry(self, run: str) -> Entry:
        """What a run of letters, as :data:`RUN` finds them, folds to."""
        found = self._words.get(run)
        if found is None:
            found = self._older.get(run) or self._read(run)
            if len(run) <= 2 or not _HAS_UNSPACED.search(run):  # runs as long as a clause hardly ever come again
                if len(self._words) >= REMEMBERED:
                    self._older, self._words = self._words, {}
                self._words[run] = found
        return found

    def entries(self, text: str) -> list[Entry]:
        """The entries of all runs of *text*, in order."""
        known = self._words.get
        return [known(run) or self.entry(run) for run in RUN.findall(text)]

    def _read(self, run: str) -> Entry:
        if run.isascii() and run.isalnum():  # most words of most texts: nothing to fold but case
            form = run.lower()
            root = stem(form, self._language)
            return Entry(root, () if root == form else (form,), (Token(root, form, 0, len(run)),))
        tokens = tuple(self._mixed(run) if _HAS_UNSPACED.search(run) else _spaced(run, self._language))
        forms = tuple(token.form for token in tokens if token.form != token.stem)
        return Entry(" ".join([token.stem for token in tokens]), forms, tokens)

    def _mixed(self, run: str) -> Iterator[Token]:
        """Tokens of a run that has characters of an unspaced script in it: pairs of them, words between."""
        for part in _PART.finditer(run):
            at = part.start()
            if not _HAS_UNSPACED.match(part[0]):
                for stem_, form, start, end, _ in self.entry(part[0]).tokens:
                    yield Token(stem_, form, at + start, at + end)
                continue
            characters = _characters(part[0], at)
            for (one, start, _), (other, _, end) in pairwise(characters):
                yield Token(one + other, one + other, start, end)
            # The last character once more, alone: one-character queries find it, as a prefix finds all others.
            last, start, end = characters[-1]
            yield Token(last, last, start, end, tail=True)


@cache
def _folder(language: str) -> Folder:
    return Folder(language)


def folder(language: str | None) -> Folder:
    """The folder for texts in *language* (BCP 47, or None when it is not known); it remembers the words it met."""
    return _folder(primary(language))


def tokens(text: str, language: str | None) -> Iterator[Token]:
    """The tokens of *text* in order; offsets are those of the original characters."""
    entry = folder(language).entry
    for match in RUN.finditer(text):
        at = match.start()
        for stem_, form, start, end, tail in entry(match[0]).tokens:
            yield Token(stem_, form, at + start, at + end, tail)


def fold(text: str, language: str | None) -> str:
    """*text* as the search index holds it: stems, separated by spaces.

    >>> fold("Les réfugiés déplacés, l'aide d'urgence", "fr")
    'le refug deplac aid urgenc'
    >>> fold("苏丹和海地", "zh")
    '苏丹 丹和 和海 海地 地'
    """
    return " ".join([entry.stems for entry in folder(language).entries(text) if entry.stems])


def fold_with_forms(text: str, language: str | None) -> str:
    """*text* folded, and behind it, once each, the words that stemming changed, unstemmed.

    With these a prefix (nationalit*) and the exact form of a name find their text, and a text with the very form that
    was asked for ranks before one with a cousin of it.
    """
    entries = folder(language).entries(text)
    forms = dict.fromkeys(form for entry in entries if entry.forms for form in entry.forms)
    return " ".join([*(entry.stems for entry in entries if entry.stems), *forms])


def _spaced(run: str, language: str) -> Iterator[Token]:
    """Tokens of a run in a script with spaces: mostly one, more where something in it separates."""
    if not _APOSTROPHE.search(run):
        for form in _FOLDED_WORD.findall(_folded(run)):
            yield Token(stem(form, language), form, 0, len(run))
        return
    start, end = 0, len(run)
    if possessive := _POSSESSIVE.search(run):
        end = possessive.start()
    if (elided := _ELIDED.match(run)) and elided.end() < end:
        start = elided.end()
    for part in _BETWEEN_APOSTROPHES.finditer(run, start, end):
        for form in _FOLDED_WORD.findall(_folded(part[0])):
            yield Token(stem(form, language), form, part.start(), part.end())


def _characters(run: str, at: int) -> list[tuple[str, int, int]]:
    """The characters of a run of an unspaced script, folded, with their offsets from *at*."""
    if unicodedata.is_normalized("NFKD", run) and not _HAS_MARK.search(
        run
    ):  # Han: nothing to fold, nothing to keep together
        return [(character, n, n + 1) for n, character in enumerate(run, at)]
    return [(_folded(one[0]), at + one.start(), at + one.end()) for one in _CHARACTER.finditer(run)]


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """Case, accents and letter variants folded; in composed form, so that Hangul stays whole and й a letter."""
    if word.isascii():
        return word.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    bare = unicodedata.normalize("NFKC", bare).translate(_LETTERS).translate(_PRIVATE_USE)
    return "".join(str(unicodedata.digit(ch)) if ch.isdigit() and not ch.isascii() else ch for ch in bare)
