"""A source file for a site that nobody has described yet: look at it as a person would, and write down what was found.

Robots.txt, feeds, sitemaps, listings and a few articles are read, politely and not more than :data:`MOST_REQUESTS`;
the reasoning is in :mod:`scraper.crawler.onboard`, the reading of articles is the extractor's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

from scraper import dom, urls
from scraper.archive.decide import text_digest
from scraper.check import Visitor
from scraper.config import DEFAULT_DELAY, MIN_DELAY, USER_AGENT, Source, parse_source
from scraper.crawler import discover, onboard
from scraper.crawler.adapters.choose import possible
from scraper.crawler.draft import Draft, site_root, source_name, write, write_adapter
from scraper.crawler.feeds import parse_feed
from scraper.crawler.fetch import Fetcher
from scraper.crawler.onboard import Evidence, Survey
from scraper.crawler.robots import parse_robots
from scraper.crawler.robotsbook import HostRecord
from scraper.crawler.scope import Scope
from scraper.crawler.shapes import LANGUAGES, PLACEHOLDERS, Family, take_apart
from scraper.crawler.sitemaps import parse_sitemap
from scraper.crawler.views import View, look
from scraper.errors import UsageError
from scraper.extractor.statement import extract
from scraper.model import Capture, Failure, Statement
from scraper.reading import read_capture
from scraper.run import Clock

MOST_REQUESTS = 60
MOST_LISTS = 10  # candidates for listings that are looked at
MOST_FOLDERS = 8  # folders of statements that are tried as listings
MOST_SEEDS = 12
MOST_FEEDS = 5
MOST_SITEMAPS = 5
MOST_SAMPLES = 8  # articles that are read to see whether they are any
SHOWN = 5  # statements shown to the person who decides
SAME = 0.95  # of the words of two pages that say the same; hit counters and the like make up the rest
LEAST_WORDS = 25  # of an article
ONBOARDING_DELAY = timedelta(seconds=2)  # a person is waiting; robots.txt may ask for more
# Where feeds and sitemaps usually are, for sites that do not say.
USUAL_FEEDS = ("/rss.xml", "/feed/", "/feed", "/atom.xml", "/rss")
USUAL_SITEMAP = "/sitemap.xml"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source file to accept or not, and what it would archive."""

    name: str
    toml: str
    statements: tuple[Statement, ...]
    requests: int


def propose_source(url: str, fetcher: Fetcher, clock: Clock, *, local: bool = False) -> Proposal:
    """Look at the site whose statements are listed at *url* and propose a source file.

    *local* says that every host is mapped to a local address, where no delay is needed. Raises :class:`UsageError`
    if the page cannot be had or nothing on the site looks like statements.
    """
    if "://" not in url:
        url = f"https://{url}"
    delay = timedelta(0) if local else ONBOARDING_DELAY
    host = urls.host(url)
    if not host:
        raise UsageError(f"{url}: not the address of a web page; give one such as https://www.example.org/news")
    source = Source(source_name(host), host, (host,), crawl_delay=delay)
    return _Explorer(Visitor(source, fetcher, clock), clock, local=local).propose(url)


