"""A site that makes pages without end is left after a while, and the report says which."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.crawler.scope import Caps
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.run import Crawl
from tests.clock import NOW

SOURCE = parse_source(
    """
    hosts = ["endless.example"]
    seeds = ["https://endless.example/"]
    statement = ['^/news/']
    follow_links = true
    crawl_delay = 0
    """,
    "endless.toml",
    least_delay=timedelta(0),
)


def answer(request: Request) -> Response:
    number = int("".join(filter(str.isdigit, request.target)) or 0)
    links = "".join(f'<a href="/page/{number * 10 + digit}">page</a> ' for digit in range(1, 10))
    return Response(200, (("Content-Type", "text/html"),), f"<h1>Page {number}</h1>{links}".encode())


def test_pages_without_end_are_cut_by_their_shape(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(Caps, "most", 30)
    clock = Clock.starting_at(NOW)
    with LoopbackServer(answer) as server, Archive(tmp_path / "a.db", create=True) as archive, archive.only_writer():
        with Fetcher(resolve={"endless.example": server.origin}, now=clock.now, sleep=clock.sleep) as fetcher:
            report = Crawl(archive, [SOURCE], fetcher, clock=clock).run()
        asked = len(server.requests)
    assert asked == 32
    assert "endless.example/page/N: links to" in report.sources[0].tally.notes[0]


def test_shapes_without_end_are_cut_too_and_said_once(monkeypatch) -> None:
    monkeypatch.setattr(Caps, "most_shapes", 3)
    caps = Caps()
    letters = "abcdefgh"
    assert [caps.admits(f"https://endless.example/{letter}") for letter in letters] == [True] * 3 + [False] * 5
    assert caps.admits("https://endless.example/a")  # what is known already goes on
    assert caps.cut() == ["links to pages of more than 3 shapes, 5 not followed; add patterns to `exclude`"]
