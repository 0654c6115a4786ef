"""The same text in another language, in a tab that the page keeps shut: it is not what the page says to those who open it.

Other hidden panels may hold the text itself (answers that unfold, a body that a script shows), and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from scraper.extractor.blocks import Layout
from scraper.extractor.language import read_language

_SHUT: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PANEL: Final = re.compile(r"(?<![a-z])(?:tab|tabs|pane|panel|panels)(?![a-z])", re.IGNORECASE)
_OPEN: Final = re.compile(r"(?<![a-z])(?:active|show|in|current|selected|open)(?![a-z])", re.IGNORECASE)
_CHARS: Final = 100  # on both sides: fewer tell no language
_UP: Final = 6  # elements around a block that may be the panel


def without_shut_translations(layout: Layout, kept: list[int]) -> list[int]:
    """*kept* without what stands in a shut panel, if that and what is shown are in two languages."""
    shut: dict[int, list[int]] = {}
    known: dict[int, bool] = {}

    @cache
    def opens_another(parent: int) -> bool:
        """Whether one of the panels in an element is open."""
        panels = (layout.names(box) for box, up in enumerate(layout.c_parent) if up == parent)
        return any(_PANEL.search(names) and _OPEN.search(names) for names in panels)

    for index in kept:
        for _, box in zip(range(_UP), layout.ancestors(index), strict=False):
            if box not in known:
                known[box] = _is_shut(layout, box, opens_another)
            if known[box]:
                shut.setdefault(box, []).append(index)
                break
    if not shut:
        return kept
    hidden = {index for blocks in shut.values() for index in blocks}
    shown = [index for index in kept if index not in hidden]
    language = _language(layout, shown)
    if language is None:
        return kept
    foreign = [blocks for blocks in shut.values() if _language(layout, blocks) not in (None, language)]
    left_out = {index for blocks in foreign for index in blocks}
    return [index for index in kept if index not in left_out]


def _language(layout: Layout, blocks: Sequence[int]) -> str | None:
    texts = [layout.b_text[index] for index in blocks]
    if sum(map(len, texts)) < _CHARS:
        return None
    return read_language(texts).main


def _is_shut(layout: Layout, box: int, opens_another: Callable[[int], bool]) -> bool:
    """Whether a browser shows nothing of an element until somebody asks for it."""
    attributes = layout.c_node[box].attributes
    if "hidden" in attributes or _SHUT.search(attributes.get("style") or ""):
        return True
    names = attributes.get("class") or ""
    return _PANEL.search(names) is not None and not _OPEN.search(names) and opens_another(layout.c_parent[box])
