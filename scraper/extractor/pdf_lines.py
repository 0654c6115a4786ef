"""Runs of characters to lines of text in logical order: rows, spaces, raised marks, right-to-left scripts.

PDF files hold glyphs at places. What of a right-to-left line comes first in the file says nothing, so such lines are
read by eye: from the right, numbers and Latin words within them from the left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from scraper.extractor.pdf import Run

_SAME_ROW: Final = 0.3  # of the size: baselines that differ by less are one row
_RAISED: Final = 0.65  # of the size: how far above its row a mark may stand
_AHEAD: Final = 3  # rows below a mark among which its words are
_SMALLER: Final = 0.85  # of the size of its row: what a raised mark is at most
_MARK_CHARS: Final = 4
_VOWELLED: Final = 0.05  # of the size: how far from the baseline a letter that carries a sign of its own stands
_SPACE: Final = 0.12  # of the size: a wider gap between two words of a line is a space
_SPACE_FROM_RIGHT: Final = 0.2  # the same where letters are joined, and some leave gaps
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER: Final = re.compile(r"[^\W\d_]")
# Shapes of letters that have characters of their own: "ﬁ", and the initial, medial and final forms of Arabic.
_SHAPES: Final = re.compile("[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]+")
_BRACKETS: Final = ("()", "[]", "«»")
_FOOTNOTE: Final = re.compile(r"\d{1,3}|\*{1,3}|[ivx]{1,4}")
_UNITS: Final = ("m", "km", "cm")


class Line(NamedTuple):
    """One line as a person reads it."""

    text: str
    x0: float
    x1: float
    y: float  # of the baseline
    size: float  # of most of its characters
    bold: bool


Row = tuple[Run, ...]  # from left to right; never empty


def rows_of(runs: Iterable[Run]) -> list[Row]:
    """The runs on each baseline, from the top; raised marks with the row that they belong to."""
    groups: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.y, run.x0)):
        if groups and abs(groups[-1][0].y - run.y) <= _SAME_ROW * max(groups[-1][0].size, run.size):
            groups[-1].append(run)
        else:
            groups.append([run])
    groups = _with_raised_marks(groups)
    rows: list[Row] = []
    pending: list[Run] = []
    for number, group in enumerate(groups):
        below = groups[number + 1] if number + 1 < len(groups) else []
        if below and _is_vowelled(group, below):
            pending += group
        elif rows and _is_vowelled(group, rows[-1]):
            rows[-1] = (*rows[-1], *group)
        else:
            rows.append((*group, *pending))
            pending = []
    return [tuple(sorted(row, key=lambda run: run.x0)) for row in rows]


def _with_raised_marks(groups: Sequence[list[Run]]) -> list[list[Run]]:
    """*groups* with each raised mark among the words that it stands behind.

    Beside another column a mark may share its height with a line over there, or come before several.
    """
    found: list[list[Run]] = [[] for _ in groups]
    for number, group in enumerate(groups):
        for run in group:
            ahead = range(number + 1, min(number + 1 + _AHEAD, len(groups)))
            home = next((at for at in ahead if _is_raised(run, groups[at])), number)
            found[home].append(run)
    return [group for group in found if group]


def _is_vowelled(group: Sequence[Run], row: Sequence[Run]) -> bool:
    """Whether *group* is letters of *row* that files set apart, because they carry a vowel sign of their own height."""
    return all(
        len(run.text) <= _MARK_CHARS
        and _RIGHT_TO_LEFT.match(run.text)
        and any(abs(run.y - other.y) <= _RAISED * other.size for other in row)
        for run in group
    )


def _is_raised(run: Run, below: Sequence[Run]) -> bool:
    """Whether *run* is a mark on the row *below* it: small, short, and right behind one of its words."""
    return len(run.text) <= _MARK_CHARS and any(
        run.size <= _SMALLER * word.size
        and run.y - word.y <= _RAISED * word.size
        and min(abs(run.x0 - word.x1), abs(run.x1 - word.x0)) <= _SPACE * 3 * word.size
        for word in below
    )


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether most letters of *texts* belong to scripts that are written from the right."""
    from_right = from_left = 0
    for text in texts:
        right = len(_RIGHT_TO_LEFT.findall(text))
        from_right += right
        from_left += len(_LETTER.findall(text)) - right
    return from_right > from_left


def line_of(row: Row) -> Line:
    """The text of a row."""
    sizes: dict[float, int] = {}
    for run in row:
        sizes[run.size] = sizes.get(run.size, 0) + len(run.text)
    size = max(sizes, key=sizes.__getitem__)
    text = _from_right(row) if is_right_to_left(run.text for run in row) else _from_left(row, size)
    text = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    bold = sum(len(run.text) for run in row if run.bold) >= 0.9 * sum(len(run.text) for run in row)
    return Line(" ".join(text.split()), row[0].x0, max(run.x1 for run in row), _usual_baseline(row), size, bold)


