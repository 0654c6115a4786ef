"""A text without markup as a page: its lines say what they are by their lengths, their marks and where they stand.

Statements come as plain text from old servers, from research corpora and from people who paste what a browser showed them, its
menus and lists of offices included. Paragraphs, headings and lists become elements, what was pasted along goes where a page
has it, and everything after that is done by the same code as for any other page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

from scraper.extractor.guard import MAX_CHARS
from scraper.extractor.imprint import SKIP, TOOLS

_MARKUP: Final = re.compile(
    r"<(?:!doctype|!--|\?xml|/?(?:html|head|body|title|meta|link|script|style|div|p|br|hr|span|a|b|i|em|strong|font|center|table|tr|td|ul|ol"
    r"|li|h[1-6]|img|pre|main|article|section|header|footer|nav|form|svg|rss|feed|blockquote|iframe|noscript)\b)",
    re.IGNORECASE,
)
_HTML: Final = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

_PROSE_WORDS: Final = 8  # fewer make a label, a heading or an item
_LONG_WORDS: Final = 25  # so many are prose whatever ends them
_TITLE_WORDS: Final = 40
_LINES: Final = 50_000  # of a text; the rest is cut off, as it is of pages with as many tags
_LABELS: Final = 60  # lines above a title; a menu has more than a letterhead
_WIDTH: Final = range(40, 141)  # columns of the longest of wrapped lines
_FULL: Final = 0.8  # of a paragraph's lines that had no room for the next word
_CATALOGUE: Final = 25  # short lines on end, none of them a sentence, that nobody signs
_UNSPACED: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_ENDED: Final = re.compile(r"[.!?。！？؟…।][\"'”’»)\]]*$")
_BULLET: Final = re.compile(r"[-*•·●◦▪–—]\s+(?=\w)")
_NUMBER: Final = re.compile(r"(?:\(?\d{1,3}[.)]|\([a-z]{1,4}\))\s+(?=\S)")
_RULED: Final = re.compile(r"[=\-~*_#–—\s]{3,}")
_GAP: Final = re.compile(r"\t+| {3,}")  # between the columns of a letterhead
_HASHES: Final = re.compile(r"(#{1,6})\s+(?=\S)")
_ABOUT: Final = re.compile(r"related [\w ]{2,30}|tags:?|topics:?", re.IGNORECASE)


class _Part(NamedTuple):
    tag: str  # p, li, h1, h2
    text: str
    alone: bool  # empty lines before and after it

    @property
    def words(self) -> int:
        return len(self.text.split()) + len(_UNSPACED.findall(self.text)) // 2

    @property
    def is_prose(self) -> bool:
        return self.words >= _LONG_WORDS or (self.words >= _PROSE_WORDS and _ENDED.search(self.text) is not None)


def is_plain_text(text: str, content_type: str | None) -> bool:
    r"""Whether *text*, decoded, has no markup: by its type, and where none is known because nothing in it looks like any.

    What a server calls text although it begins like an HTML page is one.

    >>> is_plain_text("1 < 2", "text/plain"), is_plain_text("<p>One", None), is_plain_text("One\nTwo", "text/html")
    (True, False, False)
    """
    declared = (content_type or "").partition(";")[0].strip().lower()
    if declared in ("text/plain", "text/markdown"):
        return _HTML.match(text) is None
    return not declared and "\n" in text and _MARKUP.search(text) is None


def as_html(text: str) -> str:
    """*text* as the page that it would be: its paragraphs and lists, a title if one stands above them, what stands around it
    in `<header>` and `<footer>`.
    """
    groups = _groups(text)
    parts = [part for group in groups for part in _parts(group)]
    if len(groups) == 1:  # no empty line anywhere: every line is one of its own
        parts = [part._replace(alone=True) for part in parts]
    first = next((at for at, part in enumerate(parts) if part.is_prose), len(parts))
    title = _title(parts, first)
    body = title + 1 if title is not None else 0
    end = _foot(parts, max(first, body))
    pieces = ["<!doctype html><html><head></head><body>"]
    if title is not None:
        labels = [part._replace(text=text) for part in parts[:title] for text in _GAP.split(part.text)]
        pieces += ["<header>", *map(_element, labels), "</header>", _element(parts[title]._replace(tag="h1"))]
    pieces += [_element(part) for part in parts[body:end] if not SKIP.fullmatch(part.text)]
    if end < len(parts):
        menu = (f"<li><a>{_escaped(part.text)}</a></li>" for part in parts[end:])
        pieces += ["<footer><nav><ul>", *menu, "</ul></nav></footer>"]
    return "\n".join([*pieces, "</body></html>"])


def _element(part: _Part) -> str:
    return f"<{part.tag}>{_escaped(part.text)}</{part.tag}>"


def _escaped(text: str) -> str:
    return escape(_GAP.sub(" ", text), quote=False)


def _groups(text: str) -> list[list[str]]:
    """The lines of *text*, white space at their ends gone, in stretches without an empty one."""
    groups: list[list[str]] = [[]]
    for line in text[:MAX_CHARS].splitlines()[:_LINES]:
        if line.strip():
            groups[-1].append(line.strip())
        elif groups[-1]:
            groups.append([])
    return groups if groups[-1] else groups[:-1]


def _parts(lines: list[str]) -> list[_Part]:
    if len(lines) == 2 and _RULED.fullmatch(lines[1]):
        return [_Part("h2", lines[0], alone=True)]
    lines = [line for line in lines if not _RULED.fullmatch(line)]
    if any(_BULLET.match(line) or _NUMBER.match(line) for line in lines):
        return _items(lines)
    if lines and _is_wrapped(lines):
        return [_Part("p", _joined(lines), alone=True)]
    return [_line(line, alone=len(lines) == 1) for line in lines]


def _line(line: str, *, alone: bool) -> _Part:
    if marked := _HASHES.match(line):
        return _Part("h1" if len(marked[1]) == 1 else "h2", line[marked.end() :].rstrip("# "), alone)
    return _Part("p", line, alone)


def _items(lines: Sequence[str]) -> list[_Part]:
    """A list, or numbered paragraphs, with what stands above it; a line without a mark goes on with what is before it."""
    items: list[tuple[str, list[str]]] = []
    for line in lines:
        if mark := _BULLET.match(line):
            items.append(("li", [line[mark.end() :]]))
        elif _NUMBER.match(line) or not items:
            items.append(("p", [line]))
        else:
            items[-1][1].append(line)
    return [_Part(tag, _joined(held), alone=False) for tag, held in items]


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether *lines* are one paragraph, broken where the next word had no room."""
    width = max(map(len, lines))
    unspaced = _UNSPACED.search(lines[0]) is not None
    if len(lines) < 2 or width * (1 + unspaced) not in _WIDTH or any(_GAP.search(line) for line in lines):
        return False
    ended = [_ENDED.search(line) is not None for line in lines]
    if all(ended) or (unspaced and any(ended[:-1])):
        return False
    full = sum(len(line) + 1 + len(following.split(maxsplit=1)[0]) >= width for line, following in pairwise(lines))
    return full >= _FULL * (len(lines) - 1)


