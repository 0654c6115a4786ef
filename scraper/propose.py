"""A source file for a site that nobody has described yet, from a look round it; a person accepts it or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest

from scraper import urls
from scraper.archive.decide import text_digest
from scraper.check import Visitor
from scraper.clock import Clock
from scraper.config import DEFAULT_DELAY, MIN_DELAY, USER_AGENT, Source, catalogue, parse_source
from scraper.crawler import discover, onboard
from scraper.crawler.adapters.choose import possible
from scraper.crawler.draft import Draft, site_root, source_name, write, write_adapter
from scraper.crawler.fetch import Fetcher
from scraper.crawler.onboard import Evidence
from scraper.crawler.robots import parse_robots
from scraper.crawler.robotsbook import HostRecord
from scraper.crawler.scope import Scope
from scraper.crawler.shapes import LANGUAGES, Family, take_apart
from scraper.crawler.views import View
from scraper.errors import UsageError
from scraper.explore import Explorer
from scraper.model import Capture, Failure, Statement
from scraper.reading import markup, read_capture

SHOWN = 5  # statements shown to the person who decides
ONBOARDING_DELAY = timedelta(seconds=2)  # a person is waiting; robots.txt may ask for more


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source file to accept or not, and what it would archive."""

    name: str
    toml: str
    statements: tuple[Statement, ...]
    requests: int  # what it took


def propose_source(url: str, fetcher: Fetcher, clock: Clock, *, local: bool = False) -> Proposal:
    """Look at the site whose statements are listed at *url* and propose a source file.

    *local* says that every host is mapped to a local address, where no delay is needed. Raises :class:`UsageError`
    if the page cannot be had or nothing on the site looks like statements.
    """
    if "://" not in url:
        url = f"https://{url}"
    host = urls.host(url)
    if not host:
        raise UsageError(f"{url}: not the address of a web page; give one such as https://www.example.org/news")
    source = Source(source_name(host), host, (host,), crawl_delay=timedelta(0) if local else ONBOARDING_DELAY)
    explorer = Explorer(Visitor(source, fetcher, clock), clock)
    delay_s = 0.0 if local else DEFAULT_DELAY.total_seconds()
    start = explorer.get(url)
    proposal = _from_pages(explorer, start, delay_s) if isinstance(start, Capture) else None
    if proposal := proposal or _from_interface(explorer, url, delay_s):
        parse_source(proposal.toml, f"{proposal.name}.toml", least_delay=timedelta(0) if local else MIN_DELAY)
        return proposal
    if isinstance(start, Failure):
        raise UsageError(". ".join([f"{url}: {start.message}", *_followed(host)]))
    raise UsageError(
        f"{url}: nothing on this site looks like a list of statements; try the address of its news page, or write "
        "a source file by hand (the files in scraper/sources are examples)"
    )


def _from_pages(explorer: Explorer, start: Capture, delay_s: float) -> Proposal | None:
    chosen = explorer.explore(start)
    if not chosen:
        return None
    drop, keep = explorer.parameters(chosen)
    chosen = _without(chosen, drop)
    statements = _some_of(explorer, chosen)
    draft = _draft(explorer, start, chosen)
    text = write(replace(draft, drop=drop, keep=keep, crawl_delay_s=delay_s))
    return Proposal(source_name(draft.hosts[0]), text, tuple(statements), explorer.requests)


def _from_interface(explorer: Explorer, url: str, delay_s: float) -> Proposal | None:
    """A source file for one of the interfaces that have an adapter, if the site answers as one of them does."""
    for source in possible(url):
        scope = Scope(source)
        listed: list[str] = []
        for role, start in scope.starts:
            answer = explorer.get(start)
            if isinstance(answer, Capture):
                listed += [
                    scope.canonical(one.url) for one in discover.read(role, answer, source, scope, markup).sightings
                ]
        statements = [one for one in dict.fromkeys(listed) if scope.role(one) == "statement"]
        if statements:
            title = _called(explorer, url, statements[:2])
            answers = (explorer.get(scope.asked(one)) for one in statements[:SHOWN])
            read = [read_capture(answer, scope) for answer in answers if isinstance(answer, Capture)]
            host = source.hosts[0]
            toml = write_adapter(title, site_root(url), host, source.name, source.adapter_url or "", delay_s)
            return Proposal(source_name(host), toml, tuple(read), explorer.requests)
    return None


