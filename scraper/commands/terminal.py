"""What a terminal asks of words that are written to it; a pipe or a file gets every line whole."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator

_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_MARGIN = re.compile(r"\s*[·!…] +|\s+\d+ {2,}|\s*")
_COLUMN = re.compile(r" *\S(?:.{0,38}\S)? {2,}(?=\S)")
NARROWEST = 40  # columns; below, broken lines read no better than cut ones


def colours() -> bool:
    """Whether to write colours: on a terminal that has them and a person who wants them (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def fitted(text: str, *, columns: bool = False) -> str:
    """*text* for standard output: on a terminal, lines that are too long go on below where their words began.

    With *columns*, that is below the last column of a line such as ``"url:   https://..."``.
    """
    if not sys.stdout.isatty():
        return text
    return broken(text, shutil.get_terminal_size().columns, columns=columns)


def fitted_statement(text: str) -> str:
    """A statement as `words` writes it, title, facts and text, for standard output."""
    title, facts, words = text.split("\n\n", 2)
    return "\n\n".join([fitted(title), fitted(facts, columns=True), fitted(words)])


def broken(text: str, width: int, *, columns: bool = False) -> str:
    r"""*text* with its lines broken between words, so that each fits into *width* columns; longer words stay whole.

    >>> print(broken("  · a list that was refused", 40)), print(broken("  · a list: 41 entries on another host refused", 40))
      · a list that was refused
      · a list: 41 entries on another host
        refused
    (None, None)
    >>> broken("contact:    Maria Example, telephone 1234567", 40, columns=True)
    'contact:    Maria Example, telephone\n            1234567'
    """
    if width < NARROWEST:
        return text
    return "\n".join(part for line in text.split("\n") for part in _lines(line, width, columns=columns))


def _lines(line: str, width: int, *, columns: bool) -> Iterator[str]:
    if _wide(line) <= width:
        yield line
        return
    head = (columns and _COLUMN.match(line)) or _MARGIN.match(line)
    start = head.end() if head else 0
    margin = _wide(line[:start])
    written, used = line[:start], margin
    for word in line[start:].split(" "):
        room = _wide(word)
        if used > margin and used + 1 + room > width:
            yield written.rstrip()
            written, used = " " * margin, margin
        between = " " if used > margin else ""
        written += between + word
        used += len(between) + room
    yield written.rstrip()


def _wide(text: str) -> int:
    """Columns that *text* takes: Chinese letters two each, accents set upon others and colours none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in _COLOUR.sub("", text)
    )
