"""A run in which nothing changed: rechecks are leased ahead and their answers kept together, and nothing else is different."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.dispatch import AHEAD
from scraper.run import Budget, Crawl, OnPage, Report, Stop
from tests.clock import NOW
from tests.crawling import rows

SOURCE = """
hosts = ["quiet.example"]
sitemaps = ["https://quiet.example/sitemap.xml"]
statement = ['^/news/.']
crawl_delay = 0
max_rechecks = {most}
"""
PAGES = 3 * AHEAD
LATER = NOW + timedelta(days=60)


@dataclass
class Site:
    """Statements that never change, from a server that counts how many requests it has at once."""

    asks_for_a_rest_after: int | None = None  # conditional requests
    at_once: int = 0
    most_at_once: int = 0
    conditional: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: LoopbackServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self.answer)

    def answer(self, request: Request) -> Response:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self._answer(request)
        finally:
            with self.lock:
                self.at_once -= 1

    def _answer(self, request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(404)
        if request.target == "/sitemap.xml":
            entries = "".join(f"<url><loc>https://quiet.example/news/n{n}</loc></url>" for n in range(PAGES))
            return Response(200, (("Content-Type", "application/xml"),), f"<urlset>{entries}</urlset>".encode())
        headers = (("Content-Type", "text/html"), ("ETag", '"1"'))
        if "if-none-match" in request.headers:
            self.conditional.append(request.target)
            if len(self.conditional) == self.asks_for_a_rest_after:
                return Response(429, (("Retry-After", "7200"),))
            return Response(304, headers)
        page = f"<title>{request.target}</title><h1>{request.target}</h1><p>" + f"{request.target} was discussed. " * 20
        return Response(200, headers, page.encode())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site()
    crawl(tmp_path, made, NOW)
    yield made
    made.server.close()


def crawl(
    folder: Path, site: Site, now: datetime, *, most: int = PAGES, budget: Budget = Budget(), stop: Stop | None = None,
    progress: OnPage | None = None,
) -> Report:  # fmt: skip
    clock = Clock.starting_at(now)
    source = parse_source(SOURCE.format(most=most), "quiet.toml", least_delay=timedelta(0))
    with (
        Archive(folder / "a.db", create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"quiet.example": site.server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        return Crawl(
            archive, [source], fetcher, clock=clock, budget=budget, stop=stop, progress=progress
        ).run()  # fmt: skip


def states(folder: Path) -> dict[str, int]:
    found = rows(folder / "a.db", "select state, count(*) from urls where role = 'statement' group by state")
    return dict(found)  # type: ignore[arg-type]


def test_every_statement_is_asked_once_one_after_the_other(site: Site, tmp_path: Path) -> None:
    tally = crawl(tmp_path, site, LATER).sources[0].tally
    assert Counter(site.conditional) == Counter(f"/news/n{n}" for n in range(PAGES))
    assert (tally.not_modified, tally.requests) == (PAGES, PAGES + 1)
    assert site.most_at_once == 1
    seen = rows(tmp_path / "a.db", "select distinct substr(last_seen, 1, 10) from statements")
    assert seen == [(LATER.date().isoformat(),)]


def test_the_request_log_has_a_line_for_each(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, LATER)
    assert rows(tmp_path / "a.db", "select count(*) from visits where outcome = 'not-modified'") == [(PAGES,)]


@pytest.mark.parametrize("most", [1, 7, AHEAD + 1])
def test_no_more_is_looked_at_than_the_run_may(site: Site, tmp_path: Path, most: int) -> None:
    crawl(tmp_path, site, LATER, most=most)
    assert len(site.conditional) == most
    assert states(tmp_path) == {"waiting": PAGES}


@pytest.mark.parametrize("most", [2, AHEAD, AHEAD + 5])
def test_a_budget_of_pages_is_kept_to_the_page(site: Site, tmp_path: Path, most: int) -> None:
    tally = crawl(tmp_path, site, LATER, budget=Budget(max_pages=most)).sources[0].tally
    assert len(site.conditional) == most - 1  # the sitemap is one of them
    assert tally.requests == most
    assert states(tmp_path) == {"waiting": most - 1, "queued": PAGES - most + 1}


def test_a_stop_gives_back_what_was_leased_ahead(site: Site, tmp_path: Path) -> None:
    stop = Stop()
    report = crawl(tmp_path, site, LATER, stop=stop, progress=lambda *_: stop.ask() if site.conditional else None)
    assert report.sources[0].outcome == "interrupted"
    assert 0 < len(site.conditional) < PAGES
    assert states(tmp_path) == {"waiting": len(site.conditional), "queued": PAGES - len(site.conditional)}
    assert report.sources[0].tally.requests == len(site.conditional) + 1


def test_a_host_that_asks_to_be_left_alone_is_asked_for_nothing_that_was_leased_ahead(
    site: Site, tmp_path: Path
) -> None:
    site.asks_for_a_rest_after = 3
    tally = crawl(tmp_path, site, LATER).sources[0].tally
    assert len(site.conditional) == 3
    assert (tally.not_modified, tally.failed, tally.requests) == (2, 1, 4)
    assert states(tmp_path) == {"waiting": 3, "queued": PAGES - 3}


def test_a_run_that_breaks_asks_again_for_what_was_under_way_and_no_more(site: Site, tmp_path: Path) -> None:
    def break_down(*_: object) -> None:
        if len(site.conditional) >= PAGES // 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crawl(tmp_path, site, LATER, progress=break_down)
    crawl(tmp_path, site, LATER)
    asked = Counter(site.conditional)
    assert set(asked) == {f"/news/n{n}" for n in range(PAGES)}
    assert sum(asked.values()) <= PAGES + AHEAD + 1
    assert states(tmp_path) == {"waiting": PAGES}
