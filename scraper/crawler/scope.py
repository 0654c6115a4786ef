"""What a URL is to a source: a statement, a listing, another page of its hosts, or nothing to fetch, and why not.

Pure: a source's patterns, and what crawlers have learnt of traps. Rules about URLs as such are in `scraper.urls`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Literal
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from scraper import urls
from scraper.config import Source
from scraper.crawler.adapters.choose import adapter_of

Role = Literal["statement", "digest", "listing", "feed", "sitemap", "page"]

MAX_LENGTH = 2000  # characters; longer URLs are generated, not written
MAX_DEPTH = 15  # path segments
MAX_REPEATS = 3  # of one path segment: relative links that nest for ever (Heritrix, PathologicalPathDecideRule)
MAX_PARAMETERS = 8
MAX_OF_A_SHAPE = 1000  # pages of one shape that one run follows links to; a calendar has no end, a section does
MAX_SHAPES = 10_000  # told apart in one run: names without end have a shape each, and are no site's sections
ORDERED = 4  # parameters of which every order is tried against a pattern: 24 orders
REMEMBERED = 50_000  # URLs whose role and refusal are remembered: pages repeat their menus

_CALENDAR = re.compile(r"/(?:calendar|events?|agenda)/(?:.*/)?\d{4}(?:[-/]\d{1,2})?|[?&](?:month|week|day)=\d")
_FACET = re.compile(r"(?:^|[?&])f(?:\[|%5B)\d*(?:\]|%5D)=", re.IGNORECASE)
# Beside an article, these turn the pages of a list next to it; the article stays the same (seen on Drupal sites).
_PAGERS = frozenset({"page", "pg", "p", "paged", "start", "offset", "from"})
# Other presentations of a page that has its own URL.
_PRESENTATION = re.compile(
    r"^/(?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:print|printpdf|printmail|entityprint|amp)/|/(?:amp|print|embed|trackback)/?$"
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|ico|css|js|mjs|mp[34]|m4[av]|mov|avi|webm|ogg|wav|zip|gz|rar|7z|exe|dmg|"
                   r"xlsx?|pptx?|docx?|csv|ics|woff2?|ttf|eot)$", re.IGNORECASE)  # fmt: skip
_NUMBER = re.compile(r"\d+")
_ASKS_QUERY = re.compile(r"\\\?|\[[^^\]]*\?")  # a pattern that speaks of a question mark


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL is not fetched. `unrecorded`: not worth a row either (another host, an image)."""

    why: str
    unrecorded: bool = False

    def __str__(self) -> str:
        return self.why


