"""The same text in another language, in a tab that the page keeps shut: it is not what the page says to those who open it.

Other hidden panels may hold the text itself (answers that unfold, a body that a script shows), and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Final

from scraper.extractor.blocks import Layout
from scraper.extractor.language import read_language

_SHUT: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PANEL: Final = re.compile(r"(?<![a-z])(?:tab|tabs|pane|panel|panels)(?![a-z])", re.IGNORECASE)
_OPEN: Final = re.compile(r"(?<![a-z])(?:active|show|in|current|selected|open)(?![a-z])", re.IGNORECASE)
_CHARS: Final = 100  # on both sides: fewer tell no language
_UP: Final = 6  # elements around a block that may be the panel
_REMEMBERED: Final = 4_096  # class names: a site's stand on every page


def without_shut_translations(layout: Layout, kept: list[int]) -> list[int]:
    """*kept* without what stands in a shut panel, if that and what is shown are in two languages."""
    shut: dict[int, list[int]] = {}

    @cache
    def opens_another(parent: int) -> bool:
        """Whether one of the panels in an element is open."""
        panels = (layout.names(box) for box, up in enumerate(layout.c_parent) if up == parent)
        return any(_PANEL.search(names) and _OPEN.search(names) for names in panels)

    @cache
    def is_shut(box: int) -> bool:
        return _is_shut(layout, box, opens_another)

    @cache  # paragraphs share what stands around them
    def panel_of(box: int, up: int) -> int:
        """The innermost shut element from *box* on, *up* elements far at most; -1 if none is."""
        if box < 0 or not up:
            return -1
        return box if is_shut(box) else panel_of(layout.c_parent[box], up - 1)

    for index in kept:
        if (panel := panel_of(layout.b_container[index], _UP)) >= 0:
            shut.setdefault(panel, []).append(index)
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
    texts = [layout.b_text[index] for index in blocks if layout.tag(index) != "pre"]  # code is in no language
    if sum(map(len, texts)) < _CHARS:
        return None
    return read_language(texts).main


def _is_shut(layout: Layout, box: int, opens_another: Callable[[int], bool]) -> bool:
    """Whether a browser shows nothing of an element until somebody asks for it."""
    attributes = layout.c_attributes[box]
    if not attributes:
        return False
    if "hidden" in attributes or _SHUT.search(attributes.get("style") or ""):
        return True
    return _is_shut_panel(attributes.get("class") or "") and opens_another(layout.c_parent[box])


@lru_cache(_REMEMBERED)
def _is_shut_panel(names: str) -> bool:
    return _PANEL.search(names) is not None and not _OPEN.search(names)
