"""The inline content of one block-level element: its runs of text as Markdown, and the links in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from scraper.dom import Node
from scraper.extractor.blocks import BLOCK, BREAK, LINK, RULE, SKIP, STRONG, SUP, footnote_mark, kind_of
from scraper.model import Link

_SPECIAL = re.compile(r"[\\`*_\[\]<]")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d+[.)])(\s)", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_SPACES = re.compile(r"[^\S\n]+")
_MARKS = {"em": "*", "i": "*", "cite": "*", "code": "`", "kbd": "`", "samp": "`"}
_MAX_DEPTH = 200  # of inline elements in each other; deeper ones are not people's markup


class Run(NamedTuple):
    """Inline text between two block boundaries."""

    markdown: str
    links: tuple[Link, ...]


def read_runs(block: Node, resolve: Callable[[str], str | None]) -> list[Run]:
    """The runs of text that stand directly in *block*, in order, as many as the block walk finds there.

    *resolve* makes an href absolute, or None where it leads nowhere a reader could go.
    """
    reader = _Reader(resolve)
    reader.read(block)
    reader.close()
    return reader.runs


def plain_run(text: str) -> Run:
    """The run of a block that holds nothing but *text*, its white space collapsed."""
    return Run(_no_list(_SPECIAL.sub(_escaped, text)), ())


def _no_list(text: str) -> str:
    """*text* with its beginning escaped, and that of its lines, where Markdown would see a heading, a quotation or a list."""
    if "\n" not in text and not _LINE_START.match(text):
        return text
    return _LINE_START.sub(r"\1\\\2\3", text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


class _Reader:
    def __init__(self, resolve: Callable[[str], str | None]) -> None:
        self.resolve = resolve
        self.runs: list[Run] = []
        self.pieces: list[str] = []
        self.links: list[Link] = []
        self.has_text = False
        self.breaks = 0

    def close(self) -> None:
        """End the run that is being read."""
        if self.has_text:
            lines = [" ".join(line.split()) for line in "".join(self.pieces).split("\n")]
            text = "\\\n".join(line for line in lines if line)
            self.runs.append(Run(_no_list(text), tuple(self.links)))
        self.pieces, self.links, self.has_text, self.breaks = [], [], False, 0

    def read(self, node: Node, depth: int = 0) -> None:
        """Read the children of *node*, an element that holds inline content."""
        for child in node.iter(include_text=True):
            tag = child.tag
            if tag == "-text":
                self._text(child.text_content or "")
                continue
            kind = kind_of(tag)
            if kind == BREAK:
                self._break()
            elif kind in (BLOCK, RULE):
                self.close()
            elif kind != SKIP and depth <= _MAX_DEPTH:
                self._element(child, tag, kind, depth + 1)

    def _element(self, node: Node, tag: str | None, kind: int, depth: int) -> None:
        mark = "**" if kind == STRONG else _MARKS.get(tag or "", "")
        if kind == SUP and (note := footnote_mark(node)):
            self._text(note)
        elif mark or kind == LINK:
            start, runs = len(self.pieces), len(self.runs)
            self.read(node, depth)
            if len(self.runs) == runs and (inner := "".join(self.pieces[start:])) and (bare := inner.strip()):
                # The white space around the words stays outside the marks; no mark crosses a block boundary.
                before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
                marked = f"{mark}{bare}{mark}" if mark else self._link(bare, node.attributes.get("href"))
                self.pieces[start:] = [before, marked, after]
        else:
            self.read(node, depth)

    def _break(self) -> None:
        self.breaks += 1
        if self.has_text and self.breaks > 1:
            self.close()
        elif self.has_text:
            self.pieces.append("\n")

    def _text(self, text: str) -> None:
        if not text or text.isspace():
            if self.has_text:
                self.pieces.append(" ")
            return
        self.has_text, self.breaks = True, 0
        self.pieces.append(_SPECIAL.sub(_escaped, text.replace("\n", " ")))

    def _link(self, inner: str, href: str | None) -> str:
        if not href or (url := self.resolve(href)) is None:
            return inner
        self.links.append(Link(url, _SPACES.sub(" ", _ESCAPED.sub(r"\1", inner).replace("*", "")).strip()))
        return f"[{inner}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"