def _called(explorer: Explorer, url: str, statements: Iterable[str]) -> str:
    """What a site behind an interface calls itself: its answers do not say, its public pages may; "" if they do not."""
    for page in (site_root(url), *statements):
        explorer.statement(page)  # which looks at it, too
    views = (*explorer.views.values(), *explorer.articles.values())
    return onboard.site_title(views, home=urls.canonical_url(site_root(url)))


def _without(chosen: Sequence[Evidence], drop: tuple[str, ...]) -> list[Evidence]:
    """*chosen* as they are once the parameters in *drop* are left away."""
    merged: dict[Family, Evidence] = {}
    for one in chosen:
        family = one.family._replace(query=tuple(pair for pair in one.family.query if pair[0] not in drop))
        before = merged[family].urls if family in merged else ()
        found = dict.fromkeys((*before, *(urls.canonical_url(url, drop=drop) for url in one.urls)))
        merged[family] = replace(merged.get(family, one), family=family, urls=tuple(found))
    return list(merged.values())


def _some_of(explorer: Explorer, chosen: Sequence[Evidence]) -> list[Statement]:
    """A few statements, in turn from each family, no text twice."""
    in_turn = [url for row in zip_longest(*(one.urls for one in chosen)) for url in row if url]
    found: dict[str, Statement] = {}
    for url in in_turn[: 2 * SHOWN]:
        if len(found) < SHOWN and (statement := explorer.statement(url)):
            found.setdefault(text_digest(statement.text), statement)
    return list(found.values())


def _draft(explorer: Explorer, start: Capture, chosen: Sequence[Evidence]) -> Draft:
    host = urls.host(explorer.start)
    asked = urls.host(start.requested_url or start.url)
    listings = explorer.listings(list(chosen))
    wanted = {url for one in chosen for url in one.urls}
    record = explorer.records.get(host)
    return Draft(
        title=onboard.site_title((*explorer.views.values(), *explorer.articles.values())),
        hosts=tuple(dict.fromkeys((host, asked))),
        aliases={asked: host} if asked != host else {},
        homepage=site_root(explorer.start),
        listings=tuple((view.url, (*view.further, *explorer.parts.get(view.url, ()))) for view in listings),
        feeds=_useful(explorer.feeds, wanted),
        sitemaps=_useful(explorer.sitemaps, wanted),
        chosen=tuple(chosen),
        left_out=tuple(onboard.left_out(explorer.survey(), chosen)),
        languages=tuple(sorted(_languages(explorer, chosen))),
        robots_delay_s=parse_robots(record.body).crawl_delay(USER_AGENT) if record and record.body else None,
        remarks=tuple(_remarks(host, record, listings)),
    )


def _languages(explorer: Explorer, chosen: Iterable[Evidence]) -> set[str]:
    """First segments of paths that are languages, by the statements' own addresses and translations."""
    found = {language for one in chosen for language in one.languages}
    for view in (*explorer.views.values(), *explorer.articles.values()):
        found.update(take_apart(target).language for _, target in view.languages)
    return {language for language in found if language[:2] in LANGUAGES}


def _useful(lists: dict[str, frozenset[str]], wanted: set[str]) -> tuple[tuple[str, int], ...]:
    counted = ((url, len(found & wanted)) for url, found in lists.items())
    return tuple((url, count) for url, count in counted if count)


def _followed(host: str) -> list[str]:
    """What to say of a host that the catalogue knows."""
    names = [name for name, source in catalogue().items() if host in source.hosts]
    return [f"The catalogue follows this host already, as {name!r}: compare before you keep both." for name in names]


def _remarks(host: str, record: HostRecord | None, listings: Sequence[View]) -> Iterable[str]:
    yield from _followed(host)
    if record and record.problem:
        yield f"robots.txt: {record.problem}"
    if not listings:
        yield "No listing was found: only what feeds and sitemaps name will be archived."