class Scope:
    """One source's view of URLs. Everything takes canonical URLs as :meth:`canonical` makes them.

    Patterns are searched in ``path``, in ``path?query`` with the parameters in any order, and, when they begin with
    ``//``, in ``//host/path?query``.
    """

    def __init__(self, source: Source, renamed: Mapping[str, str] | None = None) -> None:
        """*renamed*: addresses that a copier of the site made up, and what they stand for."""
        self._source = source
        self._renamed = renamed or {}
        self.adapter = adapter_of(source)
        offered = self.adapter.starts if self.adapter else ()
        # What is looked at in every run: role and URL.
        self.starts: tuple[tuple[Role, str], ...] = (
            *(("feed", url) for url in source.feeds),
            *(("sitemap", url) for url in source.sitemaps),
            *(("listing", url) for url in source.seeds),
            *((start.role, start.url) for start in offered),
        )
        own = {host for host in source.hosts if not host.startswith("*.")}
        self.hosts = frozenset(own | {urls.host(start.url) for start in offered})
        self._suffixes = tuple(host[1:] for host in source.hosts if host.startswith("*."))
        self._statement = source.statement or ((self.adapter.statements,) if self.adapter else ())
        # Statements named by their paths alone: then a pager behind one turns only what is beside it.
        self._named_by_path = not any(_ASKS_QUERY.search(pattern.pattern) for pattern in self._statement)
        self._kept = frozenset(name.lower() for name in source.keep_parameters)
        given = [url for _, url in self.starts] + ([source.homepage] if source.homepage else [])
        self._plain_hosts = frozenset(urls.host(url) for url in given if url.startswith("http://"))
        self._known: dict[str, tuple[str, str]] = {}
        self._judged: dict[str, tuple[Role, Refusal | None]] = {}
        # A URL that is given twice is a listing before a feed, and a feed before a sitemap.
        rank = ("sitemap", "feed", "listing")
        self._special: dict[str, Role] = {}
        self._special = {
            self.canonical(url): role for role, url in sorted(self.starts, key=lambda one: rank.index(one[0]))
        }
        self._seed_paths = frozenset(urlsplit(url).path for url in source.seeds)
        self._known.clear()

    # --- names --------------------------------------------------------------------------------------------------------

    def canonical(self, url: str) -> str:
        """The key of the document at *url*, by this source's rules; what an interface gives has its public URL's.

        On the source's own hosts http and https are one, unless the source file itself names a host by http.
        """
        return self._names(url)[0]

    def request(self, url: str) -> str:
        """*url* as the server is asked for it: its parameters in the printed order."""
        return self._names(url)[1]

    def _names(self, url: str) -> tuple[str, str]:
        found = self._known.get(url)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[url] = self._read_names(url)
        return found

    def _read_names(self, url: str) -> tuple[str, str]:
        source = self._source
        url = self._renamed.get(url.partition("#")[0], url)
        if self.adapter and (public := self.adapter.public_url(url)):
            url = public
        rules = {"keep": source.keep_parameters, "drop": source.drop_parameters, "aliases": source.aliases}
        key, request = urls.canonical_url(url, **rules), urls.request_url(url, **rules)  # type: ignore[arg-type]
        if key.startswith("http://") and urls.host(key) not in self._plain_hosts and self.off_host(key) is None:
            key, request = f"https{key[4:]}", f"https{request[4:]}"
        if "?" in key and self._named_by_path and key not in self._special and self._is_statement_path(key):
            key, request = self._without_pagers(key), self._without_pagers(request)
        return key, request

    def _is_statement_path(self, url: str) -> bool:
        path = url.partition("?")[0]
        return self._matches(self._statement, path) and not self._matches(self._source.listing, url)

    def _without_pagers(self, url: str) -> str:
        path, _, query = url.partition("?")
        kept = [
            piece
            for piece in query.split("&")
            if (name := unquote_plus(piece.partition("=")[0]).lower()) in self._kept
            or not (name in _PAGERS or name.startswith("f["))
        ]
        return f"{path}?{'&'.join(kept)}" if kept else path

    def asked(self, url: str, printed: str | None = None) -> str:
        """What is fetched for the document at *url*: its page, or what the publisher's interface has for it.

        *printed* is the address that somebody listed it by: robots.txt rules and folders of saved files know only the
        order of parameters that was printed, the document's key has them sorted.
        """
        if self.adapter and self.role(url) in {"statement", "digest"}:
            return self.adapter.fetch_url(url) or url
        return self.request(printed) if printed and self.canonical(printed) == url else url

    def hints(self, printed: str) -> dict[str, str]:
        """What to remember of the address *printed* so that :meth:`asked` can ask for it; nothing if it is the key."""
        request = self.request(printed)
        return {"address": request} if request != self.canonical(printed) else {}

    # --- judgements ---------------------------------------------------------------------------------------------------

    def role(self, url: str) -> Role:
        """What the document at *url* is, by the source's patterns; "page" if none speaks of it."""
        return self._judge(url)[0]

    def refuses(self, url: str) -> Refusal | None:
        """Why *url* is never fetched; None if it may be."""
        return self._judge(url)[1]

    def lists(self, url: str) -> bool:
        """Whether the source file's `listing` patterns speak of *url*, and it may be fetched."""
        return self._matches(self._source.listing, url) and self.refuses(url) is None

    def off_host(self, url: str) -> Refusal | None:
        """Why *url* is not on the publisher's own hosts; None if it is."""
        host = urls.host(url)
        if host in self.hosts or (self._suffixes and host.endswith(self._suffixes)):
            return None
        return Refusal(f"{host or url} is not one of the source's hosts", unrecorded=True)

    def _judge(self, url: str) -> tuple[Role, Refusal | None]:
        found = self._judged.get(url)
        if found is None:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            role = self._read_role(url)
            found = self._judged[url] = role, self._read_refusal(url, role)
        return found

    def _read_role(self, url: str) -> Role:
        if found := self._special.get(url):
            return found
        if self._matches(self._source.digest, url):
            return "digest"
        if self._matches(self._source.listing, url):
            return "listing"
        if self._matches(self._statement, url):
            return "statement"
        if self.adapter and self.adapter.lists(url):
            return "listing"
        if self._seed_paths and urlsplit(url).path in self._seed_paths and self.off_host(url) is None:
            return "listing"
        return "page"

    def _read_refusal(self, url: str, role: Role) -> Refusal | None:
        if url in self._special:
            return None
        if refusal := self.off_host(url):
            return refusal
        if self._matches(self._source.exclude, url):
            return Refusal("excluded by the source file")
        return self._trap(url, role)

    def _trap(self, url: str, role: Role) -> Refusal | None:
        """What crawlers have fallen into before. Statements are spared what only the source's patterns can know."""
        path, _, query = urls.path_query(url).partition("?")
        why = _endless(url, path)
        if why is None and role not in {"statement", "digest"}:
            why = _generated(path, query, listing=role == "listing")
        return Refusal(why, unrecorded=True) if why else None

    def _matches(self, patterns: tuple[re.Pattern[str], ...], url: str) -> bool:
        if not patterns:
            return False
        spellings = _spellings(urls.path_query(url))
        for pattern in patterns:
            front = f"//{urls.host(url)}" if pattern.pattern.lstrip("^").startswith("//") else ""
            if any(pattern.search(front + spelling) for spelling in spellings):
                return True
        return False


