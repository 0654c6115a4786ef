"""Kept blocks to plain text and Markdown, in reading order: paragraphs, headings, lists, tables, quotes, code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scraper.extractor.blocks import Layout
from scraper.extractor.inline import Run, plain_run, read_runs
from scraper.extractor.page import Marked
from scraper.extractor.table_columns import columns_of

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_KINDS = dict.fromkeys(_HEADINGS, "h") | {"pre": "pre", "blockquote": "quote", "tr": "cell", "li": "li"}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
# Spaces without width, soft hyphens, direction marks at the ends. The joiners stay inside words: Persian needs them.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u0000-\u0008\u000b-\u001f\u007f-\u009f]")
_EDGES = " \t\n\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_SOFT_BREAK = re.compile(r"(?<=[\w,;])\n(?=[a-zà-öø-ÿ])")
_BACK = re.compile(r"\s*↩\ufe0e?\s*$")  # leads from a footnote to its mark
_WRAPPED_AT = 40  # characters before a `<br>` inside a sentence: the author broke lines for the width of a screen

_LOOK_UP = 40  # elements around a block that may be its list, table or quotation
_CELL_CHARS = 400  # more than any cell of a table of data


class Piece(NamedTuple):
    """One kept block on its way to text."""

    block: int
    text: str
    kind: str  # "p", "h", "li", "cell", "quote", "pre"
    level: int  # of a heading, or how deep the list item stands
    holder: int  # container of the list item or of the table row; -1 for others
    within: int  # container of the list or table, -1
    cell: int = -1  # container of the table cell
    column: int = -1  # of that cell, from 0; -1 where it is not known


@dataclass(frozen=True, slots=True)
class Assembled:
    """The kept blocks as text, and on demand as Markdown with the links in them."""

    text: str
    layout: Layout
    pieces: Sequence[Piece]
    resolve: Callable[[str], str | None]

    def mark(self) -> Marked:
        """The same as Markdown."""
        runs = _runs(self.layout, [piece.block for piece in self.pieces], self.resolve)
        links = [link for piece in self.pieces if (run := runs.get(piece.block)) for link in run.links]
        return Marked(_markdown(self.layout, self.pieces, runs), tuple(links))


def clean(text: str) -> str:
    r"""*text* as a reader sees it: nothing without width, lines that were only wrapped joined again.

    >>> clean("People on\u200b the move")
    'People on the move'
    """
    if "↩" in text:
        text = _BACK.sub("", _INVISIBLE.sub("", text))
    if text.isprintable():
        return text.strip()  # most blocks: nothing in them is invisible, and no line ends
    text = _INVISIBLE.sub("", text).strip(_EDGES)
    if "\n" in text:
        lines = [line.strip(_EDGES) for line in text.split("\n")]
        # A verse or an address has a long line now and then, what was wrapped has mostly such.
        full = [len(line) >= _WRAPPED_AT for line in lines if line]
        if 2 * sum(full) >= len(full):
            text = _SOFT_BREAK.sub(" ", "\n".join(line for line in lines if line))
    return text


def assemble(layout: Layout, kept: Sequence[int], resolve: Callable[[str], str | None]) -> Assembled:
    """The text of the blocks *kept* (ascending), as a person would copy it out of the page."""
    pieces = [_piece(layout, block, text) for block in kept if (text := clean(layout.b_text[block]))]
    placed = _layout_tables(pieces)
    pieces = [_plain(piece) if piece.kind == "cell" and piece.within in placed else piece for piece in pieces]
    pieces = _in_columns(layout, pieces)
    text = "\n\n".join([_TEXT[group[0].kind](group) for group in _groups(pieces)])
    return Assembled(text, layout, pieces, resolve)


def _runs(layout: Layout, kept: Sequence[int], resolve: Callable[[str], str | None]) -> dict[int, Run]:
    """The Markdown of each kept block. The inline reader finds as many runs in a container as the walk found blocks."""
    wanted = dict.fromkeys(layout.b_container[block] for block in kept)
    own: dict[int, list[int]] = {container: [] for container in wanted}
    for block, container in enumerate(layout.b_container):
        if container in own:
            own[container].append(block)
    found: dict[int, Run] = {}
    for container, blocks in own.items():
        if not layout.marks_alone and all(layout.b_plain[block] for block in blocks):
            found.update((block, plain_run(layout.b_text[block])) for block in blocks)
            continue
        runs = read_runs(layout.c_node[container], resolve)
        if len(runs) == len(blocks):
            found.update(zip(blocks, runs, strict=True))
    return found


def _piece(layout: Layout, block: int, text: str) -> Piece:
    kind, level, holder, within, depth, cell = "p", 0, -1, -1, 0, -1
    tags, parents = layout.c_tag, layout.c_parent
    container = layout.b_container[block]
    for _ in range(_LOOK_UP):
        if container < 0:
            break
        tag = tags[container]
        if kind == "p":
            if tag in _KINDS:
                kind, level = _KINDS[tag], _HEADINGS.get(tag, 0)
                if kind in ("cell", "li"):
                    holder = container
            elif cell < 0 and tag in ("td", "th"):
                cell = container
        elif kind == "cell":
            if tag == "table":
                within = container
                break
        elif kind == "li":
            if tag in _LISTS:
                depth += 1
                if within < 0:
                    within = container
        else:
            break
        container = parents[container]
    return Piece(block, text, kind, level or depth, holder, within, cell)


def _item_numbers(layout: Layout) -> dict[int, int]:
    """The place of each list item among those of its list, from 1."""
    count: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for container, (tag, parent) in enumerate(zip(layout.c_tag, layout.c_parent, strict=True)):
        if tag == "li":
            numbers[container] = count[parent] = count.get(parent, 0) + 1
    return numbers


def _layout_tables(pieces: Sequence[Piece]) -> set[int]:
    """The tables that only place things on the screen: no row holds two kept cells, or some cell holds a chapter."""
    tables: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.kind == "cell":
            tables.setdefault(piece.within, []).append(piece)
    return {table for table, held in tables.items() if _only_places(held)}


def _only_places(pieces: Sequence[Piece]) -> bool:
    chars: dict[int, int] = {}
    for piece in pieces:
        chars[piece.cell] = chars.get(piece.cell, 0) + len(piece.text)
    return len(chars) == len({piece.holder for piece in pieces}) or max(chars.values()) > _CELL_CHARS


def _plain(piece: Piece) -> Piece:
    return Piece(piece.block, piece.text, "p", 0, -1, -1)


def _groups(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """The pieces, the items of a list and the cells of a table together; items of a nested list go on with those around."""
    at = 0
    while at < len(pieces):
        end = at + 1
        first = pieces[at]
        if first.kind == "li":
            while end < len(pieces) and pieces[end].kind == "li":
                end += 1
        elif first.kind == "cell":
            while end < len(pieces) and pieces[end].kind == "cell" and pieces[end].within == first.within:
                end += 1
        yield pieces[at:end]
        at = end


def _one_text(group: Sequence[Piece]) -> str:
    return group[0].text


def _list_text(group: Sequence[Piece]) -> str:
    lines = []
    seen: set[int] = set()
    for piece in group:
        indent = "  " * (piece.level - 1)
        lines.append(
            f"{indent}{'  ' if piece.holder in seen else '- '}{piece.text}"
        )  # or a second paragraph of an item
        seen.add(piece.holder)
    return "\n".join(lines)


def _in_columns(layout: Layout, pieces: list[Piece]) -> list[Piece]:
    """*pieces* with the columns of those that are cells."""
    tables = {piece.within: layout.c_node[piece.within] for piece in pieces if piece.kind == "cell" and piece.cell >= 0}
    if not tables:
        return pieces
    columns = {within: columns_of(node) for within, node in tables.items()}
    return [
        piece._replace(column=columns[piece.within].get(layout.c_node[piece.cell].mem_id, -1))
        if piece.kind == "cell" and piece.cell >= 0
        else piece
        for piece in pieces
    ]


def _table_text(group: Sequence[Piece]) -> str:
    lines = []
    for row in _table_rows(group):
        cells = [" ".join(" ".join(piece.text.split("\n")) for piece in cell) for cell in row]
        lines.append(" | ".join(cells).rstrip())
    return "\n".join(lines)


def _table_rows(group: Sequence[Piece]) -> list[list[list[Piece]]]:
    """The cells of each row, in their columns: what they hold, nothing of those that are empty."""
    rows: dict[int, list[list[Piece]]] = {}
    for piece in group:
        row = rows.setdefault(piece.holder, [])
        if row and row[-1] and row[-1][-1].cell == piece.cell >= 0:
            row[-1].append(piece)  # a second paragraph of the cell
            continue
        row += [[] for _ in range(piece.column - len(row))]
        row.append([piece])
    return list(rows.values())


_TEXT: dict[str, Callable[[Sequence[Piece]], str]] = {
    "li": _list_text,
    "cell": _table_text,
    "p": _one_text,
    "h": _one_text,
    "quote": _one_text,
    "pre": _one_text,
}


def _markdown(layout: Layout, pieces: Sequence[Piece], runs: Mapping[int, Run]) -> str:
    numbers = _item_numbers(layout) if any(piece.kind == "li" for piece in pieces) else {}

    def inline(piece: Piece) -> str:
        if piece.kind == "pre":
            return layout.b_text[piece.block]
        run = runs.get(piece.block)
        return run.markdown if run else piece.text

    def number(piece: Piece) -> int:
        """Of an item of an ordered list, else 0."""
        ordered = piece.within >= 0 and layout.c_tag[piece.within] == "ol"
        return numbers.get(piece.holder, 1) if ordered else 0

    written = []
    for group in _groups(pieces):
        marked = [inline(piece) for piece in group]
        if group[0].kind == "li":
            written.append(_list_markdown(group, marked, [number(piece) for piece in group]))
        elif group[0].kind == "cell":
            written.append(_table_markdown(group, marked))
        else:
            written.append(_one_markdown(group[0], marked[0]))
    return "\n\n".join(written)


def _list_markdown(group: Sequence[Piece], marked: Sequence[str], numbers: Sequence[int]) -> str:
    lines = []
    seen: set[int] = set()
    for piece, words, number in zip(group, marked, numbers, strict=True):
        indent = "  " * (piece.level - 1)
        if piece.holder in seen:
            lines.append(f"\n{indent}  {words}\n")
            continue
        seen.add(piece.holder)
        lines.append(f"{indent}{f'{number}.' if number else '-'} {words}")
    return "\n".join(lines).strip("\n")


def _table_markdown(group: Sequence[Piece], marked: Sequence[str]) -> str:
    words = {
        piece.block: text.replace("\\\n", " ").replace("|", "\\|") for piece, text in zip(group, marked, strict=True)
    }
    rows = [[" ".join(words[piece.block] for piece in cell) for cell in row] for row in _table_rows(group)]
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _one_markdown(piece: Piece, words: str) -> str:
    if piece.kind == "h":
        return f"{'#' * piece.level} " + words.replace("\\\n", " ")
    if piece.kind == "quote":
        return "\n".join(f"> {line}" for line in words.split("\n"))
    if piece.kind == "pre":
        fence = "```" if "```" not in words else "~~~~"
        return f"{fence}\n{words}\n{fence}"
    return words
