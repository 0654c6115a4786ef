"""In which column of a table each cell stands: empty cells, and cells that span rows and columns, leave no block behind."""

from __future__ import annotations

from typing import Final

from scraper.dom import Node

_ROWS: Final = 2_000
_COLUMNS: Final = 100
_SPAN: Final = 50  # rows or columns of one cell


def columns_of(table: Node) -> dict[int, int]:
    """The column, from 0, of each cell of *table*, by the cell's `mem_id` (HTML, 4.9.12: forming a table)."""
    places: dict[int, int] = {}
    filled: dict[int, int] = {}  # column -> rows from here on that a cell above fills
    for row in table.css("tr")[:_ROWS]:
        column = 0
        below: dict[int, int] = {}
        for cell in row.iter():
            if cell.tag not in ("td", "th"):
                continue
            while filled.get(column):
                column += 1
            if column >= _COLUMNS:
                break
            places[cell.mem_id] = column
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            below.update(dict.fromkeys(range(column, column + width), height))
            column += width
        filled = {at: rows - 1 for at, rows in (filled | below).items() if rows > 1}
    return places


def _span(cell: Node, name: str) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return min(_SPAN, max(1, int(value))) if value.isascii() and value.isdigit() and len(value) < 9 else 1
