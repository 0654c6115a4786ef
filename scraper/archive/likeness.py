"""What one text is to another: an edited copy, an excerpt, next week's issue of the same series, or nothing.

Pure: two texts in, a judgement out. Three measures decide. *Covered* is the share of a text's words that stand in
sequences of the other, whatever the order of passages: unrelated texts have none, a text with 10 % of its words
changed 83 %. *In order* is the longest common subsequence of words. *Facts* are figures and names: where they changed
far more often than the words around them, somebody filled in a form anew, and nobody edited a text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import LCSseq

from scraper.archive.shingles import Words, covered, words_of
from scraper.model import RelationKind

# Swept over the near-duplicate set of benchmarks/archive_dedup.py.
LIKE = 0.45  # covered, of the shorter: below, texts share phrases, not passages
EDITED_IN_ORDER = 0.75  # common words in order, of the longer text
EDITED_COVERED = 0.75  # or covered, of the longer text: paragraphs were moved
CONTAINED = 0.8  # covered, of the shorter text, for an excerpt
SERIES_FRAME = 0.6  # common in order, or covered, of the longer text

# Condolences, congratulations and calls to order are alike in all but a name: short texts need more to be held equal.
TOO_SHORT = 40  # words; below, only word-for-word equality counts
SHORT = 120  # words; below, the next bounds apply
SHORT_ALIKE = 0.9
SHORT_FACTS_KEPT = 0.9  # another figure or another name: another event

FEWEST_FACTS = 3
FIGURES_KEPT = 0.8  # of the text with fewer; above, nothing was filled in anew
NAMES_KEPT = 0.5  # figures and names together; a change next to a name often hides it, so less is asked
CHANCE = 0.01  # how unlikely it must be that the facts changed as often as they did, if they changed as words do
WORDS_CHANGE = 0.05  # the least rate at which words are held to change: one correction is not a rate

# A capitalised word inside a sentence: not the first of the text, a line or a sentence, nor behind a bullet or quote.
_NAME = re.compile(r"(?<=[^\W\d_] |[,;)’] )[^\W\d_][\w’'-]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text is to another."""

    kind: RelationKind
    score: float  # 0..1: an excerpt's share of the shorter text, else the share of the longer that both have
    evidence: str


@dataclass(frozen=True)
class Compared:
    """A text made ready for comparing with others."""

    text: str

    @cached_property
    def words(self) -> Words:
        """Its words."""
        return words_of(self.text)

    @cached_property
    def facts(self) -> Counter[str]:
        """Its figures and names, with how often each occurs."""
        names = (name.casefold() for name in _NAME.findall(self.text) if name[0].isupper())
        return Counter([word for word in self.words.words if word.isdigit()]) + Counter(names)

    @cached_property
    def figures(self) -> Counter[str]:
        """Its figures alone."""
        return Counter(word for word in self.words.words if word.isdigit())


def likeness(one: Compared, other: Compared) -> Likeness | None:
    """What two texts, not equal word for word, are to each other; None if they are nothing. Symmetric."""
    shorter, longer = sorted((one, other), key=lambda text: (text.words.length, text.words.words))
    if shorter.words.length < TOO_SHORT:
        return None
    shared = covered(shorter.words, longer.words)
    if shared < LIKE:
        return None
    common = LCSseq.similarity(shorter.words.words, longer.words.words)
    in_order = common / len(longer.words.words)
    moved = covered(longer.words, shorter.words)
    if max(in_order, moved) >= SERIES_FRAME and (kept := _facts_anew(shorter, longer, shared)):
        return Likeness("series", round(max(in_order, moved), 3), f"same frame, {kept}")
    if shorter.words.length < SHORT and _facts_lost(shorter, longer):
        return None
    return _edited(shorter, longer, in_order, moved) or _excerpt(shorter, longer, shared)


def _edited(shorter: Compared, longer: Compared, in_order: float, moved: float) -> Likeness | None:
    short = shorter.words.length < SHORT
    if in_order >= (SHORT_ALIKE if short else EDITED_IN_ORDER):
        score, order = in_order, ""
    elif moved >= (SHORT_ALIKE if short else EDITED_COVERED):
        score, order = moved, ", in another order"
    else:
        return None
    return Likeness("edited-copy", round(score, 3), f"{score:.0%} of {_length(longer)} are shared{order}")


def _excerpt(shorter: Compared, longer: Compared, shared: float) -> Likeness | None:
    if shared < (SHORT_ALIKE if shorter.words.length < SHORT else CONTAINED):
        return None
    return Likeness(
        "excerpt", round(shared, 3), f"{shared:.0%} of {_length(shorter)} stand in a text of {_length(longer)}"
    )


def _facts_lost(shorter: Compared, longer: Compared) -> bool:
    """Whether figures and names of the shorter text are missing from the longer one."""
    kept = (shorter.facts & longer.facts).total()
    return kept < SHORT_FACTS_KEPT * shorter.facts.total()


def _facts_anew(shorter: Compared, longer: Compared, shared: float) -> str | None:
    """How many facts were kept, in words, if so many changed that the text was filled in anew; None if it was not."""
    for what, ours, theirs, enough in (
        ("figures", shorter.figures, longer.figures, FIGURES_KEPT),
        ("figures and names", shorter.facts, longer.facts, NAMES_KEPT),
    ):
        fewest = min(ours.total(), theirs.total())
        if fewest < FEWEST_FACTS:
            continue
        kept = (ours & theirs).total()
        if kept >= enough * fewest:
            continue
        rate = max(WORDS_CHANGE, min(1 - shared, _rate_of_change(shorter, longer, ours.keys() | theirs.keys())))
        if _at_least(fewest - kept, fewest, rate) < CHANCE:
            return f"{kept} of {fewest} {what} kept"
    return None


def _rate_of_change(shorter: Compared, longer: Compared, facts: set[str]) -> float:
    """The share of the shorter text's other words that the longer text does not have in the same order."""
    ours, theirs = ([word for word in text.words.words if word not in facts] for text in (shorter, longer))
    return 1 - LCSseq.similarity(ours, theirs) / len(ours) if ours else 0.0


def _at_least(changed: int, of: int, rate: float) -> float:
    """The probability that at least *changed* of *of* change when each does with probability *rate* (binomial)."""
    return sum(math.comb(of, n) * rate**n * (1 - rate) ** (of - n) for n in range(changed, of + 1))


def _length(text: Compared) -> str:
    unspaced = text.words.length < len(text.words.words) * 0.8
    return f"{len(text.words.words):,} {'characters' if unspaced else 'words'}"
