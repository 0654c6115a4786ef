"""Lines of a document to its paragraphs: headings, list items and footnotes told apart, words mended at line ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from scraper.extractor.pdf_hyphens import is_cut, mended
from scraper.extractor.pdf_lines import Line, pair_brackets

Kind = Literal["p", "heading", "item", "footnote"]

_USUAL_STEP: Final = 1.2  # of the size, where a document is too short to tell
_WIDE: Final = 1.9  # more than that is between paragraphs, or the text is written with two lines' room
_STEP: Final = 1.3  # of the usual step from line to line: a wider one begins a paragraph
_INDENT: Final = 0.9  # of the size: how far the first line of a paragraph is moved in
_SHORT: Final = 0.12  # of the column's width: a line that ends so far before its edge is short
_OTHER_SIZE: Final = 0.08  # of the size
_HEADING_SIZE: Final = 1.12  # of the text's
_HEADING_CHARS: Final = 220
_NOTE_SIZE: Final = 0.92  # of the text's
_ENDS: Final = re.compile(r"""[.!?:;…。！？؟۔][\])"'”’»]*(?:\[\w{1,4}\])?$""")
_ITEM: Final = re.compile(r"(?:[•●▪■◦‣·∙○–—*-]|\uf0b7|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
_BULLET: Final = re.compile("[•●▪■◦‣·∙○–—*\uf0b7-]\\s+")
_NOTE: Final = re.compile(r"(?:\[?\d{1,3}\]?(?!\d|(?:st|nd|rd|th|er|º|ª)\b)|\*{1,3}|[¹²³⁴-⁹])\.?\s*(?=\S)")
_LOWER: Final = re.compile(r"""["'“‘«(\[]?[a-zà-öø-ÿа-яёα-ω]""")
_CASED: Final = re.compile(r"[A-Za-zÀ-ÿА-Яа-яΑ-ω]")
_WORD: Final = re.compile(r"\w+(?:-\w+)*")
UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65\u3000-\u303f\u0e00-\u0eff]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, as one text."""

    text: str
    kind: Kind
    size: float  # of its font, in points
    bold: bool
    page: int  # from 0
    column: int = 0  # or band across columns, of that page in reading order, from 0


class Flow(NamedTuple):
    """The lines of one column, from the top."""

    page: int
    lines: tuple[Line, ...]
    column: int = 0  # or band across columns, of its page, from 0
    signed: bool = False  # one side's signature: its lines stay lines


class _Manner(NamedTuple):
    """How the document is set."""

    size: float  # of most of its text
    step: float  # from line to line, as a multiple of the size
    from_right: bool
    words: Counter[str]  # in small letters, as they stand inside lines


def paragraphs_of(flows: Sequence[Flow], *, from_right: bool) -> list[Paragraph]:
    """The paragraphs of a document in reading order, footnotes last."""
    manner = _manner(flows, from_right=from_right)
    done: list[_Open] = []
    notes: list[_Open] = []
    for flow in flows:
        if flow.signed:
            done.append(_Open(list(flow.lines), (0.0, 0.0), "p", flow.page, flow.column, signed=True))
            continue
        edges = _edges(flow.lines) if flow.lines else (0.0, 0.0)
        for at, group in enumerate(_groups(flow.lines, edges, manner)):
            new = _Open(group, edges, _kind(group, manner), flow.page, flow.column)
            if new.kind == "footnote":
                notes.append(new)
            elif at == 0 and done and not done[-1].signed and _goes_on(done[-1], new, manner):
                done[-1].lines.extend(group)
                done[-1].edges = edges
            else:
                done.append(new)
    return [_closed(each, manner) for each in done + notes]


@dataclass(slots=True)
class _Open:
    """A paragraph that may go on in the next column."""

    lines: list[Line]
    edges: tuple[float, float]  # of the column in which it ends
    kind: Kind
    page: int
    column: int
    signed: bool = False


def _manner(flows: Sequence[Flow], *, from_right: bool) -> _Manner:
    sizes: Counter[float] = Counter()
    steps: list[float] = []
    words: Counter[str] = Counter()
    for flow in flows:
        for at, line in enumerate(flow.lines):
            sizes[line.size] += len(line.text)
            words.update(word.lower() for word in _WORD.findall(line.text)[:-1])
            if at and 0 < (step := (flow.lines[at - 1].y - line.y) / line.size) < 3:
                steps.append(step)
    size = sizes.most_common(1)[0][0] if sizes else 1.0
    return _Manner(size, _usual_step(steps), from_right, words)


def _usual_step(steps: Sequence[float]) -> float:
    """The step inside paragraphs: most are, the wider ones stand between them; in a document of few lines it is the least."""
    if not steps:
        return _USUAL_STEP
    usual = sorted(steps)[len(steps) // 3]
    return usual if usual <= _WIDE else min((step for step in steps if step >= 1), default=usual)


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where the lines of a column begin and end, one far outlier apart."""
    begins, ends = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    return begins[len(begins) // 20], ends[-1 - len(ends) // 20]


def _groups(lines: Sequence[Line], edges: tuple[float, float], manner: _Manner) -> Iterator[list[Line]]:
    """The lines of a column cut where a paragraph begins."""
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, edges, manner):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _begins(group: Sequence[Line], line: Line, edges: tuple[float, float], manner: _Manner) -> bool:
    before = group[-1]
    step = (before.y - line.y) / max(before.size, line.size)
    if step > _STEP * manner.step or step < 0 or line.bold != before.bold:
        return True
    if abs(line.size - before.size) > _OTHER_SIZE * max(before.size, line.size) or _ITEM.match(line.text):
        return True
    indent = _start(before, manner) - _start(line, manner) if manner.from_right else line.x0 - before.x0
    if indent > _INDENT * line.size and not _ITEM.match(group[0].text) and not _is_centred(before, line):
        return True
    if _is_short(before, edges, manner):
        return bool(_ENDS.search(before.text)) or (not before.bold and not _LOWER.match(line.text) and _is_cased(line))
    return False


