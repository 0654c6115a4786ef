"""What a URL is to a source: a statement, a listing, another page of its hosts, or nothing to fetch, and why not.

Pure: a source's patterns, and what crawlers have learnt of traps. Rules about URLs as such are in `scraper.urls`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from scraper import urls
from scraper.config import Source
from scraper.crawler.adapters.choose import adapter_of

Role = Literal["statement", "digest", "listing", "feed", "sitemap", "page"]

MAX_LENGTH = 2000  # characters; longer URLs are generated, not written
MAX_DEPTH = 15  # path segments
MAX_REPEATS = 3  # of one path segment: relative links that nest for ever (Heritrix, PathologicalPathDecideRule)
MAX_PARAMETERS = 8

_CALENDAR = re.compile(r"/(?:calendar|events?|agenda)/(?:.*/)?\d{4}(?:[-/]\d{1,2})?|[?&](?:month|week|day)=\d")
_FACET = re.compile(r"(?:^|[?&])f(?:\[|%5B)\d*(?:\]|%5D)=", re.IGNORECASE)
_PAGER = re.compile(r"[?&](?:page|pg|start|offset|p)=(\d+)")
# Presentations of a page that a statement's own URL has already: never fetched as statements of their own.
_FILE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|ico|css|js|mjs|mp[34]|m4[av]|mov|avi|webm|ogg|wav|zip|gz|rar|7z|exe|dmg|"
                   r"xlsx?|pptx?|docx?|csv|ics|woff2?|ttf|eot)$", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL is not fetched. `unrecorded`: not worth a row either (another host, an image)."""

    why: str
    unrecorded: bool = False

    def __str__(self) -> str:
        return self.why


class Scope:
    """One source's view of URLs. Everything takes canonical URLs as :meth:`canonical` makes them."""

    def __init__(self, source: Source) -> None:
        self._source = source
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
        self._statement = source.statement or ((self.adapter.statements,) if self.adapter else ())
        self._suffixes = tuple(host[1:] for host in source.hosts if host.startswith("*."))
        # A URL that is given twice is a listing before a feed, and a feed before a sitemap.
        rank = ("sitemap", "feed", "listing")
        self._special = {
            self.canonical(url): role for role, url in sorted(self.starts, key=lambda one: rank.index(one[0]))
        }
        self._seed_paths = frozenset(urlsplit(url).path for url in source.seeds)

    def canonical(self, url: str) -> str:
        """The key of the document at *url*, by this source's rules; what an interface gives has its public URL's."""
        source = self._source
        if self.adapter and (public := self.adapter.public_url(url)):
            url = public
        return urls.canonical_url(url, keep=source.keep_parameters, drop=source.drop_parameters, aliases=source.aliases)

    def asked(self, url: str, printed: str | None = None) -> str:
        """What is fetched for the document at *url*: its page, or what the publisher's interface has for it.

        *printed* is the address that somebody listed it by: robots.txt rules and folders of saved files know only the
        order of parameters that was printed, the document's key has them sorted.
        """
        if self.adapter and self.role(url) in {"statement", "digest"}:
            return self.adapter.fetch_url(url) or url
        return self.request(printed) if printed and self.canonical(printed) == url else url

    def request(self, url: str) -> str:
        """*url* as the server is asked for it: its parameters in the printed order."""
        source = self._source
        return urls.request_url(url, keep=source.keep_parameters, drop=source.drop_parameters, aliases=source.aliases)

    def hints(self, printed: str) -> dict[str, str]:
        """What to remember of the address *printed* so that :meth:`asked` can ask for it; nothing if it is the key."""
        request = self.request(printed)
        return {"address": request} if request != self.canonical(printed) else {}

    def role(self, url: str) -> Role:
        """What the document at *url* is, by the source's patterns; "page" if none speaks of it."""
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
        parts = urlsplit(url)
        if parts.path in self._seed_paths and self.off_host(url) is None:
            return "listing"
        return "page"

    def lists(self, url: str) -> bool:
        """Whether the source file's `listing` patterns speak of *url*, and it may be fetched."""
        return self._matches(self._source.listing, url) and self.refuses(url) is None

    def off_host(self, url: str) -> Refusal | None:
        """Why *url* is not on the publisher's own hosts; None if it is."""
        host = urls.host(url)
        if host in self.hosts or (self._suffixes and host.endswith(self._suffixes)):
            return None
        return Refusal(f"{host or url} is not one of the source's hosts", unrecorded=True)

    def refuses(self, url: str) -> Refusal | None:
        """Why *url* is never fetched; None if it may be."""
        if url in self._special:
            return None
        if refusal := self.off_host(url):
            return refusal
        if self._matches(self._source.exclude, url):
            return Refusal("excluded by the source file")
        return self._trap(url)

    def _trap(self, url: str) -> Refusal | None:
        if len(url) > MAX_LENGTH:
            return Refusal(f"longer than {MAX_LENGTH} characters", unrecorded=True)
        parts = urlsplit(url)
        if _FILE.search(parts.path):
            return Refusal("a file, not a page", unrecorded=True)
        segments = [segment for segment in parts.path.split("/") if segment]
        if len(segments) > MAX_DEPTH:
            return Refusal(f"more than {MAX_DEPTH} path segments", unrecorded=True)
        if segments and max(map(segments.count, set(segments))) > MAX_REPEATS:
            return Refusal("a path that repeats itself", unrecorded=True)
        role = self.role(url)
        if role in {"statement", "digest"}:
            return None
        path_query = urls.path_query(url)
        if _FACET.search(path_query):
            return Refusal("a facet of a listing", unrecorded=True)
        if role == "listing":
            return None
        if _CALENDAR.search(path_query):
            return Refusal("a calendar", unrecorded=True)
        if len(parse_qsl(parts.query, keep_blank_values=True)) > MAX_PARAMETERS:
            return Refusal(f"more than {MAX_PARAMETERS} parameters", unrecorded=True)
        return None

    def _matches(self, patterns: tuple[re.Pattern[str], ...], url: str) -> bool:
        if not patterns:
            return False
        path_query = urls.path_query(url)
        parts = path_query.partition("?")[0]
        for pattern in patterns:
            if pattern.pattern.lstrip("^").startswith("//"):
                if pattern.search(f"//{urls.host(url)}{path_query}"):
                    return True
            elif pattern.search(path_query) or (path_query != parts and pattern.search(parts)):
                return True
        return False