class _Explorer:
    """One look round a site."""

    def __init__(self, visitor: Visitor, clock: Clock, *, local: bool) -> None:
        self._visitor = visitor
        self._clock = clock
        self._local = local
        self._captures: dict[str, Capture | Failure] = {}
        self._views: dict[str, View] = {}  # pages that may list
        self._articles: dict[str, View] = {}
        self._records: dict[str, HostRecord] = {}
        self._feeds: dict[str, frozenset[str]] = {}
        self._sitemaps: dict[str, frozenset[str]] = {}
        self._read: dict[str, Statement | None] = {}
        self._parts: dict[str, tuple[str, ...]] = {}  # of a listing: those by year or month, and what continues them
        self._start = ""

    def propose(self, url: str) -> Proposal:
        """The proposal for the site that *url* is on."""
        start = self._get(url)
        chosen = self._explore(start) if isinstance(start, Capture) else []
        if chosen and isinstance(start, Capture):
            drop, keep = self._parameters(chosen)
            chosen = _without(chosen, drop)
            draft = self._draft(start, chosen, drop, keep)
            statements = self._shown(chosen)
            return self._proposal(source_name(draft.hosts[0]), write(draft), statements)
        if interface := self._interface(url):
            return interface
        if isinstance(start, Failure):
            raise UsageError(f"{url}: {start.message}")
        raise UsageError(
            f"{url}: nothing on this site looks like a list of statements; try the address of its news page, or write "
            "a source file by hand (the files in scraper/sources are examples)"
        )

    def _proposal(self, name: str, toml: str, statements: Iterable[Statement]) -> Proposal:
        parse_source(toml, f"{name}.toml", least_delay=timedelta(0) if self._local else MIN_DELAY)
        return Proposal(name, toml, tuple(statements), len(self._captures))

    def _explore(self, start: Capture) -> list[Evidence]:
        """Look round, and say which families of URLs hold statements."""
        self._start = urls.canonical_url(start.url)
        self._look(start.url)
        self._look_round(self._views[self._start])
        self._look_at_feeds()
        self._look_at_sitemaps()
        chosen = self._choose()
        if not chosen and urlsplit(self._start).path != "/" and (home := self._look(site_root(self._start))):
            self._look_round(home)
            chosen = self._choose()
        self._look_at_folders(chosen)
        self._look_at_parts(self._choose())
        return [one for one in self._choose() if self._reads_well(one)]

    def _interface(self, url: str) -> Proposal | None:
        """A source file for one of the interfaces that have an adapter, if the site answers as one of them does."""
        for source in possible(url):
            scope = Scope(source)
            assert scope.adapter is not None
            found: list[str] = []
            for role, start in scope.starts:
                answer = self._get(start)
                if isinstance(answer, Capture):
                    found += [sighting.url for sighting in discover.read(role, answer, source, scope).sightings]
            statements = [url for url in found if scope.role(scope.canonical(url)) == "statement"]
            if statements:
                delay = 0.0 if self._local else DEFAULT_DELAY.total_seconds()
                host, home = source.hosts[0], source.homepage or url
                toml = write_adapter(host, home, host, source.name, source.adapter_url or "", delay)
                answers = (self._get(scope.asked(scope.canonical(one))) for one in statements[:SHOWN])
                read = [read_capture(answer, scope) for answer in answers if isinstance(answer, Capture)]
                return self._proposal(source_name(host), toml, read)
        return None

    # --- looking ------------------------------------------------------------------------------------------------------

    def _get(self, url: str) -> Capture | Failure:
        known = self._captures.get(url)
        if known is not None:
            return known
        if len(self._captures) >= MOST_REQUESTS:
            return Failure(url, self._clock.now(), "budget", f"more than {MOST_REQUESTS} requests")
        answer = self._visitor.get(url)
        self._captures[url] = answer
        for record in self._visitor.book.news():
            self._records[record.host] = record
        return answer

    def _look(self, url: str) -> View | None:
        """The page at *url*, if it is one of this site."""
        canonical = urls.canonical_url(url)
        if canonical in self._views:
            return self._views[canonical]
        answer = self._get(url)
        if isinstance(answer, Failure) or urls.host(answer.url) != urls.host(self._start):
            return None
        view = look(dom.decode_html(answer.body, answer.content_type), answer.url)
        return self._views.setdefault(view.url, view)

    def _look_round(self, view: View) -> None:
        """The listings that a page names, its second page, and itself in other languages."""
        for url in (*view.further[:1], *(target for _, target in view.languages)):
            self._look(url)
        for url in onboard.lists_to_look_at(view, MOST_LISTS):
            if (found := self._look(url)) and found.further:
                self._look(found.further[0])

    def _look_at_feeds(self) -> None:
        own = urls.host(self._start)
        declared = dict.fromkeys(feed for view in self._views.values() for feed in view.feeds if urls.host(feed) == own)
        usual = [urls.join_url(self._start, path) or "" for path in USUAL_FEEDS]
        for url in [*declared, *usual][:MOST_FEEDS] if declared else usual:
            answer = self._get(url)
            if isinstance(answer, Capture) and (page := parse_feed(answer.body, answer.url)).entries:
                self._feeds[url] = self._own(entry.url for entry in page.entries)
                if not declared:
                    return

    def _look_at_sitemaps(self) -> None:
        named = [url for record in self._records.values() for url in record.sitemaps]
        queue = [*named[:2], *([] if named else [urls.join_url(self._start, USUAL_SITEMAP) or ""])]
        roots: dict[str, str] = {}
        looked = 0
        while queue and looked < MOST_SITEMAPS:
            url = queue.pop(0)
            answer = self._get(url)
            looked += 1
            if isinstance(answer, Failure):
                continue
            page = parse_sitemap(answer.body, answer.url)
            # The parts of a sitemap count for the whole: a source file names that one.
            root = roots.setdefault(url, url)
            children = [entry[0] for entry in page.sitemaps if urls.host(entry[0]) == urls.host(self._start)]
            # Of many parts those that are named after what we look for, then the first ones.
            queue += sorted(
                children, key=lambda child: not re.search(r"post|news|press|article|statement|release", child)
            )
            roots.update(dict.fromkeys(children, root))
            self._sitemaps[root] = self._sitemaps.get(root, frozenset()) | self._own(entry[0] for entry in page.urls)

    def _own(self, found: Iterable[str]) -> frozenset[str]:
        canonical = (urls.canonical_url(url) for url in found)
        return frozenset(url for url in canonical if urls.host(url) == urls.host(self._start))

    def _look_at_folders(self, chosen: Iterable[Evidence]) -> None:
        """The folder of ``/speeches/<slug>`` is often a listing itself, in each language."""
        tried = 0
        for one in chosen:
            folders = one.family.folders
            if one.family.query or not folders or PLACEHOLDERS.keys() & set(folders):
                continue
            for language in sorted(one.languages):
                path = "/".join(filter(None, (language, *folders)))
                if tried < MOST_FOLDERS and f"{site_root(self._start)}{path}" not in self._views:
                    tried += 1
                    self._look(f"{site_root(self._start)}{path}")

    def _look_at_parts(self, chosen: list[Evidence]) -> None:
        """Listings by year or month: one of them, to see whether it lists more."""
        for view in onboard.listings(self._survey(), chosen, MOST_SEEDS):
            parts = onboard.narrowed(view)
            before = set(onboard.shows(view, chosen))
            middle = self._look(parts[len(parts) // 2]) if parts else None
            if middle and set(onboard.shows(middle, self._choose())) - before:
                self._parts[view.url] = (*parts, *middle.further)

    def _survey(self) -> Survey:
        views = sorted(self._views.values(), key=lambda view: view.url != self._start)
        feeds: frozenset[str] = frozenset().union(*self._feeds.values())
        return Survey(self._start, tuple(views), feeds, frozenset().union(*self._sitemaps.values()))

    def _choose(self) -> list[Evidence]:
        return onboard.choose(self._survey())

    # --- reading articles ---------------------------------------------------------------------------------------------

    def _statement(self, url: str) -> Statement | None:
        """What the article at *url* says; None if it cannot be had or says nothing."""
        if url not in self._read:
            answer = self._get(url)
            self._read[url] = None
            if isinstance(answer, Capture) and "html" in (answer.content_type or "html"):
                view = look(dom.decode_html(answer.body, answer.content_type), answer.url)
                self._articles[view.url] = view
                read = extract(answer.body, answer.url, content_type=answer.content_type)
                self._read[url] = read if read.title and (read.words >= LEAST_WORDS or read.attachments) else None
        return self._read[url]

    def _reads_well(self, one: Evidence) -> bool:
        """Whether one of its first pages is an article. Families beyond what is read are believed."""
        return len(self._read) >= MOST_SAMPLES or any(self._statement(url) for url in one.urls[:3])

    def _shown(self, chosen: list[Evidence]) -> list[Statement]:
        """A few statements, in turn from each family, no text twice."""
        in_turn = [url for row in zip_longest(*(one.urls for one in chosen)) for url in row if url]
        found: dict[str, Statement] = {}
        for url in in_turn[: 2 * SHOWN]:
            if len(found) < SHOWN and (statement := self._statement(url)):
                found.setdefault(text_digest(statement.text), statement)
        return list(found.values())

    # --- the draft ----------------------------------------------------------------------------------------------------

    def _draft(self, start: Capture, chosen: list[Evidence], drop: tuple[str, ...], keep: tuple[str, ...]) -> Draft:
        host = urls.host(self._start)
        asked = urls.host(start.requested_url or start.url)
        listings = [view for view in onboard.listings(self._survey(), chosen, MOST_SEEDS) if not self._is_part(view)]
        wanted = {url for one in chosen for url in one.urls}
        record = self._records.get(host)
        return Draft(
            title=onboard.site_title((*self._views.values(), *self._articles.values())),
            hosts=tuple(dict.fromkeys((host, asked))),
            aliases={asked: host} if asked != host else {},
            homepage=site_root(self._start),
            listings=tuple((view.url, (*view.further, *self._parts.get(view.url, ()))) for view in listings),
            feeds=_useful(self._feeds, wanted),
            sitemaps=_useful(self._sitemaps, wanted),
            chosen=tuple(chosen),
            languages=tuple(sorted(self._languages(chosen))),
            keep=keep,
            drop=drop,
            crawl_delay_s=0.0 if self._local else DEFAULT_DELAY.total_seconds(),
            robots_delay_s=self._robots_delay(record),
            remarks=tuple(_remarks(record, listings)),
        )

    def _is_part(self, view: View) -> bool:
        return any(view.url in parts for parts in self._parts.values())

    def _robots_delay(self, record: HostRecord | None) -> float | None:
        return parse_robots(record.body).crawl_delay(USER_AGENT) if record and record.body else None

    def _languages(self, chosen: list[Evidence]) -> set[str]:
        """First segments of paths that are languages, by the statements' own addresses and translations."""
        found = {language for one in chosen for language in one.languages}
        for view in (*self._views.values(), *self._articles.values()):
            found.update(take_apart(target).language for _, target in view.languages)
        return {language for language in found if language[:2] in LANGUAGES}

    def _parameters(self, chosen: list[Evidence]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Parameters without which an article says the same, and values that name one."""
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
            full = self._statement(url)
            bare = self._statement(urls.canonical_url(url, drop=(name, *known))) if full else None
            if full is None or bare is None or not _same(full.text, bare.text):
                return False
        return True


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same, counters and dates of today aside."""
    a, b = Counter(one.split()), Counter(other.split())
    return (a & b).total() >= SAME * max(a.total(), b.total())


def _without(chosen: list[Evidence], drop: tuple[str, ...]) -> list[Evidence]:
    """*chosen* as they are once the parameters in *drop* are left away."""
    merged: dict[Family, Evidence] = {}
    for one in chosen:
        family = one.family._replace(query=tuple(pair for pair in one.family.query if pair[0] not in drop))
        found = tuple(dict.fromkeys(urls.canonical_url(url, drop=drop) for url in one.urls))
        if family in merged:
            found = tuple(dict.fromkeys((*merged[family].urls, *found)))
        merged[family] = replace(merged.get(family, one), family=family, urls=found)
    return list(merged.values())


def _useful(lists: dict[str, frozenset[str]], wanted: set[str]) -> tuple[tuple[str, int], ...]:
    counted = ((url, len(found & wanted)) for url, found in lists.items())
    return tuple((url, count) for url, count in counted if count)


def _remarks(record: HostRecord | None, listings: list[View]) -> Iterable[str]:
    if record and record.problem:
        yield f"robots.txt: {record.problem}"
    if not listings:
        yield "No listing was found: only what feeds and sitemaps name will be archived."
