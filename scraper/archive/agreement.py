"""How well the facts of two texts in different languages agree: figures, names, countries, place.

A weak hint that one is the other's translation, for publishers that do not link theirs. Pure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from scraper.archive.folding import UNSPACED, fold

# What each kind of fact weighs, where both texts have it. Figures survive translation best, place names worst.
WEIGHTS = {"figures": 0.4, "names": 0.25, "countries": 0.25, "place": 0.1}
LEAST_WEIGHT = 0.5  # of the facts that both have; less is too little to judge by
FEWEST = 3  # figures or names that a text must have, and both share, to count
LEAST_FIGURES = 0.4  # share of the figures of the text with fewer
LEAST_COUNTRIES = 0.8  # likeness of the countries of texts without figures
LENGTHS = 2.5  # times as long a translation may be, at most
NAME_LETTERS = 5  # of a name are compared: Colombia, Colombie
SAME_PLACE = 60  # of 100, by edit distance: Geneva, Genève, Ginebra

LETTERS_A_CHARACTER = 3.6  # of a Chinese text, against an English one of the same meaning
SAMPLE = 400  # characters that tell which it is

_UNSPACED = re.compile(f"[{UNSPACED}]")
# 12,500 / 12.500 / 12 500 / 12’500, or 4.7 / 4,7
_FIGURE = re.compile(r"\d{1,3}(?:[.,'’٬\u00a0\u2009\u202f ]\d{3})+(?!\d)|\d+(?:[.,٫]\d+)?")
_NAME = re.compile(r"[^\W\d_][^\W\d_’'-]{3,}")


@dataclass(frozen=True)
class Facts:
    """What a text says that does not depend on its language."""

    text: str
    place: str | None
    countries: Mapping[str, int]  # ISO code -> mentions

    @cached_property
    def figures(self) -> frozenset[str]:
        """Its figures, as digits alone; single digits are often words in another language."""
        found = (re.sub(r"\D", "", figure) for figure in _FIGURE.findall(self.text))
        return frozenset(_ascii(figure) for figure in found if len(figure) > 1)

    @cached_property
    def names(self) -> frozenset[str]:
        """The beginnings of its capitalised words, without accents; empty in scripts without capitals."""
        capitalised = (name for name in _NAME.findall(self.text) if name[0].isupper())
        return frozenset(fold(name, None)[:NAME_LETTERS] for name in capitalised)

    @property
    def length(self) -> float:
        """Its length in letters; a character of an unspaced script counts as :data:`LETTERS_A_CHARACTER`."""
        sample = self.text[:SAMPLE]
        unspaced = len(_UNSPACED.findall(sample)) / max(1, len(sample))
        return len(self.text) * (1 + unspaced * (LETTERS_A_CHARACTER - 1))


def agreement(one: Facts, other: Facts) -> tuple[float, str]:
    """How well two texts agree, 0..1, and on what, in words; 0 when too little can be compared."""
    short, long = sorted((one.length, other.length))
    if not short or long > LENGTHS * short:
        return 0.0, ""
    figures, same_figures = _shared(one.figures, other.figures)
    if figures is not None and figures < LEAST_FIGURES:
        return 0.0, ""  # the rest cannot make up for it, and is dearer to find
    countries = _cosine(one.countries, other.countries)
    if figures is None and (countries or 0.0) < LEAST_COUNTRIES:
        return 0.0, ""
    names, same_names = _shared(one.names, other.names)
    measured = {
        "figures": figures,
        "names": names,
        "countries": countries,
        "place": _same_place(one.place, other.place),
    }
    known = {fact: share for fact, share in measured.items() if share is not None}
    weight = sum(WEIGHTS[fact] for fact in known)
    if weight < LEAST_WEIGHT or max(same_figures, same_names) < FEWEST:
        return 0.0, ""
    agreed = [f"{same_figures} figures"] if same_figures else []
    agreed += [f"{same_names} names"] if same_names else []
    agreed += [fact for fact in ("countries", "place") if (known.get(fact) or 0.0) > SAME_PLACE / 100]
    return sum(WEIGHTS[fact] * share for fact, share in known.items()) / weight, ", ".join(agreed)


def may_agree(one: Facts, countries: Mapping[str, int]) -> bool:
    """Whether *one* can agree with a text that speaks of these *countries* and is not read yet."""
    if len(one.figures) < FEWEST:
        return (_cosine(one.countries, countries) or 0.0) >= LEAST_COUNTRIES  # nothing else can carry it
    return not one.countries or not countries or not one.countries.keys().isdisjoint(countries)


def _ascii(digits: str) -> str:
    """Digits of any script as ASCII."""
    return digits if digits.isascii() else "".join(str(unicodedata.digit(digit)) for digit in digits)


def _shared(one: frozenset[str], other: frozenset[str]) -> tuple[float | None, int]:
    """The share of the smaller set that the other has, and how many; None when there are too few to tell."""
    fewest = min(len(one), len(other))
    common = len(one & other)
    return (common / fewest if fewest >= FEWEST else None), common


def _cosine(one: Mapping[str, int], other: Mapping[str, int]) -> float | None:
    if not one or not other:
        return None
    dot = sum(count * other.get(country, 0) for country, count in one.items())
    return dot / math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))


def _same_place(one: str | None, other: str | None) -> float | None:
    """1 for the same place, 0 for another; None when one is missing or they are written in different scripts."""
    ours, theirs = fold(one or "", None), fold(other or "", None)
    if not ours or not theirs or ours.isascii() != theirs.isascii():
        return None
    return float(fuzz.ratio(ours, theirs) >= SAME_PLACE)
