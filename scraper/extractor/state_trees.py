"""Trees of paragraphs, as editors store them for scripts to draw, to markup: Contentful, Sanity, Draft, Editor.js, React's stream.

Works on JSON values alone; bounded by the depth that the caller leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from typing import Any, Final

MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
TITLES: Final = ("title", "headline", "name", "heading", "fancy_title", "seoTitle")
# What names a node's sort, and what holds its words; the first that is there.
_SORTS: Final = ("style", "type", "_type", "nodeType", "tag", "tagName", "component", "__typename", "kind")
_HOLDERS: Final = ("text", "html", "value", "children", "content", "data", "body", "items", "paragraphs", "fields", "c")
_INLINE: Final = frozenset(
    {"span", "text", "link", "hyperlink", "strong", "em", "b", "i", "a", "bold", "italic", "autolink"}
)
_LINKS: Final = ("url", "slug", "href", "link", "path", "permalink")
_LEVEL: Final = re.compile(r"h([1-6])")
_FEW: Final = 3  # values of a node that says nothing of its sort: a rule, a picture


def is_tree(items: Sequence[Any]) -> bool:
    """Whether a list holds paragraphs with their sort, and no cards that lead to pages."""
    nodes = [item for item in items if isinstance(item, dict)]
    if not nodes or len(nodes) < len(items):
        return _is_element(items) or (
            bool(items) and all(isinstance(item, list) and _is_element(item) for item in items)
        )
    cards = sum(any(name in node for name in TITLES) and any(name in node for name in _LINKS) for node in nodes)
    sorts = [node for node in nodes if any(isinstance(node.get(name), str) for name in _SORTS)]
    return (
        cards < 2
        and bool(sorts)
        and all(len(node) <= _FEW for node in nodes if node not in sorts)
        and all(len(node) <= _FEW or any(name in node for name in _HOLDERS) for node in sorts)
    )


def drawn(value: Any, depth: int) -> Iterator[str]:
    """The markup of a tree, in order, no deeper than *depth*."""
    if depth <= 0:
        return
    if isinstance(value, str):
        yield value if MARKUP.search(value) else escape(unescape(value))
    elif isinstance(value, list) and _is_element(value):
        yield from _wrapped(value[1], drawn(value[3].get("children"), depth - 1))
    elif isinstance(value, list):
        for item in value:
            yield from drawn(item, depth - 1)
    elif isinstance(value, dict):
        held = next((value[name] for name in _HOLDERS if isinstance(value.get(name), str | list | dict)), None)
        yield from _wrapped(_tag(value, held), drawn(held, depth - 1))


def _is_element(items: Sequence[Any]) -> bool:
    """Whether a list is an element as React streams it: `["$", "p", key, {"children": …}]`."""
    return len(items) >= 4 and items[0] == "$" and isinstance(items[1], str) and isinstance(items[3], dict)


def _tag(node: dict[str, Any], held: Any) -> str:
    """The element that *node* is drawn as, by its sort."""
    sort = next((text.lower() for name in _SORTS if isinstance(text := node.get(name), str)), "")
    if found := _LEVEL.fullmatch(sort):
        return found[0]
    for word, tag in (("head", "h2"), ("quote", "blockquote"), ("item", "li"), ("list", "ul")):
        if word in sort:
            return tag
    if sort in _INLINE or not sort:
        return "span"
    return "div" if isinstance(held, list) and any(_is_block(item) for item in held) else "p"


def _is_block(item: Any) -> bool:
    """Whether a node inside another one is a paragraph of its own."""
    return isinstance(item, dict) and not {str(item[name]).lower() for name in _SORTS if name in item} & _INLINE


def _wrapped(tag: str, inner: Iterator[str]) -> Iterator[str]:
    name = tag if tag.isalnum() and tag.isascii() else "div"
    yield f"<{name}>"
    yield from inner
    yield f"</{name}>"
