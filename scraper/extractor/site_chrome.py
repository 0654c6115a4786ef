"""What a site repeats is furniture, whatever it looks like: the blocks of a page against those of its neighbours.

A menu whose blurbs are full sentences and a list of offices read like text to a model that sees one page. An archive sees
many pages of one source and remembers which blocks stand on most of them (:class:`scraper.model.SiteChrome`). That
memory makes the model doubt such blocks; it never decides alone:

- A block among the text's own paragraphs, in the same element, is the publisher's: "About the Organization" below four
  releases in ten, "Background" as a heading, an interviewer's standing question. A researcher who quotes a statement wants it
  as it was issued. What recurs in an element of its own is the template's.
- A heading with the words of a menu's entry is another block: it is bounded by another element, or it is one more on its
  page and stands among blocks that are the page's own, where furniture stands beside furniture.
- A page of which no paragraph of its own would be left is read as if nothing were remembered: words that are the same
  everywhere may be all that it says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scraper.extractor.blocks import Layout
from scraper.extractor.features import Floats
from scraper.extractor.markup import Ints

LEAST_DOUBT: Final = 2.0  # logits off a block on as few of the pages as are remembered at all
MOST_DOUBT: Final = 6.0  # logits off a block on every page: what the model is 99 % sure of goes, too
_REMEMBERED: Final = 0.3  # share of the pages from which a block is remembered
_PROSE_WORDS: Final = 8
_LINKED: Final = 0.5  # of a block's characters

_BETWEEN: Final = "\0"  # no text of a page holds it
_DIGITS: Final = re.compile(r"\d+")
_LETTER: Final = re.compile(r"[^\W\d_]")


def fingerprints(layout: Layout) -> list[int]:
    """A number for each block, equal for equal words in an element of the same name; 0 for a block without letters.

    Case does not count, and each number counts as any other: temperatures, visitors and years move in furniture that is the
    same. Cells of a table and telephone numbers are no words.
    """
    tags = map(layout.c_tag.__getitem__, layout.b_container)
    return list(map(_fingerprint, tags, plain(layout.b_text)))


def plain(texts: Sequence[str]) -> list[str]:
    """Texts of blocks as they are compared."""
    return _DIGITS.sub("0", _BETWEEN.join(texts).lower()).split(_BETWEEN) if texts else []


@lru_cache(maxsize=4_096)  # a site's furniture is met on every page
def _fingerprint(tag: str, text: str) -> int:
    if not _LETTER.search(text):
        return 0
    digest = blake2b(f"{tag} {text}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def doubt(
    layout: Layout, share: Floats, kept: Sequence[int], words: Ints, link_share: Floats, recurs: Sequence[float]
) -> Floats:
    """*share*, the model's, with its doubts about the blocks that the site repeats.

    *kept* are the blocks kept without such doubts, *recurs* says of each block on what share of the source's pages it
    is remembered to stand, 0.0 where it is not.
    """
    prose = is_prose(words, link_share)
    own = {_place(layout, index) for index in kept if prose[index] and not recurs[index]}
    repeated = [index for index in _furniture(layout, recurs) if _place(layout, index) not in own]
    if not repeated:
        return share
    part = np.array([recurs[index] for index in repeated], np.float32)
    steps = np.clip((part - _REMEMBERED) / (1 - _REMEMBERED), 0, 1)
    odds = np.exp(LEAST_DOUBT + steps * (MOST_DOUBT - LEAST_DOUBT))
    doubted = share.copy()
    sure = share[repeated]
    doubted[repeated] = sure / (sure + (1 - sure) * odds)
    return doubted


def _furniture(layout: Layout, recurs: Sequence[float]) -> list[int]:
    """The blocks that recur and have no twin on the page, or stand beside another that recurs."""
    texts = plain(layout.b_text)
    times = Counter(texts)
    beside = [0.0, *recurs, 0.0]
    return [
        index
        for index, part in enumerate(recurs)
        if part and (beside[index] or beside[index + 2] or times[texts[index]] == 1)
    ]


def is_prose(words: Ints, link_share: Floats) -> NDArray[np.bool_]:
    """Which blocks are long enough for a paragraph, and no links."""
    return (words >= _PROSE_WORDS) & (link_share < _LINKED)


def _place(layout: Layout, block: int) -> int:
    """The element in which a block stands beside others: its own if it holds several blocks, else the one around it."""
    own = layout.b_container[block]
    return own if layout.c_end[own] - layout.c_first[own] > 1 else layout.c_parent[own]
