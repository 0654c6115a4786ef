"""A page as somebody sees it who looks for statements: its links in their places, its feeds, languages and next page.

Unlike :mod:`scraper.crawler.listings` this needs no source file: it is how one is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from scraper import dom, urls

CARD_LEVELS = 6  # how far above a link its card may reach
CARD_CHARACTERS = 1500  # more text than this is a page, not a card
TITLE_CHARACTERS = 24  # a link with as many is a title rather than a menu's word
TITLE_CHARACTERS_CJK = 8  # Chinese and Japanese say it in a third

_FURNITURE_TAGS = frozenset({"nav", "footer", "header", "form"})
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search"})
_FURNITURE_WORDS = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|footer|breadcrumbs?|social|share|sharing|pager|pagination|paginator|"
    r"language|languages|lang|skip|cookie|toolbar)(?:[-_\s]|$)",
    re.IGNORECASE,
)
_CONTENT_TAGS = frozenset({"article", "li", "td", "main"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DATE = re.compile(
    r"\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|[0-9]{4}年|"
    r"\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_WORDS = re.compile(r"\brss\b|\batom\b|(?:^|[/._=-])(?:rss|feed|atom|backend)(?:[/._?-]|$)", re.IGNORECASE)
_NEXT = re.compile(
    r"^\W*(?:next(?: page)?|older(?: posts| entries| news)?|more|siguiente|suivante?|page suivante|pr[óo]xim[ao]|weiter|"
    r"nächste(?: seite)?|successiv[ao]|volgende|следующая|далее|下一页|التالي|次)\W*$",
    re.IGNORECASE,
)
_NEXT_MARK = re.compile(r"^(?:›|»|→|>|>>)$")
_PAGE_IN_PATH = re.compile(r"(?:/page/?|page[=-]?|index|\?page=)\d+")
_PAGE_NAME = re.compile(r"(?:^|[._-])(?:page|pg|p|paged|start|from|skip|offset|seite|pagina)$", re.IGNORECASE)


class Seen(NamedTuple):
    """One URL that a page links to."""

    url: str  # canonical
    text: str  # the longest of its links' words
    furniture: bool  # stands only in menus, headers, footers
    heading: bool  # one of its links is, or stands in, a heading
    dated: bool  # the card around it prints a date
    links: int  # how often the page links to it

    @property
    def is_title(self) -> bool:
        """Whether its words read like a title rather than like a menu's."""
        least = TITLE_CHARACTERS_CJK if _CJK.search(self.text) else TITLE_CHARACTERS
        return len(self.text) >= least


@dataclass(frozen=True, slots=True)
class View:
    """One page, looked at."""

    url: str  # canonical
    site_name: str  # as it declares it (OpenGraph); "" if it does not
    titles: tuple[str, ...]  # the parts of its title: often its own name and the site's
    seen: tuple[Seen, ...]  # links to the page's own host, in order
    feeds: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]  # (language, URL) of its translations
    further: tuple[str, ...]  # pages that continue it, the next first


def look(html: str, url: str) -> View:
    """The page *html* found at *url*."""
    tree = dom.parse(html)
    here = urls.canonical_url(url)
    own = urls.host(here)
    kept: dict[str, list[dom.Anchor]] = {}
    feeds: dict[str, None] = {}
    further: dict[str, bool] = {}
    furniture = _Furniture()
    for anchor in dom.links(tree, url):
        if anchor.node.tag == "link":
            if _is_feed(anchor):
                feeds[anchor.url] = None
            elif "next" in anchor.rel.split():
                further[urls.canonical_url(anchor.url)] = True
            continue
        target = urls.canonical_url(anchor.url)
        if urls.host(target) != own or target.partition("#")[0] == here:
            continue
        if _FEED_WORDS.search(anchor.url) or _FEED_WORDS.search(anchor.text):
            feeds[anchor.url] = None
        if (certain := _continues(anchor, here, target)) is not None:
            further[target] = certain or further.get(target, False)
        kept.setdefault(target, []).append(anchor)
    cards = _Cards(kept)
    seen = tuple(
        Seen(
            target,
            max((anchor.text for anchor in anchors), key=len),
            all(furniture.holds(anchor.node) for anchor in anchors),
            any(_in_heading(anchor.node) for anchor in anchors),
            any(cards.is_dated(target, anchor.node) for anchor in anchors),
            len(anchors),
        )
        for target, anchors in kept.items()
        if target not in further
    )
    ordered = sorted(further, key=lambda target: not further[target])
    return View(here, *_titles(tree), seen, tuple(feeds), _translations(tree, url), tuple(ordered))


