"""Known statements are looked at again within a budget, the most overdue first; new ones never wait for them."""

from __future__ import annotations

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
from scraper.run import Budget, Crawl, Report
from tests.clock import NOW

SOURCE = """
hosts = ["many.example"]
sitemaps = ["https://many.example/sitemap.xml"]
statement = ['^/news/.']
crawl_delay = 0
max_rechecks = {most}
"""
DAY = timedelta(days=1)


@dataclass
class Site:
    """Statements in a sitemap, with the time of change that the publisher gives for all of them."""

    pages: int = 6
    lastmod: str = "2026-01-01"
    changed: set[int] = field(default_factory=set)  # statements that are called changed since
    part: str | None = None  # what the sitemap's only part holds, if it has parts
    server: LoopbackServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self.answer)

    def answer(self, request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(404)
        xml = (("Content-Type", "application/xml"),)
        if self.part and request.target.endswith(".xml"):
            whole = "<sitemapindex><sitemap><loc>https://many.example/part.xml</loc></sitemap></sitemapindex>"
            return Response(200, xml, (self.part if "part" in request.target else whole).encode())
        if request.target == "/sitemap.xml":
            entries = "".join(
                f"<url><loc>https://many.example/news/{n}</loc><lastmod>{'2026-05-01' if n in self.changed else self.lastmod}</lastmod></url>"
                for n in range(self.pages)
            )
            return Response(200, xml, f"<urlset>{entries}</urlset>".encode())
        text = f"<title>Statement {request.target}</title><h1>Statement {request.target}</h1><p>" + "Words of it. " * 30
        return Response(200, (("Content-Type", "text/html"),), text.encode())


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.close()


def crawl(folder: Path, site: Site, now: datetime, most: int, budget: Budget | None = None) -> tuple[Report, list[str]]:
    """One run, and the statements that it asked for."""
    before = len(site.server.requests)
    clock = Clock.starting_at(now)
    source = parse_source(SOURCE.format(most=most), "many.toml", least_delay=timedelta(0))
    with (
        Archive(folder / "a.db", create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"many.example": site.server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        report = Crawl(archive, [source], fetcher, clock=clock, budget=budget or Budget()).run()
    return report, [asked.path for asked in site.server.requests[before:] if "/news/" in asked.path]


def test_a_run_looks_again_at_no_more_than_its_budget_and_says_what_it_left(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 2)
    report, asked = crawl(tmp_path, site, NOW + 30 * DAY, 2)
    assert len(asked) == 2
    assert any("4 statements are due again beyond the 2" in note for note in report.sources[0].tally.notes)
    assert not report.needs_attention


def test_the_most_overdue_come_first_so_that_every_one_has_its_turn(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 2)
    turns = [sorted(crawl(tmp_path, site, NOW + 30 * DAY, 2)[1]) for _ in range(4)]
    assert sorted(turns[0] + turns[1] + turns[2]) == [f"/news/{n}" for n in range(6)]
    assert turns[3] == []


def test_new_statements_are_not_counted(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 1)
    site.pages = 9
    _, asked = crawl(tmp_path, site, NOW + 30 * DAY, 1)
    assert {"/news/6", "/news/7", "/news/8"} < set(asked)
    assert len(asked) == 4


def test_a_sitemap_that_calls_everything_changed_is_no_way_round_the_budget(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 2)
    site.lastmod = "2026-03-03"
    report, asked = crawl(tmp_path, site, NOW + DAY, 2)
    assert len(asked) == 2
    assert any("4 statements are due again" in note for note in report.sources[0].tally.notes)
    _, asked = crawl(tmp_path, site, NOW + DAY, 2)
    assert len(asked) == 2


def test_no_budget_means_that_nothing_is_looked_at_twice(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 0)
    assert crawl(tmp_path, site, NOW + 30 * DAY, 0)[1] == []


def test_a_run_that_is_cut_short_reads_what_is_new_before_what_is_overdue(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 10)
    site.pages = 9
    short = Budget(max_pages=5)  # the sitemap, and four statements
    _, asked = crawl(tmp_path, site, NOW + 30 * DAY, 10, short)
    assert set(asked[:3]) == {"/news/6", "/news/7", "/news/8"}
    assert len(asked) == 4
    _, asked = crawl(tmp_path, site, NOW + 30 * DAY, 10)
    assert len(asked) == 5  # the others of those that were known, whose turn it is now


def test_a_sitemap_may_be_as_long_as_the_protocol_allows(site: Site, tmp_path: Path) -> None:
    """sitemaps.org: 50 MiB, more than a page may have."""
    site.lastmod = "2026-01-01" + " " * 25_000_000
    site.pages = 1
    _, asked = crawl(tmp_path, site, NOW, 10)
    assert asked == ["/news/0"]


def test_what_the_publisher_calls_changed_comes_before_what_is_only_overdue(site: Site, tmp_path: Path) -> None:
    crawl(tmp_path, site, NOW, 10)
    crawl(tmp_path, site, NOW + 30 * DAY, 10)  # all were looked at twice
    site.changed = {4}
    _, asked = crawl(tmp_path, site, NOW + 90 * DAY, 10, Budget(max_pages=2))
    assert asked == ["/news/4"]


@pytest.mark.parametrize(
    ("child", "loud"), [("<urlset/>", False), ("<html>moved</html>", True)], ids=["empty", "broken"]
)
def test_an_empty_part_of_a_sitemap_is_odd_and_a_broken_one_is_said(
    site: Site, tmp_path: Path, child: str, loud: bool
) -> None:
    site.part = child
    report, asked = crawl(tmp_path, site, NOW, 10)
    assert report.needs_attention is loud
    assert any("/part.xml" in line for line in report.sources[0].tally.notes) is not loud
    assert asked == []
