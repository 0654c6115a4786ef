"""What a site sets around every text, known without the names of its elements: what it says of itself above the title, its
lists of offices and countries, its bar for sharing and all that follows.

Where classes are hashed and everything is a `<div>`, the model has little else to go by than words, and an office is called
like a country that a statement is about. What a list is shows in its order: nobody writes twenty short lines from A to Z
into a text, apart from those who sign it, and they are announced.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from scraper.extractor.blocks import Layout
from scraper.extractor.closing import opens_names
from scraper.extractor.imprint import TOOLS

_ENTRY_WORDS: Final = 12
_PROSE_WORDS: Final = 8
_LINKED: Final = 0.5  # of a block's characters
_ENTRIES: Final = 20  # of a list from A to Z
_FEW: Final = 3  # short lines among those kept: fewer are worth no look for lists
_MOST_LINES: Final = 0.7  # of a block's
_INITIALS: Final = 6  # different ones among them
_NEAR: Final = 3  # elements from a list up to one that holds a paragraph: it stands in the text
_LABELS: Final = 3  # lines above such a list, of so many words
_LABEL_WORDS: Final = 4
_OPENING: Final = 2  # lines above a list that may announce it
_BAR_WORDS: Final = 8
_STRIP_WORDS: Final = 60  # of a bar with its labels in one element
_ALL: Final = 0.95  # of a block's characters stand in its inline elements
_OWN: Final = 0.3  # of the words kept stand above the bar for sharing, at least
_RUNNING: Final = 0.7  # of the words left are those of paragraphs
_MOST: Final = 0.6  # of the words kept stand below the title, on a page that says something of itself above
_ENDED: Final = (".", "!", "?", ":", ";", "。", "！", "？", "：", "؟", "…")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def without_surroundings(
    layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]
) -> list[int]:
    """*kept*, ascending, without what the site sets around its texts; *words* and *link_share* are of all blocks."""
    prose = [index for index in kept if _is_prose(layout, index, words, link_share)]
    if not prose:
        return kept
    left = _below_title(layout, _below_menus(layout, kept, prose), words)
    left = [index for index in left if not _is_catalogue(layout, index, words[index])]
    if sum(words[index] <= _ENTRY_WORDS for index in left) >= _FEW:
        entries = {index for run in _foreign(layout, _among(prose, left), words) for index in run}
        left = [index for index in left if index not in entries]
    left = _above_tools(layout, left, _among(prose, left), words)
    running = sum(words[index] for index in _among(prose, left))
    return left if running > _RUNNING * sum(words[index] for index in left) else kept


def _among(prose: Sequence[int], left: Collection[int]) -> list[int]:
    known = set(left)
    return [index for index in prose if index in known]


def _is_prose(layout: Layout, index: int, words: Sequence[int], link_share: Sequence[float]) -> bool:
    return (
        words[index] >= _PROSE_WORDS
        and link_share[index] < _LINKED
        and layout.tag(index) not in _HEADINGS
        and layout.b_text[index].rstrip("\"'”’»)] ").endswith(_ENDED)
    )


def _below_menus(layout: Layout, kept: list[int], prose: Sequence[int]) -> list[int]:
    """*kept* without the sentences of menus above the title, where a paragraph of the page's own stands below it: on pages of a
    sentence or two ("Page not found") they are the longer text.
    """
    title = next(iter(layout.tagged(("h1",))), None)
    if title is None or kept[0] > title or prose[-1] < title:
        return kept
    menus = [
        range(layout.c_first[box], layout.c_end[box])
        for box, tag in enumerate(layout.c_tag)
        if tag == "nav" and layout.c_end[box] <= title
    ]
    return [index for index in kept if index > title or not any(index in menu for menu in menus)]


def _below_title(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* without labels above the title, and without all that stands there in boxes that do not hold the title too."""
    title = next(iter(layout.tagged(("h1",))), None)
    if title is None or kept[0] > title:
        return kept
    own = set(layout.ancestors(title))
    left = [index for index in kept if index >= title or (layout.home(index) in own and words[index] > _LABEL_WORDS)]
    below = sum(words[index] for index in kept if index > title)
    return left if below > _MOST * sum(words[index] for index in kept) else kept


def _above_tools(layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int]) -> list[int]:
    """*kept* up to the bar for sharing below which no paragraph of the text's own elements stands."""
    if not prose:
        return kept
    last = {layout.home(index): index for index in prose}
    above = iter(prose)
    following: int | None = next(above)
    reach = 0  # the last paragraph of the elements that hold one above the bar
    for bar in range(prose[0] + 1, kept[-1] + 1):
        while following is not None and following < bar:
            reach = max(reach, last[layout.home(following)])
            following = next(above, None)
        if reach < bar and _is_bar(layout, bar, words[bar]):
            left = [index for index in kept if index < bar]
            return left if sum(words[index] for index in left) > _OWN * sum(words[index] for index in kept) else kept
    return kept