class _Furniture:
    """Remembers which elements are menus, headers and footers."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def holds(self, node: dom.Node | None) -> bool:
        """Whether *node* stands in one."""
        path = []
        answer = False
        while node is not None and node.tag not in {"body", "html"}:
            if (known := self._known.get(node.mem_id)) is not None:
                answer = known
                break
            path.append(node.mem_id)
            if _is_furniture(node):
                answer = True
                break
            node = node.parent
        self._known.update(dict.fromkeys(path, answer))
        return answer


def _is_furniture(node: dom.Node) -> bool:
    attributes = node.attributes
    if node.tag == "header":  # of the page, not of an article
        up = node.parent
        while up is not None and up.tag not in _CONTENT_TAGS:
            up = up.parent
        return up is None
    if node.tag in _FURNITURE_TAGS or (attributes.get("role") or "") in _FURNITURE_ROLES:
        return True
    return bool(_FURNITURE_WORDS.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"))


def _in_heading(node: dom.Node | None) -> bool:
    if node is not None and any(child.tag in _HEADINGS for child in node.css("h1, h2, h3, h4, h5, h6")):
        return True
    for _ in range(3):
        if node is None:
            return False
        if node.tag in _HEADINGS:
            return True
        node = node.parent
    return False


class _Cards:
    """The element around a link that belongs to it alone, and whether that prints a date."""

    def __init__(self, kept: dict[str, list[dom.Anchor]]) -> None:
        self._target = {anchor.node.mem_id: target for target, anchors in kept.items() for anchor in anchors}
        self._titles = {
            target for target, anchors in kept.items() if any(len(a.text) >= TITLE_CHARACTERS for a in anchors)
        }

    def is_dated(self, target: str, node: dom.Node | None) -> bool:
        """Whether the card around a link to *target* prints a date outside the link's own words."""
        card = None
        for _ in range(CARD_LEVELS):
            if node is None or node.tag in {"body", "html", "main", "ul", "ol", "table", "tbody"}:
                break
            others = {self._target.get(link.mem_id, target) for link in node.css("a[href]")} - {target}
            if len(others & self._titles) or len(node.text()) > CARD_CHARACTERS:
                break
            card, node = node, node.parent
        if card is None:
            return False
        return card.css_first("time") is not None or bool(_DATE.search(card.text(separator=" ")))


def _is_feed(anchor: dom.Anchor) -> bool:
    kind = (anchor.node.attributes.get("type") or "").split(";")[0].strip().lower()
    return "alternate" in anchor.rel.split() and kind in _FEED_TYPES


def _continues(anchor: dom.Anchor, here: str, target: str) -> bool | None:
    """Whether a link leads to a page that continues the one at *here*: True if it says so, False if it looks so."""
    if target == here:
        return None
    says_so = "next" in anchor.rel.split() or bool(_NEXT.match(anchor.text)) or bool(_NEXT_MARK.match(anchor.text))
    a, b = urlsplit(here), urlsplit(target)
    if _folder(a.path) != _folder(b.path):
        return True if says_so and _PAGE_IN_PATH.search(b.path) else None
    before, after = dict(parse_qsl(a.query)), dict(parse_qsl(b.query))
    changed = [name for name in after if after[name] != before.get(name)]
    counted = [name for name in changed if _PAGE_NAME.search(name) and after[name].isdecimal()]
    if counted and len(changed) <= 2 and (a.path == b.path or says_so):
        return says_so
    numbered = a.path != b.path and not changed and bool(_PAGE_IN_PATH.search(b.path))
    return says_so if numbered and (says_so or anchor.text.isdecimal()) else None


def _folder(path: str) -> str:
    path = re.sub(r"/page/\d+/?$", "/", path)
    return path if path.endswith("/") else re.sub(r"/[^/]*\.\w+$|/index\d*\.\w+.*$", "/", path).rstrip("/") + "/"


def _translations(tree: dom.Tree, url: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    base = dom.base_url(tree, url)
    for node in tree.css("link[hreflang][href], a[hreflang][href]"):
        language = (node.attributes.get("hreflang") or "").lower()
        target = urls.join_url(base, node.attributes.get("href") or "")
        if target and language != "x-default" and urls.host(target) == urls.host(url):
            found.setdefault(urls.canonical_url(target), language)
    return tuple((language, target) for target, language in found.items())


def _titles(tree: dom.Tree) -> tuple[str, tuple[str, ...]]:
    declared = tree.css_first('meta[property="og:site_name"]')
    name = (declared.attributes.get("content") or "") if declared is not None else ""
    node = tree.css_first("title")
    words = " ".join(node.text().split()) if node is not None else ""
    parts = (part.strip() for part in re.split(r"\s+[|–—·»:-]+\s+", words))
    return " ".join(name.split()), tuple(part for part in parts if part)