def _endless(url: str, path: str) -> str | None:
    """Why no document has this address, whatever it is said to be."""
    segments = [segment for segment in path.split("/") if segment]
    if len(url) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters"
    if len(segments) > MAX_DEPTH:
        return f"more than {MAX_DEPTH} path segments"
    if segments and max(Counter(segments).values()) > MAX_REPEATS:
        return "a path that repeats itself"
    if _FILE.search(path):
        return "a file, not a page"
    return "a print or AMP view of a page" if _PRESENTATION.search(path) else None


def _generated(path: str, query: str, *, listing: bool) -> str | None:
    """Why a program makes such pages without end."""
    if _FACET.search(f"?{query}"):
        return "a facet of a listing"
    if listing:
        return None
    if _CALENDAR.search(f"{path}?{query}"):
        return "a calendar"
    many = len(parse_qsl(query, keep_blank_values=True)) > MAX_PARAMETERS
    return f"more than {MAX_PARAMETERS} parameters" if many else None


def _spellings(path_query: str) -> list[str]:
    """A path with its parameters in every order, as many as are worth trying, and without them."""
    path, mark, query = path_query.partition("?")
    if not mark:
        return [path]
    pieces = query.split("&")
    if not 1 < len(pieces) <= ORDERED:
        return [path_query, path]
    return [*(f"{path}?{'&'.join(order)}" for order in permutations(pieces)), path]


class Caps:
    """How many pages of one shape links were followed to in one run: what has no end is cut, and said once."""

    most = MAX_OF_A_SHAPE
    most_shapes = MAX_SHAPES

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._beyond = 0  # pages of shapes that are not told apart any more

    def admits(self, url: str) -> bool:
        """Whether one more page like *url* may be followed."""
        found = shape(url)
        if found not in self._counts and len(self._counts) >= self.most_shapes:
            self._beyond += 1
            return False
        self._counts[found] += 1
        return self._counts[found] <= self.most

    def cut(self) -> list[str]:
        """One line for each shape that was cut, and one for those beyond :data:`MAX_SHAPES`."""
        beyond = f"links to pages of more than {self.most_shapes} shapes, {self._beyond} not followed; add patterns to `exclude`"
        return [*self._cut_shapes(), *([beyond] if self._beyond else [])]

    def _cut_shapes(self) -> list[str]:
        return [
            f"{found}: links to {count} such pages, {self.most} followed; add a pattern to `exclude`, `listing` or `statement`"
            for found, count in self._counts.items()
            if count > self.most
        ]


def shape(url: str) -> str:
    """What pages made by one program have in common: host, path with its numbers as "N", names of parameters.

    >>> shape("https://a.example/calendar/2022-06?view=week&day=3")
    'a.example/calendar/N-N?day&view'
    """
    path, _, query = urls.path_query(url).partition("?")
    names = sorted({unquote_plus(piece.partition("=")[0]) for piece in query.split("&") if piece})
    return f"{urls.host(url)}{_NUMBER.sub('N', path)}" + (f"?{'&'.join(names)}" if names else "")
