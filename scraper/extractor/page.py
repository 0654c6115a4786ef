"""A parsed page as the readers of its fields see it, and the body that was found in it.

:class:`Page` holds what the markup says, unjudged; :class:`Body` what the body model decided. Neither knows of fields.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from scraper import dom
from scraper.json_values import read_json
from scraper.model import Link
from scraper.urls import join_url

_ANNOTATED = (
    '[itemprop*="date"], [itemprop~="author"], [property="dc:date"], [property="schema:datePublished"]'
    ', [property="schema:dateModified"], abbr.published[title], .date-display-single[content]'
)
_MAX_TIMES = 20
_MAX_METAS = 2_000  # people's pages have a hundred, threads one for each date of a reply
_JSON_LD_CHARS = 400_000  # of one script; longer ones are product catalogues
_JSON_LD_ITEMS = 200
_JSON_LD_DEPTH = 4  # lists in @graph in lists
_CDATA = re.compile(
    r"^\s*(?:/\*\s*)?(?:<!--|//\s*)?\s*<!\[CDATA\[(?:\s*\*/)?|(?://\s*)?\]\]>\s*(?:-->)?\s*(?:\*/)?\s*$"
)


class HeadLink(NamedTuple):
    """One `<link>` as written; `rel` is lower-cased, absent attributes are ""."""

    rel: str
    href: str
    hreflang: str
    type: str


class Time(NamedTuple):
    """One `<time>`: its `datetime` attribute ("" if absent) and its visible text, white space collapsed."""

    datetime: str
    text: str
    node: dom.Node


class _Named(dict[str, list[dom.Node]]):
    """The elements of a tree by name. A search for each name is cheaper than one for all: nothing is left to sort."""

    def __init__(self, tree: dom.Tree) -> None:
        super().__init__()
        self._tree = tree

    def __missing__(self, name: str) -> list[dom.Node]:
        found = self[name] = self._tree.tags(name)
        return found


@dataclass(frozen=True)
class Page:
    """A page as its markup says. The properties are read when first asked for, each from the tree once."""

    tree: dom.Tree
    url: str  # where it was found, absolute; "" if unknown
    html: str  # the decoded text that was parsed

    @cached_property
    def named(self) -> Mapping[str, Sequence[dom.Node]]:
        """The elements by name, each name's in order, looked for when first asked for."""
        return _Named(self.tree)

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        every = (node.attributes for node in self.named["base"])
        href = next((attributes["href"] for attributes in every if "href" in attributes), None)
        return (join_url(self.url, href) or self.url) if href else self.url

    def resolve(self, href: str) -> str | None:
        """The absolute form of an href of this page; None where it leads to no document (mailto:, javascript: ...)."""
        return join_url(self.base, href) if self.url else (href if href.startswith(("http://", "https://")) else None)

    @cached_property
    def metas(self) -> list[tuple[str, str]]:
        """`<meta>` as (key, content): the key is the lower-cased name, property, itemprop or http-equiv."""
        found: list[tuple[str, str]] = []
        for node in self.named["meta"][:_MAX_METAS]:
            attributes = node.attributes
            content = attributes.get("content")
            if content is None:
                continue
            keys = (attributes.get(name) for name in ("name", "property", "itemprop", "http-equiv"))
            found.extend((key.strip().lower(), content.strip()) for key in keys if key)
        return found

    @cached_property
    def head(self) -> Mapping[str, str]:
        """The first non-empty content of each meta key."""
        first: dict[str, str] = {}
        for key, content in self.metas:
            if content:
                first.setdefault(key, content)
        return first

    @cached_property
    def links(self) -> list[HeadLink]:
        """Every `<link>` with an href, in order."""
        found = []
        for node in self.named["link"]:
            get = node.attributes.get
            if href := get("href"):
                found.append(HeadLink((get("rel") or "").lower(), href, get("hreflang") or "", get("type") or ""))
        return found

    @cached_property
    def annotated(self) -> Sequence[tuple[dom.Node, Mapping[str, str | None]]]:
        """The elements that microdata, RDFa or a class of old call a date, microdata an author; in order, with their attributes."""
        found: dict[int, dom.Node] = {}  # an element that several selectors name is given several times
        for node in self.tree.css(_ANNOTATED):
            found.setdefault(node.mem_id, node)
        return [(node, node.attributes) for node in found.values()]

    @cached_property
    def lang(self) -> str:
        """The `lang` of `<html>` (or of `<body>`), as written; "" if absent."""
        for node in (self.tree.root, self.tree.body):
            if node is not None and (value := node.attributes.get("lang") or node.attributes.get("xml:lang")):
                return value.strip()
        return ""

    @cached_property
    def title_tag(self) -> str:
        """The `<title>` of the document, white space collapsed; "" if absent. Titles of drawings do not count."""
        head = self.tree.head
        astray = (node for node in self.named["title"] if _stands_in(node) in ("body", "body div"))
        for node in itertools.chain(head.css("title") if head else (), astray):
            if text := _collapsed(node):
                return text
        return ""

    @cached_property
    def h1s(self) -> list[str]:
        """The non-empty `<h1>` texts, in order, white space collapsed."""
        return [text for node in self.named["h1"] if (text := _collapsed(node))]

    @cached_property
    def times(self) -> list[Time]:
        """The first `<time>`s, in order: threads have one for each reply."""
        return [
            Time((node.attributes.get("datetime") or "").strip(), _collapsed(node), node)
            for node in self.named["time"][:_MAX_TIMES]
        ]

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """The objects of all JSON-LD scripts, lists and `@graph` unrolled, outermost first; broken ones left out."""
        found: list[dict[str, Any]] = []
        for node in self.named["script"]:
            if "ld+json" not in (node.attributes.get("type") or "").lower():
                continue
            found.extend(_objects(_loads(node.text(deep=True)), _JSON_LD_DEPTH))
            if len(found) >= _JSON_LD_ITEMS:
                break
        return found[:_JSON_LD_ITEMS]


