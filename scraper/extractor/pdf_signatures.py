"""Who signs beside whom: the names at the end of an agreement stand in columns of a few short lines each.

Too few lines for columns of prose (:mod:`scraper.extractor.pdf_order`), and read row by row they mix the two sides. A table
looks the same, so a row has to say that people sign: the same opening on every side, rules to sign on, offices.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from scraper.extractor.pdf import Run
from scraper.extractor.pdf_lines import Row, line_of

_GAP: Final = 3.0  # of the size: between two columns at least
_NEAR: Final = 2.0  # of the size: how far a cell may stand from its column's left end or middle
_STEP: Final = 4.0  # of the size: from row to row at most
_ROWS: Final = range(2, 9)
_CHARS: Final = 60  # of a cell
_RULE: Final = re.compile(r"[_.…\s-]{4,}")
_OPENING_WORDS: Final = "for on signed pour fait por para für im за от имени عن per in the co-chair chair"
_OPENS: Final = frozenset(_OPENING_WORDS.split())
_OFFICE: Final = re.compile(
    r"\b(?:ministe?r\w*|ministr[oae]\w*|president\w*|président\w*|secretar\w*|secrétaire|director\w*|direct(?:eur|rice)|ambassad\w*|embajador\w*"
    r"|chair\w*|commissioner|representative|représentante?|representante|governor|envoy|rapporteur|министр\w*|президент\w*|посол|директор\w*)\b"
    r"|وزير|رئيس|الأمين|سفير|المدير|部长|主席|大使|秘书长",
    re.IGNORECASE,
)


def split_signatures(rows: Sequence[Row], *, from_right: bool) -> list[tuple[list[Row], bool]]:
    """*rows* of one column cut where people sign side by side; each part with whether it is one side's signature."""
    parts: list[tuple[list[Row], bool]] = []
    plain: list[Row] = []
    at = 0
    while at < len(rows):
        end, columns = _band(rows, at)
        if end == at:
            plain.append(rows[at])
            at += 1
            continue
        if plain:
            parts.append((plain, False))
        plain = []
        parts += [(column, True) for column in (reversed(columns) if from_right else columns)]
        at = end
    return [*parts, (plain, False)] if plain else parts


def _band(rows: Sequence[Row], start: int) -> tuple[int, list[list[Row]]]:
    """Where the signatures that begin at row *start* end, and their columns; *start* and none if none begin there."""
    first = _cells(rows[start])
    if len(first) < 2:
        return start, []
    columns = [[cell] for cell in first]
    says = _says(first)
    end = start + 1
    while end < len(rows) and end - start < _ROWS.stop:
        if rows[end - 1][0].y - rows[end][0].y > _STEP * rows[end][0].size:
            break
        cells = _cells(rows[end])
        homes = [_home(cell, first) for cell in cells]
        if None in homes or len(set(homes)) < len(homes):
            break
        for cell, home in zip(cells, homes, strict=True):
            columns[home or 0].append(cell)
        says = says or (len(cells) == len(first) and _says(cells))
        end += 1
    is_signed = says and end - start in _ROWS and all(_is_signature(column) for column in columns)
    return (end, columns) if is_signed else (start, [])


def _cells(row: Row) -> list[Row]:
    """A row cut at its wide gaps."""
    found: list[list[Run]] = [[row[0]]]
    for before, run in itertools.pairwise(row):
        if run.x0 - before.x1 > _GAP * max(before.size, run.size):
            found.append([])
        found[-1].append(run)
    return [tuple(cell) for cell in found]


def _home(cell: Row, first: Sequence[Row]) -> int | None:
    """The column of *cell*: below the left end or the middle of a cell of the first row."""
    room = _NEAR * cell[0].size
    for number, other in enumerate(first):
        if abs(cell[0].x0 - other[0].x0) <= room or abs(_middle(cell) - _middle(other)) <= room:
            return number
    return None


def _middle(cell: Row) -> float:
    return (cell[0].x0 + cell[-1].x1) / 2


def _says(cells: Sequence[Row]) -> bool:
    """Whether every cell of a row is of a signature: opened in the same way, a rule to sign on, an office."""
    texts = [line_of(cell).text for cell in cells]
    opening = {text.split(" ")[0].casefold() for text in texts}
    return (
        (len(opening) == 1 and opening <= _OPENS)
        or all(_RULE.fullmatch(text) for text in texts)
        or all(_OFFICE.search(text) for text in texts)
    )


def _is_signature(column: Sequence[Row]) -> bool:
    """Whether the lines of a column are short and two at least, and no figures."""
    texts = [line_of(cell).text for cell in column]
    return len(texts) > 1 and all(len(text) <= _CHARS and not text[:1].isdigit() for text in texts)