def _joined(lines: Sequence[str]) -> str:
    """The text of wrapped lines; scripts without spaces get none, and a word's own hyphen stays."""
    text = lines[0]
    for line in lines[1:]:
        unspaced = _UNSPACED.match(text[-1]) and _UNSPACED.match(line)
        hyphened = text.endswith("-") and text[-2:-1].isalpha() and line[0].islower()
        text += line if unspaced or hyphened else f" {line}"
    return text


def _title(parts: Sequence[_Part], first: int) -> int | None:
    """Where the title stands: the heading of the text, else the longest line that stands alone above the *first* prose."""
    above = range(min(first, _LABELS))
    marked = next((at for at in above if parts[at].tag == "h1"), None)
    if marked is not None:
        return marked
    alone = [at for at in above if _may_be_title(parts[at])]
    return max(alone, key=lambda at: (parts[at].words, -at)) if alone and first < len(parts) else None


def _may_be_title(part: _Part) -> bool:
    return (
        part.alone
        and part.tag != "li"
        and 3 <= part.words <= _TITLE_WORDS
        and not SKIP.fullmatch(part.text)
        and not part.text.endswith((":", ",", ";"))
        and "@" not in part.text
    )


def _foot(parts: Sequence[_Part], start: int) -> int:
    """Where what a page has below its text begins: with what it offers its visitors, or with a list of names too long to sign."""
    last = next((at for at in range(len(parts) - 1, start - 1, -1) if parts[at].is_prose), start)
    for at in range(last + 1, len(parts)):
        if TOOLS.fullmatch(parts[at].text.strip()) or _ABOUT.fullmatch(parts[at].text.strip()):
            return at
    run = [at for at in range(last + 1, len(parts)) if parts[at].words < _PROSE_WORDS]
    if len(run) < _CATALOGUE or 10 * len(run) < 9 * (len(parts) - last - 1):
        return len(parts)
    # Who signs, and on whose behalf, is said before the names: "Signed by:".
    says_whose = any(part.text.endswith((":", "：")) for part in parts[last : last + 3])
    return len(parts) if says_whose else last + 1