def _from_left(row: Row, size: float) -> str:
    pieces: list[str] = []
    before: Run | None = None
    for run in row:
        text = run.text
        if before is not None:
            raised = run.size <= _SMALLER * size and run.y > before.y + 0.1 * size
            word = pieces[-1].rpartition(" ")[2]
            if raised and _FOOTNOTE.fullmatch(text) and word not in _UNITS and not word.isdigit():
                text = f"[{text}]"
            elif run.x0 - before.x1 > _SPACE * max(before.size, run.size):
                pieces.append(" ")
        pieces.append(text)
        before = run
    return "".join(pieces)


class _Glyph(NamedTuple):
    text: str  # a character with its marks
    x0: float
    x1: float
    size: float


def _from_right(row: Row) -> str:
    words: list[list[_Glyph]] = []
    before: _Glyph | None = None
    for glyph in sorted(_glyphs(row), key=lambda glyph: -(glyph.x0 + glyph.x1)):
        if before is None or before.x0 - glyph.x1 > _SPACE_FROM_RIGHT * max(before.size, glyph.size):
            words.append([])
        words[-1].append(glyph)
        before = glyph
    return " ".join(_latin_in_order(["".join(_numbers_in_order(word)) for word in words]))


def _glyphs(row: Row) -> list[_Glyph]:
    found: list[_Glyph] = []
    marks: list[_Glyph] = []
    usual = _usual_baseline(row)
    for run in sorted(row, key=lambda run: abs(run.y - usual)):
        apart = abs(run.y - usual) > _VOWELLED * run.size
        for char, (x0, x1) in zip(run.text, run.edges, strict=True):
            glyph = _Glyph(char, x0, x1, run.size)
            if unicodedata.combining(char):
                marks.append(glyph)
            # A vowelled letter that is set apart may stand in the row as well.
            elif not (char.isspace() or (apart and any(_is_same(glyph, other) for other in found))):
                found.append(glyph)
    for mark in marks:
        at = min(range(len(found)), key=lambda at: _distance(found[at], mark), default=None)
        if at is not None and mark.text not in found[at].text:
            found[at] = found[at]._replace(text=found[at].text + mark.text)
    return found


def _usual_baseline(row: Row) -> float:
    chars: dict[float, int] = {}
    for run in row:
        chars[run.y] = chars.get(run.y, 0) + len(run.text)
    return max(chars, key=chars.__getitem__)


def _is_same(one: _Glyph, other: _Glyph) -> bool:
    return one.text == other.text and abs(one.x0 + one.x1 - other.x0 - other.x1) < one.size


def _distance(glyph: _Glyph, mark: _Glyph) -> float:
    """How far *mark* is from *glyph*; fathatan is at home on an alef, which the lam before it may lie across."""
    x = (mark.x0 + mark.x1) / 2
    at_home = mark.text == "\u064b" and glyph.text[0] == "\u0627"
    return max(glyph.x0 - x, x - glyph.x1, 0.0) - (0.5 * mark.size if at_home else 0.0)


def _is_from_left(text: str) -> bool:
    return unicodedata.bidirectional(text[0]) in {"L", "EN", "AN"}


def _numbers_in_order(word: Sequence[_Glyph]) -> list[str]:
    """The characters of a word from the right, those of numbers and Latin letters in it from the left."""
    pieces: list[str] = []
    at = 0
    while at < len(word):
        end = at + 1
        if _is_from_left(word[at].text):
            for ahead in range(at + 1, len(word)):
                if _is_from_left(word[ahead].text):
                    end = ahead + 1
                elif _RIGHT_TO_LEFT.match(word[ahead].text):
                    break
        pieces.extend(glyph.text for glyph in (reversed(word[at:end]) if end - at > 1 else word[at:end]))
        at = end
    return pieces


def _latin_in_order(words: list[str]) -> list[str]:
    """*words* with each phrase of Latin words among them turned round."""
    done: list[str] = []
    phrase: list[str] = []
    for word in [*words, "\u0627"]:  # an Arabic letter ends the last phrase
        if not _RIGHT_TO_LEFT.search(word) and (_LETTER.search(word) or word.isdigit()):
            phrase.append(word)
            continue
        # A number on its own stays where it is; beside a name it ends it ("Agenda 2030").
        done.extend(reversed(phrase) if any(_LETTER.search(each) for each in phrase) else phrase)
        phrase = []
        done.append(word)
    return done[:-1]


def pair_brackets(text: str) -> str:
    """Brackets the way they open and close: files mirror some of them and not others."""
    for one, other in _BRACKETS:
        if (text.count(one) + text.count(other)) % 2 == 0:
            opened = False
            pieces = []
            for char in text:
                if char in (one, other):
                    opened = not opened
                    pieces.append(one if opened else other)
                else:
                    pieces.append(char)
            text = "".join(pieces)
    return text