class Block(NamedTuple):
    """A run of text between two block boundaries of the page: a paragraph, a heading, a list item, a table cell."""

    index: int  # type: ignore[assignment]  # position in the page's block sequence
    tag: str  # of the element that bounds it: "p", "h2", "li", "td", "div" ...
    text: str  # white space collapsed, `<br>` kept as "\n"
    node: dom.Node  # that element
    score: float = 0.0  # 0..1, share of its words that belong to the body
    is_body: bool = False  # kept
    link_share: float = 0.0  # of its characters, inside links


class Marked(NamedTuple):
    """A text as Markdown."""

    markdown: str
    links: tuple[Link, ...]  # in it


@dataclass(frozen=True)
class Body:
    """What was found to be the statement, and the surroundings in which its fields are printed."""

    text: str  # paragraphs separated by "\n\n"; "" when there is none
    mark: Callable[[], Marked]  # the same as Markdown, made when first asked for
    blocks: tuple[Block, ...]  # the kept blocks, in order
    lead_blocks: tuple[Block, ...]  # around the title: labels, dates, bylines, datelines; kept or not
    title_block: Block | None  # the heading that names the page
    all_text_blocks: tuple[Block, ...]  # every block of the page, kept or not, in order
    confidence: float  # 0..1
    contact: str | None = None  # contact block split off the text
    by_site: bool = False  # whether what is known of the site changed what is kept
    least: float = 0.0  # from which score on the model keeps a block

    @classmethod
    def empty(cls) -> Body:
        """The body of a page that has none."""
        return cls("", lambda: Marked("", ()), (), (), None, (), 0.0)

    @cached_property
    def marked(self) -> Marked:
        """The text as Markdown, and the links in it."""
        return self.mark()


def _stands_in(node: dom.Node) -> str:
    """The name of the element around *node*; where that is a `<div>`, of the one around it as well."""
    parent = node.parent
    if parent is None or parent.tag != "div":
        return (parent.tag or "") if parent is not None else ""
    return f"{parent.parent.tag if parent.parent is not None else ''} div"


def _collapsed(node: dom.Node) -> str:
    return " ".join(node.text(deep=True).split())


def _loads(script: str) -> object:
    if len(script) > _JSON_LD_CHARS:
        return None
    return read_json(_CDATA.sub("", script) if "<![CDATA[" in script or "]]>" in script else script)


def _objects(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth < 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"), depth - 1)
