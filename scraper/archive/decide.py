"""What a reading means for what we hold: new, the same, revised, or only read better. Pure: values in, a verdict out.

The rules are those of the design's second section. A revision is a change of the extracted text, title or contact
under the same extractor version; a text that vanishes is a failure to read, not an edit; many revisions of one
source at once are a change of template until a person says otherwise.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from scraper.model import Statement

Change = Literal["text", "title", "contact"]

# Characters that carry no words: zero-width space and joiner, word joiner, BOM, soft hyphen, directional marks.
# ZWNJ (U+200C) stays: in Persian it separates words.
_INVISIBLE = re.compile("[\u200b\u200d\u200e\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff\u00ad]")
# A dash that stands alone is punctuation: templates draw it, or leave it out, between a dateline and its text.
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")

MASS_CHANGE_SHARE = 0.2  # of the statements read in one run; STATEMENT_SITES 5.4
MASS_CHANGE_LEAST = 5  # fewer revisions than this are never a mass change


def normalised(text: str | None) -> str:
    """*text* as it counts for comparison: white space folded (NBSP is white space), invisible characters and dashes
    that stand alone gone.
    """
    if not text:
        return ""
    words = (text if text.isascii() else _INVISIBLE.sub("", text)).split()
    return " ".join([word for word in words if word not in _DASHES])


@lru_cache(maxsize=8)  # the text in hand is asked for by everybody who looks at it
def text_digest(text: str | None) -> str:
    """SHA-256 of the normalised text, hexadecimal: equal digests mean equal words in equal order."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """What of a statement counts as its state."""

    text_digest: str
    title: str
    contact: str
    words: int

    @classmethod
    def of(cls, statement: Statement) -> State:
        """The state that *statement*, as just read, is in."""
        return cls(
            text_digest(statement.text), normalised(statement.title), normalised(statement.contact), statement.words
        )

    def changes_to(self, later: State) -> tuple[Change, ...]:
        """What differs in *later*, in the order text, title, contact; empty if nothing does."""
        pairs: tuple[tuple[Change, str, str], ...] = (
            ("text", self.text_digest, later.text_digest),
            ("title", self.title, later.title),
            ("contact", self.contact, later.contact),
        )
        return tuple(name for name, old, new in pairs if old != new)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a reading."""

    what: Literal["new", "same", "revised", "reread", "vanished"]
    changed: tuple[Change, ...] = ()


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words equally often, in whatever order; dashes at their ends do not count.

    A template that puts the dateline above the photograph moves words; nobody edited them.

    >>> same_words("Limón — On Thursdays A caption.", "A caption. Limón — On Thursdays"), same_words("a b", "a a b")
    (True, False)
    """
    return sorted(_words(one)) == sorted(_words(other))


def _words(text: str) -> list[str]:
    return [bare for word in normalised(text).split() if (bare := word.rstrip("-\u2010\u2011\u2012\u2013\u2014\u2015"))]


def decide(now: State, held: State | None, previous_reread: State | None = None, *, reordered: bool = False) -> Verdict:
    """What reading *now* means beside the state we hold.

    *reordered*: the text has the same words in another order (:func:`same_words`), which is layout and no edit.
    *previous_reread* is the capture behind *held*, read again with today's extractor: None if *held* was read by
    today's extractor already. "reread" means that only our reading changed, not the page.
    """
    if held is None:
        return Verdict("new")
    if now.words == 0 and held.words > 0:
        return Verdict("vanished")
    before = previous_reread or held
    changed = before.changes_to(now)
    edited = tuple(name for name in changed if not (name == "text" and reordered))
    if edited:
        return Verdict("revised", edited)
    if changed:
        return Verdict("reread", changed)
    if previous_reread is not None and (changed := held.changes_to(now)):
        return Verdict("reread", changed)
    return Verdict("same")


def is_mass_change(revised: int, read: int) -> bool:
    """Whether *revised* of *read* statements of one source in one run is more than people edit.

    >>> is_mass_change(3, 40), is_mass_change(30, 40), is_mass_change(4, 4)
    (False, True, False)
    """
    return revised >= MASS_CHANGE_LEAST and revised > MASS_CHANGE_SHARE * read
