"""Markup that would keep the parser busy for minutes, found beforehand and taken out.

The parser's work grows with the square of the nesting depth, of the attribute names and of what a `<selectedcontent>`
copies, in C code that no timeout interrupts (measured: 40,000 nested `<div>` 3.6 s, 40,000 attribute names over 20 s).
People's pages stay far below: they are handed on untouched after a look that costs a few counts. What is beyond is
rewritten tag by tag, in linear time and always to the same result, so that a re-reading gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_CHARS: Final = 4_000_000  # of a page; the rest is cut off (the longest of 1,358 annotated pages has 3,100,000)
MAX_TAGS: Final = 100_000  # the largest of 1,358 annotated pages has 22,000; the rest is cut off
_MAX_DEPTH: Final = 250  # of elements in each other; browsers stop at 512
_FEW_TAGS: Final = 12_000  # so many take under half a second however they are nested
_FEW_CHARS: Final = 40_000  # hold too few attribute names to take long
_WINDOW: Final = 32_768  # characters between two looks
_SUSPECT_DEPTH: Final = 1_000  # by the rough count, which takes `<img>` and unclosed `<p>` for nesting
_LOOK: Final = 400  # characters of one look at attribute names
_NEW_NAMES: Final = 20  # in one look, unseen in those before it: three times so, and they are counted
_MAX_NAMES: Final = 3_000  # different ones on the page

_TAG_END: Final = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_ANY_TAG: Final = re.compile(r"<[/a-zA-Z!]")
_TAG_NAME: Final = re.compile(r"(/?)([a-zA-Z][^\s/>]*)")
_NAME: Final = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_RAW_END: Final = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "title", "iframe", "xmp")
}
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
# Elements of drawings, which may close themselves ("<path/>"); a "<div/>" does not.
_DRAWN: Final = frozenset(
    {"path", "g", "use", "circle", "rect", "line", "polygon", "polyline", "ellipse", "stop", "image", "animate", "svg"}
)
# End tags that a parser supplies itself; siblings of these do not nest.
_IMPLIED: Final = frozenset({"p", "li", "dd", "dt", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot"})
_KEPT_ATTRIBUTES: Final = frozenset(
    {"class", "id", "href", "src", "rel", "lang", "dir", "name", "property", "content", "datetime", "itemprop", "role",
     "type", "charset", "hreflang", "alt", "http-equiv", "hidden", "title", "style", "aria-hidden"}
)  # fmt: skip


class _Tag(NamedTuple):
    start: int
    end: int
    closes: bool
    name: str  # lower-cased
    attributes: str  # as written


def defuse(html: str) -> str:
    """*html* itself, unless its markup is hostile; then what is left of it when that is taken out."""
    if len(html) < _FEW_CHARS:
        return html
    html = html[:MAX_CHARS]
    tags = html.count("<")
    if tags > MAX_TAGS:
        return _rewrite(_first_tags(html, MAX_TAGS))
    if (tags > _FEW_TAGS and _is_deep(html)) or _has_many_names(html) or "<selectedcontent" in html:
        return _rewrite(html)
    return html


def _tags(html: str) -> Iterator[_Tag]:
    """The tags of *html* in one pass; comments and the content of scripts and their like are stepped over."""
    at = html.find("<")
    while at >= 0:
        name = _TAG_NAME.match(html, at + 1)
        if name is None:
            if html.startswith("<!--", at):
                at = html.find("-->", at)
                if at < 0:
                    return
            at = html.find("<", at + 1)
            continue
        end = _TAG_END.match(html, name.end())
        if end is None:  # the rest of the page is inside this tag
            return
        tag = _Tag(at, end.end(), bool(name[1]), name[2].lower(), html[name.end() : end.end() - 1])
        yield tag
        at = tag.end
        if not tag.closes and tag.name in _RAW_END:
            close = _RAW_END[tag.name].search(html, at)
            if close is None:
                return
            at = close.start()
        at = html.find("<", at)


def _first_tags(html: str, count: int) -> str:
    """*html* up to about the *count*-th tag, found by halving."""
    low, high = 0, len(html)
    while high - low > _WINDOW:
        middle = (low + high) // 2
        if html.count("<", 0, middle) > count:
            high = middle
        else:
            low = middle
    return html[:low]


def _is_deep(html: str) -> bool:
    """Whether more elements are open somewhere than any page needs; first by counts over windows, then truly."""
    depth = 0
    for start in range(0, len(html), _WINDOW):
        end = start + _WINDOW
        depth += html.count("<", start, end) - 2 * html.count("</", start, end)
        if depth > _SUSPECT_DEPTH:
            return _true_depth(html) > _MAX_DEPTH
    return False


def _true_depth(html: str) -> int:
    deepest = depth = 0
    for tag in _tags(html):
        if tag.name in _VOID or tag.name in _IMPLIED or (tag.name in _DRAWN and tag.attributes.endswith("/")):
            continue
        depth = max(0, depth - 1) if tag.closes else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _has_many_names(html: str) -> bool:
    """Whether a page's attribute names are made up: thousands of different ones. People's pages have under 300.

    They take room (15,000 names that cost a second are 75 kB at least), so a look at one place in eighty finds them.
    """
    seen: set[str] = set()
    surprises = 0
    for start in range(0, len(html), _WINDOW):
        look = html[start : start + _LOOK]
        if "<" in look:
            inside = " ".join([tag.partition(">")[0] for tag in look.split("<")[1:]])
        elif ">" not in look and html.rfind("<", 0, start) > html.rfind(">", 0, start):
            inside = look  # in the middle of one tag
        else:
            continue
        names = {name for name, _ in _NAME.findall(inside)} - seen
        if len(names) > _NEW_NAMES:
            surprises += 1
            if surprises > 2:
                return _counted_names(html) > _MAX_NAMES
        seen |= names
    return False


def _counted_names(html: str) -> int:
    names: set[str] = set()
    for tag in _tags(html):
        names.update(name for name, _ in _NAME.findall(tag.attributes))
        if len(names) > _MAX_NAMES:
            break
    return len(names)


def _rewrite(html: str) -> str:
    """*html* without elements that are nested too deep, with the attributes that we read and no others."""
    pieces: list[str] = []
    stack: list[str] = []
    open_names: dict[str, int] = {}
    at = 0
    for tag in _tags(html):
        pieces.append(html[at : tag.start])
        at, name = tag.end, tag.name
        if tag.closes:
            if open_names.get(name) or name in _IMPLIED:
                _close(name, stack, open_names)
                pieces.append(f"</{name}>")
        # Items and cells below the deepest element are left out like any other: each would have all of them above it.
        elif name in _VOID or (name in _IMPLIED and len(stack) < _MAX_DEPTH):
            pieces.append(f"<{name}{_attributes(tag.attributes)}>")
        elif len(stack) < _MAX_DEPTH and name != "selectedcontent":
            stack.append(name)
            open_names[name] = open_names.get(name, 0) + 1
            pieces.append(f"<{name}{_attributes(tag.attributes)}>")
    rest = html[at:]
    pieces.append(rest[: end.start()] if (end := _ANY_TAG.search(rest)) else rest)  # a tag without an end ends the page
    return "".join(pieces)


def _close(name: str, stack: list[str], open_names: dict[str, int]) -> None:
    while open_names.get(name):
        last = stack.pop()
        open_names[last] -= 1
        if last == name:
            return


def _attributes(source: str) -> str:
    kept = {}
    for name, value in _NAME.findall(source[:_WINDOW]):
        if name.lower() in _KEPT_ATTRIBUTES and name not in kept:
            kept[name.lower()] = value
    return "".join(f" {name}={value}" if value else f" {name}" for name, value in kept.items())
