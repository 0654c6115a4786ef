"""Kept blocks to plain text and Markdown, in reading order: paragraphs, headings, lists, tables, quotes, code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from scraper.extractor.blocks import Layout
from scraper.extractor.inline import Run, read_runs
from scraper.model import Link

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
# Spaces without width, soft hyphens, direction marks at the ends. The joiners stay inside words: Persian needs them.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u0000-\u0008\u000b-\u001f\u007f-\u009f]")
_EDGES = " \t\n\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_SOFT_BREAK = re.compile(r"(?<=[\w,;])\n(?=[a-zà-öø-ÿ])")
_WRAPPED_AT = 40  # characters before a `<br>` inside a sentence: the author broke lines for the width of a screen

_LOOK_UP = 40  # elements around a block that may be its list, table or quotation
_CELL_CHARS = 400  # more than any cell of a table of data


@dataclass(frozen=True, slots=True)
class Piece:
    """One kept block on its way to text."""

    block: int
    text: str
    markdown: str
    kind: str  # "p", "h", "li", "cell", "quote", "pre"
    level: int  # of a heading, or how deep the list item stands
    holder: int  # container of the list item or of the table row; -1 for others
    within: int  # container of the list or table, -1
    number: int  # of an item of an ordered list, else 0
    cell: int = -1  # container of the table cell


@dataclass(frozen=True, slots=True)
class Assembled:
    """Text and Markdown of the kept blocks, and the links in them."""

    text: str
    markdown: str
    links: tuple[Link, ...]


def clean(text: str) -> str:
    r"""*text* as a reader sees it: nothing without width, lines that were only wrapped joined again.

    >>> clean("People on\u200b the move")
    'People on the move'
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # most blocks: nothing in them is invisible
    text = _INVISIBLE.sub("", text).strip(_EDGES)
    if "\n" in text:
        lines = [line.strip(_EDGES) for line in text.split("\n")]
        if any(len(line) >= _WRAPPED_AT for line in lines):
            text = _SOFT_BREAK.sub(" ", "\n".join(line for line in lines if line))
    return text


def assemble(layout: Layout, kept: Sequence[int], resolve: Callable[[str], str | None]) -> Assembled:
    """The text of the blocks *kept* (ascending), as a person would copy it out of the page."""
    runs = _runs(layout, kept, resolve)
    numbers = _item_numbers(layout)
    pieces: list[Piece] = []
    links: list[Link] = []
    for block in kept:
        text = clean(layout.b_text[block])
        if not text:
            continue
        run = runs.get(block)
        pieces.append(_piece(layout, block, text, run.markdown if run else text, numbers))
        links.extend(run.links if run else ())
    placed = _layout_tables(pieces)
    pieces = [_plain(piece) if piece.kind == "cell" and piece.within in placed else piece for piece in pieces]
    text, markdown = _join(pieces)
    return Assembled(text, markdown, tuple(links))


def _runs(layout: Layout, kept: Sequence[int], resolve: Callable[[str], str | None]) -> dict[int, Run]:
    """The Markdown of each kept block. The inline reader finds as many runs in a container as the walk found blocks."""
    wanted = dict.fromkeys(layout.b_container[block] for block in kept)
    own: dict[int, list[int]] = {container: [] for container in wanted}
    for block, container in enumerate(layout.b_container):
        if container in own:
            own[container].append(block)
    found: dict[int, Run] = {}
    for container, blocks in own.items():
        runs = read_runs(layout.c_node[container], resolve)
        if len(runs) == len(blocks):
            found.update(zip(blocks, runs, strict=True))
    return found


def _piece(layout: Layout, block: int, text: str, markdown: str, numbers: dict[int, int]) -> Piece:
    kind, level, holder, within, number, depth, cell = "p", 0, -1, -1, 0, 0, -1
    for container in islice(layout.ancestors(block), _LOOK_UP):
        tag = layout.c_tag[container]
        if kind == "p" and tag in _HEADINGS:
            kind, level = "h", _HEADINGS[tag]
        elif kind == "p" and tag == "pre":
            kind, markdown = "pre", layout.b_text[block]
        elif kind == "p" and tag == "blockquote":
            kind = "quote"
        elif kind == "p" and cell < 0 and tag in ("td", "th"):
            cell = container
        elif kind == "p" and tag == "tr":
            kind, holder = "cell", container
        elif kind == "cell" and tag == "table":
            within = container
            break
        elif kind == "p" and tag == "li":
            kind, holder = "li", container
        elif kind == "li" and tag in _LISTS:
            depth += 1
            if within < 0:
                within = container
                number = numbers.get(holder, 1) if tag == "ol" else 0
    return Piece(block, text, markdown, kind, level or depth, holder, within, number, cell)


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
    return Piece(piece.block, piece.text, piece.markdown, "p", 0, -1, -1, 0)


def _join(pieces: Sequence[Piece]) -> tuple[str, str]:
    text, markdown = [], []
    at = 0
    while at < len(pieces):
        end = at + 1
        piece = pieces[at]
        if piece.kind in ("li", "cell"):
            while end < len(pieces) and pieces[end].kind == piece.kind and _same_group(piece, pieces[end]):
                end += 1
        group = pieces[at:end]
        write = _WRITERS[piece.kind]
        plain, marked = write(group)
        text.append(plain)
        markdown.append(marked)
        at = end
    return "\n\n".join(text), "\n\n".join(markdown)


def _same_group(first: Piece, other: Piece) -> bool:
    # Items of a nested list go on with the list around it.
    return other.within == first.within if first.kind == "cell" else True


def _write_list(group: Sequence[Piece]) -> tuple[str, str]:
    text, markdown = [], []
    seen: set[int] = set()
    for piece in group:
        indent = "  " * (piece.level - 1)
        if piece.holder in seen:  # a second paragraph of the same item
            text.append(f"{indent}  {piece.text}")
            markdown.append(f"\n{indent}  {piece.markdown}\n")
            continue
        seen.add(piece.holder)
        text.append(f"{indent}- {piece.text}")
        markdown.append(f"{indent}{f'{piece.number}.' if piece.number else '-'} {piece.markdown}")
    return "\n".join(text), "\n".join(markdown).strip("\n")


def _write_table(group: Sequence[Piece]) -> tuple[str, str]:
    rows: dict[int, list[Piece]] = {}
    for piece in group:
        rows.setdefault(piece.holder, []).append(piece)
    width = max(len(cells) for cells in rows.values())
    text = [" | ".join(" ".join(cell.text.split("\n")) for cell in cells) for cells in rows.values()]
    lines = []
    for cells in rows.values():
        marked = [cell.markdown.replace("\\\n", " ").replace("|", "\\|") for cell in cells]
        lines.append("| " + " | ".join(marked + [""] * (width - len(marked))) + " |")
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(text), "\n".join(lines)


def _write_one(group: Sequence[Piece]) -> tuple[str, str]:
    piece = group[0]
    if piece.kind == "h":
        return piece.text, f"{'#' * piece.level} " + piece.markdown.replace("\\\n", " ")
    if piece.kind == "quote":
        return piece.text, "\n".join(f"> {line}" for line in piece.markdown.split("\n"))
    if piece.kind == "pre":
        fence = "```" if "```" not in piece.markdown else "~~~~"
        return piece.text, f"{fence}\n{piece.markdown}\n{fence}"
    return piece.text, piece.markdown


_WRITERS: dict[str, Callable[[Sequence[Piece]], tuple[str, str]]] = {
    "li": _write_list,
    "cell": _write_table,
    "p": _write_one,
    "h": _write_one,
    "quote": _write_one,
    "pre": _write_one,
}
