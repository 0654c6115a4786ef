"""How much of a page's text is found and how little else (F1 over words), and how often its fields are right."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from benchmarks.extract.extractors import Fields, Read, Text
from benchmarks.extract.pages import Page

_WORD = re.compile(r"\w+")
_BY = re.compile(r"^\s*(?:written\s+)?by\b[:\s]*", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"[,;&|/\n•]| and | und | with ")


def f1(found: str, wanted: str) -> float:
    """Twice the words that both have, over all words of both: each counted as often as it stands there.

    >>> f1("a b c", "a b b d")
    0.5714285714285714
    """
    one, other = Counter(_WORD.findall(found.lower())), Counter(_WORD.findall(wanted.lower()))
    if not other:
        return float(not one)
    return 2 * (one & other).total() / (one.total() + other.total())


def text_scores(extract: Text, pages: Sequence[Page]) -> dict[str, float]:
    """The mean F1 of each kind of page, and of all under "all"; what an extractor fails on counts as nothing found."""
    scores: dict[str, list[float]] = {}
    for page in pages:
        try:
            found = extract(page.html, page.url)
        except Exception:
            found = ""
        score = f1(found, page.text)
        for kind in ("all", page.kind):
            scores.setdefault(kind, []).append(score)
    return {kind: fmean(values) for kind, values in scores.items()}


def field_scores(read: Read, pages: Sequence[Page]) -> dict[str, float | None]:
    """The share of right titles, authors and dates among the pages that have one, and of dates where there is none."""
    hits: dict[str, list[bool]] = {"title": [], "author": [], "date": [], "invented": []}
    answered = {"title": False, "author": False, "date": False}
    for page in pages:
        try:
            found = read(page.html, page.url)
        except Exception:
            found = Fields(None, None, None)
        for name, equal in _EQUAL.items():
            wanted, said = getattr(page, name), getattr(found, name)
            answered[name] |= bool(said)
            if wanted:
                hits[name].append(bool(said) and equal(said, wanted))
            elif name == "date":
                hits["invented"].append(bool(said))
    answered["invented"] = answered["date"]
    return {name: fmean(values) if answered[name] and values else None for name, values in hits.items()}


def _key(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _people(text: str) -> set[str]:
    return {name for name in map(_key, _BETWEEN_NAMES.split(_BY.sub("", text))) if name}


_EQUAL: Mapping[str, Callable[[str, str], bool]] = {
    "title": lambda said, wanted: _key(said) == _key(wanted),
    "author": lambda said, wanted: _people(said) == _people(wanted),
    "date": lambda said, wanted: said.startswith(wanted),
}
