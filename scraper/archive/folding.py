"""Texts to the words that the search index holds, with the place of each in the text.

One function serves index and query, so that they agree: compatibility forms, case and accents are folded, Arabic
letters unified, digits made ASCII, words stemmed, and scripts that put no space between words cut into overlapping
pairs of characters. Every token consists of characters that FTS5's ``unicode61`` takes for letters or digits, so what
leaves here as one token is one token there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from operator import add
from typing import NamedTuple, TypeVar

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
_ALL_UNSPACED = re.compile(f"[{UNSPACED}]+")
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

REMEMBERED = 16_000  # words a language, twice: at most 10 MB, and 97 % of the words of a text

# Of an ASCII text the runs are what white space separates, once all that stands between them is white space.
_BETWEEN = str.maketrans({ch: " " for ch in map(chr, range(128)) if not (ch.isalnum() or ch == "'")})

V = TypeVar("V")


class Token(NamedTuple):
    """One token and where it stands in the text."""

    stem: str  # what the index holds
    form: str  # the word folded but not stemmed
    start: int  # character offsets into the text
    end: int
    tail: bool = False  # the last character of an unspaced run, once more, alone


class _Memory(dict[str, V]):
    """What runs of letters were found to be; remembered, because most of a text was seen before.

    A dictionary that works out what it misses, so that the words of a text are looked up without a call for each.
    """

    def __init__(self, work_out: Callable[[str], V]) -> None:
        self._work_out = work_out
        self._older: dict[str, V] = {}  # when the new ones are too many they take this place

    def __missing__(self, run: str) -> V:
        found = self._older.get(run)
        if found is None:
            found = self._work_out(run)
        # Unspaced runs as long as a clause hardly ever come again.
        if run.isascii() or len(run) <= 2 or not _HAS_UNSPACED.search(run):
            if len(self) >= REMEMBERED:
                self._older = dict(self)
                self.clear()
            self[run] = found
        return found


class Folder:
    """Folds the texts of one language, given as a primary subtag ("" when it is not known)."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._tokens = _Memory(self._read)
        # Pairs of strings, not tokens: a tenth of what the garbage collector would walk, for every word of the archive.
        self._folded = _Memory(self._fold)

    def tokens(self, run: str) -> tuple[Token, ...]:
        """The tokens of a run of letters, as :data:`RUN` finds them; offsets are from its start."""
        return self._tokens[run]

    def folded(self, text: str) -> list[tuple[str, str]]:
        """For each run of *text*: its stems, and those of its forms that stemming changed; separated by spaces."""
        return list(map(self._folded.__getitem__, _runs(text)))

    def _fold(self, run: str) -> tuple[str, str]:
        if run.isascii() and run.isalnum():  # most words of most texts: nothing to fold but case
            form = run.lower()
            root = stem(form, self._language)
            return root, "" if root == form else form
        if not run.isascii() and _HAS_UNSPACED.search(run):
            return self._fold_mixed(run)
        tokens = self._read(run)
        return " ".join([token.stem for token in tokens]), " ".join([t.form for t in tokens if t.form != t.stem])

    def _fold_mixed(self, run: str) -> tuple[str, str]:
        """What the tokens of :meth:`_mixed` amount to, without making them: Han has its pairs and nothing to fold."""
        stems: list[str] = []
        forms: list[str] = []
        for part in _PART.findall(run):
            if _ALL_UNSPACED.fullmatch(part) and _is_plain(part):
                stems += map(add, part, part[1:])
                stems.append(part[-1])
            elif _HAS_UNSPACED.match(part):
                stems += [token.stem for token in self._mixed(part)]
            else:
                some, changed = self._folded[part]
                stems += filter(None, (some,))
                forms += filter(None, (changed,))
        return " ".join(stems), " ".join(forms)

    def _read(self, run: str) -> tuple[Token, ...]:
        if run.isascii() and run.isalnum():
            form = run.lower()
            return (Token(stem(form, self._language), form, 0, len(run)),)
        return tuple(self._mixed(run) if _HAS_UNSPACED.search(run) else _spaced(run, self._language))

    def _mixed(self, run: str) -> Iterator[Token]:
        """Tokens of a run that has characters of an unspaced script in it: pairs of them, words between."""
        for part in _PART.finditer(run):
            at = part.start()
            if not _HAS_UNSPACED.match(part[0]):
                for stem_, form, start, end, _ in self.tokens(part[0]):
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
    read = folder(language).tokens
    for match in RUN.finditer(text):
        at = match.start()
        for stem_, form, start, end, tail in read(match[0]):
            yield Token(stem_, form, at + start, at + end, tail)


def fold(text: str, language: str | None) -> str:
    """*text* as the search index holds it: stems, separated by spaces.

    >>> fold("Les réfugiés déplacés, l'aide d'urgence", "fr")
    'le refug deplac aid urgenc'
    >>> fold("苏丹和海地", "zh")
    '苏丹 丹和 和海 海地 地'
    """
    return " ".join([stems for stems, _ in folder(language).folded(text) if stems])


def fold_with_forms(text: str, language: str | None) -> str:
    """*text* folded, and behind it, once each, the words that stemming changed, unstemmed.

    With these a prefix (nationalit*) and the exact form of a name find their text, and a text with the very form that
    was asked for ranks before one with a cousin of it.
    """
    folded = folder(language).folded(text)
    if not folded:
        return ""
    stems, forms = zip(*folded, strict=True)
    changed = dict.fromkeys(" ".join(dict.fromkeys(forms)).split())
    return " ".join([*filter(None, stems), *changed])


def _runs(text: str) -> list[str]:
    """What :data:`RUN` finds in *text*; of plain text in a fifth of its time."""
    if not text.isascii():
        return RUN.findall(text)
    runs = text.translate(_BETWEEN).split()
    if "'" in text:
        return [run for some in runs for run in (RUN.findall(some) if "'" in some else (some,))]
    return runs


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
    if _is_plain(run):
        return [(character, n, n + 1) for n, character in enumerate(run, at)]
    return [(_folded(one[0]), at + one.start(), at + one.end()) for one in _CHARACTER.finditer(run)]


def _is_plain(run: str) -> bool:
    """Whether a run of an unspaced script has nothing to fold and nothing to keep together, as Han has not."""
    return unicodedata.is_normalized("NFKD", run) and not _HAS_MARK.search(run)


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """Case, accents and letter variants folded; in composed form, so that Hangul stays whole and й a letter."""
    if word.isascii():
        return word.lower()
    # Case twice: the capitals among the letters of mathematics are capitals only once they are plain letters.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word.casefold()).casefold())
    bare = _ACCENTS.sub("", plain)
    bare = unicodedata.normalize("NFKC", bare).translate(_LETTERS).translate(_PRIVATE_USE)
    return "".join(str(unicodedata.digit(ch)) if ch.isdigit() and not ch.isascii() else ch for ch in bare)