def _is_bar(layout: Layout, index: int, words: int) -> bool:
    """Whether a block is what a page offers below its text, alone or as the first of the labels in its element."""
    if words <= _BAR_WORDS:
        return TOOLS.fullmatch(layout.b_text[index].strip()) is not None
    if words > _STRIP_WORDS or layout.b_inline[index] is None or not TOOLS.match(layout.b_text[index]):
        return False
    labels = _labels(layout, index)
    short = all(len(label.split()) <= _BAR_WORDS and not label.endswith((".", "!", "?")) for label in labels)
    return len(labels) > 1 and short and TOOLS.fullmatch(labels[0]) is not None


def _is_catalogue(layout: Layout, index: int, words: int) -> bool:
    """Whether one block is such a list, a line or an inline element each."""
    text = layout.b_text[index]
    if "\n" in text:
        lines = text.split("\n")
    elif words >= _ENTRIES and layout.b_inline[index] is not None and not text.endswith(_ENDED):
        lines = _labels(layout, index)
    else:
        return False
    return len(lines) > _ENTRIES and sum(map(len, _runs([_key(line) for line in lines]))) > _MOST_LINES * len(lines)


def _labels(layout: Layout, index: int) -> list[str]:
    """What each inline element of a block says, where it has its element for itself and nothing stands beside them; else []."""
    box = layout.b_container[index]
    if layout.c_end[box] - layout.c_first[box] > 1:
        return []
    labels = [" ".join(node.text(deep=True).split()) for node in layout.c_node[box].iter()]
    said = sum(len(label.replace(" ", "")) for label in labels)
    return labels if said >= _ALL * len(layout.b_text[index].replace(" ", "")) else []


def _catalogues(layout: Layout, words: Sequence[int]) -> Iterator[range]:
    """Stretches of short blocks from A to Z."""
    return _runs(
        [_key(text) if count <= _ENTRY_WORDS else "" for text, count in zip(layout.b_text, words, strict=True)]
    )


def _runs(keys: Sequence[str]) -> Iterator[range]:
    """Stretches in order, in which one here and there may stand astray."""
    start = 0
    for index in range(1, len(keys) + 1):
        if index < len(keys) and keys[index] and _follows(keys, start, index):
            continue
        if index - start >= _ENTRIES and len({key[0] for key in keys[start:index]}) >= _INITIALS:
            yield range(start, index)
        start = index


def _follows(keys: Sequence[str], start: int, index: int) -> bool:
    """Whether the list that began at *start* goes on: with the line before, or the one before that where one is astray."""
    if not keys[start]:
        return False
    if keys[index] >= keys[index - 1]:
        return True
    if index - 2 >= start and keys[index] >= keys[index - 2]:
        return True
    following = keys[index + 1] if index + 1 < len(keys) else ""
    return index - 1 > start and following >= keys[index - 1]


def _key(text: str) -> str:
    """What a line is sorted by: its letters without accents; "" if it begins with none, or is a sentence."""
    if text.endswith(_ENDED):
        return ""
    bare = text.strip().casefold()
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFD", bare) if not unicodedata.combining(char))
    return bare if bare[:1].isalpha() else ""


def _foreign(layout: Layout, prose: Sequence[int], words: Sequence[int]) -> Iterator[range]:
    """The lists that are none of the text's, each with the labels right above it."""
    homes = {layout.home(index) for index in prose}
    for run in _catalogues(layout, words):
        if _belongs(layout, run, homes):
            continue
        start = run.start
        while (
            start > max(0, run.start - _LABELS)
            and words[start - 1] <= _LABEL_WORDS
            and layout.home(start - 1) not in homes
            and not layout.b_text[start - 1].endswith(_ENDED)
        ):
            start -= 1
        yield range(start, run.stop)


def _belongs(layout: Layout, run: range, homes: Collection[int]) -> bool:
    """Whether a list stands in the text, whose paragraphs stand in *homes*, or is announced as those who sign or took part."""
    for text in layout.b_text[max(0, run.start - _OPENING) : run.start]:
        if opens_names(text) or text.rstrip().endswith((":", "：")):
            return True
    around = [box for box in layout.ancestors(run.start) if layout.c_end[box] >= run.stop]
    return any(box in homes for box in around[:_NEAR])
