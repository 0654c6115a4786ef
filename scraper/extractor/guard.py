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
MAX_TAGS: Final = 50_000  # the largest of 1,358 annotated pages has 23,000; the rest is cut off
_MAX_ELEMENTS: Final = 30_000  # of a page that is rewritten; where people close theirs, `MAX_TAGS` is reached first
_MAX_DEPTH: Final = 250  # of elements in each other; browsers stop at 512
_FEW_TAGS: Final = 12_000  # so many that open take under half a second however they are nested
_FEW_CHARS: Final = 40_000  # hold too few attribute names to take long
_WINDOW: Final = 32_768  # characters
_LONG_TAG: Final = 3_000  # characters; shorter ones hold too few attributes to take long
_MAX_NAMES: Final = 1_000  # of attributes in one tag

_TAG_END: Final = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_ANY_TAG: Final = re.compile(r"<[/a-zA-Z!]")
_TAG_NAME: Final = re.compile(r"(/?)([a-zA-Z][^\s/>]*)")
_NAME: Final = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_NAMES: Final = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"[^"]*"|'[^']*'|[^\s"'>]++))?""")
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
# Elements that do not nest in themselves: a parser ends them itself, or takes no second one.
_IMPLIED: Final = frozenset(
    {"p", "li", "dd", "dt", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup",
     "html", "head", "body", "frameset"}
)  # fmt: skip
_KEPT_ATTRIBUTES: Final = frozenset(
    {"class", "id", "href", "src", "rel", "lang", "dir", "name", "property", "content", "datetime", "itemprop", "role",
     "type", "charset", "hreflang", "alt", "http-equiv", "hidden", "title", "style", "aria-hidden"}
)  # fmt: skip
# Elements that an end tag of another name closes as well; those that are not here stop at these (HTML standard, "special").
_SPECIAL: Final = frozenset(
    {"address", "applet", "article", "aside", "blockquote", "body", "button", "caption", "center", "details", "dialog",
     "dir", "div", "dl", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
     "header", "hgroup", "html", "iframe", "listing", "main", "marquee", "menu", "nav", "noembed", "noframes", "noscript",
     "object", "ol", "plaintext", "pre", "script", "search", "section", "select", "style", "summary", "svg", "math",
     "table", "template", "textarea", "title", "ul", "xmp"}
)  # fmt: skip
_WALLS: Final = frozenset(
    {"applet", "html", "marquee", "math", "object", "svg", "table", "template"}
)  # for all end tags
_NOT_OPENING: Final = (
    "</",
    "<!--",
    "<br>",
    "<br/>",
    "<br />",
    "<img ",
    "<input ",
    "<link ",
    "<meta ",
    "<hr>",
    "<source ",
)


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
    if (tags > _FEW_TAGS and _is_deep(html, tags)) or _has_many_names(html) or "<selectedcontent" in html:
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


def _is_deep(html: str, tags: int) -> bool:
    """Whether more elements are open somewhere than any page needs; first by how many open at all."""
    for mark in _NOT_OPENING:
        tags -= html.count(mark)
        if tags <= _FEW_TAGS:
            return False
    opened = _Open()
    for tag in _tags(html):
        if tag.closes:
            opened.close(tag.name)
        elif tag.name not in _VOID | _IMPLIED and not (tag.name in _DRAWN and tag.attributes.endswith("/")):
            opened.push(tag.name)
            if len(opened.stack) > _MAX_DEPTH:
                return True
    return False


class _Open:
    """The elements that are open where a parser stands, never fewer than it holds open itself."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.counts: dict[str, int] = {}

    def push(self, name: str) -> None:
        self.stack.append(name)
        self.counts[name] = self.counts.get(name, 0) + 1

    def close(self, name: str) -> bool:
        """Close the innermost element of that name with all that is in it, if a parser would; whether it does."""
        if not self.counts.get(name):
            return False
        walls = _WALLS if name in _SPECIAL else _SPECIAL
        for at in range(len(self.stack) - 1, -1, -1):
            inner = self.stack[at]
            if inner == name:
                end = at + 1 if name == "form" else len(self.stack)  # what is open in a form outlives it
                for closed in self.stack[at:end]:
                    self.counts[closed] -= 1
                del self.stack[at:end]
                return True
            if inner in walls:
                return False
        return False


def _has_many_names(html: str) -> bool:
    """Whether some tag has more attributes than people write: the parser compares each with all before it."""
    suspects = any(_count_names(stretch) > _MAX_NAMES for stretch in _long_stretches(html))
    return suspects and any(
        len(tag.attributes) > _LONG_TAG and _count_names(tag.attributes) > _MAX_NAMES for tag in _tags(html)
    )


def _long_stretches(html: str) -> Iterator[str]:
    """What may be the inside of a long tag: from a tag's beginning, or what looks like one, to the next ">"."""
    at = 0
    while at < len(html):
        last = html.rfind(">", at, at + _LONG_TAG)
        if last >= 0:
            at = last + 1
            continue
        end = html.find(">", at + _LONG_TAG)
        end = len(html) if end < 0 else end
        open_at = html.find("<", at, end)  # most have none, and so none is looked for
        start = _ANY_TAG.search(html, open_at, end) if open_at >= 0 else None
        if start and end - start.start() > _LONG_TAG:
            yield html[start.start() : end]
        at = end + 1


def _count_names(source: str) -> int:
    return len(set(_NAMES.findall(source)))


def _rewrite(html: str) -> str:
    """The first elements of *html*, without those that are nested too deep, with the attributes that we read and no others."""
    pieces: list[str] = []
    opened = _Open()
    at = elements = 0
    for tag in _tags(html):
        pieces.append(html[at : tag.start])
        at, name = tag.end, tag.name
        if tag.closes:
            if opened.close(name) or name in _IMPLIED:
                pieces.append(f"</{name}>")
        # Items and cells below the deepest element are left out like any other: each would have all of them above it.
        elif name in _VOID or (len(opened.stack) < _MAX_DEPTH and name != "selectedcontent"):
            if name not in _VOID | _IMPLIED:
                opened.push(name)
            elements += 1
            if elements > _MAX_ELEMENTS:
                return "".join(pieces)
            pieces.append(f"<{name}{_attributes(tag.attributes)}>")
    rest = html[at:]
    pieces.append(rest[: end.start()] if (end := _ANY_TAG.search(rest)) else rest)  # a tag without an end ends the page
    return "".join(pieces)


def _attributes(source: str) -> str:
    if not source:
        return ""
    kept = {}
    for name, value in _NAME.findall(source[:_WINDOW]):
        if name.lower() in _KEPT_ATTRIBUTES and name not in kept:
            kept[name.lower()] = value
    return "".join(f" {name}={value}" if value else f" {name}" for name, value in kept.items())
