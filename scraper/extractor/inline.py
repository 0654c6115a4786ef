"""The inline content of one block-level element: its runs of text as Markdown, and the links in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from scraper.dom import Node
from scraper.extractor.blocks import BLOCK, BREAK, LINK, RULE, SKIP, STRONG, SUP, footnote_mark, kind_of
from scraper.model import Link

_SPECIAL = re.compile(r"([\\`*_\[\]<])")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d+[.)])(\s)", re.MULTILINE)
_SPACES = re.compile(r"[^\S\n]+")
_MARKS = {"em": "*", "i": "*", "cite": "*", "code": "`", "kbd": "`", "samp": "`"}
_MAX_DEPTH = 200  # of inline elements in each other; deeper ones are not people's markup


@dataclass(frozen=True, slots=True)
class Run:
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
    return Run(_LINE_START.sub(r"\1\\\2\3", _SPECIAL.sub(r"\\\1", text)), ())


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
            self.runs.append(Run(_LINE_START.sub(r"\1\\\2\3", text), tuple(self.links)))
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
                self._element(child, kind, depth)

    def _element(self, node: Node, kind: int, depth: int) -> None:
        if kind == SUP and (mark := footnote_mark(node)):
            self._text(mark)
        elif kind == LINK:
            href = node.attributes.get("href")
            self._wrapped(node, depth, lambda inner: self._link(inner, href))
        elif kind == STRONG or node.tag in _MARKS:
            mark = _MARKS.get(node.tag or "", "**")
            self._wrapped(node, depth, lambda inner: f"{mark}{inner}{mark}")
        else:
            self.read(node, depth + 1)

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
        self.pieces.append(_SPECIAL.sub(r"\\\1", _SPACES.sub(" ", text.replace("\n", " "))))

    def _wrapped(self, node: Node, depth: int, wrap: Callable[[str], str]) -> None:
        """Read *node* and put its text, without the white space around it, into marks; not across block boundaries."""
        start, runs = len(self.pieces), len(self.runs)
        self.read(node, depth + 1)
        if len(self.runs) != runs:
            return
        inner = "".join(self.pieces[start:])
        if bare := inner.strip():
            before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
            self.pieces[start:] = [before, wrap(bare), after]

    def _link(self, inner: str, href: str | None) -> str:
        if not href or (url := self.resolve(href)) is None:
            return inner
        self.links.append(Link(url, _SPACES.sub(" ", re.sub(r"\\(.)", r"\1", inner).replace("*", "")).strip()))
        return f"[{inner}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"
