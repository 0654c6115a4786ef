"""How likely each block is part of the statement, and which are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from scraper.extractor.blocks import Layout
from scraper.extractor.page import Page

_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside", "form", "button", "label", "legend"})
_CHROME_WORDS = re.compile(
    r"\b(nav|menu|footer|header|sidebar|share|sharing|social|related|cookie|breadcrumbs?|banner|sdg|newsletter|skip)\b"
)
# Lines that say nothing but whose page this is: they change every January and would look like edits.
_IMPRINT = re.compile(r"©|\(c\)\s*\d{4}|\bcopyright\b|\ball rights reserved\b", re.IGNORECASE)
_IMPRINT_WORDS = 25
_WORD = re.compile(r"[^\W\d_]+")
_DATELINE = re.compile(r"[^.!?]{2,60}[–—―-]")  # a place and a dash in an element of its own
_PROSE_WORDS = 8  # fewer make a label, a heading or a cell
_GAP_MOST = 12  # blocks between two paragraphs that may be left out and still be one text
_OPENING_MOST = 4  # lines before the first paragraph
_CLOSING_MOST = 6  # lines after the last
_LINKED = 0.5  # of a block's characters
_KEEP = 0.5


@dataclass(frozen=True, slots=True)
class Scores:
    """The decision over a page's blocks."""

    share: NDArray[np.float32]  # per block, 0..1: expected share of its words that are body
    link_share: NDArray[np.float32]  # per block, of its characters
    kept: list[int]  # blocks that are body, ascending
    confidence: float  # 0..1: expected F1 of the words kept


def score_blocks(layout: Layout, page: Page) -> Scores:
    """The decision over *layout*, which has at least one block."""
    count = len(layout.b_text)
    sizes = np.fromiter(map(len, layout.b_text), np.float32, count)
    links = np.minimum(1, np.array(layout.b_link_chars, np.float32) / np.maximum(sizes, 1))
    usable = [not _is_chrome(layout, index, float(links[index])) for index in range(count)]
    prose = [
        index for index in range(count) if usable[index] and len(_WORD.findall(layout.b_text[index])) >= _PROSE_WORDS
    ]
    share = np.zeros(count, np.float32)
    share[prose] = 1.0
    for before, after in pairwise(prose):
        # What stands between two paragraphs belongs to them: headings, short lines, table cells.
        between = [index for index in range(before + 1, after) if usable[index]]
        if after - before <= _GAP_MOST or len(between) == after - before - 1:
            share[between] = 0.8
    for index in _siblings(layout, prose, usable):
        share[index] = max(share[index], 0.7)
    first = int(np.argmax(share > _KEEP))
    if prose and first > 0 and usable[first - 1] and _is_dateline(layout, first - 1):
        share[first - 1] = 0.8
    kept = np.flatnonzero(share > _KEEP).tolist()
    words = sum(len(layout.b_text[index].split()) for index in prose)
    return Scores(share, links, kept, _confidence(words, len(prose)))


def _is_dateline(layout: Layout, index: int) -> bool:
    """Whether a block before the first paragraph is a dateline in an element of its own."""
    names = layout.c_node[layout.b_container[index]].attributes.get("class") or ""
    return "dateline" in names.lower() or bool(_DATELINE.fullmatch(layout.b_text[index].strip()))


def _siblings(layout: Layout, prose: list[int], usable: list[bool]) -> Iterator[int]:
    """Short lines before the first and after the last paragraph, beside them in the page: salutations, thanks, names."""
    for start, step, most in ((prose[0], -1, _OPENING_MOST), (prose[-1], 1, _CLOSING_MOST)) if prose else ():
        home = _home(layout, start)
        for index in range(start + step, start + step * (most + 1), step):
            if not 0 <= index < len(usable) or not usable[index] or _home(layout, index) != home:
                break
            yield index


def _home(layout: Layout, index: int) -> int:
    """The element in which a block's own element stands."""
    return next(islice(layout.ancestors(index), 1, None), -1)


def _confidence(words: int, paragraphs: int) -> float:
    """More prose in more paragraphs is likelier a statement; rules of thumb never earn more than 0.9."""
    return round(min(0.9, 0.4 + 0.1 * min(paragraphs, 3) + 0.2 * min(words / 200, 1.0)), 2) if paragraphs else 0.0


def _is_chrome(layout: Layout, index: int, link_share: float) -> bool:
    """Whether a block stands in the site's furniture, names it, or mostly links elsewhere."""
    text = layout.b_text[index]
    if link_share >= _LINKED or layout.tag(index) == "h1":
        return True
    if _IMPRINT.search(text) and len(text.split()) <= _IMPRINT_WORDS:
        return True
    for ancestor in layout.ancestors(index):
        tag = layout.c_tag[ancestor]
        if tag in ("body", "html"):
            continue
        attributes = layout.c_node[ancestor].attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if tag in _CHROME_TAGS or _CHROME_WORDS.search(names):
            return True
    return False
