"""What we know about HTML as such: a tree from text, the links of a tree.

The one door to selectolax (the extractor's block walk excepted); it knows nothing of statements, sources or crawling.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from scraper.charset import clean_text, decode_html

__all__ = ["Anchor", "Node", "Tree", "base_url", "clean_text", "decode_html", "links", "parse"]

Tree = LexborHTMLParser
Node = LexborNode

# Kinds of <link> between documents; style sheets, icons and preloads are parts of one.
_LINKING = frozenset({"a", "area", "link"})
_BETWEEN_DOCUMENTS = frozenset({"next", "prev", "alternate", "canonical"})


class Anchor(NamedTuple):
    """A link as a page offers it."""

    url: str  # absolute, as `scraper.urls.join_url` makes it
    rel: str  # lower-cased rel tokens, as written otherwise
    node: Node

    @property
    def text(self) -> str:
        """Visible words, white space collapsed; "" for an image or a <link>. Read when asked for: most links never are."""
        return " ".join(self.node.text().split())


def parse(html: str | bytes, *, scripting: bool = False) -> Tree:
    """The tree that a browser would build, one without scripts unless told; bytes are taken as UTF-8. Never fails.

    With *scripting* the content of `<noscript>` is text and no markup.

    Hostile markup can make the parser slow (`scraper.extractor.guard` looks for it beforehand).
    """
    # Without events `<selectedcontent>` is not filled in, which would copy options without bound.
    return LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS.value, scripting=scripting)


def base_url(tree: Tree, url: str) -> str:
    """What relative links of a page at *url* are relative to: its first `<base href>`, else *url* itself."""
    from scraper.urls import join_url

    node = tree.css_first("base[href]")
    href = (node.attributes.get("href") or "") if node is not None else ""
    return (join_url(url, href) or url) if href else url


def links(tree: Tree, url: str) -> Iterator[Anchor]:
    """All links of a page at *url* in document order, `<base>` respected; what cannot be crawled is left out."""
    from scraper.urls import join_url

    found = tree.css("[href]")  # a third of the time of a selector that names what is wanted
    base = base_url(tree, url) if any(node.tag == "base" for node in found) else url
    for node in found:
        tag = node.tag
        if tag not in _LINKING:
            continue
        attributes = node.attributes
        rel = (attributes.get("rel") or "").lower()
        if tag == "link" and _BETWEEN_DOCUMENTS.isdisjoint(rel.split()):
            continue
        target = join_url(base, attributes.get("href") or "")
        if target is not None:
            yield Anchor(target, rel, node)