def _start(line: Line, manner: _Manner) -> float:
    return line.x1 if manner.from_right else line.x0


def _is_short(line: Line, edges: tuple[float, float], manner: _Manner) -> bool:
    room = _SHORT * (edges[1] - edges[0])
    return line.x0 > edges[0] + room if manner.from_right else line.x1 < edges[1] - room


def _is_centred(one: Line, other: Line) -> bool:
    return abs((one.x0 + one.x1) - (other.x0 + other.x1)) < one.size


def _is_cased(line: Line) -> bool:
    return _CASED.search(line.text) is not None


def _kind(group: Sequence[Line], manner: _Manner) -> Kind:
    first, chars = group[0], sum(len(line.text) for line in group)
    if first.size <= _NOTE_SIZE * manner.size and _NOTE.match(first.text):
        return "footnote"
    if chars <= _HEADING_CHARS and not _ITEM.match(first.text):
        if first.size >= _HEADING_SIZE * manner.size:
            return "heading"
        if all(line.bold for line in group) and not group[-1].text.endswith((".", ",", ";", ":")):
            return "heading"
    return "item" if _ITEM.match(first.text) else "p"


def _goes_on(before: _Open, after: _Open, manner: _Manner) -> bool:
    """Whether a paragraph that a page or a column cut goes on with the next one's first lines."""
    last, first = before.lines[-1], after.lines[0]
    if before.page == after.page and last.x0 < first.x1 and first.x0 < last.x1 and last.y > first.y:
        return not _begins(before.lines, first, before.edges, manner)  # right below: one column that only seemed to end
    if before.kind == "heading" or after.kind != "p" or _ENDS.search(last.text):
        return False
    if abs(last.size - first.size) > _OTHER_SIZE * last.size or last.bold != first.bold:
        return False
    return bool(_LOWER.match(first.text)) or (not _is_short(last, before.edges, manner) and len(before.lines) > 1)


def _closed(paragraph: _Open, manner: _Manner) -> Paragraph:
    lines = paragraph.lines
    texts = [line.text for line in lines]
    text = "\n".join(texts) if paragraph.signed else _joined(texts, manner.words)
    if manner.from_right:
        text = pair_brackets(text)
    if paragraph.kind == "item":
        text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
    bold = all(line.bold for line in lines)
    return Paragraph(text, paragraph.kind, lines[0].size, bold, paragraph.page, paragraph.column)


def _joined(lines: Sequence[str], words: Counter[str]) -> str:
    pieces = [lines[0]]
    for line in lines[1:]:
        last = pieces[-1]  # only the end of the text is looked at: a paragraph may have a million characters
        if is_cut(last, line):
            pieces[-1] = mended(last, line, words)
        elif _is_glued(last, line):
            pieces.append(line)
        else:
            pieces.append(f" {line}")
    return "".join(pieces)


def _is_glued(text: str, line: str) -> bool:
    """Whether no space belongs between two lines: scripts that have none, compounds and paths cut at their sign."""
    if UNSPACED.match(text[-1:]) and UNSPACED.match(line[:1]):
        return True
    return text.endswith(("/", "-")) and not text.endswith((" -", " /"))
