"""One look round a site: which pages a person would open to find its statements, and what stands on them.

Robots.txt, feeds, sitemaps, listings and a few articles are read, one after the other, as politely as a crawl would and
not more than :data:`MOST_REQUESTS`. What to conclude from them is in :mod:`scraper.crawler.onboard`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from scraper import dom, urls
from scraper.check import Visitor
from scraper.clock import Clock
from scraper.crawler import onboard
from scraper.crawler.draft import site_root
from scraper.crawler.feeds import parse_feed
from scraper.crawler.onboard import Evidence, Survey
from scraper.crawler.robotsbook import HostRecord
from scraper.crawler.shapes import PLACEHOLDERS
from scraper.crawler.sitemaps import parse_sitemap
from scraper.crawler.views import View, look
from scraper.extractor.statement import extract
from scraper.model import Capture, Failure, Statement

MOST_REQUESTS = 60
MOST_LISTS = 10  # candidates for listings that are looked at
MOST_FOLDERS = 8  # folders of statements that are tried as listings
MOST_SEEDS = 12
MOST_FEEDS = 5
MOST_SITEMAPS = 5
MOST_SAMPLES = 8  # articles that are read to see whether they are any
LEAST_WORDS = 25  # of an article
SAME = 0.95  # of the words of two pages that say the same; hit counters and the like make up the rest
# Where feeds and sitemaps usually are, for sites that do not say.
USUAL_FEEDS = ("/rss.xml", "/feed/", "/feed", "/atom.xml", "/rss")
USUAL_SITEMAP = "/sitemap.xml"
_TELLING = re.compile(r"post|news|press|article|statement|release")  # names of sitemaps that hold what we look for


class Explorer:
    """Looks at one site, through *visitor*, and remembers what it saw."""

    def __init__(self, visitor: Visitor, clock: Clock) -> None:
        self._visitor = visitor
        self._clock = clock
        self._captures: dict[str, Capture | Failure] = {}
        self._read: dict[str, Statement | None] = {}
        self.start = ""  # canonical URL of the page that the look began at
        self.views: dict[str, View] = {}  # pages that may list, by canonical URL
        self.articles: dict[str, View] = {}
        self.records: dict[str, HostRecord] = {}  # robots.txt, by host
        self.feeds: dict[str, frozenset[str]] = {}  # what each lists of this site
        self.sitemaps: dict[str, frozenset[str]] = {}
        self.parts: dict[str, tuple[str, ...]] = {}  # of a listing: those by year or month, and what continues them

    @property
    def requests(self) -> int:
        """How many addresses were asked for."""
        return len(self._captures)

    def get(self, url: str) -> Capture | Failure:
        """What *url* answers; asked once."""
        if url not in self._captures:
            if len(self._captures) >= MOST_REQUESTS:
                return Failure(url, self._clock.now(), "budget", f"more than {MOST_REQUESTS} requests")
            self._captures[url] = self._visitor.get(url)
            self.records.update((record.host, record) for record in self._visitor.book.news())
        return self._captures[url]

    def explore(self, start: Capture) -> list[Evidence]:
        """Look round from the page *start*, and say which families of URLs hold statements."""
        self.start = urls.canonical_url(start.url)
        self._look(start.url)
        self._look_round(self.views[self.start])
        self._look_at_feeds()
        self._look_at_sitemaps()
        chosen = onboard.choose(self.survey())
        if not chosen and urlsplit(self.start).path != "/" and (home := self._look(site_root(self.start))):
            self._look_round(home)
            chosen = onboard.choose(self.survey())
        self._look_at_folders(chosen)
        self._look_at_parts(onboard.choose(self.survey()))
        return [one for one in onboard.choose(self.survey()) if self._reads_well(one)]

    def survey(self) -> Survey:
        """What was seen so far."""
        views = sorted(self.views.values(), key=lambda view: view.url != self.start)
        feeds: frozenset[str] = frozenset().union(*self.feeds.values())
        return Survey(self.start, tuple(views), feeds, frozenset().union(*self.sitemaps.values()))

    def listings(self, chosen: list[Evidence]) -> list[View]:
        """The pages that list what was *chosen*, those by year or month left to the ones that they are parts of."""
        parts = {part for found in self.parts.values() for part in found}
        return [view for view in onboard.listings(self.survey(), chosen, MOST_SEEDS) if view.url not in parts]

    # --- where to look ------------------------------------------------------------------------------------------------

    def _look(self, url: str) -> View | None:
        """The page at *url*, if it is one of this site."""
        canonical = urls.canonical_url(url)
        if canonical in self.views:
            return self.views[canonical]
        answer = self.get(url)
        if isinstance(answer, Failure) or urls.host(answer.url) != urls.host(self.start):
            return None
        view = look(dom.decode_html(answer.body, answer.content_type), answer.url)
        return self.views.setdefault(view.url, view)

    def _look_round(self, view: View) -> None:
        """The listings that a page names, its second page, and itself in other languages."""
        for url in (*view.further[:1], *(target for _, target in view.languages)):
            self._look(url)
        for url in onboard.lists_to_look_at(view, MOST_LISTS):
            if whole := onboard.whole_of(url):  # a menu leads to this month's; next month's is elsewhere
                self._look(whole)
            if (found := self._look(url)) and found.further:
                self._look(found.further[0])

    def _look_at_feeds(self) -> None:
        """Those that pages declare; the usual places only where none of them is a feed."""
        own = urls.host(self.start)
        declared = dict.fromkeys(feed for view in self.views.values() for feed in view.feeds if urls.host(feed) == own)
        for url in list(declared)[:MOST_FEEDS]:
            self._look_at_feed(url)
        for path in USUAL_FEEDS:
            if not self.feeds:
                self._look_at_feed(urls.join_url(self.start, path) or "")

    def _look_at_feed(self, url: str) -> None:
        answer = self.get(url)
        if isinstance(answer, Capture) and (page := parse_feed(answer.body, answer.url)).entries:
            self.feeds[url] = self._own(entry.url for entry in page.entries)

    def _look_at_sitemaps(self) -> None:
        """Those that robots.txt names, or the usual one; of a sitemap of many parts a few."""
        named = [url for record in self.records.values() for url in record.sitemaps][:2]
        queue = named or [urls.join_url(self.start, USUAL_SITEMAP) or ""]
        whole = {url: url for url in queue}  # a source file names the sitemap, not its parts
        for _ in range(MOST_SITEMAPS):
            answer = self.get(url := queue.pop(0)) if queue else None
            if isinstance(answer, Capture):
                page = parse_sitemap(answer.body, answer.url)
                parts = [entry[0] for entry in page.sitemaps if urls.host(entry[0]) == urls.host(self.start)]
                queue += sorted(parts, key=lambda part: not _TELLING.search(part))
                whole.update(dict.fromkeys(parts, whole[url]))
                known = self.sitemaps.get(whole[url], frozenset())
                self.sitemaps[whole[url]] = known | self._own(entry[0] for entry in page.urls)

    def _own(self, found: Iterable[str]) -> frozenset[str]:
        canonical = (urls.canonical_url(url) for url in found)
        return frozenset(url for url in canonical if urls.host(url) == urls.host(self.start))

    def _look_at_folders(self, chosen: Iterable[Evidence]) -> None:
        """The folder of ``/speeches/<slug>`` is often a listing itself, in each language."""
        for one in chosen:
            folders = one.family.folders
            if folders and not one.family.query and not PLACEHOLDERS.keys() & set(folders):
                for language in sorted(one.languages)[:MOST_FOLDERS]:
                    self._look(f"{site_root(self.start)}{'/'.join(filter(None, (language, *folders)))}")

    def _look_at_parts(self, chosen: list[Evidence]) -> None:
        """Listings by year or month: one of them, to see whether it lists more."""
        for view in onboard.listings(self.survey(), chosen, MOST_SEEDS):
            parts = onboard.narrowed(view)
            before = set(onboard.shows(view, chosen))
            middle = self._look(parts[len(parts) // 2]) if parts else None
            if middle and set(onboard.shows(middle, onboard.choose(self.survey()))) - before:
                self.parts[view.url] = (*parts, *middle.further)

    # --- reading articles ---------------------------------------------------------------------------------------------

    def statement(self, url: str) -> Statement | None:
        """What the article at *url* says; None if it cannot be had or says nothing."""
        if url not in self._read:
            answer = self.get(url)
            self._read[url] = None
            if isinstance(answer, Capture) and "html" in (answer.content_type or "html"):
                view = look(dom.decode_html(answer.body, answer.content_type), answer.url)
                self.articles[view.url] = view
                read = extract(answer.body, answer.url, content_type=answer.content_type)
                self._read[url] = read if read.title and (read.words >= LEAST_WORDS or read.attachments) else None
        return self._read[url]

    def _reads_well(self, one: Evidence) -> bool:
        """Whether one of its first pages is an article. Families beyond what is read are believed."""
        return len(self._read) >= MOST_SAMPLES or any(self.statement(url) for url in one.urls[:3])

    def parameters(self, chosen: list[Evidence]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Query parameters without which articles say the same, and those whose values name an article.

        Found by leaving each away: what cannot be seen to decorate is taken to name one.
        """
        decorate: dict[str, None] = {}
        name_one: dict[str, None] = {}
        for one in chosen:
            named = [(name, value) for name, value in one.family.query if value != "{bare}"]
            for name, value in named:
                if len(named) > 1 and self._decorates(one, name, tuple(decorate)):
                    decorate[name] = None
                elif value == "{value}":
                    name_one[name] = None
        return tuple(name for name in decorate if name not in name_one), tuple(name_one)

    def _decorates(self, one: Evidence, name: str, known: tuple[str, ...]) -> bool:
        """Whether articles say the same without their parameter *name*, and without those *known* to decorate."""
        for url in one.urls[:2]:
            full = self.statement(url)
            bare = self.statement(urls.canonical_url(url, drop=(name, *known))) if full else None
            if full is None or bare is None or not _same(full.text, bare.text):
                return False
        return True


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same, counters and dates of today aside."""
    a, b = Counter(one.split()), Counter(other.split())
    return (a & b).total() >= SAME * max(a.total(), b.total())
