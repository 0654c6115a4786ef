"""The reading order of a page's rows: columns one after the other, running heads, feet and page numbers left out.

A column is a band of rows that a vertical gap divides, with enough text on both sides to be prose: rows of a table, and
words that only justification keeps apart, stay together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scraper.extractor.pdf import PdfPage, Run
from scraper.extractor.pdf_lines import Row, is_right_to_left, line_of, rows_of

_MARGIN_ROWS: Final = 3  # at the top and at the bottom of a page, in which running heads and feet stand
_MARGIN: Final = 0.14  # of the page's height, at the top and at the bottom
_MOST_PAGES: Final = 0.5  # of the pages say it: a running head (left and right pages may differ)
_DIGITS: Final = re.compile(r"\d+")
_PAGE_NUMBER: Final = re.compile(
    r"(?i)\W*(?:(?:page|página|pagina|seite|стр\.?|страница|صفحة|الصفحة|第)\W*)?(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:of|de|di|von|sur|из|من|/|\||\W)\s*\d{1,4})?\s*页?\W*"
)
_EDGE_STEP: Final = 3.0  # points: edges that differ by less are one
_EDGE_ROWS: Final = 4  # rows that begin at an edge, at least
_ROW_CHARS: Final = 15  # on average: rows of a table have fewer
_NEXT_LINE: Final = 1.8  # of the size: a wider step down is no next line of a column
_MOST_EDGES: Final = 12
_MOST_ROWS: Final = 1_000  # of a page that is looked at for columns
_DEPTH: Final = 4  # columns in bands in columns


class _Least(NamedTuple):
    """What each of two columns holds at least."""

    rows: int
    chars: int


_UNKNOWN: Final = _Least(4, 120)
_KNOWN: Final = _Least(2, 40)  # where another page of the document has columns with the same gap


def body_rows(pages: Sequence[PdfPage]) -> list[list[Row]]:
    """The rows of each page without running heads, feet and page numbers, from the top."""
    return [[row for row, reason in page if reason is None] for page in sorted_rows(pages)]


def sorted_rows(pages: Sequence[PdfPage]) -> list[list[tuple[Row, str | None]]]:
    """The rows of each page from the top, each with the reason why it is no part of the text; None where it is."""
    rows = [rows_of(page.runs) for page in pages]
    margins = [list(_in_margins(page, found)) for page, found in zip(pages, rows, strict=True)]
    said: Counter[str] = Counter()
    for found in margins:
        said.update({_key(row) for row in found})
    enough = max(2, _MOST_PAGES * len(pages) / (2 if len(pages) > 5 else 1))

    def reason(row: Row, margin: set[Row]) -> str | None:
        if row not in margin:
            return None
        if (count := said[_key(row)]) >= enough:
            return f"running head or foot: on {count} of {len(pages)} pages"
        return "page number" if _PAGE_NUMBER.fullmatch(line_of(row).text) else None

    return [
        [(row, reason(row, margin)) for row in found] for found, margin in zip(rows, map(set, margins), strict=True)
    ]


def _in_margins(page: PdfPage, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows at the top and at the bottom that may repeat from page to page."""
    low, high = _MARGIN * page.height, (1 - _MARGIN) * page.height
    base = 0.0 if all(run.y >= 0 for row in rows for run in row) else min(run.y for row in rows for run in row)
    for at, row in enumerate(rows):
        y = row[0].y - base
        if (at < _MARGIN_ROWS and y > high) or (at >= len(rows) - _MARGIN_ROWS and y < low):
            yield row


def _key(row: Row) -> str:
    """What a row says whatever the page's number."""
    return _DIGITS.sub("#", line_of(row).text)


def reading_order(pages: Sequence[Sequence[Row]], *, from_right: bool) -> list[list[list[Row]]]:
    """The rows of each page in reading order, cut where one column ends and the next begins.

    A page that holds only the last lines of two columns shows no columns by itself; the pages before it do.
    """
    known: list[float] = []
    found = [_flows(rows, (), known, from_right=from_right, depth=_DEPTH) for rows in pages]
    if not known:
        return found
    return [_flows(rows, tuple(known), [], from_right=from_right, depth=_DEPTH) for rows in pages]


