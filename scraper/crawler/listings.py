"""A listing page to what it lists: statement links with their cards' titles and dates, and the next page.

Nothing here depends on one site's class names: a card is the smallest element around a statement link that holds no
link to another statement, and the next page is what the page itself calls next, or the next number of its pager.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from scraper import dom
from scraper.crawler.scope import Scope
from scraper.model import DiscoveredVia, Published, Sighting
from scraper.urls import join_url

CARD_LEVELS = 5  # how far above a link its card may reach
CARD_CHARACTERS = 1500  # more text than this is a page, not a card

_NEXT_WORDS = re.compile(
    r"^(?:next(?: page)?|older(?: posts| entries)?|siguiente|suivant|следующая|下一页|التالي|weiter|pr[óo]xim[ao])?[\s›»→>]*$",
    re.IGNORECASE,
)
_PAGE_PARAMETER = re.compile(r"(?:^|[._-])(?:page|pg|p|paged|start|offset)$", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


@dataclass(frozen=True, slots=True)
class ListingPage:
    """What one listing page says."""

    sightings: tuple[Sighting, ...]
    next_urls: tuple[str, ...]  # further pages of this list
    other_lists: tuple[str, ...] = ()  # other listing pages of the source: years, months, sections
    problems: tuple[str, ...] = ()


def parse_listing(html: str, url: str, scope: Scope, via: DiscoveredVia = "listing") -> ListingPage:
    """What the listing at *url* lists. Links that are no statements of the source are left out."""
    tree = dom.parse(html)
    wanted: dict[str, list[dom.Anchor]] = {}
    following: list[str] = []
    others: list[str] = []
    for anchor in dom.links(tree, url):
        canonical = scope.canonical(anchor.url)
        if scope.role(canonical) in {"statement", "digest"} and scope.off_host(canonical) is None:
            wanted.setdefault(canonical, []).append(anchor)
        elif is_next(anchor, url, scope):
            following.append(anchor.url)
        elif scope.lists(canonical):
            others.append(anchor.url)
    sightings = []
    for canonical, anchors in wanted.items():
        title, printed = _card(anchors, wanted, scope)
        sightings.append(
            Sighting(scope.request(anchors[0].url), via, listed_on=url, title=title, published=_date(printed, via))
        )
        del canonical
    return ListingPage(tuple(sightings), tuple(dict.fromkeys(following)), tuple(dict.fromkeys(others)))


def is_next(anchor: dom.Anchor, url: str, scope: Scope) -> bool:
    """Whether a link leads from the listing at *url* to its next page."""
    target = scope.canonical(anchor.url)
    if scope.refuses(target):
        return False
    if "next" in anchor.rel.split():
        return True
    here, there = urlsplit(scope.canonical(url)), urlsplit(target)
    if (here.netloc, here.path) != (there.netloc, there.path):
        return bool(anchor.text) and bool(_NEXT_WORDS.match(anchor.text)) and scope.role(target) == "listing"
    before, after = dict(parse_qsl(here.query)), dict(parse_qsl(there.query))
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    counted = [key for key in changed if _PAGE_PARAMETER.search(key)]
    # Besides the number, a list's first page may leave out what the further ones say: the year that is shown.
    added = [key for key in changed if key not in counted]
    if len(counted) != 1 or any(key in before for key in added) or (added and not scope.lists(target)):
        return False
    (key,) = counted
    return after.get(key, "").isdecimal() and int(after[key]) > int(
        before.get(key, "0") if before.get(key, "0").isdecimal() else 0
    )


def _card(
    anchors: list[dom.Anchor], wanted: dict[str, list[dom.Anchor]], scope: Scope
) -> tuple[str | None, str | None]:
    """Title and machine-readable date of the card around a statement's links."""
    texts = [anchor.text for anchor in anchors if len(anchor.text) > 3]
    title = max(texts, key=len) if texts else None
    card = _around(anchors[0], scope)
    if card is None:
        return title, None
    if heading := next(
        (" ".join(node.text().split()) for node in card.css("h1, h2, h3, h4, h5, h6") if node.text().strip()), None
    ):
        title = heading
    return title, next(_dates(card), None)


def _around(anchor: dom.Anchor, scope: Scope) -> dom.Node | None:
    """The largest element around a link that holds links to no other statement."""
    own = scope.canonical(anchor.url)
    card: dom.Node | None = None
    node: dom.Node | None = anchor.node
    for _ in range(CARD_LEVELS):
        if node is None or node.tag in {"body", "html", "main", "ul", "ol", "table", "tbody"}:
            break
        if len(node.text()) > CARD_CHARACTERS:
            break
        if any(_is_other(link, own, anchor.url, scope) for link in node.css("a[href]")):
            break
        card = node
        node = node.parent
    return card


def _is_other(link: dom.Node, own: str, base: str, scope: Scope) -> bool:
    target = join_url(base, link.attributes.get("href") or "")
    if target is None:
        return False
    canonical = scope.canonical(target)
    return canonical != own and scope.role(canonical) in {"statement", "digest"}


def _dates(card: dom.Node) -> Iterator[str]:
    """Dates that a machine wrote for machines: `<time datetime>`, RDFa content, or ISO in the text."""
    for node in card.css("time[datetime]"):
        yield node.attributes.get("datetime") or ""
    for node in card.css("[content]"):
        yield node.attributes.get("content") or ""
    yield " ".join(card.text(separator=" ").split())


def _date(printed: str | None, via: DiscoveredVia) -> Published | None:
    match = _ISO.search(printed or "")
    if match is None or via not in {"listing", "feed", "sitemap"}:
        return None
    try:
        on = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return Published(on, "day", "listing", match[0], confidence=0.9)
