"""What servers say differently of pages that we know: robots.txt that comes to forbid them, a 304 that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.crawler.stamps import vouches
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.model import NotModified, Validators
from scraper.run import Crawl, SourceReport
from tests.clock import NOW

SOURCE = """
hosts = ["rules.example"]
seeds = ["https://rules.example/news"]
crawl_delay = 0
statement = ['^/news/.']
"""
DAY = timedelta(days=1)
HTML = ("Content-Type", "text/html")
LISTING = "".join(f'<p><a href="/news/{n}">Statement number {n}</a>' for n in range(3))


class Site:
    """Three statements, of which each has a text and what the server does when it is asked with validators."""

    def __init__(self) -> None:
        self.robots = ""
        self.texts = dict.fromkeys(range(6), "spoke at length. ")
        self.tags = dict.fromkeys(range(6), '"1"')
        self.listing = LISTING
        self.feed = ""
        self.stubborn = False  # answers 304 to everything that asks with validators, whatever it holds
        self.server = LoopbackServer(self.answer)

    def answer(self, request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(200, (), self.robots.encode())
        if request.target == "/feed":
            return Response(200, (("Content-Type", "application/rss+xml"),), self.feed.encode())
        if request.target == "/news":
            return Response(200, (HTML,), self.listing.encode())
        number = int(request.target.rpartition("/")[2])
        headers = (HTML, ("ETag", self.tags[number]), ("Last-Modified", "Sun, 01 Mar 2026 05:30:00 GMT"))
        if self.stubborn and "if-none-match" in request.headers:
            return Response(304, headers)
        text = (
            f"<title>Statement {number}</title><h1>Statement {number}</h1><p>"
            + f"Delegation {number} {self.texts[number]}" * 30
        )
        return Response(200, headers, text.encode())

    def asked(self, first: int) -> list[str]:
        return [one.path for one in self.server.requests[first:] if one.path != "/robots.txt"]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.close()


def crawl(folder: Path, site: Site, days: float, toml: str = SOURCE) -> tuple[SourceReport, list[str]]:
    """One crawl so many days later; its report, and what it asked for."""
    first = len(site.server.requests)
    clock = Clock.starting_at(NOW + days * DAY)
    with (
        Archive(folder / "a.db", create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"rules.example": site.server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        source = parse_source(toml, "rules.toml", least_delay=timedelta(0))
        report = Crawl(archive, [source], fetcher, clock=clock).run()
    return report.sources[0], site.asked(first)


def statements(folder: Path) -> list[tuple[str, str, int]]:
    with Archive(folder / "a.db", readonly=True) as archive:
        rows = archive.rows("select url, status, revision_count from statements order by url")
    return [(row["url"].rpartition("/")[2], row["status"], row["revision_count"]) for row in rows]


def test_a_known_page_that_robots_txt_comes_to_forbid_is_not_asked_for_and_stays(site, tmp_path: Path) -> None:
    crawl(tmp_path, site, 0)
    site.robots = "User-agent: *\nDisallow: /news/1\n"
    report, asked = crawl(tmp_path, site, 30)
    assert sorted(asked) == ["/news", "/news/0", "/news/2"]
    assert statements(tmp_path) == [("0", "live", 1), ("1", "live", 1), ("2", "live", 1)]
    assert any("forbid 1 statements that are archived" in problem for problem in report.tally.problems)
    assert report.tally.requests == 3


def test_it_is_said_once_and_the_page_is_looked_at_again_when_it_may_be(site, tmp_path: Path) -> None:
    crawl(tmp_path, site, 0)
    site.robots = "User-agent: *\nDisallow: /news/1\n"
    crawl(tmp_path, site, 30)
    report, asked = crawl(tmp_path, site, 60)
    assert "/news/1" not in asked
    assert report.tally.problems == []
    site.robots, site.texts[1] = "", "spoke otherwise. "
    assert "/news/1" in crawl(tmp_path, site, 90)[1]
    assert statements(tmp_path)[1] == ("1", "live", 2)


def test_a_listing_that_was_forbidden_for_a_day_is_read_again_and_said_while_it_is(site, tmp_path: Path) -> None:
    site.robots = "User-agent: *\nDisallow: /\n"
    for days in (0, 1.1):  # robots.txt is believed for a day
        report, asked = crawl(tmp_path, site, days)
        assert asked == []
        assert any("disallows this listing" in problem for problem in report.tally.problems)
    site.robots = ""
    crawl(tmp_path, site, 2.2)
    assert len(statements(tmp_path)) == 3


def test_a_listing_that_names_nothing_any_more_is_said_at_once(site, tmp_path: Path) -> None:
    site.listing = "".join(f'<p><a href="/news/{n}">Statement number {n}</a>' for n in range(6))
    crawl(tmp_path, site, 0)
    assert crawl(tmp_path, site, 1)[0].tally.problems == []
    site.listing = "<h1>Welcome to our new site</h1>"
    report, _ = crawl(tmp_path, site, 2)
    assert any("/news: names no statement any more" in problem for problem in report.tally.problems)


def test_a_feed_that_shuffles_its_items_and_their_names_and_dates_adds_nothing(site, tmp_path: Path) -> None:
    """An item is the page that it links to, whatever else is said of it."""
    source = SOURCE.replace('seeds = ["https://rules.example/news"]', 'feeds = ["https://rules.example/feed"]')
    for days in range(3):
        numbers = sorted(range(3), key=lambda number: (number + days) % 3)
        items = "".join(
            f"<item><link>https://rules.example/news/{n}</link><guid>{n}-{days}</guid><title>Take {days} of {n}</title>"
            f"<pubDate>0{n + days + 1} Feb 2026 10:00:00 GMT</pubDate></item>" for n in numbers
        )  # fmt: skip
        site.feed = f'<rss version="2.0"><channel>{items}</channel></rss>'
        crawl(tmp_path, site, days / 100, source)
    assert statements(tmp_path) == [("0", "live", 1), ("1", "live", 1), ("2", "live", 1)]
    with Archive(tmp_path / "a.db", readonly=True) as archive:
        assert archive.rows("select count(*) as n from sightings") == [{"n": 3}]


def test_a_304_that_names_another_state_makes_the_next_look_ask_for_the_page(site, tmp_path: Path) -> None:
    """A server that looks at the time of change alone answers 304 to a page edited within that second."""
    crawl(tmp_path, site, 0)
    site.stubborn, site.texts[1], site.tags[1] = True, "spoke otherwise. ", '"2"'
    crawl(tmp_path, site, 30)
    assert statements(tmp_path)[1] == ("1", "live", 1)  # what we hold is kept
    crawl(tmp_path, site, 90)
    assert statements(tmp_path)[1] == ("1", "live", 2)
    assert [row[2] for row in statements(tmp_path)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("named", "held", "same"),
    [
        pytest.param('"1"', '"1"', True, id="the same"),
        pytest.param(None, '"1"', True, id="none named"),
        pytest.param('"1"', None, True, id="none held"),
        pytest.param('W/"1"', '"1"', True, id="weakened on the way"),
        pytest.param('"1"', '"1-gzip"', True, id="of the packed body (Apache)"),
        pytest.param('"2"', '"1"', False, id="another"),
    ],
)
def test_what_a_304_vouches_for(named: str | None, held: str | None, same: bool) -> None:
    headers = (("Etag", named),) if named else ()
    assert vouches(NotModified("https://a.example/", NOW, headers), Validators(held)) is same