def _flows(
    rows: Sequence[Row], known: Sequence[float], used: list[float], *, from_right: bool, depth: int
) -> list[list[Row]]:
    """*rows* in columns; *known* are gaps that other pages have, *used* takes those that are found."""
    band = _best_band(rows, known) if depth and len(rows) <= _MOST_ROWS else None
    if band is None:
        return [list(rows)] if rows else []
    start, end, gap = band
    used.append(gap)
    left, right = _split(rows[start:end], gap)
    columns = (right, left) if from_right else (left, right)
    start, end, columns = _trimmed(start, end, columns)
    found = _flows(rows[:start], known, used, from_right=from_right, depth=depth - 1)
    for column in columns:
        found += _flows(column, known, used, from_right=from_right, depth=depth - 1)
    return found + _flows(rows[end:], known, used, from_right=from_right, depth=depth - 1)


def is_document_from_right(pages: Sequence[PdfPage]) -> bool:
    """Whether the document is read from the right."""
    return is_right_to_left(run.text for page in pages for run in page.runs)


def _best_band(rows: Sequence[Row], known: Sequence[float]) -> tuple[int, int, float] | None:
    """First row, one past the last, and the place of the gap, of the band of columns with the most text."""
    best: tuple[int, tuple[int, int, float]] | None = None
    for gap in (*_gaps(rows), *known):
        least = _KNOWN if gap in known else _UNKNOWN
        for start, end in _bands(rows, gap):
            sides = _split(rows[start:end], gap)
            chars = [sum(len(run.text) for row in side for run in row) for side in sides]
            if all(
                len(side) >= least.rows and count >= least.chars and count >= _ROW_CHARS * len(side)
                for side, count in zip(sides, chars, strict=True)
            ) and (best is None or sum(chars) > best[0]):
                best = sum(chars), (start, end, gap)
    return best[1] if best else None


def _gaps(rows: Sequence[Row]) -> list[float]:
    """Places beside the edges at which many runs begin or end."""
    begins = Counter(round(run.x0 / _EDGE_STEP) for row in rows for run in row)
    ends = Counter(round(run.x1 / _EDGE_STEP) for row in rows for run in row)
    found = [(count, step * _EDGE_STEP - _EDGE_STEP) for step, count in begins.items() if count >= _EDGE_ROWS]
    found += [(count, step * _EDGE_STEP + _EDGE_STEP) for step, count in ends.items() if count >= _EDGE_ROWS]
    return [gap for _, gap in sorted(found, reverse=True)[:_MOST_EDGES]]


def _bands(rows: Sequence[Row], gap: float) -> Iterator[tuple[int, int]]:
    """The longest sequences of rows in which no run crosses *gap*."""
    start = None
    for at, row in enumerate(rows):
        crossed = any(run.x0 < gap - 1 and run.x1 > gap + 1 for run in row)
        if not crossed and start is None:
            start = at
        elif crossed and start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, len(rows)


def _split(rows: Sequence[Row], gap: float) -> tuple[list[Row], list[Row]]:
    left = [part for row in rows if (part := tuple(run for run in row if _middle(run) < gap))]
    right = [part for row in rows if (part := tuple(run for run in row if _middle(run) >= gap))]
    return left, right


def _middle(run: Run) -> float:
    return (run.x0 + run.x1) / 2


def _trimmed(
    start: int, end: int, columns: tuple[list[Row], list[Row]]
) -> tuple[int, int, tuple[list[Row], list[Row]]]:
    """The band without rows that are not of its columns: above one of them, or far below the second in the first."""
    first, second = columns
    top = min(first[0][0].y + first[0][0].size, second[0][0].y + second[0][0].size)
    above = [_rows_above(column, top) for column in columns]
    last = second[-1][0].y
    below = 0
    for at in range(len(first) - 1, above[0], -1):
        if first[at][0].y >= last - first[at][0].size:
            break
        if first[at - 1][0].y - first[at][0].y > _NEXT_LINE * first[at][0].size:
            below = len(first) - at
    return start + sum(above), end - below, (first[above[0] : len(first) - below], second[above[1] :])


def _rows_above(column: Sequence[Row], top: float) -> int:
    """How many rows stand above *top* and apart from the column: a heading is set larger or leaves room below.

    A column that goes on with a paragraph begins a little above one that begins with a paragraph and its space.
    """
    count = sum(1 for row in column if row[0].y > top)
    if count and count < len(column):
        last, first = column[count - 1][0], column[count][0]
        if last.y - first.y <= _NEXT_LINE * last.size and last.size == first.size and last.bold == first.bold:
            return 0
    return count
