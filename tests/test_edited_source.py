"""A source file that was edited between two crawls: the second one goes by what it says now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.imports import import_captures
from scraper.reread import reextract
from scraper.run import Crawl
from tests.clock import NOW

FIRST = """
hosts = ["edited.example"]
seeds = ["https://edited.example/news"]
crawl_delay = 0
statement = ['^/news/.']
"""


def answer(request: Request) -> Response:
    """A listing of news and speeches on two pages, which never changes."""
    if request.target == "/robots.txt":
        return Response(404)
    headers = (("Content-Type", "text/html"), ("ETag", '"1"'))
    if request.headers.get("if-none-match") == '"1"':
        return Response(304, headers)
    kinds = {"/news": (1, 2), "/news?page=1": (3, 4)}
    if request.target in kinds:
        links = "".join(
            f'<p><a href="/{kind}/{n}">The {kind} item {n}</a>'
            for n in kinds[request.target]
            for kind in ("news", "speeches")
        )
        return Response(200, headers, f'{links}<a rel="next" href="/news?page=1">next</a>'.encode())
    words = f"The delegation spoke about {request.target} at length. " * 9
    return Response(
        200, headers, f"<title>About {request.target}</title><h1>About {request.target}</h1><p>{words}".encode()
    )


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(answer) as made:
        yield made


def crawl(folder: Path, server: LoopbackServer, toml: str, days: int) -> list[str]:
    """One crawl; what was asked for."""
    before = len(server.requests)
    clock = Clock.starting_at(NOW + timedelta(days=days))
    source = parse_source(toml, "edited.toml", least_delay=timedelta(0))
    with (
        Archive(folder / "a.db", create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"edited.example": server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        Crawl(archive, [source], fetcher, clock=clock).run()
    return sorted(asked.path for asked in server.requests[before:] if asked.path != "/robots.txt")


def archived(folder: Path) -> set[str]:
    with Archive(folder / "a.db", readonly=True) as archive:
        return {row["url"].removeprefix("https://edited.example") for row in archive.rows("select url from documents")}


NEWS, SPEECHES = {f"/news/{n}" for n in range(1, 5)}, {f"/speeches/{n}" for n in range(1, 5)}


def test_a_wider_pattern_finds_what_unchanged_listings_named_all_along(server, tmp_path: Path) -> None:
    crawl(tmp_path, server, FIRST, 0)
    assert archived(tmp_path) == NEWS
    crawl(tmp_path, server, FIRST.replace("'^/news/.'", "'^/(news|speeches)/.'"), 1)
    assert archived(tmp_path) == NEWS | SPEECHES


@pytest.mark.parametrize("between", ["import", "reextract"])
def test_it_does_so_too_where_another_command_met_the_edited_file_first(server, tmp_path: Path, between: str) -> None:
    crawl(tmp_path, server, FIRST, 0)
    wider = FIRST.replace("'^/news/.'", "'^/(news|speeches)/.'")
    source = parse_source(wider, "edited.toml", least_delay=timedelta(0))
    clock = Clock.starting_at(NOW + timedelta(hours=1))
    with Archive(tmp_path / "a.db") as archive, archive.only_writer():
        if between == "import":
            import_captures(archive, [source], [], clock)
        else:
            reextract(archive, source, clock, write=True)
    crawl(tmp_path, server, wider, 1)
    assert archived(tmp_path) == NEWS | SPEECHES


def test_what_was_followed_as_a_page_and_is_a_statement_now_is_read(server, tmp_path: Path) -> None:
    following = FIRST + "follow_links = true\n"
    crawl(tmp_path, server, following, 0)
    assert archived(tmp_path) == NEWS
    crawl(tmp_path, server, following.replace("'^/news/.'", "'^/(news|speeches)/.'"), 1)
    assert archived(tmp_path) == NEWS | SPEECHES


def test_what_is_not_excluded_any_more_is_fetched(server, tmp_path: Path) -> None:
    crawl(tmp_path, server, FIRST + "exclude = ['/news/[12]$']\n", 0)
    assert archived(tmp_path) == {"/news/3", "/news/4"}
    crawl(tmp_path, server, FIRST, 1)
    assert archived(tmp_path) == NEWS


def test_what_is_excluded_now_is_left_alone_and_stays_archived(server, tmp_path: Path) -> None:
    crawl(tmp_path, server, FIRST, 0)
    asked = crawl(tmp_path, server, FIRST + "exclude = ['/news/[12]$']\n", 90)
    assert {path for path in asked if path in NEWS} == {"/news/3", "/news/4"}
    assert archived(tmp_path) == NEWS


def test_a_new_title_or_delay_costs_no_request(server, tmp_path: Path) -> None:
    crawl(tmp_path, server, FIRST, 0)
    usual = crawl(tmp_path, server, FIRST, 1)
    assert crawl(tmp_path, server, FIRST + 'title = "Another name"\n', 1) == usual
