"""Texts as sets of short word sequences, and the small sketch of such a set that finds texts with shared passages.

The sketch is Broder's mod-m sketch (On the resemblance and containment of documents, 1997): of all hashes of
five-word sequences, those below a fixed bound. Unlike the minima of MinHash it estimates containment too, so that a
paragraph quoted out of a long statement is found, and it costs 0.1 ms a text where 128 permutations cost 1.3.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scraper.archive.folding import UNSPACED

Hashes = NDArray[np.uint64]

RUN_WORDS = 5  # words of a sequence; three are common phrases, and 10 % of words changed leave 59 % of fives
RUN_CHARACTERS = 8  # the same for scripts without spaces, in characters
WORDS_A_CHARACTER = 0.6  # a Chinese text has about that many words for each of its characters

SAMPLED = 32  # one sequence in so many is indexed
FEWEST = 12  # but of a short text at least so many
MOST = 128  # and of a long one no more
LOOKED_UP = (64, 192)  # a new text asks for more of its sequences than it leaves behind: at least, at most

_WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640]")
_BETWEEN = str.maketrans({ch: " " for ch in map(chr, range(128)) if not ch.isalnum()})
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, as in splitmix64


@dataclass(frozen=True)
class Words:
    """A text as the words that count when texts are compared: no case, no accents, no punctuation, no layout."""

    words: tuple[str, ...]
    unspaced: int = 0  # how many of them are characters of a script without spaces

    @property
    def run(self) -> int:
        """The length of its sequences."""
        return RUN_CHARACTERS if self.unspaced * 2 > len(self.words) else RUN_WORDS

    @property
    def length(self) -> float:
        """Length in words; a character of an unspaced script counts as :data:`WORDS_A_CHARACTER`."""
        return len(self.words) - self.unspaced * (1 - WORDS_A_CHARACTER)

    @cached_property
    def hashes(self) -> Hashes:
        """The hash of the sequence that begins at each word; one for the whole of a text shorter than a sequence."""
        codes = _codes(self.words)
        run = min(self.run, len(codes))
        if not run:
            return codes
        mixed = np.zeros(len(codes) - run + 1, dtype=np.uint64)
        codes = codes + np.uint64(1)
        for offset in range(run):
            mixed += codes[offset : offset + len(mixed)]
            mixed *= _SPREAD
            mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        return mixed ^ (mixed >> np.uint64(32))

    @cached_property
    def distinct(self) -> Hashes:
        """The different hashes, in order."""
        ordered = np.sort(self.hashes)
        first = np.ones(len(ordered), dtype=np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        return ordered[first]  # np.unique takes six times as long for so few

    @property
    def sketch(self) -> Hashes:
        """The hashes under which the text is found again."""
        below = int(np.searchsorted(self.distinct, np.uint64(2**64 // SAMPLED)))
        return self.distinct[: min(max(below, FEWEST), MOST)]

    @property
    def wanted(self) -> Hashes:
        """The hashes to look for when the text is new."""
        fewest, most = LOOKED_UP
        return self.distinct[: min(max(len(self.distinct) // 8, fewest), most)]

    @cached_property
    def digest(self) -> int:
        """A signed 64-bit hash of all words in their order: equal for texts that are equal word for word."""
        joined = " ".join(self.words).encode("utf-8", "replace")
        return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), signed=True)


def words_of(text: str) -> Words:
    """Take a text apart.

    >>> words_of("Genève – L’OIM, 苏丹").words
    ('geneve', 'l', 'oim', '苏', '丹')
    """
    if text.isascii():
        return Words(tuple(text.lower().translate(_BETWEEN).split()))
    plain = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())))
    words = tuple(_WORD.findall(plain))
    return Words(words, len(_UNSPACED.findall(plain)))


def _codes(words: Sequence[str]) -> Hashes:
    """The checksum of each word. Worked out once a text, not remembered: a memory of all words is slower to ask."""
    different = dict.fromkeys(words)
    code_of = dict(zip(different, map(zlib.crc32, map(str.encode, different)), strict=True))
    return np.fromiter(map(code_of.__getitem__, words), dtype=np.uint64, count=len(words))


def covered(one: Words, other: Words) -> float:
    """The share of *one*'s words that stand in a sequence which *other* has too, in whatever order of passages.

    Sequences of different lengths (a Chinese text and an English one) share nothing.
    """
    if one.run != other.run or not len(one.hashes) or not len(other.hashes):
        return 0.0
    shared = np.isin(one.hashes, other.distinct)
    run = min(one.run, len(one.words))
    return float(np.count_nonzero(np.convolve(shared, np.ones(run, dtype=np.int8)))) / len(one.words)
