"""How likely each block is part of the statement, and which are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scraper.extractor.blocks import Layout
from scraper.extractor.page import Page

_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside", "form", "button", "label", "legend"})
_CHROME_WORDS = re.compile(
    r"\b(nav|menu|footer|header|sidebar|share|sharing|social|related|cookie|breadcrumbs?|banner|sdg|newsletter|skip)\b"
)
_WORD = re.compile(r"[^\W\d_]+")


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
    share = np.array([_is_prose(layout, index, links[index]) for index in range(count)], np.float32)
    return Scores(share, links, np.flatnonzero(share > 0.5).tolist(), 0.5)


def _is_prose(layout: Layout, index: int, link_share: float) -> bool:
    text = layout.b_text[index]
    chrome = False
    for ancestor in layout.ancestors(index):
        node, tag = layout.c_node[ancestor], layout.c_tag[ancestor]
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if tag not in ("body", "html") and (tag in _CHROME_TAGS or _CHROME_WORDS.search(names)):
            chrome = True
    return layout.tag(index) != "h1" and len(_WORD.findall(text)) >= 8 and link_share < 0.5 and not chrome
