"""A listing page to what it lists: statement links with their cards' titles and dates, and the next page.

Nothing here depends on one site's class names: a card is the largest element around a statement's links that holds no
link to another statement, and the next page is what the page itself calls next, or the next number of its pager.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from scraper import dom
from scraper.crawler.scope import Scope
from scraper.crawler.stamps import read_stamp
from scraper.model import DiscoveredVia, Published, Sighting

CARD_LEVELS = 6  # how far above a link its card may reach
HOLDER_LEVELS = 16  # how far above a link an element is known to hold it
CARD_CHARACTERS = 1500  # more text than this is a page, not a card
PRINTED_CHARACTERS = 40  # a date stands in a line of its own; more is a sentence
TITLE_CHARACTERS = 500

_NOT_CARDS = frozenset({"body", "html", "main", "ul", "ol", "table", "tbody", "dl"})
_NEXT_WORDS = re.compile(
    r"(?:(?:go to )?(?:the )?next(?: page)?|older(?: posts| entries| news)?|(?:p[áa]gina )?siguiente|(?:page )?suivante?|"
    r"следующая(?: страница)?|下一[页頁]|(?:الصفحة )?التالي[ةه]?|weiter|nächste(?: seite)?|(?:página )?próxim[ao]|"
    r"(?:pagina )?successiv[ao]|volgende|sonraki)?[\s›»→>❯▶]*",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.IGNORECASE)
_PAGE_PARAMETER = re.compile(r"(?:^|[._-])(?:page|pg|p|paged|start|offset|from)$", re.IGNORECASE)
_PAGE_IN_PATH = re.compile(r"/page/(\d{1,6})/?$")
# A year of our, the Iranian or the Buddhist calendar, four digits of another script, or numbers with a short year.
_PRINTED = re.compile(
    r"(?<!\d)(?:(?:1[349]|2[05])\d\d|[٠-٩۰-۹०-९]{4})(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)"
)
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class ListingPage:
    """What one listing page says."""

    sightings: tuple[Sighting, ...]
    next_urls: tuple[str, ...]  # the page that continues this list
    other_lists: tuple[str, ...] = ()  # other listing pages of the source: years, months, sections
    problems: tuple[str, ...] = ()


def parse_listing(html: str, url: str, scope: Scope, via: DiscoveredVia = "listing") -> ListingPage:
    """What the listing at *url* lists. Links that are no statements of the source are left out."""
    wanted: dict[str, list[dom.Anchor]] = {}
    others: list[str] = []
    pager = _Pager(url, scope)
    for anchor in dom.links(dom.parse(html), url):
        canonical = scope.canonical(anchor.url)
        if anchor.node.tag == "link" and "next" not in anchor.rel.split():
            continue  # of the page itself: its feeds, its translations, its own address
        if scope.role(canonical) in {"statement", "digest"} and scope.off_host(canonical) is None:
            wanted.setdefault(canonical, []).append(anchor)
        elif not pager.takes(anchor, canonical) and scope.lists(canonical):
            others.append(anchor.url)
    cards = _cards(wanted)
    sightings = tuple(_sighting(anchors, cards.get(key), url, scope, via) for key, anchors in wanted.items())
    return ListingPage(sightings, pager.continues(bool(sightings)), tuple(dict.fromkeys(others)))


# --- the next page ----------------------------------------------------------------------------------------------------


class _Pager:
    """Gathers the links that turn the pages of one list."""

    def __init__(self, url: str, scope: Scope) -> None:
        self._scope = scope
        self._here = scope.canonical(url)
        self._parts = urlsplit(self._here)
        self._said: list[str] = []  # that the page calls next
        self._numbered: list[tuple[int, str]] = []  # that count further

    def takes(self, anchor: dom.Anchor, canonical: str) -> bool:
        """Whether a link belongs to the pager; it is remembered if it leads on."""
        if canonical == self._here or self._scope.refuses(canonical):
            return False
        if "next" in anchor.rel.split():
            self._said.append(anchor.url)
            return True
        number = self._number(canonical, anchor.text)
        if number is None and not (self._scope.role(canonical) == "listing" and _says_next(anchor)):
            return False
        if number is None or _says_next(anchor):
            self._said.append(anchor.url)
        else:
            self._numbered.append((number, anchor.url))
        return True

    def continues(self, lists_something: bool) -> tuple[str, ...]:
        """The next page: what is called so, else the nearest number. An empty page ends a list that only counts."""
        if self._said:
            return tuple(dict.fromkeys(self._said))
        if not self._numbered or not lists_something:
            return ()
        nearest = min(self._numbered)[0]
        return tuple(dict.fromkeys(url for number, url in self._numbered if number == nearest))

    def _number(self, canonical: str, text: str) -> int | None:
        """Which page *canonical* is, if it is a later page of this list."""
        there = urlsplit(canonical)
        if there.netloc != self._parts.netloc:
            return None
        if there.path == self._parts.path:
            return self._number_in_query(there.query, canonical)
        if there.query != self._parts.query:
            return None
        return _number_in_path(self._parts.path, there.path, text)

    def _number_in_query(self, query: str, canonical: str) -> int | None:
        before, after = dict(parse_qsl(self._parts.query)), dict(parse_qsl(query))
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        counted = [key for key in changed if _PAGE_PARAMETER.search(key)]
        # Besides the number, a list's first page may leave out what the further ones say: the year that is shown.
        added = [key for key in changed if key not in counted]
        if len(counted) != 1 or any(key in before for key in added) or (added and not self._scope.lists(canonical)):
            return None
        now, then = before.get(counted[0], "0"), after.get(counted[0], "")
        number = int(then) if then.isdecimal() and len(then) < 9 else 0
        return number if number > (int(now) if now.isdecimal() and len(now) < 9 else 0) else None


def _number_in_path(here: str, there: str, text: str) -> int | None:
    """Which page of the list at *here* the path *there* is: ``/news/page/3``, or ``news-3.html`` under the words "3"."""
    now, then = _PAGE_IN_PATH.search(here), _PAGE_IN_PATH.search(there)
    if then is not None:
        number = int(then[1])
        same = _PAGE_IN_PATH.sub("", here).rstrip("/") == there[: then.start()].rstrip("/")
        return number if same and number > (int(now[1]) if now else 1) else None
    if not (text.isdecimal() or _NEXT_WORDS.fullmatch(text)):
        return None
    before, after = re.split(r"(\d{1,6})", here), re.split(r"(\d{1,6})", there)
    differing = [at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other]
    if len(before) != len(after) or len(differing) != 1 or differing[0] % 2 == 0:
        return None
    number = int(after[differing[0]])
    if 1900 <= number <= 2100:
        return None  # a year is a list of its own
    return number if number > int(before[differing[0]]) else None


def _says_next(anchor: dom.Anchor) -> bool:
    node = anchor.node
    spoken = (anchor.text, node.attributes.get("aria-label") or "", node.attributes.get("title") or "")
    if any(words and _NEXT_WORDS.fullmatch(words.strip()) for words in spoken):
        return True
    around = node.parent.attributes.get("class") if node.parent is not None else ""
    return bool(_NEXT_CLASS.search(node.attributes.get("class") or "") or _NEXT_CLASS.search(around or ""))


# --- cards ------------------------------------------------------------------------------------------------------------


def _cards(wanted: Mapping[str, list[dom.Anchor]]) -> dict[str, dom.Node]:
    """For each statement, the largest element around its first link that holds links to no other."""
    holds: dict[int, set[str]] = defaultdict(set)
    for key, anchors in wanted.items():
        for anchor in anchors:
            for node in _upwards(anchor.node, HOLDER_LEVELS):
                holds[node.mem_id].add(key)
    cards: dict[str, dom.Node] = {}
    for key, anchors in wanted.items():
        for node in _upwards(anchors[0].node, CARD_LEVELS):
            if node.tag in _NOT_CARDS or len(holds[node.mem_id]) > 1 or len(node.text()) > CARD_CHARACTERS:
                break
            cards[key] = node
    return cards


def _upwards(node: dom.Node | None, levels: int) -> Iterable[dom.Node]:
    for _ in range(levels):
        if node is None:
            return
        yield node
        node = node.parent


def _sighting(anchors: list[dom.Anchor], card: dom.Node | None, url: str, scope: Scope, via: DiscoveredVia) -> Sighting:
    texts = [anchor.text for anchor in anchors if len(anchor.text) > 3]
    title = max(texts, key=len) if texts else None
    published = printed = None
    if card is not None:
        headings = (" ".join(node.text().split()) for node in card.css("h1, h2, h3, h4, h5, h6"))
        title = next(filter(None, headings), title)
        lines = [line for part in card.text(separator="\n").split("\n") if (line := " ".join(part.split()))]
        published = _machine_date(card, lines)
        if published is None:
            # The words of a date wait for whoever reads them; nothing is guessed here.
            printed = next((line for line in lines if line != title and _is_date_line(line)), None)
    return Sighting(
        scope.request(anchors[0].url), via, listed_on=url, title=title[:TITLE_CHARACTERS] if title else None,
        published=published, printed=printed,
    )  # fmt: skip


def _is_date_line(line: str) -> bool:
    return len(line) <= PRINTED_CHARACTERS and bool(_PRINTED.search(line))


def _machine_date(card: dom.Node, lines: Iterable[str]) -> Published | None:
    """A date that a machine wrote for machines: `<time datetime>`, RDFa and microdata, or ISO in the text."""
    for node in card.css("time[datetime], [itemprop=datePublished][content], [property~='dc:date'][content]"):
        written = node.attributes.get("datetime") or node.attributes.get("content") or ""
        if stamp := read_stamp(written, "listing", confidence=0.9):
            return stamp
    printed = (match[0] for line in lines for match in _ISO.finditer(line))
    return next((stamp for text in printed if (stamp := read_stamp(text, "listing", confidence=0.8))), None)
