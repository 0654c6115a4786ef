"""Tables of data are kept whole: a column without its heading, or a row without its third figure, misleads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from scraper.extractor.blocks import Layout

_CELLS: Final = frozenset({"td", "th"})
_LONG_CELL: Final = 60  # words; a table with a longer cell places things on the screen
_CELL_BLOCKS: Final = 4  # so does one whose cells hold chapters
_MOST: Final = 0.5  # of a table's words


def whole_tables(layout: Layout, kept: Collection[int], words: Sequence[int]) -> list[int]:
    """The blocks *kept*, ascending, with what is missing of the tables of which most is kept.

    *words* holds one number a block of *layout*.
    """
    found = set(kept)
    for table, tag in enumerate(layout.c_tag):
        if tag != "table":
            continue
        blocks = range(layout.c_first[table], layout.c_end[table])
        held = sum(words[block] for block in blocks if block in found)
        if held and held >= _MOST * sum(words[block] for block in blocks) and _is_data(layout, table, blocks, words):
            found.update(blocks)
    return sorted(found)


def _is_data(layout: Layout, table: int, blocks: range, words: Sequence[int]) -> bool:
    """Whether every block is in a short cell of this very table, two cells to a row somewhere."""
    cells: dict[int, list[int]] = {}
    for block in blocks:
        cell = layout.b_container[block]
        while cell != table and layout.c_tag[cell] not in _CELLS:
            cell = layout.c_parent[cell]
        if cell == table:
            continue  # a caption
        if _holder(layout, cell) != table:
            return False  # a table inside a table
        cells.setdefault(cell, []).append(block)
    rows = [layout.c_parent[cell] for cell in cells]
    short = all(
        len(held) <= _CELL_BLOCKS and sum(words[block] for block in held) <= _LONG_CELL for held in cells.values()
    )
    return short and len(set(rows)) < len(rows)


def _holder(layout: Layout, container: int) -> int:
    """The nearest table around *container*."""
    while container >= 0 and layout.c_tag[container] != "table":
        container = layout.c_parent[container]
    return container
